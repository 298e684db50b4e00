"""The ends of an interval: Student's on the logit scale, which keeps them between 0 and 1."""

import numpy as np


def logit_ends(
    value: np.ndarray, variance: np.ndarray, degrees: np.ndarray, counted: np.ndarray, level: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return the ends of intervals of shares (C,), not a number where there are no degrees of freedom.

    `counted`: the labelled rows that a share rests on. A share of 0 or 1 has no spread to go by: what has not happened
    in n rows happens in no more than 1 - ((1 - level) / 2) ** (1 / n) of them (Clopper and Pearson 1934).
    """
    from scipy.special import stdtrit

    told = degrees > 0
    far = stdtrit(np.where(told, degrees, 1), 0.5 + level / 2)
    least = 0.5 / (counted + 1)
    centre = np.clip(value, least, 1 - least)
    half = far * np.sqrt(variance) / (centre * (1 - centre))
    middle = np.log(centre / (1 - centre))
    low, high = (1 / (1 + np.exp(-np.clip(end, -700, 700))) for end in (middle - half, middle + half))
    furthest = 1 - ((1 - level) / 2) ** (1 / np.maximum(counted, 1))
    spread = variance > 1e-12
    low = np.where(spread, low, np.where(value > least, np.minimum(1 - furthest, value), 0.0))
    high = np.where(spread, high, np.where(value < 1 - least, np.maximum(furthest, value), 1.0))
    low, high = np.minimum(low, np.clip(value, 0, 1)), np.maximum(high, np.clip(value, 0, 1))
    return np.where(told, low, np.nan), np.where(told, high, np.nan)
