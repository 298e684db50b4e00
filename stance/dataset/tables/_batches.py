"""Batches: rows of one file, where they stand in it, and their columns as text, as meanings and as lists."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from stance.cells import NOTHING, UNSEEN, is_nothing, same_letters
from stance.dataset.chunks._chunking import take_back
from stance.dataset.tables._cards import LISTS, Range, TableFile

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

BETWEEN = "\x1f"
# a whole number that is written as a float
WHOLE = r"^(-?\d+)\.0+$"


# columns that stand beside those of the table while it is read: the number of a row in its file, counted from 1 with
# the header, which of several entries of that row it is, and which of several files it is from
ROW = "\x1frow"
PART = "\x1fpart"
FILE = "\x1ffile"


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows of one file, or of files that belong together, and where they stand in them.

    `numbers` are the rows' numbers, counted from 1, a header being row 1. `parts` count the rows that were made of one,
    from 1; `of` says which of the files each row is from; both None where that is not so. `start` is the number of the
    first row in the whole table, counted from 0 and without those left out. `read` keeps what was read of `rows`, by
    word, for a column is asked for several times in one pass.
    """

    files: tuple[TableFile, ...]
    rows: "pa.Table"
    numbers: "range | np.ndarray"
    parts: "np.ndarray | None" = None
    of: "np.ndarray | None" = None
    start: int = 0
    read: "dict[str, pa.Array]" = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def file(self) -> TableFile:
        """The first file, whose target, split and prefix are those of the others."""
        return self.files[0]

    @property
    def name(self) -> str:
        """The name of the file, or the pattern that the files were found by."""
        return name_of(self.files)

    def file_of(self, index: int) -> TableFile:
        """Return the file that a row of the batch is from."""
        return self.files[0 if self.of is None else int(self.of[index])]

    def place(self, index: int) -> str:
        """Say where a row of the batch stands: counted from 1, a header being row 1."""
        part = "" if self.parts is None else f".{self.parts[index]}"
        return f"{self.file_of(index).name} row {self.numbers[index]}{part}"

    def place_of_label(self, index: int) -> str:
        """Say where a row's label stands, which may be in a file of its own."""
        labels = self.file.labels
        return self.place(index) if labels is None else f"{labels.name} row {self.numbers[index]}"

    def made_ids(self) -> "pa.Array":
        """Return an id for each row, made of the name of its file and its number, as messages say it."""
        import pyarrow as pa
        import pyarrow.compute as pc

        stems: pa.Scalar | pa.Array = pa.scalar(self.file.stem, pa.string())
        if self.of is not None:
            stems = pa.array([file.stem for file in self.files], pa.string()).take(pa.array(self.of))
        ids = pc.binary_join_element_wise(stems, pa.array(self.numbers, pa.int64()).cast(pa.string()), ":")
        if self.parts is None:
            return ids
        return pc.binary_join_element_wise(ids, pa.array(self.parts).cast(pa.string()), ".")

    def without_rows(self) -> "Batch":
        """Return the batch without its columns' content, for saying places later."""
        import pyarrow as pa

        return replace(self, rows=pa.table({"row": pa.nulls(self.rows.num_rows)}))


def name_of(files: Sequence[TableFile]) -> str:
    """Return the name of a file, or the pattern by which several were found."""
    return files[0].name if len(files) == 1 else files[0].pattern


def batch_of(files: Sequence[TableFile], rows: "pa.Table") -> Batch:
    """Return a batch of rows that have their numbers, and where it is so parts and files, in columns beside."""
    import numpy as np

    numbers: np.ndarray | range = rows[ROW].to_numpy()
    size = rows.num_rows
    if size and numbers[-1] - numbers[0] == size - 1 and (np.diff(numbers) == 1).all():
        numbers = range(int(numbers[0]), int(numbers[0]) + size)
    parts, of = (rows[name].to_numpy() if name in rows.column_names else None for name in (PART, FILE))
    beside = [name for name in (ROW, PART, FILE) if name in rows.column_names]
    own = tuple(replace(file, frame=None) for file in files)  # a batch goes to other processes
    return Batch(own, rows.drop_columns(beside), numbers, parts, of)


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
    """Return a column as one array of strings, null where nothing can be seen in a cell."""
    import pyarrow as pa
    import pyarrow.compute as pc

    array = _strings(column)
    return pc.if_else(pc.equal(pc.utf8_trim(array, UNSEEN), ""), pa.scalar(None, pa.string()), array)


def as_given(column: "pa.ChunkedArray") -> "pa.Array":
    """Return a column as one array of strings, null also where a program wrote that nothing is there."""
    import pyarrow as pa
    import pyarrow.compute as pc

    array = _strings(column)
    return pc.if_else(_is_nothing(pc.utf8_trim(array, UNSEEN)), pa.scalar(None, pa.string()), array)


def as_name(column: "pa.ChunkedArray") -> "pa.Array":
    """Return a column of ids or names as strings that can be compared: see `as_given` and `same_letters`."""
    import pyarrow as pa
    import pyarrow.compute as pc

    trimmed = pc.utf8_trim(_strings(column), UNSEEN)
    names = pc.if_else(_is_nothing(trimmed), pa.scalar(None, pa.string()), trimmed)
    if pc.all(pc.string_is_ascii(names)).as_py() is not False:
        return names
    # Arrow's own normal form leaves some letters in two
    known = names.dictionary_encode()
    return pa.array(map(same_letters, known.dictionary.to_pylist()), pa.string()).take(known.indices)


def _strings(column: "pa.ChunkedArray") -> "pa.Array":
    import pyarrow as pa

    array = column.combine_chunks()
    if pa.types.is_dictionary(array.type):
        array = array.dictionary_decode()
    return array.cast(pa.string())


def _is_nothing(trimmed: "pa.Array") -> "pa.Array":
    """Say of each trimmed cell whether nothing stands there, or a word for nothing."""
    import pyarrow as pa
    import pyarrow.compute as pc

    return pc.is_in(trimmed, value_set=pa.array(["", *sorted(NOTHING)], pa.string()))


def plain_numbers(column: "pa.Array") -> "pa.Array":
    """Return a column in which whole numbers that are written as floats, as 100.0, are written as whole numbers."""
    import pyarrow.compute as pc

    if not pc.any(pc.match_substring_regex(column, WHOLE)).as_py():
        return column
    return pc.replace_substring_regex(column, WHOLE, r"\1")


def meaning_of(
    found: "pa.Array", meanings: Mapping[str, str], ranges: Sequence[Range] = ()
) -> "tuple[pa.Array, pa.Array]":
    """Return what values mean, null where nothing, and for each whether a value has no declared meaning.

    A whole number means the same however it is written, 2 or 2.0.
    """
    import numpy as np
    import pyarrow as pa

    # there are few values; for the letters see `as_name`
    known = found.dictionary_encode()
    own = {same_letters(value): meaning for value, meaning in meanings.items()}
    meant, strange = [], []
    for word in known.dictionary.to_pylist():
        meaning, is_known = _meaning(same_letters(word), own, ranges)
        meant.append(meaning or None)
        strange.append(not is_known)
    codes = known.indices
    unknown = np.append(strange, False)[codes.fill_null(len(strange)).to_numpy()].astype(bool)
    return pa.array(meant, pa.string()).take(codes), pa.array(unknown)


def _meaning(word: str, own: Mapping[str, str], ranges: Sequence[Range]) -> tuple[str | None, bool]:
    """Return what a value means and whether that is known; a declared value means so even where it is nothing."""
    for spelling in (word, re.sub(WHOLE, r"\1", word)):
        if spelling in own:
            return own[spelling], True
    if ranges:
        number = _number(word)
        inside = [found.label for found in ranges if number is not None and found.low <= number <= found.high]
        if inside:
            return inside[-1], True
    return None, is_nothing(word)


def _number(word: str) -> float | None:
    try:
        return float(word)
    except ValueError:
        return None


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
