"""Fitted classifiers without words: each n-gram of a vocabulary is known by a digest, and predictions are the same."""

import copy
import hashlib
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer

DIGEST_BYTES = 8


class DigestedCountVectorizer(CountVectorizer):  # type: ignore[misc]
    """A fitted CountVectorizer whose vocabulary is digests; it takes the digest of each n-gram that it meets."""

    def build_analyzer(self) -> Callable[[str], list[str]]:
        """Return what makes digests of a text's n-grams."""
        return _digesting(super().build_analyzer())


class DigestedTfidfVectorizer(TfidfVectorizer):  # type: ignore[misc]
    """A fitted TfidfVectorizer whose vocabulary is digests; it takes the digest of each n-gram that it meets."""

    def build_analyzer(self) -> Callable[[str], list[str]]:
        """Return what makes digests of a text's n-grams."""
        return _digesting(super().build_analyzer())


def without_words(classifier: Any) -> Any:
    """Return a copy of a fitted classifier that predicts the same and holds no n-gram of the texts it was fitted on.

    One that shows whole texts, as a language model is shown examples, forgets them, and then says so when it is asked.
    A digest cannot be read, but who guesses an n-gram can see whether it was there.
    """
    copied = copy.deepcopy(classifier)
    for vectorizer in [*_vectorizers(copied, set())]:
        vectorizer.vocabulary_ = {_digest(term): int(column) for term, column in vectorizer.vocabulary_.items()}
        is_tfidf = isinstance(vectorizer, TfidfVectorizer)
        vectorizer.__class__ = DigestedTfidfVectorizer if is_tfidf else DigestedCountVectorizer
    for part in _parts(copied, set()):
        if hasattr(part, "forget_words"):
            part.forget_words()
    return copied


def _digesting(analyse: Callable[[str], Iterable[str]]) -> Callable[[str], list[str]]:
    return lambda text: [_digest(term) for term in analyse(text)]


def _digest(term: str) -> str:
    return hashlib.blake2b(term.encode("utf-8", "surrogatepass"), digest_size=DIGEST_BYTES).hexdigest()


def _vectorizers(value: Any, seen: set[int]) -> Iterator[CountVectorizer]:
    """Yield the fitted vectorizers in a classifier, each once, wherever its parts keep them."""
    for part in _parts(value, seen):
        digested = isinstance(part, DigestedCountVectorizer | DigestedTfidfVectorizer)
        if isinstance(part, CountVectorizer) and hasattr(part, "vocabulary_") and not digested:
            yield part


def _parts(value: Any, seen: set[int]) -> Iterator[Any]:
    """Yield the objects of scikit-learn and of this package in a classifier, each once, wherever they are."""
    if id(value) in seen:
        return
    seen.add(id(value))
    if isinstance(value, dict):
        for entry in value.values():
            yield from _parts(entry, seen)
    elif isinstance(value, list | tuple):
        for entry in value:
            yield from _parts(entry, seen)
    elif type(value).__module__.partition(".")[0] in ("sklearn", "stance") and hasattr(value, "__dict__"):
        yield value
        if not isinstance(value, CountVectorizer):
            yield from _parts(vars(value), seen)
