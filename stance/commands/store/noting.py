"""Runs that are done, noted beside the store, so that a command that is repeated says so at once."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stance.commands.config import Launched, own_files
from stance.commands.store.sweep import experiment_name_of

if TYPE_CHECKING:
    from stance.tracking.noted import Asked


def ask(config: Any, plain: Mapping[str, Any], job: Launched) -> "Asked | None":
    """Return what a single run asks for, None where only its data or the store can tell; sweeps ask their store."""
    from stance.tracking.noted import make_asked

    said = config.tracking
    if job.sweep_id is not None or said.offline or said.migrate:
        return None
    return make_asked(plain, said.uri, experiment_name_of(config, job), Path(said.unsent), own_files(config))


def note_done(before: "Asked | None", now: "Asked | None", run_id: str | None, dataset_sha: str, metric: str) -> None:
    """Note a run that is done, unless the files that it was asked of are no longer those of `before`."""
    from stance.tracking.noted import note_run

    if before is not None and before == now and run_id is not None:
        note_run(before, run_id, dataset_sha, metric)
