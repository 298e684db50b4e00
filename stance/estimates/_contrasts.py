"""Differences between shares and their trend, with intervals that hold for all of a table together."""

from collections.abc import Sequence
from itertools import combinations, pairwise

import numpy as np
import pandas as pd

from stance.errors import InputError, did_you_mean
from stance.estimates._estimate import (
    LEVEL,
    VALID,
    check_settings,
    population_of,
    refuse_without_probability,
)
from stance.estimates._frame import read_frame

TO = ("before", "rest", "pairs")
DRAWS = 20_000


def contrast_shares(
    frame: pd.DataFrame,
    labels: Sequence[str],
    *,
    by: str,
    to: str = "rest",
    of: str = "comments",
    method: str = "ppi++",
    population: str | None = None,
    level: float = LEVEL,
) -> pd.DataFrame:
    """Estimate how shares differ between the values of a column, with simultaneous intervals.

    `to`: "rest", each value against all the others together; "before", each against the value before it in their
    order, such as months, and the trend: the slope of a straight line through all, per step; "pairs", each against
    each, such as targets. The other settings are those of `estimate_shares`; `method` is one that needs no assumption.

    Returns a table with the columns `label`, `contrast`, `difference`, `low`, `high` and `told_apart`, whether 0 lies
    outside. The intervals hold for all rows together: by the distribution of the largest of the contrasts of a label
    (Hothorn, Bretz and Westfall 2008), and by Bonferroni over labels. Values with too few labels are left out. Raises
    InputError as `estimate_shares` does.
    """
    check_settings([method], population, level)
    if method not in VALID:
        raise InputError(f"method: expected one of {list(VALID)}, since differences need intervals, found {method!r}")
    if to not in TO:
        raise InputError(f"to: expected one of {list(TO)}, found {to!r}.{did_you_mean(to, TO)}")
    read = read_frame(frame, labels, [by], of)
    refuse_without_probability(read, [method])
    weight, names = read.totals(read.weight), read.names[by].astype(str).tolist()
    tables = []
    for number, label in enumerate(read.labels):
        found = VALID[method](read, number, population_of(read, population))
        told = np.flatnonzero(found.degrees > 0)
        if len(told) < 2:
            continue
        variance = found.spread.covariance()[np.ix_(told, told)] + np.diag(found.fitted[told])
        matrix, said = _contrasts(to, weight[told], [names[place] for place in told])
        difference, spread = matrix @ found.value[told], matrix @ variance @ matrix.T
        error = np.sqrt(np.diag(spread))
        far = _largest(spread, found.degrees[told].min(), 1 - (1 - level) / len(read.labels))
        rows = {"label": label, "contrast": said, "difference": difference}
        tables.append(pd.DataFrame(rows | {"low": difference - far * error, "high": difference + far * error}))
    columns = ["label", "contrast", "difference", "low", "high"]
    table = pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=columns)
    return table.assign(told_apart=(table["low"] > 0) | (table["high"] < 0))


def _contrasts(to: str, weight: np.ndarray, names: Sequence[str]) -> tuple[np.ndarray, list[str]]:
    """Return the contrasts as rows over the values, and what each is in words."""
    n = len(names)
    if to == "rest":
        others = np.where(np.eye(n, dtype=bool), 0.0, weight)
        return np.eye(n) - others / others.sum(axis=1, keepdims=True), [f"{name} against the rest" for name in names]
    if to == "pairs":
        pairs = list(combinations(range(n), 2))
        matrix = np.array([np.eye(n)[one] - np.eye(n)[other] for one, other in pairs])
        return matrix, [f"{names[one]} against {names[other]}" for one, other in pairs]
    steps = np.arange(n) - (n - 1) / 2
    matrix = np.vstack([np.eye(n)[1:] - np.eye(n)[:-1], steps / (steps**2).sum()])
    said = [f"{later} against {earlier}" for earlier, later in pairwise(names)]
    return matrix, [*said, f"trend per step from {names[0]} to {names[-1]}"]


def _largest(spread: np.ndarray, degrees: float, level: float) -> float:
    """Return how many standard errors the largest of several contrasts lies from the truth, at most, so often."""
    error = np.sqrt(np.diag(spread))
    sound = error > 0
    if not sound.any():
        return 0.0
    correlation = spread[np.ix_(sound, sound)] / np.outer(error[sound], error[sound])
    values, vectors = np.linalg.eigh(correlation)
    root = vectors * np.sqrt(np.clip(values, 0, None))
    generator = np.random.default_rng(0)
    drawn = np.abs(generator.standard_normal((DRAWS, len(root))) @ root.T).max(axis=1)
    scale = np.sqrt(generator.chisquare(degrees, DRAWS) / degrees)
    return float(np.quantile(drawn / scale, level))
