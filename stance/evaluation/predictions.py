"""Predictions: each example predicted by a classifier that has not seen it, in one long table."""

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from stance.classifiers.costs import Cost, is_costly
from stance.classifiers.features import strongest_features
from stance.dataset.examples import label_weights
from stance.errors import InputError
from stance.folds import Fold
from stance.folds.fold import row_order
from stance.folds.shuffling import redraw_training

if TYPE_CHECKING:
    from threadpoolctl import ThreadpoolController


def cross_predict(
    classifier: Any,
    examples: pd.DataFrame,
    folds: Sequence[Fold],
    labels: Sequence[str],
    on_fold: Callable[[], object] = lambda: None,
    weights: pd.Series | None = None,
    groups: pd.Series | None = None,
    on_fitted: Callable[[Fold, Any], object] = lambda fold, fitted: None,
    cost: Cost | None = None,
) -> pd.DataFrame:
    """Fit a clone of `classifier` on each fold's training rows and predict its test rows.

    `weights`: what each example weighs in training; `groups`: what an inner search keeps together; both with the
    index of `examples`. `on_fold` is called after each fold, `on_fitted` with it and what was fitted on it;
    `cost` is added to.

    Returns one row per tested example and repeat, sorted by both: example_id, repeat, fold, label, predicted;
    `score_<label>`, the probability, where the classifier has probabilities; `features`, the n-grams that
    weighed most for the prediction, where it is linear. A fold whose training rows have one label only
    predicts that label, as any classifier would.

    Raises InputError if a text is missing, if a repeat does not test each example that the folds test exactly once,
    or if the classifier takes no weights.
    """
    _check_coverage(examples, folds)
    _check_texts(examples)
    _check_aligned(examples, weights=weights, groups=groups)
    parts, cost = [], Cost() if cost is None else cost
    place = np.empty(len(examples), dtype=int)
    place[row_order(examples)] = np.arange(len(examples))
    for fold in folds:
        # by example id: where the words decide nothing, the order of training rows would
        rows = fold.train[np.argsort(place[fold.train])]
        train = examples.iloc[rows]
        of_train = [None if series is None else series.iloc[rows] for series in (weights, groups)]
        with cost.fitting():
            fitted = fit_classifier(classifier, train, *of_train)
        with cost.predicting(fitted, len(fold.test)):
            parts.append(_predict_fold(fitted, examples, fold, labels, hasattr(classifier, "predict_proba")))
        on_fitted(fold, fitted)
        on_fold()
    # one table at the end, not one a fold: with a fold an example, making them would take longer than predicting
    table = pd.DataFrame({name: np.concatenate([part[name] for part in parts]) for name in parts[0]})
    return table.sort_values(["repeat", "example_id"], kind="stable", ignore_index=True)


def fit_classifier(
    classifier: Any, examples: pd.DataFrame, weights: pd.Series | None = None, groups: pd.Series | None = None
) -> Any:
    """Return a clone of `classifier` fitted on examples; one that tunes itself keeps `groups` together inside.

    A tuned classifier is still wrapped in its search: `best_estimator_` is what predicts. Where there is one
    label only, it is what is predicted. Libraries of linear algebra are held to one thread, since the last digits
    of a fit depend on their number, and small fits are several times slower with two.

    Raises InputError if there are weights and the classifier takes none, or if a column that it reads has no words.
    """
    from sklearn.base import clone
    from sklearn.dummy import DummyClassifier
    from sklearn.utils.validation import has_fit_parameter

    given = examples["label"]
    made = clone(classifier)
    if given.nunique() == 1:
        return DummyClassifier().fit(examples, given)
    try:
        with _thread_pools().limit(limits=1):
            if has_fit_parameter(made, "groups"):
                return made.fit(examples, given, groups=groups, sample_weight=weights)
            return made.fit(examples, given, **_weight_parameters(made, weights))
    except ValueError as error:
        if "empty vocabulary" not in str(error):
            raise
        raise InputError(
            f"classifier.reads: expected words in every column that is read, found none in one of them in "
            f"{len(examples)} training examples; read only text, or build the dataset with a context "
            f"(dataset.context=parent)"
        ) from None


@cache
def _thread_pools() -> "ThreadpoolController":
    """Return what holds the thread pools of the loaded libraries; looking for them takes 3 ms, so it is done once."""
    import scipy.linalg  # type: ignore[import-untyped, unused-ignore]  # noqa: F401  # what fits call, not yet loaded
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


def _weight_parameters(made: Any, weights: pd.Series | None) -> dict[str, Any]:
    """Return what fit is given so that weights reach the classifier itself, nothing without weights."""
    from sklearn.pipeline import Pipeline
    from sklearn.utils.validation import has_fit_parameter

    if weights is None:
        return {}
    last, prefix = (made[-1], f"{made.steps[-1][0]}__") if isinstance(made, Pipeline) else (made, "")
    if not has_fit_parameter(last, "sample_weight"):
        raise InputError(
            f"weights: expected a classifier that takes weights, found {type(last).__name__}; choose another one, or "
            f"set weights.label_share=false and weights.own=1"
        )
    return {f"{prefix}sample_weight": weights.to_numpy()}


def make_weights(
    examples: pd.DataFrame, labels: Sequence[str], label_share: bool = False, own: float = 1.0
) -> pd.Series | None:
    """Return what each example weighs in training, None where all weigh the same.

    `label_share`: the share of its annotators who gave the label that it has, as `label_weights` of the dataset
    says; `own`: how much heavier this data set's own examples are than those of its sources (column `source`). Both
    multiply.

    Raises InputError if an example has no shares, or if there are no sources to outweigh.
    """
    if not label_share and own == 1:
        return None
    weights = np.ones(len(examples))
    if label_share:
        weights *= label_weights(examples, labels)
    if own != 1:
        if not own > 0 or not np.isfinite(own):
            raise InputError(f"weights.own: expected a number above 0, found {own}")
        if "source" not in examples:
            raise InputError(f"weights.own: expected sources beside this data set's examples, found none for own={own}")
        weights[examples["source"].isna().to_numpy()] *= own
    return pd.Series(weights, index=examples.index, name="weight")


def with_annotator_shares(predictions: pd.DataFrame, examples: pd.DataFrame, labels: Sequence[str]) -> pd.DataFrame:
    """Return predictions with columns `share_<label>`: of the example's annotators, the share who gave the label.

    Not a number where an example has fewer than two annotators. Without columns where no example has two who differ,
    or where there are no probabilities to set beside the shares.
    """
    if not {"label_share", "annotators"} <= set(examples) or f"score_{labels[0]}" not in predictions:
        return predictions
    several = [names is not None and np.size(names) > 1 for names in examples["annotators"]]
    shares = np.array(
        [
            share if many and share is not None and np.size(share) == len(labels) else np.full(len(labels), np.nan)
            for share, many in zip(examples["label_share"], several, strict=True)
        ],
        dtype=float,
    ).reshape(-1, len(labels))
    if not ((shares > 0) & (shares < 1)).any():
        return predictions
    place = {name: row for row, name in enumerate(examples["example_id"])}
    rows = [place[name] for name in predictions["example_id"]]
    return predictions.assign(**{f"share_{label}": shares[rows, at] for at, label in enumerate(labels)})


def _predict_fold(
    fitted: Any, examples: pd.DataFrame, fold: Fold, labels: Sequence[str], has_probabilities: bool
) -> dict[str, np.ndarray]:
    from sklearn.pipeline import Pipeline

    test = examples.iloc[fold.test]
    fitted = getattr(fitted, "best_estimator_", fitted)
    # a pipeline's features are made once, not again for labels, probabilities and explanations
    is_pipeline = isinstance(fitted, Pipeline)
    last, features = (fitted[-1], fitted[:-1].transform(test)) if is_pipeline else (fitted, test)
    probabilities = last.predict_proba(features) if has_probabilities else None
    if probabilities is not None and is_costly(last):
        # its labels are those of the highest probability: to ask for them too would take the minutes again
        predicted = np.asarray(fitted.classes_)[probabilities.argmax(axis=1)]
    else:
        predicted = np.asarray(last.predict(features))
    columns: dict[str, np.ndarray] = {
        "example_id": test["example_id"].to_numpy(),
        "repeat": np.full(len(test), fold.repeat),
        "fold": np.full(len(test), fold.fold),
        "label": test["label"].to_numpy(),
        "predicted": predicted,
    }
    if probabilities is not None:
        known = list(fitted.classes_)
        for label in labels:
            columns[f"score_{label}"] = probabilities[:, known.index(label)] if label in known else np.zeros(len(test))
    columns["features"] = np.array(strongest_features(fitted, features, predicted), dtype=object)
    return columns


def _check_coverage(examples: pd.DataFrame, folds: Sequence[Fold]) -> None:
    """Raise InputError unless each repeat tests the same examples, each once, and none that it trains on."""
    if not folds:
        raise InputError("expected at least one fold, found none; make them with a function of stance.folds")
    tested: dict[int, list[np.ndarray]] = {}
    for fold in folds:
        if np.intersect1d(fold.train, fold.test).size:
            raise InputError(f"fold {fold.fold} of repeat {fold.repeat} tests on examples that it trains on")
        for rows, verb in ((fold.train, "trains on"), (fold.test, "tests")):
            if not len(rows):
                raise InputError(f"fold {fold.fold} of repeat {fold.repeat} {verb} no examples")
        tested.setdefault(fold.repeat, []).append(fold.test)
    of_any = np.unique(np.concatenate([fold.test for fold in folds]))
    for repeat, parts in tested.items():
        if not np.array_equal(np.sort(np.concatenate(parts)), of_any):
            raise InputError(f"repeat {repeat} of the folds tests an example twice or leaves one out")


def _check_texts(examples: pd.DataFrame) -> None:
    missing = examples.index[examples["text"].isna()].tolist() if "text" in examples else []
    if missing:
        raise InputError(
            f"examples: expected a text in each row, found none in {len(missing)}, the first with the index "
            f"{missing[0]!r}; leave them out, or write an empty text"
        )


def _check_aligned(examples: pd.DataFrame, **given: pd.Series | None) -> None:
    for name, series in given.items():
        if series is not None and not series.index.equals(examples.index):
            raise InputError(
                f"{name}: expected one value for each of {len(examples)} examples with their index, found {len(series)}"
            )
    weights = given["weights"]
    if weights is not None and not (np.isfinite(weights).all() and (weights >= 0).all()):
        raise InputError("weights: expected finite numbers of 0 or more, found others")


def predict_refits(
    classifier: Any,
    examples: pd.DataFrame,
    folds: Sequence[Fold],
    labels: Sequence[str],
    on_fold: Callable[[], object],
    weights: pd.Series | None,
    groups: pd.Series,
    random_state: int,
    repeats: int,
) -> Iterator[pd.DataFrame]:
    """Yield the predictions of each refit, with another seed and on training groups drawn with replacement."""
    from sklearn.base import clone

    for number in range(1, repeats + 1):
        made = clone(classifier)
        seeds = [name for name in made.get_params() if name.split("__")[-1] == "random_state"]
        made.set_params(**dict.fromkeys(seeds, random_state + number))
        redrawn = redraw_training(folds, groups, random_state + number)
        yield cross_predict(made, examples, redrawn, labels, on_fold, weights, groups)
