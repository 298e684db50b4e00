"""Tuning: a classifier's settings are chosen inside the training folds, by scikit-learn's own search."""

import inspect
import json
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from stance.classifiers._baselines import CHEATING
from stance.errors import InputError, did_you_mean
from stance.folds import Fold

if TYPE_CHECKING:
    import pandas as pd


def grid(
    factory: Callable[..., Any],
    settings: Mapping[str, Any],
    values: Mapping[str, Any],
    n_folds: int = 5,
    random_state: int = 0,
) -> Any:
    """Return a classifier that tries every combination of values in `n_folds` inner folds before it is fitted.

    `factory` and `settings`: the function of `stance.classifiers` and what it is called with; `values`: by the
    name of that function, then by its parameters, a list of values to try instead of the setting. Parameters
    without a list keep their setting. A classifier that cheats has nothing to tune and is returned as it is.

    Raises InputError if there are no values for the classifier, or some for what is no parameter of it.

    >>> from stance.classifiers import linear_svm
    >>> tuned = grid(linear_svm, {"ngrams": [1, 2]}, {"linear_svm": {"C": [0.1, 1]}})
    >>> len(tuned.candidates())
    2
    """
    name = factory.__name__
    if name in CHEATING:
        return factory(**settings)
    if not values.get(name):
        raise InputError(
            f"tune.values: expected values to try for {name!r}, found some for {list(values)}; set tune.values.{name}, "
            f"or tune=null"
        )
    known = list(inspect.signature(factory).parameters)
    problems = [
        f"{key!r}, which is no parameter of it.{did_you_mean(key, known)}" for key in values[name] if key not in known
    ]
    problems += [
        f"{key}={tried!r}"
        for key, tried in values[name].items()
        if key in known and (not isinstance(tried, list | tuple) or not tried)
    ]
    if problems:
        raise InputError(
            f"tune.values.{name}: expected lists of values by parameter ({known}), found {'; '.join(problems)}"
        )
    from stance.classifiers.tuning._search import TunedClassifier

    tried = {key: list(of_key) for key, of_key in values[name].items()}
    return TunedClassifier(factory, dict(settings), tried, n_folds, random_state)


def chosen_values(fitted: Sequence[tuple[Fold, Any]]) -> "pd.DataFrame":
    """Return what each fold's search chose, one row a fold: repeat, fold, a column a parameter, inner_macro_f1.

    `fitted`: folds with the classifiers fitted on them, as `cross_predict` hands them to `on_fitted`. Values
    are written as in a config. A fold that had nothing to choose has no row.
    """
    import pandas as pd

    rows = [
        {
            "repeat": fold.repeat,
            "fold": fold.fold,
            **{key: json.dumps(value) for key, value in made.chosen_.items()},
            "inner_macro_f1": made.inner_score_,
        }
        for fold, made in fitted
        if hasattr(made, "chosen_")
    ]
    return pd.DataFrame(rows)


def tuning_note(fitted: Any) -> str:
    """Return in words what the search chose for a classifier fitted on everything, "" where none searched."""
    if not hasattr(fitted, "chosen_"):
        return ""
    chosen = ", ".join(f"{key}={json.dumps(value)}" for key, value in fitted.chosen_.items())
    return (
        f"The classifier that is kept was tuned once on all {fitted.n_examples_:,} examples: {chosen}, the best of "
        f"{len(fitted.tried_)} by macro F1 ({fitted.inner_score_:.2f} over {fitted.n_folds} inner folds, which is not "
        f"a score of it: the scores are those of classifiers tuned inside each fold)."
    )
