"""Batches: rows of one file, where they stand in it, and their columns as text, as meanings and as lists."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from stance.cells import NOTHING, same_letters
from stance.dataset.chunks._chunking import take_back
from stance.dataset.tables._cards import LISTS, TableFile

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

BETWEEN = "\x1f"


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows of one file: the file, the first row's number, the columns, how many lines stand above them.

    `first` counts from 0 and without the rows that could not be read; their numbers are in `unread`. `start`
    is the same number in the whole table.
    """

    file: TableFile
    first: int
    rows: "pa.Table"
    headed: int
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


def as_text(column: "pa.ChunkedArray") -> "pa.Array":
    """Return a column as one array of strings, null where a cell is empty or white space."""
    import pyarrow as pa
    import pyarrow.compute as pc

    array = column.combine_chunks()
    if pa.types.is_dictionary(array.type):
        array = array.dictionary_decode()
    array = array.cast(pa.string())
    empty = pc.or_(pc.equal(array, ""), pc.utf8_is_space(array))
    return pc.if_else(empty, pa.scalar(None, pa.string()), array)


def as_given(column: "pa.ChunkedArray") -> "pa.Array":
    """Return a column as one array of strings, null also where a program wrote that nothing is there."""
    import pyarrow as pa
    import pyarrow.compute as pc

    array = as_text(column)
    nothing = pc.is_in(pc.utf8_trim_whitespace(array), value_set=pa.array(sorted(NOTHING), pa.string()))
    return pc.if_else(nothing, pa.scalar(None, pa.string()), array)


def meaning_of(found: "pa.Array", meanings: Mapping[str, str]) -> "tuple[pa.Array, pa.Array]":
    """Return what values mean, null where nothing, and for each whether a value has no declared meaning."""
    import pyarrow as pa
    import pyarrow.compute as pc

    # there are few values, and Arrow's own normal form leaves some letters in two
    known = pc.utf8_trim_whitespace(found).dictionary_encode()
    words = [None if word is None else same_letters(word) for word in known.dictionary.to_pylist()]
    trimmed = pa.array(words, pa.string()).take(known.indices)
    values = pa.array([same_letters(value) for value in meanings], pa.string())
    index = pc.index_in(trimmed, value_set=values, skip_nulls=True)
    meant = pa.array([meaning or None for meaning in meanings.values()], pa.string()).take(index)
    # a declared value has its meaning even where programs write nothing so
    empty = pc.is_in(pc.fill_null(trimmed, ""), value_set=pa.array(["", *sorted(NOTHING)], pa.string()))
    return meant, pc.and_(pc.is_null(index), pc.invert(empty))


def make_lists(counts: "np.ndarray", flat: "Mapping[str, pa.Array]") -> "dict[str, pa.Array]":
    """Return list columns with `counts` entries in each row, those without a label left out.

    A list that is not given has nulls.
    """
    import numpy as np
    import pyarrow as pa

    flat = dict(flat)
    if "annotator_labels" in flat and flat["annotator_labels"].null_count:
        given = flat["annotator_labels"].is_valid()
        rows = np.repeat(np.arange(len(counts)), counts)[given.to_numpy(zero_copy_only=False)]
        counts = np.bincount(rows, minlength=len(counts))
        flat = {word: array.filter(given) for word, array in flat.items()}
    offsets = pa.array(np.concatenate([[0], np.cumsum(counts)]), pa.int32())
    types = {word: pa.int32() if word == "evidence_start" else pa.string() for word in LISTS}
    nothing = {word: pa.nulls(int(counts.sum()), types[word]) for word in LISTS if word not in flat}
    return {word: pa.ListArray.from_arrays(offsets, (flat | nothing)[word].cast(types[word])) for word in LISTS}
