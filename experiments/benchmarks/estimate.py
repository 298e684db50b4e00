"""Shares of ten million predictions with 1,000 labels by 100 groups: seconds and memory, in a process of its own."""

import multiprocessing
import resource
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

SHARDS, LABELS, N_LABELLED, N_GROUPS, N_AUTHORS = 20, ("against", "none", "favor"), 1_000, 100, 500_000


def write_predictions(folder: Path, n_rows: int) -> None:
    """Write invented predictions as stance predict does."""
    generator = np.random.default_rng(0)
    for number in range(SHARDS):
        n = n_rows // SHARDS
        scores = generator.dirichlet((1.0, 1.0, 1.0), n).astype(np.float32)
        frame = pd.DataFrame({"example_id": [f"t#{number * n + row}" for row in range(n)]})
        frame["thread_id"] = pd.Categorical([f"thread-{one}" for one in generator.integers(0, N_GROUPS, n)])
        frame["author"] = [f"author-{one:016x}" for one in generator.integers(0, N_AUTHORS, n)]
        frame["published"], frame["target"], frame["model"] = "2021-03-05", "the ferry", "m"
        frame["label"] = np.array(LABELS)[scores.argmax(axis=1)]
        for place, label in enumerate(LABELS):
            frame[f"score_{label}"] = scores[:, place]
        frame.to_parquet(folder / f"shard-{number:05}.parquet")


def measure(folder: str, n_rows: int) -> None:
    """Read the predictions, put the labels to them, estimate by thread, and print seconds and memory."""
    from stance.estimates import estimate_shares
    from stance.estimates.predicting import read_predictions

    started = time.perf_counter()
    generator = np.random.default_rng(1)
    ids = [f"t#{row}" for row in generator.choice(n_rows, N_LABELLED, replace=False)]
    found = read_predictions(folder, ids)
    read = time.perf_counter()
    frame = found.frame.rename(columns={"author": "group"})
    label = np.full(len(frame), None, dtype=object)
    label[found.place] = generator.choice(LABELS, N_LABELLED)
    frame["label"], frame["probability"] = label, N_LABELLED / n_rows
    shares = estimate_shares(frame, LABELS, by=["thread"])
    seconds = time.perf_counter() - started
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"{n_rows:,} predictions, {N_LABELLED:,} labels, {N_GROUPS} groups: {len(shares)} shares")
    print(f"{seconds:.1f} s ({read - started:.1f} of them reading), {memory:.2f} GB at most")


def run(full: bool = False) -> None:
    """Measure on a tenth of the size, or on all of it."""
    n_rows = 10_000_000 if full else 1_000_000
    with tempfile.TemporaryDirectory() as folder:
        write_predictions(Path(folder), n_rows)
        process = multiprocessing.get_context("spawn").Process(target=measure, args=(folder, n_rows))
        process.start()
        process.join()
