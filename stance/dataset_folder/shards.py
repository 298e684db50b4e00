"""The examples as Parquet: a file for each split, or several where there are many examples."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from stance.workers import open_workers

if TYPE_CHECKING:
    import datasets

ROWS_IN_SHARD = 100_000
# columns whose values come again; the others, texts above all, are written faster and as small without a dictionary
REPEATING = ("thread_id", "author", "target", "split", "label", "annotators.list.element")
WHOLE = "train"  # what the hub calls examples that no split parts


@dataclass(frozen=True, slots=True)
class Shard:
    """The rows of one file and where it goes; another process maps those that are in files itself."""

    rows: "datasets.table.Table"
    features: "datasets.Features"
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
        shards = (shard for split, rows in splits.items() for shard in _shards_of_split(examples, split, rows, folder))
        for n_rows in workers.in_order(write_shard, workers.sized(shards)):
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

    rows = shard.rows.table.cast(shard.features.arrow_schema)
    pq.write_table(rows, shard.path, use_dictionary=[*REPEATING], write_statistics=False)
    return int(rows.num_rows)


def _shards_of_split(examples: "datasets.Dataset", split: str, rows: Sequence[int], folder: Path) -> Iterator[Shard]:
    from datasets.table import InMemoryTable

    n_files = -(-len(rows) // ROWS_IN_SHARD)
    for number in range(n_files):
        part = rows[number * ROWS_IN_SHARD : (number + 1) * ROWS_IN_SHARD]
        # rows that stand in files one after the other are told by their place
        if isinstance(part, range) and examples._indices is None:
            found = examples.data.slice(part.start, len(part))
        else:
            found = InMemoryTable(examples.with_format("arrow")[part])
        name = split if n_files == 1 else f"{split}-{number:05}-of-{n_files:05}"
        yield Shard(found, examples.features, folder / f"{name}.parquet")
