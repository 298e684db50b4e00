"""Power: what difference between two classifiers a data set could show, and how many comments another would take."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from stance.errors import InputError, did_you_mean
from stance.evaluation._simulation import N_STEPS as N_STEPS  # how many steps a caller is told of
from stance.evaluation._simulation import SIGNIFICANT, Simulation, gain
from stance.evaluation.scores._metrics import make_metrics
from stance.evaluation.scores._pairs import require_same_rows
from stance.evaluation.scores._sums import code_rows

if TYPE_CHECKING:
    pass

MOST_COMMENTS = 20_000
MOST_OF_PILOTS = 5_000  # comments that are tried of each pilot that is drawn
MOST_COMPARISONS = 20  # 0.05 / 20 is the least p that so many exchanges can give
ASSUMPTIONS = (
    "Assumed: other groups are like these (size, labels, and how often the two classifiers agree in them); the better "
    "classifier gains by having right, comment by comment and wherever it was wrong, what it had wrong; a difference "
    "is shown where approximate randomisation over whole groups gives p < 0.05, or less by so many comparisons as are "
    "named: by which Holm multiplies the least p of several. Not known: whether more comments would train better "
    "classifiers, and whether those of another site or year are like these. Estimated from few comments the agreement "
    "is itself uncertain: the need has an interval over pilots drawn from the groups of this one, 90 % of them "
    "(Efron 1979), which is too narrow where groups are few."
)


@dataclass(frozen=True, slots=True, eq=False)
class Power:
    """What could be shown of a difference in `metric`, and what it would take to show `effect`.

    `wanted`: the power asked for. `curve`: one row a difference, with its power on this data (columns difference,
    power). `sizes`: one row a number of groups that was tried for `effect` (columns groups, comments, power).
    `need`: between which numbers of comments nine of ten pilots like this one put the need, not numbers where none
    was drawn. `comparisons`: how many a p is adjusted for.
    """

    metric: str
    effect: float
    wanted: float
    n_examples: int
    n_groups: int
    curve: pd.DataFrame
    sizes: pd.DataFrame
    need: tuple[float, float] = (float("nan"), float("nan"))
    comparisons: int = 1

    @property
    def smallest_difference(self) -> float:
        """The smallest difference that this data shows with the wanted power, infinite where it shows none."""
        return _crossing(self.curve["difference"].to_numpy(), self.curve["power"].to_numpy(), self.wanted)

    @property
    def comments_needed(self) -> float:
        """How many comments show `effect` with the wanted power, infinite where the most that were tried do not."""
        return _crossing(self.sizes["comments"].to_numpy(), self.sizes["power"].to_numpy(), self.wanted)

    def __str__(self) -> str:
        """Say in plain words what was found."""
        percent, smallest, needed = round(100 * self.wanted), self.smallest_difference, self.comments_needed
        here = f"{self.n_examples:,} comments in {self.n_groups:,} groups"
        among = f", as one of {self.comparisons} comparisons" if self.comparisons > 1 else ""
        if np.isinf(smallest):
            # the largest of those with the greatest power: where all are 0, the largest difference there can be
            best = self.curve[self.curve["power"] == self.curve["power"].max()].iloc[-1]
            shown = (
                f"{here} cannot show any difference in {self.metric} with {percent} % power{among}: not even one of "
                f"{best['difference']:.2f}, which they would show in {100 * best['power']:.0f} of 100 studies"
            )
        else:
            shown = (
                f"{here} can show a difference in {self.metric} of {smallest:.2f} or more with {percent} % power{among}"
            )
        if np.isinf(needed):
            most = int(self.sizes["comments"].max())
            said = f"{shown}. A difference of {self.effect:.2f} would take more than {most:,} comments"
            return f"{said}{self._of_pilots()}."
        per_group = self.n_examples / self.n_groups
        return (
            f"{shown}. A difference of {self.effect:.2f} would take about {_rounded(needed):,} comments in "
            f"{_rounded(needed / per_group):,} groups like these{self._of_pilots()}."
        )

    def _of_pilots(self) -> str:
        """Say between what pilots like this one put the need, "" where none was drawn."""
        low, high = self.need
        if np.isnan(low):
            return ""
        if np.isinf(low):
            return f" (of pilots like this one 90 % say more than {MOST_OF_PILOTS:,})"
        most = f"more than {MOST_OF_PILOTS:,}" if np.isinf(high) else f"{_rounded(high):,}"
        return f" (of pilots like this one 90 % say {_rounded(low):,} to {most})"


def measure_power(
    first: pd.DataFrame,
    second: pd.DataFrame,
    labels: Sequence[str],
    effect: float = 0.10,
    metric: str = "macro_f1",
    wanted: float = 0.80,
    n_simulations: int = 400,
    random_state: int = 0,
    on_step: Callable[[], object] = lambda: None,
    comparisons: int = 1,
    n_pilots: int = 0,
) -> Power:
    """Simulate what could be shown of two classifiers that agree as these two do (after Card et al. 2020).

    `first`, `second`: tables of `cross_predict` of the same rows, with a column `group`; of several repeats the
    first counts. A data set is simulated by drawing whole groups with replacement, exchanging the two
    classifiers' predictions in half of them, so that neither is better, and then righting so many of the
    first's errors that in the population it is better by a given difference. Its p is that of approximate
    randomisation, and must be below 0.05 / `comparisons` (at most 20). The need of `n_pilots` further pilots (0: none),
    made of groups drawn from this one's, shows how uncertain it is. `on_step` is called at most 2 * N_STEPS +
    n_pilots times. A power is uncertain by about 4 points with 400 simulations.

    Raises InputError if the tables are not of the same rows, for fewer than two groups, for an unknown metric, and
    for an effect, a power or a number of comparisons that cannot be.
    """
    joint, sizes = _joint_counts(first, second, labels)
    named = make_metrics(labels)
    if metric not in named:
        raise InputError(f"expected a metric of {list(named)}, found {metric!r}.{did_you_mean(metric, named)}")
    alike = (joint.sum(axis=(0, 3)) + joint.sum(axis=(0, 2))) / 2
    most = gain(named[metric], alike, 1.0)
    if not 0 < wanted < 1 or not 0 < effect < most:
        raise InputError(
            f"expected 0 < power < 1 and an effect above 0 and below {most:.2f}, which is what is left to gain in "
            f"{metric}; found power {wanted} and effect {effect}"
        )
    if not 1 <= comparisons <= MOST_COMPARISONS:
        raise InputError(f"comparisons: expected 1 to {MOST_COMPARISONS}, found {comparisons}")
    simulation = Simulation(named[metric], joint, alike, n_simulations, random_state, SIGNIFICANT / comparisons)
    curve: list[tuple[float, float]] = []
    # small differences lie closer together: they are what larger data sets can show
    for difference in most * (np.arange(1, N_STEPS + 1) / N_STEPS) ** 2:
        curve.append((float(difference), simulation.power(float(difference), len(joint))))
        on_step()
    tried = simulation.tried(effect, wanted, int(MOST_COMMENTS / sizes.mean()), on_step)
    needs = list(_needs_of_pilots(simulation, sizes, effect, wanted, n_pilots, on_step))
    found = _summary(metric, effect, wanted, sizes, curve, tried)
    need = tuple(np.quantile(needs, (0.05, 0.95), method="inverted_cdf").tolist()) if needs else found.need
    return replace(found, need=need, comparisons=comparisons)


def _needs_of_pilots(
    simulation: Simulation,
    sizes: np.ndarray,
    effect: float,
    wanted: float,
    n_pilots: int,
    on_step: Callable[[], object],
) -> "Iterator[float]":
    """Yield how many comments pilots of as many groups, drawn from this one's, would be said to need.

    One that leaves less to gain than `effect` needs more than can be had: infinite. An eighth of the simulations
    each: what one needs is not what is told, only how far they are apart.
    """
    for pilot in range(n_pilots):
        drawn = np.random.default_rng([simulation.random_state, 1 + pilot]).integers(0, len(sizes), len(sizes))
        joint = simulation.joint[drawn]
        alike = (joint.sum(axis=(0, 3)) + joint.sum(axis=(0, 2))) / 2
        if effect < gain(simulation.metric, alike, 1.0):
            fewer = max(1, simulation.n_simulations // 8)
            one = replace(simulation, joint=joint, alike=alike, n_simulations=fewer)
            mean = float(sizes[drawn].mean())
            tried = one.tried(effect, wanted, int(MOST_OF_PILOTS / mean), lambda: None)
            groups = np.array(sorted(tried))
            yield _crossing(groups * mean, np.array([tried[number] for number in groups]), wanted)
        else:
            yield float("inf")
        on_step()


def _summary(
    metric: str,
    effect: float,
    wanted: float,
    sizes: np.ndarray,
    curve: Sequence[tuple[float, float]],
    tried: dict[int, float],
) -> Power:
    rows = [(number, round(number * sizes.mean()), tried[number]) for number in sorted(tried)]
    return Power(
        metric=metric,
        effect=effect,
        wanted=wanted,
        n_examples=int(sizes.sum()),
        n_groups=len(sizes),
        curve=pd.DataFrame(curve, columns=["difference", "power"]),
        sizes=pd.DataFrame(rows, columns=["groups", "comments", "power"]),
    )


def _joint_counts(first: pd.DataFrame, second: pd.DataFrame, labels: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """Return counts (n_groups, label, first, second) of the first repeat, and the sizes of the groups."""
    require_same_rows(first, second)
    repeat = first["repeat"].min()
    tables = [
        table[table["repeat"] == repeat].sort_values("example_id", ignore_index=True) for table in (first, second)
    ]
    groups = tables[0].set_index("example_id")["group"]
    one, other = (code_rows(table, groups, labels) for table in tables)
    if len(one.sizes) < 2:
        raise InputError(
            f"power: expected at least 2 groups, found {len(one.sizes)}; nothing says how groups differ from each other"
        )
    size = len(labels)
    place = ((one.groups * size + one.given) * size + one.predicted) * size + other.predicted
    counts = np.bincount(place, minlength=len(one.sizes) * size**3)
    return counts.reshape(-1, size, size, size), one.sizes


def _crossing(places: np.ndarray, powers: np.ndarray, wanted: float) -> float:
    """Return where power first reaches what is wanted, on straight lines between places; infinite if nowhere."""
    reached = np.flatnonzero(powers >= wanted)
    if not reached.size:
        return float("inf")
    at = int(reached[0])
    if at == 0:
        return float(places[0])
    part = (wanted - powers[at - 1]) / (powers[at] - powers[at - 1])
    return float(places[at - 1] + part * (places[at] - places[at - 1]))


def _rounded(number: float) -> int:
    """Return a number with two digits that count: 1,234 comments are known no better than 1,200."""
    from math import ceil, log10

    unit: int = 10 ** max(0, int(log10(max(number, 1))) - 1)
    return int(ceil(round(number / unit, 6)) * unit)
