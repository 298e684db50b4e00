"""Design-based supervised learning (Egami, Hinck, Stewart and Wei 2023): a cross-fitted doubly robust share."""

import numpy as np

from stance.estimates._corrected import shares, stands_for
from stance.estimates._design import Shares
from stance.estimates._frame import Frame

# The regression takes all scores where there are so many labelled folds a coefficient; else the label's own score.
PER_COEFFICIENT = 20
# So much of a labelled row's weight holds the slopes near 0, for scores that are one and the same in the sample.
RIDGE = 0.1


def supervised_share(frame: Frame, label: int, population: str) -> Shares:
    """Return the mean pseudo-outcome: what a regression on the scores expects, corrected where the label is known.

    The regression is linear and fitted without the group of the row that it is asked about: each group is a fold, and
    a row without a group is one. So nothing is drawn at random, and order and names of rows change nothing.
    """
    folds = _folds(frame)
    features = _features(frame, label, int(folds.max()) + 1)
    weights, given = stands_for(frame), (frame.given == label).astype(float)
    of_labelled = np.stack([np.ones(len(given)), *(column[frame.rows] for column in features)], axis=1)
    whole, without = fit_without_each(of_labelled, given, weights, folds[frame.rows])
    expected = np.full(len(folds), whole[0])
    for column, slope in zip(features, whole[1:], strict=True):
        expected += slope * column
    known = np.flatnonzero(folds >= 0)
    of_known = np.stack([np.ones(len(known)), *(column[known] for column in features)], axis=1)
    expected[known] = (of_known * without[folds[known]]).sum(axis=1)
    weight = frame.totals(frame.weight)
    error = given - expected[frame.rows]
    mean = frame.totals(frame.weight * expected) / weight
    influence = weights * error / weight[frame.cell[frame.rows]]
    predicted = None
    if population == "groups":
        predicted = frame.weight * (expected - mean[frame.cell]) / weight[frame.cell]
    explained = 1 - (weights * error**2).sum() / max((weights * (given - given.mean()) ** 2).sum(), 1e-12)
    value = mean + frame.sums(influence)
    value[frame.sums(weights) == 0] = np.nan
    return shares(frame, population, value, influence, predicted, float(np.sqrt(np.clip(explained, 0, 1))), 1)


def fit_without_each(
    features: np.ndarray, given: np.ndarray, weights: np.ndarray, folds: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the coefficients (p,) of a weighted regression, and those without each fold (n_folds, p)."""
    n_folds, n_features = int(folds.max()) + 1, features.shape[1]
    weighted = features * weights[:, np.newaxis]
    squares = np.zeros((n_folds, n_features, n_features))
    np.add.at(squares, folds, weighted[:, :, np.newaxis] * features[:, np.newaxis, :])
    products = np.zeros((n_folds, n_features))
    np.add.at(products, folds, weighted * given[:, np.newaxis])
    held = RIDGE * weights.mean() * np.diag([0.0] + [1.0] * (n_features - 1))
    whole = np.linalg.solve(squares.sum(axis=0) + held, products.sum(axis=0))
    if n_folds == 1:
        return whole, whole[np.newaxis]
    rest = squares.sum(axis=0) - squares + held
    return whole, np.linalg.solve(rest, (products.sum(axis=0) - products)[..., np.newaxis])[..., 0]


def _folds(frame: Frame) -> np.ndarray:
    """Return the fold of each row, (N,), -1 for rows of groups in which nothing is labelled."""
    if frame.group is None:
        folds = np.full(len(frame.cell), -1)
        folds[frame.rows] = np.arange(len(frame.rows))
        return folds
    labelled = np.unique(frame.group[frame.rows])
    of_group = np.full(int(frame.group.max()) + 1, -1)
    of_group[labelled] = np.arange(len(labelled))
    found: np.ndarray = of_group[frame.group]
    return found


def _features(frame: Frame, label: int, n_folds: int) -> list[np.ndarray]:
    """Return the scores that the regression takes: all but one, since they sum to 1, or the label's own."""
    others = [score for number, score in enumerate(frame.scores) if number != label][:-1]
    return [frame.scores[label], *(others if n_folds >= PER_COEFFICIENT * (2 + len(others)) else [])]
