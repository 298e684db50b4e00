"""CSV files as tables: rows of the wrong width and quotation marks left open are seen, and rows keep their numbers."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stance.cells import file_encoding, file_separator, open_quotes
from stance.dataset.tables._batches import ROW, Wanted
from stance.dataset.tables._cards import Layout, TableFile
from stance.dataset.tables._problems import Notes

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

BLOCK_BYTES = 1 << 24
LARGEST_ROW = 1 << 20


def csv_header(file: TableFile, layout: Layout) -> list[str]:
    """Return the names of the columns; where they are numbers, 1 and so on."""
    names = list(_open(file, layout, (), lambda row: "skip").schema.names)
    return [str(place) for place in range(1, len(names) + 1)] if file.by_number else names


def csv_tables(file: TableFile, layout: Layout, wanted: Wanted, notes: Notes) -> Iterator["pa.Table"]:
    """Read the wanted columns as text, in blocks."""
    import pyarrow as pa

    unread: list[int] = []
    expected = "in the first row" if file.by_number else "in the header"

    def refuse(row: Any) -> str:
        unread.append(row.number)
        found = f"expected {row.expected_columns} cells as {expected}, found {row.actual_columns}"
        message = f"{file.name} row {row.number}: {found}"
        notes.bad_row(file.name, file.stem, row.number, "ragged rows", message)
        return "skip"

    strict, above = not layout.quoting, _rows_above(file, layout)
    for batch in _open(file, layout, wanted.columns, refuse):
        rows = pa.Table.from_batches([batch]).rename_columns(list(wanted.columns))
        if not strict and _has_quotes(rows):
            strict = True
            if not _check_quotes(file, layout, notes):
                return
        numbers = _numbers(above + 1, rows.num_rows, unread)
        if rows.num_rows:
            above = int(numbers[-1])
        yield rows.append_column(ROW, pa.array(numbers))
    if unread and not strict:
        # a row of another width may be one that a quotation mark opens and the next ones are swallowed by
        _check_quotes(file, layout, notes)


def _rows_above(file: TableFile, layout: Layout) -> int:
    separator = file_separator(file.path, layout.encoding)
    return 0 if file.by_number else 1 + bool(separator)


def _numbers(first: int, size: int, unread: list[int]) -> "np.ndarray":
    """Return the numbers of the next rows of a file, without those that could not be read."""
    import numpy as np

    skipped = {number for number in unread if number >= first}
    numbers = np.arange(first, first + size + len(skipped), dtype=np.int64)
    return numbers[~np.isin(numbers, list(skipped))][:size] if skipped else numbers


def _has_quotes(rows: "pa.Table") -> bool:
    """Say whether a cell has a line break or a quotation mark, without which none can have been left open."""
    import pyarrow.compute as pc

    return any(pc.any(pc.match_substring_regex(column, '[\n"]')).as_py() for column in rows.columns)


def _check_quotes(file: TableFile, layout: Layout, notes: Notes) -> bool:
    """Note where a quotation mark was left open; say whether all are closed.

    Arrow takes a mark that is never closed for the beginning of a cell that goes on through the next rows.
    """
    remedy = "close it, double it where it is part of the text, or set `quoting: false`"
    found = [
        f"{file.name} line {line}: expected each quotation mark that opens a cell to close it, {said}; {remedy}"
        for line, said in open_quotes(file.path, layout.encoding, layout.delimiter)
    ]
    for message in found:
        notes.problems.add("quotation marks", message)
    return not found


def _with_end(file: TableFile) -> "Path | pa.BufferReader":
    """Return what is read: a file; with a line end where it is one row without header and end, which Arrow skips."""
    import pyarrow as pa

    if not file.by_number or file.path.stat().st_size > LARGEST_ROW:
        return file.path
    content = file.path.read_bytes()
    whole = not content or b"\n" in content or b"\r" in content or b"\0" in content  # zeros: of a wide encoding
    return file.path if whole else pa.BufferReader(content + b"\n")


def _open(file: TableFile, layout: Layout, columns: tuple[str, ...], refuse: Callable[[Any], str]) -> Any:
    import pyarrow as pa
    from pyarrow import csv

    separator = file_separator(file.path, layout.encoding)
    # Arrow counts the columns that it names itself from 0
    names = [f"f{int(column) - 1}" for column in columns] if file.by_number else list(columns)
    return csv.open_csv(
        _with_end(file),
        # one thread, since only then the reader knows the number of a row
        csv.ReadOptions(
            use_threads=False,
            block_size=BLOCK_BYTES,
            skip_rows=bool(separator),
            autogenerate_column_names=file.by_number,
            encoding=file_encoding(file.path, layout.encoding),
        ),
        csv.ParseOptions(
            delimiter=separator[1] if separator else layout.delimiter,
            quote_char='"' if layout.quoting else False,
            newlines_in_values=layout.quoting,
            invalid_row_handler=refuse,
        ),
        csv.ConvertOptions(include_columns=names, column_types={name: pa.string() for name in names}),
    )
