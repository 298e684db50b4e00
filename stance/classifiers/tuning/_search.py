"""The search: GridSearchCV on features that are made once for each inner fold and feature setting."""

from collections.abc import Callable, Mapping
from typing import Any, Self

import numpy as np
import pandas as pd
from sklearn import config_context
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.metrics import f1_score, make_scorer
from sklearn.model_selection import GridSearchCV, ParameterGrid
from sklearn.pipeline import Pipeline
from sklearn.utils.metaestimators import available_if
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import (
    assert_all_finite,
    check_consistent_length,
    check_is_fitted,
    column_or_1d,
    has_fit_parameter,
    validate_data,
)

from stance.classifiers.tuning._features import Kept, KeptFeatures
from stance.errors import InputError
from stance.folds.fold import row_order
from stance.folds.groups import value_codes
from stance.folds.splitter import GroupedKFold


class TunedClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]  # untyped base
    """Choose settings by macro F1 over inner folds that keep groups apart, then fit once on all rows.

    `factory` and `settings`: what makes the classifier, a Pipeline of features and classifier; `values`: the
    values to try by parameter; `n_folds`, `random_state`: the inner folds. A tie goes to the candidate that
    comes first in `candidates`, which are ordered by their features.

    Learned: `best_estimator_`, the fitted pipeline; `chosen_`, its values; `inner_score_`, their macro F1, the
    mean over the inner folds; `tried_`, a table of all candidates; `classes_`; `n_examples_`; `n_features_in_` and
    `feature_names_in_`, the columns.
    """

    def __init__(
        self,
        factory: Callable[..., Any],
        settings: Mapping[str, Any],
        values: Mapping[str, Any],
        n_folds: int = 5,
        random_state: int = 0,
    ) -> None:
        self.factory = factory
        self.settings = settings
        self.values = values
        self.n_folds = n_folds
        self.random_state = random_state

    def candidates(self) -> list[dict[str, Any]]:
        """Return all combinations of values, those that make the same features one after the other."""
        combinations = list(ParameterGrid(dict(self.values)))
        settings = [_setting(self._make(values)) for values in combinations]
        first = {setting: place for place, setting in reversed(list(enumerate(settings)))}
        order = sorted(range(len(combinations)), key=lambda place: (first[settings[place]], place))
        return [combinations[place] for place in order]

    def fit(self, X: pd.DataFrame, y: Any, groups: Any = None, sample_weight: Any = None) -> Self:
        """Search and fit. X: examples; y: labels; `groups`: which rows stay together; `sample_weight`: of training.

        X may be an array of numbers where the pipeline of `factory` takes one.

        Raises InputError if there are fewer groups than inner folds, or one label in an inner training fold, and
        ValueError if labels, groups or weights are not one for each row, or a label is missing.
        """
        X, y = self._table(X), column_or_1d(y, warn=True)
        check_consistent_length(X, y, groups, sample_weight)
        assert_all_finite(y, input_name="y")
        check_classification_targets(y)
        order = row_order(X) if "example_id" in X else np.arange(len(X))
        # row numbers of this search: features are kept by them
        rows, labels = X.iloc[order].reset_index(drop=True), y[order]
        together = np.arange(len(X)) if groups is None else value_codes(pd.Series(np.asarray(groups)[order]))
        weights = None if sample_weight is None else np.asarray(sample_weight, dtype=float)[order]
        candidates = self.candidates()
        search = self._search(candidates, rows, labels, together, weights)
        self.tried_ = pd.DataFrame(candidates).assign(macro_f1=search.cv_results_["mean_test_score"])
        self.chosen_ = candidates[search.best_index_]
        self.inner_score_ = float(search.best_score_)
        given = {} if weights is None else {"classifier__sample_weight": weights}
        self.best_estimator_ = self._make(self.chosen_).fit(rows, labels, **given)
        self.classes_, self.n_examples_ = self.best_estimator_.classes_, len(rows)
        return self

    def predict(self, X: pd.DataFrame) -> np.ndarray:
        """Return n_rows labels."""
        check_is_fitted(self)
        predicted: np.ndarray = self.best_estimator_.predict(X)
        return predicted

    @available_if(lambda self: hasattr(self._make({}), "predict_proba"))  # type: ignore[untyped-decorator, unused-ignore]
    def predict_proba(self, X: pd.DataFrame) -> np.ndarray:
        """Return (n_rows, n_labels) probabilities, where the classifier has them."""
        check_is_fitted(self)
        probabilities: np.ndarray = self.best_estimator_.predict_proba(X)
        return probabilities

    def _make(self, values: Mapping[str, Any]) -> Pipeline:
        return self.factory(**{**self.settings, **values})

    def _table(self, X: Any) -> pd.DataFrame:
        """Return rows as a table whose columns are counted and named; those of an array of numbers are numbered."""
        # columns of words are checked by the steps of the pipeline that read them
        given = {"skip_check_array": True} if isinstance(X, pd.DataFrame) else {"ensure_min_samples": 2}
        return pd.DataFrame(validate_data(self, X, **given))

    def _search(
        self,
        candidates: list[dict[str, Any]],
        rows: pd.DataFrame,
        labels: np.ndarray,
        groups: np.ndarray,
        weights: np.ndarray | None,
    ) -> GridSearchCV:
        """Return a GridSearchCV that has been through all candidates, in their order."""
        _check_n_folds(self.n_folds, labels, groups)
        inner, kept = GroupedKFold(self.n_folds, self.random_state), Kept(rows)
        _check_inner_folds(inner, labels, groups)
        grids: dict[str, dict[str, list[Any]]] = {}
        # groups reach the inner folds, and weights the classifier alone, through scikit-learn's metadata routing
        with config_context(enable_metadata_routing=True):
            for values in candidates:
                made = self._make(values)
                setting = _setting(made)
                features = KeptFeatures(made.named_steps["features"], setting, kept)
                of_setting = grids.setdefault(setting, {"features": [features], "classifier": []})
                of_setting["classifier"].append(_weighted(made[-1], weights is not None))
            pipeline = Pipeline([("features", "passthrough"), ("classifier", made[-1])])
            # where only two labels are left, f1_score would ask which of them is the positive one
            scorer = make_scorer(f1_score, average="macro", zero_division=0.0, pos_label=None).set_score_request(
                sample_weight=False
            )
            search = GridSearchCV(
                pipeline, list(grids.values()), scoring=scorer, cv=inner, refit=False, error_score="raise"
            )
            given = {} if weights is None else {"sample_weight": weights}
            return search.fit(rows, labels, groups=groups, **given)


def _setting(made: Pipeline) -> str:
    """Return all parameters of the step that makes the features, as a text to compare settings by."""
    return str({name: repr(value) for name, value in made.named_steps["features"].get_params().items()})


def _weighted(classifier: Any, weighted: bool) -> Any:
    if not weighted:
        return classifier
    if not has_fit_parameter(classifier, "sample_weight"):
        raise InputError(f"weights: expected a classifier that takes weights, found {type(classifier).__name__}")
    return classifier.set_fit_request(sample_weight=True)


def _check_n_folds(n_folds: int, labels: np.ndarray, groups: np.ndarray) -> None:
    n_groups, most = len(np.unique(groups)), int(np.unique(labels, return_counts=True)[1].max())
    possible = min(n_groups, most)
    if not 2 <= n_folds <= possible:
        remedy = "use tune=null" if possible < 2 else f"set tune.n_folds to {possible if n_folds > 1 else 2}"
        raise InputError(
            f"tune.n_folds: expected 2 or more inner folds, at most one for each group and each example of the most "
            f"frequent label, found n_folds={n_folds} for {n_groups} group(s) and {most} example(s) in training; "
            f"{remedy}"
        )


def _check_inner_folds(inner: GroupedKFold, labels: np.ndarray, groups: np.ndarray) -> None:
    for number, (train, _) in enumerate(inner.split(labels, labels, groups)):
        if len(set(labels[train])) < 2:
            raise InputError(
                f"tune: inner fold {number} of {inner.n_splits} leaves only label {labels[train][0]!r} to train on; "
                f"its {len(labels)} training examples are too few to tune on by these groups, use tune=null"
            )
