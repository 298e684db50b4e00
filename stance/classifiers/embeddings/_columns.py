"""Columns of examples as the embeddings room reads them: no words where there are none, and a target each."""

from typing import Any

import numpy as np
import pandas as pd


def texts_of(X: pd.DataFrame, column: str) -> list[str]:
    """Return the texts of a column, "" where a row has none."""
    return ["" if pd.isna(text) else str(text) for text in X[column]]


def targets_of(X: pd.DataFrame) -> np.ndarray:
    """Return the target of each row, "" where it has none."""
    targets = texts_of(X, "target") if "target" in X else [""] * len(X)
    return np.array(targets, dtype=object)


class ReadsTexts:
    """A scikit-learn estimator whose input is texts or examples, no array of numbers; named before its other bases."""

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()  # type: ignore[misc]  # of the bases that come after
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        tags.no_validation = True
        return tags
