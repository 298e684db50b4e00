"""Scores of predictions, each with an interval that resamples groups, never rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from stance.evaluation.scores._metrics import Metric, make_metrics, probability_metrics
from stance.evaluation.scores._resampling import resample_metrics
from stance.evaluation.scores._sums import (
    CodedRows,
    Sums,
    code_rows,
    column_sums,
    confusion_sums,
    label_codes,
    probability_columns,
)
from stance.evaluation.scores.intervals import FEW_GROUPS, FEW_IN_MEAN, FEW_WITH_LABEL, NEAR_END, bootstrap_t

TARGET = "target"
BY_TARGET = "favor_against_f1_by_target"
# Scores that resamples do not centre on the truth, and why: an interval of them would hold it 7 to 10 times in 100.
BIASED = {"ece": "biased upwards: above 0 even where probabilities are right, so no interval is shown"}
# What a table of scores by target, group, depth or length shows.
MAIN_METRICS = ("macro_f1", "favor_against_f1", "accuracy")


@dataclass(frozen=True, slots=True)
class Score:
    """The value of a metric and the ends of its 95 % interval, which are not numbers where there is none.

    `doubt`: why the interval is not to be trusted, "" where it may be.
    """

    metric: str
    value: float
    low: float
    high: float
    doubt: str = ""

    def __str__(self) -> str:
        """Return the metric, its value and its interval, to two digits."""
        return f"{self.metric} {show_interval(self.value, self.low, self.high)}"


def show_interval(value: float, low: float, high: float, form: str = ".2f") -> str:
    """Return a value and its interval in words, as every table and sentence of the project shows it.

    >>> nan = float("nan")
    >>> show_interval(0.5, 0.25, 0.75), show_interval(0.5, nan, nan), show_interval(nan, nan, nan)
    ('0.50 (0.25 to 0.75)', '0.50 (no interval)', 'undefined')
    """
    if value != value:
        return "undefined"
    ends = f"{low:{form}} to {high:{form}}" if low == low and high == high else "no interval"
    return f"{value:{form}} ({ends})"


def score_predictions(
    predictions: pd.DataFrame,
    groups: pd.Series,
    labels: Sequence[str],
    n_resamples: int = 10_000,
    random_state: int = 0,
    own: Sequence[Metric] = (),
) -> list[Score]:
    """Score predictions by macro F1, favor-against F1, accuracy and more, each with a 95 % interval.

    `predictions`: the table of `cross_predict`; with a column `target` of several values, favor-against F1 by
    target is scored as well. `groups`: the group of each example, indexed by example_id. A score is the mean
    over the repeats. The interval is the symmetric bootstrap-t over groups (see `intervals`): whole
    groups are drawn with replacement, and scores computed from the sums of their confusion counts. One group
    gives scores without intervals. `own`: metrics of a confusion matrix besides those of the project (`metric_of`).

    Raises InputError for labels outside the label set, rows that are doubled or without a group, and
    probabilities that are none.
    """
    scored = list_metrics(predictions, groups, labels)
    counted = scored[0][1]
    scored += [(metric, counted) for metric in own]
    found = with_intervals(scored, n_resamples, random_state)
    counts = counted.by_group.sum(axis=0).reshape(-1, len(labels), len(labels))
    having = [(counts.sum(axis=axis) > 0).sum(axis=0) for axis in (2, 1)]
    given, predicted = (dict(zip(labels, map(int, numbers), strict=True)) for numbers in having)
    return [
        replace(
            score,
            doubt=score.doubt or label_doubt(score.metric, given, predicted) or end_doubt(score.value, metric.span),
        )
        for score, (metric, _) in zip(found, scored, strict=True)
    ]


def score_value(metric: Metric, predictions: pd.DataFrame, groups: pd.Series, labels: Sequence[str]) -> float:
    """Return a metric of a confusion matrix as the mean over the repeats, without an interval."""
    sums = confusion_sums(code_rows(predictions, groups, labels), len(labels))
    return float(metric.value(sums.by_group.sum(axis=1)).mean())


def label_doubt(metric: str, given: Mapping[str, int], predicted: Mapping[str, int]) -> str:
    """Return why the interval of a metric is not to be trusted, "" where nothing is known against it.

    `given`, `predicted`: by label the number of groups in which it is. A label that is in few groups is known from
    few, however many other groups there are; docs/intervals.md has how many it takes.

    >>> label_doubt("recall/favor", {"favor": 3, "against": 40}, {"favor": 9, "against": 40})
    'favor is given in 3 groups only'
    """
    kind, _, label = metric.partition("/")
    least = FEW_IN_MEAN if kind in ("macro_f1", "balanced_accuracy") else FEW_WITH_LABEL
    if label:
        rested = [label]
    elif kind in ("favor_against_f1", BY_TARGET):
        rested = ["favor", "against"]
    elif kind in ("macro_f1", "balanced_accuracy"):
        rested = [name for name in given if given[name]]
    else:
        return ""
    said = [(given[name], f"{name} is given in") for name in rested]
    if kind == "precision":
        said += [(predicted[label], f"{label} is predicted in")]
    elif kind in ("f1", "favor_against_f1", BY_TARGET):  # what is never predicted is known to be so
        rare = [name for name in rested if 0 < predicted[name] < FEW_GROUPS]
        said += [(predicted[name], f"{name} is predicted in") for name in rare]
    number, what = min(said, key=lambda pair: pair[0], default=(least, ""))
    if number >= least:
        return ""
    many = "no group" if not number else "1 group only" if number == 1 else f"{number} groups only"
    return f"{what} {many}"


def near_end(one: float, other: float, span: tuple[float, float]) -> bool:
    """Return whether two scores are both so near an end of their span that few groups decide on their difference.

    >>> near_end(0.98, 1.0, (0, 1)), near_end(0.98, 0.5, (0, 1)), near_end(0.0, 0.0, (0, 1))
    (True, False, True)
    """
    shares = [(value - span[0]) / (span[1] - span[0]) for value in (one, other)]
    return max(shares) < NEAR_END or min(shares) > 1 - NEAR_END


def end_doubt(value: float, span: tuple[float, float]) -> str:
    """Return why the interval of a score near an end of its span is not to be trusted, "" where it may be.

    Mistakes come in clusters: where few are made, few groups have any, and what these are like decides. At the end
    itself the interval goes as far as the groups allow. See docs/intervals.md.

    >>> end_doubt(0.98, (0, 1)), end_doubt(1.0, (0, 1)), end_doubt(0.9, (0, 1))
    ('so near the best or worst value that few groups decide', '', '')
    """
    share = (value - span[0]) / (span[1] - span[0])
    near = 0 < share < NEAR_END or 1 - NEAR_END < share < 1
    return "so near the best or worst value that few groups decide" if near else ""


def doubt_of(metric: Metric, value: float, rows: CodedRows, labels: Sequence[str]) -> str:
    """Return why the interval of a score of these rows is not to be trusted, "" where it may be."""
    given, predicted = (
        {label: len(np.unique(rows.groups[column == place])) for place, label in enumerate(labels)}
        for column in (rows.given, rows.predicted)
    )
    return label_doubt(metric.name, given, predicted) or end_doubt(value, metric.span)


def list_metrics(predictions: pd.DataFrame, groups: pd.Series, labels: Sequence[str]) -> list[tuple[Metric, Sums]]:
    """Return every metric that predictions can be scored by, and the sums that it is made from."""
    rows = code_rows(predictions, groups, labels)
    counts = confusion_sums(rows, len(labels))
    scored = [(metric, counts) for metric in make_metrics(labels).values()]
    names = [metric.name for metric, _ in scored]
    if "favor_against_f1" in names and TARGET in predictions and predictions[TARGET].nunique() > 1:
        place = names.index("favor_against_f1")
        pooled = scored[place][0]
        by_target = Metric(BY_TARGET, pooled.value, pooled.gradient)
        of_targets = confusion_sums(code_rows(predictions, groups, labels, by=TARGET), len(labels))
        scored.insert(place + 1, (by_target, of_targets))
    made = probability_metrics()
    columns = probability_columns(predictions, rows, labels)
    return scored + [(made[name], column_sums(rows, table)) for name, table in columns.items()]


def score_by_fold(predictions: pd.DataFrame, labels: Sequence[str]) -> pd.DataFrame:
    """Return accuracy and macro F1 of each fold on its own: columns repeat, fold, accuracy, macro_f1.

    A fold with few examples says little; the scores of a run are those of all predictions together.
    """
    size, named = len(labels), make_metrics(labels)
    folds = predictions[["repeat", "fold"]].drop_duplicates().sort_values(["repeat", "fold"], ignore_index=True)
    code = predictions.groupby(["repeat", "fold"]).ngroup().to_numpy()
    given, predicted = label_codes(predictions["label"], labels), label_codes(predictions["predicted"], labels)
    cells = np.bincount((code * size + given) * size + predicted, minlength=len(folds) * size * size)
    sums = cells.reshape(len(folds), -1).astype(float)
    return folds.assign(**{name: named[name].value(sums) for name in ("accuracy", "macro_f1")})


def with_intervals(scored: Sequence[tuple[Metric, Sums]], n_resamples: int, random_state: int) -> list[Score]:
    """Return each metric's value on its sums with its interval, all on the same resamples of the groups."""
    scores = []
    for (metric, _), resampled in zip(scored, resample_metrics(scored, n_resamples, random_state), strict=True):
        low, high = bootstrap_t(resampled)
        if metric.name in BIASED:
            low = high = np.full((), np.nan)
        scores.append(Score(metric.name, float(resampled.value), float(low), float(high), BIASED.get(metric.name, "")))
    return scores
