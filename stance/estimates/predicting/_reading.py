"""Predictions read back: millions of rows as numbers and categories, and which of them are the labelled ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from stance.errors import InputError
from stance.estimates.predicting._shards import shard_files

if TYPE_CHECKING:
    import pyarrow as pa

NO_MONTH = "no month"
CATEGORIES = ("thread_id", "author", "target", "label", "model", "published")
MOST_NAMED = 3


@dataclass(frozen=True, slots=True, eq=False)
class Predictions:
    """Predictions without their ids: `frame` has thread, month, author, target, predicted and scores, a row a comment.

    `place`: (n_ids,) the row of each id that was asked for, -1 where it is not there; `foreign`: some ids that were
    not among those, and `n_foreign` how many.
    """

    frame: pd.DataFrame
    labels: tuple[str, ...]
    models: tuple[str, ...]
    place: np.ndarray
    foreign: tuple[str, ...]
    n_foreign: int


def read_predictions(path: str | Path, ids: Sequence[str]) -> Predictions:
    """Read a folder of predictions, or one Parquet file of such; `ids`: those whose rows are wanted.

    Raises InputError if there are none, if a comment stands in them twice, or if they have different label sets.
    """
    import pyarrow as pa

    files = shard_files(Path(path)) if Path(path).is_dir() else [Path(path)]
    if not files or not all(file.is_file() for file in files):
        raise InputError(f"predictions: expected a folder that stance predict wrote, found none at {path}")
    asked = pa.array(list(ids), pa.string())
    place, start, n_foreign = np.full(len(ids), -1), 0, 0
    parts: list[pa.Table] = []
    digests: list[np.ndarray] = []
    foreign: list[str] = []
    for file in files:
        table = _read_shard(file, parts)
        column = table["example_id"].combine_chunks()
        where = pa.compute.index_in(column, value_set=asked).to_numpy(zero_copy_only=False)
        known = ~np.isnan(where)
        place[where[known].astype(int)] = start + np.flatnonzero(known)
        n_foreign += int((~known).sum())
        foreign += column.take(pa.array(np.flatnonzero(~known)[: MOST_NAMED - len(foreign)])).to_pylist()
        digests.append(pd.util.hash_array(column.to_numpy(zero_copy_only=False), categorize=False))
        start += table.num_rows
        parts.append(table.drop_columns(["example_id"]))
    ordered = np.sort(np.concatenate(digests))
    if (ordered[1:] == ordered[:-1]).any():
        raise InputError(f"predictions: expected each comment once in {path}, found some twice; is a page read twice?")
    frame = pa.concat_tables(parts).unify_dictionaries().to_pandas()
    labels = tuple(name.removeprefix("score_") for name in frame if name.startswith("score_"))
    frame = frame.rename(columns={"thread_id": "thread", "label": "predicted", "published": "month"})
    models = tuple(map(str, frame["model"].cat.categories))
    return Predictions(frame.drop(columns="model"), labels, models, place, tuple(foreign), n_foreign)


def _read_shard(file: Path, before: "Sequence[pa.Table]") -> "pa.Table":
    """Return the columns of a shard that are needed, texts as categories, times as months."""
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    names = pq.read_schema(file).names
    if missing := [name for name in ("example_id", *CATEGORIES) if name not in names]:
        raise InputError(f"predictions: expected the columns of stance predict in {file}, found none of {missing}")
    scores = [name for name in names if name.startswith("score_")]
    if before and [name for name in before[0].column_names if name.startswith("score_")] != scores:
        raise InputError(f"predictions: expected one label set in all files, found another in {file}: {scores}")
    table = pq.read_table(file, columns=["example_id", *CATEGORIES, *scores]).replace_schema_metadata(None)
    month = pc.fill_null(pc.utf8_slice_codeunits(table["published"].cast(pa.string()), 0, 7), NO_MONTH)
    table = table.set_column(table.schema.get_field_index("published"), "published", month)
    for name in CATEGORIES:
        column = pc.dictionary_encode(table[name].cast(pa.string()))
        table = table.set_column(table.schema.get_field_index(name), name, column)
    return table
