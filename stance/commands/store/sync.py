"""Send the runs that are kept in a folder to the store: those done offline, and those whose store was away."""

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stance.commands.config import launch
from stance.commands.store.sweep import compare_sent

if TYPE_CHECKING:
    from stance.tracking import Tracking

log = logging.getLogger("sync")


def sync(config: Any) -> None:
    """Send every run of the folder once, each under the experiment name that it was done under, and compare sweeps."""
    from stance.errors import InputError
    from stance.tracking import claim_run, find_done, open_tracking
    from stance.tracking.kept import read_kept
    from stance.tracking.ui import forget_sweep, read_sweeps

    said = config.tracking
    unsent = Path(said.unsent)
    kept, sweeps = read_kept(unsent), read_sweeps(unsent)
    if said.offline:
        raise InputError("tracking=offline: sync sends runs to a store; leave it out")

    def tracking_under(name: str) -> "Tracking":
        return open_tracking(said.uri, name, unsent, migrate=said.migrate, wait=said.wait)

    for run in kept:
        tracking = tracking_under(run.experiment_name)
        with claim_run(tracking.claims, run.identity):
            find_done(tracking, run.identity)
    for sweep in sweeps:
        compare_sent(sweep, tracking_under, said.uri)
        forget_sweep(unsent, sweep.sweep_id)
    log.info("Sent: %d run(s) from %s to %s", len(kept), unsent, tracking.shown if kept else "no store")


def main() -> int:
    """Run the command and return the process's exit code."""
    return launch(sync, "sync")
