"""Classifiers. In: settings. Out: unfitted scikit-learn estimators that work on a DataFrame of examples."""

from stance.classifiers._baselines import (
    CHEATING,
    author_prior,
    chance,
    length_only,
    majority,
    target_only,
    target_prior,
)
from stance.classifiers._members import ensemble
from stance.classifiers.embeddings import embedding, kernel
from stance.classifiers.language_models import llm
from stance.classifiers.ngrams import complement_nb, linear_svm, logreg, nb_svm, svm_ngrams
from stance.classifiers.transformer_models import finetuned, nli, setfit

__all__ = [
    "CHEATING",
    "author_prior",
    "chance",
    "complement_nb",
    "embedding",
    "ensemble",
    "finetuned",
    "kernel",
    "length_only",
    "linear_svm",
    "llm",
    "logreg",
    "majority",
    "nb_svm",
    "nli",
    "setfit",
    "svm_ngrams",
    "target_only",
    "target_prior",
]
