"""N-grams: classifiers on words and characters. In: settings. Out: unfitted estimators."""

from stance.classifiers.ngrams._linear import check_reads, complement_nb, linear_svm, logreg, ngram_features, span_of
from stance.classifiers.ngrams._presence import nb_svm, svm_ngrams

__all__ = [
    "check_reads",
    "complement_nb",
    "linear_svm",
    "logreg",
    "nb_svm",
    "ngram_features",
    "span_of",
    "svm_ngrams",
]
