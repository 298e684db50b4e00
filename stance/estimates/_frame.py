"""The frame: every comment that the share is of, what was predicted of it, and which of them were labelled."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from stance.errors import InputError
from stance.estimates._checks import check_columns, labels_given, named_rows, numbers_in, probabilities, scores_of

# up to so many times the rows, numbers are marked in a list of all possible ones, which sorting takes ten times as long
MOST_MARKED = 8


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Each group in each cell where it has rows: P pairs, in the order of groups and within them of cells.

    `of_row`: (N,) the number of each row's pair; `group` and `cell`: (P,) what it is a pair of.
    """

    of_row: np.ndarray
    group: np.ndarray
    cell: np.ndarray


@dataclass(frozen=True, eq=False)
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

    @cached_property
    def pairs(self) -> Pairs:
        """The pairs of group and cell; found once, since with many rows that takes longest."""
        assert self.group is not None
        return _pairs(self.group, self.cell, self.n_cells)

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
        weight = weight * _votes(_pairs(group, cell, len(names)))
    stratum = codes_of(frame["stratum"].iloc[rows]) if "stratum" in frame else np.zeros(len(rows), np.int64)
    # those without one are one together
    stratum = np.where(stratum < 0, stratum.max(initial=-1) + 1, stratum)
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
    codes, values = zip(*(_ordered(frame[column]) for column in by), strict=True)
    sizes = [len(found) for found in values]
    if np.prod(sizes, dtype=float) > np.iinfo(np.int64).max:
        raise InputError(f"by: expected columns with fewer values together, found {sizes} in {list(by)}")
    together = np.asarray(np.ravel_multi_index(codes, sizes))
    there, cell = _renumbered(together, int(np.prod(sizes)))
    places = np.unravel_index(there, sizes)
    names = {column: found.take(place) for column, found, place in zip(by, values, places, strict=True)}
    return cell, pd.DataFrame(names)


def _ordered(column: pd.Series) -> tuple[np.ndarray, pd.Index]:
    """Return the number of each value of a column without gaps, and the values in their order.

    That of categories which have one; of others, such as months in the order they were read, that of what they say.
    """
    if not isinstance(column.dtype, pd.CategoricalDtype):
        codes, values = pd.factorize(column, sort=True)
        return codes, pd.Index(values)
    rank, values = pd.factorize(column.cat.categories, sort=not column.cat.ordered)
    return rank[column.cat.codes.to_numpy()], values


def _renumbered(numbers: np.ndarray, n_possible: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the numbers below `n_possible` that occur, and for each number its place among them."""
    if n_possible > MOST_MARKED * len(numbers) + 1_000:
        there, place = np.unique(numbers, return_inverse=True)
        return there, place
    occurs = np.zeros(n_possible, bool)
    occurs[numbers] = True
    place_of = np.cumsum(occurs, dtype=np.int32) - 1
    return np.flatnonzero(occurs), place_of[numbers]


def _pairs(group: np.ndarray, cell: np.ndarray, n_cells: int) -> Pairs:
    """Return the pairs of group and cell that occur."""
    n_groups = int(group.max()) + 1
    there, of_row = _renumbered(group * n_cells + cell, n_groups * n_cells)
    return Pairs(of_row, *np.divmod(there, n_cells))


def _votes(pairs: Pairs) -> np.ndarray:
    """Return what each row weighs where a commenter has one vote in a cell, which their comments there share."""
    found: np.ndarray = (1.0 / np.bincount(pairs.of_row))[pairs.of_row]
    return found
