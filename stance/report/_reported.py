"""What a run's report is made from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from stance.evaluation import Evaluation

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, eq=False)
class Reported:
    """What a run's report is made from: the evaluation, its data, and the plain config that made it.

    `stats`: the data set's counts; `agreement`: that of its annotators in one line, "" where there is none;
    `sentences`: what classifiers, fold schemes and metrics that are not the package's say of themselves, by name.
    """

    title: str
    evaluation: Evaluation
    examples: "pd.DataFrame"
    labels: tuple[str, ...]
    stats: Mapping[str, Any]
    agreement: str
    config: Mapping[str, Any]
    sentences: Mapping[str, str] = field(default_factory=dict)

    def predicted_examples(self) -> "pd.DataFrame":
        """Return the examples that were tested, each with what the first repeat predicted of it, one row each."""
        predictions = self.evaluation.predictions
        first = predictions[predictions["repeat"] == predictions["repeat"].min()]
        own = [name for name in first if name not in self.examples or name == "example_id"]
        return self.examples.merge(first[own], on="example_id", validate="one_to_one")
