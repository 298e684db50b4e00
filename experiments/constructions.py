"""Constructions of intervals that were tried and are not used, beside the two that are: docs/intervals.md."""

from collections.abc import Callable

import numpy as np
from scipy.stats import norm, t  # type: ignore[import-untyped, unused-ignore]

from stance.evaluation.scores.intervals import LEVEL, Ends, Resampled, bootstrap_t, jackknife_t, quantile


def percentile(resampled: Resampled, level: float = LEVEL) -> Ends:
    """Return the ends of the percentile interval (Efron 1979): the middle `level` of the resamples."""
    tail = (1 - level) / 2
    return quantile(resampled.drawn, tail), quantile(resampled.drawn, 1 - tail)


def expanded_percentile(resampled: Resampled, level: float = LEVEL) -> Ends:
    """Return the ends of the percentile interval widened for few groups (Hesterberg 2015).

    The tails are those beyond Student's quantile times the root of n_groups / (n_groups - 1).
    """
    n_groups = len(resampled.left_out)
    tail = norm.cdf(-((n_groups / max(1, n_groups - 1)) ** 0.5) * t.ppf(0.5 + level / 2, n_groups - 1))
    return quantile(resampled.drawn, tail), quantile(resampled.drawn, 1 - tail)


def bca(resampled: Resampled, level: float = LEVEL) -> Ends:
    """Return the ends of the bias-corrected and accelerated interval (Efron 1987), from the jackknife over groups."""
    defined = ~np.isnan(resampled.drawn)
    below = (resampled.drawn < resampled.value).sum(axis=0) + (resampled.drawn <= resampled.value).sum(axis=0)
    count = np.maximum(defined.sum(axis=0), 1)
    bias = norm.ppf(np.clip(below / (2 * count), 0.5 / count, 1 - 0.5 / count))
    away = np.nan_to_num(np.nanmean(resampled.left_out, axis=0) - resampled.left_out)
    square = (away**2).sum(axis=0) ** 1.5
    acceleration = np.divide((away**3).sum(axis=0), 6 * square, out=np.zeros_like(square), where=square > 0)
    low, high = (
        norm.cdf(bias + (bias + tail) / (1 - acceleration * (bias + tail)))
        for tail in norm.ppf([0.5 - level / 2, 0.5 + level / 2])
    )
    return quantile(resampled.drawn, low), quantile(resampled.drawn, high)


# Every construction that was tried, by the name that docs/intervals.md gives it.
CONSTRUCTIONS: dict[str, Callable[[Resampled, float], Ends]] = {
    "bootstrap-t": bootstrap_t,
    "jackknife-t": jackknife_t,
    "percentile": percentile,
    "expanded percentile": expanded_percentile,
    "BCa": bca,
}
