"""Folds shuffled: of the same sizes and labels, with groups on both sides."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from stance.folds.fold import Fold


def shuffle_folds(examples: pd.DataFrame, folds: Sequence[Fold], random_state: int = 0) -> list[Fold]:
    """Return folds of the same sizes with the same number of each label, whose examples are drawn at random.

    Examples of one label change places with one another, so that nothing differs from `folds` but who stands with
    whom: groups that were kept apart straddle. Each repeat is shuffled anew; the order of rows does not matter.

    >>> import numpy as np, pandas as pd
    >>> examples = pd.DataFrame({"example_id": list("abcd"), "label": ["favor", "none", "favor", "none"]})
    >>> fold = shuffle_folds(examples, [Fold(0, 0, np.array([0, 1]), np.array([2, 3]))])[0]
    >>> sorted(examples["label"].iloc[fold.test])
    ['favor', 'none']
    """
    generator = np.random.default_rng(random_state)
    order = np.argsort(examples["example_id"].to_numpy(dtype=object), kind="stable")
    labels = examples["label"].to_numpy(dtype=object)[order]
    used = np.zeros(len(examples), dtype=bool)
    for fold in folds:
        used[fold.train] = used[fold.test] = True
    moved: dict[int, np.ndarray] = {}
    for repeat in sorted({fold.repeat for fold in folds}):
        moved[repeat] = np.arange(len(examples))
        for label in sorted(set(labels)):
            alike = order[(labels == label) & used[order]]
            moved[repeat][alike] = generator.permutation(alike)
    return [
        Fold(fold.repeat, fold.fold, np.sort(moved[fold.repeat][fold.train]), np.sort(moved[fold.repeat][fold.test]))
        for fold in folds
    ]
