"""The store: absolute, migrated once however many open it, and refused before work where it cannot be used."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import pytest
from mlflow import MlflowClient

from stance.errors import InputError
from stance.tracking import open_store

OPEN = "import sys; from stance.tracking import open_store; print(open_store(sys.argv[1], 'awl').experiment_id)"


def test_three_processes_may_open_one_fresh_store_at_once(tmp_path):
    uri = f"sqlite:///{tmp_path}/mlflow.db"

    def opened(_):
        return subprocess.run([sys.executable, "-c", OPEN, uri], capture_output=True, text=True, check=False)

    with ThreadPoolExecutor(3) as pool:
        done = list(pool.map(opened, range(3)))
    assert [process.returncode for process in done] == [0] * 3, done[0].stderr
    assert len({process.stdout for process in done}) == 1


def test_a_relative_address_becomes_absolute_and_so_do_its_artifacts(workspace):
    store = open_store("sqlite:///mlflow.db", "awl")
    assert store.uri == f"sqlite:///{workspace}/mlflow.db"
    experiment = store.client.get_experiment(store.experiment_id)
    assert experiment.artifact_location == (workspace / "mlartifacts" / "awl").as_uri()
    assert experiment.tags["mlflow.experimentKind"] == "custom_model_development"


def test_a_deleted_experiment_name_is_refused(workspace):
    client = MlflowClient(f"sqlite:///{workspace}/mlflow.db")
    client.delete_experiment(client.create_experiment("gone"))
    with pytest.raises(InputError, match="'gone' was deleted in sqlite:///"):
        open_store("sqlite:///mlflow.db", "gone")


def test_a_file_that_is_no_store_is_refused_and_kept(tmp_path):
    (tmp_path / "notes.db").write_text("these are notes, not a database; " * 50)
    with pytest.raises(InputError, match=r"notes\.db cannot be opened"):
        open_store(f"sqlite:///{tmp_path}/notes.db", "awl")
    assert (tmp_path / "notes.db").read_text().startswith("these are notes")


def test_opening_a_store_sends_no_reports_of_use(workspace):
    open_store("sqlite:///mlflow.db", "awl")
    assert os.environ["MLFLOW_DISABLE_TELEMETRY"] == "true"


@pytest.fixture
def server(workspace):
    """A real MLflow server on loopback, ended with the test."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "mlflow", "server", "--host", "127.0.0.1", "--port", str(port), "--workers", "1"]
    command += ["--backend-store-uri", f"sqlite:///{workspace}/mlflow.db", "--artifacts-destination", "served"]
    address = f"http://127.0.0.1:{port}"
    log = (workspace / "server.log").open("w")
    process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, start_new_session=True)
    try:
        for _ in range(600):
            try:
                urllib.request.urlopen(f"{address}/health", timeout=2).close()
                break
            except (urllib.error.URLError, OSError):
                assert process.poll() is None, (workspace / "server.log").read_text()
                time.sleep(0.1)
        yield address
    finally:
        os.killpg(process.pid, 15)
        process.wait(30)
        log.close()


def test_a_run_is_tracked_compared_and_skipped_on_a_server(server, run, workspace):
    quick = ("bootstrap.n_resamples=200", f"tracking.uri={server}")
    code, output = run("train", "-m", *quick, "classifier=majority,complement_nb")
    assert code == 0, output
    assert "complement_nb" in output
    assert "Skipping: run awl-majority" in run("train", *quick, "classifier=majority")[1]
    assert list((workspace / "served").rglob("report.html"))
    assert list((workspace / "served").rglob("model.skops"))
