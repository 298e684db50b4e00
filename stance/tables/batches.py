"""Batches: rows of one file, and where they stand in it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from stance.chunking import take_back
from stance.tables.cards import TableFile

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows of one file: the file, the first row's number, the columns, whether the file has a header.

    `first` counts from 0 and without the rows that could not be read; their numbers are in `unread`. `start`
    is the same number in the whole table.
    """

    file: TableFile
    first: int
    rows: "pa.Table"
    headed: bool
    unread: Sequence[int] = ()
    start: int = 0

    def place(self, index: int) -> str:
        """Say where a row of the batch stands: counted from 1, a header being row 1."""
        row = self.first + index + 1 + self.headed
        for unread in sorted(self.unread):
            row += unread <= row
        return f"{self.file.name} row {row}"

    def place_of_label(self, index: int) -> str:
        """Say where a row's label stands, which may be in a file of its own."""
        return self.place(index) if self.file.labels is None else replace(self, file=self.file.labels).place(index)

    def without_rows(self) -> "Batch":
        """Return the batch without its columns' content, for saying places later."""
        import pyarrow as pa

        return replace(self, rows=pa.table({"row": pa.nulls(self.rows.num_rows)}))


@dataclass(frozen=True, slots=True)
class StoredBatch:
    """A batch that has been read: where it stands, and its rows, in memory or put aside in a file."""

    where: Batch
    rows: "pa.Table | Path"

    def take_back(self) -> Batch:
        """Return the batch with its rows."""
        return replace(self.where, rows=take_back(self.rows))


@dataclass(frozen=True, slots=True)
class Wanted:
    """The columns to read, and which of them hold lists."""

    columns: tuple[str, ...]
    lists: frozenset[str] = frozenset()
