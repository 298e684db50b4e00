"""One classifier for each target, and one for all of them that judges targets which training does not have."""

from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, MetaEstimatorMixin, clone
from sklearn.dummy import DummyClassifier
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data


class PerTargetClassifier(ClassifierMixin, MetaEstimatorMixin, BaseEstimator):  # type: ignore[misc]  # untyped base
    """Fit a clone of `estimator` on the rows of each target, and one on all rows.

    That of a target is fitted on the columns that are not 0 in all of its rows, and sees no others: of the n-grams of
    a corpus one target has few, and a weight for each of the rest, for each target, is all memory and no knowledge.

    X: (n_rows, n_features) numbers, sparse or dense. `column`: the one that numbers the target (default 0), from
    0, negative where training does not have it; None: there is none. A target with one label has that label.

    Learned: `classes_`; `of_target_`, a fitted classifier by target; `seen_`, its columns, of those that are not the
    target; `of_all_`.
    """

    def __init__(self, estimator: Any, column: int | None = 0) -> None:
        self.estimator = estimator
        self.column = column

    def fit(self, X: Any, y: Any) -> Self:
        """Fit one classifier a target. Raises ValueError as `estimator` does."""
        X, y = validate_data(self, X, y, accept_sparse="csr", dtype=np.float64)
        check_classification_targets(y)
        self.classes_ = np.unique(y)
        targets, words = self._parted(X)
        self.of_all_ = clone(self.estimator).fit(words, y)
        self.of_target_, self.seen_ = {}, {}
        for target in map(int, np.unique(targets[targets >= 0])):
            rows = np.flatnonzero(targets == target)
            made = DummyClassifier() if len(set(y[rows])) == 1 else clone(self.estimator)
            own = words[rows]
            self.seen_[target] = _occurring(own)
            self.of_target_[target] = made.fit(own[:, self.seen_[target]], y[rows])
        return self

    def predict(self, X: Any) -> np.ndarray:
        """Return n_rows labels."""
        check_is_fitted(self)
        X = validate_data(self, X, accept_sparse="csr", dtype=np.float64, reset=False)
        targets, words = self._parted(X)
        predicted = np.empty(X.shape[0], dtype=self.classes_.dtype)
        for target in map(int, np.unique(targets)):
            rows = np.flatnonzero(targets == target)
            if target in self.of_target_:
                predicted[rows] = self.of_target_[target].predict(words[rows][:, self.seen_[target]])
            else:
                predicted[rows] = self.of_all_.predict(words[rows])
        return predicted

    def _parted(self, X: Any) -> tuple[np.ndarray, Any]:
        """Return n_rows targets, -1 where there is none, and the other columns."""
        if self.column is None:
            return np.full(X.shape[0], -1), X
        # a slice is taken without a copy, where the target stands first as it does here
        others = slice(1, None) if self.column == 0 else [place for place in range(X.shape[1]) if place != self.column]
        targets = X[:, [self.column]]
        numbers = targets.toarray() if hasattr(targets, "toarray") else targets
        return numbers.ravel().astype(int), X[:, others]

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags


def _occurring(words: Any) -> np.ndarray:
    """Return the columns that are not 0 in all rows; the first where all are, since a classifier wants one."""
    if hasattr(words, "indices"):
        occurs = np.zeros(words.shape[1], dtype=bool)
        occurs[words.indices[words.data != 0]] = True
    else:
        occurs = words.any(axis=0)
    return np.flatnonzero(occurs) if occurs.any() else np.arange(1)
