"""NB-SVM (Wang and Manning 2012): naive Bayes log-count ratios as features of a linear support vector machine."""

from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.linear_model._base import LinearClassifierMixin
from sklearn.svm import LinearSVC
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_non_negative, validate_data


class NBSVMClassifier(LinearClassifierMixin, BaseEstimator):  # type: ignore[misc]  # untyped base
    """One label against the rest, each by a linear machine on features times their log-count ratio.

    X: (n_rows, n_features) numbers of 0 and above, sparse or dense; the paper's are 0 and 1. `C`: smaller
    penalises more; `alpha`: added to each count; `beta`: weights are (1 - beta) times their mean size plus beta
    times themselves.

    Learned: `classes_`; `coef_`, (n_labels, n_features), one row for the second of two labels; `intercept_`.
    """

    def __init__(self, C: float = 1.0, alpha: float = 1.0, beta: float = 0.25, random_state: int = 0) -> None:
        self.C = C
        self.alpha = alpha
        self.beta = beta
        self.random_state = random_state

    def fit(self, X: Any, y: Any) -> Self:
        """Count, then fit one machine a label. Raises ValueError if a feature is negative or there is one label."""
        X, y = validate_data(self, X, y, accept_sparse="csr", dtype=np.float64)
        check_classification_targets(y)
        check_non_negative(X, type(self).__name__)
        self.classes_ = np.unique(y)
        if len(self.classes_) < 2:
            raise ValueError(f"expected two classes or more, found one class: {self.classes_.tolist()}")
        of_labels = self.classes_[1:] if len(self.classes_) == 2 else self.classes_
        weights, self.intercept_ = np.empty((len(of_labels), X.shape[1])), np.empty(len(of_labels))
        for row, label in enumerate(of_labels):
            weights[row], self.intercept_[row] = self._one_against_the_rest(X, y == label)
        self.coef_ = weights
        return self

    def _one_against_the_rest(self, X: Any, of_label: np.ndarray) -> tuple[np.ndarray, float]:
        ratio = _log_shares(X[of_label], self.alpha) - _log_shares(X[~of_label], self.alpha)
        scaled = X.multiply(ratio).tocsr() if hasattr(X, "multiply") else X * ratio
        svm = LinearSVC(C=self.C, random_state=self.random_state, max_iter=10_000).fit(scaled, of_label)
        weights = svm.coef_[0]
        between = (1 - self.beta) * np.abs(weights).mean() + self.beta * weights
        return between * ratio, float(svm.intercept_[0])

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        tags.input_tags.positive_only = True
        tags.classifier_tags.poor_score = True  # on numbers that are no counts, as naive Bayes says of itself
        return tags


def _log_shares(X: Any, alpha: float) -> np.ndarray:
    """Return the logarithm of each feature's share of all counts, smoothed."""
    counts = alpha + np.asarray(X.sum(axis=0)).ravel()
    shares: np.ndarray = np.log(counts / counts.sum())
    return shares
