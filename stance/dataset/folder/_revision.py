"""What was written before: revisions that newer ones supersede, and datasets with comments that were taken back."""

from pathlib import Path
from typing import Any

from stance.cells import parse_json
from stance.dataset.examples import StanceDataset
from stance.errors import InputError

CONFIG_FILE = "config.json"
KEYS = ["thread_id", "comment_id"]


def refuse_edited(dataset: StanceDataset, parent: Path) -> None:
    """Raise InputError if a folder in `parent` holds other examples of the same revision of an edited study.

    The study was edited where its pages, annotations, targets or labels are not those that the folder was made
    from. Other code, another config or an erased author may change the examples of one revision.
    """
    about = dataset.about
    if "inputs_sha" not in about or about.get("erased"):
        return
    for folder, made in sorted(written_datasets(parent, dataset.name)):
        old = made.get("study", {})
        same = old.get("revision") == about["revision"] and made.get("dataset") == about["config"]
        if same and made.get("sha") != dataset.sha and old.get("inputs_sha") != about["inputs_sha"]:
            raise InputError(
                f"{folder} holds revision {about['revision']} of {dataset.name!r} with other examples: the study was "
                f"edited since, and runs may rest on it. Raise `revision` in its study.yaml to "
                f"{about['revision'] + 1}; the folder stays as it is"
            )


def written_datasets(parent: Path, name: str) -> list[tuple[Path, dict[str, Any]]]:
    """Return the folders of a dataset's name that were written into `parent`, each with its config.json."""
    return [
        (path.parent, read_config(path))
        for path in sorted(parent.glob(f"*/{CONFIG_FILE}"))
        if path.parent.name.rpartition("-")[0] == name
    ]


def read_config(path: Path) -> dict[str, Any]:
    """Return a folder's config.json. Raises InputError where it is not one that was written."""
    found: Any
    try:
        found = parse_json(path.read_bytes())
    except ValueError as error:
        found = error
    if not isinstance(found, dict) or "sha" not in found:
        said = found if isinstance(found, ValueError) else "another JSON"
        expected = f"{path}: expected the config of a dataset, as build writes it"
        raise InputError(f"{expected}, found {said}; move the folder away, or delete it and build again")
    return found


def find_containing(parent: Path, comments: set[tuple[str, str]]) -> dict[Path, str]:
    """Return the datasets below `parent` that hold one of the comments, (thread_id, comment_id), with their sha."""
    import pyarrow.parquet as pq

    found = {}
    for config in sorted(parent.rglob(CONFIG_FILE)):
        tables = [pq.ParquetFile(file) for file in sorted(config.parent.glob("data/*.parquet"))]
        ours = [table.read(KEYS).to_pydict() for table in tables if {*KEYS} <= {*table.schema_arrow.names}]
        if any(not comments.isdisjoint(_keys(columns)) for columns in ours):
            found[config.parent] = str(read_config(config)["sha"])
    return found


def _keys(columns: dict[str, list[str]]) -> set[tuple[str, str]]:
    return set(zip(*(columns[name] for name in KEYS), strict=True))
