"""Checks of a frame before anything is counted: what was expected, what was found, and in which rows."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pyarrow as pa

from stance.errors import InputError, did_you_mean
from stance.estimates.predicting._hashes import hash_texts

OF = ("comments", "commenters")
MOST_NAMED = 3
# scores that were rounded to two digits still are probabilities
ROUNDING = 0.02


def check_columns(frame: pd.DataFrame, labels: Sequence[str], by: Sequence[str], of: str) -> None:
    """Raise InputError if a table lacks a column that is needed, has an id twice, or labels or `of` are none."""
    if len(labels) < 2 or len(set(labels)) < len(labels):
        raise InputError(f"labels: expected two or more, each once, found {list(labels)}")
    if of not in OF:
        raise InputError(f"of: expected one of {list(OF)}, found {of!r}.{did_you_mean(of, OF)}")
    columns = [str(column) for column in frame]
    needed = ["label", *by, *(["group"] if of == "commenters" else [])]
    if missing := [column for column in needed if column not in columns]:
        why = "; of='commenters' needs to know who wrote what" if "group" in missing and "group" not in by else ""
        hints = "".join(did_you_mean(column, columns) for column in missing)
        raise InputError(f"frame: expected the columns {missing}, found {columns}{why}.{hints}")
    if not len(frame):
        raise InputError("frame: expected one row for each comment, labelled or not, found none")
    if "example_id" in frame and (twice := _repeated(frame["example_id"])).any():
        raise InputError(f"frame: expected each example_id once, found {shown_ids(frame['example_id'][twice])} again")


def _repeated(ids: pd.Series) -> pd.Series:
    """Say of each id whether it stood there before; of millions of texts by their hashes."""
    if not isinstance(ids.dtype, pd.ArrowDtype):
        return ids.duplicated()
    found = pa.array(ids.array)
    chunks = found.chunks if isinstance(found, pa.ChunkedArray) else [found]
    return pd.Series(np.concatenate([hash_texts(chunk) for chunk in chunks]), index=ids.index).duplicated()


def shown_ids(ids: Sequence[object] | pd.Series) -> str:
    """Return the first of some ids, and how many more there are.

    >>> shown_ids(["a", "b", "c", "d", "e"])
    "'a', 'b', 'c' and 2 more"
    """
    first = ", ".join(repr(one) for one in list(ids[:MOST_NAMED]))
    return first + (f" and {len(ids) - MOST_NAMED:,} more" if len(ids) > MOST_NAMED else "")


def named_rows(frame: pd.DataFrame, wrong: np.ndarray) -> str:
    """Name the rows that are wrong by their ids, or by the table's index where they have none."""
    return shown_ids((frame["example_id"] if "example_id" in frame else frame.index.to_series())[wrong])


def labels_given(frame: pd.DataFrame, labels: tuple[str, ...]) -> np.ndarray:
    """Return the number of each row's label, -1 where it has none."""
    column = frame["label"]
    given = _numbers_of(column, labels)
    unknown = (given < 0) & column.notna().to_numpy()
    if unknown.any():
        raise InputError(_other_label(frame, unknown, str(column[unknown].iloc[0]), labels))
    if not (given >= 0).any():
        raise InputError("frame: expected a label in some rows, found none; label a sample of them (stance sample)")
    return given


def _numbers_of(column: pd.Series, labels: tuple[str, ...]) -> np.ndarray:
    """Return the place of each value among the labels, -1 for one that is missing or no label."""
    codes, found = pd.factorize(column)
    places = np.append(pd.Index(labels).get_indexer(pd.Index(found)), -1)
    numbers: np.ndarray = places[codes]
    return numbers


def _other_label(frame: pd.DataFrame, rows: np.ndarray, found: str, labels: tuple[str, ...]) -> str:
    return (
        f"frame: expected labels of {list(labels)}, found {found!r} at {named_rows(frame, rows)}: another target's, or "
        f"another label set?{did_you_mean(found, labels)}"
    )


def numbers_in(frame: pd.DataFrame, column: str, expected: str, least: float, most: float) -> np.ndarray | None:
    """Return a column of finite numbers from `least` to `most`, None where the table has no such column."""
    if column not in frame:
        return None
    numbers = pd.to_numeric(frame[column], errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    wrong = ~(np.isfinite(numbers) & (numbers >= least) & (numbers <= most))
    if wrong.any():
        found = frame[column][wrong].tolist()[0]
        raise InputError(
            f"frame: expected in column {column!r} {expected}, found {found!r} at {named_rows(frame, wrong)}"
        )
    return numbers


def probabilities(frame: pd.DataFrame, rows: np.ndarray) -> np.ndarray | None:
    """Return the probability with which each labelled row was drawn, None where the table does not tell."""
    if "probability" not in frame:
        return None
    drawn = numbers_in(
        frame.iloc[rows],
        "probability",
        "a probability of having been drawn, above 0 and up to 1, for each labelled row",
        0.0,
        1.0,
    )
    assert drawn is not None
    if (drawn == 0).any():
        never = np.zeros(len(frame), bool)
        never[rows[drawn == 0]] = True
        raise InputError(
            f"frame: expected a probability above 0 for each labelled row, found 0 at {named_rows(frame, never)}: what "
            "could not be drawn cannot stand for others"
        )
    return drawn


def scores_of(frame: pd.DataFrame, labels: tuple[str, ...]) -> tuple[np.ndarray, ...]:
    """Return the scores of each label: of `score_<label>`, or 1 for the label `predicted` and 0 for the others."""
    named = [f"score_{label}" for label in labels]
    there = [column for column in named if column in frame]
    others = [column for column in map(str, frame) if column.startswith("score_") and column not in named]
    if others and there:
        raise InputError(
            f"frame: expected scores of {list(labels)} only, found {others}: predictions for another label set?"
        )
    if not there and "predicted" in frame:
        predicted = _numbers_of(frame["predicted"], labels)
        if (predicted < 0).any():
            wrong = predicted < 0
            raise InputError(_other_label(frame, wrong, str(frame["predicted"][wrong].iloc[0]), labels))
        return tuple((predicted == number).astype(np.float64) for number in range(len(labels)))
    if missing := [column for column in named if column not in frame]:
        hints = "".join(did_you_mean(column, map(str, frame)) for column in missing)
        raise InputError(
            f"frame: expected the columns {missing} with what was predicted, or one column 'predicted', found "
            f"{list(map(str, frame))}.{hints}"
        )
    scores = [numbers_in(frame, column, "probabilities from 0 to 1", 0.0, 1.0) for column in named]
    found = tuple(column for column in scores if column is not None)
    total = np.zeros(len(frame))
    for column in found:
        total += column
    wrong = np.abs(total - 1) > ROUNDING
    if wrong.any():
        raise InputError(
            f"frame: expected scores that sum to 1 in each row, found {total[wrong][0]:.3f} at "
            f"{named_rows(frame, wrong)}; are they probabilities?"
        )
    return found
