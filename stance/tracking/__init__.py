"""Tracking, known to MLflow here only. In: runs with their files. Out: a store of them, and what it is asked for."""

from stance.tracking._identity import RunIdentity, flat_params, git_state, make_identity
from stance.tracking._models import read_model
from stance.tracking._runs import (
    RunRecord,
    find_finished,
    find_runs,
    find_runs_on,
    find_sweep,
    log_run,
    mark_reused,
    read_predictions,
    start_run,
)
from stance.tracking._store import Store, open_store

__all__ = [
    "RunIdentity",
    "RunRecord",
    "Store",
    "find_finished",
    "find_runs",
    "find_runs_on",
    "find_sweep",
    "flat_params",
    "git_state",
    "log_run",
    "make_identity",
    "mark_reused",
    "open_store",
    "read_model",
    "read_predictions",
    "start_run",
]
