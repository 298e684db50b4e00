"""A sweep as a run of its own: the runs that it did below it, its comparison as files, its verdict on its page."""

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from stance.files import MARKER
from stance.tracking._claims import claim_sweeps, claim_tags, end_run
from stance.tracking._sending import create_run
from stance.tracking._store import Store
from stance.tracking.runs import search_runs

if TYPE_CHECKING:
    from stance.evaluation.comparison import ComparedRun

PARENT, NOTE = "mlflow.parentRunId", "mlflow.note.content"


def track_sweep(store: Store, sweep_id: str, runs: "Sequence[ComparedRun]", files: Path, summary: str) -> str:
    """Track the comparison of a sweep as the parent of its runs, and return the parent's id.

    A run belongs to the sweep that did it; one that was reused becomes a child only where it has no parent. A sweep
    has no parent of its own where all its runs are one other's children, as when one grid is launched twice at once,
    or where it has done nothing and all have one: theirs is returned. One that was tracked when some of its runs were
    still to be sent is filled anew. The parent is created, filled and FINISHED while a claim is held, so that one
    whose process dies is closed by the next start.
    """
    with claim_sweeps(store.claims):
        parents = [_parent_of(store, run) for run in runs]
        children = [run for run, known in zip(runs, parents, strict=True) if run.sweep_id == sweep_id or known is None]
        if parents[0] is not None and (not children or len({*parents}) == 1):
            return parents[0]
        parent = _begin_parent(store, sweep_id)
        try:
            with tempfile.TemporaryDirectory(prefix="stance-sweep-") as folder:
                shutil.copytree(files, folder, ignore=shutil.ignore_patterns(MARKER), dirs_exist_ok=True)
                store.ask(lambda: store.client.log_artifacts(parent, folder))
            store.ask(lambda: store.client.set_tag(parent, NOTE, summary))
            for run in children:
                store.ask(lambda run=run: store.client.set_tag(run.run_id, PARENT, parent))  # type: ignore[misc]
            store.ask(lambda: store.client.set_terminated(parent, "FINISHED"))
        except BaseException as error:
            status = "FAILED" if isinstance(error, Exception) else "KILLED"
            end_run(store, parent, status, type(error).__name__)
            raise
    return parent


def _begin_parent(store: Store, sweep_id: str) -> str:
    """Return the id of the run of a sweep: the finished one if there is, or else one that begins."""
    own = f"tags.kind = 'sweep' and tags.sweep_id = '{sweep_id}' and attributes.status = 'FINISHED'"
    for run in search_runs(store, own):
        return str(run.info.run_id)
    tags = {"kind": "sweep", "sweep_id": sweep_id, **claim_tags(store)}
    return str(create_run(store, f"sweep {sweep_id}", tags).info.run_id)


def _parent_of(store: Store, run: "ComparedRun") -> str | None:
    tags: dict[str, str] = store.ask(lambda: store.client.get_run(run.run_id)).data.tags
    return tags.get(PARENT)
