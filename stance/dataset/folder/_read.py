"""The way back: a dataset's folder, as it was written, as a dataset."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stance.cells import parse_json
from stance.dataset._finishing import nothing
from stance.dataset.examples import StanceDataset, sha_of_examples
from stance.dataset.folder._revision import CONFIG_FILE, read_config
from stance.errors import InputError, did_you_mean

if TYPE_CHECKING:
    import datasets

STATS_FILE = "stats.json"
KEPT = ("name", "targets", "labels", "about")


def read_dataset(
    path: str | Path,
    *,
    erase: str | None = None,
    num_proc: int = 1,
    on_rows: Callable[[str, int], None] = nothing,
) -> StanceDataset:
    """Read a dataset from the folder that `write_dataset` or `stance build` has written.

    Its digest is worked out anew and must be the one that the folder names. What was dropped is known by number only
    (`stats`), so `dropped` is empty. `erase`, `num_proc` and `on_rows` are as in the builders; nobody is erased from a
    folder, which is built again from its study or table.

    Raises InputError where there is no such folder, where it was written by a version that kept less of it, or where
    its examples are not those that were written.
    """
    folder = Path(path)
    if erase is not None:
        raise InputError(f"{folder}: nobody is erased from a dataset's folder; erase from the study or table it is of")
    if not (folder / CONFIG_FILE).is_file():
        near = [str(config.parent) for config in folder.parent.glob(f"*/{CONFIG_FILE}")]
        raise InputError(
            f"{folder}: expected a dataset's folder with {CONFIG_FILE}, as `stance build` writes it, found none."
            f"{did_you_mean(str(folder), near)}"
        )
    made = read_config(folder / CONFIG_FILE)
    if missing := [key for key in KEPT if key not in made]:
        raise InputError(
            f"{folder / CONFIG_FILE} lacks {', '.join(missing)}: an earlier version wrote the folder; build it again"
        )
    examples = _examples(folder)
    targets, labels = tuple(made["targets"]), tuple(made["labels"])
    if sha_of_examples(examples, targets, labels) != made["sha"]:
        raise InputError(
            f"{folder}: expected the examples that were written, found others; was a file changed? Build it again"
        )
    stats = parse_json((folder / STATS_FILE).read_bytes())
    on_rows("reading", len(examples))
    about = {**made["about"], "config": made["dataset"]}
    return StanceDataset(made["name"], targets, labels, examples, (), stats, about)


def _examples(folder: Path) -> "datasets.Dataset":
    """Return the examples of all splits as one table, with the features that its files declare."""
    import datasets
    import pyarrow as pa
    import pyarrow.parquet as pq

    files = sorted(folder.glob("data/*.parquet"))
    try:
        tables = [pq.read_table(file) for file in files]
    except (pa.ArrowException, OSError) as error:
        raise InputError(
            f"{folder}: expected Parquet files as they were written, found one unreadable: {error}"
        ) from None
    if not tables:
        raise InputError(f"{folder}: expected Parquet files in data/, found none; build it again")
    table = pa.concat_tables(tables)
    found: Any = datasets.Features.from_arrow_schema(table.schema)
    return datasets.Dataset(table, info=datasets.DatasetInfo(features=found))
