"""Two classifiers on the same examples, paired row by row."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from stance.errors import InputError, did_you_mean
from stance.evaluation.scores._metrics import Metric, difference_of, make_metrics, probability_metrics
from stance.evaluation.scores._scoring import BY_TARGET, TARGET
from stance.evaluation.scores._sums import Sums, code_rows, column_sums, paired_sums, probability_columns


def pair_predictions(
    first: pd.DataFrame, second: pd.DataFrame, labels: Sequence[str], metric: str
) -> tuple[Metric, Sums]:
    """Return the difference of a metric between two tables of predictions, and the sums that it is made from.

    Both are tables of `cross_predict` with a column `group`, of the same rows in any order. Raises InputError,
    naming all that differs, if they are not of the same rows, and for a metric that neither can be scored by.
    """
    require_same_rows(first, second)
    tables = [_in_order(table) for table in (first, second)]
    groups = tables[0].drop_duplicates("example_id").set_index("example_id")["group"]
    by = TARGET if metric == BY_TARGET else None
    rows, others = (code_rows(table, groups, labels, by) for table in tables)
    counted = make_metrics(labels)
    known = [*counted, *([BY_TARGET] if TARGET in first and "favor_against_f1" in counted else [])]
    if metric in known:
        return difference_of(counted["favor_against_f1" if by else metric]), paired_sums(rows, others, len(labels))
    columns = [probability_columns(table, coded, labels) for table, coded in zip(tables, (rows, others), strict=True)]
    known += [name for name in columns[0] if name in columns[1]]
    if metric not in known:
        raise InputError(f"expected a metric of {known}, found {metric!r}.{did_you_mean(metric, known)}")
    joined = np.hstack([of_table[metric] for of_table in columns])
    return difference_of(probability_metrics()[metric]), column_sums(rows, joined)


def require_same_rows(
    first: pd.DataFrame, second: pd.DataFrame, names: tuple[str, str] = ("the first", "the second")
) -> None:
    """Raise InputError, naming all that differs, unless two tables predict the same examples, rows and labels."""
    found = list(differing_rows(first, second))
    if found:
        raise InputError(
            f"{names[0]} and {names[1]} cannot be compared: {'; '.join(found)}. "
            "Compare runs of one dataset, and with one scheme of folds"
        )


def differing_rows(first: pd.DataFrame, second: pd.DataFrame, folds: bool = True) -> list[str]:
    """Return in words how two tables of predictions differ in examples and labels.

    With `folds`, in repeats and groups as well, which they share under one scheme of folds only.
    """
    found = []
    ids, others = (set(table["example_id"]) for table in (first, second))
    if ids != others:
        found.append(
            f"not the same examples: {len(ids - others)} only in the first, {len(others - ids)} only in the second"
        )
    for column in ("label", "group") if folds else ("label",):
        one, other = (table.drop_duplicates("example_id").set_index("example_id")[column] for table in (first, second))
        shared = sorted(ids & others)
        changed = (one.loc[shared].astype(object) != other.loc[shared].astype(object)).to_numpy()
        if changed.any():
            found.append(f"{changed.sum()} example(s) with another {column}, such as {shared[changed.argmax()]!r}")
    repeats, of_other = first["repeat"].nunique(), second["repeat"].nunique()
    if folds and repeats != of_other:
        found.append(f"{repeats} repeat(s) in the first, {of_other} in the second")
    elif folds and not found and len(first) != len(second):
        found.append(f"{len(first)} rows in the first, {len(second)} in the second")
    return found


def _in_order(table: pd.DataFrame) -> pd.DataFrame:
    return table.sort_values(["repeat", "example_id"], kind="stable", ignore_index=True)
