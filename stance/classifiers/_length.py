"""How long a text is: all that a classifier sees which must not read it."""

from typing import Any

import numpy as np


def text_lengths(texts: Any) -> np.ndarray:
    """Return (n_texts, 2) logarithms of one more than the number of characters and of words."""
    counts: np.ndarray = np.log1p([[len(text), len(text.split())] for text in texts]).reshape(-1, 2)
    return counts


def length_names(transformer: Any, columns: Any) -> np.ndarray:
    """Return the names of what `text_lengths` counts."""
    return np.array(["characters", "words"], dtype=object)
