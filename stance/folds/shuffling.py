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


def redraw_training(folds: Sequence[Fold], groups: pd.Series, random_state: int) -> list[Fold]:
    """Return folds that test the same, each trained on as many of its training groups, drawn with replacement.

    `groups`: of all examples, in their order. A group that is drawn twice is trained on twice. The order of rows does
    not matter where groups are named after what makes them.

    >>> import numpy as np, pandas as pd
    >>> groups = pd.Series(["p", "p", "q", "r"])
    >>> [fold] = redraw_training([Fold(0, 0, np.array([0, 1, 2]), np.array([3]))], groups, random_state=1)
    >>> fold.train.tolist(), fold.test.tolist()
    ([0, 1, 2], [3])
    """
    names = groups.to_numpy(dtype=object).astype(str)
    made = []
    for fold in folds:
        generator = np.random.default_rng([random_state, fold.repeat, fold.fold])
        known = np.unique(names[fold.train])
        times = np.bincount(generator.integers(0, len(known), size=len(known)), minlength=len(known))
        train = np.repeat(fold.train, times[np.searchsorted(known, names[fold.train])])
        made.append(Fold(fold.repeat, fold.fold, train, fold.test))
    return made
