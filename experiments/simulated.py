"""Simulated data sets, many at once, and what their intervals are made from."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from populations import N_LABELS, Floats, Setting, make_joint, make_sizes

from stance.evaluation.scores import Metric
from stance.evaluation.scores.intervals import Resampled, resample_groups

EQUAL = 1e-12
BLOCK = 4_000_000  # floats of the largest array


def resample(metric: Metric, by_group: Floats, cells: Floats, weights: Floats) -> Resampled:
    """Return what intervals of many data sets are made from; the library does the same for one.

    `by_group`: (n_datasets, n_groups, n_cells) counts of rows of one kind; `cells`: (n_cells, n_sums), what a
    row of each kind adds to the sums.
    """
    sums = by_group @ cells
    total = sums.sum(axis=1)
    n_groups = sums.shape[1]
    drawn = np.tensordot(weights, sums, axes=(1, 1))
    influence = np.matmul(metric.gradient(drawn).swapaxes(0, 1), sums.swapaxes(1, 2))
    spreads = np.sqrt(np.einsum("dbg,dbg,bg->bd", influence, influence, weights) * n_groups / (n_groups - 1))
    rows = by_group.sum(axis=1) + 1 / len(cells)
    squares = (metric.gradient(rows @ cells) @ cells.T) ** 2
    return Resampled(
        value=metric.value(total),
        drawn=metric.value(drawn),
        spreads=spreads,
        left_out=metric.value(total[:, np.newaxis] - sums).T,
        floor=np.sqrt((rows * squares).sum(axis=1)),
        span=metric.span,
        sizes=by_group.sum(axis=2).T,
        carriers=None if metric.parts is None else np.einsum("dgi,ri->rgd", sums, metric.parts),
    )


def kinds_of_rows() -> tuple[Floats, Floats]:
    """Return what a row adds to one confusion matrix, (9, 9), and a row of two classifiers to both, (27, 18)."""
    given, first, second = np.indices((N_LABELS,) * 3).reshape(3, -1)
    both = np.zeros((N_LABELS**3, 2 * N_LABELS**2))
    both[np.arange(len(both)), given * N_LABELS + first] = 1
    both[np.arange(len(both)), N_LABELS**2 + given * N_LABELS + second] = 1
    return np.eye(N_LABELS**2), both


def holding(low: Floats, high: Floats, truth: Floats) -> Floats:
    """Return 1 where an interval holds the truth, 0 where it does not, and no number where there is no interval."""
    held: Floats = np.where(np.isnan(low), np.nan, (low <= truth + EQUAL) & (truth <= high + EQUAL))
    return held


def blocks(
    generator: np.random.Generator, setting: Setting, n_examples: int, n_groups: int, arguments: Any
) -> Iterator[tuple[Floats, Floats]]:
    """Yield data sets and the weights of their resamples, which at most a tenth of the data sets share."""
    most = max(1, BLOCK // (arguments.resamples * max(2 * N_LABELS**2, n_groups)))
    block = min(most, max(1, arguments.datasets // 10))
    for start in range(0, arguments.datasets, block):
        shape = (min(block, arguments.datasets - start), n_groups)
        joint = make_joint(generator, setting, make_sizes(generator, setting, shape, n_examples))
        drawn = resample_groups(n_groups, arguments.resamples, int(generator.integers(2**32)))
        yield joint, np.concatenate(list(drawn))
