"""Encoders that were exported to ONNX: what is refused, and the real all-MiniLM-L6-v2 in 8 bits without torch."""

import json
import sys

import numpy as np
import pandas as pd
import pytest

from stance.classifiers import kernel
from stance.classifiers.embeddings._encoder import SentenceEncoder
from stance.classifiers.embeddings._model import find_model, load_model
from stance.classifiers.embeddings._onnx import OnnxEncoder, is_exported
from stance.errors import InputError

TEXTS = ["The ferry is late.", "The boat did not come on time.", "I like cheese.", "A fee for parking is a bad idea!"]


def folder_with(tmp_path, *names, pooling=None):
    for name in names:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("{}")
    if pooling is not None:
        (tmp_path / "1_Pooling").mkdir()
        (tmp_path / "1_Pooling" / "config.json").write_text(json.dumps(pooling))
    return tmp_path


@pytest.mark.parametrize(
    ("names", "pooling", "said"),
    [
        (["model.onnx"], None, "expected tokenizer.json beside model.onnx in .*, found none"),
        (["a.onnx", "b.onnx", "tokenizer.json"], None, r"expected one model.onnx in .*, found \['a.onnx', 'b.onnx'\]"),
        (["model.onnx", "onnx/model.onnx"], None, "expected one model.onnx in"),
        (["model.onnx"], {"pooling_mode": "lasttoken"}, r"expected mean or cls in .*, found \['lasttoken'\]"),
        (["model.onnx"], {"pooling_mode_max_tokens": True}, r"expected mean or cls .* \['pooling_mode_max_tokens'\]"),
    ],
)
def test_a_folder_that_is_no_exported_encoder_is_refused(names, pooling, said, tmp_path):
    with pytest.raises(InputError, match=said):
        OnnxEncoder(folder_with(tmp_path, *names, pooling=pooling))


def test_weights_for_torch_go_before_an_export_and_code_is_refused_in_both(tmp_path):
    assert is_exported(folder_with(tmp_path, "onnx/model.onnx", "onnx/model_O3.onnx"))
    assert find_model(str(tmp_path)) == tmp_path
    (tmp_path / "own.py").write_text("")
    with pytest.raises(InputError, match=r"found code in .*own.py"):
        find_model(str(tmp_path))
    assert not is_exported(folder_with(tmp_path, "model.safetensors"))


def test_a_missing_package_is_named_with_the_extra_that_brings_it(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(InputError, match=r'onnxruntime and tokenizers .* pip install "stance-threads\[onnx\]"'):
        load_model(folder_with(tmp_path, "model.onnx", "tokenizer.json"), "float32")


def test_an_exported_model_has_no_other_precision(tmp_path):
    with pytest.raises(InputError, match="expected dtype float32 of an exported model, found bfloat16"):
        load_model(folder_with(tmp_path, "model.onnx", "tokenizer.json"), "bfloat16")


@pytest.mark.models
def test_a_file_that_is_no_model_is_refused(tmp_path, exported):
    with pytest.raises(InputError, match=r"expected an encoder in ONNX in .*, found none"):
        OnnxEncoder(folder_with(tmp_path, "other/model.onnx", "other/tokenizer.json") / "other")


@pytest.mark.models
def test_vectors_are_nearly_those_of_the_published_model_and_need_no_torch(exported, minilm, monkeypatch):
    expected = SentenceEncoder(str(minilm)).transform(TEXTS)
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    monkeypatch.setitem(sys.modules, "torch", None)
    made = SentenceEncoder(str(exported)).transform(TEXTS)
    assert ((made * expected).sum(axis=1) >= 0.998).all()
    # alone a text is read as it is among others, but for what 8 bits round
    alone = np.vstack([OnnxEncoder(exported).encode([text]) for text in TEXTS])
    alone /= np.linalg.norm(alone, axis=1, keepdims=True)
    assert ((made * alone).sum(axis=1) >= 0.998).all()


@pytest.mark.models
def test_a_very_long_comment_is_read_in_chunks_and_an_empty_one_does_no_harm(exported):
    made = SentenceEncoder(str(exported)).transform([(TEXTS[0] + " ") * 20, (TEXTS[0] + " ") * 300, ""])
    assert np.isfinite(made).all()
    assert np.linalg.norm(made, axis=1) == pytest.approx(np.ones(3), abs=1e-5)
    assert made[0] @ made[1] > 0.95


@pytest.mark.models
def test_the_kernel_learns_with_an_exported_model(exported):
    rows = pd.DataFrame({"text": ["the ferry is late", "the boat is dear", "i love the ferry", "a lovely boat"]})
    made = kernel(encoders=[str(exported)]).fit(rows, ["against", "against", "favor", "favor"])
    asked = pd.DataFrame({"text": ["the ship came too late", "what a lovely ship"]})
    assert made.predict(asked).tolist() == ["against", "favor"]
