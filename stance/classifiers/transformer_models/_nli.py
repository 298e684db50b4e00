"""Stance by entailment: how far a comment entails a sentence that says what a label means."""

from collections.abc import Mapping, Sequence
from typing import Any, Self

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.metrics import f1_score
from sklearn.utils.validation import check_is_fitted

from stance.classifiers.embeddings._columns import ReadsTexts, targets_of, texts_of
from stance.classifiers.transformer_models._entailment import entailments
from stance.errors import InputError

NO_TARGET = "it"  # what a hypothesis speaks of where a row has no target
LEAST = 1e-9


class NLIClassifier(ReadsTexts, ClassifierMixin, BaseEstimator):  # type: ignore[misc]  # untyped base
    """Predict the label whose hypotheses the text entails most (Yin, Hay and Roth 2019).

    `model`, `hypotheses`, `threshold`: as `stance.classifiers.nli` has them. Entailments are kept on disk, so that
    training rows are judged once for all folds.

    Learned: `classes_`; `rest_`, the label without a hypothesis, "" where each has one; `threshold_`, the entailment
    that it takes to be another, 0 where each has one.
    """

    def __init__(
        self,
        model: str,
        hypotheses: Mapping[str, Sequence[str]],
        threshold: float | None = None,
        batch_size: int = 16,
    ) -> None:
        self.model = model
        self.hypotheses = hypotheses
        self.threshold = threshold
        self.batch_size = batch_size

    def fit(self, X: pd.DataFrame, y: Any) -> Self:
        """Choose the threshold, if it is not given. Raises InputError if two labels have no hypothesis."""
        given = np.asarray(y)
        without = sorted(set(given.tolist()) - set(self.hypotheses))
        if len(without) > 1:
            raise InputError(
                f"classifier.hypotheses: expected sentences for every label but one, found them for "
                f"{list(self.hypotheses)}, and none for {without}"
            )
        self.classes_ = np.array(sorted({*given.tolist(), *self.hypotheses}))
        self.rest_ = without[0] if without else ""
        self.threshold_ = 0.0
        if self.rest_:
            self.threshold_ = self._chosen(X, given) if self.threshold is None else float(self.threshold)
        return self

    def predict(self, X: pd.DataFrame) -> np.ndarray:
        """Return n_rows labels."""
        labels: np.ndarray = self.classes_[self.predict_proba(X).argmax(axis=1)]
        return labels

    def predict_proba(self, X: pd.DataFrame) -> np.ndarray:
        """Return (n_rows, n_labels) shares of the entailments; that of the label without a hypothesis is the threshold.

        They order labels, and are no calibrated probabilities.
        """
        check_is_fitted(self)
        scores = self._entailed(X)
        shares = np.maximum(np.column_stack([scores.get(label, self._rest(X)) for label in self.classes_]), LEAST)
        whole: np.ndarray = shares / shares.sum(axis=1, keepdims=True)
        return whole

    def _rest(self, X: pd.DataFrame) -> np.ndarray:
        # below the threshold and not at it: an entailment that reaches it is enough
        return np.full(len(X), np.nextafter(self.threshold_, -1.0))

    def _entailed(self, X: pd.DataFrame) -> dict[str, np.ndarray]:
        """Return n_rows mean entailments for each label that has hypotheses."""
        texts, targets = texts_of(X, "text"), [target or NO_TARGET for target in targets_of(X)]
        phrasings = [(label, each) for label, said in self.hypotheses.items() for each in said]
        pairs = [
            (text, each.replace("{target}", target))
            for _, each in phrasings
            for text, target in zip(texts, targets, strict=True)
        ]
        found = entailments(self.model, pairs, self.batch_size).reshape(len(phrasings), len(texts))
        of_label = np.array([label for label, _ in phrasings])
        return {label: found[of_label == label].mean(axis=0) for label in self.hypotheses}

    def _chosen(self, X: pd.DataFrame, given: np.ndarray) -> float:
        """Return the threshold that gives training rows the highest macro F1, the lowest of several."""
        scores = self._entailed(X)
        named = np.array(list(scores))
        table = np.column_stack(list(scores.values()))
        best, most = named[table.argmax(axis=1)], table.max(axis=1)
        ends = np.unique(most)
        # between any two rows, so that no row's own number decides
        candidates = [0.0, *((ends[1:] + ends[:-1]) / 2), 1.0]
        found = [
            f1_score(given, np.where(most >= each, best, self.rest_), average="macro", zero_division=0.0)
            for each in candidates
        ]
        return float(candidates[int(np.argmax(found))])
