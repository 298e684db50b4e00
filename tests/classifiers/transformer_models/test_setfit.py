"""SetFit: what is refused, and the real library teaching the real all-MiniLM-L6-v2 some pairs."""

import random
import sys

import numpy as np
import pandas as pd
import pytest
import skops.io
from sklearn.base import clone

from stance.classifiers import setfit
from stance.errors import InputError
from stance.tracking.models import read_model
from tests.classifiers.conftest import package

ROWS = pd.DataFrame(
    {
        "text": ["the ferry is late", "the boat is far too dear", "i love the ferry", "a lovely boat"] * 2,
        "target": ["the ferry", None] * 4,
        "label": ["against", "against", "favor", "favor"] * 2,
    }
)
ASKED = pd.DataFrame({"text": ["the ship came too late", "what a lovely ship", ""], "target": ["the ferry"] * 3})


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"pairs": 0}, "pairs: expected 1 or more, found 0"),
        ({"epochs": 0}, "epochs: expected 1 or more, found 0"),
        ({"batch_size": 0}, "batch_size: expected 1 or more, found 0"),
        ({"learning_rate": 1.0}, "learning_rate: expected between 0 and 1, such as 1e-4, found 1.0"),
        ({"reads": ["author"]}, "reads: expected columns of .*, found 'author'"),
    ],
)
def test_a_setting_that_cannot_be_is_refused(settings, said):
    with pytest.raises(InputError, match=f"^classifier.{said}"):
        setfit(**settings)


def test_a_missing_package_is_named_with_the_extra_that_brings_it(tmp_path, monkeypatch):
    (tmp_path / "modules.json").write_text("[]")
    monkeypatch.setitem(sys.modules, "setfit", None)
    with pytest.raises(InputError, match=r'setfit to be installed.*; pip install "stance-threads\[setfit\]"'):
        setfit(model=str(tmp_path)).fit(ROWS, ROWS["label"])


def test_a_folder_with_code_is_refused(tmp_path):
    (tmp_path / "modules.json").write_text('[{"type": "own.Model"}]')
    with pytest.raises(InputError, match=r"expected modules of sentence_transformers, found 'own.Model'"):
        setfit(model=str(tmp_path)).fit(ROWS, ROWS["label"])


def test_one_label_teaches_nothing():
    with pytest.raises(InputError, match=r"classifier=setfit: expected two labels or more, found \['favor'\]"):
        setfit().fit(ROWS, ["favor"] * len(ROWS))


@pytest.mark.models
def test_the_real_library_teaches_the_real_model_and_what_it_learnt_is_read_back(minilm, tmp_path):
    package("setfit", "accelerate")
    made = clone(setfit(model=str(minilm), pairs=4, learning_rate=1e-4))
    random.seed(7)
    np.random.seed(7)
    expected = random.random(), np.random.random()
    random.seed(7)
    np.random.seed(7)
    made.fit(ROWS, ROWS["label"])
    assert (random.random(), np.random.random()) == expected, "the process's own numbers are left alone"
    found = made.predict_proba(ASKED)
    assert made.predict(ASKED)[:2].tolist() == ["against", "favor"]
    assert found.sum(axis=1) == pytest.approx(np.ones(3))
    turned = clone(made).fit(ROWS[::-1], ROWS["label"][::-1]).predict_proba(ASKED)
    assert np.allclose(turned, found, atol=1e-6), "the order of rows decides nothing"
    (tmp_path / "made.skops").write_bytes(skops.io.dumps(made))
    again = read_model(str(tmp_path / "made.skops"), "").classifier
    assert (again.predict_proba(ASKED) == found).all()


@pytest.mark.models
def test_the_libraries_say_nothing_of_their_steps(minilm, capfd, caplog):
    package("setfit", "accelerate")
    with caplog.at_level("INFO"):
        setfit(model=str(minilm), pairs=1).fit(ROWS, ROWS["label"])
    assert capfd.readouterr() == ("", "")
    assert caplog.messages == []
