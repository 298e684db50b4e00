"""Which comments to label: probability samples, what each comment's probability was, and how many more it takes."""

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd

from stance.errors import InputError, did_you_mean
from stance.estimates._checks import scores_of

HOW = ("simple", "stratified", "uncertainty")
# so much of a sample by uncertainty is drawn alike everywhere, so that no comment is hopeless (Zrnic and Candès 2024)
ALIKE = 0.5
LEAST_OF_STRATUM = 2
OTHERS = "others"
BETWEEN = " / "


def draw_sample(
    frame: pd.DataFrame,
    n: int,
    *,
    by: Sequence[str] = (),
    how: str | None = None,
    labels: Sequence[str] = (),
    random_state: int = 0,
) -> pd.DataFrame:
    """Draw comments to label, each with the probability that it had of being drawn.

    `frame`: a row for each comment, with `example_id`, the columns of `by`, and `score_<label>` for `labels` where
    they are sampled by uncertainty; `draw` where some were drawn or labelled before (anything but missing): they are
    not drawn again, and stand for themselves. `how`: "simple"; "stratified" (default with `by`): as large a share of
    each combination of the columns, those together that are too small for two; "uncertainty": the less sure the scores
    are, the likelier, half of the sample alike everywhere (active inference; Zrnic and Candès 2024), with `by` within
    each combination.

    Returns the rows drawn with `probability`, among those that could still be drawn, and `draw`: the number of the
    draw, and after a colon the stratum. The order of the rows changes nothing. Raises InputError if there are too few
    rows, or a column is missing.

    >>> import pandas as pd
    >>> frame = pd.DataFrame({"example_id": list("abcdefgh"), "thread": ["t1"] * 6 + ["t2"] * 2})
    >>> draw_sample(frame, 4, by=["thread"])[["example_id", "probability", "draw"]].round(3).values.tolist()
    [['a', 0.5, '1:t1'], ['e', 0.5, '1:t1'], ['f', 0.5, '1:t1'], ['h', 0.5, '1:t2']]
    """
    how = how or ("stratified" if by else "simple")
    _check(frame, n, by, how)
    frame = frame.sort_values("example_id")
    number, left = _next_draw(frame), frame
    if "draw" in frame:
        left = frame[frame["draw"].isna()]
    if not 1 <= n <= len(left):
        raise InputError(f"n: expected from 1 to {len(left):,}, the comments that were not drawn yet, found {n:,}")
    generator = np.random.default_rng([random_state, number])
    unsure = _uncertainty(left, labels) if how == "uncertainty" else np.ones(len(left))
    strata = left[list(by)].astype(str).agg(BETWEEN.join, axis=1).to_numpy(str) if by else np.full(len(left), "")
    names, sizes, strata = _joined_strata(strata, n)
    parts = []
    for name, n_of in zip(names, _allocated(sizes, n), strict=True):
        own = strata == name
        probability = _probabilities(unsure[own], int(n_of))
        rows = _systematic(probability, generator)
        draw = f"{number}:{name}" if by else str(number)
        parts.append(left[own].iloc[rows].assign(probability=probability[rows], draw=draw))
    together: pd.DataFrame = pd.concat(parts)
    return together


def joined_probabilities(probability: np.ndarray, draws: np.ndarray, n_frame: int) -> np.ndarray:
    """Return the probability of each labelled row over successive draws, each from what the draws before had left.

    `draws`: (n,) their numbers, 0 for what was labelled without a draw and stands for itself. Each draw gives an
    unbiased total, with what was drawn before counted as it is; they are weighted so that simple samples add up to
    one simple sample of them all. Returned is the inverse of what a row weighs.

    >>> import numpy as np
    >>> drawn, draws = np.array([0.1] * 10 + [10 / 90] * 10), np.array([1] * 10 + [2] * 10)
    >>> joined_probabilities(drawn, draws, 100).round(3).tolist()[::10]
    [0.2, 0.2]
    """
    numbers = sorted({int(number) for number in draws} - {0})
    before = {number: int((draws < number).sum()) for number in numbers}
    n_own = int((draws == 0).sum())
    n_drawn = len(draws) - n_own
    each = (n_frame - n_own) / max(n_drawn, 1)
    weights, later = np.ones(len(probability)), 0.0
    for number in reversed(numbers):
        own = draws == number
        share = (each - later) * own.sum() / (n_frame - before[number])
        share = 1 - later if number == numbers[0] else min(max(share, 0.0), 1 - later)
        weights[own] = share / probability[own] + later
        later += share
    found: np.ndarray = np.minimum(1 / weights, 1.0)
    return found


def labels_needed(n_labelled: int, n_frame: int, half_width: float, wanted: float) -> int:
    """Return how many labels in all make an interval reach `wanted` to either side, where so many reach `half_width`.

    Of a simple sample of a frame of `n_frame` comments; all of them at most.

    >>> labels_needed(200, 10_000, 0.06, 0.03)
    755
    """
    if half_width <= wanted:
        return n_labelled
    unit = half_width**2 / (1 / n_labelled - 1 / n_frame)
    return min(n_frame, math.ceil(unit / (wanted**2 + unit / n_frame)))


def _check(frame: pd.DataFrame, n: int, by: Sequence[str], how: str) -> None:
    if how not in HOW:
        raise InputError(f"how: expected one of {list(HOW)}, found {how!r}.{did_you_mean(how, HOW)}")
    if by and how == "simple":
        raise InputError(f"by: expected no columns where how='simple', found {list(by)}; leave how out")
    if not by and how == "stratified":
        raise InputError("by: expected the columns of the strata, found none")
    columns = [str(column) for column in frame]
    if missing := [column for column in ("example_id", *by) if column not in columns]:
        hints = "".join(did_you_mean(column, columns) for column in missing)
        raise InputError(f"frame: expected the columns {missing}, found {columns}.{hints}")


def _next_draw(frame: pd.DataFrame) -> int:
    if "draw" not in frame:
        return 1
    return 1 + max((draw_number(draw) for draw in frame["draw"].dropna()), default=0)


def draw_number(draw: str) -> int:
    """Return the number of a draw from what stands in its column: before the colon; 0 where nothing stands there."""
    first = str(draw).partition(":")[0]
    return int(first) if first.isdigit() else 0


def _joined_strata(strata: np.ndarray, n: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the strata, their sizes, and the stratum of each row, those together that are too small for two."""
    names, place, sizes = np.unique(strata, return_inverse=True, return_counts=True)
    small = n * sizes < LEAST_OF_STRATUM * len(strata)
    if small.sum() > 1:
        names = np.where(small, OTHERS, names)
        return *np.unique(names[place], return_counts=True), names[place]
    return names, sizes, names[place]


def _allocated(sizes: np.ndarray, n: int) -> np.ndarray:
    """Return how many are drawn of each stratum: by size, by the largest remainder."""
    exact = n * sizes / sizes.sum()
    found: np.ndarray = np.floor(exact).astype(int)
    rest = np.argsort(found - exact, kind="stable")[: n - int(found.sum())]
    found[rest] += 1
    return found


def _uncertainty(left: pd.DataFrame, labels: Sequence[str]) -> np.ndarray:
    """Return how unsure the scores of each row are: the root of their variance, as a label by itself has it."""
    variance = np.zeros(len(left))
    for score in scores_of(left, tuple(labels)):
        variance += score * (1 - score)
    found: np.ndarray = np.sqrt(variance)
    return found


def _probabilities(unsure: np.ndarray, n: int) -> np.ndarray:
    """Return probabilities that sum to n, partly alike and partly in proportion to uncertainty, none above 1."""
    total = unsure.sum()
    alike = np.full(len(unsure), 1 / len(unsure))
    wanted = ALIKE * alike + (1 - ALIKE) * (unsure / total if total > 0 else alike)
    sure = np.zeros(len(unsure), bool)
    while True:
        found: np.ndarray = np.where(sure, 1.0, wanted * (n - sure.sum()) / max(wanted[~sure].sum(), 1e-300))
        above = (found > 1) & ~sure
        if not above.any():
            return found
        sure |= above


def _systematic(probability: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """Draw rows with exactly these probabilities, a fixed number of them: systematically, in an order of chance."""
    order = generator.permutation(len(probability))
    steps = np.concatenate([[0.0], np.cumsum(probability[order])])
    n = round(float(steps[-1]))
    ticks = generator.random() + np.arange(n)
    chosen = np.clip(np.searchsorted(steps, ticks, side="right") - 1, 0, len(order) - 1)
    rows: np.ndarray = np.sort(order[chosen])
    return rows
