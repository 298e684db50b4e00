"""A model's predictions for any number of comments: read, predicted and written shard by shard."""

import secrets
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from stance.cells import same_letters
from stance.errors import InputError
from stance.estimates.predicting._comments import Left, Part, Reading, find_parts, read_part, thread_rows
from stance.estimates.predicting._shards import Model, State, finish, open_folder, settings_sha, write_shard
from stance.files import shown_path
from stance.thread import Thread
from stance.thread.privacy import make_pseudonyms

ROWS_IN_SHARD = 20_000
IDS = ("example_id", "thread_id", "comment_id", "author", "published", "target")


@dataclass(frozen=True, slots=True)
class Predicted:
    """How many comments were predicted, in how many shards, how many of them before, and what was left out."""

    folder: Path
    rows: int
    shards: int
    rows_before: int
    left_out: dict[str, int]


def predict_pages(
    model: Model,
    pages: Sequence[str | Path],
    folder: str | Path,
    reading: Reading | None = None,
    *,
    rows_in_shard: int = ROWS_IN_SHARD,
    on_rows: Callable[[int], object] = lambda _: None,
    on_bytes: Callable[[int, int], object] = lambda _, __: None,
) -> Predicted:
    """Predict all comments of pages, exports, crawls, tables or datasets, and write them as Parquet.

    The folder gets `shard-00000.parquet` and so on, with the columns example_id, thread_id, comment_id, author (a
    pseudonym), published, target, label (the predicted one), score_<label>, model and source; at the end
    `predictions.json` with the counts. Where an earlier call was stopped, this one goes on after its last shard: no
    finished shard is written again, no comment stands in two. Memory holds one shard. `on_rows` is told of each
    shard's rows, `on_bytes` how many bytes of how many are read. Raises InputError if the folder holds anything else;
    ReadError where a page cannot be read.
    """
    reading, folder = reading or Reading(), Path(folder)
    if reading.target is not None:
        reading = replace(reading, target=same_letters(reading.target))
    parts = find_parts(pages)
    what = {
        "model": model.name,
        "labels": model.labels,
        "reading": [reading.context, reading.context_limit, list(reading.mask), reading.target],
        "pages": [[file.name, file.stat().st_size] for part in parts for file in part.files],
    }
    sha = settings_sha(what)
    state, key, done = open_folder(folder, sha)
    before = state.rows
    if not done:
        on_rows(before)
        for after, rows in _shards(parts, reading, state, rows_in_shard, on_bytes):
            state = after
            if rows:
                write_shard(folder, predict_rows(model, rows, key), state, sha)
                on_rows(len(rows))
        if not state.rows:
            raise InputError(f"pages: expected comments with words in {[part.name for part in parts]}, found none")
        left_out = dict(state.left_out or {})
        finish(folder, {**what, "rows": state.rows, "shards": state.shards, "left_out": left_out})
    return Predicted(folder, state.rows, state.shards, before, dict(state.left_out or {}))


def _shards(
    parts: Sequence[Part], reading: Reading, state: State, size: int, on_bytes: Callable[[int, int], object]
) -> "Iterator[tuple[State, list[dict[str, Any]]]]":
    """Yield the rows of each shard, and how far the reading is after it; the last one may have no rows."""
    left_out = Counter(state.left_out or {})
    rows: list[dict[str, Any]] = []
    starts = np.cumsum([0, *(part.size for part in parts)]).tolist()
    for number in range(state.parts, len(parts)):
        skipped = state.comments if number == state.parts else 0
        source = shown_path(Path(parts[number].name))
        on_bytes(starts[number], starts[-1])
        within = partial(_told_within, on_bytes, starts[number], starts[-1])
        comments = read_part(parts[number], reading, within)
        for place, row in enumerate(islice(comments, skipped, None), start=skipped + 1):
            if isinstance(row, Left):
                left_out[row.reason] += 1
                continue
            rows.append(row | {"source": source})
            if len(rows) == size:
                state = _after(state, number, place, len(rows), left_out)
                yield state, rows
                rows = []
    on_bytes(starts[-1], starts[-1])
    yield _after(state, len(parts), 0, len(rows), left_out), rows


def _told_within(on_bytes: Callable[[int, int], object], start: int, of: int, position: int) -> None:
    """Tell how many bytes of all parts are read, where one that begins at `start` is read up to a position."""
    on_bytes(start + position, of)


def _after(state: State, parts: int, comments: int, n_rows: int, left_out: Counter[str]) -> State:
    shards = state.shards + bool(n_rows)
    return replace(
        state, parts=parts, comments=comments, shards=shards, rows=state.rows + n_rows, left_out=dict(left_out)
    )


def predict_threads(model: Model, threads: Iterable[Thread], reading: Reading) -> pd.DataFrame:
    """Return the predictions for the comments of threads that are in memory, as the shards have them."""
    rows = [row for thread in threads for row in thread_rows(thread, reading) if not isinstance(row, Left)]
    return predict_rows(model, [row | {"source": ""} for row in rows], secrets.token_bytes(32))


def predict_rows(model: Model, rows: Sequence[dict[str, Any]], key: bytes) -> pd.DataFrame:
    """Return the predictions for comments, without their words, their authors as pseudonyms under a key."""
    from sklearn.pipeline import Pipeline

    frame = pd.DataFrame(list(rows))
    frame["context"] = frame["context"].fillna("")
    features, last = frame, model.classifier
    if isinstance(last, Pipeline):
        # made once, not again for labels and probabilities
        features, last = last[:-1].transform(frame), last[-1]
    predicted = np.asarray(last.predict(features)).astype(str)
    names = make_pseudonyms(frame["author"].dropna(), "keyed", key)
    table = frame[list(IDS)].assign(
        author=frame["author"].map(names), label=predicted, model=model.name, source=frame["source"]
    )
    has_scores = hasattr(last, "predict_proba")
    scores = last.predict_proba(features) if has_scores else predicted[:, np.newaxis] == np.array(model.labels)
    columns = {
        f"score_{label}": np.asarray(scores)[:, number].astype(np.float32) for number, label in enumerate(model.labels)
    }
    place = list(table).index("model")
    return pd.concat([table.iloc[:, :place], pd.DataFrame(columns), table.iloc[:, place:]], axis=1)
