"""What predictions have cost: seconds, and tokens and money where a classifier counts them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

# in the order of tables; all are of the folds together
COST_METRICS = ("fit_seconds", "predict_seconds", "examples_per_second", "tokens", "money")


@dataclass
class Cost:
    """What predicting out of fold has cost, all folds together: seconds by the clock, and the examples predicted.

    `spent`: by what a fitted classifier counts in `cost_` (`tokens`, `money`), its sum over the folds. Vectors and
    answers that were kept before cost nothing here.
    """

    fit_seconds: float = 0.0
    predict_seconds: float = 0.0
    n_predicted: int = 0
    spent: dict[str, float] = field(default_factory=dict)

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

    def metrics(self) -> dict[str, float]:
        """Return it as metrics of a run, by the names of COST_METRICS; what was not counted is left out."""
        made = {"fit_seconds": self.fit_seconds, "predict_seconds": self.predict_seconds}
        if self.predict_seconds > 0:
            made["examples_per_second"] = self.n_predicted / self.predict_seconds
        return made | self.spent


def _parts(fitted: Any) -> Iterator[Any]:
    """Yield a fitted classifier, and the members that it asks."""
    fitted = getattr(fitted, "best_estimator_", fitted)
    yield fitted
    for member in getattr(fitted, "members_", ()):
        yield from _parts(member)
