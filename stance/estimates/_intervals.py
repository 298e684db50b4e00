"""The ends of an interval: those shares that the sample does not contradict, by Student's distribution."""

import numpy as np


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
