"""Encoders on disk: what is refused, long texts in chunks, and the real all-MiniLM-L6-v2 where it is installed."""

import hashlib
import json
import sys

import numpy as np
import pandas as pd
import pytest

from stance.classifiers import embedding, kernel
from stance.classifiers.embeddings import _encoder, _model
from stance.classifiers.embeddings._encoder import SentenceEncoder
from stance.classifiers.embeddings._model import find_model, fingerprint, load_model
from stance.errors import InputError


def folder_with(tmp_path, module="sentence_transformers.models.Transformer", **files):
    (tmp_path / "modules.json").write_text(json.dumps([{"type": module}]))
    for name, content in files.items():
        (tmp_path / name.replace("_", ".")).write_text(content)
    return tmp_path


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"head_py": ""}, "found code in .*head.py"),
        ({"weights_bin": ""}, "found pickled weights, which may run code, in .*weights.bin"),
        ({"module": "own_module.Head"}, "expected modules of sentence_transformers, found 'own_module.Head' in .*"),
    ],
)
def test_a_model_that_would_run_code_is_refused(files, said, tmp_path):
    with pytest.raises(InputError, match=said):
        find_model(str(folder_with(tmp_path, **files)))


def test_pickled_weights_beside_safetensors_are_never_loaded_and_do_no_harm(tmp_path):
    assert find_model(str(folder_with(tmp_path, weights_bin="", weights_safetensors=""))) == tmp_path


@pytest.mark.parametrize("name", ["/no/such/folder", "./here", "no-owner", "a/b/c"])
def test_a_folder_that_is_not_there_is_no_hub_name(name):
    with pytest.raises(InputError, match="expected a folder with a model or a hub name owner/model, found"):
        find_model(name)


def test_a_folder_without_a_model_is_refused(tmp_path):
    with pytest.raises(
        InputError, match=r"expected modules.json of a sentence-transformers model or model.onnx in .*, found neither"
    ):
        find_model(str(tmp_path))


def test_a_missing_package_is_named_with_the_extra_that_brings_it(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    with pytest.raises(
        InputError, match=r'sentence-transformers .* missing; pip install "stance-threads\[embeddings\]"'
    ):
        load_model(folder_with(tmp_path), "float32")


def test_a_model_is_known_by_all_of_its_files(tmp_path):
    names = []
    for content in ("one", "two"):
        fingerprint.cache_clear()
        names.append(fingerprint(folder_with(tmp_path, config_json=content)))
    assert names[0] != names[1]


def test_texts_are_encoded_once_in_an_order_that_rows_do_not_decide(letters):
    texts = ["so it is", "late", None, "so it is", "dear"]
    made = SentenceEncoder("any").fit(texts).transform(texts)
    assert letters.encoded == ["", "dear", "late", "so it is"]
    assert made[0].tolist() == made[3].tolist()
    assert (made.shape, made.dtype) == ((5, 26), np.float32)
    assert SentenceEncoder("any").transform(texts[::-1]).tolist() == made[::-1].tolist()
    assert len(letters.encoded) == 4
    assert SentenceEncoder("any", dtype="bfloat16").transform(["late"]).shape == (1, 26)
    assert len(letters.encoded) == 5, "vectors of another precision are others"


@pytest.mark.parametrize("made", [kernel, embedding])
def test_hashtags_are_read_as_words_where_that_is_asked(letters, made):
    rows = pd.DataFrame({"text": ["#nomoreferries", "late"], "target": "ferry"})
    made(encoders=["any"]).fit(rows, ["favor", "against"])
    assert letters.encoded == ["late", "#nomoreferries"]
    made(encoders=["any"], split_hashtags=True).fit(rows, ["favor", "against"])
    assert letters.encoded == ["late", "#nomoreferries", "no more ferries"]


def test_what_was_encoded_before_an_interruption_is_kept(letters, monkeypatch):
    monkeypatch.setattr(_encoder, "AT_ONCE", 2)
    encode = letters.encode

    def interrupted(texts, *rest, **more):
        if "dear" in texts:
            raise KeyboardInterrupt
        return encode(texts, *rest, **more)

    monkeypatch.setattr(letters, "encode", interrupted)
    with pytest.raises(KeyboardInterrupt):
        SentenceEncoder("any").transform(["a", "b", "dear"])
    monkeypatch.setattr(letters, "encode", encode)
    SentenceEncoder("any").transform(["a", "b", "dear"])
    assert letters.encoded == ["a", "b", "dear"]


class Pairs:
    """A tokenizer of two characters a token, eight characters a chunk."""

    def __call__(self, text, max_length, **_):
        spans = [(start, min(start + 2, len(text))) for start in range(0, len(text), 2)]
        size = max_length - 2
        return {"offset_mapping": [[(0, 0), *spans[n : n + size], (0, 0)] for n in range(0, len(spans), size)]}


def test_a_long_text_is_the_mean_of_its_chunks_by_their_characters(letters):
    letters.max_seq_length, letters.tokenizer = 6, Pairs()
    made = _model.encode(letters, ["abcdefghij", "abc"], 8)
    assert letters.encoded == ["abcdefgh", "ij", "abc"]
    first, second, short = letters.vectors(["abcdefgh", "ij", "abc"])
    mean = 8 * first + 2 * second
    assert made[0] == pytest.approx(mean / np.linalg.norm(mean))
    assert made[1] == pytest.approx(short)


@pytest.mark.models
def test_the_real_model_is_the_published_one_and_knows_what_is_alike(minilm):
    weights = (minilm / "model.safetensors").read_bytes()
    assert hashlib.sha256(weights).hexdigest().startswith("53aa5117")
    texts = ["The ferry is late.", "The boat did not come on time.", "I like cheese."]
    made = SentenceEncoder(str(minilm)).transform(texts)
    assert made.shape == (3, 384)
    assert made[0] @ made[1] > made[0] @ made[2] + 0.3
    assert np.linalg.norm(made, axis=1) == pytest.approx(np.ones(3), abs=1e-5)


@pytest.mark.models
def test_the_larger_model_is_the_published_one_and_knows_what_is_alike(mpnet):
    with (mpnet / "model.safetensors").open("rb") as weights:
        found = hashlib.file_digest(weights, "sha256").hexdigest()
    assert found.startswith("78c0197b")
    assert found.endswith("5658")
    made = SentenceEncoder(str(mpnet)).transform(["The ferry is late.", "The boat did not come on time.", "Cheese!"])
    assert made.shape == (3, 768)
    assert made[0] @ made[1] > made[0] @ made[2] + 0.3


@pytest.mark.models
def test_the_real_model_takes_a_very_long_comment_and_an_empty_one(minilm):
    # 500 repetitions are ten chunks, 40 are one that the model reads whole
    made = SentenceEncoder(str(minilm)).transform(["The ferry is late. " * 500, "The ferry is late. " * 40, ""])
    assert made[0] @ made[1] > 0.95
    assert np.isfinite(made).all()


@pytest.mark.models
def test_bfloat16_is_nearly_the_same(minilm):
    texts = ["The ferry is late.", "I like cheese."]
    full, half = (SentenceEncoder(str(minilm), dtype).transform(texts) for dtype in ("float32", "bfloat16"))
    assert ((full * half).sum(axis=1) > 0.9998).all()


@pytest.mark.models
def test_the_kernel_learns_with_the_real_model(minilm):
    rows = pd.DataFrame({"text": ["the ferry is late", "the boat is dear", "i love the ferry", "a lovely boat"]})
    made = kernel(encoders=[str(minilm)]).fit(rows, ["against", "against", "favor", "favor"])
    asked = pd.DataFrame({"text": ["the ship came too late", "what a lovely ship"]})
    assert made.predict(asked).tolist() == ["against", "favor"]
