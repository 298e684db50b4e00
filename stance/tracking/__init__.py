"""Tracking, known to MLflow here only. In: runs with their files. Out: a store of them, and what it is asked for."""

from stance.tracking._claims import claim_run
from stance.tracking._store import open_store
from stance.tracking.identity import RunIdentity, flat_params, git_state, make_identity
from stance.tracking.kept import RunRecord
from stance.tracking.lifecycle import Tracking, begin_run, doing, find_done, log_run, open_tracking
from stance.tracking.models import read_model
from stance.tracking.runs import find_runs, find_sweep

__all__ = [
    "RunIdentity",
    "RunRecord",
    "Tracking",
    "begin_run",
    "claim_run",
    "doing",
    "find_done",
    "find_runs",
    "find_sweep",
    "flat_params",
    "git_state",
    "log_run",
    "make_identity",
    "open_store",
    "open_tracking",
    "read_model",
]
