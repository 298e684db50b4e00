"""What others may read of a run: who did it, where, and the words it was done with stay out."""

import getpass

import pytest
from mlflow import MlflowClient

from stance.tracking._asking import without_places
from stance.tracking.identity import RunIdentity
from stance.tracking.lifecycle import begin_run, doing, open_tracking


def said_of(client, run):
    """Return all that a store says of a run in words, but for where its files are."""
    inputs = [str(each.dataset.to_dictionary()) for each in run.inputs.dataset_inputs]
    return str([run.data.tags, run.data.params, sorted(run.data.metrics), run.info.run_name, run.info.user_id, inputs])


def test_neither_the_user_nor_a_path_is_in_what_a_run_tracks(run, workspace, study, monkeypatch):
    for variable in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.setenv(variable, "user-of-this-machine")
    assert getpass.getuser() == "user-of-this-machine"
    code, output = run("train", f"dataset.study={study}", "classifier=majority", "bootstrap.n_resamples=200")
    assert code == 0, output
    client = MlflowClient(f"sqlite:///{workspace / 'mlflow.db'}")
    (tracked,) = client.search_runs([each.experiment_id for each in client.search_experiments()])
    secret = (str(workspace), "user-of-this-machine")
    assert not any(word in said_of(client, tracked) for word in secret)
    assert tracked.data.params["dataset.study"] == "ferry"
    files = [path for path in (workspace / "mlartifacts").rglob("*") if path.is_file() and path.name != "MLmodel"]
    assert len(files) > 10
    assert [path for path in files if any(word.encode() in path.read_bytes() for word in secret)] == []
    (model,) = (workspace / "mlartifacts").rglob("MLmodel")
    # where the model itself is, and nothing else
    assert [line.split(":")[0] for line in model.read_text().splitlines() if secret[0] in line] == ["artifact_path"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (
            "[Errno 13] Permission denied: '/srv/reader-1/study/mlflow.db'",
            "[Errno 13] Permission denied: '…/mlflow.db'",
        ),
        ("http://me:secret@example.org/a/b did not answer", "http://example.org/a/b did not answer"),
        ("at sqlite:////srv/reader-1/x.db: locked", "at sqlite:///…/x.db: locked"),
        ("of 5/16 and/or a/b/c, ./here/is", "of 5/16 and/or a/b/c, ./here/is"),
    ],
)
def test_of_a_path_only_its_name_is_shown_to_others(text, shown):
    assert without_places(text) == shown


def test_why_a_run_failed_is_tracked_without_the_place(workspace):
    tracking = open_tracking("sqlite:///mlflow.db", "ferry", workspace / "unsent")
    begun = begin_run(tracking, RunIdentity("ferry-majority", "c", "d", "e"), {}, {})
    with pytest.raises(OSError, match="denied"), doing(begun):
        raise PermissionError(13, "denied", f"{workspace}/seeds/ferry/study.yaml")
    (tracked,) = tracking.store.client.search_runs([tracking.store.experiment_id])
    assert tracked.info.status == "FAILED"
    assert tracked.data.tags["exception"] == "PermissionError: [Errno 13] denied: '…/study.yaml'"
