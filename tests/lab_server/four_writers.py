"""Four processes write 200 runs to a lab's server as `make server` starts it; every run is there, once and whole.

Usage: python -m tests.lab_server.four_writers [runs]

The server and its PostgreSQL are started in a folder of their own, and are gone at the end.
"""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from tests.servers import wait_for

ROOT = Path(__file__).resolve().parents[2]
PROCESSES, RUNS = 4, 200


def write(address: str, first: int, number: int) -> None:
    """Write runs with numbers from `first` on, each as `stance train` does."""
    from stance.tracking import begin_run, claim_run, doing, log_run, open_tracking
    from tests.tracking.records import IDENTITY, make_record

    tracking = open_tracking(address, "ferry", Path("unsent"), wait=120)
    record = replace(make_record(Path()), model=None)
    for place in range(first, first + number):
        identity = replace(IDENTITY, name=f"ferry-{place}", config_sha=f"{place:064x}")
        with claim_run(tracking.claims, identity):
            begun = begin_run(tracking, identity, {"folds": "strictest"}, {"seed": place})
            assert begun is not None
            with doing(begun):
                log_run(begun, record)


def check(address: str, number: int) -> None:
    """Fail unless each run is in the store once, FINISHED, with its score, its param and its files."""
    from stance.tracking import open_store
    from stance.tracking.runs import find_runs, missing_of

    store = open_store(address, "ferry", create=False)
    found = find_runs(store, "attributes.status = 'FINISHED'")
    names = sorted(run.name for run in found)
    assert names == sorted(f"ferry-{place}" for place in range(number)), f"{len(names)} of {number} runs are there"
    for run in found:
        assert not missing_of(store, run), run.name
        assert run.params["seed"] == run.name.removeprefix("ferry-"), run.name
        assert run.metrics["macro_f1"] == 0.5, run.name


def main() -> None:
    """Start the server, write by four processes at once, check, and say how long it took."""
    number = int(sys.argv[1]) if len(sys.argv) > 1 else RUNS
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address, password = f"http://127.0.0.1:{port}", os.urandom(16).hex()
    os.environ |= {"MLFLOW_TRACKING_USERNAME": "admin", "MLFLOW_TRACKING_PASSWORD": password}
    with tempfile.TemporaryDirectory(prefix="stance-lab-") as made:
        folder = Path(made)
        folder.chmod(0o755)  # PostgreSQL runs as a user of its own where this is root
        command = [sys.executable, str(ROOT / "experiments" / "server.py"), "--folder", str(folder / "server")]
        with (folder / "server.log").open("w") as log:
            server = subprocess.Popen(
                [*command, "--port", str(port)],
                env=os.environ | {"MLFLOW_AUTH_ADMIN_PASSWORD": password},
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        try:
            wait_for(address, server, folder / "server.log")
            began = time.perf_counter()
            _write_at_once(folder, address, number)
            seconds = time.perf_counter() - began
            check(address, number)
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(60)
    print(f"{number} runs by {PROCESSES} processes in {seconds:.0f} s: each is there, once and whole")


def _write_at_once(folder: Path, address: str, number: int) -> None:
    each = number // PROCESSES
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), *(path for path in sys.path if path)])}
    writers = []
    for place in range(PROCESSES):
        own = folder / f"writer-{place}"
        own.mkdir()
        called = f"from tests.lab_server.four_writers import write; write({address!r}, {place * each}, {each})"
        writers.append(subprocess.Popen([sys.executable, "-c", called], cwd=own, env=environment))
    failed = [writer.wait() for writer in writers]
    assert not any(failed), f"writers ended with {failed}"


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main()
