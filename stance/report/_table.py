"""A table of a report: the same numbers as a page, as Markdown, as CSV and as LaTeX."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
from pandas.api.types import is_bool_dtype, is_numeric_dtype

from stance.study.annotations import escape_formula

# rows beyond this stand in the CSV only: a page of thousands is not read
MOST_SHOWN = 200
# more rows than this are one click away on the page, so that what comes after them is found
MOST_OPEN = 25
MISSING = "–"


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """A table for people: `frame` holds numbers as they are, one row a row, without an index.

    `name` is that of its files. `note` stands below it. `formats` says by column how a number is written, as in
    "{:+.2f}" (default: three digits after the point, commas in whole numbers). `hints` explains cells of the
    first column, one click away on the page. `links` are the addresses of cells, by what is in them. `marked` names a
    column of truth values: rows to be set off. A column with `<column>_low` and `<column>_high` beside it is shown with
    its interval, in one column.
    """

    name: str
    title: str
    frame: pd.DataFrame
    note: str = ""
    formats: Mapping[str, str] = field(default_factory=dict)
    hints: Mapping[str, str] = field(default_factory=dict)
    links: Mapping[str, str] = field(default_factory=dict)
    marked: str | None = None

    @property
    def columns(self) -> list[str]:
        """The names of the columns that are shown."""
        names = [str(column) for column in self.frame]
        ends = {f"{name}_{end}" for name in names for end in ("low", "high")}
        return [name for name in names if name != self.marked and name not in ends]

    @property
    def numbers(self) -> frozenset[str]:
        """The columns that hold one number in each cell, to be set to the right."""
        frame = self.frame
        return frozenset(
            column
            for column in self.columns
            if f"{column}_low" not in frame and is_numeric_dtype(frame[column]) and not is_bool_dtype(frame[column])
        )

    @property
    def is_long(self) -> bool:
        """Whether the page shows it on a click only."""
        return len(self.frame) > MOST_OPEN

    @property
    def notes(self) -> list[str]:
        """What stands below the table: the note, and how many rows are not shown."""
        left_out = len(self.frame) - MOST_SHOWN
        cut = [f"{left_out:,} more rows are in {self.name}.csv."] if left_out > 0 else []
        return [*([self.note] if self.note else []), *cut]

    def shown(self) -> list[tuple[list[str], bool]]:
        """Return the cells of each row as they are shown, and whether the row is marked; at most 200 rows."""
        head = self.frame.head(MOST_SHOWN)
        marks = head[self.marked].astype(bool).tolist() if self.marked else [False] * len(head)
        cells = [self._cells(head, column) for column in self.columns]
        return list(zip([list(row) for row in zip(*cells, strict=True)], marks, strict=True))

    def to_csv(self) -> bytes:
        """Return all rows as CSV, numbers in full."""
        # words of comments and names are no formulas; numbers are no words
        cells = self.frame.map(lambda cell: escape_formula(cell) if isinstance(cell, str) else cell)
        cells.columns = [escape_formula(str(column)) for column in cells]
        text: str = cells.to_csv(index=False, lineterminator="\n")
        return text.encode()

    def to_latex(self) -> bytes:
        """Return the rows that are shown as a LaTeX table for the package booktabs."""
        rows = pd.DataFrame([row for row, _ in self.shown()], columns=self.columns, dtype=object)
        styled = rows.style.hide(axis="index").format(escape="latex").format_index(escape="latex", axis=1)
        text: str = styled.to_latex(hrules=True, column_format="l" * len(self.columns))
        return f"% {self.title}; needs \\usepackage{{booktabs}}\n{text}".encode()

    def _cells(self, head: pd.DataFrame, column: str) -> list[str]:
        values = [self._cell(column, value) for value in head[column].tolist()]
        if f"{column}_low" not in head:
            return values
        lows, highs = (
            [self._cell(column, end) for end in head[f"{column}_{name}"].tolist()] for name in ("low", "high")
        )
        return [
            value if MISSING in (value, low, high) else f"{value} ({low} to {high})"
            for value, low, high in zip(values, lows, highs, strict=True)
        ]

    def _cell(self, column: str, value: Any) -> str:
        if isinstance(value, list | tuple):
            return ", ".join(map(str, value))
        if value is None or value is pd.NaT or value != value:
            return MISSING
        if isinstance(value, bool):
            return "yes" if value else "no"
        if column in self.formats and not isinstance(value, str):
            return self.formats[column].format(value)
        if isinstance(value, int):
            return f"{value:,}"
        return f"{value:.3f}" if isinstance(value, float) else str(value)
