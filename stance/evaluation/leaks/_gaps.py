"""By how much folds of one kind look better than those of another, with intervals."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from stance.evaluation.scores._metrics import difference_of, make_metrics
from stance.evaluation.scores._resampling import leave_groups_out
from stance.evaluation.scores._scoring import MAIN_METRICS, Score, doubt_of, with_intervals
from stance.evaluation.scores._sums import CodedRows, code_rows, confusion_sums, paired_sums
from stance.evaluation.scores.intervals import jackknife_t

N_RESAMPLES = 2_000


def main_metrics(labels: Sequence[str], metric: str) -> list[str]:
    """Return the main metrics that these labels have, ahead of them what the task is judged by."""
    return [metric, *(name for name in MAIN_METRICS if name in make_metrics(labels) and name != metric)]


def main_scores(rows: CodedRows, labels: Sequence[str], names: Sequence[str], random_state: int) -> list[Score]:
    named, sums = make_metrics(labels), confusion_sums(rows, len(labels))
    found = with_intervals([(named[name], sums) for name in names], N_RESAMPLES, random_state)
    return [replace(score, doubt=doubt_of(named[score.metric], score.value, rows, labels)) for score in found]


def measure_gaps(
    random: pd.DataFrame,
    strict: pd.DataFrame,
    groups: pd.Series,
    labels: Sequence[str],
    names: Sequence[str],
    random_state: int,
) -> list[Score]:
    """Return by how much each main metric is higher under random folds: a difference, and made as one (jackknife-t)."""
    strict = as_often(strict, random)
    coded = [code_rows(table, groups, labels) for table in (random, strict)]
    keys = [table[["repeat", "example_id"]].reset_index(drop=True) for table in (random, strict)]
    named = make_metrics(labels)
    by_draw = [confusion_sums(rows, len(labels)).by_group.sum(axis=1) for rows in coded]
    if keys[0].equals(keys[1]):
        sums = paired_sums(coded[0], coded[1], len(labels))
        left_out = [leave_groups_out(difference_of(named[name]), sums) for name in names]
        ends = [jackknife_t(one) for one in left_out]
        gaps = [
            Score(name, float(one.value), float(low), float(high))
            for name, one, (low, high) in zip(names, left_out, ends, strict=True)
        ]
        draws = [named[name].value(by_draw[0]) - named[name].value(by_draw[1]) for name in names]
    else:
        pairs = zip(*(main_scores(rows, labels, names, random_state) for rows in coded), strict=True)
        gaps = [_apart(first, second) for first, second in pairs]
        draws = [named[name].value(by_draw[0]) for name in names]
    return [widened(gap, of_draws) for gap, of_draws in zip(gaps, draws, strict=True)]


def as_often(strict: pd.DataFrame, random: pd.DataFrame) -> pd.DataFrame:
    """Return predictions once for each shuffle that was made of their folds; of as many repeats as they are."""
    times, rest = divmod(random["repeat"].nunique(), strict["repeat"].nunique())
    if rest or times < 2:
        return strict
    copies = [strict.assign(repeat=strict["repeat"] * times + draw) for draw in range(times)]
    return pd.concat(copies).sort_values(["repeat", "example_id"], kind="stable", ignore_index=True)


def widened(gap: Score, draws: np.ndarray) -> Score:
    """Return a gap whose interval also holds how far its mean over some draws may lie from that over all of them."""
    from scipy.special import stdtrit  # type: ignore[import-untyped, unused-ignore]

    if len(draws) < 2:
        return gap
    reach = float(stdtrit(len(draws) - 1, 0.975) * np.std(draws, ddof=1) / len(draws) ** 0.5)
    low, high = (gap.value - np.hypot(gap.value - gap.low, reach), gap.value + np.hypot(gap.high - gap.value, reach))
    return replace(gap, low=float(low), high=float(high))


def _apart(first: Score, second: Score) -> Score:
    """Return the difference of two scores that rest on other examples (Zou and Donner 2008, method of variances)."""
    difference = first.value - second.value
    below = ((first.value - first.low) ** 2 + (second.high - second.value) ** 2) ** 0.5
    above = ((first.high - first.value) ** 2 + (second.value - second.low) ** 2) ** 0.5
    return Score(first.metric, difference, difference - below, difference + above)
