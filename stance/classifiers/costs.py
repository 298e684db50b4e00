"""What classifiers cost: which of their steps are dear, and what predictions took in seconds, tokens and money."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

# in the order of tables; all are of the folds together
COST_METRICS = ("fit_seconds", "predict_seconds", "examples_per_second", "tokens", "money", "phrasings_agree")


def is_costly(classifier: Any, step: str = "predict") -> bool:
    """Return whether each step of a classifier, or of a part of it, costs money or minutes: ask for no needless one.

    `step`: "predict" or "fit". One whose predictions are costly, and that has probabilities, predicts the label with
    the highest, the first of several.

    >>> from stance.classifiers import ensemble, llm, majority
    >>> is_costly(ensemble({"one": llm(), "other": majority()})), is_costly(majority())
    (True, False)
    """
    if isinstance(classifier, list | tuple):
        return any(is_costly(part, step) for part in classifier)
    if isinstance(classifier, type) or not hasattr(classifier, "get_params"):
        return False
    parts = classifier.get_params(deep=False).values()
    return step in getattr(classifier, "costly", ()) or any(is_costly(part, step) for part in parts)


@dataclass
class Cost:
    """What predicting out of fold has cost, all folds together: seconds by the clock, and the examples predicted.

    `spent`: by what a fitted classifier counts in `cost_` (`tokens`, `money`), its sum over the folds, whether it was
    spent now or before. `n_asked`, `n_alike`: how many examples were asked about in several phrasings, and on how many
    of them all phrasings had the same answer. Vectors and answers that were kept before take no seconds here.
    """

    fit_seconds: float = 0.0
    predict_seconds: float = 0.0
    n_predicted: int = 0
    spent: dict[str, float] = field(default_factory=dict)
    n_asked: int = 0
    n_alike: int = 0

    @contextmanager
    def fitting(self) -> Iterator[None]:
        """Count the seconds of what is done inside as those of fitting."""
        start = perf_counter()
        yield
        self.fit_seconds += perf_counter() - start

    @contextmanager
    def predicting(self, fitted: Any, n_examples: int) -> Iterator[None]:
        """Count the seconds of what is done inside as those of predicting, and what `fitted` says it has spent."""
        start = perf_counter()
        yield
        self.predict_seconds += perf_counter() - start
        self.n_predicted += n_examples
        for part in _parts(fitted):
            for name, amount in getattr(part, "cost_", {}).items():
                self.spent[name] = self.spent.get(name, 0.0) + amount
            answered: Any = getattr(part, "phrasings_", None)
            if answered is not None and len(answered) > 1:
                self.n_asked += answered.shape[1]
                self.n_alike += int((answered == answered[0]).all(axis=0).sum())

    def metrics(self) -> dict[str, float]:
        """Return it as metrics of a run, by the names of COST_METRICS; what was not counted is left out."""
        made = {"fit_seconds": self.fit_seconds, "predict_seconds": self.predict_seconds}
        if self.predict_seconds > 0:
            made["examples_per_second"] = self.n_predicted / self.predict_seconds
        if self.n_asked:
            made["phrasings_agree"] = self.n_alike / self.n_asked
        return made | self.spent


def _parts(fitted: Any) -> Iterator[Any]:
    """Yield a fitted classifier, and the members that it asks."""
    fitted = getattr(fitted, "best_estimator_", fitted)
    yield fitted
    for member in getattr(fitted, "members_", ()):
        yield from _parts(member)
