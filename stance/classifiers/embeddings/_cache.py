"""Vectors on disk: one SQLite file a model, which several processes may read and write at once."""

import hashlib
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np

from stance.errors import InputError

AT_ONCE = 500  # keys in one question
KEY_BYTES = 32  # of a text
PATIENCE = 60.0  # seconds to wait for another process that writes


def key_of(text: str) -> bytes:
    """Return the key of a text's vector."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


class VectorCache:
    """Vectors by key in the file `path`, which is made when it is first written; keys are hashes, never texts.

    A key that another process has written meanwhile is left as it is. Raises InputError if the file is no cache.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self, keys: Sequence[bytes]) -> dict[bytes, np.ndarray]:
        """Return the vectors, float32, of those keys that are there."""
        found = self._rows("key, vector", "key", keys)
        return {key: np.frombuffer(vector, dtype="<f4") for key, vector in found}

    def known(self, keys: Sequence[bytes]) -> set[bytes]:
        """Return those keys that are there."""
        return {key for (key,) in self._rows("key", "key", keys)}

    def begins_with_any(self, keys: Sequence[bytes]) -> bool:
        """Return whether a key that is there is one of these, or begins with one, as that of a text with its target."""
        return bool(self._rows("1", f"substr(key, 1, {KEY_BYTES})", keys))

    def _rows(self, columns: str, compared: str, keys: Sequence[bytes]) -> list[Any]:
        found: list[Any] = []
        if not self.path.exists():
            return found
        try:
            with closing(sqlite3.connect(self.path, timeout=PATIENCE)) as db:
                for start in range(0, len(keys), AT_ONCE):
                    asked = keys[start : start + AT_ONCE]
                    marks = ",".join("?" * len(asked))
                    found += db.execute(f"SELECT {columns} FROM vectors WHERE {compared} IN ({marks})", asked)
        except sqlite3.DatabaseError as error:
            raise self._no_cache(error) from None
        return found

    def write(self, vectors: Mapping[bytes, np.ndarray]) -> None:
        """Add vectors, all of them or none."""
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        rows = [(key, vector.astype("<f4").tobytes()) for key, vector in vectors.items()]
        try:
            with closing(sqlite3.connect(self.path, timeout=PATIENCE)) as db, db:
                db.execute("CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB) WITHOUT ROWID")
                db.executemany("INSERT OR IGNORE INTO vectors VALUES (?, ?)", rows)
        except sqlite3.DatabaseError as error:
            raise self._no_cache(error) from None

    def _no_cache(self, error: sqlite3.DatabaseError) -> InputError:
        return InputError(f"{self.path}: expected a cache of vectors, found none ({error}); it may be deleted")
