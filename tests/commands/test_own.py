"""Classifiers, folds, metrics and YAMLs of one's own, from a folder that is no checkout, run only where trusted."""

import sys

import pytest
from mlflow import MlflowClient

CLASSIFIERS = '''
"""What this study tries."""
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import RidgeClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

def texts(frame):
    return frame["text"]

def ridge(alpha: float = 1.0):
    """Ridge on words; a larger `alpha` shrinks more. It has no probabilities."""
    return make_pipeline(FunctionTransformer(texts), TfidfVectorizer(), RidgeClassifier(alpha=alpha))

NUMBER = 3
'''
FOLDS = '''
import numpy as np
from stance import Fold

def halves(examples, first: bool = True):
    """Test on one half of the examples, train on the other."""
    half = np.arange(len(examples)) < len(examples) // 2
    test = half if first else ~half
    return [Fold(0, 0, np.flatnonzero(~test), np.flatnonzero(test))]
'''
METRICS = '''
def opposed(matrix, labels):
    """Share of the examples against the target that are taken to be for it, or the other way round."""
    a, f = labels.index("against"), labels.index("favor")
    return (matrix[a, f] + matrix[f, a]) / max(matrix[[a, f]].sum(), 1)

def too_large(matrix, labels):
    """Count the rows."""
    return matrix.sum()
'''
RIDGE = "# Ridge on words.   stance train classifier=ridge\n_target_: my_classifiers.ridge\nalpha: 2.0\n"
HALVES = "# One half.   stance train folds=halves\n_target_: my_folds.halves\n"
QUICK = ("bootstrap.n_resamples=200",)
TRUST = "trust=[my_classifiers,my_folds,my_metrics]"


@pytest.fixture
def own(workspace, monkeypatch):
    """A folder of a user's own with functions, and a YAML for each."""
    for name, text in {"my_classifiers": CLASSIFIERS, "my_folds": FOLDS, "my_metrics": METRICS}.items():
        (workspace / f"{name}.py").write_text(text)
        monkeypatch.delitem(sys.modules, name, raising=False)
    for group, name, text in (("classifier", "ridge", RIDGE), ("folds", "halves", HALVES)):
        (workspace / "configs" / group).mkdir(parents=True)
        (workspace / "configs" / group / f"{name}.yaml").write_text(text)
    monkeypatch.setattr(sys, "path", list(sys.path))
    return workspace


def runs(workspace):
    client = MlflowClient(f"sqlite:///{workspace}/mlflow.db")
    return client.search_runs([client.get_experiment_by_name("awl").experiment_id])


def test_all_three_are_run_tracked_and_told_in_the_report(run, own):
    code, output = run(
        "train", *QUICK, TRUST, "classifier=ridge", "folds=halves", "+metrics.opposed=my_metrics.opposed"
    )
    assert code == 0, output
    (found,) = runs(own)
    assert found.info.run_name.startswith("awl-ridge-halves-")
    assert found.data.params["classifier.alpha"] == "2"
    assert 0 <= found.data.metrics["low/opposed"] <= found.data.metrics["opposed"] <= found.data.metrics["high/opposed"]
    (report,) = own.glob("outputs/train/*/report/report.md")
    text = report.read_text()
    assert "The classifier is ridge: ridge on words; a larger alpha shrinks more (alpha=2)." in text
    assert "(halves: test on one half of the examples, train on the other; first=True)" in text
    assert (
        "share of the examples against the target that are taken to be for it"
        in (report.parent / "report.html").read_text()
    )


def test_a_run_is_done_again_only_when_its_own_code_has_changed(run, own, monkeypatch):
    command = ("train", *QUICK, TRUST, "classifier=ridge", "folds=halves")
    assert "Skipping" not in run(*command)[1]
    assert "Skipping" in run(*command)[1]
    (own / "my_classifiers.py").write_text(CLASSIFIERS.replace("alpha=alpha", "alpha=alpha + 1"))
    monkeypatch.delitem(sys.modules, "my_classifiers")
    from stance.tracking import identity

    identity.code_sha.cache_clear()  # another process would ask anew
    assert "Skipping" not in run(*command)[1]


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        (
            ["trust=[]", "classifier=ridge"],
            "To run code of your own: trust=[my_classifiers]",
        ),
        (["classifier=ridge", "+classifier.alhpa=3"], "found 'alhpa'. Did you mean 'alpha'?"),
        (
            ["classifier=ridge", "classifier.alpha=much"],
            "classifier.alpha: expected a number, found 'much'; write it as in classifier.alpha=",
        ),
        (["classifier=ridge", "classifier._target_=my_classifiers.rigde"], "found no 'rigde'. Did you mean 'ridge'?"),
        (["classifier=ridge", "classifier._target_=my_classifiers.NUMBER"], "expected a function in my_classifiers.py"),
        (
            ["trust=[my_clasifiers]", "classifier=ridge", "classifier._target_=my_clasifiers.ridge"],
            "Did you mean 'my_classifiers'?",
        ),
        (["classifier._target_=stance.classifiers.majority"], "choose it by its name, as in classifier=majority"),
        (
            ["+metrics.x=my_metrics.too_large"],
            "metric 'x': expected values from 0 to 1, found",
        ),
        (["+metrics.x=os.system"], "found 'os.system'. To run code of your own: trust=[os]"),
    ],
)
def test_what_cannot_be_run_is_refused_in_a_sentence(run, own, overrides, message):
    trust = [] if overrides[0].startswith("trust=") else [TRUST]
    code, output = run("train", *QUICK, *trust, *overrides)
    assert code == 2, output
    assert message in output
    assert "Traceback" not in output


def test_a_module_that_breaks_says_where(run, own):
    (own / "my_classifiers.py").write_text("import no_such_package\n")
    code, output = run("train", *QUICK, TRUST, "classifier=ridge")
    assert (code, "my_classifiers needs 'no_such_package', which is not installed" in output) == (2, True)
    (own / "my_classifiers.py").write_text("def ridge(:\n")
    code, output = run("train", *QUICK, TRUST, "classifier=ridge")
    assert (code, "my_classifiers cannot be imported: invalid syntax" in output) == (2, True)


def test_a_yaml_of_ones_own_for_a_function_of_ours_needs_no_schema_and_goes_before_one_of_ours(run, own):
    (own / "configs" / "classifier" / "logreg.yaml").write_text("_target_: stance.classifiers.logreg\nC: 3\n")
    (own / "configs" / "classifier" / "typo.yaml").write_text("_target_: stance.classifiers.logreg\nc: 3\n")
    assert run("train", *QUICK, TRUST, "classifier=logreg")[0] == 0
    (found,) = runs(own)
    assert (found.data.params["classifier.C"], found.data.params["classifier.reads"]) == ("3", "['text']")
    code, output = run("train", *QUICK, TRUST, "classifier=typo")
    assert (code, "found 'c'. Did you mean 'C'?" in output) == (2, True)


def test_a_study_in_seeds_may_have_its_yaml_in_any_folder_of_configs(run, own, study, tmp_path):
    (tmp_path / "more" / "dataset").mkdir(parents=True)
    (tmp_path / "more" / "dataset" / "awl.yaml").write_text(
        "_target_: stance.dataset.build_from_study\nstudy: seeds/awl\n"
    )
    code, output = run("build", "dataset=awl", "--config-dir", str(tmp_path / "more"))
    assert code == 0, output
