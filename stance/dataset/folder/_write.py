"""The folder that a dataset is written to: Parquet, a dataset card, the counts and the config, whole or not at all."""

import json
from collections.abc import Callable, Mapping
from importlib.metadata import version
from pathlib import Path

from stance.dataset._finishing import nothing
from stance.dataset.examples import StanceDataset
from stance.dataset.folder._card import card_text
from stance.dataset.folder._read import STATS_FILE
from stance.dataset.folder._revision import CONFIG_FILE, refuse_edited
from stance.dataset.folder._shards import write_shards
from stance.files import refuse_path, unfinished_folder

UNFINISHED = ".unfinished-"
DISTRIBUTION = "stance-threads"


def write_dataset(
    dataset: StanceDataset,
    parent: str | Path,
    code: Mapping[str, str] | None = None,
    *,
    num_proc: int = 1,
    on_rows: Callable[[str, int], None] = nothing,
) -> Path:
    """Write a dataset to the folder `<parent>/<name>-<sha8>`, which `datasets.load_dataset` opens.

    The folder holds the examples as Parquet, README.md (a dataset card), stats.json and config.json. `code` says
    more of the code than its version, its commit for one. The folder is written under a temporary name and
    renamed, so nobody sees half of one; where it is there already it is left as it is, since the same name
    means the same examples. The same dataset gives the same bytes, by however many processes. Returns the folder.

    Raises InputError if the dataset's name is a path, or if the study was edited but its revision was not raised;
    OSError where the disk is full.
    """
    parent = Path(parent)
    refuse_path(dataset.name, "the dataset's name")
    folder = parent / f"{dataset.name}-{dataset.sha[:8]}"
    if folder.exists():
        return folder
    refuse_edited(dataset, parent)
    parent.mkdir(parents=True, exist_ok=True)
    made_by = {"stance": version(DISTRIBUTION), **(code or {})}
    with unfinished_folder(parent, UNFINISHED) as unfinished:
        splits = write_shards(dataset.examples, unfinished / "data", num_proc, on_rows)
        texts = {
            "README.md": card_text(dataset, splits, made_by),
            STATS_FILE: stats_json(dataset),
            CONFIG_FILE: config_json(dataset, made_by),
        }
        for name, text in texts.items():
            (unfinished / name).write_text(text, encoding="utf-8")
        unfinished.chmod(0o755)
        try:
            unfinished.rename(folder)
        except OSError:
            # another process may have written the same examples meanwhile
            if not folder.exists():
                raise
    return folder


def stats_json(dataset: StanceDataset) -> str:
    """Return the counts of a dataset as the text of its stats.json."""
    return _json(dataset.stats)


def config_json(dataset: StanceDataset, code: Mapping[str, str]) -> str:
    """Return the config that a dataset was built with, the code, the revision, and what `read_dataset` needs."""
    about = dataset.about
    study = {key: about[key] for key in ("revision", "superseded_by", "inputs_sha") if key in about}
    kept = {
        "name": dataset.name,
        "targets": list(dataset.targets),
        "labels": list(dataset.labels),
        "about": {key: value for key, value in about.items() if key != "config"},
    }
    made = {"dataset": about.get("config"), "sha": dataset.sha, "study": study, "code": dict(code)}
    return _json(made | kept)


def _json(content: object) -> str:
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"
