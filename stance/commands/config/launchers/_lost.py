"""Jobs that a launcher has lost: the others are waited for, and the loss is told in a line."""

import logging
import subprocess
import time
from concurrent.futures import BrokenExecutor
from typing import Any

# whose errors tell that a job, or the cluster, is gone; what fails inside a job is caught there
OF_LAUNCHERS = ("ray", "submitit")
SECONDS_BETWEEN = 10  # of asking Slurm
SECONDS_OF_GRACE = 30  # that the file of a job which has ended may take to be seen on a folder of a network
log = logging.getLogger(__name__)


def outlive_lost(arguments: list[str]) -> None:
    """Let a sweep by Slurm go on to its end though Slurm ends a job of it: Hydra's plugin would wait for no other.

    A job that is lost has left no word, and is told as such at the end.
    """
    if not any(said.startswith("hydra/launcher=") and said.endswith(("slurm", "submitit_local")) for said in arguments):
        return
    from hydra.core.utils import JobReturn, JobStatus
    from submitit.core.core import Job
    from submitit.core.utils import FailedJobError, UncompletedJobError

    results = Job.results
    if results.__module__ == __name__:
        return

    def results_or_none(self: Any) -> list[Any]:
        try:
            if _is_there(self):
                return list(results(self))
        except (FailedJobError, UncompletedJobError):
            pass  # its reason stands in the file that is named
        log.error(
            "Lost: job %s of the cluster (known last as %s); what it said is in %s",
            self.job_id,
            self.state,
            self.paths.stderr,
        )
        return [JobReturn(status=JobStatus.COMPLETED)]

    Job.results = results_or_none  # type: ignore[method-assign]
    # it would say at each look that Slurm keeps no accounts, which is not needed here
    logging.getLogger("submitit").setLevel(logging.ERROR)


def _is_there(job: Any) -> bool:
    """Wait for a job's end, and tell whether that is known; of some that Slurm ends it keeps no account."""
    asked = time.monotonic()
    while not job.done():
        time.sleep(1)
        if job.watcher.__class__.__name__ != "SlurmInfoWatcher" or time.monotonic() < asked + SECONDS_BETWEEN:
            continue
        if _is_out_of_queue(job.job_id):
            time.sleep(SECONDS_OF_GRACE)
            return bool(job.done())
        asked = time.monotonic()
    return True


def _is_out_of_queue(job_id: str) -> bool:
    """Tell whether Slurm has the job no more, neither waiting nor running; where it cannot be asked it may have it."""
    command = ["squeue", "--noheader", "--array", "--format=%i", f"--jobs={job_id.partition('_')[0]}"]
    asked = subprocess.run(command, capture_output=True, text=True, check=False)
    if asked.returncode:
        return "Invalid job id" in asked.stderr
    return job_id not in asked.stdout.split()


def said_of_launcher(error: Exception) -> str | None:
    """Return what is said of an error that a launcher raises where its workers or its cluster are gone, else None."""
    first = (str(error).splitlines() or [type(error).__name__])[0]
    if isinstance(error, BrokenExecutor):
        return f"a worker ended without a word, killed or out of memory ({first})"
    if type(error).__module__.partition(".")[0] in OF_LAUNCHERS:
        return f"a worker or its cluster is gone ({type(error).__name__}: {first})"
    return None
