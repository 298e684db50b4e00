"""Shares that the labelled sample corrects: the sample alone, prediction-powered inference, supervised by design.

Each is valid whatever the predictions are worth, since what is known is how the labelled rows were drawn. The closed
forms are ours: `ppi-python` has had no release since 2024 and knows neither strata, groups nor unequal probabilities.
Tests hold them to be equal to it where it applies.
"""

import numpy as np

from stance.estimates._design import Shares, drawn_spread, grouped_spread
from stance.estimates._frame import Frame

# What a sample without a mistake of the classifier does not rule out, in squared errors; decided by the simulation.
PSEUDO_ERRORS = 0.5


def labelled_share(frame: Frame, label: int, population: str) -> Shares:
    """Return the share by the labelled sample alone, each row weighted by what it stands for (Hájek 1971)."""
    return _difference(frame, label, population, 0.0, 1)


def powered_share(frame: Frame, label: int, population: str) -> Shares:
    """Return the share by prediction-powered inference (Angelopoulos et al. 2023).

    The mean of the scores of unlabelled rows, and beside it the mean error of the scores in the labelled sample.
    """
    return _difference(frame, label, population, _of_all(frame, 1.0), 1)


def tuned_share(frame: Frame, label: int, population: str) -> Shares:
    """Return the share by power-tuned prediction-powered inference (PPI++; Angelopoulos, Duchi and Zrnic 2024).

    The better the scores are, the more the share rests on them; on scores that tell nothing it does not.
    """
    return _difference(frame, label, population, _of_all(frame, tuned_power(frame, label)), 2)


def tuned_power(frame: Frame, label: int) -> float:
    """Return how far to rest on the predictions, from 0 to 1: that with the least variance in the sample."""
    score, weights = frame.scores[label], stands_for(frame)
    given = (frame.given == label).astype(float)
    spread = (
        frame.weight * (score - _of_cell(frame, frame.totals(frame.weight * score), frame.totals(frame.weight))) ** 2
    )
    away = _centred(frame, score[frame.rows], weights)
    covariance = float((weights * _centred(frame, given, weights) * away).sum() / weights.sum())
    n_all, n_left = len(score), len(score) - len(frame.rows)
    variance = float(spread.sum() / frame.weight.sum()) * n_all / max(n_all - 1, 1)
    if n_left == 0 or variance < 1e-15:
        return 0.0
    return float(np.clip(covariance / variance * n_left / n_all, 0, 1))


def _of_all(frame: Frame, power: float) -> float:
    """Return what a factor of the mean over unlabelled rows is for the mean over all rows: the share is the same."""
    n_left = len(frame.cell) - len(frame.rows)
    return power * len(frame.cell) / n_left if n_left else 0.0


def stands_for(frame: Frame) -> np.ndarray:
    """Return how much each labelled row stands for, (n,)."""
    assert frame.probability is not None
    found: np.ndarray = frame.weight[frame.rows] / frame.probability
    return found


def _of_cell(frame: Frame, sums: np.ndarray, weights: np.ndarray, rows: np.ndarray | None = None) -> np.ndarray:
    """Return the mean of its cell for each row, given the cells' sums and weights."""
    cell = frame.cell if rows is None else frame.cell[rows]
    means = np.divide(sums, weights, out=np.zeros_like(sums, dtype=float), where=weights > 0)
    of_rows: np.ndarray = means[cell]
    return of_rows


def _centred(frame: Frame, values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return values of labelled rows without the weighted mean of their cell."""
    away: np.ndarray = values - _of_cell(frame, frame.sums(weights * values), frame.sums(weights), frame.rows)
    return away


def _difference(frame: Frame, label: int, population: str, factor: float, n_fitted: int) -> Shares:
    """Return the share by `factor` times the mean score and the mean of what the labels are above that."""
    weights = stands_for(frame)
    stood_for = frame.sums(weights)
    score = frame.scores[label]
    error = (frame.given == label) - factor * score[frame.rows]
    with np.errstate(invalid="ignore", divide="ignore"):
        of_all = frame.totals(frame.weight * score) / frame.totals(frame.weight) if factor else 0.0
        value = factor * of_all + frame.sums(weights * error) / stood_for
        influence = weights * _centred(frame, error, weights) / stood_for[frame.cell[frame.rows]]
    predicted = _score_influence(frame, score, factor) if factor and population == "groups" else None
    return shares(frame, population, value, influence, predicted, factor, n_fitted)


def _score_influence(frame: Frame, score: np.ndarray, factor: float) -> np.ndarray:
    """Return what each row adds to the mean score, (N,): labelled and other rows around a mean of their own."""
    weights, rows = frame.weight[frame.rows], frame.rows
    weight, total = frame.totals(frame.weight), frame.totals(frame.weight * score)
    weight_labelled, total_labelled = frame.sums(weights), frame.sums(weights * score[rows])
    away: np.ndarray = score - _of_cell(frame, total - total_labelled, weight - weight_labelled)
    away[rows] = score[rows] - _of_cell(frame, total_labelled, weight_labelled, rows)
    away *= frame.weight
    away *= np.divide(factor, weight, out=np.zeros_like(weight), where=weight > 0)[frame.cell]
    return away


def shares(
    frame: Frame,
    population: str,
    value: np.ndarray,
    influence: np.ndarray,
    predicted: np.ndarray | None,
    factor: float,
    n_fitted: int,
) -> Shares:
    """Return shares with their covariance, corrected for what was fitted to few rows or groups."""
    assert frame.probability is not None
    cell, weights = frame.cell[frame.rows], stands_for(frame)
    rows = np.bincount(cell, minlength=frame.n_cells).astype(float)
    counted, fitted, left = rows, np.full(frame.n_cells, float(n_fitted)), np.ones(frame.n_cells)
    degrees = counted - fitted
    if population == "groups":
        spread = grouped_spread(frame, influence, predicted)
        if frame.group is not None:
            counted, degrees = _groups_counted(frame, n_fitted)
    else:
        spread = drawn_spread(frame, influence)
        strata = np.unique(frame.stratum * frame.n_cells + cell) % frame.n_cells
        fitted = fitted + np.maximum(np.bincount(strata, minlength=frame.n_cells) - 1, 0)
        degrees = counted - fitted
        left = frame.sums(1 - frame.probability) / np.maximum(rows, 1)
    few = np.divide(counted, counted - fitted, out=np.full(frame.n_cells, np.nan), where=counted > fitted)
    with np.errstate(invalid="ignore"):
        worth = frame.sums(weights) ** 2 / frame.sums(weights**2)
    unseen = PSEUDO_ERRORS * factor**2 * left / np.maximum(worth, 1) ** 2
    return Shares(value, spread.scaled(few), degrees, unseen, worth, frame.sums(influence**2) * worth**2)


def _groups_counted(frame: Frame, n_fitted: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the labelled groups of each cell and the degrees of freedom: those of groups of one size (Kish 1965)."""
    assert frame.group is not None
    cell = frame.cell[frame.rows]
    pairs, times = np.unique(frame.group[frame.rows] * frame.n_cells + cell, return_counts=True)
    of_cell = pairs % frame.n_cells
    groups = np.bincount(of_cell, minlength=frame.n_cells).astype(float)
    rows = np.bincount(of_cell, times, frame.n_cells)
    squares = np.bincount(of_cell, times.astype(float) ** 2, frame.n_cells)
    effective = np.divide(rows**2, squares, out=np.zeros(frame.n_cells), where=squares > 0)
    return groups, effective - n_fitted
