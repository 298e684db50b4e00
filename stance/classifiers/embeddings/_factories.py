"""Classifiers on sentence embeddings: a linear one, and the kernel that adds words and characters."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from stance.classifiers.ngrams import check_reads, span_of
from stance.classifiers.ngrams.tokens import check_hashtags
from stance.errors import InputError

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

MINILM = "sentence-transformers/all-MiniLM-L6-v2"


def embedding(
    encoders: Sequence[str] = (MINILM,),
    C: float = 1.0,
    class_weight: str | None = "balanced",
    sharing: float = 1.0,
    reads: Sequence[str] = ("text",),
    split_hashtags: bool = False,
) -> "Pipeline":
    """Logistic regression on sentence embeddings of the columns in `reads`, augmented by target (Daumé 2007).

    `encoders`: hub names or folders of sentence-transformers models; `C`: smaller penalises more; `sharing`: 0
    takes all targets for one, and the larger it is, the less they tell of each other; `split_hashtags`: they are
    read as words, of English. Needs the extra `embeddings`.

    Raises InputError if there is no encoder, a column cannot be read, or `sharing` is below 0.
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import Pipeline

    from stance.classifiers.embeddings._features import SentenceFeatures

    _check_encoders(encoders)
    check_reads(reads)
    check_hashtags(split_hashtags)
    _check_not_negative(sharing=sharing)
    features = SentenceFeatures(list(encoders), list(reads), sharing, split_hashtags)
    return Pipeline(
        [
            ("features", features),
            ("classifier", LogisticRegression(C=C, class_weight=class_weight, max_iter=1000)),
        ]
    )


def kernel(
    encoders: Sequence[str] = (MINILM,),
    words: float = 1.0,
    characters: float = 1.0,
    meaning: float = 2.0,
    ngrams: Sequence[int] = (1, 2),
    char_ngrams: Sequence[int] = (2, 5),
    gamma: float = 1.0,
    sharing: float = 1.0,
    alpha: float = 0.1,
    balanced: bool = False,
    reads: Sequence[str] = ("text",),
    split_hashtags: bool = False,
) -> "Pipeline":
    """Kernel ridge on a weighted sum of kernels: words, characters and sentence embeddings, shared between targets.

    `words`, `characters`, `meaning`: the weights of TF-IDF of words and characters and of RBF kernels, of width
    `gamma`, on vectors of length 1 by `encoders` (hub names or folders); `sharing`: 0 takes all targets for one, and
    the larger it is, the less they tell of each other (Daumé 2007); `alpha`: larger penalises more; `balanced`:
    labels weigh the same in sum; `split_hashtags`: encoders read them as words, of English. Above 20,000 training
    examples the kernel is approached (Nyström). Needs the extra `embeddings` where there are encoders; without them
    (and meaning=0) it needs none.

    Raises InputError if a weight is negative or all are 0, a range is none, or a column cannot be read.
    """
    from sklearn.pipeline import Pipeline

    from stance.classifiers.embeddings._kernel import SummedKernel
    from stance.classifiers.embeddings._kernel_ridge import KernelRidgeClassifier

    if meaning > 0:
        _check_encoders(encoders)
    check_reads(reads)
    check_hashtags(split_hashtags)
    _check_not_negative(words=words, characters=characters, meaning=meaning, gamma=gamma, sharing=sharing)
    if words + characters + meaning == 0:
        raise InputError("classifier: expected words, characters or meaning above 0, found all of them 0")
    if not alpha > 0:
        raise InputError(f"classifier.alpha: expected a number above 0, found {alpha}")
    spans = span_of("ngrams", ngrams), span_of("char_ngrams", char_ngrams)
    weights = words, characters, meaning
    summed = SummedKernel(list(encoders), *weights, *spans, gamma, sharing, list(reads), split_hashtags)
    return Pipeline([("features", summed), ("classifier", KernelRidgeClassifier(alpha, balanced))])


def _check_encoders(encoders: Sequence[str]) -> None:
    if not encoders:
        raise InputError(f"classifier.encoders: expected one model or more, found none; {MINILM} is a small one")


def _check_not_negative(**values: float) -> None:
    for name, value in values.items():
        if not value >= 0:
            raise InputError(f"classifier.{name}: expected 0 or more, found {value}")
