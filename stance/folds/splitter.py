"""The splitter under every grouped scheme and every inner search: stratified, seeded, no group on both sides."""

import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
from sklearn.model_selection import StratifiedGroupKFold

from stance.errors import InputError

ATTEMPTS = 50


class GroupedKFold(StratifiedGroupKFold):  # type: ignore[misc]  # untyped base
    """scikit-learn's StratifiedGroupKFold, shuffled, which leaves no fold empty and is silent on rare labels.

    The groups of a search reach it through metadata routing. `random_state`: an int.
    """

    def __init__(self, n_splits: int = 5, random_state: int = 0) -> None:
        super().__init__(n_splits=n_splits, shuffle=True, random_state=random_state)

    def split(self, X: Any, y: Any = None, groups: Any = None) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Yield n_splits pairs of row numbers, to train on and to test on.

        Raises InputError if there are fewer groups than folds, or fewer examples of every label.
        """
        n_groups, most = len(np.unique(groups)), np.unique(y, return_counts=True)[1].max()
        if min(n_groups, most) < self.n_splits:
            raise InputError(
                f"expected at least {self.n_splits} groups and {self.n_splits} examples of a label for "
                f"n_folds={self.n_splits}, found {n_groups} and {most}; lower n_folds to {max(2, min(n_groups, most))}"
            )
        generator = np.random.RandomState(self.random_state)
        for _ in range(ATTEMPTS):
            plain = StratifiedGroupKFold(self.n_splits, shuffle=True, random_state=generator)
            with warnings.catch_warnings():
                # a label rarer than the folds is told of by the table of folds, with its name
                warnings.filterwarnings("ignore", message="The least populated class in y", category=UserWarning)
                pairs = list(plain.split(np.zeros(len(y)), y, groups))
            # scikit-learn's greedy search leaves a fold empty now and then where groups are few and unequal
            if all(len(test) for _, test in pairs):
                yield from pairs
                return
        raise InputError(
            f"expected {self.n_splits} folds of {n_groups} groups, found one left empty in {ATTEMPTS} attempts; "
            f"lower n_folds"
        )
