"""Comparing what is tracked: by name, by sweep, by filter, and what is said where nothing fits."""

import re
import shutil

import pytest
from mlflow import MlflowClient

from stance.tracking.columns import MORE

QUICK = "bootstrap.n_resamples=200"


@pytest.fixture
def two_runs(run):
    assert run("train", "-m", QUICK, "classifier=majority,complement_nb", "folds=leave_one_out")[0] == 0
    return run


def test_the_table_comes_again_from_what_is_tracked(two_runs, workspace):
    code, output = two_runs("compare", "experiment_name=awl")
    assert code == 0
    assert "majority (cheats)" in output
    assert "complement_nb" in output
    assert "16 comments in 9 groups" in output
    page = workspace / "outputs" / "comparisons" / "awl" / "comparison.md"
    assert "was declared not to matter" not in page.read_text()
    code, output = two_runs("compare", "experiment_name=awl", "margin=0.9")
    assert code == 0
    said = "A difference of less than 0.9 in macro_f1 was declared not to matter: "
    assert said in output
    assert said in page.read_text()
    code, output = two_runs("compare", "experiment_name=awl", "margin=0")
    assert code == 2
    assert "margin: expected a difference above 0 that does not matter, found 0" in output


def test_runs_are_found_by_sweep_and_a_wrong_sweep_is_told_the_right_one(two_runs, workspace):
    sweep_id = next((workspace / "outputs" / "sweeps").iterdir()).name
    assert two_runs("compare", f"sweep='{sweep_id}'")[0] == 0
    code, output = two_runs("compare", f"sweep='{sweep_id[:-1]}'")
    assert code == 2
    assert f"Did you mean '{sweep_id}-" in output


def test_runs_are_found_by_filter_and_none_is_said(two_runs):
    assert two_runs("compare", "filter=\"params.classifier = 'majority'\"")[0] == 0
    code, output = two_runs("compare", "filter=\"params.classifier = 'majorty'\"")
    assert code == 2
    assert "params.classifier is never 'majorty', it is one of" in output
    assert "Did you mean 'majority'?" in output


def test_a_filter_that_cannot_be_read_is_said(two_runs):
    code, output = two_runs("compare", "filter=nonsense")
    assert code == 2
    assert "nonsense" in output


def test_an_unknown_name_or_metric_gets_the_near_miss(two_runs):
    code, output = two_runs("compare", "experiment_name=awk")
    assert code == 2
    assert "Did you mean 'awl'?" in output
    code, output = two_runs("compare", "metric=macro_f2")
    assert code == 2
    assert "Did you mean 'macro_f1'?" in output


def test_a_store_that_is_not_there_is_not_made(run, workspace):
    code, output = run("compare", "tracking.uri=sqlite:///elsewhere/none.db")
    assert code == 2
    assert "found no such file; run stance train" in output
    assert not (workspace / "elsewhere").exists()


@pytest.mark.parametrize("has_params_in_a_file", [False, True])
def test_a_run_whose_files_are_gone_is_left_out_and_said(two_runs, workspace, has_params_in_a_file):
    client = MlflowClient(f"sqlite:///{workspace / 'mlflow.db'}")
    experiment = client.get_experiment_by_name("awl")
    (run,) = client.search_runs([experiment.experiment_id], "params.classifier = 'complement_nb'")
    if has_params_in_a_file:
        client.log_param(run.info.run_id, MORE, "params.json")
    shutil.rmtree(run.info.artifact_uri.removeprefix("file://"))
    code, output = two_runs("compare", "experiment_name=awl")
    assert code == 0, output
    assert re.search(
        r"Left out: run awl-complement_nb-.*: its predictions.csv, config.json, report.html are gone", output
    )
    assert "complement_nb" not in output.split("Left out")[0]
