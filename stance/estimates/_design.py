"""The variance of a share, from how labelled rows were drawn or from the groups that rows come in; interval ends."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from stance.estimates._frame import Frame

POPULATIONS = ("frame", "groups")


@dataclass(frozen=True, slots=True, eq=False)
class Spread:
    """The variances of shares in C cells, (C,), and what makes their covariance (C, C) where it is asked for."""

    variance: np.ndarray
    covariance: Callable[[], np.ndarray]

    def scaled(self, factor: np.ndarray) -> "Spread":
        """Return the spread of shares whose variances are so many times as large, (C,)."""
        root = np.sqrt(factor)
        return Spread(self.variance * factor, lambda: self.covariance() * root[:, np.newaxis] * root)


@dataclass(frozen=True, slots=True, eq=False)
class Shares:
    """The shares of one label in C cells: their values, their spread, and what the interval needs.

    `degrees`: of freedom (C,); `fitted`: how far the share rests on predictions, (C,) as a variance of half an error
    in the sample that was not seen (see `PSEUDO_ERRORS`); `counted`: (C,) the labelled rows it rests on, as of one
    weight; `seen`: (C,) the squared errors in them, about how many mistakes the interval is made from, and for the
    labelled sample alone how many have the label, or lack it.
    """

    value: np.ndarray
    spread: Spread
    degrees: np.ndarray
    fitted: np.ndarray
    counted: np.ndarray
    seen: np.ndarray


def drawn_spread(frame: Frame, influence: np.ndarray) -> Spread:
    """Return the spread of shares over other draws of the sample from the same frame.

    `influence`: (n,) what each labelled row adds to the share of its cell. With strata, each of fixed size: their
    means are taken off; a row that was sure to be drawn adds nothing (the finite-population correction). Särndal,
    Swensson and Wretman (1992), chapters 3 and 5.
    """
    assert frame.probability is not None
    cell, left = frame.cell[frame.rows], 1 - frame.probability
    own = np.bincount(cell, left * influence**2, frame.n_cells)
    of_stratum = np.bincount(frame.stratum, left)
    # by stratum and cell, as far as there are such: other cells' rows count as 0 in the mean of a stratum
    key, place = np.unique(frame.stratum * frame.n_cells + cell, return_inverse=True)
    stratum, cells = np.divmod(key, frame.n_cells)
    mean = np.bincount(place, influence) / np.bincount(frame.stratum)[stratum]
    weighted = np.bincount(place, left * influence)
    off = np.bincount(cells, mean * (mean * of_stratum[stratum] - 2 * weighted), frame.n_cells)

    def covariance() -> np.ndarray:
        from scipy.sparse import csr_array

        shape = (len(of_stratum), frame.n_cells)
        means, sums = (csr_array((values, (stratum, cells)), shape=shape) for values in (mean, weighted))
        # sum over rows of left (z 1[c] - mean[c]) (z 1[d] - mean[d]), without the rows of other cells being written out
        cross = (means.T @ sums).toarray()
        scaled = means.multiply(of_stratum[:, np.newaxis])
        found: np.ndarray = np.diag(own) - cross - cross.T + (means.T @ scaled).toarray()
        return found

    return Spread(own + off, covariance)


def grouped_spread(frame: Frame, influence: np.ndarray, predicted: np.ndarray | None) -> Spread:
    """Return the spread of shares over other draws of the groups that all rows come in.

    `influence`: (n,) what each labelled row adds; `predicted`: (N,) what each row adds by what is predicted of it,
    None where nothing rests on predictions. Linearised; Binder (1983). Never less than that of independent rows.
    """
    if predicted is None:
        added, cell = influence, frame.cell[frame.rows]
    else:
        added, cell = predicted.copy(), frame.cell
        added[frame.rows] += influence
    alone = np.bincount(cell, added**2, frame.n_cells)
    if frame.group is None:
        return Spread(alone, lambda: np.diag(alone))
    pairs = frame.pairs
    of_row = pairs.of_row if predicted is not None else pairs.of_row[frame.rows]
    sums = np.bincount(of_row, added, len(pairs.cell))
    together = np.bincount(pairs.cell, sums**2, frame.n_cells)
    wider = np.sqrt(np.maximum(alone, together) / np.maximum(together, 1e-300))

    def covariance() -> np.ndarray:
        from scipy.sparse import csr_array

        by_group = csr_array((sums, (pairs.group, pairs.cell)), shape=(int(pairs.group.max()) + 1, frame.n_cells))
        found: np.ndarray = (by_group.T @ by_group).toarray()
        return found * wider[:, np.newaxis] * wider

    return Spread(np.maximum(alone, together), covariance)


def score_ends(
    value: np.ndarray, variance: np.ndarray, degrees: np.ndarray, counted: np.ndarray, level: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return the ends of intervals of shares (C,), not a number where there are no degrees of freedom.

    Wilson's (1927) score interval of so many labels as would have this variance, which stays between 0 and 1; Student's
    quantile takes the place of the normal one (Korn and Graubard 1998). `counted`: the labelled rows that a share rests
    on. A share of 0 or 1 has no spread to go by: what has not happened in n rows happens in no more than
    1 - ((1 - level) / 2) ** (1 / n) of them (Clopper and Pearson 1934).
    """
    from scipy.special import stdtrit

    told, spread = degrees > 0, variance > 1e-12
    far = stdtrit(np.where(told, degrees, 1), 0.5 + level / 2)
    least = 0.5 / (counted + 1)
    centre = np.clip(value, least, 1 - least)
    # far squared, for each label that has this variance
    pulled = far**2 * np.where(spread, variance, 0) / (centre * (1 - centre))
    middle = (centre + pulled / 2) / (1 + pulled)
    half = np.sqrt(pulled * (centre * (1 - centre) + pulled / 4)) / (1 + pulled)
    furthest = 1 - ((1 - level) / 2) ** (1 / np.maximum(counted, 1))
    low = np.where(spread, middle - half, np.where(value > least, np.minimum(1 - furthest, value), 0.0))
    high = np.where(spread, middle + half, np.where(value < 1 - least, np.maximum(furthest, value), 1.0))
    low, high = np.minimum(low, np.clip(value, 0, 1)), np.maximum(high, np.clip(value, 0, 1))
    return np.where(told, low, np.nan), np.where(told, high, np.nan)
