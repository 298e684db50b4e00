"""An estimator that knows groups only: the majority label of a row's group, else the overall majority."""

from collections import Counter
from typing import Any, Self

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data


class GroupPriorClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]  # untyped base
    """Predict the majority label of the training rows that equal a row, else the overall majority.

    `column`: the column of a DataFrame that names the group; None (default): a group is a row in all columns.
    Where a DataFrame to predict lacks the column, no row has a group.

    A row with a missing value belongs to no group. Where two labels are equally frequent in a group, the one
    more frequent overall is predicted, then the one that sorts first.

    Learned: `classes_`; `groups_`, an array of n_groups rows; `group_labels_`, n_groups labels; `overall_`.

    >>> GroupPriorClassifier().fit([["a"], ["a"], ["b"]], ["x", "x", "y"]).predict([["b"], ["c"]]).tolist()
    ['y', 'x']
    """

    def __init__(self, column: str | None = None) -> None:
        self.column = column

    def fit(self, X: Any, y: Any) -> Self:
        """Count the labels of each group. X: (n_rows, n_columns) of any kind; y: n_rows labels."""
        X, y = validate_data(self, self._naming_group(X), y, dtype=None, ensure_all_finite="allow-nan")
        check_classification_targets(y)
        self.classes_, codes = np.unique(y, return_inverse=True)
        overall = np.bincount(codes, minlength=len(self.classes_))
        self.overall_ = self.classes_[overall.argmax()]
        counts: dict[tuple[Any, ...], Counter[int]] = {}
        for key, code in zip(_keys(X), codes, strict=True):
            if key is not None:
                counts.setdefault(key, Counter())[code] += 1
        best = [max(c, key=lambda code: (c[code], overall[code], -code)) for c in counts.values()]
        self.groups_ = np.array(list(counts), dtype=X.dtype).reshape(len(counts), X.shape[1])
        self.group_labels_ = self.classes_[np.array(best, dtype=int)]
        return self

    def predict(self, X: Any) -> np.ndarray:
        """Return n_rows labels."""
        check_is_fitted(self)
        X = validate_data(self, self._naming_group(X), dtype=None, ensure_all_finite="allow-nan", reset=False)
        known = dict(zip(map(tuple, self.groups_.tolist()), self.group_labels_, strict=True))
        labels = [self.overall_ if key is None else known.get(key, self.overall_) for key in _keys(X)]
        return np.array(labels, dtype=self.classes_.dtype)

    def _naming_group(self, X: Any) -> Any:
        if self.column is None:
            return X
        return X.reindex(columns=[self.column]).astype(object)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.input_tags.string = True
        tags.input_tags.categorical = True
        return tags


def _keys(X: np.ndarray) -> list[tuple[Any, ...] | None]:
    """Return each row as a tuple, None where a value of it is missing."""
    return [None if any(pd.isna(value) for value in row) else tuple(row) for row in X.tolist()]
