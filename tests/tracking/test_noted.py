"""Runs that are done are noted beside the store: a skip loads no MLflow, and is never wrong."""

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from stance.tracking import begin_run, doing, log_run, open_tracking
from stance.tracking.kept import keep_run
from stance.tracking.noted import Asked, find_noted, make_asked, note_run
from tests.tracking.records import IDENTITY, make_record

CONFIG = {
    "dataset": {"_target_": "stance.dataset.build_from_study", "study": "ferry", "targets": None},
    "classifier": {"_target_": "stance.classifiers.logreg", "C": 1.0},
    "sources": {},
    "label_maps": {},
    "seed": 0,
    "tracking": {"texts": False},
}
QUICK = ("bootstrap.n_resamples=100", "classifier=majority")


@pytest.fixture
def noted(workspace):
    """A run in a store, what it was asked by, and where its files are."""
    tracking = open_tracking(f"sqlite:///{workspace}/mlflow.db", "ferry", Path("unsent"))
    begun = begin_run(tracking, IDENTITY, {}, {"dataset": "ferry"})
    assert begun is not None
    with doing(begun):
        log_run(begun, make_record(workspace))
    asked = Asked(workspace / "mlflow.db", "ferry", Path("unsent"), "c" * 64, "e" * 64, "k" * 64)
    note_run(asked, begun.run_id, "d" * 64, "macro_f1")
    return asked, begun.run_id, tracking.store


def sql(database, statement, *values):
    with closing(sqlite3.connect(database)) as store, store:
        store.execute(statement, values)


def test_a_noted_run_is_found_with_its_score(noted):
    found = find_noted(noted[0])
    assert (found.name, found.metric, found.score) == (IDENTITY.name, "macro_f1", 0.5)


def test_what_is_asked_otherwise_is_not_found(noted):
    asked = noted[0]
    for changed in (
        {"key": "l" * 64},
        {"experiment_name": "other"},
        {"config_sha": "0" * 64},
        {"code_sha": "0" * 64},
        {"database": asked.database.with_name("other.db")},
    ):
        assert find_noted(replace(asked, **changed)) is None, changed


CHANGES = [
    lambda store, run_id: store.client.delete_run(run_id),
    lambda store, run_id: store.client.delete_experiment(store.experiment_id),
    lambda store, run_id: store.client.rename_experiment(store.experiment_id, "other"),
    lambda store, run_id: store.client.update_run(run_id, "RUNNING"),
    lambda store, run_id: store.client.set_tag(run_id, "dataset_sha", "0" * 64),
    lambda store, run_id: sql(store.database, "UPDATE latest_metrics SET is_nan = 1"),
    lambda store, run_id: sql(store.database, "DELETE FROM runs"),
    lambda store, run_id: sql(store.database, "DROP TABLE tags"),
    lambda store, run_id: sql(store.database, "UPDATE runs SET artifact_uri = 's3://elsewhere'"),
    lambda store, run_id: store.database.write_bytes(b"no database"),
    lambda store, run_id: store.database.unlink(),
    lambda store, run_id: next(store.database.parent.glob("mlartifacts/**/predictions.csv")).unlink(),
    lambda store, run_id: next(store.database.parent.glob("*.done/*")).write_text("{"),
    lambda store, run_id: next(store.database.parent.glob("*.done/*")).write_text('{"run_id": 1}'),
]


def test_where_the_store_does_not_say_the_same_the_note_is_not_believed(noted, workspace):
    asked, run_id, store = noted
    files = [store.database, *workspace.glob("mlflow.db.done/*"), *workspace.glob("mlartifacts/**/predictions.csv")]
    before = {path: path.read_bytes() for path in files}
    for number, change in enumerate(CHANGES):
        for path, content in before.items():
            path.write_bytes(content)
        assert find_noted(asked), number
        change(store, run_id)
        assert find_noted(asked) is None, number


def test_a_run_that_waits_to_be_sent_is_for_the_store_to_judge(noted, workspace):
    keep_run(make_record(workspace), IDENTITY, "ferry", {}, {}, 0.0, Path("unsent"))
    assert find_noted(noted[0]) is None


def ask(config=CONFIG, uri="sqlite:///mlflow.db", name="ferry", own=()):
    return make_asked(config, uri, name, Path("unsent"), own)


def test_what_is_asked_is_other_with_any_byte_that_decides(study, monkeypatch):
    monkeypatch.chdir(study.parent)
    first = ask()
    assert first == ask()
    code = study.parent / "own.py"
    code.write_text("C = 1\n")
    others = [
        ask(CONFIG | {"classifier": CONFIG["classifier"] | {"C": 2.0}}),
        ask(CONFIG | {"dataset": CONFIG["dataset"] | {"targets": ["the ferry"]}}),
        ask(CONFIG | {"sources": {"more": CONFIG["dataset"]}}),
        ask(name="other"),
        ask(own=[code]),
    ]
    monkeypatch.setenv("STANCE_PSEUDONYM_KEY", "0123456789abcdef0123")
    others.append(ask())
    monkeypatch.delenv("STANCE_PSEUDONYM_KEY")
    page = study / "pages" / "ferry.json"
    before = page.read_bytes()
    times = page.stat()
    page.write_bytes(before.replace(b"late again", b"late, alas"))
    os.utime(page, ns=(times.st_atime_ns, times.st_mtime_ns))  # content counts, whatever the clock says
    others.append(ask())
    page.write_bytes(before)
    (study / "pages" / "another.json").write_text("[]")
    others.append(ask())
    assert len({asked.key for asked in [first, *others]}) == 1 + len(others)


@pytest.mark.parametrize(
    ("dataset", "uri"),
    [
        ({"_target_": "my_module.my_dataset", "path": "ferry"}, "sqlite:///mlflow.db"),
        ({"_target_": "stance.dataset.load_table", "path": "somebody/on-the-hub"}, "sqlite:///mlflow.db"),
        (
            {"_target_": "stance.dataset.load_table", "path": "ferry", "join": [{"path": "../a.csv"}]},
            "sqlite:///mlflow.db",
        ),
        (CONFIG["dataset"], "http://127.0.0.1:5000"),
        (CONFIG["dataset"], "sqlite:///mlflow.db?timeout=5"),
        (CONFIG["dataset"], "sqlite://"),
    ],
)
def test_where_files_here_do_not_say_all_nothing_is_noted(study, monkeypatch, dataset, uri):
    monkeypatch.chdir(study.parent)
    assert ask(CONFIG | {"dataset": dataset}, uri) is None


def test_what_lies_beside_a_table_that_others_are_joined_to_counts(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("labels.csv", "texts.csv"):
        Path(name).write_text("id\n1\n")
    table = {"_target_": "stance.dataset.load_table", "path": "labels.csv", "join": [{"path": "texts.csv"}]}
    before = ask(CONFIG | {"dataset": table})
    Path("texts.csv").write_text("id\n2\n")
    assert ask(CONFIG | {"dataset": table}) != before


def test_a_repeated_command_asks_neither_the_store_nor_the_data(run, workspace, monkeypatch):
    assert run("train", *QUICK)[0] == 0
    (note,) = workspace.glob("mlflow.db.done/*.json")
    assert json.loads(note.read_text())["metric"] == "macro_f1"
    loaded = "import sys; from stance.commands.main import main; main(); print({'mlflow', 'pandas'} & {*sys.modules})"
    command = [sys.executable, "-c", loaded, "train", *QUICK]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "Skipping: run awl-majority-strictest-" in said
    assert said.endswith("set()\n")
    # without the note the store says the same, and it is noted again
    note.unlink()
    assert "Skipping: run awl-majority-strictest-" in run("train", *QUICK)[1]
    assert note.exists()
    monkeypatch.setattr("stance.commands.train.ask", lambda *_: None)
    assert "Skipping: run awl-majority-strictest-" in run("train", *QUICK)[1]
