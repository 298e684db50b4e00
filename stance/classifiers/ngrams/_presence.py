"""Classifiers on the presence of n-grams: the organisers' support vector machine of SemEval-2016, and NB-SVM."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from stance.classifiers.ngrams._linear import ngram_features

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline


def svm_ngrams(
    ngrams: Sequence[int] | None = (1, 3),
    char_ngrams: Sequence[int] | None = (2, 5),
    C: float = 0.1,
    class_weight: str | None = "balanced",
    per_target: bool = True,
    random_state: int = 0,
    reads: Sequence[str] = ("text",),
    tokens: str = "words",
) -> "Pipeline":
    """Linear support vector machine on which n-grams of words and characters occur (Mohammad et al. 2016).

    Their strongest system in SemEval-2016 Task 6 A: presence, not frequency, of word 1- to 3-grams and of
    character 2- to 5-grams across words. `per_target`: one machine a target, and one for all targets that judges
    those which training does not have; else the latter only. `tokens`: "words" (default), or "tweets", whose
    hashtags, handles and emoticons are words. It has no probabilities.
    """
    from sklearn.pipeline import Pipeline
    from sklearn.svm import LinearSVC

    from stance.classifiers._per_target import PerTargetClassifier

    svm = LinearSVC(C=C, class_weight=class_weight, random_state=random_state, max_iter=10_000)
    features = ngram_features(ngrams, char_ngrams, reads, presence=True, with_target=per_target, tokens=tokens)
    return Pipeline([("features", features), ("classifier", PerTargetClassifier(svm) if per_target else svm)])


def nb_svm(
    ngrams: Sequence[int] | None = (1, 2),
    char_ngrams: Sequence[int] | None = None,
    C: float = 1.0,
    alpha: float = 1.0,
    beta: float = 0.25,
    random_state: int = 0,
    reads: Sequence[str] = ("text",),
    tokens: str = "words",
) -> "Pipeline":
    """Linear support vector machine on naive Bayes log-count ratios of n-grams that occur (Wang and Manning 2012).

    `alpha` smooths the counts; `beta`, from 0 to 1, is how far the machine's own weights are trusted over their
    mean size; `tokens`: "words" (default) or "tweets", as above. It has no probabilities.
    """
    from sklearn.pipeline import Pipeline

    from stance.classifiers._nb_svm import NBSVMClassifier

    features = ngram_features(ngrams, char_ngrams, reads, presence=True, tokens=tokens)
    return Pipeline([("features", features), ("classifier", NBSVMClassifier(C, alpha, beta, random_state))])
