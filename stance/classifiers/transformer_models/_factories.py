"""Classifiers on transformers: layers that learn, from examples or from pairs of them, and entailment."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from stance.classifiers.ngrams import check_reads
from stance.classifiers.ngrams.tokens import check_hashtags
from stance.errors import InputError, did_you_mean

if TYPE_CHECKING:
    from stance.classifiers.transformer_models._finetuned import FinetunedClassifier
    from stance.classifiers.transformer_models._nli import NLIClassifier
    from stance.classifiers.transformer_models._setfit import SetFitClassifier

DTYPES = ("float32", "bfloat16")
# of the labels that most data sets have; a comment that entails neither is neither
HYPOTHESES: dict[str, Sequence[str]] = {
    "favor": ("The author of this text supports {target}.", "This text speaks in favor of {target}."),
    "against": ("The author of this text opposes {target}.", "This text speaks against {target}."),
}


def nli(
    model: str = "mlburnham/Political_DEBATE_base_v1.0",
    hypotheses: Mapping[str, Sequence[str]] | None = None,
    threshold: float | None = None,
    batch_size: int = 16,
) -> "NLIClassifier":
    """Ask an entailment model which hypothesis follows from the comment, one or several phrasings a label, averaged.

    `model`: a hub name, `owner/model` or `owner/model@revision`, or a folder with weights in safetensors;
    `hypotheses`: by label, `{target}` standing for the target (None: for favor and against). One label may have none:
    it is predicted where no other's entailment is at least `threshold`, from 0 to 1, or None to choose it on the
    training rows, by macro F1. Nothing else is learned. Needs the extra `embeddings`.

    Raises InputError if a label's phrasings are empty, or the threshold is no probability.
    """
    from stance.classifiers.transformer_models._nli import NLIClassifier

    said = {label: list(phrasings) for label, phrasings in (hypotheses or HYPOTHESES).items()}
    if empty := [label for label, phrasings in said.items() if not phrasings or not all(map(str.strip, phrasings))]:
        raise InputError(
            f"classifier.hypotheses: expected sentences for each label that is named, found none for {empty}; leave "
            "out the one label that is predicted where no other fits"
        )
    if threshold is not None and not 0 <= threshold <= 1:
        raise InputError(f"classifier.threshold: expected 0 to 1, or null, found {threshold}")
    _check_counts({"batch_size": batch_size})
    return NLIClassifier(model, said, threshold, batch_size)


def finetuned(
    model: str = "sentence-transformers/all-MiniLM-L6-v2",
    layers: int = 3,
    epochs: int = 2,
    learning_rate: float = 1e-4,
    batch_size: int = 16,
    n_seeds: int = 1,
    auxiliary: str | None = None,
    auxiliary_weight: float = 0.5,
    longest: int = 128,
    dtype: str = "float32",
    reads: Sequence[str] = ("text", "target"),
    split_hashtags: bool = False,
    random_state: int = 0,
) -> "FinetunedClassifier":
    """Train the last `layers` of an encoder on the examples, on the processor; those below stay as they are.

    `model`: a hub name, `owner/model` or `owner/model@revision`, or a folder with weights in safetensors, of an encoder
    built like BERT; `epochs`: how often each example is seen; `learning_rate`: the highest of a rate that grows and
    falls; `n_seeds`: how many are trained, from `random_state` on, and averaged; `auxiliary`: a column of the examples
    (`dataset.extra`) that is learnt beside the label, its loss weighing `auxiliary_weight`; `longest`: tokens of the
    columns in `reads` that are read, the rest is cut; `dtype`: "float32", or "bfloat16", which is faster where the
    processor has it; `split_hashtags`: they are read as words, of English. Needs the extra `embeddings`.

    Raises InputError if a number is out of range or a column cannot be read.
    """
    from stance.classifiers.transformer_models._finetuned import FinetunedClassifier

    check_reads(reads)
    check_hashtags(split_hashtags)
    _check_counts({"layers": layers, "epochs": epochs, "batch_size": batch_size, "n_seeds": n_seeds})
    if longest < 8:
        raise InputError(f"classifier.longest: expected 8 tokens or more, found {longest}")
    _check_rate(learning_rate)
    if dtype not in DTYPES:
        raise InputError(
            f"classifier.dtype: expected one of {list(DTYPES)}, found {dtype!r}.{did_you_mean(dtype, DTYPES)}"
        )
    if not auxiliary_weight >= 0:
        raise InputError(f"classifier.auxiliary_weight: expected 0 or more, found {auxiliary_weight}")
    said = (auxiliary, auxiliary_weight, longest, dtype, list(reads), split_hashtags, random_state)
    return FinetunedClassifier(model, layers, epochs, learning_rate, batch_size, n_seeds, *said)


def setfit(
    model: str = "sentence-transformers/all-MiniLM-L6-v2",
    pairs: int = 20,
    epochs: int = 1,
    learning_rate: float = 2e-5,
    batch_size: int = 16,
    reads: Sequence[str] = ("text", "target"),
    random_state: int = 0,
) -> "SetFitClassifier":
    """Teach a sentence encoder by pairs of examples, then fit a logistic regression on its vectors, for few labels.

    `model`: a hub name, `owner/model` or `owner/model@revision`, or a folder with weights in safetensors; `pairs`: of
    each example with one of its own label, and as many with one of another; `epochs`: how often each pair is seen;
    `reads`: columns that are read as one text. Needs the extra `setfit`. (Tunstall, Reimers, Jo, Bates, Korat,
    Wasserblat and Pereg 2022, Efficient Few-Shot Learning Without Prompts.)

    Raises InputError if a number is out of range or a column cannot be read.
    """
    from stance.classifiers.transformer_models._setfit import SetFitClassifier

    check_reads(reads)
    _check_counts({"pairs": pairs, "epochs": epochs, "batch_size": batch_size})
    _check_rate(learning_rate)
    return SetFitClassifier(model, pairs, epochs, learning_rate, batch_size, list(reads), random_state)


def _check_counts(counts: Mapping[str, int]) -> None:
    for name, count in counts.items():
        if count < 1:
            raise InputError(f"classifier.{name}: expected 1 or more, found {count}")


def _check_rate(learning_rate: float) -> None:
    if not 0 < learning_rate < 1:
        raise InputError(f"classifier.learning_rate: expected between 0 and 1, such as 1e-4, found {learning_rate}")
