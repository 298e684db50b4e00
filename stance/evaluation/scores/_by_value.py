"""Scores by target, or by another column: of each of its values apart, and how far that is from the others."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from stance.errors import InputError, did_you_mean
from stance.evaluation.scores._metrics import Metric, difference_of, make_metrics, mean_of_rows
from stance.evaluation.scores._resampling import leave_groups_out
from stance.evaluation.scores._scoring import (
    MAIN_METRICS,
    Score,
    doubt_of,
    show_interval,
    with_intervals,
)
from stance.evaluation.scores._sums import CodedRows, Sums, code_rows, column_sums, confusion_sums
from stance.evaluation.scores.calibration import over_confidence, read_off_probabilities
from stance.evaluation.scores.intervals import FEW_GROUPS, LEVEL, jackknife_t

OVERCONFIDENCE = "overconfidence"
GAP_COLUMNS = ["metric", "value", "others", "gap", "gap_low", "gap_high", "told", "not_to_be_trusted"]


@dataclass(frozen=True, slots=True, eq=False)
class ByValue:
    """Scores of each value of a column, the table of `score_by`, and how far from the others, that of `gaps_by`."""

    column: str
    scores: pd.DataFrame
    gaps: pd.DataFrame

    def widest(self) -> list[Score]:
        """Return the widest gap in each metric, called `gap/<column>/<metric>`."""
        found = []
        for metric, rows in self.gaps.dropna(subset="gap").groupby("metric", sort=False):
            row = rows.loc[[rows["gap"].abs().idxmax()]].to_dict("records")[0]
            gap, low, high = (float(row[name]) for name in ("gap", "gap_low", "gap_high"))
            # what the store takes as a name
            column = re.sub(r"[^\w\-. :]", "_", self.column)
            found.append(Score(f"gap/{column}/{metric}", gap, low, high, str(row["not_to_be_trusted"])))
        return found

    def said(self) -> list[str]:
        """Say where a value differs from the others, a sentence a metric that tells one, or that none does."""
        if self.gaps.empty:
            return []
        if self.gaps["gap_low"].isna().all():
            return [f"By {self.column}, gaps have no interval: each value, or all others, are of one group."]
        sentences = []
        for metric, rows in self.gaps[self.gaps["told"]].groupby("metric", sort=False):
            named = [
                f"{row[self.column]} {show_interval(row['gap'], row['gap_low'], row['gap_high'], '+.2f')}"
                for row in rows.to_dict("records")
            ]
            sentences.append(f"By {self.column}, {metric} differs from that of all others for {'; '.join(named)}.")
        if sentences:
            return sentences
        names = list(dict.fromkeys(self.gaps["metric"]))
        listed = " or ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
        return [f"By {self.column}, no value can be told from all others in {listed}."]


def score_by_value(
    predictions: pd.DataFrame, column: str, groups: pd.Series, labels: Sequence[str], metric: str = "macro_f1"
) -> ByValue:
    """Return the scores of each value of a column, and their gaps to all others in `metric` and accuracy."""
    scores = score_by(predictions, column, groups, labels)
    return ByValue(column, scores, gaps_by(predictions, column, groups, labels, metric))


def score_by(
    predictions: pd.DataFrame,
    column: str,
    groups: pd.Series,
    labels: Sequence[str],
    n_resamples: int = 2_000,
    random_state: int = 0,
) -> pd.DataFrame:
    """Score the predictions of each value of a column apart: target, group, depth in the thread, length.

    Returns one row a value, in the order of values: the column itself, examples, groups, and for each of
    macro_f1, favor_against_f1, accuracy and, where there are probabilities, overconfidence (see `gaps_by`) its value
    and the ends of its interval, `<metric>_low` and `<metric>_high`, which are not numbers where the examples are of
    one group; `not_to_be_trusted` names the intervals that are not, and why. Rows without a value of the column come
    last. Raises InputError where there is no such column.
    """
    _require(predictions, column)
    named = make_metrics(labels)
    rows = []
    for value, part in predictions.groupby(column, dropna=False, observed=True):
        coded = code_rows(part, groups, labels)
        counts = confusion_sums(coded, len(labels))
        scored = [(named[name], counts) for name in MAIN_METRICS if name in named]
        sure = _over_confidence(part, labels)
        if sure is not None:
            scored.append((_OVER, column_sums(coded, sure)))
        found: dict[str, object] = {column: value, "examples": coded.sizes.sum(), "groups": len(coded.sizes)}
        doubts: dict[str, list[str]] = {}
        for score, (metric, _) in zip(with_intervals(scored, n_resamples, random_state), scored, strict=True):
            found |= {score.metric: score.value, f"{score.metric}_low": score.low, f"{score.metric}_high": score.high}
            if score.low == score.low and (doubt := doubt_of(metric, score.value, coded, labels)):
                doubts.setdefault(doubt, []).append(score.metric)
        found["not_to_be_trusted"] = "; ".join(f"{', '.join(names)}: {doubt}" for doubt, names in doubts.items())
        rows.append(found)
    return pd.DataFrame(rows)


def gaps_by(
    predictions: pd.DataFrame, column: str, groups: pd.Series, labels: Sequence[str], metric: str = "macro_f1"
) -> pd.DataFrame:
    """Return how far the scores of each value of a column are from those of all other examples.

    Of `metric`, accuracy and, where there are probabilities, overconfidence: the mean probability of the predicted
    label less the share of right ones, which is above 0 where a classifier is surer than it is right. Columns: the
    column itself, metric, value, others, gap (the value less the others), `gap_low` and `gap_high` (jackknife-t over
    groups, adjusted by Bonferroni for all values), told (0 is outside), not_to_be_trusted (why, "" where it may be).
    Not a number where a side has one group only. No rows where all examples have one value. Raises InputError where
    there is no such column.
    """
    _require(predictions, column)
    codes, values = pd.factorize(predictions[column], sort=True, use_na_sentinel=False)
    if len(values) < 2:
        return pd.DataFrame(columns=[column, *GAP_COLUMNS])
    coded, named = code_rows(predictions, groups, labels), make_metrics(labels)
    sure = _over_confidence(predictions, labels)
    names = list(dict.fromkeys([metric, "accuracy"]))
    level = 1 - (1 - LEVEL) / (len(values) if len(values) > 2 else 1)  # of two the one gap is the other, turned round
    rows = []
    for place, value in enumerate(values):
        sides = (codes == place, codes != place)
        parts = [_only(coded, side) for side in sides]
        counts = [confusion_sums(part, len(labels)) for part in parts]
        scored = [(named[name], counts) for name in names]
        if sure is not None:
            scored.append((_OVER, [column_sums(part, sure[side]) for part, side in zip(parts, sides, strict=True)]))
        for made, sums in scored:
            rows.append({column: value, **_gap(made, sums, parts, labels, level)})
    return pd.DataFrame(rows)


_OVER: Metric = mean_of_rows(OVERCONFIDENCE, (-1.0, 1.0))


def _require(predictions: pd.DataFrame, column: str) -> None:
    if column not in predictions:
        known = list(predictions.columns)
        raise InputError(f"expected a column {column!r} in {known}, found none.{did_you_mean(column, known)}")


def _over_confidence(predictions: pd.DataFrame, labels: Sequence[str]) -> np.ndarray | None:
    """Return what each row adds to the sums of overconfidence, (n_rows, 2), None without probabilities."""
    probabilities = read_off_probabilities(predictions, labels)
    if probabilities is None:
        return None
    gaps = over_confidence(predictions, probabilities, labels)
    return np.column_stack([gaps, np.ones(len(gaps))])


def _only(coded: CodedRows, side: np.ndarray) -> CodedRows:
    """Return some of the rows, with the slices and groups of all."""
    in_first = side & (coded.slices == coded.slices[0])
    sizes = np.bincount(coded.groups[in_first], minlength=len(coded.sizes))
    return replace(
        coded,
        slices=coded.slices[side],
        groups=coded.groups[side],
        given=coded.given[side],
        predicted=coded.predicted[side],
        sizes=sizes,
    )


def _gap(
    metric: Metric, sums: Sequence[Sums], parts: Sequence[CodedRows], labels: Sequence[str], level: float
) -> dict[str, object]:
    """Return a row of `gaps_by`."""
    one, other = (float(metric.value(of_side.by_group.sum(axis=1)).mean()) for of_side in sums)
    # degrees of freedom are those of the side that is known from less
    sizes = min((of_side.sizes for of_side in sums), key=lambda sizes: sizes.sum() ** 2 / max(1, (sizes**2).sum()))
    n_sums = sums[0].rows.shape[1]
    squares = np.zeros((len(sums[0].rows), 2 * n_sums, 2 * n_sums))
    squares[:, :n_sums, :n_sums], squares[:, n_sums:, n_sums:] = sums[0].squares, sums[1].squares
    both = Sums(
        np.concatenate([of_side.by_group for of_side in sums], axis=2),
        np.concatenate([of_side.rows for of_side in sums], axis=1),
        squares,
        sizes,
        1,
    )
    with np.errstate(invalid="ignore"):
        low, high = map(float, jackknife_t(leave_groups_out(difference_of(metric), both), level))
    known = [int((part.sizes > 0).sum()) for part in parts]
    if min(known) < 2:
        low = high = float("nan")
    doubts = [doubt_of(metric, value, part, labels) for value, part in zip((one, other), parts, strict=True)]
    few = f"known from {min(known)} groups" if 2 <= min(known) < FEW_GROUPS else ""
    doubt = few or next((said for said in doubts if said), "")
    told = not doubt and (low > 0 or high < 0)
    found = (metric.name, one, other, one - other, low, high, told, doubt if low == low else "")
    return dict(zip(GAP_COLUMNS, found, strict=True))
