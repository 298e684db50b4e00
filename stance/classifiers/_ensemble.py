"""Several classifiers that decide together: calibrated probabilities averaged, or weighed by a further classifier."""

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import _check_sample_weight, check_consistent_length, check_is_fitted, validate_data

from stance.folds.groups import value_codes
from stance.folds.splitter import GroupedKFold

LEAST = 1e-6  # a probability below it speaks no louder: its logarithm would drown all else


class EnsembleClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]  # untyped base
    """Let named `members`, unfitted classifiers, decide together.

    `combine`: "mean" averages their probabilities, where one that has none is calibrated first: logistic regression
    on the scores that it gives rows left out, which are one for the predicted label where it has no scores either.
    "stacking" is one logistic regression on the left-out scores of all (Wolpert 1992). Rows are left out in `n_folds`
    inner folds that keep `groups` together, drawn with `random_state`, parts of what is trained on.

    Learned: `classes_`; `members_`, fitted on all rows; `calibrators_`, by member, None for one that has
    probabilities; `stacked_`, None unless stacking.
    """

    def __init__(
        self,
        members: Sequence[tuple[str, Any]],
        combine: str = "mean",
        n_folds: int = 5,
        random_state: int = 0,
    ) -> None:
        self.members = members
        self.combine = combine
        self.n_folds = n_folds
        self.random_state = random_state

    def fit(self, X: Any, y: Any, groups: Any = None, sample_weight: Any = None) -> Self:
        """Fit all members. X: examples; y: labels; `groups`: which rows stay together; `sample_weight`: of training.

        Raises InputError if rows must be left out and there are fewer groups than inner folds.
        """
        if not _are_examples(X):
            X, y = validate_data(self, X, y)
        y = np.asarray(y)
        check_classification_targets(y)
        check_consistent_length(X, y, groups, sample_weight)
        weights = None if sample_weight is None else _check_sample_weight(sample_weight, X)
        self.classes_ = np.unique(y)
        together = np.arange(len(y)) if groups is None else value_codes(pd.Series(np.asarray(groups)))
        self.members_ = [_fitted(member, X, y, weights) for _, member in self.members]
        self.calibrators_ = [None for _ in self.members]
        self.stacked_ = None
        if self.combine == "stacking":
            scores = np.hstack([self._left_out(member, X, y, together, weights) for _, member in self.members])
            self.stacked_ = LogisticRegression(max_iter=1000).fit(scores, y, weights)
            return self
        for place, (_, member) in enumerate(self.members):
            if not hasattr(self.members_[place], "predict_proba"):
                scores = self._left_out(member, X, y, together, weights)
                self.calibrators_[place] = LogisticRegression(max_iter=1000).fit(scores, y, weights)
        return self

    def predict(self, X: Any) -> np.ndarray:
        """Return n_rows labels."""
        codes = self.predict_proba(X).argmax(axis=1)
        labels: np.ndarray = self.classes_[codes]
        return labels

    def predict_proba(self, X: Any) -> np.ndarray:
        """Return (n_rows, n_labels) probabilities."""
        check_is_fitted(self)
        if not _are_examples(X):
            X = validate_data(self, X, reset=False)
        scores = [_scores(member, X, self.classes_) for member in self.members_]
        if self.stacked_ is not None:
            stacked: np.ndarray = self.stacked_.predict_proba(np.hstack(scores))
            return stacked
        parts = [
            np.exp(of_member) if calibrator is None else calibrator.predict_proba(of_member)
            for of_member, calibrator in zip(scores, self.calibrators_, strict=True)
        ]
        summed = np.sum(parts, axis=0)
        shares: np.ndarray = summed / summed.sum(axis=1, keepdims=True)
        return shares

    def _left_out(
        self, member: Any, X: Any, y: np.ndarray, groups: np.ndarray, weights: np.ndarray | None
    ) -> np.ndarray:
        """Return (n_rows, n_labels) scores of rows by a clone of `member` that has not seen them."""
        scores = np.empty((len(y), len(self.classes_)))
        for train, test in GroupedKFold(self.n_folds, self.random_state).split(X, y, groups):
            fitted = _fitted(member, _rows(X, train), y[train], None if weights is None else weights[train])
            scores[test] = _scores(fitted, _rows(X, test), self.classes_)
        return scores


def _are_examples(X: Any) -> bool:
    """Return whether rows are a table with words, whose columns are checked by the members that read them."""
    return isinstance(X, pd.DataFrame) and len(X.select_dtypes("number").columns) < X.shape[1]


def _rows(X: Any, places: np.ndarray) -> Any:
    return X.iloc[places] if isinstance(X, pd.DataFrame) else X[places]


def _fitted(member: Any, X: Any, y: np.ndarray, weights: np.ndarray | None) -> Any:
    if weights is None:
        return clone(member).fit(X, y)
    last = f"{member.steps[-1][0]}__" if isinstance(member, Pipeline) else ""
    return clone(member).fit(X, y, **{f"{last}sample_weight": weights})


def _scores(fitted: Any, X: Any, classes: np.ndarray) -> np.ndarray:
    """Return (n_rows, n_labels) logarithms of probabilities, else scores, else 1 for the predicted label and 0."""
    known = np.searchsorted(classes, fitted.classes_)
    if hasattr(fitted, "predict_proba"):
        scores = np.full((len(X), len(classes)), np.log(LEAST))
        scores[:, known] = np.log(np.maximum(fitted.predict_proba(X), LEAST))
        return scores
    if not hasattr(fitted, "decision_function"):
        predicted: np.ndarray = (np.asarray(fitted.predict(X))[:, None] == classes).astype(float)
        return predicted
    given = fitted.decision_function(X)
    given = np.column_stack([-given, given]) if given.ndim == 1 else given
    # a label that an inner fold does not have is as unlikely as the least likely
    scores = np.repeat(given.min(axis=1, keepdims=True), len(classes), axis=1)
    scores[:, known] = given
    return scores
