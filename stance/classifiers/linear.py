"""Linear classifiers on TF-IDF of word n-grams, character n-grams, or both."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from stance.errors import InputError

if TYPE_CHECKING:
    from sklearn.compose import ColumnTransformer
    from sklearn.pipeline import Pipeline


def complement_nb(
    ngrams: Sequence[int] | None = (1, 1), char_ngrams: Sequence[int] | None = None, alpha: float = 1.0
) -> "Pipeline":
    """Complement naive Bayes (Rennie et al. 2003), made for labels of unequal size; `alpha` smooths."""
    from sklearn.naive_bayes import ComplementNB

    return _on_ngrams(ngrams, char_ngrams, ComplementNB(alpha=alpha))


def logreg(
    ngrams: Sequence[int] | None = (1, 1),
    char_ngrams: Sequence[int] | None = None,
    C: float = 1.0,
    class_weight: str | None = "balanced",
) -> "Pipeline":
    """Logistic regression with an L2 penalty; a smaller `C` penalises more."""
    from sklearn.linear_model import LogisticRegression

    return _on_ngrams(ngrams, char_ngrams, LogisticRegression(C=C, class_weight=class_weight, max_iter=1000))


def linear_svm(
    ngrams: Sequence[int] | None = (1, 1),
    char_ngrams: Sequence[int] | None = None,
    C: float = 1.0,
    class_weight: str | None = "balanced",
    random_state: int = 0,
) -> "Pipeline":
    """Linear support vector machine, one label against the rest; it has no probabilities."""
    from sklearn.svm import LinearSVC

    svm = LinearSVC(C=C, class_weight=class_weight, random_state=random_state, max_iter=10_000)
    return _on_ngrams(ngrams, char_ngrams, svm)


def _on_ngrams(ngrams: Sequence[int] | None, char_ngrams: Sequence[int] | None, classifier: object) -> "Pipeline":
    from sklearn.pipeline import Pipeline

    return Pipeline([("features", ngram_features(ngrams, char_ngrams)), ("classifier", classifier)])


def ngram_features(ngrams: Sequence[int] | None, char_ngrams: Sequence[int] | None) -> "ColumnTransformer":
    """Return TF-IDF of the column `text`: words from `ngrams` = [shortest, longest], characters likewise.

    Characters are counted within words. Raises InputError if a range is not two numbers 1 <= shortest <=
    longest, or if there is neither range.
    """
    from sklearn.compose import ColumnTransformer
    from sklearn.feature_extraction.text import TfidfVectorizer

    parts = []
    if ngrams is not None:
        parts.append(("words", TfidfVectorizer(ngram_range=_range("ngrams", ngrams)), "text"))
    if char_ngrams is not None:
        span = _range("char_ngrams", char_ngrams)
        parts.append(("characters", TfidfVectorizer(analyzer="char_wb", ngram_range=span), "text"))
    if not parts:
        raise InputError("classifier: expected ngrams, char_ngrams or both, found neither; set classifier.ngrams=[1,1]")
    return ColumnTransformer(parts, sparse_threshold=1.0)  # sparse however few the rows


def _range(name: str, span: Sequence[int]) -> tuple[int, int]:
    if len(span) != 2 or not 1 <= span[0] <= span[1]:
        raise InputError(
            f"classifier.{name}: expected [shortest, longest] with 1 <= shortest <= longest, found {list(span)}"
        )
    return span[0], span[1]
