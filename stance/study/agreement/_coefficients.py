"""Coefficients of agreement from counts: Krippendorff's alpha and Gwet's AC1 with intervals, Cohen's kappa by pair."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from stance.study.votes import Votes

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Counts = npt.NDArray[np.int64]
    Floats = npt.NDArray[np.float64]
    # of patterns of counts and how often each resample has each of them, the coefficient of each resample
    Resampling = Callable[[Counts, Counts], Floats]

Level = Literal["nominal", "ordinal"]
# the library holds a few matrices (n_items, n_labels, n_labels) of floats; this many cells take about 100 MB
MAX_LIBRARY_CELLS = 2_000_000
# resamples are drawn in blocks of about this many counts
BLOCK = 4_000_000
# values are rounded, so that the same votes give the same bytes in whatever order a machine adds
DECIMALS = 6
NO_PAIR = "no item has two labels"
ONE_LABEL = "every label is the same, so no disagreement is expected by chance"


@dataclass(frozen=True, slots=True)
class Estimate:
    """A coefficient of agreement with its 95 % interval (None where it has none); `reason` says why `value` is None.

    Where `low` and `high` alone are None, `reason` is about the interval.
    """

    value: float | None
    low: float | None = None
    high: float | None = None
    reason: str | None = None

    def __str__(self) -> str:
        """Return the value with its interval, to three decimals."""
        if self.value is None:
            return f"undefined ({self.reason})"
        return f"{self.value:.3f}" + ("" if self.low is None else f" ({self.low:.3f} to {self.high:.3f})")


@dataclass(frozen=True, slots=True)
class Pair:
    """Two annotators, the `n` items that both labelled, on how many percent of them they agree, Cohen's kappa.

    `kappa` is None where both gave one and the same label throughout.
    """

    a: str
    b: str
    n: int
    percent: float
    kappa: float | None


def krippendorff_alpha(counts: "Counts", level: Level = "nominal") -> Estimate:
    """Return Krippendorff's alpha of (n_items, n_labels) counts without an interval; `level` nominal or ordinal.

    Columns are in the order of the labels. Items with one label do not count.
    """
    pairable = counts[counts.sum(axis=1) > 1]
    if reason := _reason_undefined(pairable):
        return Estimate(None, reason=reason)
    # a label that nobody used changes nothing
    used = pairable[:, pairable.any(axis=0)]
    if used.size * used.shape[1] > MAX_LIBRARY_CELLS:
        patterns, _, times = _patterns(used)
        value = float(_alphas(patterns, times.reshape(1, -1), level)[0])
    else:
        import krippendorff

        value = float(krippendorff.alpha(value_counts=used, level_of_measurement=level))
    return Estimate(round(value, DECIMALS))


def alpha_with_interval(
    pairable: "Counts", level: Level, n_resamples: int, random_state: int, texts: "Counts | None" = None
) -> Estimate:
    """Return alpha with its 2.5th and 97.5th percentile over resamples of the items, if nearly all define it.

    `texts`: a code for each item, (n_items,); items of one code are drawn together. None: each item by itself.
    """
    estimate = krippendorff_alpha(pairable, level)
    measure: Resampling = lambda patterns, times: _alphas(patterns, times, level)  # noqa: E731
    return _with_interval(estimate, measure, pairable, n_resamples, random_state, texts)


def ac1_with_interval(counts: "Counts", n_resamples: int, random_state: int, texts: "Counts | None" = None) -> Estimate:
    """Return AC1 with its 2.5th and 97.5th percentile over resamples of the items, as `alpha_with_interval` does."""
    labelled = counts.any(axis=1)
    of_labelled = None if texts is None else texts[labelled]
    return _with_interval(gwet_ac1(counts), _ac1s, counts[labelled], n_resamples, random_state, of_labelled)


def _with_interval(
    estimate: Estimate,
    measure: "Resampling",
    counts: "Counts",
    n_resamples: int,
    random_state: int,
    texts: "Counts | None",
) -> Estimate:
    """Return an estimate with its percentiles over resamples; `measure` makes it of patterns and of their times."""
    import numpy as np

    if estimate.value is None:
        return estimate
    if len(counts) < 2:
        return Estimate(estimate.value, reason="one item has no interval")
    # what is drawn and has the same counts is interchangeable: resampling is drawing how often each kind comes
    patterns, together, times = _kinds(counts, texts)
    n_drawn = int(times.sum())
    if n_drawn < 2:
        return Estimate(estimate.value, reason="one text has no interval")
    generator = np.random.default_rng(random_state)
    block = max(1, BLOCK // max(len(times), len(patterns), counts.shape[1] ** 2))
    sizes = [min(block, n_resamples - start) for start in range(0, n_resamples, block)]
    draws = (generator.multinomial(n_drawn, times / n_drawn, size=size) for size in sizes)
    found = np.concatenate([measure(patterns, draw if together is None else draw @ together) for draw in draws])
    defined = found[~np.isnan(found)]
    # an interval of the other resamples would be that of data which happen to differ
    if (undefined := n_resamples - len(defined)) > 0.05 * n_resamples:
        reason = f"{undefined} of {n_resamples} resamples of the items hold one label only"
        return Estimate(estimate.value, reason=reason)
    low, high = (round(float(bound), DECIMALS) for bound in np.percentile(defined, (2.5, 97.5)))
    return Estimate(estimate.value, low, high)


def _kinds(counts: "Counts", texts: "Counts | None") -> "tuple[Counts, Counts | None, Counts]":
    """Return the different rows of counts, how many of each what is drawn holds, and how many of a kind there are.

    In the middle: (n_kinds, n_patterns), None where each item is drawn by itself.
    """
    import numpy as np

    drawn = None if texts is None else np.unique(texts, return_inverse=True)[1]
    if drawn is None or drawn.max(initial=-1) + 1 == len(drawn):
        patterns, _, times = _patterns(counts)
        return patterns, None, times
    patterns, of_item, _ = _patterns(counts)
    # texts whose items have the same patterns have the same sum of random numbers, and others another
    numbers = np.random.default_rng(0).integers(2**63, size=len(patterns), dtype=np.uint64)
    sums = np.zeros(int(drawn.max()) + 1, dtype=np.uint64)
    np.add.at(sums, drawn, numbers[of_item])
    _, firsts, kind, times = np.unique(sums, return_index=True, return_inverse=True, return_counts=True)
    of_first = np.flatnonzero(firsts[kind[drawn]] == drawn)
    together = np.zeros((len(firsts), len(patterns)), dtype=np.int64)
    np.add.at(together, (kind[drawn[of_first]], of_item[of_first]), 1)
    return patterns, together, times


def _alphas(patterns: "Counts", times: "Counts", level: Level) -> "Floats":
    """Return alpha for each row of `times`, which says how often each pattern of counts comes; NaN for undefined."""
    import numpy as np

    n_labels = patterns.shape[1]
    given = patterns.sum(axis=1)
    together = patterns[:, :, np.newaxis] * patterns[:, np.newaxis, :] - patterns[:, :, np.newaxis] * np.eye(n_labels)
    together /= (given - 1)[:, np.newaxis, np.newaxis]
    observed = (times @ together.reshape(len(patterns), -1)).reshape(-1, n_labels, n_labels)
    used = (times @ patterns).astype(float)
    if level == "ordinal":
        # the rank in the middle of all that were given a label
        rank = used.cumsum(axis=1) - used / 2
        distance = (rank[:, :, np.newaxis] - rank[:, np.newaxis, :]) ** 2
    else:
        distance = np.broadcast_to(1 - np.eye(n_labels), observed.shape)
    expected = (used[:, :, np.newaxis] * used[:, np.newaxis, :] * distance).sum(axis=(1, 2))
    found = (observed * distance).sum(axis=(1, 2)) * (used.sum(axis=1) - 1)
    alphas: Floats = 1 - np.divide(found, expected, out=np.full(len(expected), np.nan), where=expected > 0)
    return alphas


def _patterns(counts: "Counts") -> "tuple[Counts, Counts, Counts]":
    """Return the different rows of counts, sorted, the number of each item's, and how many items have each."""
    import numpy as np

    base = int(counts.max(initial=0)) + 1
    n_labels = counts.shape[1]
    if base**n_labels >= 2**62:
        return np.unique(counts, axis=0, return_inverse=True, return_counts=True)
    # one number a row is sorted a hundred times faster than rows
    weights = base ** np.arange(n_labels - 1, -1, -1, dtype=np.int64)
    codes = counts @ weights
    numbers, times = np.unique(codes, return_counts=True)
    return numbers[:, np.newaxis] // weights % base, np.searchsorted(numbers, codes), times


def gwet_ac1(counts: "Counts") -> Estimate:
    """Return Gwet's AC1 of (n_items, n_labels) counts, n_labels being the size of the label set, used or not.

    Items with one label say how frequent the labels are, but not how often annotators agree.
    """
    import numpy as np

    given = counts.sum(axis=1)
    if not (given > 1).any():
        return Estimate(None, reason=NO_PAIR)
    if counts.shape[1] < 2:
        return Estimate(None, reason="the label set has one label")
    labelled, pairable = given > 0, given > 1
    agreeing = (counts * (counts - 1)).sum(axis=1)[pairable] / (given * (given - 1))[pairable]
    shares = (counts[labelled] / given[labelled, np.newaxis]).mean(axis=0)
    by_chance = (shares * (1 - shares)).sum() / (counts.shape[1] - 1)
    return Estimate(round(float((agreeing.mean() - by_chance) / (1 - by_chance)), DECIMALS))


def _ac1s(patterns: "Counts", times: "Counts") -> "Floats":
    """Return AC1 for each row of `times`, which says how often each pattern of counts comes; NaN for undefined."""
    import numpy as np

    given = patterns.sum(axis=1)
    pairable = given > 1
    agreeing = (patterns * (patterns - 1)).sum(axis=1) / np.maximum(given * (given - 1), 1)
    pairs = times @ pairable
    observed = np.divide(times @ agreeing, pairs, out=np.full(len(times), np.nan), where=pairs > 0)
    shares = times @ (patterns / given[:, np.newaxis]) / times.sum(axis=1)[:, np.newaxis]
    by_chance = (shares * (1 - shares)).sum(axis=1) / (patterns.shape[1] - 1)
    found: Floats = (observed - by_chance) / (1 - by_chance)
    return found


def pairs_of(votes: Votes) -> Iterator[Pair]:
    """Yield each pair of annotators that share an item; votes are sorted by item and annotator."""
    import numpy as np

    n_annotators, n_labels = len(votes.annotators), len(votes.labels)
    shape = (n_annotators, n_annotators, n_labels, n_labels)
    tables = np.zeros(shape, dtype=np.int64)
    for step in range(1, n_annotators):
        first = np.flatnonzero(votes.item[:-step] == votes.item[step:])
        if not len(first):
            break
        second = first + step
        cells = (votes.annotator[first], votes.annotator[second], votes.label[first], votes.label[second])
        flat = np.ravel_multi_index(cells, shape)
        tables += np.bincount(flat, minlength=tables.size).reshape(shape)
    for a, b in np.argwhere(tables.any(axis=(2, 3))).tolist():
        table = tables[a, b]
        n = int(table.sum())
        percent = round(100 * float(np.trace(table)) / n, DECIMALS)
        yield Pair(votes.annotators[a], votes.annotators[b], n, percent, _kappa(table))


def _kappa(table: "Counts") -> float | None:
    """Return Cohen's kappa (1960) of one pair's (n_labels, n_labels) table, None where both gave one label throughout.

    By its formula: a library would have to be given the labels again, and takes longer to import than all else here.
    """
    if (table.diagonal() == table.sum()).any():
        return None
    n = table.sum()
    agreed, by_chance = table.trace() / n, (table.sum(axis=0) @ table.sum(axis=1)) / n**2
    return round(float((agreed - by_chance) / (1 - by_chance)), DECIMALS)


def _reason_undefined(pairable: "Counts") -> str | None:
    if not len(pairable):
        return NO_PAIR
    return ONE_LABEL if (pairable.sum(axis=0) > 0).sum() < 2 else None
