"""Transformers that judge a comment themselves. In: a hub name or a folder. Out: an unfitted estimator."""

from stance.classifiers.transformer_models._factories import finetuned, nli, setfit

__all__ = ["finetuned", "nli", "setfit"]
