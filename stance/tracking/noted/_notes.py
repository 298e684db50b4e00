"""Notes of runs that are done: one file each beside the store, and believed only where the store says the same."""

import json
import sqlite3
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from stance.files import write_whole
from stance.tracking._moved import local_path
from stance.tracking.identity import RunIdentity
from stance.tracking.kept import find_kept
from stance.tracking.noted._asked import Asked
from stance.tracking.runs import NEEDED, SCORE

# of MLflow's tables, which are asked without MLflow: loading it takes longer than all else that a skip does
RUN = """
SELECT runs.name, runs.start_time, runs.artifact_uri FROM runs JOIN experiments USING (experiment_id)
WHERE runs.run_uuid = ? AND runs.status = 'FINISHED' AND runs.lifecycle_stage = 'active'
AND experiments.name = ? AND experiments.lifecycle_stage = 'active'
"""
TAGS = "SELECT key, value FROM tags WHERE run_uuid = ?"
SCORES = "SELECT key, value FROM latest_metrics WHERE run_uuid = ? AND NOT is_nan"


@dataclass(frozen=True, slots=True)
class NotedRun:
    """A run that is done: its name, when it was started, and its score under the metric of its dataset."""

    name: str
    started: str
    metric: str
    score: float


@dataclass(frozen=True, slots=True)
class _Note:
    run_id: str
    dataset_sha: str
    metric: str


def note_run(asked: Asked, run_id: str, dataset_sha: str, metric: str) -> None:
    """Note that a run is done that was asked for, and what its data's digest is."""
    path = _path(asked)
    path.parent.mkdir(exist_ok=True)
    write_whole(path, json.dumps(asdict(_Note(run_id, dataset_sha, metric))).encode())


def find_noted(asked: Asked) -> NotedRun | None:
    """Return the run that was noted for what is asked, None where there is none or the store does not say the same.

    It must be FINISHED there and not deleted, of the same config, data and code, under the same experiment name,
    with its scores and files; and none of its kind may wait to be sent. Whatever else is the matter is for MLflow to
    find.
    """
    try:
        note = _Note(**json.loads(_path(asked).read_text(encoding="utf-8")))
        with closing(sqlite3.connect(f"{asked.database.as_uri()}?mode=ro", uri=True, timeout=5)) as store:
            found = store.execute(RUN, (note.run_id, asked.experiment_name)).fetchone()
            tags = dict(store.execute(TAGS, (note.run_id,)).fetchall())
            scores = dict(store.execute(SCORES, (note.run_id,)).fetchall())
    except (OSError, ValueError, TypeError, sqlite3.Error):
        return None  # no note, or no store, or none that can be asked in this way
    if found is None or not {SCORE, note.metric} <= {*scores}:
        return None
    name, started, artifacts = found
    identity = RunIdentity(name, asked.config_sha, note.dataset_sha, asked.code_sha)
    folder = local_path(artifacts)
    if {key: tags.get(key) for key in identity.shas} != identity.shas or folder is None:
        return None
    if not all((folder / file).is_file() for file in NEEDED) or find_kept(asked.unsent, identity):
        return None
    at = datetime.fromtimestamp(started / 1000).strftime("%Y-%m-%d %H:%M")
    return NotedRun(name, at, note.metric, float(scores[note.metric]))


def _path(asked: Asked) -> Path:
    return asked.database.with_name(f"{asked.database.name}.done") / f"{asked.key[:32]}.json"
