"""Data sets simulated from the groups of one, and how often they show a difference that is there."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from stance.evaluation._significance import EQUAL, draw_exchanges

if TYPE_CHECKING:
    from stance.evaluation.scores._metrics import Metric

SIGNIFICANT = 0.05
N_EXCHANGES = 399  # of the groups of each simulated data set, for its p
N_STEPS = 12  # differences, and at most so many numbers of groups, that are tried
BLOCK = 4_000_000  # cells of the data sets that are simulated at once


@dataclass(frozen=True, slots=True, eq=False)
class Simulation:
    """Data sets drawn from the groups of one: `joint` (n_groups, label, first, second), `alike` a confusion matrix."""

    metric: "Metric"
    joint: np.ndarray
    alike: np.ndarray
    n_simulations: int
    random_state: int
    significant: float = SIGNIFICANT

    def tried(self, effect: float, wanted: float, most: int, on_step: Callable[[], object]) -> dict[int, float]:
        """Return the power for `effect` by each number of groups that the search for the wanted power tries."""
        tried: dict[int, float] = {}
        for n_groups in search(tried, len(self.joint), wanted, most):
            tried[n_groups] = self.power(effect, n_groups)
            on_step()
        return tried

    def power(self, difference: float, n_groups: int) -> float:
        """Return the share of simulated data sets of `n_groups` groups that show a true `difference`."""
        generator = np.random.default_rng([self.random_state, n_groups])
        righted = share_to_right(self.metric, self.alike, difference)
        exact = 2**n_groups <= N_EXCHANGES
        exchanges = np.concatenate(list(draw_exchanges(n_groups, N_EXCHANGES, exact, self.random_state)))
        cells = self.joint[0].size
        block = max(1, BLOCK // (n_groups * cells))
        shown = 0
        for start in range(0, self.n_simulations, block):
            tables = self._draw(generator, min(block, self.n_simulations - start), n_groups, righted)
            as_large = count_as_large(self.metric, *tables, exchanges.astype(np.float32))
            p_values = as_large / len(exchanges) if exact else (as_large + 1) / (len(exchanges) + 1)
            shown += int((p_values < self.significant).sum())
        return shown / self.n_simulations

    def _draw(
        self, generator: np.random.Generator, n_sets: int, n_groups: int, righted: float
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return two confusion matrices by data set and group, (n_sets, n_groups, n_sums) each; the first is better."""
        size = self.joint.shape[1]
        drawn = self.joint[generator.integers(0, len(self.joint), size=(n_sets, n_groups))]
        exchanged = generator.random((n_sets, n_groups)) < 0.5
        drawn = np.where(exchanged[..., np.newaxis, np.newaxis, np.newaxis], drawn.swapaxes(-1, -2), drawn)
        wrong = ~np.eye(size, dtype=bool)
        moved = generator.binomial(drawn * wrong[:, :, np.newaxis], righted)
        better = drawn - moved
        better[..., range(size), range(size), :] += moved.sum(axis=-2)
        return better.sum(axis=-1).reshape(n_sets, n_groups, -1), better.sum(axis=-2).reshape(n_sets, n_groups, -1)


def count_as_large(metric: "Metric", first: np.ndarray, second: np.ndarray, exchanges: np.ndarray) -> np.ndarray:
    """Return for each data set how many exchanges of whole groups give a difference as large as there is."""
    n_sets, n_groups, n_sums = first.shape
    changes = (second - first).transpose(1, 0, 2).reshape(n_groups, -1).astype(np.float32)
    moved = (exchanges @ changes).reshape(-1, n_sets, n_sums).astype(float)
    totals = first.sum(axis=1), second.sum(axis=1)
    observed = np.abs(metric.value(totals[0].astype(float)) - metric.value(totals[1].astype(float)))
    permuted = np.abs(metric.value(totals[0] + moved) - metric.value(totals[1] - moved))
    as_large: np.ndarray = (~(permuted < observed - EQUAL)).sum(axis=0)
    return as_large


def gain(metric: "Metric", matrix: np.ndarray, righted: float) -> float:
    """Return how much a metric gains if a share of the errors in a confusion matrix is righted."""
    hits = np.eye(len(matrix), dtype=bool)
    errors = np.where(hits, 0, matrix) * righted
    better = matrix - errors + np.diag(errors.sum(axis=1))
    return float(metric.value(better.ravel().astype(float)) - metric.value(matrix.ravel().astype(float)))


def share_to_right(metric: "Metric", matrix: np.ndarray, difference: float) -> float:
    """Return the share of errors to right for a difference in the population, by halving."""
    low, high = 0.0, 1.0
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if gain(metric, matrix, middle) < difference else (low, middle)
    return high


def search(tried: dict[int, float], start: int, wanted: float, most: int) -> "Iterator[int]":
    """Yield numbers of groups to try: doubled or halved until the wanted power lies between two, then between them.

    The caller puts the power of each into `tried` before it asks for the next.
    """
    number = min(start, most)
    yield number
    factor = 0.5 if tried[number] >= wanted else 2.0
    while len(tried) < N_STEPS - 3 and 2 <= number * factor <= most and (tried[number] >= wanted) == (factor < 1):
        number = round(number * factor)
        yield number
    for _ in range(3):
        enough = [one for one, power in tried.items() if power >= wanted]
        too_few = [one for one, power in tried.items() if power < wanted and (not enough or one < min(enough))]
        if not enough or not too_few:
            return
        middle = round((min(enough) * max(too_few)) ** 0.5)
        if middle in tried:
            return
        yield middle
