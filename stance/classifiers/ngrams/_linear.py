"""Linear classifiers on TF-IDF of word n-grams, character n-grams, or both, of the columns that they read."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from stance.classifiers.ngrams.tokens import check_tokens, tokens_of_tweets
from stance.errors import InputError, did_you_mean

if TYPE_CHECKING:
    from sklearn.compose import ColumnTransformer
    from sklearn.pipeline import Pipeline
    from sklearn.preprocessing import OrdinalEncoder

# The columns of an example that hold words; the others would give the author or the answer away.
READABLE = ("text", "context", "target")


def complement_nb(
    ngrams: Sequence[int] | None = (1, 1),
    char_ngrams: Sequence[int] | None = None,
    alpha: float = 1.0,
    reads: Sequence[str] = ("text",),
) -> "Pipeline":
    """Complement naive Bayes on TF-IDF (Rennie et al. 2003), made for labels of unequal size; `alpha` smooths."""
    from sklearn.naive_bayes import ComplementNB

    return _on_ngrams(ngrams, char_ngrams, reads, ComplementNB(alpha=alpha))


def logreg(
    ngrams: Sequence[int] | None = (1, 1),
    char_ngrams: Sequence[int] | None = None,
    C: float = 1.0,
    class_weight: str | None = "balanced",
    reads: Sequence[str] = ("text",),
) -> "Pipeline":
    """Logistic regression with an L2 penalty on TF-IDF; a smaller `C` penalises more."""
    from sklearn.linear_model import LogisticRegression

    return _on_ngrams(ngrams, char_ngrams, reads, LogisticRegression(C=C, class_weight=class_weight, max_iter=1000))


def linear_svm(
    ngrams: Sequence[int] | None = (1, 1),
    char_ngrams: Sequence[int] | None = None,
    C: float = 1.0,
    class_weight: str | None = "balanced",
    random_state: int = 0,
    reads: Sequence[str] = ("text",),
) -> "Pipeline":
    """Linear support vector machine on TF-IDF, one label against the rest; it has no probabilities."""
    from sklearn.svm import LinearSVC

    svm = LinearSVC(C=C, class_weight=class_weight, random_state=random_state, max_iter=10_000)
    return _on_ngrams(ngrams, char_ngrams, reads, svm)


def _on_ngrams(
    ngrams: Sequence[int] | None, char_ngrams: Sequence[int] | None, reads: Sequence[str], classifier: object
) -> "Pipeline":
    from sklearn.pipeline import Pipeline

    return Pipeline([("features", ngram_features(ngrams, char_ngrams, reads)), ("classifier", classifier)])


def ngram_features(
    ngrams: Sequence[int] | None,
    char_ngrams: Sequence[int] | None,
    reads: Sequence[str] = ("text",),
    presence: bool = False,
    with_target: bool = False,
    tokens: str = "words",
) -> "ColumnTransformer":
    """Return TF-IDF of the columns in `reads`: words from `ngrams` = [shortest, longest], characters likewise.

    Each column has a vocabulary of its own, so that a word of the parent comment is not one of the comment.
    Characters are counted within words. `presence`: 1 for each n-gram that occurs instead of TF-IDF, and
    characters across words. `with_target`: the first column is the number of the target, -1 for one that
    training does not have. `tokens`: what a word is, "words" or "tweets", as `tokens_of_tweets` finds them.

    Raises InputError if a range is not two numbers 1 <= shortest <= longest, if there is neither range, or if a
    column cannot be read or `tokens` is not known.
    """
    from sklearn.compose import ColumnTransformer
    from sklearn.feature_extraction.text import TfidfVectorizer

    check_reads(reads)
    check_tokens(tokens)
    found_by = {"tokenizer": tokens_of_tweets, "token_pattern": None} if tokens == "tweets" else {}
    weighting = {"binary": True, "use_idf": False, "norm": None} if presence else {}
    analyzer = "char" if presence else "char_wb"
    parts: list[tuple[str, object, object]] = []
    for column in reads:
        if ngrams is not None:
            words = TfidfVectorizer(ngram_range=span_of("ngrams", ngrams), **weighting, **found_by)
            parts.append((_part("words", column), words, column))
        if char_ngrams is not None:
            span = span_of("char_ngrams", char_ngrams)
            characters = TfidfVectorizer(analyzer=analyzer, ngram_range=span, **weighting)
            parts.append((_part("characters", column), characters, column))
    if not parts:
        raise InputError("classifier: expected ngrams, char_ngrams or both, found neither; set classifier.ngrams=[1,1]")
    if with_target:
        parts.insert(0, ("number of target", _target_numbers(), ["target"]))
    return ColumnTransformer(parts, sparse_threshold=1.0)  # sparse however few the rows


def _target_numbers() -> "OrdinalEncoder":
    from sklearn.preprocessing import OrdinalEncoder

    return OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1, encoded_missing_value=-1)


def span_of(name: str, span: Sequence[int]) -> tuple[int, int]:
    """Return [shortest, longest] as a pair. Raises InputError if it is none."""
    if len(span) != 2 or not 1 <= span[0] <= span[1]:
        raise InputError(
            f"classifier.{name}: expected [shortest, longest] with 1 <= shortest <= longest, found {list(span)}"
        )
    return span[0], span[1]


def check_reads(reads: Sequence[str]) -> None:
    """Raise InputError unless `reads` are columns of words, each once."""
    if not reads:
        raise InputError(f"classifier.reads: expected one or more of {list(READABLE)}, found none")
    for column in reads:
        if column not in READABLE:
            hint = did_you_mean(column, READABLE)
            raise InputError(f"classifier.reads: expected columns of {list(READABLE)}, found {column!r}.{hint}")
    if len(set(reads)) < len(reads):
        raise InputError(f"classifier.reads: expected each column once, found {list(reads)}")


def _part(kind: str, column: str) -> str:
    return kind if column == "text" else f"{kind} of {column}"
