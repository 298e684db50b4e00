"""The frame: every comment that the share is of, what was predicted of it, and which of them were labelled."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from stance.errors import InputError
from stance.estimates._checks import check_columns, labels_given, named_rows, numbers_in, probabilities, scores_of


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """A frame as numbers: N rows, n of them labelled, in C cells, the groups that a share is wanted of.

    `scores`: an array (N,) for each label; `cell`: (N,) the number of each row's cell; `names`: one row a cell,
    without columns where all rows are one; `weight`: (N,); `group`: (N,) the number of its group, None where each
    row is its own; `rows`: (n,) where the labelled rows stand; `given`: (n,) the number of their label;
    `probability`: (n,) that of having been drawn, None without a probability sample; `stratum`: (n,) numbers.
    """

    labels: tuple[str, ...]
    scores: tuple[np.ndarray, ...]
    cell: np.ndarray
    names: pd.DataFrame
    weight: np.ndarray
    group: np.ndarray | None
    rows: np.ndarray
    given: np.ndarray
    probability: np.ndarray | None
    stratum: np.ndarray

    @property
    def n_cells(self) -> int:
        """The number of cells."""
        return len(self.names)

    def totals(self, values: np.ndarray) -> np.ndarray:
        """Return the sum of (N,) values in each cell, (C,)."""
        if self.n_cells == 1:
            return np.array([values.sum()], float)
        found: np.ndarray = np.bincount(self.cell, values, self.n_cells)
        return found

    def sums(self, values: np.ndarray) -> np.ndarray:
        """Return the sum of (n,) values of the labelled rows in each cell, (C,)."""
        found: np.ndarray = np.bincount(self.cell[self.rows], values, self.n_cells)
        return found


def read_frame(frame: pd.DataFrame, labels: Sequence[str], by: Sequence[str], of: str) -> Frame:
    """Check a table of comments and return it as numbers.

    Raises InputError that says what is wrong with it, and names the rows.
    """
    labels = tuple(labels)
    check_columns(frame, labels, by, of)
    given = labels_given(frame, labels)
    rows = np.flatnonzero(given >= 0)
    cell, names = _cells(frame, by)
    group = _groups(frame)
    weight = numbers_in(frame, "weight", "finite numbers of 0 or more", 0.0, np.inf)
    weight = np.ones(len(frame)) if weight is None else weight
    if of == "commenters" and group is not None:
        weight = weight * _votes(cell, group, len(names))
    stratum = codes_of(frame["stratum"].iloc[rows]) if "stratum" in frame else np.zeros(len(rows), np.int64)
    drawn = probabilities(frame, rows)
    return Frame(labels, scores_of(frame, labels), cell, names, weight, group, rows, given[rows], drawn, stratum)


def codes_of(column: pd.Series) -> np.ndarray:
    """Return a number for each value of a column, -1 for a missing one."""
    known = isinstance(column.dtype, pd.CategoricalDtype)
    codes: np.ndarray = column.cat.codes.to_numpy() if known else pd.factorize(column)[0]
    return codes.astype(np.int64)


def _groups(frame: pd.DataFrame) -> np.ndarray | None:
    """Return the number of each row's group; a row without one is a group of its own."""
    if "group" not in frame:
        return None
    codes = codes_of(frame["group"])
    alone = codes < 0
    return np.where(alone, codes.max(initial=-1) + np.cumsum(alone), codes)


def _cells(frame: pd.DataFrame, by: Sequence[str]) -> tuple[np.ndarray, pd.DataFrame]:
    """Return the number of each row's cell, and the names of the cells in their order."""
    if not by:
        return np.zeros(len(frame), np.int64), pd.DataFrame(index=[0])
    for column in by:
        missing = frame[column].isna().to_numpy()
        if missing.any():
            raise InputError(f"frame: expected a {column!r} in each row, found none at {named_rows(frame, missing)}")
    grouped = frame[list(by)].groupby(list(by), sort=True, observed=True)
    return grouped.ngroup().to_numpy(), grouped.size().index.to_frame(index=False)


def _votes(cell: np.ndarray, group: np.ndarray, n_cells: int) -> np.ndarray:
    """Return what each row weighs where a commenter has one vote in a cell, which their comments there share."""
    _, pair, times = np.unique(group * n_cells + cell, return_inverse=True, return_counts=True)
    found: np.ndarray = 1.0 / times[pair]
    return found
