"""Classifiers on sentence embeddings, which are computed once. In: encoders and settings. Out: an estimator."""

from stance.classifiers.embeddings._factories import embedding, kernel
from stance.classifiers.embeddings._model import caches_with

__all__ = ["caches_with", "embedding", "kernel"]
