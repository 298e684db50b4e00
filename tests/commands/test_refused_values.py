"""Values and overrides that cannot be used: refused before any work, in a sentence, and without a run."""

import unicodedata

import pytest
from mlflow import MlflowClient


@pytest.mark.parametrize(
    ("override", "said"),
    [
        ("seed=-1", "seed: expected 0 or more, and below 4294967296, found -1"),
        ("seed=99999999999", "seed: expected 0 or more"),
        ("bootstrap.n_resamples=0", "bootstrap.n_resamples: expected 1 or more"),
        ("classifier.C=0", "classifier.C: expected a number above 0, found 0"),
        ("classifier.C=inf", "classifier.C: expected a number above 0, found inf"),
        ("classifier.class_weight=None", "classifier.class_weight: expected balanced or null, found 'None'"),
        ("classifier.class_weight=balancd", "Did you mean 'balanced'?"),
        ("permutations=-5", "permutations: expected 0 or more"),
    ],
)
def test_values_out_of_range_are_refused_before_any_work(run, workspace, override, said):
    code, output = run("train", "classifier=logreg", override)
    assert code == 2
    assert said in output
    client = MlflowClient(f"sqlite:///{workspace}/mlflow.db")
    assert not client.search_runs([experiment.experiment_id for experiment in client.search_experiments()])


@pytest.mark.parametrize("value", ["größe x", "v=2", "李明", "a#b", "Zoë"])
def test_an_override_that_hydra_cannot_read_comes_back_ready_to_paste(run, value):
    code, output = run("build", "dataset=awl", f"folder={value}")
    assert code == 2
    assert f"write it as 'folder=\"{value}\"'" in output


def test_multirun_may_stand_anywhere(run):
    code, output = run("train", "classifier=majority", "bootstrap.n_resamples=200", "-m", "seed=0,1")
    assert code == 0, output
    assert "unrecognized arguments" not in output


def test_a_target_and_an_annotator_may_be_asked_for_in_any_encoding(run, study, workspace):
    card = (study / "study.yaml").read_text().replace("target: the ferry", "target: die Fähre").replace("a1:", "Zoë:")
    (study / "study.yaml").write_text(card, encoding="utf-8")
    sheet = (study / "annotations.csv").read_text().replace(",a1,", ",Zoë,")
    (study / "annotations.csv").write_text(sheet, encoding="utf-8")
    target, name = (unicodedata.normalize("NFD", word) for word in ("die Fähre", "Zoë"))
    code, output = run("sample", f"study={study}", "n=1", f'target="{target}"', f'annotator="{name}"')
    assert code == 0, output
