"""Schemes that the data itself gives: its official split, and its dates."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from stance.cells import read_times
from stance.errors import InputError, did_you_mean
from stance.folds.fold import Fold
from stance.folds.groups import connected_groups, is_given, value_codes

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd


def official(
    examples: "pd.DataFrame",
    train: Sequence[str] = ("train", "trial", "validation"),
    test: Sequence[str] = ("test",),
) -> list[Fold]:
    """Train on the splits of the data set that are called as in `train`, test once on those of `test`.

    The split is taken as it was published, whoever stands on both sides of it; the table of folds says who does.
    Raises InputError if the examples have no split, or none of either list.
    """
    import numpy as np

    if "split" not in examples or not is_given(examples["split"]).any():
        raise InputError(
            "official: expected examples with a split, found none that has one; map the split column in the "
            "dataset's config, or use folds=strictest"
        )
    if both := sorted(set(train) & set(test)):
        raise InputError(f"official: expected splits to train on or to test on, found {both} as both")
    split = examples["split"]
    found = sorted(map(str, split[is_given(split)].unique()))
    unknown = [name for name in test if name not in found]
    if unknown or not set(train) & set(found):
        wanted = unknown[0] if unknown else train[0]
        raise InputError(
            f"official: expected a split of {list(train)} and of {list(test)}, found {found}; set folds.train and "
            f"folds.test.{did_you_mean(wanted, found)}"
        )
    return [Fold(0, 0, np.flatnonzero(split.isin(train)), np.flatnonzero(split.isin(test)))]


def time(examples: "pd.DataFrame", n_folds: int = 5, apart: Sequence[str] = ("author",)) -> list[Fold]:
    """Test on each of `n_folds` windows of time, train on all that was published before the window began.

    The examples that have a date are parted into n_folds + 1 windows of about one size, the first of which is
    only trained on; comments of the same moment share a window. Training rows that share a value of `apart`, or
    a text, with a row of the window are left out of that fold, so that nobody stands on both sides: with
    `apart` empty an author's past is trained on. Examples without a date are in no fold. Dates without a zone
    are read as UTC.

    Raises InputError if a date cannot be read, or if there are too few moments or nobody left to train on.
    """
    import numpy as np

    if n_folds < 1:
        raise InputError(f"time: expected n_folds >= 1, found {n_folds}")
    moments = _moments(examples)
    windows = _windows(moments, n_folds)
    groups = value_codes(connected_groups(examples, apart))
    folds = []
    for number in range(n_folds):
        test = np.flatnonzero(windows == number + 1)
        past = np.flatnonzero((windows >= 0) & (windows <= number))
        train = past[~np.isin(groups[past], groups[test])]
        if not len(train):
            raise InputError(
                f"time: expected somebody to train on before window {number + 1} of {n_folds}, found only groups by "
                f"{' and '.join(apart) or 'duplicate'} that are tested too; lower folds.n_folds, or set folds.apart=[]"
            )
        folds.append(Fold(0, number, train, test))
    return folds


def _moments(examples: "pd.DataFrame") -> "np.ndarray":
    """Return each example's date as a whole number that grows with time, -1 where it has none."""
    import numpy as np
    import pandas as pd

    column = examples["published"] if "published" in examples else pd.Series(None, index=examples.index, dtype=object)
    given = is_given(column).to_numpy()
    dates = read_times(column.where(given))
    unread = np.flatnonzero(given & dates.isna().to_numpy())
    if len(unread):
        first = [f"{examples['example_id'].iloc[row]}: {column.iloc[row]!r}" for row in unread[:3]]
        raise InputError(
            f"time: expected dates like 2016-09-20T15:30, found {len(unread)} that cannot be read ({'; '.join(first)})"
        )
    if not given.any():
        raise InputError("time: expected examples with a date in `published`, found none that has one")
    # factorising gives -1 to what has no date
    return np.asarray(pd.factorize(dates, sort=True)[0], dtype=np.int64)


def _windows(moments: "np.ndarray", n_folds: int) -> "np.ndarray":
    """Return the window of each example, 0 to n_folds by how many came before its moment, -1 without a date."""
    import numpy as np

    per_moment = np.bincount(moments[moments >= 0])
    before = np.cumsum(per_moment) - per_moment
    of_moment = before * (n_folds + 1) // per_moment.sum()
    if len(np.unique(of_moment)) <= n_folds:
        raise InputError(
            f"time: expected dates for {n_folds + 1} windows, found {len(np.unique(of_moment))} among "
            f"{len(per_moment)} moments of {per_moment.sum()} dated examples; lower folds.n_folds"
        )
    return np.where(moments >= 0, of_moment[moments], -1)
