"""Intervals: what a score might have been had other groups been drawn.

Scores use bootstrap-t and differences jackknife-t, from 5 groups on, which was decided by a simulation:
docs/intervals.md. Everything works on one score or on many at once.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

LEVEL = 0.95
# Below this many groups even bootstrap-t holds the truth too seldom; see docs/intervals.md.
FEW_GROUPS = 5
# In fewer groups than this a label is known too badly for an interval that rests on it alone, or on it and one other;
# in fewer than that for a mean over all labels. See docs/intervals.md.
FEW_WITH_LABEL, FEW_IN_MEAN = 10, 3
# Nearer to an end of its span than this share of it, but not at it, a score hangs on the few groups with any mistake.
NEAR_END = 0.05
# Two classifiers that differ in fewer groups than this, and in fewer than half of them, are known by these alone.
FEW_DIFFERING = 8
# A standard error below this is that of resamples that are all alike, but for the order of sums.
NO_SPREAD = 1e-9
# Resamples are drawn in blocks of this many weights, so that memory stays flat with many groups.
BLOCK_SIZE = 1_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Resampled:
    """What an interval is made from; `…` stands for any shape, () for one score.

    `value`: the score (…); `drawn`: the score on resamples of the groups (n_resamples, …), not a number where it is
    undefined; `spreads`: the standard error within each of these resamples (n_resamples, …); `left_out`: the
    score without each group (n_groups, …); `floor`: the standard error if rows were independent (…); `span`: the
    least and the greatest value that the score can have; `sizes`: how many examples each group has (n_groups, …);
    `carriers`: how many of them each ratio rests on whose mean the score is (n_ratios, n_groups, …), None for all.
    """

    value: np.ndarray
    drawn: np.ndarray
    spreads: np.ndarray
    left_out: np.ndarray
    floor: np.ndarray
    span: tuple[float, float]
    sizes: np.ndarray
    carriers: np.ndarray | None = None

    @property
    def rested(self) -> np.ndarray:
        """How many examples of each group each ratio rests on: (n_ratios, n_groups, …)."""
        return self.sizes[None] if self.carriers is None else self.carriers


Ends = tuple["np.ndarray", "np.ndarray"]


def resample_groups(n_groups: int, n_resamples: int, random_state: int) -> Iterator[np.ndarray]:
    """Yield blocks of bootstrap weights (n_in_block, n_groups): how often each group is drawn, in all n_groups."""
    generator = np.random.default_rng(random_state)
    block = max(1, BLOCK_SIZE // n_groups)
    for start in range(0, n_resamples, block):
        n_rows = min(block, n_resamples - start)
        drawn = generator.integers(0, n_groups, size=(n_rows, n_groups))
        drawn += np.arange(n_rows)[:, np.newaxis] * n_groups
        yield np.bincount(drawn.ravel(), minlength=n_rows * n_groups).reshape(n_rows, n_groups).astype(float)


def bootstrap_t(resampled: Resampled, level: float = LEVEL) -> Ends:
    """Return the ends of the symmetric bootstrap-t interval (Hall 1988) on the logit scale: that of scores.

    How many standard errors a resample lies from the score, either way, tells how many the score may lie from
    the truth. The score's own standard error is the jackknife's over groups (Miller 1974); a resample's is that
    of the linearised score. Resamples without any spread say nothing and are left out. The interval is never
    narrower than that of as many independent rows. Not a number where there is one group only.
    """
    centre, slope = _stretch(resampled.value, resampled)
    drawn, slopes = _stretch(resampled.drawn, resampled)
    spreads = resampled.spreads * slopes
    told = spreads > NO_SPREAD
    distances = np.divide(np.abs(drawn - centre), spreads, out=np.full(drawn.shape, np.nan), where=told)
    far = quantile(distances, level)
    far = np.where(np.isnan(far), _student(level, np.maximum(_rests_on(resampled)[1] - 1, 1)), far)
    half = _at_least_by_rows(far * _jackknife(resampled), resampled, level) * slope
    return _ends(centre - half, centre + half, resampled, level)


def jackknife_t(resampled: Resampled, level: float = LEVEL) -> Ends:
    """Return the ends of Student's interval on the logit scale, from the jackknife over groups: that of differences.

    One degree of freedom less than the effective number of groups, which is that of groups of equal size
    (Kish 1965); never narrower than the interval of as many independent rows.
    """
    centre, slope = _stretch(resampled.value, resampled)
    effective = resampled.sizes.sum(axis=0) ** 2 / (resampled.sizes**2).sum(axis=0)
    half = _student(level, np.maximum(effective - 1, 1)) * _jackknife(resampled)
    half = _at_least_by_rows(half, resampled, level) * slope
    return _ends(centre - half, centre + half, resampled, level)


def differ_in_few(differing: int | np.ndarray, n_groups: int) -> bool | np.ndarray:
    """Return whether two classifiers differ in too few groups for an interval of their difference.

    >>> differ_in_few(7, 100), differ_in_few(7, 9), differ_in_few(4, 9)
    (True, False, True)
    """
    return differing < min(FEW_DIFFERING, n_groups / 2)


def interval_note(n_groups: int) -> str:
    """Say in one sentence how the intervals were made, and whether the groups are too few to trust them.

    >>> interval_note(40)
    'Intervals: 95 %, symmetric bootstrap-t over 40 groups.'
    """
    note = f"Intervals: 95 %, symmetric bootstrap-t over {n_groups:,} groups."
    if n_groups == 1:
        return "Intervals: none, since all examples are of one group."
    return note + (
        f" With fewer than {FEW_GROUPS} groups they are too narrow to trust." if n_groups < FEW_GROUPS else ""
    )


def _at_least_by_rows(half: np.ndarray, resampled: Resampled, level: float) -> np.ndarray:
    """Return half an interval, or that of independent rows where it is wider; none at all from one group."""
    examples, groups = _rests_on(resampled)
    wider = np.fmax(half, _student(level, np.maximum(examples - 1, 1)) * resampled.floor)
    return np.where(groups < 2, np.nan, wider)


def _rests_on(resampled: Resampled) -> tuple[np.ndarray, np.ndarray]:
    """Return how many examples and how many groups a score rests on, by the ratio that rests on most: (…) each."""
    rested = resampled.rested
    return rested.sum(axis=1).max(axis=0), (rested > 0).sum(axis=1).max(axis=0)


def _mean_of_ratios(values: np.ndarray, resampled: Resampled) -> np.ndarray:
    """Return the mean over the ratios that rest on any example of (n_ratios, …) values: (…)."""
    there = resampled.rested.sum(axis=1) > 0
    found: np.ndarray = np.where(there, values, 0).sum(axis=0) / np.maximum(there.sum(axis=0), 1)
    return found


def _jackknife(resampled: Resampled) -> np.ndarray:
    """Return the jackknife's standard error over groups (…), around the score itself, not the mean."""
    n_groups = len(resampled.left_out)
    away = np.nan_to_num(resampled.left_out - resampled.value)
    error: np.ndarray = np.sqrt((n_groups - 1) / n_groups * (away**2).sum(axis=0))
    return error


def _student(level: float, degrees: np.ndarray | float) -> np.ndarray:
    """Return the two-sided quantile of Student's t, not a number without degrees of freedom."""
    from scipy.special import stdtrit

    found: np.ndarray = stdtrit(degrees, 0.5 + level / 2)
    return found


def _stretch(values: np.ndarray, resampled: Resampled) -> tuple[np.ndarray, np.ndarray]:
    """Return values on a scale without ends, and its slope there: the logit of the span, or a logarithm.

    A value at an end of the span is taken to be half a row away from it.
    """
    low, high = resampled.span
    least = np.maximum(_mean_of_ratios(0.5 / (resampled.rested.sum(axis=1) + 1), resampled), NO_SPREAD)
    if np.isinf(high):
        above = np.maximum(values - low, least)
        return np.log(above), 1 / above
    share = np.clip((values - low) / (high - low), least, 1 - least)
    return np.log(share / (1 - share)), 1 / (share * (1 - share) * (high - low))


def _ends(low: np.ndarray, high: np.ndarray, resampled: Resampled, level: float) -> Ends:
    """Return ends from the scale without ends; the score itself is always between them.

    A score at an end of its span has no spread to go by. What has not happened in n groups happens in no more than
    1 - ((1 - level) / 2) ** (1 / n) of them (Clopper and Pearson 1934), and so far the interval goes, whatever the
    number of rows: mistakes come in clusters. Counted are the groups that a ratio rests on.
    """
    least, greatest = resampled.span
    if np.isinf(greatest):
        below, above = (least + np.exp(np.clip(end, -700, 700)) for end in (low, high))
    else:
        width, groups = greatest - least, (resampled.rested > 0).sum(axis=1)
        below, above = (least + width / (1 + np.exp(-np.clip(end, -700, 700))) for end in (low, high))
        reach = width * _mean_of_ratios(1 - ((1 - level) / 2) ** (1 / np.maximum(groups, 1)), resampled)
        known = ~np.isnan(low)  # from one group nothing is known
        above = np.where(known & (resampled.value <= least), least + reach, above)
        below = np.where(known & (resampled.value >= greatest), greatest - reach, below)
    return np.minimum(below, resampled.value), np.maximum(above, resampled.value)


def quantile(values: np.ndarray, share: np.ndarray | float) -> np.ndarray:
    """Return the quantile over the first axis of what is defined, not a number where nothing is; `share`: (…)."""
    ordered = np.sort(values, axis=0)  # what is undefined comes last
    last = (~np.isnan(values)).sum(axis=0) - 1
    place = np.maximum(last, 0) * share
    below = np.floor(place).astype(int)
    above = np.minimum(below + 1, np.maximum(last, 0))
    part = place - below
    ends = (np.take_along_axis(ordered, np.asarray(row)[np.newaxis], axis=0)[0] for row in (below, above))
    lower, upper = ends
    found: np.ndarray = np.where(last < 0, np.nan, lower + (upper - lower) * part)
    return found
