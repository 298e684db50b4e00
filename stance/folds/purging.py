"""Purged folds: training rows that share an author, or whatever else, with a test row are left out of that fold."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from stance.errors import InputError, did_you_mean
from stance.folds.fold import Fold
from stance.folds.groups import DUPLICATES, short_duplicates, value_codes

if TYPE_CHECKING:
    import pandas as pd


class NothingToTrainOn(InputError):
    """All that a fold could train on has a text that it tests."""


def purge(examples: "pd.DataFrame", folds: Sequence[Fold], columns: Sequence[str] = ()) -> tuple[list[Fold], str]:
    """Return folds without the training rows that share a value of any of `columns` with a row that the fold tests.

    What is tested stays as it is, so that scores with and without can be compared. Also returned: how many rows were
    left out, in words, "" without columns. A missing value is nobody's.

    Raises InputError for a column that the examples have not or that is never given, and where a fold would train on
    nothing.

    >>> import numpy as np, pandas as pd
    >>> examples = pd.DataFrame({"example_id": list("abcd"), "author": ["p", "q", "p", None]})
    >>> folds, said = purge(examples, [Fold(0, 0, np.array([0, 1, 3]), np.array([2]))], ["author"])
    >>> folds[0].train.tolist(), said
    ([1, 3], 'Purged: 1 of 3 training rows shared their author with a test row of the fold and were left out')
    """
    if not columns:
        return list(folds), ""
    import numpy as np

    known = list(map(str, examples.columns))
    if unknown := [column for column in columns if column not in known]:
        raise InputError(
            f"purge: expected columns of the examples, such as author or thread_id, found {unknown}."
            f"{did_you_mean(unknown[0], known)}"
        )
    codes = {column: value_codes(examples[column]) for column in columns}
    if empty := [column for column, found in codes.items() if found.max(initial=-1) < 0]:
        raise InputError(f"purge: expected examples that name their {empty[0]}, found none; take it out of purge")
    made = []
    for fold in folds:
        shared = np.zeros(len(fold.train), dtype=bool)
        for found in codes.values():
            tested = found[fold.test]
            shared |= np.isin(found[fold.train], tested[tested >= 0])
        if shared.all():
            raise InputError(
                f"purge: expected rows to train on in fold {fold.fold} of repeat {fold.repeat}, found that all "
                f"{len(shared)} share their {' or '.join(columns)} with a test row; use more folds, or purge less"
            )
        made.append(replace(fold, train=fold.train[~shared]))
    before, after = (sum(len(fold.train) for fold in part) for part in (folds, made))
    number = f"{before - after:,} of {before:,} training rows"
    shared_what = " or ".join("thread" if column == "thread_id" else column for column in columns)
    return made, f"Purged: {number} shared their {shared_what} with a test row of the fold and were left out"


def seen_in_training(examples: "pd.DataFrame", folds: Sequence[Fold], column: str) -> float:
    """Return the share of tested rows whose value of a column a training row of the fold has too, over all folds."""
    import numpy as np

    codes = value_codes(examples[column])
    seen = sum(int((np.isin(codes[fold.test], codes[fold.train]) & (codes[fold.test] >= 0)).sum()) for fold in folds)
    return seen / sum(len(fold.test) for fold in folds)


def without_doubles(examples: "pd.DataFrame", folds: Sequence[Fold]) -> list[Fold]:
    """Return folds without the training rows whose text a row that the fold tests has too, but for short texts.

    Folds that hold out targets need it: one text under two targets joins no targets (see `connected_groups`).

    Raises NothingToTrainOn, an InputError, where a fold would train on nothing.
    """
    if DUPLICATES not in examples:
        return list(folds)
    import numpy as np

    codes = np.where(short_duplicates(examples), -1, value_codes(examples[DUPLICATES]))
    made = []
    for fold in folds:
        tested = codes[fold.test]
        doubled = np.isin(codes[fold.train], tested[tested >= 0])
        if doubled.all():
            raise NothingToTrainOn(
                f"expected rows to train on in fold {fold.fold} of repeat {fold.repeat}, found that each of the "
                f"{len(doubled)} has a text that the fold tests too; hold out something else than targets"
            )
        made.append(replace(fold, train=fold.train[~doubled]))
    return made
