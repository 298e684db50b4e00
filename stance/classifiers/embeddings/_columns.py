"""Columns of examples as the embeddings room reads them: no words where there are none, and a target each."""

import numpy as np
import pandas as pd


def texts_of(X: pd.DataFrame, column: str) -> list[str]:
    """Return the texts of a column, "" where a row has none."""
    return ["" if pd.isna(text) else str(text) for text in X[column]]


def targets_of(X: pd.DataFrame) -> np.ndarray:
    """Return the target of each row, "" where it has none."""
    targets = texts_of(X, "target") if "target" in X else [""] * len(X)
    return np.array(targets, dtype=object)
