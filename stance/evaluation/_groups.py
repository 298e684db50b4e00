"""What intervals and tests draw: the coarsest groups that the data knows, whatever the folds."""

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import pandas as pd

from stance.evaluation.scores.intervals import FEW_GROUPS
from stance.folds import Fold, columns_apart
from stance.folds.groups import connected_groups

MANY_TARGETS = 20  # from here on targets are a sample of claims; fewer are the targets that are asked about


def evaluation_groups(examples: pd.DataFrame, folds: Sequence[Fold]) -> pd.Series:
    """Return the group of each example: the coarsest that the data knows among what is tested, whatever the folds.

    Comments of one author or one thread depend on each other under random folds as well, so both are drawn whatever
    folds keep apart; where they cross and would link most of what is tested, the one with fewer groups is, by their
    effective number (Kish 1965). Targets are drawn where folds hold them out, which asks for new ones, or where there
    are 20 or more, as claims of a debate are. A choice counts that makes 5 groups, none with more than half of what
    is tested; where none does, groups are what the folds keep apart, else authors. A column with one value among
    what is tested makes no groups, nor does one with another value in every row.
    """
    rows = np.unique(np.concatenate([fold.test for fold in folds]))
    tested = examples.iloc[rows]
    usable = [
        column
        for column in ("author", "thread_id", "target")
        if column in examples and 1 < tested[column].nunique(dropna=False) < len(tested)
    ]
    apart = [column for column in columns_apart(examples, folds) if column in usable]
    must = {"target"} & set(apart)
    if "target" in usable and not must and tested["target"].nunique() < MANY_TARGETS:
        usable.remove("target")
    found: list[tuple[float, pd.Series]] = []
    # fewer columns first: of groups that are the same the first is taken, which is named after what makes it
    for number in range(1, len(usable) + 1):
        for columns in combinations(usable, number):
            groups = connected_groups(examples, columns)
            sizes = groups.iloc[rows].value_counts().to_numpy()
            if must <= set(columns) and len(sizes) >= FEW_GROUPS and sizes[0] <= len(rows) / 2:
                found.append((float(len(rows) ** 2 / (sizes**2).sum()), groups))
    if not found:
        return connected_groups(examples, apart or ["author"])
    return min(found, key=lambda pair: pair[0])[1]
