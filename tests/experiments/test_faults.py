"""The harness counts what it should: a lost, a doubled, a half-finished run, and an input that is accepted."""

import importlib
import signal
import time
from collections import Counter
from pathlib import Path
from random import Random

import pytest

from stance.tracking import open_store

ROOT = Path(__file__).parents[2]


@pytest.fixture
def faults(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "experiments"))
    return importlib.import_module("faults")


def make_run(faults, status, score=True, files=True):
    store = open_store("sqlite:///mlflow.db", "small")
    run = store.client.create_run(store.experiment_id)
    store.client.log_param(run.info.run_id, "seed", 7)
    if score:
        store.client.log_metric(run.info.run_id, "macro_f1", 0.5)
    folder = Path(run.info.artifact_uri.removeprefix("file://"))
    folder.mkdir(parents=True)
    for name in faults.NEEDED if files else ():
        (folder / name).touch()
    if status != "RUNNING":
        store.client.set_terminated(run.info.run_id, status)


@pytest.mark.parametrize(
    ("runs", "wrong"),
    [
        ([("KILLED",), ("FINISHED",)], {}),
        ([("KILLED",)], {"lost": 1}),
        ([("FINISHED",), ("FINISHED",)], {"doubled": 1}),
        ([("FINISHED",), ("RUNNING",)], {"left RUNNING": 1}),
        ([("FINISHED", False)], {"finished without scores or files": 1}),
        ([("FINISHED", True, False)], {"finished without scores or files": 1}),
    ],
)
def test_what_is_wrong_with_a_run_is_counted(faults, workspace, runs, wrong):
    for run in runs:
        make_run(faults, *run)
    assert +faults.what_is_wrong(faults.Place(workspace, Random(0)), 7) == Counter(wrong)


def test_a_forked_call_gives_its_code_its_words_and_its_traceback(faults, workspace):
    for call, code, words in ((lambda: 3, 3, ""), (lambda: 1 / 0, 70, "ZeroDivisionError")):
        child = faults.start(call, workspace)
        child.wait(30)
        assert (child.code, words in child.output()) == (code, True)
        assert (faults.TRACEBACK.search(child.output()) is not None) == (code == 70)


def test_a_call_that_does_not_end_is_killed_and_counted(faults, workspace):
    child = faults.start(lambda: time.sleep(60), workspace)
    child.end_within(0.2)
    assert not child.running
    assert child.code == -signal.SIGKILL
    assert faults.TRACEBACK.search(child.output())


def test_what_python_swallows_is_no_traceback(faults):
    assert not faults.TRACEBACK.search("Exception ignored in: <function>\nTraceback (most recent call last):\n")
    assert faults.TRACEBACK.search("Waiting: …\nTraceback (most recent call last):\n")


def test_there_are_two_hundred_bad_inputs_each_of_its_own_name(faults):
    names = [bad.name for bad in faults.bad_inputs()]
    assert len({*names}) == len(names) >= 200
