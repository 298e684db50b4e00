"""Sentence embeddings as features of a linear classifier, augmented by target."""

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix, hstack  # type: ignore[import-untyped, unused-ignore]
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from stance.classifiers.embeddings._columns import ReadsTexts, targets_of, texts_of
from stance.classifiers.embeddings._encoder import SentenceEncoder


class SentenceFeatures(ReadsTexts, TransformerMixin, BaseEstimator):  # type: ignore[misc]  # untyped base
    """Vectors of the columns in `reads` by each of `encoders`, side by side, once for all and once a target.

    `sharing` (a): the block of a row's own target is √a times the common one, both divided by √(1 + a), so that
    their product is the one of Daumé's (2007) augmentation, (1 + a [same target]) / (1 + a) of what it was.
    At 0 there are no blocks. `split_hashtags`: they are read as words.

    Learned: `targets_`, those that have a block.
    """

    def __init__(
        self,
        encoders: Sequence[str],
        reads: Sequence[str] = ("text",),
        sharing: float = 0.0,
        split_hashtags: bool = False,
    ) -> None:
        self.encoders = encoders
        self.reads = reads
        self.sharing = sharing
        self.split_hashtags = split_hashtags

    def fit(self, X: pd.DataFrame, y: Any = None) -> Self:
        """Learn the targets."""
        self.targets_ = np.unique(targets_of(X)) if self.sharing > 0 else np.array([], dtype=object)
        return self

    def transform(self, X: pd.DataFrame) -> csr_matrix:
        """Return (n_rows, n_dimensions * (1 + n_targets)) features."""
        check_is_fitted(self)
        vectors = [
            SentenceEncoder(name, split_hashtags=self.split_hashtags).transform(texts_of(X, column))
            for column in self.reads
            for name in self.encoders
        ]
        common = csr_matrix(np.hstack(vectors, dtype=np.float64) / np.sqrt(len(vectors)))
        targets = targets_of(X)
        own = [
            csr_matrix((targets == target)[:, None] * np.sqrt(self.sharing)).multiply(common)
            for target in self.targets_
        ]
        return (hstack([common, *own]) / np.sqrt(1 + self.sharing)).tocsr()
