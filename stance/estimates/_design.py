"""The variance of a share, from how the labelled rows were drawn or from the groups that rows come in."""

from dataclasses import dataclass

import numpy as np

from stance.estimates._frame import Frame

POPULATIONS = ("frame", "groups")


@dataclass(frozen=True, slots=True, eq=False)
class Shares:
    """The shares of one label in C cells: their values, their covariance (C, C), and what the interval needs.

    `degrees`: of freedom (C,); `fitted`: how far the share rests on predictions, (C,) as a variance of half an error
    in the sample that was not seen (see `PSEUDO_ERRORS`); `counted`: (C,) the labelled rows it rests on, as of one
    weight.
    """

    value: np.ndarray
    covariance: np.ndarray
    degrees: np.ndarray
    fitted: np.ndarray
    counted: np.ndarray


def drawn_covariance(frame: Frame, influence: np.ndarray) -> np.ndarray:
    """Return the covariance (C, C) of shares over other draws of the sample from the same frame.

    `influence`: (n,) what each labelled row adds to the share of its cell. With strata, each of fixed size: their
    means are taken off; a row that was sure to be drawn adds nothing (the finite-population correction). Särndal,
    Swensson and Wretman (1992), chapters 3 and 5.
    """
    assert frame.probability is not None
    cell = frame.cell[frame.rows]
    n_strata = int(frame.stratum.max(initial=0)) + 1
    size = np.bincount(frame.stratum, minlength=n_strata)
    sums = np.bincount(frame.stratum * frame.n_cells + cell, influence, n_strata * frame.n_cells)
    means = sums.reshape(n_strata, frame.n_cells) / np.maximum(size, 1)[:, np.newaxis]
    left = 1 - frame.probability
    own = np.bincount(cell, left * influence**2, frame.n_cells)
    # sum over rows of left (z 1[c] - mean[c]) (z 1[d] - mean[d]), without the rows of other cells being written out
    weighted = np.bincount(frame.stratum * frame.n_cells + cell, left * influence, n_strata * frame.n_cells).reshape(
        n_strata, frame.n_cells
    )
    of_stratum = np.bincount(frame.stratum, left, n_strata)
    cross = means.T @ weighted
    found: np.ndarray = np.diag(own) - cross - cross.T + (means.T * of_stratum) @ means
    return found


def grouped_covariance(frame: Frame, influence: np.ndarray, predicted: np.ndarray | None) -> np.ndarray:
    """Return the covariance (C, C) of shares over other draws of the groups that all rows come in.

    `influence`: (n,) what each labelled row adds; `predicted`: (N,) what each row adds by what is predicted of it,
    None where nothing rests on predictions. Linearised; Binder (1983). Never less than that of independent rows.
    """
    from scipy.sparse import csr_array

    added = np.zeros(len(frame.cell)) if predicted is None else predicted.copy()
    np.add.at(added, frame.rows, influence)
    alone: np.ndarray = np.diag(frame.totals(added**2))
    if frame.group is None:
        return alone
    rows = slice(None) if predicted is not None else frame.rows
    by_group = csr_array(
        (added[rows], (frame.group[rows], frame.cell[rows])), shape=(int(frame.group.max()) + 1, frame.n_cells)
    )
    found: np.ndarray = (by_group.T @ by_group).toarray()
    wider = np.sqrt(np.maximum(np.diag(alone), np.diag(found)) / np.maximum(np.diag(found), 1e-300))
    return found * wider[:, np.newaxis] * wider
