"""Texts to vectors: a sentence encoder as a step of a pipeline, whose vectors are computed once and kept on disk."""

from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin

from stance.classifiers.embeddings._cache import VectorCache, key_of
from stance.classifiers.embeddings._columns import ReadsTexts
from stance.classifiers.embeddings._model import cache_folder, encode, find_model, fingerprint, load_model
from stance.classifiers.ngrams.tokens import split_hashtags

AT_ONCE = 2048  # texts encoded before they are kept: what an interruption may cost


class SentenceEncoder(ReadsTexts, TransformerMixin, BaseEstimator):  # type: ignore[misc]  # untyped base
    """Make a vector of length 1 of each text by a sentence-transformers model (Reimers and Gurevych 2019).

    `model`: a hub name, `owner/model` or `owner/model@revision`, or a folder; `dtype`: "float32" (default), or
    "bfloat16" where the processor has it; `batch_size`: texts at once; `split_hashtags`: they are read as words. A
    text that is longer than the model reads is the mean of its chunks. Vectors are kept in the user's cache folder by
    the model's own files and the hash of the text, for all folds, runs and processes; the texts are not.

    It learns nothing from the examples.
    """

    def __init__(self, model: str, dtype: str = "float32", batch_size: int = 32, split_hashtags: bool = False) -> None:
        self.model = model
        self.dtype = dtype
        self.batch_size = batch_size
        self.split_hashtags = split_hashtags

    def fit(self, X: Any, y: Any = None) -> Self:
        """Learn nothing."""
        return self

    def transform(self, X: Any) -> np.ndarray:
        """Return (n_texts, n_dimensions) float32 vectors of length 1. X: n_texts strings, None as no words.

        Raises InputError if there is no such model, if it holds code, or if the packages are missing.
        """
        texts = ["" if text is None or text != text else str(text) for text in X]
        if self.split_hashtags:
            texts = [split_hashtags(text) for text in texts]
        folder = find_model(self.model)
        cache = VectorCache(cache_folder() / f"{fingerprint(folder)[:16]}-{self.dtype}.sqlite")
        keys = [key_of(text) for text in texts]
        unique = dict(zip(keys, texts, strict=True))
        found = cache.read(list(unique))
        # by length, so that a batch holds little padding, then by text: the order of rows decides nothing
        missing = sorted((key for key in unique if key not in found), key=lambda key: (len(unique[key]), unique[key]))
        for start in range(0, len(missing), AT_ONCE):
            some = missing[start : start + AT_ONCE]
            vectors = encode(load_model(folder, self.dtype), [unique[key] for key in some], self.batch_size)
            made = dict(zip(some, vectors, strict=True))
            cache.write(made)
            found.update(made)
        return np.array([found[key] for key in keys], dtype=np.float32)

    def __sklearn_is_fitted__(self) -> bool:
        return True

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.requires_fit = False
        return tags
