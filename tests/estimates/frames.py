"""Invented frames for the tests of the room."""

import numpy as np
import pandas as pd

LABELS = ("against", "none", "favor")


def make_frame(n=400, n_labelled=80, seed=0, sees=1.5, n_groups=0):
    """Return comments with labels, scores of a classifier that sees so much, and a simple sample of them labelled."""
    generator = np.random.default_rng(seed)
    label = generator.choice(3, n, p=(0.5, 0.3, 0.2))
    logits = sees * np.eye(3)[label] + generator.normal(0, 1, (n, 3))
    scores = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    frame = pd.DataFrame({f"score_{name}": scores[:, number] for number, name in enumerate(LABELS)})
    frame.insert(0, "example_id", [f"t#{number}" for number in range(n)])
    drawn = np.isin(np.arange(n), generator.choice(n, n_labelled, replace=False))
    names = np.array(LABELS, dtype=object)[label]
    frame["truth"] = names
    frame["label"] = np.where(drawn, names, None)
    frame["probability"] = n_labelled / n
    if n_groups:
        frame["group"] = [f"author-{number:03}" for number in generator.integers(0, n_groups, n)]
    return frame
