"""The life of a run: looked for, begun, done, kept whole in a folder, sent, and ended with the reason if it fails."""

import logging
import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from stance.tracking._asking import StoreGone, without_places
from stance.tracking._claims import beating, claim_tags, end_run, wait_for_others, yields
from stance.tracking._sending import create_run, log_params, send_run
from stance.tracking._store import SECONDS_TO_WAIT, Store, open_store
from stance.tracking.identity import RunIdentity
from stance.tracking.kept import KeptRun, RunRecord, find_kept, keep_run, keep_shares, read_kept, write_tags
from stance.tracking.runs import SCORE, find_finished, mark_reused
from stance.tracking.ui._view import keep_view

if TYPE_CHECKING:
    from stance.evaluation.comparison import ComparedRun

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Tracking:
    """Where runs go: a store, or None, and the folder that keeps them until they are sent."""

    store: Store | None
    experiment_name: str
    unsent: Path

    @property
    def claims(self) -> Path:
        """The folder of the locks of the runs that are being done."""
        return self.store.claims if self.store is not None else self.unsent / ".claims"

    @property
    def shown(self) -> str:
        """Where runs can be looked at, without passwords."""
        return self.store.shown if self.store is not None else f"{self.unsent} (send them: stance sync)"


@dataclass(frozen=True, slots=True)
class BegunRun:
    """A run that this process does; `run_id` is None where no store knows of it; `started`: seconds since 1970."""

    tracking: Tracking
    identity: RunIdentity
    tags: Mapping[str, str]
    params: Mapping[str, object]
    started: float
    run_id: str | None


def open_tracking(
    uri: str,
    experiment_name: str,
    unsent: Path,
    *,
    offline: bool = False,
    migrate: bool = False,
    wait: float = SECONDS_TO_WAIT,
) -> Tracking:
    """Open where runs go: the store at `uri`, or if `offline` only the folder `unsent`.

    Raises InputError, before any work is done, as `open_store` does.
    """
    store = None if offline else open_store(uri, experiment_name, migrate=migrate, wait=wait)
    return Tracking(store, experiment_name, unsent)


def find_done(tracking: Tracking, identity: RunIdentity) -> "ComparedRun | None":
    """Return a run that is done already, with its scores and files, None where it is to be done.

    One that was kept in the folder is sent first. The claim on the run must be held. Raises StoreGone if the store
    stays away.
    """
    kept, store = find_kept(tracking.unsent, identity), tracking.store
    if store is None:
        return kept.compared() if kept else None
    finished = find_finished(store, identity)
    if finished is None and kept is not None:
        _send(store, kept)
        log.info("Sent: run %s, which was kept in %s", kept.name, kept.folder)
        return find_finished(store, identity)
    if finished is None and wait_for_others(store, identity):
        finished = find_finished(store, identity)
    if finished is not None and kept is not None:
        shutil.rmtree(kept.folder)
    return finished


def begin_run(
    tracking: Tracking, identity: RunIdentity, tags: Mapping[str, str], params: Mapping[str, object]
) -> BegunRun | None:
    """Begin a run whose claim is held; None where another machine has begun it at the same time: look again."""
    begun = BegunRun(tracking, identity, tags, params, time.time(), None)
    if tracking.store is None:
        return begun
    store = tracking.store
    run = create_run(store, identity.name, {**identity.shas, **tags, **claim_tags(store)})
    if yields(store, identity, run):
        end_run(store, run.info.run_id, "KILLED", "it was begun on another machine before")
        return None
    return replace(begun, run_id=run.info.run_id)


@contextmanager
def doing(begun: BegunRun) -> Iterator[None]:
    """Do a run: show that it is alive, and end it FAILED, or KILLED from outside, with the reason if it is not done."""
    store, run_id = begun.tracking.store, begun.run_id
    if store is None or run_id is None:
        yield
        return
    try:
        log_params(store, run_id, begun.params)
        with beating(store, run_id):
            yield
    except BaseException as error:
        if not isinstance(error, StoreGone) or error.refused:
            status = "FAILED" if isinstance(error, Exception) else "KILLED"
            end_run(store, run_id, status, without_places(f"{type(error).__name__}: {error}"))
        raise


def log_run(begun: BegunRun, record: RunRecord) -> None:
    """Keep a run whole in the folder, and send it if there is a store.

    Raises StoreGone, with the command that sends it later, if the store stays away.
    """
    kept = keep_run(
        record,
        begun.identity,
        begun.tracking.experiment_name,
        begun.tags,
        begun.params,
        begun.started,
        begun.tracking.unsent,
        begun.run_id,
    )
    if begun.tracking.store is not None:
        _send(begun.tracking.store, kept)


def log_shares(
    tracking: Tracking,
    name: str,
    params: Mapping[str, str],
    metrics: Mapping[str, float],
    inputs: Mapping[str, str],
    models: Sequence[str],
    files: Path,
) -> str | None:
    """Keep a run of shares whole in the folder, send it if there is a store, and return its id there.

    `metrics`: shares with their ends; `inputs`: what they are made from, by name and digest; `models`: by address.
    Raises StoreGone, with the command that sends it later, if the store stays away.
    """
    kept = keep_shares(name, tracking.experiment_name, params, metrics, inputs, models, files, tracking.unsent)
    return None if tracking.store is None else _send(tracking.store, kept)


def note_reused(tracking: Tracking, identity: RunIdentity, run: "ComparedRun", sweep_id: str) -> None:
    """Note on a run that a later sweep has reused it, wherever it is."""
    if tracking.store is not None:
        mark_reused(tracking.store, run, sweep_id)
    elif kept := find_kept(tracking.unsent, identity):
        write_tags(kept, {f"reused_by/{sweep_id}": "true"})


def find_kept_sweep(unsent: Path, sweep_id: str) -> "list[ComparedRun]":
    """Return the runs of a sweep that are kept in the folder, those that it reused included, the newest first."""
    of_sweep = [
        kept
        for kept in read_kept(unsent)
        if kept.tags.get("sweep_id") == sweep_id or f"reused_by/{sweep_id}" in kept.tags
    ]
    return [kept.compared() for kept in reversed(of_sweep)]


def _send(store: Store, kept: KeptRun) -> str:
    try:
        # the view is that of classifiers and their scores
        if kept.dataset:
            keep_view(store, kept.params.get("dataset.metric", SCORE))
        return send_run(store, kept)
    except StoreGone as gone:
        raise StoreGone(
            f"{gone}. Run {kept.name} is done, and kept whole in {kept.folder}; send it: stance sync",
            refused=gone.refused,
        ) from None
