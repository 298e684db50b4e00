"""Classifiers on sentence embeddings, which are computed once. In: encoders and settings. Out: an estimator."""

from stance.classifiers.embeddings._factories import embedding, kernel

__all__ = ["embedding", "kernel"]
