"""What a sweep did, read back from where its runs went: its jobs may have run anywhere."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from stance.cells import say
from stance.commands.compare import show_comparison
from stance.commands.config import Launched
from stance.errors import InputError

if TYPE_CHECKING:
    from stance.tracking import Tracking

NONE_FINISHED = "no comparison: no run of this sweep has finished"


def tracking_of(config: Any, job: Launched, name: str | None = None) -> "Tracking":
    """Open where runs go, under `name`, or that of the config's run."""
    from stance.tracking import open_tracking

    said = config.tracking
    return open_tracking(
        said.uri,
        experiment_name_of(config, job) if name is None else name,
        Path(said.unsent),
        offline=said.offline,
        migrate=said.migrate,
        wait=said.wait,
    )


def experiment_name_of(config: Any, job: Launched) -> str:
    """Return under which name a run stands: that which the config gives, or that of the dataset."""
    said = config.tracking.experiment_name
    return job.choices["dataset"].replace("/", "-") if said is None else str(said)


def compare_sweep(config: Any, job: Launched) -> None:
    """Print and store the comparison of a sweep, the runs included that it did not have to do again.

    Of several datasets each has a comparison of its own.
    """
    from stance.tracking import find_sweep
    from stance.tracking.lifecycle import find_kept_sweep
    from stance.tracking.runs import names_of_sweep
    from stance.tracking.ui import link_of, track_sweep

    assert job.sweep_id is not None
    assert job.sweep_dir is not None
    folder, tracking = job.sweep_dir / "comparison", tracking_of(config, job)
    baseline = config.tracking.baseline
    if tracking.store is None:
        if not (kept := find_kept_sweep(tracking, job.sweep_id)):
            raise InputError(NONE_FINISHED)
        show_comparison(tracking, kept, folder, baseline, None, config.bootstrap)
        return
    found = {}
    for name in names_of_sweep(config.tracking.uri, job.sweep_id):
        tracking = tracking_of(config, job, name)
        assert tracking.store is not None
        if runs := find_sweep(tracking.store, job.sweep_id):
            found[name] = tracking, runs
    if not found:
        raise InputError(NONE_FINISHED)
    for name, (tracking, runs) in found.items():
        place = folder / name if len(found) > 1 else folder
        verdict = show_comparison(tracking, runs, place, baseline, None, config.bootstrap)
        assert tracking.store is not None
        parent = track_sweep(tracking.store, job.sweep_id, runs, place, verdict)
        say(f"sweep:  {link_of(tracking.store, parent)}")
