"""Which of the datasets that were written hold comments that somebody took back."""

import json
from pathlib import Path

from stance.dataset_folder.revision import CONFIG_FILE


def find_containing(parent: Path, comments: set[tuple[str, str]]) -> dict[Path, str]:
    """Return the dataset folders in `parent` that hold one of the comments, (thread_id, comment_id), with their sha."""
    import pyarrow.parquet as pq

    found = {}
    for config in sorted(parent.glob(f"*/{CONFIG_FILE}")):
        files = sorted(config.parent.glob("data/*.parquet"))
        tables = (pq.read_table(file, columns=["thread_id", "comment_id"]) for file in files)
        if any(not comments.isdisjoint(_keys(table.to_pydict())) for table in tables):
            found[config.parent] = str(json.loads(config.read_text(encoding="utf-8"))["sha"])
    return found


def _keys(columns: dict[str, list[str]]) -> set[tuple[str, str]]:
    return set(zip(columns["thread_id"], columns["comment_id"], strict=True))
