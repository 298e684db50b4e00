"""Predictions: each example predicted by a classifier that has not seen it, in one long table."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from stance.classifiers.features import strongest_features
from stance.errors import InputError
from stance.folds import Fold

if TYPE_CHECKING:
    import pandas as pd


def cross_predict(
    classifier: Any,
    examples: "pd.DataFrame",
    folds: Sequence[Fold],
    labels: Sequence[str],
    on_fold: Callable[[], object] = lambda: None,
) -> "pd.DataFrame":
    """Fit a clone of `classifier` on each fold's training rows and predict its test rows.

    Returns one row per example and repeat, sorted by both: example_id, repeat, fold, label, predicted;
    `score_<label>`, the probability, where the classifier has probabilities; `features`, the n-grams that
    weighed most for the prediction, where it is linear. A fold whose training rows have one label only
    predicts that label, as any classifier would. `on_fold` is called after each fold.

    Raises InputError if the folds do not predict every example exactly once in each repeat.
    """
    import pandas as pd

    _check_coverage(examples, folds)
    parts = []
    for fold in folds:
        parts.append(_predict_fold(classifier, examples, fold, labels))
        on_fold()
    table = pd.concat(parts, ignore_index=True)
    return table.sort_values(["repeat", "example_id"], kind="stable", ignore_index=True)


def _predict_fold(classifier: Any, examples: "pd.DataFrame", fold: Fold, labels: Sequence[str]) -> "pd.DataFrame":
    import numpy as np
    import pandas as pd
    from sklearn.base import clone
    from sklearn.dummy import DummyClassifier
    from sklearn.pipeline import Pipeline

    train, test = examples.iloc[fold.train], examples.iloc[fold.test]
    one_label = train["label"].nunique() == 1
    fitted = (DummyClassifier() if one_label else clone(classifier)).fit(train, train["label"])
    # a pipeline's features are made once, not again for labels, probabilities and explanations
    is_pipeline = isinstance(fitted, Pipeline)
    last, features = (fitted[-1], fitted[:-1].transform(test)) if is_pipeline else (fitted, test)
    predicted = last.predict(features)
    table = pd.DataFrame(
        {
            "example_id": test["example_id"].to_numpy(),
            "repeat": fold.repeat,
            "fold": fold.fold,
            "label": test["label"].to_numpy(),
            "predicted": predicted,
        }
    )
    if hasattr(classifier, "predict_proba"):
        probabilities = last.predict_proba(features)
        known = list(fitted.classes_)
        for label in labels:
            table[f"score_{label}"] = probabilities[:, known.index(label)] if label in known else np.zeros(len(test))
    table["features"] = strongest_features(fitted, features, predicted)
    return table


def _check_coverage(examples: "pd.DataFrame", folds: Sequence[Fold]) -> None:
    import numpy as np

    if not folds:
        raise InputError("expected at least one fold, found none; make them with a function of stance.folds")
    tested: dict[int, list[np.ndarray]] = {}
    for fold in folds:
        if np.intersect1d(fold.train, fold.test).size:
            raise InputError(f"fold {fold.fold} of repeat {fold.repeat} tests on examples that it trains on")
        tested.setdefault(fold.repeat, []).append(fold.test)
    for repeat, parts in tested.items():
        if not np.array_equal(np.sort(np.concatenate(parts)), np.arange(len(examples))):
            raise InputError(f"repeat {repeat} of the folds does not test every example exactly once")
