"""Answers on disk: one SQLite file a model and address, with prompts and replies as they were, and what they cost."""

import hashlib
import json
import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from stance.classifiers.language_models.endpoint import Endpoint
from stance.classifiers.language_models.reply import Prompt, Reply
from stance.errors import InputError

AT_ONCE = 500  # keys in one question
PATIENCE = 60.0  # seconds to wait for another process that writes
TABLES = (
    "CREATE TABLE IF NOT EXISTS answers (key BLOB PRIMARY KEY, prompt TEXT, reply TEXT) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS spent (tokens INTEGER)",
)


class AnswerFile:
    """The answers of one endpoint in a folder; what is asked again is found by all that decides the answer.

    It holds texts of comments, and is for this machine only. Raises InputError if the file is no such one.
    """

    def __init__(self, folder: Path, endpoint: Endpoint, answer: str) -> None:
        place = hashlib.sha256(f"{endpoint.base_url}\n{endpoint.model}".encode()).hexdigest()[:8]
        self.path = folder / f"{re.sub(r'[^A-Za-z0-9.-]+', '-', endpoint.model)[:60]}-{place}.sqlite"
        self.settings = [endpoint.temperature, endpoint.random_state, endpoint.answer_tokens, answer]

    def key(self, prompt: Prompt) -> bytes:
        """Return the digest of a question and of the settings with which it is asked."""
        asked = [prompt.messages, prompt.labels, prompt.explains, *self.settings]
        return hashlib.sha256(json.dumps(asked, ensure_ascii=True).encode()).digest()

    def read(self, keys: Sequence[bytes]) -> dict[bytes, Reply]:
        """Return the replies of those keys that are there."""
        found: dict[bytes, Reply] = {}
        if not self.path.exists():
            return found
        with self._opened() as db:
            for start in range(0, len(keys), AT_ONCE):
                asked = keys[start : start + AT_ONCE]
                marks = ",".join("?" * len(asked))
                rows = db.execute(f"SELECT key, reply FROM answers WHERE key IN ({marks})", asked)
                found.update((key, Reply.from_json(reply)) for key, reply in rows)
        return found

    def spent(self) -> tuple[int, int]:
        """Return the tokens of all requests so far, whether or not their answers were kept, and of the dearest one."""
        if not self.path.exists():
            return 0, 0
        with self._opened() as db:
            found = db.execute("SELECT coalesce(sum(tokens), 0), coalesce(max(tokens), 0) FROM spent").fetchone()
        return int(found[0]), int(found[1])

    def write(self, key: bytes, prompt: Prompt, reply: Reply) -> None:
        """Add a reply."""
        said = json.dumps(prompt.messages, ensure_ascii=False)
        with self._opened() as db:
            db.execute("INSERT OR REPLACE INTO answers VALUES (?, ?, ?)", (key, said, reply.to_json()))

    def spend(self, tokens: int) -> None:
        """Add what a request has cost."""
        with self._opened() as db:
            db.execute("INSERT INTO spent VALUES (?)", (tokens,))

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        """Open the file, keep what is written, and close it; one that is no such file is refused."""
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            with closing(sqlite3.connect(self.path, timeout=PATIENCE)) as db, db:
                # an answer is kept when the process dies; the disk itself may come after
                db.execute("PRAGMA synchronous=OFF")
                for table in TABLES:
                    db.execute(table)
                yield db
        except sqlite3.DatabaseError as error:
            said = f"expected answers of a language model, found none ({error}); move it away"
            raise InputError(f"{self.path}: {said}") from None
