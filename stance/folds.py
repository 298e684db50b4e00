"""Folds: which examples are trained on and which are tested, so that no group is on both sides."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stance.errors import InputError

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd


@dataclass(frozen=True, slots=True, eq=False)
class Fold:
    """Row numbers of the examples to train on and to test on; `repeat` and `fold` count from 0."""

    repeat: int
    fold: int
    train: "np.ndarray"
    test: "np.ndarray"


def author_groups(examples: "pd.DataFrame") -> "pd.Series":
    """Return the group of each example: its author, or itself where the page shows no author."""
    return examples["author"].where(examples["author"].notna(), examples["example_id"]).rename("group")


def leave_one_out(examples: "pd.DataFrame") -> list[Fold]:
    """Test on each example in turn, train on all others (an author's other comments included)."""
    _require(len(examples), 2, "examples", "leave_one_out")
    return list(_leave_groups_out(examples, examples["example_id"]))


def leave_one_author_out(examples: "pd.DataFrame") -> list[Fold]:
    """Test on each author's comments in turn, train on those of all others; without an author, on each alone."""
    groups = author_groups(examples)
    _require(groups.nunique(), 2, "authors", "leave_one_author_out")
    return list(_leave_groups_out(examples, groups))


def repeated_stratified(
    examples: "pd.DataFrame", n_folds: int = 4, n_repeats: int = 10, random_state: int = 0
) -> list[Fold]:
    """Split at random into `n_folds` with the labels in proportion, `n_repeats` times; authors may straddle folds.

    Raises InputError if a label has fewer examples than there are folds.
    """
    import numpy as np
    from sklearn.model_selection import RepeatedStratifiedKFold

    counts = Counter(examples["label"])
    rarest, fewest = min(counts.items(), key=lambda item: (item[1], item[0]))
    if n_folds < 2 or n_repeats < 1:
        raise InputError(f"repeated_stratified: expected n_folds >= 2 and n_repeats >= 1, found {n_folds}, {n_repeats}")
    if fewest < n_folds:
        raise InputError(
            f"repeated_stratified: label {rarest!r} has {fewest} example(s) for n_folds={n_folds}; a label needs at "
            f"least one for each fold. Lower folds.n_folds, annotate more, or use folds=leave_one_out"
        )
    order = _row_order(examples)
    splitter = RepeatedStratifiedKFold(n_splits=n_folds, n_repeats=n_repeats, random_state=random_state)
    labels = examples["label"].to_numpy()[order]
    return [
        Fold(number // n_folds, number % n_folds, np.sort(order[train]), np.sort(order[test]))
        for number, (train, test) in enumerate(splitter.split(labels, labels))
    ]


def fold_summary(examples: "pd.DataFrame", folds: Sequence[Fold], labels: Sequence[str]) -> "pd.DataFrame":
    """Return a table of what each fold holds, one row a fold.

    Columns: repeat, fold, train, test (examples); train_authors, test_authors, shared_authors (groups on
    both sides); train/<label>, test/<label> (examples by label); finding ("" or what a reader must know).
    """
    import pandas as pd

    groups = author_groups(examples).to_numpy()
    given = examples["label"].to_numpy()
    rows = []
    for fold in folds:
        train, test = Counter(given[fold.train]), Counter(given[fold.test])
        train_groups, test_groups = set(groups[fold.train]), set(groups[fold.test])
        missing = [label for label in labels if not train[label]]
        rows.append(
            {
                "repeat": fold.repeat,
                "fold": fold.fold,
                "train": len(fold.train),
                "test": len(fold.test),
                "train_authors": len(train_groups),
                "test_authors": len(test_groups),
                "shared_authors": len(train_groups & test_groups),
                **{f"train/{label}": train[label] for label in labels},
                **{f"test/{label}": test[label] for label in labels},
                "finding": f"no {' or '.join(missing)} in training" if missing else "",
            }
        )
    return pd.DataFrame(rows)


def _leave_groups_out(examples: "pd.DataFrame", groups: "pd.Series") -> Iterator[Fold]:
    """Yield one fold for each group, in the order of group names, so that the order of rows does not matter."""
    import numpy as np

    names = groups.to_numpy()
    for number, name in enumerate(sorted(set(names))):
        yield Fold(0, number, np.flatnonzero(names != name), np.flatnonzero(names == name))


def _row_order(examples: "pd.DataFrame") -> "np.ndarray":
    """Return the row numbers in the order of example ids, for a shuffle that starts from the same order always."""
    import numpy as np

    return np.argsort(examples["example_id"].to_numpy(dtype=object), kind="stable")


def _require(found: int, least: int, what: str, scheme: str) -> None:
    if found < least:
        raise InputError(f"{scheme}: expected at least {least} {what}, found {found}; there is nothing to train on")
