"""Shares without a probability sample, each resting on an assumption, and the naive count of predictions."""

import numpy as np

from stance.estimates._frame import Frame

MOST_STEPS = 1_000
CLOSE = 1e-9


def naive_shares(frame: Frame) -> np.ndarray:
    """Return the share of each label among what is predicted, (C, n_labels): the highest score; ties are shared."""
    highest = frame.scores[0].copy()
    for score in frame.scores[1:]:
        np.maximum(highest, score, out=highest)
    ties = np.zeros(len(highest))
    for score in frame.scores:
        ties += score == highest
    counted = [frame.totals(frame.weight * ((score == highest) / ties)) for score in frame.scores]
    shares: np.ndarray = np.stack(counted, axis=1) / frame.totals(frame.weight)[:, np.newaxis]
    return shares


def adjusted_shares(frame: Frame, naive: np.ndarray) -> np.ndarray:
    """Return the adjusted count, (C, n_labels) (Forman 2008): shares that would give the naive count, by its mistakes.

    How often each label is taken for each other is counted in the labelled rows; the shares are those, none below 0
    and 1 in all, whose count is nearest to the naive one. Not a number where a label has no labelled row.
    """
    taken = taken_for(frame)
    if np.isnan(taken).any():
        return np.full_like(naive, np.nan)
    return np.stack([_nearest(taken, count) for count in naive])


def shifted_shares(frame: Frame) -> np.ndarray:
    """Return the shares by EM for label shift, (C, n_labels) (Saerens, Latinne and Decaestecker 2002).

    Scores are corrected for how the shares here differ from those among the labelled rows, until they agree.
    """
    prior = priors(frame)
    scores = np.stack(frame.scores, axis=1)
    found = np.empty((frame.n_cells, len(frame.labels)))
    for cell in range(frame.n_cells):
        own = frame.cell == cell
        found[cell] = _maximise(scores[own], frame.weight[own], prior)
    return found


def _maximise(scores: np.ndarray, weight: np.ndarray, prior: np.ndarray) -> np.ndarray:
    share = prior
    for _ in range(MOST_STEPS):
        ratio = np.divide(share, prior, out=np.zeros_like(prior), where=prior > 0)
        posterior = scores * ratio
        total = posterior.sum(axis=1, keepdims=True)
        posterior = np.divide(posterior, total, out=np.zeros_like(posterior), where=total > 0)
        before, share = share, weight @ posterior / weight.sum()
        if np.abs(share - before).max() < CLOSE:
            break
    return share


def taken_for(frame: Frame) -> np.ndarray:
    """Return how often each label (columns) is predicted as each (rows) among the labelled rows."""
    votes = votes_of(frame, frame.rows)
    table = np.stack([votes[frame.given == label].sum(axis=0) for label in range(len(frame.labels))], axis=1)
    rows = np.bincount(frame.given, minlength=len(frame.labels))
    taken: np.ndarray = np.divide(table, rows, out=np.full_like(table, np.nan), where=rows > 0)
    return taken


def votes_of(frame: Frame, rows: np.ndarray | None = None) -> np.ndarray:
    """Return what is predicted of rows, of all by default, (n, n_labels): 1 for the highest score; ties are shared."""
    scores = np.stack([score if rows is None else score[rows] for score in frame.scores], axis=1)
    highest = scores == scores.max(axis=1, keepdims=True)
    votes: np.ndarray = highest / highest.sum(axis=1, keepdims=True)
    return votes


def priors(frame: Frame) -> np.ndarray:
    """Return the share of each label among the labelled rows, (n_labels,)."""
    found: np.ndarray = np.bincount(frame.given, minlength=len(frame.labels)) / len(frame.given)
    return found


def posteriors(frame: Frame, shares: np.ndarray) -> list[np.ndarray]:
    """Return the scores of each label (N,), corrected from the labelled rows' shares to those (C, L) of their cells."""
    prior = priors(frame)
    ratio = np.divide(shares, prior, out=np.zeros_like(shares), where=prior > 0)
    raised = [score * ratio[frame.cell, label] for label, score in enumerate(frame.scores)]
    total = np.sum(raised, axis=0)
    return [np.divide(one, total, out=np.zeros_like(one), where=total > 0) for one in raised]


def _nearest(taken: np.ndarray, count: np.ndarray) -> np.ndarray:
    """Return the shares whose expected count is nearest to a count, by least squares on the simplex."""
    from scipy.optimize import nnls

    # a heavy last equation holds the sum at 1
    heavy = 1e4
    found, _ = nnls(np.vstack([taken, np.full(taken.shape[1], heavy)]), np.append(count, heavy))
    share: np.ndarray = found / found.sum()
    return share
