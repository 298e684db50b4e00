"""Scores on resamples of the groups, from sums alone: what every interval of the project is made from."""

from collections.abc import Sequence

import numpy as np

from stance.evaluation.scores._metrics import Metric
from stance.evaluation.scores._sums import Sums
from stance.evaluation.scores.intervals import Resampled, resample_groups


def resample_metrics(
    scored: Sequence[tuple[Metric, Sums]], n_resamples: int = 10_000, random_state: int = 0
) -> list[Resampled]:
    """Return each metric's value, and its values and standard errors on resamples of the groups.

    All sums are of the same groups, and each resample draws the same ones for all of them, so that classifiers
    can be paired. Nothing is refitted: a resample adds up the sums of the groups that it has drawn.
    """
    drawn: list[list[np.ndarray]] = [[] for _ in scored]
    spreads: list[list[np.ndarray]] = [[] for _ in scored]
    flat = {
        id(sums): np.ascontiguousarray(sums.by_group.swapaxes(0, 1)).reshape(len(sums.sizes), -1) for _, sums in scored
    }
    for weights in resample_groups(len(scored[0][1].sizes), n_resamples, random_state):
        added = {key: weights @ table for key, table in flat.items()}
        for place, (metric, sums) in enumerate(scored):
            totals = added[id(sums)].reshape(len(weights), *sums.by_group.shape[::2])
            drawn[place].append(_mean(metric.value(totals), sums.n_parts))
            gradient = _mean_gradient(metric, totals, sums.n_parts).reshape(len(weights), -1)
            spreads[place].append(_spread(gradient @ flat[id(sums)].T, weights))
    return [
        _resampled(metric, sums, np.concatenate(drawn[place]), np.concatenate(spreads[place]))
        for place, (metric, sums) in enumerate(scored)
    ]


def leave_groups_out(metric: Metric, sums: Sums) -> Resampled:
    """Return a metric's value, and its values without each of the groups: what `jackknife_t` needs, and no more."""
    return _resampled(metric, sums, np.empty(0), np.empty(0))


def _resampled(metric: Metric, sums: Sums, drawn: np.ndarray, spreads: np.ndarray) -> Resampled:
    return Resampled(
        value=score(metric, sums),
        drawn=drawn,
        spreads=spreads,
        left_out=score_without(metric, sums),
        floor=_floor(metric, sums),
        span=metric.span,
        sizes=sums.sizes,
        carriers=_carriers(metric, sums),
    )


def score(metric: Metric, sums: Sums) -> np.ndarray:
    """Return the metric of all rows, the mean over the slices, as an array without axes."""
    return _mean(metric.value(sums.by_group.sum(axis=1)), sums.n_parts)


def score_without(metric: Metric, sums: Sums) -> np.ndarray:
    """Return the metric without each of the groups: n_groups values."""
    total = sums.by_group.sum(axis=1, keepdims=True)
    return _mean(metric.value((total - sums.by_group).swapaxes(0, 1)), sums.n_parts)


def _carriers(metric: Metric, sums: Sums) -> np.ndarray | None:
    """Return how many rows of each group each ratio of a metric rests on, (n_ratios, n_groups); None for all rows.

    A recall rests on the rows of its label: groups without one say nothing of it. Of several repeats the mean.
    """
    if metric.parts is None:
        return None
    n_repeats = len(sums.by_group) // sums.n_parts
    rested: np.ndarray = np.einsum("sgi,ri->rg", sums.by_group, metric.parts) / n_repeats
    return rested


def _mean(values: np.ndarray, n_parts: int) -> np.ndarray:
    """Return the mean over the slices, the last axis: of all of them, or of the targets that have any rows."""
    if n_parts == 1:
        return np.asarray(values.mean(axis=-1))
    there = ~np.isnan(values)
    summed, count = np.where(there, values, 0.0).sum(axis=-1), there.sum(axis=-1)
    return np.asarray(np.divide(summed, count, out=np.full(summed.shape, np.nan), where=count > 0))


def _mean_gradient(metric: Metric, totals: np.ndarray, n_parts: int) -> np.ndarray:
    """Return the gradient of the mean over the slices, (…, n_slices, n_sums)."""
    gradient: np.ndarray = metric.gradient(totals)
    if n_parts == 1:
        gradient /= totals.shape[-2]
        return gradient
    there = ~np.isnan(metric.value(totals))
    gradient *= (there / np.maximum(there.sum(axis=-1, keepdims=True), 1))[..., np.newaxis]
    return gradient


def _spread(influences: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return each resample's standard error from what each group adds to its score: (n_resamples, n_groups)."""
    n_groups = weights.shape[1]
    squares = np.einsum("bg,bg,bg->b", weights, influences, influences)
    spread: np.ndarray = np.sqrt(squares * n_groups / max(1, n_groups - 1))
    return spread


def _floor(metric: Metric, sums: Sums) -> np.ndarray:
    """Return the standard error if all rows were independent; repeats score the same rows, targets do not."""
    gradient = metric.gradient(sums.rows)
    of_slices = np.einsum("si,sij,sj->s", gradient, sums.squares, gradient)
    return np.asarray(np.sqrt(np.maximum(of_slices.mean(), 0) / sums.n_parts))
