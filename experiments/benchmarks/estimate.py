"""Shares of ten million predictions, and what predicting a crawl takes beside the bare reader and classifier.

Each is measured in a process of its own, whose memory is then that of the work.
"""

import multiprocessing
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.generated_pages import write_warc
from benchmarks.readers import html_pages, most_memory
from stance.classifiers import logreg

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
    print(f"{n_rows:,} predictions, {N_LABELLED:,} labels, {N_GROUPS} groups: {len(shares)} shares")
    print(f"{seconds:.1f} s ({read - started:.1f} of them reading), {most_memory():,.0f} MB at most", flush=True)


def fit_words() -> Any:
    """Return a classifier of words, fitted to invented comments of the crawl's words."""
    words = ["ferry", "bridge", "toll", "council", "morning", "waiting", "slow", "asked", "pays", "decides"]
    generator = np.random.default_rng(0)
    texts = [" ".join(generator.choice(words, 12)) for _ in range(300)]
    return logreg().fit(pd.DataFrame({"text": texts, "context": ""}), generator.choice(LABELS, 300))


def predict_bare(crawl: str) -> float:
    """Read all comments of a crawl and predict them, twenty thousand at a time; return the seconds of CPU."""
    from stance.pages import read_pages

    classifier, texts, n_rows = fit_words(), list[str](), 0
    started = time.process_time()
    for thread in read_pages(crawl):
        texts += [comment.text for comment in thread.comments if comment.kind != "ping" and comment.text.strip()]
        if len(texts) >= 20_000:
            n_rows += len(classifier.predict_proba(pd.DataFrame({"text": texts, "context": ""})))
            texts = []
    if texts:
        n_rows += len(classifier.predict_proba(pd.DataFrame({"text": texts, "context": ""})))
    seconds = time.process_time() - started
    print(f"bare reader and classifier: {n_rows:,} comments, {seconds:.1f} s of CPU", flush=True)
    return seconds


def predict_ours(crawl: str) -> float:
    """Predict a crawl as stance predict does, print memory as it goes, and return the seconds of CPU."""
    from stance.estimates.predicting import Model, predict_pages

    model, memory = Model("m", fit_words()), list[float]()
    started = time.process_time()
    with tempfile.TemporaryDirectory() as folder:
        found = predict_pages(
            model, [crawl], folder, rows_in_shard=5_000, on_rows=lambda _: memory.append(most_memory())
        )
    seconds = time.process_time() - started
    print(f"stance predict: {found.rows:,} comments, {seconds:.1f} s of CPU, {found.shards} shards")
    print(f"memory: {memory[1]:,.0f} MB at most after the first shard, {memory[-1]:,.0f} MB after the last", flush=True)
    return seconds


def in_its_own_process(work: Callable[..., Any], *arguments: object) -> Any:
    """Return what a function returns in a new process."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(work, arguments)


def run(full: bool = False) -> None:
    """Measure on a tenth of the size, or on all of it."""
    n_rows, n_pages = (10_000_000, 20_000) if full else (1_000_000, 500)
    with tempfile.TemporaryDirectory() as folder:
        write_predictions(Path(folder), n_rows)
        in_its_own_process(measure, folder, n_rows)
    _, html = html_pages()
    pages = sorted(html, key=len)[: max(1, len(html) // 3)]
    with tempfile.TemporaryDirectory() as folder:
        crawl = Path(folder) / "crawl.warc"
        write_warc(crawl, pages, n_pages, lambda _: None)
        bare, ours = in_its_own_process(predict_bare, str(crawl)), in_its_own_process(predict_ours, str(crawl))
        print(f"{n_pages:,} pages: {bare / ours:.2f} times as fast as the bare reader and classifier, at least 0.8")
