"""Sweeps whose runs wait in a folder: how each is to be compared once they are sent."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from stance.errors import InputError
from stance.files import write_whole

FOLDER = ".sweeps"  # among the runs that wait: a file for each sweep


@dataclass(frozen=True, slots=True)
class UnsentSweep:
    """A sweep to be compared when its runs are in the store; `bootstrap`: `n_resamples` and `random_state`."""

    sweep_id: str
    baseline: str
    bootstrap: Mapping[str, int]


def keep_sweep(folder: Path, sweep: UnsentSweep) -> None:
    """Note a sweep in the folder in which its runs wait."""
    path = _path_of(folder, sweep.sweep_id)
    path.parent.mkdir(parents=True, exist_ok=True)
    values = {"sweep_id": sweep.sweep_id, "baseline": sweep.baseline, "bootstrap": dict(sweep.bootstrap)}
    write_whole(path, json.dumps(values, indent=2, ensure_ascii=False).encode())


def read_sweeps(folder: Path) -> list[UnsentSweep]:
    """Return the sweeps that are noted in a folder, by their ids.

    Raises InputError if a note cannot be read.
    """
    found = []
    for path in sorted((folder / FOLDER).glob("*.json")):
        try:
            found.append(UnsentSweep(**json.loads(path.read_text(encoding="utf-8"))))
        except (ValueError, TypeError) as error:
            raise InputError(f"{path}: expected a sweep that was kept for `stance sync`, found: {error}") from None
    return found


def forget_sweep(folder: Path, sweep_id: str) -> None:
    """Remove the note of a sweep, if there is one."""
    _path_of(folder, sweep_id).unlink(missing_ok=True)


def _path_of(folder: Path, sweep_id: str) -> Path:
    return folder / FOLDER / f"{sweep_id}.json"
