"""A language model as a classifier: a question for each example, answered by an endpoint."""

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Self

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import check_is_fitted

from stance.classifiers.embeddings._columns import ReadsTexts, targets_of, texts_of
from stance.classifiers.language_models._nearest import nearest, words_of
from stance.classifiers.language_models.asking import Asking, ask_all
from stance.classifiers.language_models.endpoint import Endpoint
from stance.classifiers.language_models.prompts import Task, make_prompt, read_guidelines
from stance.classifiers.language_models.reading import read_shares
from stance.classifiers.language_models.reply import Prompt, Reply
from stance.errors import InputError, did_you_mean

MOST_NAMED = 5
MILLION = 1_000_000
LEAST = 1e-6  # a label that is never answered divides by no less
log = logging.getLogger("llm")


def _may_have_probabilities(classifier: Any) -> bool:
    return classifier.answer in ("auto", "logprobs")


class LLMClassifier(ReadsTexts, ClassifierMixin, BaseEstimator):  # type: ignore[misc]  # untyped base
    """Ask a language model for the label of each example; training gives it labels, and examples to show.

    The parameters are those of `stance.classifiers.llm`, which checks them; `answers` is a folder.

    Learned: `classes_`; `guidelines_`, their text; `shown_`, training rows as (text, context, target, label) where
    `n_examples` is above 0; `words_`, `likeness_` and `targets_`, by which those to show are chosen; `base_rates_`,
    the mean answer to the training rows, None without calibration. After a prediction `cost_` has its tokens, and its
    money where there is a price, whether they were spent now or before; `phrasings_` (n_phrasings, n_rows) the number
    of the label that each phrasing was answered.
    """

    costly = ("predict",)  # it costs time and money: what needs no further one must ask for none

    def __init__(
        self,
        base_url: str,
        model: str,
        key_variable: str = "OPENAI_API_KEY",
        guidelines: str | None = None,
        labels: Mapping[str, str] | None = None,
        n_examples: int = 0,
        phrasings: int = 1,
        answer: str = "auto",
        unreadable: str | None = None,
        temperature: float = 0.0,
        random_state: int = 0,
        answer_tokens: int = 24,
        longest: int = 8000,
        budget: int | None = None,
        price: float | None = None,
        money: float | None = None,
        calibration: str = "none",
        concurrency: int = 8,
        timeout: float = 60.0,
        retries: int = 4,
        answers: str = "outputs/llm",
        reads: Sequence[str] = ("text", "context", "target"),
    ) -> None:
        self.base_url = base_url
        self.model = model
        self.key_variable = key_variable
        self.guidelines = guidelines
        self.labels = labels
        self.n_examples = n_examples
        self.phrasings = phrasings
        self.answer = answer
        self.unreadable = unreadable
        self.temperature = temperature
        self.random_state = random_state
        self.answer_tokens = answer_tokens
        self.longest = longest
        self.budget = budget
        self.price = price
        self.money = money
        self.calibration = calibration
        self.concurrency = concurrency
        self.timeout = timeout
        self.retries = retries
        self.answers = answers
        self.reads = reads

    def fit(self, X: pd.DataFrame, y: Any) -> Self:
        """Keep the labels, and the examples to show. Raises InputError if the config does not cover the labels."""
        given = np.asarray(y)
        self.classes_ = np.array(sorted({*given.tolist(), *self._described(given)}))
        if self.unreadable is not None and self.unreadable not in self.classes_:
            hint = did_you_mean(self.unreadable, self.classes_.tolist())
            raise InputError(
                f"classifier.unreadable: expected a label of {self.classes_.tolist()}, found {self.unreadable!r}.{hint}"
            )
        self.guidelines_ = read_guidelines(self.guidelines)
        self.shown_, self.words_, self.likeness_ = [], None, None
        self.targets_ = np.array([], dtype=object)
        self.base_rates_ = None
        if self.calibration == "batch":
            self.base_rates_ = np.maximum(self._shares(X).mean(axis=0), LEAST)
        if self.n_examples:
            self.shown_ = [(*row, str(label)) for row, label in zip(self._read(X), given, strict=True)]
            self.words_, self.likeness_ = words_of(X)
            self.targets_ = targets_of(X)
        return self

    def predict(self, X: pd.DataFrame) -> np.ndarray:
        """Return n_rows labels. Raises InputError where an answer is missing, or cannot be read."""
        labels: np.ndarray = self.classes_[self._shares(X).argmax(axis=1)]
        return labels

    @available_if(_may_have_probabilities)  # type: ignore[untyped-decorator]
    def predict_proba(self, X: pd.DataFrame) -> np.ndarray:
        """Return (n_rows, n_labels) probabilities, 1 for the answer where the server gives no log-probabilities."""
        return self._shares(X)

    def _described(self, given: np.ndarray) -> list[str]:
        """Return the labels that the config describes. Raises InputError if it describes some of them only."""
        described = list(self.labels or ())
        if described and (left := sorted(set(given.tolist()) - set(described))):
            raise InputError(
                f"classifier.labels: expected every label of the data, found {described}, and none of {left}; "
                "describe them too, or none at all"
            )
        return described

    def _shares(self, X: pd.DataFrame) -> np.ndarray:
        check_is_fitted(self)
        endpoint = Endpoint(
            self.base_url,
            self.model,
            self.key_variable,
            self.temperature,
            self.random_state,
            self.answer_tokens,
            self.timeout,
            self.retries,
        )
        asking = Asking(endpoint, Path(self.answers), self.answer, self.concurrency, self._limit())
        prompts = [prompt for phrasing in range(self.phrasings) for prompt in self._prompts(X, phrasing)]
        replies = ask_all(asking, prompts)
        self._note_cost(prompts, replies)
        labels = self.classes_.tolist()
        read = [read_shares(reply, labels) for reply in replies]
        self._note_unreadable([prompt for prompt, shares in zip(prompts, read, strict=True) if shares is None], prompts)
        taken = {label: float(label == self.unreadable) for label in labels}
        rows = [[(shares or taken)[label] for label in labels] for shares in read]
        table = np.array(rows, dtype=float).reshape(self.phrasings, len(X), len(labels))
        self.phrasings_ = table.argmax(axis=2)
        if self.phrasings > 1 and len(X):
            same = (self.phrasings_ == self.phrasings_[0]).all(axis=0)
            log.info("%d phrasings: the same label for %d of %d examples", self.phrasings, same.sum(), len(X))
        mean: np.ndarray = table.mean(axis=0)
        if self.base_rates_ is not None:
            mean = mean / self.base_rates_
            mean /= mean.sum(axis=1, keepdims=True)
        return mean

    def _limit(self) -> int | None:
        """Return how many tokens may be spent, None without a limit."""
        bought = None if self.money is None or self.price is None else int(self.money / self.price * MILLION)
        return min((limit for limit in (self.budget, bought) if limit is not None), default=None)

    def _note_cost(self, prompts: Sequence[Prompt], replies: Sequence[Reply]) -> None:
        # what is asked twice is answered once
        n_tokens = sum(
            {prompt.messages: reply.n_tokens for prompt, reply in zip(prompts, replies, strict=True)}.values()
        )
        self.cost_ = {"tokens": float(n_tokens)}
        if self.price is not None:
            self.cost_["money"] = n_tokens * self.price / MILLION

    def _prompts(self, X: pd.DataFrame, phrasing: int) -> list[Prompt]:
        labels = dict(self.labels or dict.fromkeys(self.classes_.tolist(), ""))
        task = Task(labels, self.guidelines_, phrasing, longest=self.longest)
        rows = self._read(X)
        if cut := sum(len(text) > self.longest for text, _, _ in rows):
            log.info("%d comments are longer than %d characters, and cut there", cut, self.longest)
        ids = texts_of(X, "example_id") if "example_id" in X else [""] * len(X)
        places: Any = [[] for _ in rows]
        if self.n_examples:
            if not self.shown_:
                raise InputError(
                    "model: expected the examples that it shows, found none: it was tracked without words; train it "
                    "with tracking.texts=true, or with classifier.n_examples=0"
                )
            places = nearest(self.words_, self.likeness_, self.targets_, X, self.n_examples)
        return [
            make_prompt(task, _named(row) | {"example_id": name}, [(_named(s), s[3]) for s in self._at(shown)])
            for row, name, shown in zip(rows, ids, places, strict=True)
        ]

    def _at(self, places: Sequence[int]) -> list[tuple[str, str, str, str]]:
        return [self.shown_[place] for place in places]

    def _read(self, X: pd.DataFrame) -> list[tuple[str, str, str]]:
        """Return text, context and target of each row, "" for what it has not or is not read."""
        read = [
            texts_of(X, column) if column in self.reads and column in X else [""] * len(X)
            for column in ("text", "context", "target")
        ]
        return list(zip(*read, strict=True))

    def _note_unreadable(self, unreadable: Sequence[Prompt], prompts: Sequence[Prompt]) -> None:
        """Say how many answers cannot be read. Raises InputError unless the config says what they are taken for."""
        if not unreadable:
            return
        named = ", ".join(prompt.name for prompt in unreadable[:MOST_NAMED] if prompt.name)
        said = f"{len(unreadable)} of {len(prompts)} answers are no label" + (f" (first: {named})" if named else "")
        if self.unreadable is None:
            raise InputError(
                f"{self.model}: {said}. They are kept with their prompts in the folder of classifier.answers; "
                "classifier.unreadable=<label> takes them for that label"
            )
        log.warning("%s: %s, and taken for %s", self.model, said, self.unreadable)

    def forget_words(self) -> None:
        """Forget the examples to show, whose words may not go where the model goes."""
        self.shown_ = []


def _named(row: Sequence[str]) -> dict[str, str]:
    return dict(zip(("text", "context", "target"), row[:3], strict=True))
