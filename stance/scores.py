"""Scores of predictions, each with an interval from a bootstrap that resamples groups, never rows."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stance.errors import InputError, did_you_mean

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

# Resamples are drawn in blocks of this many weights, so that memory stays flat with many groups.
BLOCK_SIZE = 4_000_000


@dataclass(frozen=True, slots=True)
class Score:
    """The value of a metric and the ends of its 95 % interval."""

    metric: str
    value: float
    low: float
    high: float


def score_predictions(
    predictions: "pd.DataFrame",
    groups: "pd.Series",
    labels: Sequence[str],
    n_resamples: int = 10_000,
    random_state: int = 0,
) -> list[Score]:
    """Score predictions by macro F1, favor-against F1, accuracy and more, each with a 95 % interval.

    `predictions`: the table of `cross_predict`; `groups`: the group of each example, indexed by example_id.
    A score is the mean over the repeats. The interval is the percentile bootstrap (Efron 1979) over groups:
    whole groups are drawn with replacement, and scores computed from the sums of their confusion counts.
    Few groups make it too narrow. Labels that occur neither as label nor as prediction leave macro averages.
    """
    import numpy as np

    counts, losses = count_by_group(predictions, groups, labels)
    named = metric_functions(labels)
    values = {name: metric(counts.sum(axis=1)).mean() for name, metric in named.items()}
    resampled: dict[str, list[np.ndarray]] = {name: [] for name in named}
    if losses is not None:
        values["log_loss"] = (losses.sum(axis=1) / counts.sum(axis=(1, 2, 3))).mean()
        resampled["log_loss"] = []
    for weights in resample_groups(counts.shape[1], n_resamples, random_state):
        drawn = _add_up(weights, counts)
        for name, metric in named.items():
            resampled[name].append(metric(drawn).mean(axis=1))
        if losses is not None:
            resampled["log_loss"].append((weights @ losses.T / drawn.sum(axis=(2, 3))).mean(axis=1))
    return [_with_interval(name, float(value), np.concatenate(resampled[name])) for name, value in values.items()]


def resample_metric(
    predictions: "Sequence[pd.DataFrame]", labels: Sequence[str], metric: str, n_resamples: int, random_state: int
) -> "list[tuple[float, np.ndarray]]":
    """Return a metric's value and its values on resamples of the column `group`, for each table of predictions.

    The tables hold predictions of the same examples, and each resample draws the same groups for all of them,
    so that classifiers can be paired.
    """
    import numpy as np

    function = metric_functions(labels)[metric]
    counted = []
    for table in predictions:
        groups = table.drop_duplicates("example_id").set_index("example_id")["group"]
        counted.append(count_by_group(table, groups, labels)[0])
    drawn: list[list[np.ndarray]] = [[] for _ in counted]
    for weights in resample_groups(counted[0].shape[1], n_resamples, random_state):
        for values, counts in zip(drawn, counted, strict=True):
            values.append(function(_add_up(weights, counts)).mean(axis=1))
    return [
        (float(function(counts.sum(axis=1)).mean()), np.concatenate(values))
        for counts, values in zip(counted, drawn, strict=True)
    ]


def resample_groups(n_groups: int, n_resamples: int, random_state: int) -> "Iterator[np.ndarray]":
    """Yield blocks of bootstrap weights (n_in_block, n_groups): how often each group is drawn, in all n_groups."""
    import numpy as np

    generator = np.random.default_rng(random_state)
    block = max(1, BLOCK_SIZE // n_groups)
    for start in range(0, n_resamples, block):
        n_rows = min(block, n_resamples - start)
        drawn = generator.integers(0, n_groups, size=(n_rows, n_groups))
        drawn += np.arange(n_rows)[:, np.newaxis] * n_groups
        yield np.bincount(drawn.ravel(), minlength=n_rows * n_groups).reshape(n_rows, n_groups).astype(float)


def score_by_fold(predictions: "pd.DataFrame", labels: Sequence[str]) -> "pd.DataFrame":
    """Return accuracy and macro F1 of each fold on its own: columns repeat, fold, accuracy, macro_f1.

    A fold with few examples says little; the scores of a run are those of all predictions together.
    """
    import numpy as np
    import pandas as pd

    named = metric_functions(labels)
    rows = []
    for (repeat, fold), part in predictions.groupby(["repeat", "fold"]):
        matrix = confusion(part, labels).astype(float)[np.newaxis]
        rows.append(
            {"repeat": repeat, "fold": fold}
            | {name: float(named[name](matrix)[0]) for name in ("accuracy", "macro_f1")}
        )
    return pd.DataFrame(rows)


def confusion(predictions: "pd.DataFrame", labels: Sequence[str]) -> "np.ndarray":
    """Count predictions in an (n_labels, n_labels) matrix: rows the given label, columns the predicted one."""
    import numpy as np

    size = len(labels)
    given, predicted = _label_codes(predictions["label"], labels), _label_codes(predictions["predicted"], labels)
    return np.bincount(given * size + predicted, minlength=size * size).reshape(size, size)


def count_by_group(
    predictions: "pd.DataFrame", groups: "pd.Series", labels: Sequence[str]
) -> "tuple[np.ndarray, np.ndarray | None]":
    """Return confusion counts (n_repeats, n_groups, n_labels, n_labels) and summed log losses, if any.

    The groups are in the order of their first example by id, so that results do not depend on the order of
    rows nor on what groups are called. Log losses: (n_repeats, n_groups), None without probabilities.
    """
    import numpy as np
    import pandas as pd

    size = len(labels)
    codes, names = pd.factorize(groups.sort_index().to_numpy())
    code_of = pd.Series(codes, index=groups.sort_index().index)
    group = code_of.loc[predictions["example_id"]].to_numpy()
    repeat, repeats = pd.factorize(predictions["repeat"].to_numpy(), sort=True)
    given, predicted = _label_codes(predictions["label"], labels), _label_codes(predictions["predicted"], labels)
    cell = ((repeat * len(names) + group) * size + given) * size + predicted
    shape = (len(repeats), len(names), size, size)
    counts = np.bincount(cell, minlength=int(np.prod(shape))).reshape(shape).astype(float)
    if f"score_{labels[0]}" not in predictions:
        return counts, None
    probabilities = predictions[[f"score_{label}" for label in labels]].to_numpy()
    of_given = np.clip(probabilities[np.arange(len(given)), given], np.finfo(float).eps, 1.0)
    place = repeat * len(names) + group
    losses = np.bincount(place, weights=-np.log(of_given), minlength=shape[0] * shape[1])
    return counts, losses.reshape(shape[:2])


def metric_functions(labels: Sequence[str]) -> "dict[str, Callable[[np.ndarray], np.ndarray]]":
    """Return each metric by name: a function from confusion matrices (…, n_labels, n_labels) to values (…).

    macro_f1, balanced_accuracy: means over the labels that occur. favor_against_f1: the mean F1 of favor and
    against, as in SemEval-2016 Task 6, where the label set has both. mcc: Matthews' coefficient for several
    labels (Gorodkin 2004), 0 where it is undefined. f1/<label>, precision/<label>, recall/<label>: 0 where
    nothing was right, not a number where there is nothing to be right about.
    """
    named: dict[str, Callable[[np.ndarray], np.ndarray]] = {"macro_f1": lambda m: _nanmean(_f1(m))}
    if {"favor", "against"} <= set(labels):
        sides = [list(labels).index("favor"), list(labels).index("against")]
        named["favor_against_f1"] = lambda m: _f1(m, empty=0.0)[..., sides].mean(axis=-1)
    named["accuracy"] = lambda m: _divide(_diagonal(m).sum(axis=-1), m.sum(axis=(-2, -1)))
    named["balanced_accuracy"] = lambda m: _nanmean(_recall(m))
    named["mcc"] = _mcc
    for place, label in enumerate(labels):
        named[f"f1/{label}"] = lambda m, place=place: _f1(m)[..., place]  # type: ignore[misc]
        named[f"precision/{label}"] = lambda m, place=place: _precision(m)[..., place]  # type: ignore[misc]
        named[f"recall/{label}"] = lambda m, place=place: _recall(m)[..., place]  # type: ignore[misc]
    return named


def _label_codes(column: "pd.Series", labels: Sequence[str]) -> "np.ndarray":
    """Return the place of each label in the label set. Raises InputError for one that is not in it."""
    import pandas as pd

    codes: np.ndarray = pd.Index(list(labels)).get_indexer(pd.Index(column))
    if (codes < 0).any():
        unknown = sorted({str(label) for label in column[codes < 0]})
        hint = did_you_mean(unknown[0], labels)
        raise InputError(f"column {column.name!r}: labels {unknown} are not in the label set {list(labels)}.{hint}")
    return codes


def _add_up(weights: "np.ndarray", counts: "np.ndarray") -> "np.ndarray":
    """Return the confusion matrices that weighted groups add up to, (n_resamples, n_repeats, n_labels, n_labels)."""
    import numpy as np

    n_repeats, n_groups, size, _ = counts.shape
    flat = np.ascontiguousarray(counts.swapaxes(0, 1)).reshape(n_groups, -1)
    drawn: np.ndarray = (weights @ flat).reshape(-1, n_repeats, size, size)
    return drawn


def _with_interval(metric: str, value: float, resampled: "np.ndarray") -> Score:
    import numpy as np

    defined = resampled[~np.isnan(resampled)]
    if np.isnan(value) or not defined.size:
        return Score(metric, value, float("nan"), float("nan"))
    low, high = np.percentile(defined, [2.5, 97.5])
    return Score(metric, value, float(low), float(high))


def _divide(above: "np.ndarray", below: "np.ndarray", empty: float = float("nan")) -> "np.ndarray":
    """Return above / below, `empty` where there is nothing to divide by."""
    import numpy as np

    divided: np.ndarray = np.divide(above, below, out=np.full(np.broadcast(above, below).shape, empty), where=below > 0)
    return divided


def _diagonal(matrices: "np.ndarray") -> "np.ndarray":
    import numpy as np

    return np.diagonal(matrices, axis1=-2, axis2=-1)


def _f1(matrices: "np.ndarray", empty: float = float("nan")) -> "np.ndarray":
    return _divide(2 * _diagonal(matrices), matrices.sum(axis=-1) + matrices.sum(axis=-2), empty)


def _recall(matrices: "np.ndarray") -> "np.ndarray":
    return _divide(_diagonal(matrices), matrices.sum(axis=-1))


def _precision(matrices: "np.ndarray") -> "np.ndarray":
    import numpy as np

    occurs = matrices.sum(axis=-1) + matrices.sum(axis=-2) > 0
    return np.where(occurs, _divide(_diagonal(matrices), matrices.sum(axis=-2), empty=0.0), np.nan)


def _mcc(matrices: "np.ndarray") -> "np.ndarray":
    import numpy as np

    total = matrices.sum(axis=(-2, -1))
    given, predicted = matrices.sum(axis=-1), matrices.sum(axis=-2)
    covariance = _diagonal(matrices).sum(axis=-1) * total - (given * predicted).sum(axis=-1)
    spread = np.sqrt((total**2 - (given**2).sum(axis=-1)) * (total**2 - (predicted**2).sum(axis=-1)))
    return _divide(covariance, spread, empty=0.0)


def _nanmean(values: "np.ndarray") -> "np.ndarray":
    """Return the mean over the last axis of what is defined, not a number where nothing is."""
    import numpy as np

    defined = ~np.isnan(values)
    return _divide(np.where(defined, values, 0.0).sum(axis=-1), defined.sum(axis=-1))
