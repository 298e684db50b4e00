"""Predictions read back: millions of rows as numbers and categories, and which of them are the labelled ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from stance.errors import InputError
from stance.estimates.predicting._hashes import hash_texts
from stance.estimates.predicting._shards import shard_files

NO_MONTH = "no month"
# few different values in very many rows
REPEATING = ("thread_id", "target", "label", "model")
COLUMNS = ("example_id", *REPEATING, "published", "author")
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
    files = shard_files(Path(path)) if Path(path).is_dir() else [Path(path)]
    if not files or not all(file.is_file() for file in files):
        raise InputError(f"predictions: expected a folder that stance predict wrote, found none at {path}")
    asked = pa.array(list(ids), pa.string())
    place, start, n_foreign = np.full(len(ids), -1), 0, 0
    parts: list[pa.Table] = []
    hashes: list[np.ndarray] = []
    foreign: list[str] = []
    authors = _Authors()
    for file in files:
        table = _read_shard(file, parts)
        column = _one_array(table["example_id"])
        where = pa.compute.index_in(column, value_set=asked).to_numpy(zero_copy_only=False)
        known = ~np.isnan(where)
        place[where[known].astype(int)] = start + np.flatnonzero(known)
        n_foreign += int((~known).sum())
        if len(foreign) < MOST_NAMED:
            foreign += column.take(pa.array(np.flatnonzero(~known)[: MOST_NAMED - len(foreign)])).to_pylist()
        hashes.append(hash_texts(column))
        authors.add(_one_array(table["author"]))
        start += table.num_rows
        parts.append(table.drop_columns(["example_id", "author"]))
    _refuse_twice(hashes, path)
    together = pa.concat_tables(parts).unify_dictionaries()
    # what is in two places at once is in neither for long: ten million rows are to fit into 2 GB
    parts.clear()
    frame = together.to_pandas(split_blocks=True, self_destruct=True)
    labels = tuple(name.removeprefix("score_") for name in frame if name.startswith("score_"))
    frame = frame.rename(columns={"thread_id": "thread", "label": "predicted", "published": "month"})
    models = tuple(map(str, frame["model"].cat.categories))
    frame["author"] = authors.column()
    return Predictions(frame.drop(columns="model"), labels, models, place, tuple(foreign), n_foreign)


def target_of(folder: str | Path) -> str | None:
    """Return the target that a folder of predictions is about, None where it does not say one.

    Raises InputError if there are no predictions.
    """
    import pyarrow.parquet as pq

    files = shard_files(Path(folder)) if Path(folder).is_dir() else []
    if not files:
        raise InputError(f"predictions: expected a folder that stance predict wrote, found none at {folder}")
    said = set(pq.read_table(files[0], columns=["target"])["target"].to_pylist())
    return str(said.pop()) if len(said) == 1 and None not in said else None


def _refuse_twice(hashes: Sequence[np.ndarray], path: str | Path) -> None:
    """Raise InputError if an id stands in the shards more than once."""
    ordered = np.concatenate(hashes)
    ordered.sort()
    if (ordered[1:] == ordered[:-1]).any():
        raise InputError(f"predictions: expected each comment once in {path}, found some twice; is a page read twice?")


class _Authors:
    """The authors of all rows, as numbers of their names: each shard's are found by their hashes, and kept once."""

    def __init__(self) -> None:
        self.hashes: list[np.ndarray] = []
        self.names: list[pa.Array] = []
        self.rows: list[np.ndarray] = []

    def add(self, column: pa.Array) -> None:
        """Add the authors of a shard."""
        numbers, found = pd.factorize(hash_texts(column))
        self.hashes.append(np.asarray(found))
        self.names.append(column.take(pa.array(_first(numbers, len(found)))))
        self.rows.append(numbers.astype(np.int32))

    def column(self) -> "pd.Categorical[str]":
        """Return the authors of all rows, missing where there is none."""
        numbers, found = pd.factorize(np.concatenate(self.hashes))
        names = pa.concat_arrays(self.names).take(pa.array(_first(numbers, len(found))))
        there = names.is_valid().to_numpy(zero_copy_only=False)
        place = np.where(there, np.cumsum(there) - 1, -1).astype(np.int32)[numbers]
        starts = np.cumsum([0, *map(len, self.hashes)])
        codes = np.concatenate([place[start:][rows] for start, rows in zip(starts, self.rows, strict=False)])
        return pd.Categorical.from_codes(codes, categories=pd.Index(names.drop_null().to_pandas()))


def _first(numbers: np.ndarray, n: int) -> np.ndarray:
    """Return where each of n numbers stands first."""
    places = np.empty(n, np.int64)
    # of several values for one place the last one stays
    places[numbers[::-1]] = np.arange(len(numbers))[::-1]
    return places


def _one_array(column: pa.ChunkedArray) -> pa.Array:
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


def _read_shard(file: Path, before: Sequence[pa.Table]) -> pa.Table:
    """Return the columns of a shard that are needed, texts as categories, times as months."""
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    try:
        names = pq.read_schema(file).names
    except pa.ArrowInvalid as error:
        raise InputError(
            f"predictions: expected Parquet as stance predict writes it in {file}, found {error}; predict again"
        ) from None
    if missing := [name for name in COLUMNS if name not in names]:
        raise InputError(f"predictions: expected the columns of stance predict in {file}, found none of {missing}")
    scores = [name for name in names if name.startswith("score_")]
    if before and [name for name in before[0].column_names if name.startswith("score_")] != scores:
        raise InputError(f"predictions: expected one label set in all files, found another in {file}: {scores}")
    # a dictionary of the file is taken as it is: nothing is looked up row by row
    table = pq.read_table(file, columns=[*COLUMNS, *scores], read_dictionary=list(REPEATING))
    table = table.replace_schema_metadata(None)
    month = pc.fill_null(pc.utf8_slice_codeunits(table["published"].cast(pa.string()), 0, 7), NO_MONTH)
    for name in (*REPEATING, "published"):
        column = month if name == "published" else table[name]
        if not pa.types.is_dictionary(column.type):
            column = pc.dictionary_encode(column.cast(pa.string()))
        column = column.cast(pa.dictionary(pa.int32(), pa.string()))
        table = table.set_column(table.schema.get_field_index(name), name, column)
    return table
