"""Sweeps as they are launched: their names, what launches their jobs, and the links that are printed at the end."""

import errno
import io
import logging
import os
import re
import shutil
import socket
import subprocess
import sys
from dataclasses import replace

import pytest
from mlflow import MlflowClient
from omegaconf import OmegaConf
from submitit.core.core import Job  # here, as its import closes the logs that are open
from submitit.slurm.slurm import SlurmJob

from stance.commands.config import _jobs, _launch
from stance.commands.config._folders import shipped_configs
from stance.commands.config.launchers import _lost, _refused, outlive_lost
from stance.tracking import open_store
from stance.tracking.ui import where

QUICK = ("bootstrap.n_resamples=200", "folds=leave_one_out")
COMMAND = "import sys; from stance.commands.main import main; sys.exit(main())"
KIND = "?workflowType=machine_learning"


def names_and_runs(workspace):
    """Return the runs of a store by experiment name, those without a config left out."""
    client = MlflowClient(f"sqlite:///{workspace}/mlflow.db")
    found = {
        experiment.name: client.search_runs([experiment.experiment_id], "tags.config_sha LIKE '%'")
        for experiment in client.search_experiments()
    }
    return {name: runs for name, runs in found.items() if runs}


def test_runs_stand_under_their_dataset_unless_another_name_is_given_which_makes_them_no_other_runs(run, workspace):
    output = run("train", *QUICK, "classifier=majority")[1]
    assert run("train", *QUICK, "classifier=majority", "tracking.experiment_name=thesis")[0] == 0
    found = names_and_runs(workspace)
    assert set(found) == {"awl", "thesis"}
    assert len({runs[0].data.tags["config_sha"] for runs in found.values()}) == 1
    made = found["awl"][0].info
    link = f"http://127.0.0.1:5000/#/experiments/{made.experiment_id}/runs/{made.run_id}{KIND}"
    assert output.splitlines()[-1] == f"runs:   stance ui, then {link}"
    code, output = run("compare")
    assert code == 2
    assert "experiment_name: expected one of" in output
    assert "say which, as in experiment_name=" in output
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        code, output = run("ui", f"port={port}")
    assert code == 2
    assert f"port: expected a free one, found {port}" in output
    assert f"stance ui port={port + 1}" in output


def test_a_sweep_over_datasets_compares_each_under_its_own_name_and_is_another_each_time(run, workspace):
    (workspace / "configs" / "dataset").mkdir(parents=True)
    (workspace / "configs" / "dataset" / "by_sentence.yaml").write_text("defaults: [awl, _self_]\nunit: sentence\n")
    sweep = ("-m", *QUICK, "dataset=awl,by_sentence", "classifier=majority", "hydra.sweep.dir=here")
    code, output = run("train", *sweep)
    assert code == 0, output
    found = names_and_runs(workspace)
    assert {name: len(runs) for name, runs in found.items()} == {"awl": 1, "by_sentence": 1}
    for name, (made,) in found.items():
        assert (workspace / "here" / "comparison" / name / "comparison.html").is_file()
        page = f"http://127.0.0.1:5000/#/experiments/{made.info.experiment_id}/runs"
        assert f"then {page}{KIND}&viewStateShareKey=stance" in output
        assert f"sweep:  {page}/{made.data.tags['mlflow.parentRunId']}{KIND}" in output
    assert output.count("majority (cheats)") == 2
    code, output = run("compare", "sweep=here")
    assert code == 2
    assert re.search(r"experiment_name: expected one of \['(awl|by_sentence)', '(awl|by_sentence)'\]", output)
    assert run("train", *sweep)[0] == 0
    for (made,) in names_and_runs(workspace).values():
        (reused,) = [name for name in made.data.tags if name.startswith("reused_by/here-")]
        assert reused != f"reused_by/{made.data.tags['sweep_id']}"


def test_a_store_elsewhere_is_named_in_the_command_and_a_server_is_the_link(workspace, migrated_store):
    shutil.copy(migrated_store, workspace / "other.db")
    store = open_store(f"sqlite:///{workspace}/other.db", "ferry")
    assert where(store).startswith(
        f"stance ui tracking.uri='sqlite:///{workspace}/other.db', then http://127.0.0.1:5000/#/"
    )
    served = replace(store, shown="https://lab.example.org/mlflow/")
    assert where(served, "abc") == f"https://lab.example.org/mlflow/#/experiments/{store.experiment_id}/runs/abc{KIND}"


def test_ui_says_what_is_missing_before_it_serves(run, workspace):
    code, output = run("ui", "tracking.uri=sqlite:///none.db")
    assert code == 2
    assert f"no runs yet in sqlite:///{workspace}/none.db; run stance train" in output
    assert "port: expected 1 or more" in run("ui", "port=0")[1]


def test_a_launcher_that_is_not_known_or_not_installed_is_refused_with_what_brings_it(run, workspace, monkeypatch):
    code, output = run("train", "-m", "seed=1,2", "hydra/launcher=jobllib")
    assert code == 2
    assert "hydra/launcher: expected one of ['basic', 'joblib'" in output
    assert "Did you mean 'joblib'?" in output
    monkeypatch.setattr("stance.commands.config.launchers._refused.find_spec", lambda name: None)
    code, output = run("train", "-m", "seed=1,2", "hydra/launcher=joblib")
    assert code == 2
    assert "hydra/launcher=joblib: needs hydra-joblib-launcher, which is not installed: pip install" in output


def test_rays_launchers_name_the_extra_that_brings_them_and_an_address_at_which_nothing_answers(run, monkeypatch):
    monkeypatch.setattr("stance.commands.config.launchers._refused.find_spec", lambda name: None)
    for name, brings in (("ray_local", "ray"), ("ray_cluster", "ray"), ("slurm", "submitit")):
        code, output = run("train", "-m", "seed=1,2", f"hydra/launcher={name}")
        assert code == 2
        said = f"needs hydra-{brings}-launcher, which is not installed: pip install 'stance-threads[scale]'"
        assert output.strip() == f"hydra/launcher={name}: {said}"
    monkeypatch.setattr(_refused, "_refuse_missing", lambda name: None)
    with socket.socket() as taken:  # bound, and nobody listens
        taken.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        monkeypatch.setenv("RAY_ADDRESS", address)
        code, output = run("train", "-m", "seed=1,2", "hydra/launcher=ray_cluster")
    assert code == 2
    assert output.startswith(f"RAY_ADDRESS: no Ray cluster answers at {address} (")
    assert "start one with `ray start --head`" in output
    monkeypatch.delenv("RAY_ADDRESS")
    code, output = run("train", "-m", "seed=1,2", "hydra/launcher=ray_cluster")
    assert code == 2
    assert output.startswith(
        "RAY_ADDRESS: expected the address of a Ray cluster, as in RAY_ADDRESS=10.0.0.1:6379, found"
    )


def test_a_cluster_of_ray_is_asked_for_no_memory_of_its_own_which_it_refuses():
    """Hydra's plugin adds `object_store_memory` where the key is missing, and Ray takes none for one that runs."""
    of_cluster = OmegaConf.load(shipped_configs() / "hydra" / "launcher" / "ray_cluster.yaml")
    assert OmegaConf.to_container(of_cluster.ray.init)["object_store_memory"] is None


@pytest.fixture
def program(tmp_path, monkeypatch):
    """Return a function that puts a program of this name, which says and returns what is given, before all others."""
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    (tmp_path / "bin").mkdir()

    def make(name, said="", code=0):
        path = tmp_path / "bin" / name
        path.write_text(f"#!/bin/sh\necho '{said}' >&{2 if code else 1}\nexit {code}\n")
        path.chmod(0o755)

    return make


def test_slurm_that_is_not_here_or_does_not_answer_is_refused_in_a_line(program, run):
    command = ("train", "-m", "seed=1,2", "hydra/launcher=slurm")
    code, output = run(*command)
    assert code == 2
    assert output.startswith("hydra/launcher=slurm: there is no `sbatch` here; start the sweep on a machine")
    program("sbatch")
    program("sinfo", "slurm_load_partitions: Unable to contact slurm controller", 1)
    code, output = run(*command)
    assert code == 2
    assert output.startswith("hydra/launcher=slurm: Slurm does not answer (slurm_load_partitions: Unable to contact")


@pytest.mark.parametrize("queue", [("slurm_load_jobs error: Invalid job id specified", 1), ("9_0", 0)])
def test_a_job_that_slurm_ended_and_keeps_no_account_of_is_lost_and_not_waited_for(
    program, tmp_path, monkeypatch, queue
):
    for name, seconds in (("SECONDS_BETWEEN", 0), ("SECONDS_OF_GRACE", 0)):
        monkeypatch.setattr(_lost, name, seconds)
    monkeypatch.setattr(Job, "results", Job.results)  # put back at the end
    monkeypatch.setattr(_lost.time, "sleep", lambda _: None)
    program("sacct", "Slurm accounting storage is disabled", 1)
    program("squeue", *queue)
    outlive_lost(["train", "hydra/launcher=slurm"])
    (returned,) = SlurmJob(tmp_path, "9_2").results()
    assert returned.return_value is None


@pytest.mark.parametrize("where", ["sqlite", "offline"])
def test_a_sweep_whose_every_run_failed_says_why_once_and_compares_nothing(run, workspace, where):
    """awl has no official folds."""
    code, output = run("train", "-m", "folds=official", "classifier=majority,logreg", f"tracking={where}")
    assert code == 2
    assert output.count("not done: #0, #1 of 2: official: expected examples with a split") == 1
    assert output.splitlines()[-1] == "no comparison: no run of this sweep has finished"
    assert not list((workspace / "outputs").rglob("comparison"))


def test_jobs_in_other_processes_give_the_same_digits_and_a_failed_one_is_told(run, workspace, migrated_store):
    """The second job is refused in its worker: awl has no official folds."""
    pytest.importorskip("hydra_plugins.hydra_joblib_launcher", reason="the extra `scale` is not installed")
    sweep = ("-m", QUICK[0], "classifier=complement_nb", "folds=leave_one_out,official")
    done = subprocess.run(
        [sys.executable, "-c", COMMAND, "train", *sweep, "hydra/launcher=joblib", "hydra.launcher.n_jobs=2"],
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
        check=False,
    )
    assert done.returncode == 2, done.stdout + done.stderr
    assert "not done: #1 of 2: " in done.stderr
    assert "official" in done.stderr
    assert "comparison.html" in done.stdout
    assert "complement_nb" in done.stdout
    (parallel,) = [found for found in names_and_runs(workspace)["awl"] if found.info.status == "FINISHED"]
    other = workspace / "other"
    other.mkdir()
    shutil.copy(migrated_store, other / "mlflow.db")
    elsewhere = (f"tracking.uri=sqlite:///{other}/mlflow.db", "tracking.unsent=other/unsent")
    assert run("train", *QUICK, "classifier=complement_nb", *elsewhere)[0] == 0
    (basic,) = [found for found in names_and_runs(other)["awl"] if found.info.status == "FINISHED"]
    timed = {"fit_seconds", "predict_seconds", "examples_per_second"}
    made, expected = (
        {name: value for name, value in found.data.metrics.items() if name not in timed} for found in (parallel, basic)
    )
    assert made == expected
    assert parallel.data.tags["config_sha"] == basic.data.tags["config_sha"]


def test_a_log_that_cannot_be_written_is_said_in_a_sentence(tmp_path, monkeypatch, capsys):
    class Full(io.StringIO):
        def write(self, text):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "train.log")

    handler = logging.StreamHandler(Full())
    monkeypatch.setattr(logging.getLogger(), "handlers", [handler])
    _launch._keep_log_visible()
    logging.getLogger("ferry").warning("1 of %s folds", 3)
    said = "the log cannot be written (cannot read or write train.log: No space left on device); "
    assert capsys.readouterr().err == f"{said}the line was: 1 of 3 folds\n"


def test_a_job_that_leaves_no_word_is_counted_as_lost(tmp_path):
    _jobs.enter("abc", tmp_path)
    job = _jobs.Launched({}, 0, tmp_path, "sweep-abc", tmp_path)
    _jobs.note_end(job, None)
    done, lost = _jobs.read_ends(job, 2)
    assert (done.code, done.begun) == (0, True)
    assert (lost.number, lost.code, lost.begun) == (1, 1, False)
    assert "repeat the command" in lost.said


@pytest.mark.parametrize(
    ("error", "said"), [(KeyError("x"), "KeyError: 'x'"), (ValueError("of what"), "ValueError: of")]
)
def test_an_unforeseen_error_is_told_by_its_name(tmp_path, error, said):
    _jobs.enter("abd", tmp_path)
    job = _jobs.Launched({}, 0, tmp_path, "sweep-abd", tmp_path)
    _jobs.note_end(job, error)
    (ended,) = _jobs.read_ends(job, 1)
    assert ended.code == 1
    assert ended.said.startswith(said)
