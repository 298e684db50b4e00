"""Training examples that are most like others, by their words: what a prompt shows as answered."""

from typing import Any

import numpy as np
import pandas as pd
from sklearn.feature_extraction.text import TfidfVectorizer

from stance.classifiers.embeddings._columns import targets_of, texts_of

AT_ONCE = 1000  # rows compared with all examples at once


def words_of(X: pd.DataFrame) -> tuple[Any, Any]:
    """Return what makes TF-IDF of texts, and that of the rows, (n_rows, n_words)."""
    # texts may have no word at all: single letters and signs count too
    made = TfidfVectorizer(token_pattern=r"(?u)\w+|[^\w\s]", sublinear_tf=True)
    texts = texts_of(X, "text")
    return made.fit([*texts, "."]), made.transform(texts)


def nearest(words: Any, of_train: Any, targets: np.ndarray, X: pd.DataFrame, n_examples: int) -> np.ndarray:
    """Return (n_rows, n_shown) places of the training rows most like each row, the most alike last.

    Rows of the same target come before all others; equals stand in the order of training. `words`, `of_train`:
    what `words_of` returned for training; `targets`: n_train targets.
    """
    made, n_shown = texts_of(X, "text"), min(n_examples, of_train.shape[0])
    places = np.empty((len(X), n_shown), dtype=int)
    asked = targets_of(X)
    for start in range(0, len(X), AT_ONCE):
        likeness = (words.transform(made[start : start + AT_ONCE]) @ of_train.T).toarray()
        likeness += 2.0 * (asked[start : start + AT_ONCE, None] == targets[None, :])
        order = np.argsort(-likeness.round(9), axis=1, kind="stable")[:, :n_shown]
        places[start : start + AT_ONCE] = order[:, ::-1]
    return places
