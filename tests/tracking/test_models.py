"""Models are read in skops' format only, and what they hold is known or named."""

import pickle
import sys

import numpy as np
import pandas as pd
import pytest
import skops.io
import yaml
from sklearn.dummy import DummyClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from stance import classifiers
from stance.errors import InputError
from stance.evaluation.comparison import ComparedRun
from stance.tracking import models, read_model
from stance.tracking.runs import predictions_csv, read_predictions

STORE = "sqlite:///nowhere.db"


def own_step(values):
    return values


@pytest.fixture
def classifier():
    return DummyClassifier().fit(np.zeros((3, 1)), ["against", "favor", "favor"])


@pytest.fixture
def folder(tmp_path, classifier):
    skops.io.dump(classifier, tmp_path / "model.skops")
    about = {"flavors": {"sklearn": {"serialization_format": "skops", "pickled_model": "model.skops"}}}
    (tmp_path / "MLmodel").write_text(yaml.safe_dump(about))
    return tmp_path


def test_a_folder_and_a_file_give_the_classifier(folder):
    for path in (folder, folder / "model.skops"):
        found = read_model(str(path), STORE)
        assert found.classifier.predict(np.zeros((1, 1))).tolist() == ["favor"]
        assert (found.address, found.params) == (path.name, {})


def refused(address, trust=()):
    with pytest.raises(InputError) as error:
        read_model(str(address), STORE, trust)
    return str(error.value)


def test_a_pickle_is_refused_whatever_it_is_called(folder, classifier):
    (folder / "model.pkl").write_bytes(pickle.dumps(classifier))
    assert "model.pkl is a pickle, and opening one runs whatever code is in it" in refused(folder / "model.pkl")
    (folder / "model.skops").write_bytes(pickle.dumps(classifier))
    assert "is no file in skops' format; only those are read, since they hold no code" in refused(
        folder / "model.skops"
    )
    about = {"flavors": {"sklearn": {"serialization_format": "cloudpickle", "pickled_model": "model.pkl"}}}
    (folder / "MLmodel").write_text(yaml.safe_dump(about))
    assert "is a pickle" in refused(folder)


def test_types_of_somebody_are_named_and_trusted_by_module(folder, classifier):
    own = make_pipeline(FunctionTransformer(own_step), classifier)
    skops.io.dump(own, folder / "model.skops")
    module = own_step.__module__
    said = refused(folder / "model.skops")
    assert f"holds types that are neither scikit-learn's nor the package's: ['{module}.own_step']" in said
    assert f"trust=['{module}']" in said
    assert hasattr(read_model(str(folder / "model.skops"), STORE, [module]).classifier, "classes_")


def test_what_is_no_model_is_said(folder, tmp_path):
    assert f"found no '{tmp_path / 'gone'}'; a run's id stands on its page" in refused(tmp_path / "gone")
    skops.io.dump(FunctionTransformer(), folder / "model.skops")
    assert "expected a fitted classifier, found FunctionTransformer in" in refused(folder)
    (folder / "MLmodel").write_text("flavors: {pytorch: {}}")
    assert "expected a scikit-learn classifier, found another kind of model in" in refused(folder)
    (folder / "MLmodel").unlink()
    assert "expected a model's folder with a file MLmodel, found none in" in refused(folder)
    assert "expected a store at" in refused("runs:/1/model")


def test_ids_and_words_of_predictions_are_no_formulas_and_come_back_as_they_were(tmp_path):
    predictions = pd.DataFrame(
        {
            "example_id": ["=HYPERLINK(1)", "t#2"],
            "label": ["-1", "1"],
            "predicted": ["1", "-1"],
            "group": ["@x", "'=y"],
            "features": ["+late", None],
        }
    )
    (tmp_path / "predictions.csv").write_bytes(predictions_csv(predictions))
    lines = (tmp_path / "predictions.csv").read_text().splitlines()
    assert lines[1:] == ["'=HYPERLINK(1),-1,1,'@x,'+late", "t#2,1,-1,''=y,"]
    run = ComparedRun("r", "r", "d", "c", "now", None, tmp_path.as_uri(), {}, {})
    assert read_predictions(None, run).iloc[:, :4].equals(predictions.iloc[:, :4])


def test_a_model_is_looked_through_only_where_it_may_hold_what_is_not_always_trusted(monkeypatch):
    """A module that was never loaded made nothing that could be in a model."""
    for name in [name for name in sys.modules if name.startswith((*models.WITH_ENCODERS, models.WITH_TWEETS))]:
        monkeypatch.delitem(sys.modules, name)
    assert not models._may_hold_more(())
    assert models._may_hold_more(["mine"])
    monkeypatch.setitem(sys.modules, models.ENCODER.rpartition(".")[0], None)
    assert models._may_hold_more(())


@pytest.mark.parametrize("split", [False, True])
def test_a_model_that_reads_hashtags_as_words_asks_for_what_splits_them(split, tmp_path):
    examples = pd.DataFrame({"text": ["a joy #ferry", "late", "a joy!", "so late"], "label": ["favor", "against"] * 2})
    members = {"some": classifiers.kernel(meaning=0, split_hashtags=split), "none": classifiers.majority()}
    made = classifiers.ensemble(members, n_folds=2).fit(examples[["text"]], examples["label"])
    models.save_model(made, examples[["text"]][:1], tmp_path / "model")
    assert ("symspellpy==" in (tmp_path / "model" / "requirements.txt").read_text()) is split
