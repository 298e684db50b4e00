"""Scores on resamples whose interval is known by hand: the mean of a few rows."""

import numpy as np

from stance.evaluation.scores.intervals import Resampled, resample_groups


def mean_of(rows, n_resamples=2000, seed=0, span=(-1e3, 1e3)):
    """Return what an interval of the mean of rows is made from, each row a group of its own."""
    rows = np.asarray(rows, dtype=float)
    weights = np.concatenate(list(resample_groups(len(rows), n_resamples, seed)))
    drawn = weights @ rows / len(rows)
    squares = (weights * (rows - drawn[:, np.newaxis]) ** 2).sum(axis=1)
    return Resampled(
        value=rows.mean(),
        drawn=drawn,
        spreads=np.sqrt(squares / len(rows) / (len(rows) - 1)),
        left_out=(rows.sum() - rows) / (len(rows) - 1),
        floor=np.array(0.0),
        span=span,
        sizes=np.ones(len(rows)),
    )


def changed(resampled, **fields):
    names = Resampled.__dataclass_fields__
    return Resampled(**{name: getattr(resampled, name) for name in names} | fields)
