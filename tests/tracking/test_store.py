"""The store: absolute, migrated once however many open it, and refused before work where it cannot be used."""

import base64
import os
import socket
import sqlite3
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace

import pytest
from mlflow import MlflowClient

from stance.errors import InputError
from stance.tracking import _asking, open_store
from stance.tracking._address import parse_address
from stance.tracking._store import _check_reachable
from tests.servers import wait_for

QUICK = "bootstrap.n_resamples=200"
OLDER = "75868b020152"
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
    with (workspace / "server.log").open("w") as log:
        process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, start_new_session=True)
        try:
            wait_for(address, process, workspace / "server.log")
            yield address
        finally:
            os.killpg(process.pid, 15)
            process.wait(120)


def test_a_run_is_tracked_compared_and_skipped_on_a_server(server, run, workspace):
    quick = ("bootstrap.n_resamples=200", f"tracking.uri={server}")
    code, output = run("train", "-m", *quick, "classifier=majority,complement_nb")
    assert code == 0, output
    assert "complement_nb" in output
    assert "Skipping: run awl-majority" in run("train", *quick, "classifier=majority")[1]
    assert list((workspace / "served").rglob("report.html"))
    assert list((workspace / "served").rglob("model.skops"))


@pytest.fixture
def older(workspace):
    """A store whose schema is that of an older MLflow: one step back by MLflow's own scripts."""
    from alembic import command
    from mlflow.store.db.utils import _get_alembic_config

    database = workspace / "mlflow.db"
    open_store(f"sqlite:///{database}", "awl")
    with closing(sqlite3.connect(database)) as store, store:
        (newest,) = store.execute("SELECT version_num FROM alembic_version").fetchone()
    command.downgrade(_get_alembic_config(f"sqlite:///{database}"), OLDER)
    return database, newest


def schema_of(database):
    with closing(sqlite3.connect(database)) as store, store:
        return store.execute("SELECT version_num FROM alembic_version").fetchone()[0]


def test_an_older_store_is_migrated_only_when_asked_and_after_a_copy(run, older):
    database, newest = older
    before = database.read_bytes()
    for verb, more in (
        ("compare", ("experiment_name=awl",)),
        ("compare", ("experiment_name=awl", "tracking.migrate=true")),
        ("train", ("classifier=majority", QUICK)),
    ):
        code, output = run(verb, *more)
        assert code == 2, output
        assert f"was made by an older MLflow (its schema is {OLDER})" in output
        assert "Nothing was changed; to migrate it: stance train tracking.migrate=true" in output
        assert database.read_bytes() == before
    code, output = run("train", "classifier=majority", QUICK, "tracking.migrate=true")
    assert code == 0, output
    assert f"as it was, it is kept in mlflow.db.{OLDER}" in output
    assert schema_of(database) == newest
    assert database.with_name(f"mlflow.db.{OLDER}").read_bytes() == before


def test_a_newer_store_and_another_database_are_refused_and_kept(workspace):
    with closing(sqlite3.connect(workspace / "birds.db")) as store, store:
        store.execute("CREATE TABLE birds (name TEXT)")
    with closing(sqlite3.connect(workspace / "mlflow.db")) as store, store:
        store.execute("UPDATE alembic_version SET version_num = 'ffffffffffff'")
    with pytest.raises(InputError, match=r"is no MLflow store but a database with the tables \['birds'\]"):
        open_store("sqlite:///birds.db", "awl")
    with pytest.raises(InputError, match=r"was made by a newer MLflow .*its schema is ffffffffffff.*update mlflow"):
        open_store("sqlite:///mlflow.db", "awl", migrate=True)
    assert schema_of(workspace / "mlflow.db") == "ffffffffffff"


def test_a_folder_as_store_is_refused_at_once(tmp_path):
    with pytest.raises(InputError, match="expected the file of a SQLite store, found the folder"):
        open_store(f"sqlite:///{tmp_path}", "awl")


class Asks(BaseHTTPRequestHandler):
    """Answers nobody without a password."""

    def do_GET(self):
        known = self.headers.get("Authorization") == "Basic " + base64.b64encode(b"me:secret").decode()
        self.send_response(200 if known and self.path.startswith("/prefix") else 401)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def asks():
    with ThreadingHTTPServer(("127.0.0.1", 0), Asks) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


def test_who_may_not_read_is_told_so_before_any_work_and_which_variables_say_who_asks(asks, monkeypatch):
    monkeypatch.delenv("MLFLOW_TRACKING_USERNAME", raising=False)
    _check_reachable(parse_address(f"http://me:secret@127.0.0.1:{asks}/prefix"), migrate=False)
    variables = "set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD to those that you have"
    with pytest.raises(InputError, match=f"/prefix asks who you are; {variables}"):
        _check_reachable(parse_address(f"http://127.0.0.1:{asks}/prefix"), migrate=False)
    monkeypatch.setenv("MLFLOW_TRACKING_USERNAME", "me")
    monkeypatch.setenv("MLFLOW_TRACKING_PASSWORD", "wrong-secret")
    with pytest.raises(InputError, match=f"/prefix refuses the user or the password; {variables}") as refused:
        _check_reachable(parse_address(f"http://127.0.0.1:{asks}/prefix"), migrate=False)
    assert "secret" not in str(refused.value)
    with pytest.raises(InputError, match=r"no MLflow server answers at http://127\.0\.0\.1:9 \(") as refused:
        _check_reachable(parse_address("http://me:secret@127.0.0.1:9"), migrate=False)
    assert "secret" not in str(refused.value)
    assert "MLFLOW_TRACKING_URI" in str(refused.value)


@pytest.mark.parametrize(
    ("status", "text", "said"),
    [
        (200, "2.9.0", r"is of an older MLflow, 2\.9\.0, and here is 3\..*; update the server"),
        (200, "4.0.1", r"is of a newer MLflow, 4\.0\.1, and here is 3\..*; update mlflow here"),
        (502, "Bad Gateway", r"what answers at http://127\.0\.0\.1:9 finds no server behind it \(it says 502\)"),
        (403, "Invalid Host header", r"does not serve under this name; .*make server HOSTS=127\.0\.0\.1"),
    ],
)
def test_a_server_of_another_version_or_name_is_refused_before_any_work(monkeypatch, status, text, said):
    answer = SimpleNamespace(status_code=status, text=text, url="http://127.0.0.1:9/version", history=[])
    monkeypatch.setattr("mlflow.utils.rest_utils.http_request", lambda *_, **__: answer)
    with pytest.raises(InputError, match=said):
        _check_reachable(parse_address("http://127.0.0.1:9"), migrate=False)


def test_a_row_that_another_process_writes_in_the_same_moment_is_asked_for_again():
    from mlflow.exceptions import MlflowException

    taken = MlflowException("(psycopg.errors.UniqueViolation) duplicate key: dataset_pk", error_code=1000)
    answers = iter([taken, "there"])

    def call():
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    assert _asking.ask(call, "http://127.0.0.1:5000", 10) == "there"


def test_a_store_in_the_midst_of_a_migration_is_refused_and_kept(workspace):
    with closing(sqlite3.connect(workspace / "mlflow.db")) as store, store:
        store.execute("DELETE FROM alembic_version")
    before = (workspace / "mlflow.db").read_bytes()
    with pytest.raises(InputError, match=r"is being migrated, or that was interrupted; wait until it is done"):
        open_store("sqlite:///mlflow.db", "awl", migrate=True)
    assert (workspace / "mlflow.db").read_bytes() == before


def test_a_server_that_is_no_mlflow_is_refused(asks):
    said = r"the store http://127\.0\.0\.1:\d+/prefix cannot be opened: it does not answer as an MLflow server"
    with pytest.raises(InputError, match=said):
        open_store(f"http://me:secret@127.0.0.1:{asks}/prefix", "awl")
