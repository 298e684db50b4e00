"""What can happen to a run at any point, and the folder in which it happens."""

import random
import signal
import sqlite3
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from reliability.forked import Child, command, start
from reliability.served import Server
from reliability.small_run import do_small_run

RUN = ("classifier=majority", "folds=leave_one_out", "debug=quick", "tracking.wait=2")


@dataclass
class Place:
    """A folder to run in, with its store, the address of the store, and how long a run takes, in seconds.

    `whole`: whether the runs are those of `stance train`, or small ones.
    """

    folder: Path
    random: random.Random
    uri: str = "sqlite:///mlflow.db"
    whole: bool = False
    seconds: float = 0.0
    server: Server | None = None
    counts: dict[str, Counter[str]] = field(default_factory=dict)

    @property
    def database(self) -> Path:
        """The SQLite file in which the runs are in the end, whether a server stands before it or not."""
        return self.folder / "mlflow.db"

    def start(self, seed: int, limit: int | None = None) -> Child:
        """Start the run of a seed."""
        if self.whole:
            return start(command("train", *RUN, f"seed={seed}", f"tracking.uri={self.uri}"), self.folder, limit)
        return start(lambda: do_small_run(self.uri, seed), self.folder, limit)

    def measure(self) -> None:
        """Do one run, and note how long it takes."""
        began = time.monotonic()
        first = self.start(0)
        first.wait(300)
        self.seconds = time.monotonic() - began
        assert first.code == 0, first.output()


def kill(number: int) -> Callable[[Place, Child], None]:
    """Return what ends a process by a signal."""
    return lambda place, child: child.send(number)


def ctrl_c_twice(place: Place, child: Child) -> None:
    """Interrupt a process, and again a moment later."""
    child.send(signal.SIGINT)
    time.sleep(place.random.uniform(0.0, 0.1))
    child.send(signal.SIGINT)


def lock_store(place: Place, child: Child) -> None:
    """Hold the database locked for some seconds."""
    with closing(sqlite3.connect(place.database, timeout=30, isolation_level=None)) as held:
        held.execute("BEGIN EXCLUSIVE")
        child.wait(place.random.uniform(1.0, 4.0))
        held.execute("ROLLBACK")


def hide_store(place: Place, child: Child) -> None:
    """Take the database away while the run goes on, and bring it back."""
    away = place.database.with_suffix(".away")
    place.database.rename(away)
    child.wait(30)
    place.database.unlink(missing_ok=True)
    away.rename(place.database)


def kill_server(place: Place, child: Child) -> None:
    """Kill the server, let the run find that out, and start the server again."""
    assert place.server is not None
    place.server.stop(signal.SIGKILL)
    child.wait(60)
    place.server.start()


def pause_server(place: Place, child: Child) -> None:
    """Let the server answer nothing for a while, and go on."""
    assert place.server is not None
    place.server.send(signal.SIGSTOP)
    child.wait(place.random.uniform(2.0, 12.0))
    place.server.send(signal.SIGCONT)


KILLS: dict[str, Callable[[Place, Child], None]] = {
    "SIGKILL": kill(signal.SIGKILL),
    "SIGTERM": kill(signal.SIGTERM),
    "Ctrl-C": kill(signal.SIGINT),
    "Ctrl-C twice": ctrl_c_twice,
    "one of three at once killed": kill(signal.SIGKILL),
    "full disk": lambda place, child: None,
    "store locked": lock_store,
    "store vanished": hide_store,
    "server killed": kill_server,
    "server paused": pause_server,
}
# of 16 kills so many are of each kind; those under a server come by themselves
SHARES = {"SIGKILL": 5, "SIGTERM": 3, "Ctrl-C": 2, "Ctrl-C twice": 2} | dict.fromkeys(list(KILLS)[4:8], 1)
SERVED = ("server killed", "server paused")
