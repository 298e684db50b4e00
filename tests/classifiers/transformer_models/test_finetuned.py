"""Fine-tuning: what is refused, that two halves are the whole, and the real all-MiniLM-L6-v2 learning some steps."""

import json
import sys

import numpy as np
import pandas as pd
import pytest
import skops.io
from sklearn.base import clone

from stance.classifiers import finetuned
from stance.classifiers.embeddings.caches import caches_with
from stance.classifiers.transformer_models import _halves
from stance.errors import InputError
from stance.tracking.models import read_model

ROWS = pd.DataFrame(
    {
        "text": ["the ferry is late", "the boat is far too dear", "i love the ferry", "a lovely boat"] * 4,
        "target": ["the ferry", None] * 8,
        "label": ["against", "against", "favor", "favor"] * 4,
        "tone": ["bad", "bad", "good", None] * 4,
    }
)
ASKED = pd.DataFrame({"text": ["the ship came too late", "what a lovely ship", ""], "target": ["the ferry"] * 3})


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"layers": 0}, "layers: expected 1 or more, found 0"),
        ({"n_seeds": 0}, "n_seeds: expected 1 or more, found 0"),
        ({"longest": 7}, "longest: expected 8 tokens or more, found 7"),
        ({"learning_rate": 2.0}, "learning_rate: expected between 0 and 1, such as 1e-4, found 2.0"),
        ({"auxiliary_weight": -1.0}, "auxiliary_weight: expected 0 or more, found -1.0"),
        ({"dtype": "float16"}, r"dtype: expected one of \['float32', 'bfloat16'\], found 'float16'"),
        ({"reads": ["author"]}, "reads: expected columns of .*, found 'author'"),
    ],
)
def test_a_setting_that_cannot_be_is_refused(settings, said):
    with pytest.raises(InputError, match=f"^classifier.{said}"):
        finetuned(**settings)


def test_a_missing_package_is_named_with_the_extra_that_brings_it(tmp_path, monkeypatch):
    (tmp_path / "config.json").write_text("{}")
    monkeypatch.setitem(sys.modules, "transformers", None)
    with pytest.raises(InputError, match=r'missing; pip install "stance-threads\[embeddings\]"'):
        finetuned(model=str(tmp_path)).fit(ROWS, ROWS["label"])


@pytest.mark.parametrize(
    ("config", "said"),
    [
        (None, "expected config.json of a transformer"),
        (
            {"auto_map": {"AutoModel": "own.Model"}},
            r"found one that runs code of its own \(auto_map\) in .*config.json",
        ),
    ],
)
def test_a_folder_without_a_model_or_with_code_is_refused(config, said, tmp_path):
    if config is not None:
        (tmp_path / "config.json").write_text(json.dumps(config))
    with pytest.raises(InputError, match=said):
        finetuned(model=str(tmp_path)).fit(ROWS, ROWS["label"])


def test_a_folder_that_is_not_there_is_refused():
    with pytest.raises(InputError, match="expected a folder with a model or a hub name owner/model, found '/no/such'"):
        finetuned(model="/no/such").fit(ROWS, ROWS["label"])


def test_an_auxiliary_column_that_is_not_there_is_refused_before_anything_is_loaded():
    with pytest.raises(InputError, match=r"no 'mood' among .* a table keeps it with dataset.extra=\[mood\]"):
        finetuned(auxiliary="mood").fit(ROWS, ROWS["label"])


@pytest.mark.models
def test_two_halves_are_the_whole_encoder(minilm):
    import torch
    from transformers import AutoModel, AutoTokenizer

    pair = ("the ferry is late again", "the ferry")
    batch = AutoTokenizer.from_pretrained(str(minilm))(*pair, return_tensors="pt")
    with torch.inference_mode():
        whole = AutoModel.from_pretrained(str(minilm)).eval()(**batch).last_hidden_state
        for layers in (1, 4, 6):
            lower = _halves.LowerHalf(str(minilm), layers, 128, "float32")
            (states,) = lower.read(lower.compute([pair]))
            # segments count in the embeddings, which are the lower half's
            upper = _halves.load_upper(lower.folder, lower.n_lower).eval()
            made = upper(inputs_embeds=torch.from_numpy(states.copy())[None]).last_hidden_state
            assert torch.allclose(made, whole, atol=1e-5)


@pytest.mark.models
def test_the_real_model_learns_is_kept_and_read_back(minilm, tmp_path, monkeypatch):
    made = clone(finetuned(model=str(minilm), layers=1, epochs=6, learning_rate=1e-3, n_seeds=2, auxiliary="tone"))
    made.fit(ROWS, ROWS["label"])
    found = made.predict_proba(ASKED)
    assert made.predict(ASKED)[:2].tolist() == ["against", "favor"]
    assert found.sum(axis=1) == pytest.approx(np.ones(3))
    assert [path.name.endswith("-lower5-128-float32.sqlite") for path in caches_with(["i love the ferry"])] == [True]
    first, second = made.weights_
    assert not np.array_equal(first["head.weight"], second["head.weight"])
    (tmp_path / "made.skops").write_bytes(skops.io.dumps(made))
    again = read_model(str(tmp_path / "made.skops"), "").classifier
    # what was kept needs no lower layers again
    monkeypatch.setattr(_halves, "load_lower", None)
    assert (again.predict_proba(ASKED) == found).all()
    assert np.allclose(again.predict_proba(ASKED[::-1])[::-1], found, atol=1e-6), "rows do not tell of each other"


@pytest.mark.models
def test_a_seed_decides_all_and_the_processs_own_numbers_are_left_alone(minilm):
    import torch

    settings = {"model": str(minilm), "layers": 1, "epochs": 1, "dtype": "bfloat16", "random_state": 3}
    torch.manual_seed(5)
    expected = torch.rand(1)
    torch.manual_seed(5)
    one, other = (finetuned(**settings).fit(ROWS, ROWS["label"]).weights_ for _ in range(2))
    assert torch.rand(1) == expected
    assert all(np.array_equal(one[0][name], other[0][name]) for name in one[0])


@pytest.mark.parametrize("split", [False, True])
def test_hashtags_are_read_as_words_where_that_is_asked(split):
    rows = pd.DataFrame({"text": ["late #nomoreferries", None], "target": "#Ferry"})
    first, second = finetuned(split_hashtags=split)._pairs(rows)
    assert first == ("late no more ferries" if split else "late #nomoreferries", "#Ferry")
    assert second == ("", "#Ferry")


@pytest.mark.models
@pytest.mark.parametrize(
    ("capability", "machine", "dtype", "warned"),
    [
        ("AVX2", "x86_64", "bfloat16", True),
        ("AVX512", "x86_64", "bfloat16", False),
        ("DEFAULT", "aarch64", "bfloat16", False),
        ("AVX2", "x86_64", "float32", False),
    ],
)
def test_a_precision_that_the_processor_imitates_is_warned_of_once(
    capability, machine, dtype, warned, monkeypatch, caplog
):
    torch = pytest.importorskip("torch", reason="torch is not installed")
    monkeypatch.setattr(torch.backends.cpu, "get_cpu_capability", lambda: capability)
    monkeypatch.setattr("platform.machine", lambda: machine)
    _halves._say_where_slow.cache_clear()
    for _ in range(2):
        _halves._say_where_slow(dtype)
    _halves._say_where_slow.cache_clear()
    assert caplog.text.count("this processor has AVX2 only, and imitates it; float32 is faster") == warned


@pytest.mark.models
def test_rows_of_no_weight_teach_nothing(minilm):
    weights = np.where(ROWS["label"] == "favor", 1.0, 0.0)
    made = finetuned(model=str(minilm), layers=1, epochs=6, learning_rate=1e-3)
    assert set(made.fit(ROWS, ROWS["label"], sample_weight=weights).predict(ROWS)) == {"favor"}


@pytest.mark.models
def test_more_layers_than_the_model_has_and_a_model_whose_layers_cannot_be_parted_are_refused(minilm, tmp_path):
    with pytest.raises(InputError, match=r"classifier.layers: expected 1 to 6, the layers of .*, found 7"):
        finetuned(model=str(minilm), layers=7).fit(ROWS, ROWS["label"])
    from transformers import AutoTokenizer, GPT2Config, GPT2Model

    AutoTokenizer.from_pretrained(str(minilm)).save_pretrained(tmp_path)
    GPT2Model(GPT2Config(n_embd=8, n_layer=2, n_head=1, vocab_size=40_000)).save_pretrained(tmp_path)
    with pytest.raises(InputError, match=r"expected an encoder built like BERT .*, found GPT2Model in"):
        finetuned(model=str(tmp_path), layers=1).fit(ROWS, ROWS["label"])
