"""Sentence embeddings: classifiers on vectors of meaning, which are computed once and kept on disk."""

from stance.classifiers.embeddings._factories import embedding, kernel

__all__ = ["embedding", "kernel"]
