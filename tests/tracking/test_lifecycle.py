"""Runs that are stopped, doubled, left behind and sent later: each is in the store once, FINISHED only when whole."""

import os
import shutil
import subprocess
import sys
import threading
import time
from dataclasses import asdict
from pathlib import Path

import pytest
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException
from mlflow.protos.databricks_pb2 import TEMPORARILY_UNAVAILABLE

from stance.errors import InputError
from stance.tracking import (
    Tracking,
    _claims,
    begin_run,
    claim_run,
    doing,
    find_done,
    log_run,
    open_store,
    open_tracking,
)
from stance.tracking._asking import StoreGone
from stance.tracking.kept import read_kept
from stance.tracking.runs import FINISHED, find_all_finished, find_finished, find_runs, missing_of, names_with_runs
from tests.tracking.records import IDENTITY, OTHER, make_record

URI = "sqlite:///mlflow.db"
# every call by which a run is told to a store, in the order in which they come
CALLS = (
    "create_run",
    "log_batch",
    "create_logged_model",
    "log_artifacts",
    "log_inputs",
    "log_model_artifacts",
    "finalize_logged_model",
    "log_outputs",
    "set_terminated",
)


@pytest.fixture
def tracking(workspace):
    return open_tracking(URI, "ferry", Path("unsent"), wait=0.1)


def do(tracking: Tracking, identity=IDENTITY) -> None:
    with claim_run(tracking.claims, identity):
        if find_done(tracking, identity) is None:
            begun = begin_run(tracking, identity, {"folds": "strictest"}, {"seed": 0})
            with doing(begun):
                log_run(begun, make_record(Path()))


def runs_of(tracking: Tracking):
    return tracking.store.client.search_runs([tracking.store.experiment_id], order_by=["attributes.start_time"])


def models_of(tracking: Tracking):
    return tracking.store.client.search_logged_models([tracking.store.experiment_id])


def assert_done_once(tracking: Tracking) -> None:
    (found,) = [run for run in runs_of(tracking) if run.info.status == "FINISHED"]
    assert found.data.metrics == {
        "macro_f1": 0.5,
        "low/macro_f1": 0.25,
        "fold_accuracy": 1.0,
        "fold_macro_f1": 0.75,
    }
    history = tracking.store.client.get_metric_history(found.info.run_id, "fold_accuracy")
    assert [(metric.step, metric.value) for metric in history] == [(0, 0.0), (1, 1.0)]
    assert found.data.params == {"seed": "0"}
    assert "exception" not in found.data.tags
    (model,) = models_of(tracking)
    assert [output.model_id for output in found.outputs.model_outputs] == [model.model_id]
    assert str(model.status) == "READY"
    assert (Path(model.artifact_location.removeprefix("file://")) / "model.skops").is_file()
    assert len(found.inputs.dataset_inputs) == 1
    assert find_finished(tracking.store, IDENTITY).run_id == found.info.run_id
    assert missing_of(tracking.store, find_finished(tracking.store, IDENTITY)) == ""
    assert not read_kept(tracking.unsent)


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("call", CALLS)
def test_a_run_that_is_stopped_at_any_call_is_finished_once_by_its_repetition(tracking, monkeypatch, call, moment):
    real = getattr(MlflowClient, call)

    def stopped(*arguments, **named):
        if moment == "after":
            real(*arguments, **named)
        monkeypatch.setattr(MlflowClient, call, real)
        raise KeyboardInterrupt

    monkeypatch.setattr(MlflowClient, call, stopped)
    with pytest.raises(KeyboardInterrupt):
        do(tracking)
    # ended, or to be closed by the next start; FINISHED only where that was the last call
    ended = {run.info.status for run in runs_of(tracking)}
    assert ended <= ({"KILLED"} if (call, moment) != ("create_run", "after") else {"RUNNING"})
    do(tracking)
    do(tracking)
    assert_done_once(tracking)
    assert "RUNNING" not in {run.info.status for run in runs_of(tracking)}


def test_what_was_done_offline_is_sent_once(tracking):
    offline = open_tracking(URI, "ferry", Path("unsent"), offline=True)
    do(offline)
    do(offline)
    (kept,) = read_kept(Path("unsent"))
    assert (kept.run_id, kept.experiment_name, kept.compared().metrics["macro_f1"]) == (None, "ferry", 0.5)
    assert not runs_of(tracking)
    with claim_run(tracking.claims, IDENTITY):
        find_done(tracking, IDENTITY)
    assert_done_once(tracking)
    (found,) = runs_of(tracking)
    assert found.info.start_time == kept.started


def test_what_is_in_the_store_already_is_not_sent_again(tracking):
    do(open_tracking(URI, "ferry", Path("unsent"), offline=True))
    shutil.copytree("unsent", "twice")
    do(tracking)
    shutil.copytree("twice", "unsent", dirs_exist_ok=True)
    do(tracking)
    assert_done_once(tracking)


def test_while_the_store_is_away_a_run_is_kept_and_the_command_is_named(tracking):
    begun = begin_run(tracking, IDENTITY, {}, {})
    Path("mlflow.db").rename("elsewhere.db")
    with (
        pytest.raises(StoreGone, match=r"is gone: No such file.*kept whole in unsent/.*; send it: stance sync"),
        doing(begun),
    ):
        log_run(begun, make_record(Path()))
    Path("elsewhere.db").rename("mlflow.db")
    do(tracking)
    (found,) = runs_of(tracking)
    assert (found.info.run_id, found.info.status) == (begun.run_id, "FINISHED")


def test_a_database_that_is_locked_is_waited_for_with_a_word(tracking, monkeypatch, caplog):
    begun = begin_run(tracking, IDENTITY, {}, {})
    real, times = MlflowClient.log_batch, []

    def locked(*arguments, **named):
        times.append(time.monotonic())
        if len(times) < 2:
            raise MlflowException("(sqlite3.OperationalError) database is locked", TEMPORARILY_UNAVAILABLE)
        real(*arguments, **named)

    monkeypatch.setattr(MlflowClient, "log_batch", locked)
    with doing(begun):
        log_run(begun, make_record(Path()))
    assert "Waiting: the store sqlite:////" in caplog.text
    assert "database is locked" in caplog.text
    assert runs_of(tracking)[0].info.status == "FINISHED"


def test_a_failure_is_a_reason_without_the_home_folder(tracking):
    begun = begin_run(tracking, IDENTITY, {}, {})
    with pytest.raises(ZeroDivisionError), doing(begun):
        raise ZeroDivisionError(f"in {Path.home()}/x, at http://me:secret@example.org")
    (found,) = runs_of(tracking)
    assert found.info.status == "FAILED"
    assert found.data.tags["exception"] == "ZeroDivisionError: in ~/x, at http://example.org"


LEFT = """
import sys, os
from pathlib import Path
from stance.tracking import RunIdentity, begin_run, claim_run, open_tracking
OTHER = RunIdentity("left", "1", "2", "3")
tracking = open_tracking("sqlite:///mlflow.db", "another", Path("unsent"))
with claim_run(tracking.claims, OTHER):
    begin_run(tracking, OTHER, {}, {})
    os.kill(os.getpid(), 9)
"""


def test_the_next_start_closes_what_a_killed_process_left_under_whatever_name(tracking):
    root = str(Path(__file__).parents[2])
    left = subprocess.run([sys.executable, "-c", LEFT], env={**os.environ, "PYTHONPATH": root}, check=False)
    assert left.returncode == -9
    client = tracking.store.client
    another = client.get_experiment_by_name("another").experiment_id
    assert [run.info.status for run in client.search_runs([another])] == ["RUNNING"]
    do(tracking)
    (closed,) = client.search_runs([another])
    assert (closed.info.status, closed.data.tags["exception"]) == ("KILLED", _claims.ENDED)


@pytest.mark.parametrize(("age", "status"), [(0, "RUNNING"), (_claims.SECONDS_TO_LIVE + 1, "KILLED")])
def test_a_run_of_another_machine_is_closed_when_its_heart_has_stopped(tracking, age, status):
    begun = begin_run(tracking, OTHER, {}, {})
    client = tracking.store.client
    client.set_tag(begun.run_id, "claim.place", "another machine")
    client.set_tag(begun.run_id, "claim.beat", f"{time.time() - age:.0f}")
    do(tracking)
    assert client.get_run(begun.run_id).info.status == status


def test_a_run_that_is_done_on_another_machine_is_waited_for(tracking, monkeypatch, caplog):
    caplog.set_level("INFO")
    begun = begin_run(tracking, IDENTITY, {}, {"seed": 0})
    tracking.store.client.set_tag(begun.run_id, "claim.place", "another machine")

    def done(_):
        with doing(begun):
            log_run(begun, make_record(Path()))

    monkeypatch.setattr(_claims.time, "sleep", done)
    do(tracking)
    assert "Waiting: run ferry-majority-strictest-c0ffee00 is being done on another machine" in caplog.text
    assert_done_once(tracking)


def test_of_two_that_begin_at_once_on_two_machines_the_second_yields(tracking, monkeypatch):
    first = begin_run(tracking, IDENTITY, {}, {})
    assert begin_run(tracking, IDENTITY, {}, {}) is None
    runs = {run.info.run_id: run for run in runs_of(tracking)}
    assert runs.pop(first.run_id).info.status == "RUNNING"
    assert [run.info.status for run in runs.values()] == ["KILLED"]


def test_who_comes_second_waits_and_finds_it_done(tracking, caplog):
    caplog.set_level("INFO")
    with claim_run(tracking.claims, IDENTITY):
        second = threading.Thread(target=do, args=(tracking,))
        second.start()
        while "Waiting" not in caplog.text:
            assert second.is_alive()
            time.sleep(0.01)
        begun = begin_run(tracking, IDENTITY, {"folds": "strictest"}, {"seed": 0})
        with doing(begun):
            log_run(begun, make_record(Path()))
    second.join()
    assert len(runs_of(tracking)) == 1
    assert not list(tracking.claims.iterdir())


@pytest.mark.parametrize("lacks", ["files", "scores"])
def test_a_finished_run_that_lacks_something_is_named_and_done_again(tracking, caplog, lacks):
    if lacks == "files":
        do(tracking)
        shutil.rmtree(runs_of(tracking)[0].info.artifact_uri.removeprefix("file://"))
    else:
        client = tracking.store.client
        run = client.create_run(tracking.store.experiment_id, tags=IDENTITY.shas, run_name=IDENTITY.name)
        client.set_terminated(run.info.run_id, "FINISHED")
    do(tracking)
    assert "Run ferry-majority-strictest-c0ffee00 of" in caplog.text
    said = "its predictions.csv, config.json, report.html are gone" if lacks == "files" else "has no scores"
    assert f"is finished but {said}; it is done again" in caplog.text
    assert len(runs_of(tracking)) == 2
    assert find_finished(tracking.store, IDENTITY) is not None


def test_a_run_id_in_the_environment_touches_no_other_run(tracking, monkeypatch):
    do(tracking)
    (before,) = runs_of(tracking)
    monkeypatch.setenv("MLFLOW_RUN_ID", before.info.run_id)
    do(tracking, OTHER)
    first, second = runs_of(tracking)
    assert (first.info, first.data.tags) == (before.info, before.data.tags)
    assert (second.info.status, second.info.run_name) == ("FINISHED", OTHER.name)


def test_no_name_of_the_machine_or_its_user_is_tracked(tracking):
    import getpass
    import socket

    do(tracking)
    (found,) = runs_of(tracking)
    said = str({**found.data.tags, **found.data.params}) + str(found.info.user_id)
    assert socket.gethostname() not in said
    assert getpass.getuser() not in said
    assert str(Path.cwd()) not in said


def test_all_finished_runs_are_those_that_mlflow_finds(tracking):
    do(tracking)
    store, shas = tracking.store, {"dataset_sha": "d", "config_sha": "c"}
    other = store.client.create_experiment("another")
    for number, (name, status, tags) in enumerate(
        [
            (store.experiment_id, "FINISHED", {**shas, "sweep_id": "sweep-1"}),
            (store.experiment_id, "FINISHED", shas),
            (store.experiment_id, "FINISHED", {"kind": "shares"}),
            (store.experiment_id, "FAILED", shas),
            (store.experiment_id, None, shas),
            (store.experiment_id, "FINISHED", {**shas, "sweep_id": "gone"}),
            (other, "FINISHED", shas),
        ]
    ):
        # two that began in the same moment, before that which was done
        run_id = store.client.create_run(name, 1_000 + number // 2, tags, f"run-{number}").info.run_id
        for metric, value in (("macro_f1", number / 8), ("mcc", float("nan")), ("log_loss", float("inf"))):
            store.client.log_metric(run_id, metric, value)
        store.client.log_param(run_id, "seed", number)
        if status:
            store.client.set_terminated(run_id, status)
        if tags.get("sweep_id") == "gone":
            store.client.delete_run(run_id)
    found, expected = find_all_finished(store), find_runs(store, FINISHED)
    assert found[0].name == IDENTITY.name
    assert {run.name for run in found[1:]} == {"run-0", "run-1"}
    # not a number is not equal to itself
    assert [_in_order(run) for run in found] == [_in_order(run) for run in expected]
    assert {str(run.metrics["mcc"]) for run in found[1:]} == {"nan"}


def test_an_experiment_counts_as_one_with_runs_only_while_it_has_one_of_ours(tmp_path):
    uri = f"sqlite:///{tmp_path}/mlflow.db"
    store, foreign = (open_store(uri, name) for name in ("ours", "foreign"))
    foreign.client.create_run(foreign.experiment_id, tags={"by": "somebody else"})
    with pytest.raises(InputError, match="no finished runs to compare; run stance train first"):
        names_with_runs(uri)
    run_id = store.client.create_run(store.experiment_id, tags={"config_sha": "c"}).info.run_id
    assert names_with_runs(uri) == ["ours"]
    store.client.delete_run(run_id)
    with pytest.raises(InputError, match="no finished runs to compare"):
        names_with_runs(uri)


def _in_order(run):
    return repr({**asdict(run), "params": sorted(run.params.items()), "metrics": sorted(run.metrics.items())})
