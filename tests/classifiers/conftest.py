"""A sentence encoder that counts letters, for tests of what is made of vectors: it needs no package and no network."""

import json

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
