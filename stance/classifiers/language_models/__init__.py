"""Language models behind an OpenAI-compatible endpoint. In: its address and settings. Out: an unfitted estimator."""

from stance.classifiers.language_models._factory import llm

__all__ = ["llm"]
