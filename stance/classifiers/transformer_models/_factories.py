"""Classifiers on transformers: entailment of a hypothesis a label."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from stance.errors import InputError

if TYPE_CHECKING:
    from stance.classifiers.transformer_models._nli import NLIClassifier

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
    if batch_size < 1:
        raise InputError(f"classifier.batch_size: expected 1 or more, found {batch_size}")
    return NLIClassifier(model, said, threshold, batch_size)
