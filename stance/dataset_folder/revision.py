"""Superseding: a study that has changed gets another revision; older datasets and runs keep theirs."""

import json
from pathlib import Path
from typing import Any

from stance.dataset import StanceDataset
from stance.errors import InputError

CONFIG_FILE = "config.json"


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
        (path.parent, json.loads(path.read_text(encoding="utf-8")))
        for path in sorted(parent.glob(f"*/{CONFIG_FILE}"))
        if path.parent.name.rpartition("-")[0] == name
    ]
