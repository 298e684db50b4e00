"""Send the runs that are kept in a folder to the store: those done offline, and those whose store was away."""

import logging
from pathlib import Path
from typing import Any

from stance.commands.config import launch

log = logging.getLogger("sync")


def sync(config: Any) -> None:
    """Send every run of the folder once, each under the experiment name that it was done under."""
    from stance.errors import InputError
    from stance.tracking import claim_run, find_done, open_tracking
    from stance.tracking.kept import read_kept

    unsent = Path(config.tracking.unsent)
    kept = read_kept(unsent)
    if config.tracking.offline:
        raise InputError("tracking=offline: sync sends runs to a store; leave it out")
    for run in kept:
        tracking = open_tracking(
            config.tracking.uri,
            run.experiment_name,
            unsent,
            migrate=config.tracking.migrate,
            wait=config.tracking.wait,
        )
        with claim_run(tracking.claims, run.identity):
            find_done(tracking, run.identity)
    log.info("Sent: %d run(s) from %s to %s", len(kept), unsent, tracking.shown if kept else "no store")


def main() -> int:
    """Run the command and return the process's exit code."""
    return launch(sync, "sync")
