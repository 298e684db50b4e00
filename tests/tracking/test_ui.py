"""What MLflow's pages open with: the view of an experiment name, and a sweep as the parent of its runs."""

import json
import re

import pytest

from stance.errors import InputError
from stance.files import MARKER
from stance.tracking import begin_run, claim_run, doing, find_runs, log_run, open_store, open_tracking
from stance.tracking._claims import claim_tags, close_left_behind
from stance.tracking._sending import create_run
from stance.tracking.ui import UnsentSweep, forget_sweep, keep_sweep, keep_view, read_sweeps, track_sweep
from tests.tracking.records import IDENTITY, OTHER, make_record

VIEW = "mlflow.sharedViewState.stance"


@pytest.fixture
def store(workspace):
    return open_store("sqlite:///mlflow.db", "ferry")


def do(store, workspace, identity, sweep_id):
    """Do the run of nothing, as a job of a sweep."""
    tracking = open_tracking("sqlite:///mlflow.db", "ferry", workspace / "unsent")
    with claim_run(tracking.claims, identity):
        begun = begin_run(tracking, identity, {"sweep_id": sweep_id}, {"classifier": "majority", "folds": "strictest"})
        with doing(begun):
            log_run(begun, make_record(workspace))


@pytest.fixture
def comparison(tmp_path):
    folder = tmp_path / "comparison"
    folder.mkdir()
    for name in ("comparison.html", MARKER):
        (folder / name).write_text("x")
    return folder


def tags_of(store):
    return store.client.get_experiment(store.experiment_id).tags


def test_the_view_has_its_columns_in_order_and_an_older_one_is_written_again(store):
    store.client.set_experiment_tag(store.experiment_id, VIEW, '{"selectedColumns": []}')
    keep_view(store, "favor_against_f1")
    view = json.loads(tags_of(store)[VIEW])
    assert view["selectedColumns"] == ["params.`classifier`", "params.`folds`", "tags.`score`", "tags.`cheats`"]
    assert (view["orderByKey"], view["orderByAsc"]) == ("metrics.`favor_against_f1`", False)
    assert view["columnOrder"][0] == "attributes.`Run Name`"
    charts = [chart["metricKey"] for chart in view["compareRunCharts"]]
    assert charts == ["favor_against_f1", "low/favor_against_f1", "high/favor_against_f1"]
    assert {chart["metricSectionId"] for chart in view["compareRunCharts"]} == {view["compareRunSections"][0]["uuid"]}
    assert set(view["selectedColumns"]) < set(view["columnOrder"]) == set(view["columnWidths"])


def test_a_view_of_the_users_own_is_left_as_it_is(store, workspace):
    own = {"mlflow.sharedViewState.9f2c": '{"selectedColumns": ["params.`seed`"]}', "team": "ferries"}
    for name, value in own.items():
        store.client.set_experiment_tag(store.experiment_id, name, value)
    do(store, workspace, IDENTITY, "here-1")
    do(store, workspace, OTHER, "here-1")
    tags = tags_of(store)
    assert {name: tags[name] for name in own} == own
    assert VIEW in tags


def test_a_run_brings_the_view_and_says_its_score_in_words(store, workspace):
    do(store, workspace, IDENTITY, "here-1")
    assert VIEW in tags_of(store)
    (run,) = find_runs(store)
    tags = store.client.get_run(run.run_id).data.tags
    assert (tags["score"], tags["cheats"]) == ("0.50 (no interval)", "no")


def test_a_sweep_is_the_parent_of_what_it_did_and_has_its_comparison(store, workspace, comparison):
    do(store, workspace, IDENTITY, "here-1")
    runs = find_runs(store)
    parent = track_sweep(store, "here-1", runs, comparison, "Nothing can be told apart.")
    made = store.client.get_run(parent)
    assert (made.info.status, made.info.run_name) == ("FINISHED", "sweep here-1")
    assert made.data.tags["mlflow.note.content"] == "Nothing can be told apart."
    assert [file.path for file in store.client.list_artifacts(parent)] == ["comparison.html"]
    assert store.client.get_run(runs[0].run_id).data.tags["mlflow.parentRunId"] == parent
    assert len(find_runs(store)) == 1, "a sweep is no run to compare"
    do(store, workspace, OTHER, "here-2")
    both = find_runs(store)
    second = track_sweep(store, "here-2", both, comparison, "")
    parents = {run.sweep_id: store.client.get_run(run.run_id).data.tags["mlflow.parentRunId"] for run in both}
    assert parents == {"here-1": parent, "here-2": second}
    assert track_sweep(store, "here-3", runs, comparison, "") == parent, "it has done nothing, and has no run"


def test_of_two_sweeps_of_one_grid_at_once_the_first_that_ends_is_the_parent(store, workspace, comparison):
    do(store, workspace, IDENTITY, "here-1")
    waited = track_sweep(store, "here-2", find_runs(store), comparison, "")
    assert track_sweep(store, "here-1", find_runs(store), comparison, "") == waited, "not left without its runs"
    do(store, workspace, OTHER, "here-1")
    assert track_sweep(store, "here-1", find_runs(store), comparison, "") != waited, "it has done more than that"


def test_a_sweep_that_was_tracked_before_all_its_runs_were_sent_is_filled_anew(store, workspace, comparison):
    do(store, workspace, IDENTITY, "here-1")
    parent = track_sweep(store, "here-1", find_runs(store), comparison, "Of one run.")
    do(store, workspace, OTHER, "here-1")
    (comparison / "comparison.md").write_text("y")
    assert track_sweep(store, "here-1", find_runs(store), comparison, "Of both.") == parent
    assert store.client.get_run(parent).data.tags["mlflow.note.content"] == "Of both."
    assert len(store.client.list_artifacts(parent)) == 2
    of_both = store.client.search_runs([store.experiment_id], f"tags.`mlflow.parentRunId` = '{parent}'")
    assert len(of_both) == 2


def test_a_note_of_a_sweep_comes_back_as_it_was_and_a_damaged_one_is_named(tmp_path):
    assert read_sweeps(tmp_path) == []
    noted = UnsentSweep("here-1", "majority", {"n_resamples": 200, "random_state": 0})
    keep_sweep(tmp_path, noted)
    assert read_sweeps(tmp_path) == [noted]
    path = tmp_path / ".sweeps" / "here-1.json"
    path.write_text('{"sweep_id": "here-1"}')
    with pytest.raises(InputError, match=re.escape(f"{path}: expected a sweep that was kept for `stance sync`, found")):
        read_sweeps(tmp_path)
    forget_sweep(tmp_path, "here-1")
    forget_sweep(tmp_path, "here-1")
    assert read_sweeps(tmp_path) == []


def test_a_sweep_whose_tracking_fails_is_ended_with_the_reason(store, workspace, tmp_path):
    do(store, workspace, IDENTITY, "here-1")
    with pytest.raises(FileNotFoundError):
        track_sweep(store, "here-1", find_runs(store), tmp_path / "none", "")
    (failed,) = store.client.search_runs([store.experiment_id], "tags.kind = 'sweep'")
    assert (failed.info.status, failed.data.tags["exception"]) == ("FAILED", "FileNotFoundError")


def test_a_sweep_whose_process_died_is_closed_by_the_next_start(store):
    left = create_run(store, "sweep here-1", {"kind": "sweep", "sweep_id": "here-1", **claim_tags(store)})
    assert close_left_behind(store, IDENTITY) == []
    assert store.client.get_run(left.info.run_id).info.status == "KILLED"
