"""The folder that a dataset is written to: Parquet, a README and the counts, whole or not at all."""

import json
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from stance.annotations import Agreement
from stance.dataset import StanceDataset

if TYPE_CHECKING:
    import datasets


def write_dataset(dataset: StanceDataset, parent: str | Path) -> Path:
    """Write a dataset to the folder `<parent>/<name>-<sha8>`, which `datasets.load_dataset` opens.

    The folder holds the examples as Parquet, a README.md and stats.json. It is written under a temporary
    name and renamed, so nobody sees half of one; where it is there already it is left as it is, since the
    same name means the same examples. Returns the folder.
    """
    parent = Path(parent)
    folder = parent / f"{dataset.name}-{dataset.sha[:8]}"
    if folder.exists():
        return folder
    parent.mkdir(parents=True, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=parent))
    try:
        (unfinished / "data").mkdir()
        _write_parquet(dataset.examples, unfinished / "data" / "train.parquet")
        (unfinished / "stats.json").write_text(stats_json(dataset), encoding="utf-8")
        (unfinished / "README.md").write_text(_readme(dataset), encoding="utf-8")
        unfinished.chmod(0o755)
        unfinished.replace(folder)
    except BaseException as error:
        shutil.rmtree(unfinished, ignore_errors=True)
        # another process may have written the same examples meanwhile
        if not (isinstance(error, OSError) and folder.exists()):
            raise
    return folder


def _write_parquet(examples: "datasets.Dataset", path: Path) -> None:
    """Write a dataset with its features in the schema; `Dataset.to_parquet` would print a bar on every pipe."""
    import pyarrow.parquet as pq

    table = examples.with_format("arrow")[:]
    pq.write_table(table.cast(examples.features.arrow_schema), path)


def stats_json(dataset: StanceDataset) -> str:
    """Return the counts of a dataset as the text of its stats.json."""
    return json.dumps(dataset.stats, indent=2, ensure_ascii=False) + "\n"


def _readme(dataset: StanceDataset) -> str:
    counts = dataset.stats
    header = {
        "configs": [{"config_name": "default", "data_files": [{"split": "train", "path": "data/*.parquet"}]}],
        "task_categories": ["text-classification"],
    }
    lines = [
        "---",
        yaml.safe_dump(header, sort_keys=False).rstrip(),
        "---",
        f"# {dataset.name}: stance toward {dataset.target}",
        "",
        f"{counts['examples']} examples of {counts['comments']} comments; sha256 `{dataset.sha}`.",
        "",
        "| label | examples |",
        "|---|---|",
        *(f"| {label} | {number} |" for label, number in counts["labels"].items()),
        "",
        "Dropped: " + (", ".join(f"{number} {reason}" for reason, number in counts["dropped"].items()) or "nothing."),
        "",
        *_agreement_lines(counts),
        "Commenters are pseudonyms in the order of first appearance. Political opinions are sensitive personal data.",
        "",
    ]
    return "\n".join(lines)


def _agreement_lines(counts: dict[str, Any]) -> Iterator[str]:
    if found := counts.get("agreement"):
        yield f"Agreement: {Agreement(**found)}."
        yield ""
