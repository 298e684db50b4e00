"""Scores of predictions, each with an interval that resamples groups, never rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stance.errors import InputError, did_you_mean
from stance.evaluation.scores._metrics import Metric, make_metrics, probability_metrics
from stance.evaluation.scores._resampling import resample_metrics
from stance.evaluation.scores._sums import (
    Sums,
    code_rows,
    column_sums,
    confusion_sums,
    label_codes,
    probability_columns,
)
from stance.evaluation.scores.intervals import bootstrap_t

if TYPE_CHECKING:
    import pandas as pd

TARGET = "target"
BY_TARGET = "favor_against_f1_by_target"
# What a table of scores by target, group, depth or length shows.
MAIN_METRICS = ("macro_f1", "favor_against_f1", "accuracy")


@dataclass(frozen=True, slots=True)
class Score:
    """The value of a metric and the ends of its 95 % interval, which are not numbers where there is none."""

    metric: str
    value: float
    low: float
    high: float

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
    predictions: "pd.DataFrame",
    groups: "pd.Series",
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
    counts = scored[0][1]
    scored += [(metric, counts) for metric in own]
    return with_intervals(scored, n_resamples, random_state)


def list_metrics(predictions: "pd.DataFrame", groups: "pd.Series", labels: Sequence[str]) -> list[tuple[Metric, Sums]]:
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


def score_by(
    predictions: "pd.DataFrame",
    column: str,
    groups: "pd.Series",
    labels: Sequence[str],
    n_resamples: int = 2_000,
    random_state: int = 0,
) -> "pd.DataFrame":
    """Score the predictions of each value of a column apart: target, group, depth in the thread, length.

    Returns one row a value, in the order of values: the column itself, examples, groups, and for each of
    macro_f1, favor_against_f1 and accuracy its value and the ends of its interval, `<metric>_low` and
    `<metric>_high`, which are not numbers where the examples are of one group. Rows without a value of the
    column come last. Raises InputError where there is no such column.
    """
    import pandas as pd

    if column not in predictions:
        known = list(predictions.columns)
        raise InputError(f"expected a column {column!r} in {known}, found none.{did_you_mean(column, known)}")
    rows = []
    for value, part in predictions.groupby(column, dropna=False):
        row_codes = code_rows(part, groups, labels)
        counts = confusion_sums(row_codes, len(labels))
        named = make_metrics(labels)
        scored = [(named[name], counts) for name in MAIN_METRICS if name in named]
        found: dict[str, object] = {column: value, "examples": row_codes.sizes.sum(), "groups": len(row_codes.sizes)}
        for score in with_intervals(scored, n_resamples, random_state):
            found |= {score.metric: score.value, f"{score.metric}_low": score.low, f"{score.metric}_high": score.high}
        rows.append(found)
    return pd.DataFrame(rows)


def score_by_fold(predictions: "pd.DataFrame", labels: Sequence[str]) -> "pd.DataFrame":
    """Return accuracy and macro F1 of each fold on its own: columns repeat, fold, accuracy, macro_f1.

    A fold with few examples says little; the scores of a run are those of all predictions together.
    """
    import numpy as np

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
        scores.append(Score(metric.name, float(resampled.value), float(low), float(high)))
    return scores
