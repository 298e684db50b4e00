"""Claims: which process does a run, so that no other does it at the same time; and runs that nobody does any more."""

import hashlib
import logging
import os
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import Timeout

from stance.files import locked, uninterrupted
from stance.tracking._asking import StoreGone
from stance.tracking._store import Store
from stance.tracking.identity import RunIdentity, key_of

if TYPE_CHECKING:
    from mlflow.entities import Run

SECONDS_BETWEEN_BEATS = 30
# after so many seconds without a beat, a run of another machine is taken for dead
SECONDS_TO_LIVE = 10 * SECONDS_BETWEEN_BEATS
SECONDS_BETWEEN_LOOKS = 2
ENDED = "its process ended without a word; closed by the next start"

log = logging.getLogger(__name__)


@contextmanager
def claim_run(folder: Path, identity: RunIdentity) -> Iterator[None]:
    """Hold the claim on a run while it is looked for and done; who comes second waits here.

    `folder` holds a lock for each run that is being done; the system lets go of it when the process dies.
    """
    path = _lock_of(folder, identity.shas)
    with ExitStack() as held:
        try:
            held.enter_context(locked(path, blocking=False))
        except Timeout:
            log.info("Waiting: run %s is being done by another process", identity.name)
            held.enter_context(locked(path))
        yield


@contextmanager
def claim_sweeps(folder: Path) -> Iterator[None]:
    """Hold the claim on the runs that stand for sweeps, one at a time: each is done in the moment that it takes."""
    with locked(_lock_of(folder, {})):
        yield


def claim_tags(store: Store) -> dict[str, str]:
    """Return the tags that say who does a run: this place, this process, since when, and the last beat, in seconds.

    A place is a machine and the folder of its claims, as a digest: a machine's name may be its owner's.
    """
    now = f"{time.time():.0f}"
    return {
        "claim.place": _place(store.claims),
        "claim.pid": str(os.getpid()),
        "claim.since": now,
        "claim.beat": now,
    }


@contextmanager
def beating(store: Store, run_id: str) -> Iterator[None]:
    """Say again and again that a run is being done, for those who cannot see this process."""
    ended = threading.Event()

    def beat() -> None:
        while not ended.wait(SECONDS_BETWEEN_BEATS):
            with suppress(StoreGone):  # whoever sends the run will find that out, and say so
                store.ask(lambda: store.client.set_tag(run_id, "claim.beat", f"{time.time():.0f}"), seconds=0)

    thread = threading.Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()


def close_left_behind(store: Store, identity: RunIdentity, own: str | None = None) -> list["Run"]:
    """End the runs of a store, under whatever experiment name, that nobody does any more.

    The claim on `identity` must be held here; `own`: the id of the run that does it, if it has begun. Returns the
    runs of this identity that are being done elsewhere, where the lock of the claim is not seen.
    """
    elsewhere = []
    for run in _running(store):
        tags = run.data.tags
        ours = "config_sha" in tags or tags.get("kind") == "sweep"
        if not ours or "claim.place" not in tags or run.info.run_id == own:
            continue  # not ours to judge
        same = key_of(tags) == key_of(identity.shas)
        if not _close_if_dead(store, run, same) and same:
            elsewhere.append(run)
    return elsewhere


def wait_for_others(store: Store, identity: RunIdentity) -> bool:
    """Wait until no process elsewhere does this run, and return whether one did.

    Meanwhile the runs that nobody does are closed.
    """
    waited = False
    while others := close_left_behind(store, identity):
        if not waited:
            log.info("Waiting: run %s is being done on another machine", others[0].info.run_name)
            waited = True
        time.sleep(SECONDS_BETWEEN_LOOKS)
    return waited


def yields(store: Store, identity: RunIdentity, own: "Run") -> bool:
    """Tell whether a run that has begun here has begun elsewhere before."""
    others = [run for run in _running(store) if key_of(run.data.tags) == key_of(identity.shas)]
    first = min(others, key=lambda run: (run.info.start_time, run.info.run_id), default=own)
    return bool(first.info.run_id != own.info.run_id)


def end_run(store: Store, run_id: str, status: str, reason: str) -> None:
    """End a run that is not done, with the reason as a tag; if the store cannot be told, the next start will."""
    with uninterrupted():
        try:
            store.ask(lambda: store.client.set_tag(run_id, "exception", reason[:5000]), seconds=1)
            store.ask(lambda: store.client.set_terminated(run_id, status), seconds=1)
        except StoreGone as gone:
            log.warning("The run is still RUNNING in the store, until the next start closes it: %s", gone)


def _running(store: Store) -> list["Run"]:
    names = store.ask(store.client.search_experiments)
    running = "attributes.status = 'RUNNING'"
    return list(store.ask(lambda: store.client.search_runs([name.experiment_id for name in names], running)))


def _close_if_dead(store: Store, run: "Run", held: bool) -> bool:
    tags = run.data.tags
    if tags["claim.place"] != _place(store.claims):
        if time.time() - float(tags.get("claim.beat", "0")) < SECONDS_TO_LIVE:
            return False
        return _close(store, run)
    if held:  # by this process: whoever held it before is dead
        return _close(store, run)
    try:
        with locked(_lock_of(store.claims, tags), blocking=False):
            return _close(store, run)
    except Timeout:
        return False


def _close(store: Store, run: "Run") -> bool:
    # it may have ended between the question and the lock
    if store.ask(lambda: store.client.get_run(run.info.run_id)).info.status == "RUNNING":
        end_run(store, run.info.run_id, "KILLED", ENDED)
        log.warning("Closed: run %s, left RUNNING: %s", run.info.run_name, ENDED)
    return True


def _place(claims: Path) -> str:
    return hashlib.sha256(f"{socket.gethostname()}\n{claims}".encode()).hexdigest()[:16]


def _lock_of(folder: Path, shas: Mapping[str, str]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{key_of(shas)}.lock"
