"""Parquet files, sheets of Excel, lines of text with their labels, and tables in memory, as tables."""

import datetime
import zipfile
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from stance.cells import file_encoding
from stance.dataset.chunks import _chunking as chunking
from stance.dataset.tables._batches import ROW, Wanted
from stance.dataset.tables._cards import Layout, TableFile
from stance.dataset.tables._problems import Problems
from stance.dataset.tables.reading._hub import features_of, name_labels
from stance.errors import InputError, did_you_mean

if TYPE_CHECKING:
    import pyarrow as pa

MOST_BYTES = 1 << 30  # of a workbook, unpacked: more rows than a sheet can have


def with_rows(tables: Iterable["pa.Table"]) -> Iterator["pa.Table"]:
    """Number the rows of tables that stand one behind the other, from 1."""
    import numpy as np
    import pyarrow as pa

    above = 0
    for table in tables:
        numbers = np.arange(above + 1, above + table.num_rows + 1, dtype=np.int64)
        above += table.num_rows
        yield table.append_column(ROW, pa.array(numbers))


def parquet_tables(file: TableFile, wanted: Wanted) -> Iterator["pa.Table"]:
    """Read the wanted columns of a Parquet file, class labels as their names."""
    import pyarrow as pa
    from pyarrow.parquet import ParquetFile

    with ParquetFile(file.path) as parquet:
        features = features_of(parquet.schema_arrow)
        for batch in parquet.iter_batches(chunking.CHUNK_ROWS, columns=list(wanted.columns)):
            yield name_labels(pa.Table.from_batches([batch]), features)


def frame_tables(file: TableFile, wanted: Wanted) -> Iterator["pa.Table"]:
    """Read the wanted columns of a table in memory."""
    table = file.frame.select(list(wanted.columns))
    yield from (table.slice(first, chunking.CHUNK_ROWS) for first in range(0, table.num_rows, chunking.CHUNK_ROWS))


def line_tables(file: TableFile, layout: Layout, problems: Problems) -> Iterator["pa.Table"]:
    """Read a file of texts and the file of their labels, line by line alike."""
    import pyarrow as pa

    assert file.labels is not None
    texts, labels = _lines(file, layout), _lines(file.labels, layout)
    if len(texts) != len(labels):
        found = f"{len(texts)} lines, and {file.labels.name} with its labels has {len(labels)}"
        problems.add("line counts", f"{file.name} has {found}; expected as many")
        return
    yield pa.table({"text": pa.array(texts, pa.string()), "label": pa.array(labels, pa.string())})


def _lines(file: TableFile, layout: Layout) -> list[str]:
    # splitlines would also cut at characters that stand inside tweets
    text = file.path.read_bytes().decode(file_encoding(file.path, layout.encoding))
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")
    return lines[:-1] if lines[-1] == "" else lines


def sheet_header(file: TableFile) -> list[str]:
    """Return the names of a sheet's columns, which its first row has; where they are numbers, 1 and so on."""
    for _, cells in _sheet_rows(file):
        if file.by_number:
            return [str(place) for place in range(1, len(cells) + 1)]
        return ["" if cell is None else cell for cell in cells]
    return []


def sheet_tables(file: TableFile, wanted: Wanted) -> Iterator["pa.Table"]:
    """Read the wanted columns of a sheet as text; rows without any cell are left where they are."""
    import pyarrow as pa

    places: list[int] = []
    columns: list[list[Any]] = [[] for _ in range(len(wanted.columns) + 1)]
    kinds = [*(pa.field(name, pa.string()) for name in wanted.columns), pa.field(ROW, pa.int64())]
    for number, cells in _sheet_rows(file):
        if not places:
            header = [str(place) for place in range(1, len(cells) + 1)] if file.by_number else cells
            places = [header.index(name) for name in wanted.columns]
            if not file.by_number:
                continue
        if any(cell is not None for cell in cells):
            row = [cells[place] if place < len(cells) else None for place in places]
            for column, cell in zip(columns, [*row, number], strict=True):
                column.append(cell)
        if len(columns[-1]) == chunking.CHUNK_ROWS:
            yield pa.table(columns, schema=pa.schema(kinds))
            columns = [[] for _ in columns]
    yield pa.table(columns, schema=pa.schema(kinds))


def _sheet_rows(file: TableFile) -> Iterator[tuple[int, list[str | None]]]:
    """Yield the rows of a sheet with their numbers, each cell as text.

    Raises InputError for a file that is no workbook, and where the sheet is not there or not said.
    """
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with zipfile.ZipFile(file.path) as packed:
            if sum(entry.file_size for entry in packed.infolist()) > MOST_BYTES:
                raise InputError(f"{file.name}: expected a workbook of at most 1 GB unpacked, found more")
        book = openpyxl.load_workbook(file.path, read_only=True, data_only=True)
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError) as error:
        raise InputError(f"{file.name} cannot be read as xlsx: {error}") from None
    try:
        names = book.sheetnames
        if file.sheet is None and len(names) > 1:
            raise InputError(f"{file.name} has several sheets, {', '.join(names)}; set `sheet` to one of them")
        if file.sheet is not None and file.sheet not in names:
            hint = did_you_mean(file.sheet, names) or f" It has {', '.join(names)}."
            raise InputError(f"{file.name}: expected a sheet {file.sheet!r}, found none.{hint}")
        sheet = book[file.sheet or names[0]]
        for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
            yield number, [_text(cell) for cell in cells]
    finally:
        book.close()


def _text(cell: Any) -> str | None:
    if cell is None or isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return str(cell)
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime.datetime | datetime.date):
        return cell.isoformat()
    return str(cell)
