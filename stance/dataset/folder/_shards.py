"""The examples as Parquet: a file for each split, or several where there are many examples."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from stance.dataset.chunks._chunking import take_away
from stance.dataset.chunks._workers import Workers, open_workers

if TYPE_CHECKING:
    import datasets
    import pyarrow as pa

ROWS_IN_SHARD = 100_000
# columns whose values come again; the others, texts above all, are written faster and as small without a dictionary
REPEATING = ("thread_id", "author", "target", "split", "label", "annotators.list.element")
WHOLE = "train"  # what the hub calls examples that no split parts


@dataclass(frozen=True, slots=True)
class Shard:
    """The rows of one file and where it goes; `schema` carries the features."""

    rows: "pa.Table | Path"
    schema: "pa.Schema"
    path: Path


def write_shards(
    examples: "datasets.Dataset", folder: Path, num_proc: int, on_rows: Callable[[str, int], None]
) -> dict[str, int]:
    """Write examples to a new folder and return the number of examples in each split.

    A split of the hub is made only where every example has an official one; else all are in `train`. A file has
    up to 100,000 rows: `test.parquet`, or `test-00000-of-00002.parquet` and so on.
    """
    with open_workers(num_proc) as workers:
        folder.mkdir()
        splits = rows_by_split(examples)
        parts = _parts_of_splits(splits)
        shards = _shards(examples, workers.sized(parts), folder, workers)
        for n_rows in workers.in_order(write_shard, shards):
            on_rows("writing", n_rows)
    return {split: len(rows) for split, rows in splits.items()}


def rows_by_split(examples: "datasets.Dataset") -> "dict[str, Sequence[int]]":
    """Return the rows of each official split, or all of them as `train` where an example has none."""
    import pyarrow.compute as pc

    column = examples.select_columns(["split"]).with_format("arrow")[:]["split"]
    if column.null_count:
        return {WHOLE: range(len(examples))}
    names = sorted(pc.unique(column).to_pylist())
    return {name: pc.indices_nonzero(pc.equal(column, name)).to_pylist() for name in names}


def write_shard(shard: Shard) -> int:
    """Write one file and return its number of rows; `Dataset.to_parquet` would print a bar on every pipe."""
    import pyarrow.parquet as pq

    rows = take_away(shard.rows)
    pq.write_table(rows.cast(shard.schema), shard.path, use_dictionary=[*REPEATING], write_statistics=False)
    return int(rows.num_rows)


def _parts_of_splits(splits: "Mapping[str, Sequence[int]]") -> Iterator[tuple[str, Sequence[int]]]:
    """Yield the name of each file, without its ending, and its rows."""
    for split, rows in splits.items():
        n_files = -(-len(rows) // ROWS_IN_SHARD)
        for number in range(n_files):
            name = split if n_files == 1 else f"{split}-{number:05}-of-{n_files:05}"
            yield name, rows[number * ROWS_IN_SHARD : (number + 1) * ROWS_IN_SHARD]


def _shards(
    examples: "datasets.Dataset", parts: Iterable[tuple[str, Sequence[int]]], folder: Path, workers: Workers
) -> Iterator[Shard]:
    arrow, schema = examples.with_format("arrow"), examples.features.arrow_schema
    for name, rows in parts:
        yield Shard(workers.hand_over(arrow[rows], f"{name}.arrow"), schema, folder / f"{name}.parquet")
