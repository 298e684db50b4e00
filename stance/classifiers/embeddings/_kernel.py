"""How alike two examples are: a weighted sum of kernels on words, characters and meaning, shared between targets."""

import logging
from collections.abc import Sequence
from typing import Any, Self

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.utils.validation import check_is_fitted

from stance.classifiers.embeddings._columns import ReadsTexts, targets_of, texts_of
from stance.classifiers.embeddings._encoder import SentenceEncoder
from stance.classifiers.embeddings._kernel_ridge import MOST_ROWS

N_LANDMARKS = 2_000  # of more rows than MOST_ROWS, those that all are compared with
AT_ONCE = 10_000  # rows compared with them at once
log = logging.getLogger("kernel")


class SummedKernel(ReadsTexts, TransformerMixin, BaseEstimator):  # type: ignore[misc]  # untyped base
    """Return the kernel between examples and those it is fitted on, at most 1, and 1 of an example with itself.

    `words`, `characters`: weights of linear kernels on TF-IDF of `ngrams` words and of `char_ngrams` characters
    within words; `meaning`: weight of RBF kernels exp(-gamma d²) on vectors of length 1, the mean over `encoders`.
    Weights are divided by their sum; of several columns in `reads`, the mean is taken. `split_hashtags`: encoders
    read them as words; the other kernels take them as they are.

    `sharing` (a): the kernel is multiplied by (1 + a [same target]) / (1 + a), which is the augmentation of
    Daumé (2007) in kernel form. At 0 all targets are one; the larger, the less they tell of each other. Examples
    without a target share one. Targets that training does not have are logged.

    Above 20,000 rows the kernel is approached by features: the kernel with 2,000 rows drawn evenly, in the
    coordinates in which theirs is exact (Nyström; Williams and Seeger 2001). It costs quality: of 2,331 tweets of
    SemEval-2016, comparing with 2,000 cost 0.7 points of favor_against_f1, with 1,000 3.0, with 500 4.4.

    Learned: `parts_`, what examples are compared with; `targets_` of the n_train or 2,000 rows; `coordinates_`,
    (2,000, n_features), None below.
    """

    def __init__(
        self,
        encoders: Sequence[str],
        words: float = 1.0,
        characters: float = 1.0,
        meaning: float = 2.0,
        ngrams: Sequence[int] = (1, 2),
        char_ngrams: Sequence[int] = (2, 5),
        gamma: float = 1.0,
        sharing: float = 1.0,
        reads: Sequence[str] = ("text",),
        split_hashtags: bool = False,
    ) -> None:
        self.encoders = encoders
        self.words = words
        self.characters = characters
        self.meaning = meaning
        self.ngrams = ngrams
        self.char_ngrams = char_ngrams
        self.gamma = gamma
        self.sharing = sharing
        self.reads = reads
        self.split_hashtags = split_hashtags

    def fit(self, X: pd.DataFrame, y: Any = None) -> Self:
        """Keep what later examples are compared with."""
        self.fit_transform(X)
        return self

    def fit_transform(self, X: pd.DataFrame, y: Any = None) -> np.ndarray:
        """Keep what later examples are compared with, and return what `transform` would; each text is read once."""
        many = len(X) > MOST_ROWS
        compared = X.iloc[_evenly(X)] if many else X
        if many:
            log.info("Kernel: %d rows, more than %d, are compared with %d of them", len(X), MOST_ROWS, len(compared))
        self.parts_ = []
        for column in self.reads:
            for weight, made in self._weighted():
                if many:
                    of_train = made.fit(texts_of(X, column)).transform(texts_of(compared, column))
                else:
                    of_train = made.fit_transform(texts_of(X, column))
                self.parts_.append((column, weight / len(self.reads), made, of_train))
        self.targets_, self.coordinates_ = targets_of(compared), None
        own = self._kernel_of([of_train for *_, of_train in self.parts_], self.targets_)
        if not many:
            return own
        self.coordinates_ = _coordinates(own)
        return self.transform(X)

    def transform(self, X: pd.DataFrame) -> np.ndarray:
        """Return (n_rows, n_train) kernel values, or (n_rows, n_features) features that approach them."""
        check_is_fitted(self)
        if self.coordinates_ is None:
            return self._kernel(X)
        parts = [
            self._kernel(X.iloc[start : start + AT_ONCE]) @ self.coordinates_ for start in range(0, len(X), AT_ONCE)
        ]
        return np.vstack(parts)

    def _kernel(self, X: pd.DataFrame) -> np.ndarray:
        return self._kernel_of(
            [made.transform(texts_of(X, column)) for column, _, made, _ in self.parts_], targets_of(X)
        )

    def _kernel_of(self, made_of: Sequence[Any], targets: np.ndarray) -> np.ndarray:
        """Return (n_rows, n_train) kernel values of rows whose features each part has made."""
        summed = np.zeros((len(targets), len(self.targets_)))
        for features, (_, weight, made, of_train) in zip(made_of, self.parts_, strict=True):
            likeness = features @ of_train.T
            if isinstance(made, SentenceEncoder):
                # d² = 2 - 2 cos between vectors of length 1; rounding must not take it below 0
                summed += weight * np.exp(-2 * self.gamma * np.maximum(1.0 - likeness.astype(np.float64), 0.0))
            else:
                summed += weight * likeness.toarray()
        new = sorted(set(targets) - set(self.targets_))
        if new:
            log.info("Kernel: %d target(s) that training does not have, judged by all others: %s", len(new), new[:5])
        shared = 1.0 + self.sharing * (targets[:, None] == self.targets_[None, :])
        found: np.ndarray = summed * shared / (1.0 + self.sharing)
        return found

    def _weighted(self) -> list[tuple[float, Any]]:
        """Return each kernel's share of the sum, and what makes its features."""
        words = TfidfVectorizer(ngram_range=tuple(self.ngrams), sublinear_tf=True)
        characters = TfidfVectorizer(analyzer="char_wb", ngram_range=tuple(self.char_ngrams), sublinear_tf=True)
        kernels = [(self.words, words), (self.characters, characters)]
        kernels += [
            (self.meaning / len(self.encoders), SentenceEncoder(name, split_hashtags=self.split_hashtags))
            for name in self.encoders
        ]
        total = sum(weight for weight, _ in kernels)
        return [(weight / total, made) for weight, made in kernels if weight > 0]


def _evenly(X: pd.DataFrame) -> np.ndarray:
    """Return the places of N_LANDMARKS rows, as far apart in the order of the ids as they can be."""
    order = np.argsort(X["example_id"].to_numpy(), kind="stable") if "example_id" in X else np.arange(len(X))
    chosen: np.ndarray = order[np.linspace(0, len(X) - 1, N_LANDMARKS).round().astype(int)]
    return chosen


def _coordinates(kernel: np.ndarray) -> np.ndarray:
    """Return what a kernel is multiplied by so that the products of its rows are the kernel: its inverse root."""
    values, vectors = np.linalg.eigh(kernel)
    kept = values > values.max() * len(values) * np.finfo(float).eps
    found: np.ndarray = vectors[:, kept] / np.sqrt(values[kept])
    return found
