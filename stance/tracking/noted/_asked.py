"""What a command asks for, before any data is read: its config, its code, and the bytes that its data is made from."""

import hashlib
import json
import os
import sys
import sysconfig
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stance.thread.privacy import KEY_VARIABLE
from stance.tracking.identity import code_sha, config_sha, decisive

# what reads files that its config names, and no others
READERS = ("stance.dataset.build_from_study", "stance.dataset.load_table", "stance.dataset.read_dataset")
MOST_FILES = 10_000
MOST_BYTES = 2**30  # a second or two of reading; above it the data is built, and its own digest counts


@dataclass(frozen=True, slots=True)
class Asked:
    """A run that is asked for of a SQLite store: `key` is one digest of all that decides it."""

    database: Path
    experiment_name: str
    unsent: Path
    config_sha: str
    code_sha: str
    key: str


def make_asked(
    config: Mapping[str, Any], uri: str, experiment_name: str, unsent: Path, own_code: Sequence[Path] = ()
) -> Asked | None:
    """Return what a resolved config of `stance train` asks for, None where that cannot be told from files alone.

    It cannot where data is not in files here, or is read by a function of the user's own; nor where the store at
    `uri` is no SQLite file.
    """
    database = _database_of(uri)
    if database is None:
        return None
    inputs = [_digest_inputs(dataset) for dataset in (config["dataset"], *config["sources"].values())]
    if None in inputs:
        return None
    code = code_sha(tuple(own_code))
    packages = Path(sysconfig.get_paths()["purelib"])
    parts = [
        decisive(config),
        {key: config[key] for key in ("dataset", "sources", "label_maps")},
        inputs,
        code,
        experiment_name,
        # whoever installs a package may change how a page is read
        [sys.version, str(packages), packages.stat().st_mtime_ns],
        hashlib.sha256(os.environb.get(KEY_VARIABLE.encode(), b"")).hexdigest(),
    ]
    key = hashlib.sha256(json.dumps(parts, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    return Asked(database, experiment_name, unsent, config_sha(config), code, key)


def _database_of(uri: str) -> Path | None:
    """Return the file of a store's plain address, None for any other address."""
    file = uri.removeprefix("sqlite:///")
    plain = file != uri and file and not any(sign in file for sign in "?%:")
    return Path(file).expanduser().resolve() if plain else None


def _digest_inputs(dataset: Mapping[str, Any]) -> str | None:
    """Return one digest of the files that a dataset is read from, None where they are not known."""
    if dataset.get("_target_") not in READERS:
        return None
    place = Path(str(dataset.get("study") or dataset.get("path") or ""))
    beside = [*dataset.get("files", ()), *dataset.get("join", ())]
    if any(Path(word).is_absolute() or ".." in Path(word).parts for word in _words(beside)):
        return None
    if beside and place.is_file():
        place = place.parent
    digest = hashlib.sha256()
    n_bytes = 0
    for n_files, path in enumerate(_files(place)):
        if path.is_symlink() and path.is_dir():
            return None
        if not path.is_file():
            continue
        n_bytes += path.stat().st_size
        if n_files >= MOST_FILES or n_bytes > MOST_BYTES:
            return None
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
        digest.update(f"{path.relative_to(place)}\n".encode("utf-8", "surrogatepass"))
    return digest.hexdigest() if n_bytes else None


def _files(place: Path) -> Iterator[Path]:
    yield from [place] if place.is_file() else sorted(place.rglob("*")) if place.is_dir() else []


def _words(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from (word for entry in value.values() for word in _words(entry))
    elif isinstance(value, Sequence):
        yield from (word for entry in value for word in _words(entry))
