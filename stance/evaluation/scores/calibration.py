"""Calibration: whether probabilities are probabilities, and how far they are from what came true."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from stance.errors import InputError

N_BINS = 10
# Probabilities that a table was written and read with, or a network computed in single precision.
TOLERANCE = 1e-4
SHOWN = 5


def read_off_probabilities(predictions: pd.DataFrame, labels: Sequence[str]) -> np.ndarray | None:
    """Return the columns `score_<label>` as (n_rows, n_labels), None where there are none.

    Raises InputError, naming columns and rows, if some are missing, or if a row has one that is not a number,
    infinite or not between 0 and 1, or if its probabilities do not sum to one.
    """
    columns = [f"score_{label}" for label in labels]
    missing = [column for column in columns if column not in predictions]
    if len(missing) == len(columns):
        return None
    if missing:
        raise InputError(
            f"predictions: expected a probability for every label of {list(labels)}, found no column {missing}; "
            f"give them all, or none"
        )
    probabilities: np.ndarray = predictions[columns].to_numpy(dtype=float)
    finite = np.isfinite(probabilities).all(axis=1)
    ranged = finite & (probabilities >= -TOLERANCE).all(axis=1) & (probabilities <= 1 + TOLERANCE).all(axis=1)
    summed = ~ranged | (np.abs(probabilities.sum(axis=1) - 1) <= TOLERANCE)
    found = [
        _said(predictions, probabilities, rows, what)
        for rows, what in (
            (~finite, "that are not finite numbers"),
            (finite & ~ranged, "that are not between 0 and 1"),
            (~summed, "that do not sum to one"),
        )
        if rows.any()
    ]
    if found:
        raise InputError("predictions: " + "; ".join(found) + ". Mend predict_proba, or leave the scores out")
    clipped: np.ndarray = np.clip(probabilities, 0.0, 1.0)
    return clipped


def log_losses(probabilities: np.ndarray, given: np.ndarray) -> np.ndarray:
    """Return minus the logarithm of the probability of each row's given label; `given`: its column, n_rows ints."""
    of_given = probabilities[np.arange(len(given)), given]
    losses: np.ndarray = -np.log(np.clip(of_given, np.finfo(float).eps, 1.0))
    return losses


def read_off_shares(predictions: pd.DataFrame, labels: Sequence[str]) -> np.ndarray | None:
    """Return the columns `share_<label>` of `with_annotator_shares`, (n_rows, n_labels), None without them."""
    columns = [f"share_{label}" for label in labels]
    if any(column not in predictions for column in columns):
        return None
    shares: np.ndarray = predictions[columns].apply(lambda column: column.replace("", "nan")).to_numpy(dtype=float)
    return shares


def soft_cross_entropies(probabilities: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """Return each row's cross-entropy to its annotators' shares, in nats; a probability of nothing is the smallest.

    >>> import numpy as np
    >>> soft_cross_entropies(np.array([[0.5, 0.5]]), np.array([[0.75, 0.25]])).round(4).tolist()
    [0.6931]
    """
    losses: np.ndarray = -(shares * np.log(np.clip(probabilities, np.finfo(float).eps, 1.0))).sum(axis=1)
    return losses


def jensen_shannon_distances(probabilities: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """Return each row's Jensen-Shannon distance to its annotators' shares, to base 2: 0 to 1.

    >>> import numpy as np
    >>> jensen_shannon_distances(np.array([[1.0, 0.0], [0.5, 0.5]]), np.array([[0.0, 1.0], [0.5, 0.5]])).tolist()
    [1.0, 0.0]
    """
    middle = (probabilities + shares) / 2
    parts = []
    for one in (probabilities, shares):
        with np.errstate(divide="ignore", invalid="ignore"):
            parts.append(np.where(one > 0, one * np.log2(one / middle), 0.0).sum(axis=1))
    distances: np.ndarray = np.sqrt(np.clip((parts[0] + parts[1]) / 2, 0.0, 1.0))
    return distances


def brier_losses(probabilities: np.ndarray, given: np.ndarray) -> np.ndarray:
    """Return each row's squared distance from the given label, summed over all labels: 0 to 2 (Brier 1950).

    >>> import numpy as np
    >>> brier_losses(np.array([[0.5, 0.25, 0.25]]), np.array([0])).tolist()
    [0.375]
    """
    losses: np.ndarray = ((probabilities - np.eye(probabilities.shape[1])[given]) ** 2).sum(axis=1)
    return losses


def over_confidence(predictions: pd.DataFrame, probabilities: np.ndarray, labels: Sequence[str]) -> np.ndarray:
    """Return each row's probability of the predicted label less 1 where that is right, (n_rows,).

    Its mean is above 0 where a classifier is surer than it is right (calibration in the large, Cox 1958).

    >>> table = pd.DataFrame({"label": ["favor", "favor"], "predicted": ["favor", "against"]})
    >>> over_confidence(table, np.array([[0.25, 0.75], [0.5, 0.5]]), ["against", "favor"]).tolist()
    [-0.25, 0.5]
    """
    chosen = pd.Index(list(labels)).get_indexer(pd.Index(predictions["predicted"]))
    right = (predictions["label"] == predictions["predicted"]).to_numpy(dtype=float)
    found: np.ndarray = probabilities[np.arange(len(chosen)), chosen] - right
    return found


def bin_rows(confidence: np.ndarray, n_bins: int = N_BINS) -> np.ndarray:
    """Return the bin of each probability: `n_bins` of equal width from 0 to 1, each without its upper end but the last.

    >>> import numpy as np
    >>> bin_rows(np.array([0.0, 0.1, 0.99, 1.0])).tolist()
    [0, 1, 9, 9]
    """
    # 0.3 * 10 is 3 and 0.29999999999999998 * 10 is 3 as well: what was meant is the tenth
    bins: np.ndarray = np.minimum(np.floor(np.round(confidence * n_bins, 9)).astype(int), n_bins - 1)
    return bins


def reliability_table(predictions: pd.DataFrame, labels: Sequence[str], n_bins: int = N_BINS) -> pd.DataFrame:
    """Return what a reliability plot shows, one row a bin of the predicted label's probability; empty bins too.

    Columns: low, high (the bin's ends), rows (how many predictions), probability (their mean), right (the share
    of them that is right). The two last are not numbers where a bin is empty. Raises InputError where there
    are no probabilities, or where they are none.
    """
    probabilities = read_off_probabilities(predictions, labels)
    if probabilities is None:
        raise InputError("reliability: expected columns score_<label>, found none; the classifier has no probabilities")
    chosen = pd.Index(list(labels)).get_indexer(pd.Index(predictions["predicted"]))
    confidence = probabilities[np.arange(len(chosen)), chosen]
    right = (predictions["label"] == predictions["predicted"]).to_numpy(dtype=float)
    bins = bin_rows(confidence, n_bins)
    rows, summed, hits = (
        np.bincount(bins, weights=weights, minlength=n_bins) for weights in (np.ones(len(bins)), confidence, right)
    )
    edges = np.arange(n_bins + 1) / n_bins
    filled = np.where(rows > 0, rows, np.nan)
    return pd.DataFrame(
        {
            "low": edges[:-1],
            "high": edges[1:],
            "rows": rows.astype(int),
            "probability": summed / filled,
            "right": hits / filled,
        }
    )


def _said(predictions: pd.DataFrame, probabilities: np.ndarray, rows: np.ndarray, what: str) -> str:
    """Name the first rows that have a defect, and how many have it."""
    places = np.flatnonzero(rows)
    shown = [
        f"{predictions['example_id'].iloc[place]!r} {[round(float(value), 6) for value in probabilities[place]]}"
        for place in places[:SHOWN]
    ]
    more = f" and {len(places) - SHOWN} more" if len(places) > SHOWN else ""
    return f"{len(places)} row(s) with probabilities {what}: {', '.join(shown)}{more}"
