"""Sweeps of one grid at once, in real processes: each run is done once, and a dead process holds up nobody."""

import multiprocessing
import os
import sys
import time

import pytest
from mlflow import MlflowClient

from stance.commands import train
from stance.commands.main import main

SWEEP = ("train", "-m", "classifier=majority,chance", "folds=leave_one_out", "bootstrap.n_resamples=50")
SECONDS = 300
# children begin with all that this process has loaded, which takes most of a command's time
FORKED = multiprocessing.get_context("fork")
# Python 3.12 warns of every fork beside threads; those of this process hold nothing that a command needs
pytestmark = pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")


@pytest.fixture
def start(workspace):
    """Start the sweep in a process of its own, whose output goes to a file, after `prepare` was called there."""
    begun = []

    def start(name, prepare=lambda: None):
        process = FORKED.Process(target=sweep, args=(workspace / name, prepare))
        process.start()
        begun.append(process)
        return process

    yield start
    for process in begun:
        process.kill()
        process.join()


def sweep(output, prepare):
    with output.open("w", buffering=1) as file:
        for stream in (1, 2):
            os.dup2(file.fileno(), stream)
        sys.stdout = sys.stderr = file
        sys.argv = ["stance", *SWEEP]
        prepare()
        sys.exit(main())


def wait_until(said, path):
    end = time.monotonic() + SECONDS
    while not path.exists() or said not in path.read_text():
        assert time.monotonic() < end, path.read_text()
        time.sleep(0.05)


def runs_of(workspace):
    """Return the runs by whether they are sweeps, each as its name, status and what it says of an exception."""
    client = MlflowClient(f"sqlite:///{workspace}/mlflow.db")
    runs = client.search_runs([client.get_experiment_by_name("awl").experiment_id])
    shown = [(run.data.tags.get("kind"), run.data.params.get("classifier"), run.info.status) for run in runs]
    return sorted(one[1:] for one in shown if one[0] != "sweep"), [one[2] for one in shown if one[0] == "sweep"]


def test_sweeps_of_one_grid_at_once_do_each_run_once_and_take_over_that_of_one_that_is_killed(start, workspace):
    def never_done():
        train.evaluate_run = lambda *_: print("begun", flush=True) or time.sleep(SECONDS)

    killed = start("killed", never_done)
    wait_until("begun", workspace / "killed")
    both = [start(name) for name in ("one", "other")]
    for name in ("one", "other"):
        wait_until("Waiting: run awl-majority", workspace / name)
    killed.kill()
    for process in both:
        process.join(SECONDS)
    said = [(workspace / name).read_text() for name in ("one", "other")]
    assert [process.exitcode for process in both] == [0, 0], said
    assert sum(output.count("Closed: run awl-majority") for output in said) == 1
    assert sum(output.count("Skipping: run awl-") for output in said) == 2
    assert all("chance (cheats)" in output and "majority (cheats)" in output for output in said)
    runs, sweeps = runs_of(workspace)
    assert runs == [("chance", "FINISHED"), ("majority", "FINISHED"), ("majority", "KILLED")]
    assert set(sweeps) == {"FINISHED"}
