"""How far shares that rest on an assumption lie from the truth if it holds: by the delta method, over groups.

What a labelled row tells of mistakes, or of the labelled shares, and what it is itself among all rows go together.
"""

from collections.abc import Callable

import numpy as np

from stance.estimates._assumed import posteriors, priors, taken_for, votes_of
from stance.estimates._design import Shares, Spread
from stance.estimates._frame import Frame

# from shares (C, L) of L labels and what they are of: their covariances (C, L, L)
Spreads = Callable[[Frame, np.ndarray, str], np.ndarray]


def adjusted_spread(frame: Frame, shares: np.ndarray, population: str) -> np.ndarray:
    """Return the covariances of adjusted counts, (C, L, L).

    Of how often labels are taken for each other, among the labelled rows, and of the count. In a frame that is as it
    is the count is certain, but how many of its unlabelled rows were mistaken is not.
    """
    taken = taken_for(frame)
    if np.isnan(taken).any():
        return np.full((*shares.shape, len(frame.labels)), np.nan)
    back, votes = np.linalg.pinv(taken), votes_of(frame)
    error = votes[frame.rows] - taken[:, frame.given].T
    rows = np.bincount(frame.given, minlength=len(frame.labels))
    mistaken = np.stack([np.diag(column) - np.outer(column, column) for column in taken.T])
    units, left = _Units(frame), _left(frame)
    of_rows, of_units = units.means(list(votes.T)) if population == "groups" else (None, None)
    found = np.empty((*shares.shape, len(frame.labels)))
    for cell, share in enumerate(shares):
        added = -error * (share / rows)[frame.given][:, np.newaxis]
        if of_rows is not None and of_units is not None:
            found[cell] = of_rows[cell] + units.beside(added, of_units[:, cell])
        else:
            added += error * _each(frame, cell)[:, np.newaxis]
            found[cell] = left[cell] * np.einsum("l,lpq->pq", share, mistaken) + units.beside(added)
    covariances: np.ndarray = back @ found @ back.T
    return covariances


def shifted_spread(frame: Frame, shares: np.ndarray, population: str) -> np.ndarray:
    """Return the covariances of shares by EM for label shift, (C, L, L).

    Of the shares among the labelled rows, which the scores are freed of, and of which comments there are. In a frame
    that is as it is those are certain, and the labels of its unlabelled rows are as uncertain as their scores say.
    """
    prior, same = priors(frame), np.eye(len(frame.labels))
    posterior = posteriors(frame, shares)
    at_labelled = np.stack([column[frame.rows] for column in posterior], axis=1)
    known = same[frame.given]
    unsure = _unsure(frame, posterior)
    units, left = _Units(frame), _left(frame)
    of_rows, of_units = units.means(posterior) if population == "groups" else (None, None)
    found = np.empty_like(unsure)
    for cell, share in enumerate(shares):
        # how shares follow what they are made from: the fixed point of EM, differentiated
        by_share, by_prior = (unsure[cell] / np.maximum(part, 1e-12) for part in (share, prior))
        follows = np.linalg.pinv(same - by_share)
        added = -(known - prior) / len(known) @ (follows @ by_prior).T
        if of_rows is not None and of_units is not None:
            found[cell] = follows @ of_rows[cell] @ follows.T + units.beside(added, of_units[:, cell] @ follows.T)
        else:
            added += ((at_labelled - share) @ follows.T - (known - share)) * _each(frame, cell)[:, np.newaxis]
            between, beyond = np.diag(share) - np.outer(share, share) - unsure[cell], follows - same
            found[cell] = left[cell] * (beyond @ between @ beyond.T + unsure[cell]) + units.beside(added)
    return found


def assumed_shares(frame: Frame, shares: np.ndarray, covariances: np.ndarray, label: int) -> Shares:
    """Return the shares of one label with what their intervals need."""
    variance, labelled = np.maximum(covariances[:, label, label], 0), len(frame.rows)
    degrees = np.where(np.isnan(variance), 0, _Units(frame).n - len(frame.labels)).astype(float)
    nothing, counted = np.zeros(frame.n_cells), np.full(frame.n_cells, float(labelled))
    spread = Spread(variance, lambda: np.diag(variance))
    return Shares(shares[:, label], spread, degrees, nothing, counted, np.full(frame.n_cells, np.inf))


class _Units:
    """The labelled rows' groups, or the rows themselves where there are none: what the sample is made of."""

    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        names, self.of_labelled = np.unique(
            frame.rows if frame.group is None else frame.group[frame.rows], return_inverse=True
        )
        self.n = len(names)
        self.names = names

    def beside(self, added: np.ndarray, of_units: np.ndarray | None = None) -> np.ndarray:
        """Return the covariance (L, L) of sums of (n, L) values of labelled rows, together with (n_units, L) others.

        That of the others alone is not in it.
        """
        sums = np.stack([np.bincount(self.of_labelled, values) for values in added.T], axis=1)
        found: np.ndarray = sums.T @ sums * self.n / max(self.n - 1, 1)
        if of_units is not None:
            cross = sums.T @ of_units
            found += cross + cross.T
        return found

    def means(self, columns: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
        """Return the covariances (C, L, L) of the means of L columns (N,), and what each unit adds (n_units, C, L)."""
        frame = self.frame
        weight, n_cells = frame.totals(frame.weight), frame.n_cells
        number = np.full(len(frame.cell) if frame.group is None else int(frame.group.max()) + 1, -1)
        number[self.names] = np.arange(self.n)
        of_row = number if frame.group is None else number[frame.group]
        own = of_row >= 0
        place = of_row[own] * n_cells + frame.cell[own]
        sums, of_units, cell = [], [], frame.cell
        for column in columns:
            mean = frame.totals(frame.weight * column) / weight
            added = frame.weight * (column - mean[frame.cell]) / weight[frame.cell]
            of_units.append(np.bincount(place, added[own], self.n * n_cells).reshape(self.n, n_cells))
            if frame.group is not None:
                added, cell = np.bincount(frame.pairs.of_row, added), frame.pairs.cell
            sums.append(added)
        products = [[np.bincount(cell, one * other, n_cells) for other in sums] for one in sums]
        return np.moveaxis(np.array(products), 2, 0), np.stack(of_units, axis=2)


def _unsure(frame: Frame, posterior: list[np.ndarray]) -> np.ndarray:
    """Return how unsure labels are by their scores, the mean covariance of each cell, (C, L, L)."""
    weight, n_labels = frame.totals(frame.weight), len(frame.labels)
    found = np.empty((frame.n_cells, n_labels, n_labels))
    for one in range(n_labels):
        for other in range(n_labels):
            product = -posterior[one] * posterior[other] + (posterior[one] if one == other else 0)
            found[:, one, other] = frame.totals(frame.weight * product) / weight
    return found


def _each(frame: Frame, cell: int) -> np.ndarray:
    """Return what share of a cell each labelled row is, (n,)."""
    own = frame.weight[frame.rows] * (frame.cell[frame.rows] == cell)
    found: np.ndarray = own / frame.weight[frame.cell == cell].sum()
    return found


def _left(frame: Frame) -> np.ndarray:
    """Return by cell what the variance of a mean over all rows is for a variance of 1 of each unlabelled one, (C,)."""
    squares = frame.totals(frame.weight**2) - frame.sums(frame.weight[frame.rows] ** 2)
    found: np.ndarray = squares / frame.totals(frame.weight) ** 2
    return found
