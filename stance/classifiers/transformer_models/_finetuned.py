"""An encoder whose upper layers learn from the examples."""

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.validation import check_is_fitted

from stance.classifiers.embeddings._columns import ReadsTexts, targets_of, texts_of
from stance.classifiers.ngrams.tokens import split_hashtags
from stance.classifiers.transformer_models._halves import LowerHalf
from stance.classifiers.transformer_models._training import Rows, Training, predict_upper, train_upper
from stance.errors import InputError


class FinetunedClassifier(ReadsTexts, ClassifierMixin, BaseEstimator):  # type: ignore[misc]  # untyped base
    """Train the last layers of an encoder and a linear head on the mean of its tokens; all below them stay as they are.

    The settings are those of `stance.classifiers.finetuned`. What the lower layers make of a text is kept on disk, so
    that each text goes through them once for all epochs, seeds, folds and runs.

    Learned: `classes_`; `weights_`, for each seed those of the upper layers and the head by name, float16, which is
    the precision that they predict with.
    """

    costly = ("fit", "predict")  # it takes minutes: what needs no further one must ask for none

    def __init__(
        self,
        model: str,
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
    ) -> None:
        self.model = model
        self.layers = layers
        self.epochs = epochs
        self.learning_rate = learning_rate
        self.batch_size = batch_size
        self.n_seeds = n_seeds
        self.auxiliary = auxiliary
        self.auxiliary_weight = auxiliary_weight
        self.longest = longest
        self.dtype = dtype
        self.reads = reads
        self.split_hashtags = split_hashtags
        self.random_state = random_state

    def fit(self, X: pd.DataFrame, y: Any, sample_weight: Any = None) -> Self:
        """Train from each seed. Raises InputError if the model cannot be, or the auxiliary column is not there."""
        self.classes_, codes = np.unique(np.asarray(y), return_inverse=True)
        auxiliary, n_values = self._auxiliary(X)
        lower = LowerHalf(self.model, self.layers, self.longest, self.dtype)
        weights = np.ones(len(X)) if sample_weight is None else np.asarray(sample_weight, dtype=float)
        sizes = (len(self.classes_), n_values)
        pairs = self._pairs(X)
        lengths = np.array([len(text) + len(beside) for text, beside in pairs])
        rows = Rows(lower.compute(pairs), lengths, codes.astype(np.int64), auxiliary, weights, sizes)
        how = Training(self.epochs, self.learning_rate, self.batch_size, self.auxiliary_weight)
        seeds = range(self.random_state, self.random_state + self.n_seeds)
        self.weights_ = [train_upper(lower, rows, how, seed) for seed in seeds]
        return self

    def predict(self, X: pd.DataFrame) -> np.ndarray:
        """Return n_rows labels."""
        labels: np.ndarray = self.classes_[self.predict_proba(X).argmax(axis=1)]
        return labels

    def predict_proba(self, X: pd.DataFrame) -> np.ndarray:
        """Return (n_rows, n_labels) probabilities, the mean over the seeds."""
        check_is_fitted(self)
        lower = LowerHalf(self.model, self.layers, self.longest, self.dtype)
        keys = lower.compute(self._pairs(X))
        of_seeds = [predict_upper(lower, weights, keys, len(self.classes_)) for weights in self.weights_]
        mean: np.ndarray = np.mean(of_seeds, axis=0)
        return mean

    def _pairs(self, X: pd.DataFrame) -> list[tuple[str, str]]:
        """Return the text of each row, and what is read beside it as the second segment."""
        beside = [list(map(str, targets_of(X))) if each == "target" else texts_of(X, each) for each in self.reads[1:]]
        second = [" ".join(filter(None, said)) for said in zip(*beside, strict=True)] if beside else [""] * len(X)
        first = texts_of(X, self.reads[0])
        return list(zip(map(split_hashtags, first) if self.split_hashtags else first, second, strict=True))

    def _auxiliary(self, X: pd.DataFrame) -> tuple[np.ndarray, int]:
        """Return the code of each row's value in the auxiliary column, -1 where it has none, and how many there are."""
        if self.auxiliary is None:
            return np.full(len(X), -1), 0
        if self.auxiliary not in X:
            raise InputError(
                f"classifier.auxiliary: expected a column of the examples, found no {self.auxiliary!r} among "
                f"{list(X.columns)}; a table keeps it with dataset.extra=[{self.auxiliary}]"
            )
        codes, values = pd.factorize(X[self.auxiliary], sort=True)
        return codes.astype(np.int64), len(values)
