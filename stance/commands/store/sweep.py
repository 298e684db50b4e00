"""What a sweep did, read back from where its runs went: its jobs may have run anywhere."""

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stance.cells import say
from stance.commands.compare import show_comparison, write_comparison
from stance.commands.config import Launched
from stance.errors import InputError

if TYPE_CHECKING:
    from stance.evaluation.comparison import ComparedRun
    from stance.tracking import Tracking
    from stance.tracking.ui import UnsentSweep

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

    Of several datasets each has a comparison of its own. Where runs wait to be sent, it is noted for `stance sync`.
    """
    from stance.tracking import find_sweep
    from stance.tracking.lifecycle import find_kept_sweep
    from stance.tracking.runs import names_of_sweep
    from stance.tracking.ui import UnsentSweep, keep_sweep

    assert job.sweep_id is not None
    assert job.sweep_dir is not None
    folder, unsent, said = job.sweep_dir / "comparison", Path(config.tracking.unsent), config.tracking
    kept = find_kept_sweep(unsent, job.sweep_id)
    if kept:
        keep_sweep(unsent, UnsentSweep(job.sweep_id, said.baseline, config.bootstrap))
    if said.offline:
        if not kept:
            raise InputError(NONE_FINISHED)
        tracking = tracking_of(config, job)
        comparison, _ = write_comparison(tracking, kept, folder, said.baseline, None, config.bootstrap)
        show_comparison(tracking, comparison, folder)
        return
    found = {}
    for name in names_of_sweep(said.uri, job.sweep_id):
        tracking = tracking_of(config, job, name)
        assert tracking.store is not None
        if runs := find_sweep(tracking.store, job.sweep_id):
            found[name] = tracking, runs
    if not found:
        raise InputError(NONE_FINISHED)
    for name, (tracking, runs) in found.items():
        place = folder / name if len(found) > 1 else folder
        comparison, told = write_comparison(tracking, runs, place, said.baseline, None, config.bootstrap)
        show_comparison(tracking, comparison, place)
        track_comparison(tracking, job.sweep_id, runs, place, told)


def compare_sent(sweep: "UnsentSweep", tracking_under: "Callable[[str], Tracking]", uri: str) -> None:
    """Track the comparison of a sweep whose runs were sent to the store at `uri`, as it is tracked at its end there."""
    from stance.tracking import find_sweep
    from stance.tracking.runs import names_of_sweep

    for name in names_of_sweep(uri, sweep.sweep_id):
        tracking = tracking_under(name)
        assert tracking.store is not None
        with tempfile.TemporaryDirectory(prefix="stance-sweep-") as temporary:
            folder = Path(temporary) / "comparison"
            if runs := find_sweep(tracking.store, sweep.sweep_id):
                _, told = write_comparison(tracking, runs, folder, sweep.baseline, None, sweep.bootstrap)
                track_comparison(tracking, sweep.sweep_id, runs, folder, told)


def track_comparison(
    tracking: "Tracking", sweep_id: str, runs: "Sequence[ComparedRun]", folder: Path, told: str
) -> None:
    """Track the comparison of a sweep as the parent of its runs, and print the link to it."""
    from stance.tracking.ui import link_of, track_sweep

    assert tracking.store is not None
    parent = track_sweep(tracking.store, sweep_id, runs, folder, told)
    say(f"sweep:  {link_of(tracking.store, parent)}")
