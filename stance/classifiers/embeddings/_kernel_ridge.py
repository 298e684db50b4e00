"""Kernel ridge on labels of plus and minus one, calibrated by leaving each training row out."""

from typing import Any, Self

import numpy as np
from scipy.linalg import LinAlgError, cho_factor, cho_solve  # type: ignore[import-untyped, unused-ignore]
from scipy.linalg.lapack import dtrtri  # type: ignore[import-untyped, unused-ignore]
from scipy.optimize import minimize_scalar  # type: ignore[import-untyped, unused-ignore]
from scipy.special import log_softmax, softmax  # type: ignore[import-untyped, unused-ignore]
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

SHARPEST = 100.0
MOST_ROWS = 20_000  # a kernel of so many rows has 3.2 GB


class KernelRidgeClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]  # untyped base
    """Regularised least squares on a given kernel, one label against the rest, all labels by one Cholesky solve.

    X: (n_rows, n_train) kernel values between the rows and the training rows. Above 20,000 training rows it is
    (n_rows, n_features), features whose products approach the kernel. `alpha`: larger penalises more. `balanced`:
    labels weigh the same in sum, however often they occur.

    Probabilities are the softmax of the scores times one number, chosen by log-loss on the scores that each
    training row has when it is left out, which least squares know without a further fit (Rifkin and Lippert 2007).

    Learned: `classes_`; `dual_coef_`, (n_train or n_features, n_labels); `left_out_scores_`, (n_train, n_labels);
    `sharpness_`, the number.
    """

    def __init__(self, alpha: float = 1.0, balanced: bool = False) -> None:
        self.alpha = alpha
        self.balanced = balanced

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Solve for all labels at once. Raises ValueError if X is no kernel or there is one label."""
        X, y = validate_data(self, X, y, dtype=np.float64)
        check_classification_targets(y)
        if X.shape[0] != X.shape[1] and len(X) <= MOST_ROWS:
            raise ValueError(f"expected a square kernel of the training rows, found {X.shape}")
        weights = _check_sample_weight(sample_weight, X, dtype=np.float64, ensure_non_negative=True)
        used = np.flatnonzero(weights)
        self.classes_, codes = np.unique(y[used], return_inverse=True)
        if len(self.classes_) < 2:
            raise ValueError(f"expected two classes or more, found one class: {self.classes_.tolist()}")
        weights = weights[used]
        if self.balanced:
            weights = weights * (weights.sum() / len(self.classes_) / np.bincount(codes, weights))[codes]
        signs = np.where(codes[:, None] == np.arange(len(self.classes_)), 1.0, -1.0)
        solve = _solve_kernel if len(X) <= MOST_ROWS else _solve_features
        self.dual_coef_ = np.zeros((X.shape[1], len(self.classes_)))
        self.left_out_scores_ = np.zeros((len(X), len(self.classes_)))
        columns = used if len(X) <= MOST_ROWS else np.arange(X.shape[1])
        self.dual_coef_[columns], left_out = solve(X[np.ix_(used, columns)], signs, weights, self.alpha)
        self.left_out_scores_[used] = left_out
        self.sharpness_ = _sharpness(left_out, codes, weights)
        return self

    def decision_function(self, X: Any) -> np.ndarray:
        """Return (n_rows, n_labels) scores, (n_rows,) for the second of two labels."""
        check_is_fitted(self)
        scores: np.ndarray = validate_data(self, X, dtype=np.float64, reset=False) @ self.dual_coef_
        return scores[:, 1] if len(self.classes_) == 2 else scores

    def predict(self, X: Any) -> np.ndarray:
        """Return n_rows labels."""
        codes = self.predict_proba(X).argmax(axis=1)
        labels: np.ndarray = self.classes_[codes]
        return labels

    def predict_proba(self, X: Any) -> np.ndarray:
        """Return (n_rows, n_labels) probabilities."""
        check_is_fitted(self)
        scores = validate_data(self, X, dtype=np.float64, reset=False) @ self.dual_coef_
        probabilities: np.ndarray = softmax(self.sharpness_ * scores, axis=1)
        return probabilities

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.pairwise = True
        return tags


def _solve_kernel(K: np.ndarray, signs: np.ndarray, weights: np.ndarray, alpha: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the coefficients of the training rows, and the scores that each has when it is left out."""
    try:
        factor = cho_factor(K + np.diag(alpha / weights), lower=True)
    except LinAlgError:
        raise ValueError("expected a kernel, which is positive semidefinite, found a matrix that is not") from None
    # the inverse is L⁻ᵀ L⁻¹, so that its diagonal is the squared lengths of the columns of L⁻¹
    inverse_diagonal = np.square(np.tril(dtrtri(factor[0], lower=1)[0])).sum(axis=0)
    solved = cho_solve(factor, signs)
    return solved, signs - solved / inverse_diagonal[:, None]


def _solve_features(
    Z: np.ndarray, signs: np.ndarray, weights: np.ndarray, alpha: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return the coefficients of the features, and the scores that each row has when it is left out."""
    weighted = Z.T * weights
    factor = cho_factor(weighted @ Z + alpha * np.eye(Z.shape[1]), lower=True)
    solved = cho_solve(factor, weighted @ signs)
    own_share = (cho_solve(factor, weighted).T * Z).sum(axis=1)[:, None]
    return solved, (Z @ solved - own_share * signs) / (1 - own_share)


def _sharpness(scores: np.ndarray, codes: np.ndarray, weights: np.ndarray) -> float:
    """Return what scores are multiplied by so that their softmax has the smallest log-loss, at most 100."""

    def loss(logarithm: float) -> float:
        chosen = log_softmax(np.exp(logarithm) * scores, axis=1)[np.arange(len(codes)), codes]
        return -float(np.average(chosen, weights=weights))

    found = minimize_scalar(loss, bounds=(np.log(1 / SHARPEST), np.log(SHARPEST)), method="bounded")
    return float(np.exp(found.x))
