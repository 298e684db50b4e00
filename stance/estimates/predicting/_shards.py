"""The shards of predictions: what each holds, how far the reading was when it was written, and whose they are."""

import hashlib
import io
import json
import os
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stance.errors import InputError
from stance.files import LEFT_BY_VIEWERS, write_whole
from stance.thread.privacy import KEY_VARIABLE, read_pseudonym_key

if TYPE_CHECKING:
    import pandas as pd

NAME = "shard-{:05}.parquet"
DONE = "predictions.json"
# while predicting only: what turns names into pseudonyms, thrown away at the end
KEY = ".key-until-done"
STATE = b"stance"
REPEATING = ["thread_id", "author", "target", "label", "model", "source"]


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """A fitted classifier, and the name that its predictions carry: its address, or its folder's name."""

    name: str
    classifier: Any

    @property
    def labels(self) -> tuple[str, ...]:
        """Its label set."""
        return tuple(map(str, self.classifier.classes_))


@dataclass(frozen=True, slots=True)
class State:
    """How far the reading is: parts read in full, comments of the next one, rows written, what was left out."""

    parts: int = 0
    comments: int = 0
    shards: int = 0
    rows: int = 0
    left_out: Mapping[str, int] | None = None


def settings_sha(what: Mapping[str, object]) -> str:
    """Return a digest of what predictions rest on: another one is not gone on with."""
    return hashlib.sha256(json.dumps(what, sort_keys=True, default=str).encode()).hexdigest()[:16]


def open_folder(folder: Path, sha: str) -> tuple[State, bytes, bool]:
    """Return how far predicting into a folder came, the key of its pseudonyms, and whether it was done.

    Raises InputError if the folder holds anything else, or predictions of another model, data or settings.
    """
    import pyarrow.parquet as pq

    if folder.exists() and not folder.is_dir():
        raise InputError(f"{folder}: expected a folder for predictions, found a file; name another folder")
    there = {path.name for path in folder.iterdir()} if folder.exists() else set()
    there -= LEFT_BY_VIEWERS
    shards = sorted(name for name in there if name.startswith("shard-") and name.endswith(".parquet"))
    # what a killed process leaves unfinished beside its shards
    half = {name for name in there if name.startswith((f".{NAME[:6]}", f".{DONE}", f".{KEY}"))}
    if foreign := sorted(there - {*shards, DONE, KEY} - half):
        raise InputError(
            f"{folder}: expected predictions or nothing, found {foreign[0]!r}"
            f"{f' and {len(foreign) - 1} more' if foreign[1:] else ''}; name another folder"
        )
    state = State()
    for name in shards:
        found = json.loads((pq.read_schema(folder / name).metadata or {}).get(STATE, b"{}"))
        if found.get("sha") != sha:
            raise InputError(
                f"{folder}: expected predictions of the same model, pages and settings, found others in {name}; name "
                "another folder, or delete this one"
            )
        state = State(**found["state"])
    return state, _key(folder, done=DONE in there), DONE in there


def _key(folder: Path, done: bool) -> bytes:
    """Return the key of the environment, or one of this folder's own that goes when it is done."""
    if os.environ.get(KEY_VARIABLE):
        return read_pseudonym_key()
    path = folder / KEY
    if not path.exists() and not done:
        write_whole(path, secrets.token_bytes(32))
        path.chmod(0o600)
    return path.read_bytes() if path.exists() else b""


def write_shard(folder: Path, rows: "pd.DataFrame", state: State, sha: str) -> None:
    """Write one shard, whole or not at all, with how far the reading is after it."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.Table.from_pandas(rows, preserve_index=False)
    said = json.dumps({"sha": sha, "state": {name: getattr(state, name) for name in State.__slots__}})
    file = io.BytesIO()
    repeating = [name for name in REPEATING if name in rows]
    pq.write_table(table.replace_schema_metadata({STATE: said.encode()}), file, use_dictionary=repeating)
    write_whole(folder / NAME.format(state.shards - 1), file.getvalue())


def finish(folder: Path, about: Mapping[str, Any]) -> None:
    """Write what the predictions are and how many, and throw away the key of their pseudonyms."""
    write_whole(folder / DONE, (json.dumps(about, indent=2, ensure_ascii=False) + "\n").encode())
    (folder / KEY).unlink(missing_ok=True)


def shard_files(folder: Path) -> Sequence[Path]:
    """Return the shards of a folder of predictions in their order."""
    return sorted(folder.glob("shard-*.parquet"))
