"""What stands at the top of a run in MLflow: at most 20 metrics and 15 params; the rest is in files."""

import json

from hypothesis import given
from hypothesis import strategies as st

from stance.evaluation.comparison import ComparedRun, name_runs
from stance.tracking.columns import metrics_json, params_json, top_metrics, top_params
from stance.tracking.runs import with_all_params

ENSEMBLE = {f"classifier.members.{member}.{name}": 1 for member in "abc" for name in ("ngrams", "beta", "C", "reads")}
CHOSEN = {"classifier": "ensemble", "dataset": "awl", "folds": "strictest", "labels": '["against", "favor"]'}


def test_what_decides_a_run_stands_at_its_top_and_what_is_not_said_does_not():
    params = CHOSEN | {
        "classifier.target": "stance.classifiers.logreg",
        "classifier.char_ngrams": None,
        "classifier.C": 10,
        "folds.n_folds": 5,
        "dataset.study": "seeds/awl",
        "dataset.context": "parent",
        "dataset.mask": [],
        "sources.more.path": "data/a.csv",
        "bootstrap.n_resamples": 10_000,
        "seed": 0,
    }
    assert top_params(params) == CHOSEN | {
        "dataset.study": "seeds/awl",
        "sources.more.path": "data/a.csv",
        "dataset.context": "parent",
        "classifier.C": "10",
        "seed": "0",
        "folds.n_folds": "5",
    }


def test_whose_function_it_is_stands_there_if_it_is_the_users_own():
    assert top_params({"classifier.target": "mine.ridge"}) == {"classifier.target": "mine.ridge"}


def test_where_settings_do_not_fit_the_strengths_stay_and_it_says_where_the_others_are():
    top = top_params(CHOSEN | ENSEMBLE)
    assert len(top) == 15
    assert top["more"] == "params.json"
    assert {f"classifier.members.{member}.C" for member in "abc"} <= {*top}


def test_the_main_scores_stand_at_the_top_with_their_ends_and_a_users_own_before_those_of_labels():
    values = [
        "macro_f1",
        "favor_against_f1",
        "accuracy",
        "mcc",
        *(f"f1/{number}" for number in range(15)),
        "mine",
        "ece",
    ]
    metrics = [(f"{end}{name}", 0.5, 0) for name in values for end in ("", "low/", "high/")]
    metrics += [("fold_accuracy", 0.5, step) for step in range(3)]
    top = {name for name, _, _ in top_metrics(metrics, "macro_f1")}
    assert len(top) == 20
    with_ends = {name for name in values if f"low/{name}" in top}
    assert with_ends == {"macro_f1", "favor_against_f1", "accuracy", "mine"}
    assert "f1/0" in top


def test_what_a_run_is_judged_by_comes_first():
    metrics = [(f"f1/{number}", 0.5, 0) for number in range(30)] + [("low/mcc", 0.5, 0), ("mcc", 0.5, 0)]
    assert {("mcc", 0.5, 0), ("low/mcc", 0.5, 0)} <= {*top_metrics(metrics, "mcc")}


NAMES = st.sampled_from(["macro_f1", "accuracy", "f1/a", "f1/b", "leak/macro_f1", "mine"]) | st.text(
    "abc_/", min_size=1
)


@given(st.lists(NAMES, unique=True, max_size=60))
def test_never_more_than_twenty_and_never_one_that_is_not_there(names):
    metrics = [(name, 0.5, 0) for name in names]
    top = top_metrics(metrics, "macro_f1")
    assert [metric for metric in metrics if metric in top] == top
    assert len(top) == min(20, len(names))
    assert set(json.loads(metrics_json([metric for metric in metrics if not metric[0].startswith("fold_")]))) <= {
        *names
    }


@given(st.dictionaries(NAMES | st.sampled_from(["classifier", "seed"]), st.none() | st.integers(0, 3), max_size=40))
def test_params_are_never_more_than_fifteen_and_all_are_in_the_file(params):
    top = top_params(params)
    assert len(top) <= 15
    assert {*top} - {"more"} <= {*params}
    assert json.loads(params_json(params)) == {name: str(value) for name, value in params.items()}


def test_scores_of_folds_are_a_list():
    metrics = [("macro_f1", 0.5, 0), ("fold_accuracy", 1.0, 0), ("fold_accuracy", 0.0, 1)]
    assert json.loads(metrics_json(metrics)) == {"fold_accuracy": [1.0, 0.0], "macro_f1": 0.5}


def test_a_run_whose_params_did_not_fit_stands_under_the_same_folds_as_one_whose_did(tmp_path):
    folds = {"folds": "strictest", "folds.target": "stance.folds.strictest", "folds.by": None, "folds.n_folds": 5}
    runs = []
    for name, settings in (("few", {}), ("many", ENSEMBLE)):
        params = CHOSEN | folds | settings
        folder = tmp_path / name
        folder.mkdir()
        (folder / "params.json").write_bytes(params_json(params))
        run = ComparedRun(name, name, "", "", "", None, str(folder), top_params(params), {})
        runs.append(with_all_params(None, run))
    assert name_runs(runs, "folds") == {"few": "strictest", "many": "strictest"}
    assert runs[1].params["classifier.members.a.ngrams"] == "1"
