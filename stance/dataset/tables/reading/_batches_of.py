"""Files of a table, read in batches as they stand there, whatever their format, and shaped on the way."""

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from stance.cells import file_encoding
from stance.dataset.chunks import _chunking as chunking
from stance.dataset.tables._batches import FILE, PART, ROW, Batch, Wanted, batch_of
from stance.dataset.tables._cards import Layout, TableFile
from stance.dataset.tables._problems import Notes, Problems
from stance.dataset.tables.reading._csv_tables import csv_header, csv_tables
from stance.dataset.tables.reading._encodings import check_bytes, find_bytes
from stance.dataset.tables.reading._hub import dataset_tables, load_splits
from stance.dataset.tables.reading._json_tables import json_header, json_tables
from stance.dataset.tables.reading._other_tables import (
    frame_tables,
    line_tables,
    parquet_tables,
    sheet_header,
    sheet_tables,
    with_rows,
)
from stance.dataset.tables.reading._shaping import Shaper
from stance.errors import InputError

if TYPE_CHECKING:
    import pyarrow as pa

NUMBERED = ("csv", "tsv", "json", "jsonl", "xlsx")  # formats whose readers number the rows themselves


def read_header(file: TableFile, layout: Layout, columns: Sequence[str], problems: Problems) -> list[str]:
    """Read the names of a file's columns; of JSON those in the first 1,000 records, and those of `columns` there."""
    import pyarrow as pa
    from pyarrow.parquet import read_schema

    if file.frame is not None:
        return list(file.frame.column_names)
    if not check_bytes(file, layout, problems):
        return []
    try:
        if layout.format == "lines":
            return ["text", "label"]
        if layout.format == "parquet":
            return list(read_schema(file.path).names)
        if layout.format == "datasets":
            return list(next(iter(load_splits(file).values())).column_names)
        if layout.format in ("json", "jsonl"):
            return json_header(file, layout, tuple(columns), problems)
        if layout.format == "xlsx":
            return sheet_header(file)
        return csv_header(file, layout)
    except (pa.ArrowInvalid, UnicodeDecodeError) as error:
        _say_unread(file, layout, error, problems)
    except InputError as error:
        if layout.format != "xlsx":
            raise
        problems.add("unread files", str(error))
    return []


def read_batches(
    files: Sequence[TableFile], layout: Layout, wanted: Wanted, notes: Notes, shaper: Shaper | None = None
) -> Iterator[Batch]:
    """Read the wanted columns of files that belong together in batches of 50,000 rows; note what cannot be read.

    The columns are named as the table names them, and each row keeps its number in its file. `shaper` changes what is
    read before it is cut into batches.
    """
    if layout.format == "datasets" and files[0].frame is None:
        own = _own(files[0], wanted)
        for inside, rows in dataset_tables(files[0], own):
            tables = with_rows(_of_kind(inside, rows, own, notes.problems))
            yield from _batches([inside], [(_named(table, inside, wanted) for table in tables)], shaper, notes)
        return
    yield from _batches(files, (read_tables(file, layout, wanted, notes) for file in files), shaper, notes)


def read_tables(file: TableFile, layout: Layout, wanted: Wanted, notes: Notes) -> Iterator["pa.Table"]:
    """Read a file's wanted columns as tables, named as the table names them, with the number of each row beside."""
    import pyarrow as pa

    own = _own(file, wanted)
    try:
        tables = _of_kind(file, _tables(file, layout, own, notes), own, notes.problems)
        numbered = layout.format in NUMBERED and file.frame is None
        for table in tables if numbered else with_rows(tables):
            yield _named(table, file, wanted)
    except (pa.ArrowInvalid, UnicodeDecodeError) as error:
        _say_unread(file, layout, error, notes.problems)


def _own(file: TableFile, wanted: Wanted) -> Wanted:
    """Return what is wanted by the file's own names."""
    names = (file.columns.get(name, name) for name in wanted.columns if name not in file.lacks)
    return Wanted(tuple(dict.fromkeys(names)), frozenset(file.columns.get(name, name) for name in wanted.lists))


def _tables(file: TableFile, layout: Layout, wanted: Wanted, notes: Notes) -> Iterable["pa.Table"]:
    if file.frame is not None:
        return frame_tables(file, wanted)
    if layout.format == "lines":
        return line_tables(file, layout, notes.problems)
    if layout.format == "parquet":
        return parquet_tables(file, wanted)
    if layout.format in ("json", "jsonl"):
        return json_tables(file, layout, wanted, notes)
    if layout.format == "xlsx":
        return sheet_tables(file, wanted)
    return csv_tables(file, layout, wanted, notes)


def _named(table: "pa.Table", file: TableFile, wanted: Wanted) -> "pa.Table":
    """Return a table with the table's own names for a file's columns, and empty ones for those that it lacks."""
    import pyarrow as pa

    if not file.columns and not file.lacks:
        return table
    columns = {}
    for name in wanted.columns:
        kind = pa.list_(pa.string()) if name in wanted.lists else pa.string()
        lacking = name in file.lacks
        columns[name] = pa.nulls(table.num_rows, kind) if lacking else table[file.columns.get(name, name)]
    return pa.table(columns | {name: table[name] for name in (ROW, PART) if name in table.column_names})


def _batches(
    files: Sequence[TableFile], tables: Iterable[Iterable["pa.Table"]], shaper: Shaper | None, notes: Notes
) -> Iterator[Batch]:
    """Shape tables, and cut them evenly into batches; rows that are left out are noted as batches of their own."""

    def shaped() -> Iterator["pa.Table"]:
        for number, of_file in enumerate(tables):
            for table in of_file:
                marked = with_file(table, number) if len(files) > 1 else table
                if shaper is None:
                    yield marked
                    continue
                kept, left_out = shaper.shape(marked)
                if left_out.num_rows:
                    notes.left_out_batches.append((batch_of(files, left_out.combine_chunks()), "where"))
                yield kept

    for rows in chunking.even_chunks(shaped()):
        yield batch_of(files, rows)


def with_file(table: "pa.Table", number: int) -> "pa.Table":
    """Return a table with the number of its file beside."""
    import numpy as np
    import pyarrow as pa

    return table.append_column(FILE, pa.array(np.full(table.num_rows, number, dtype=np.int32)))


def _of_kind(file: TableFile, tables: Iterable["pa.Table"], wanted: Wanted, problems: Problems) -> Iterator["pa.Table"]:
    """Pass tables on; note columns that hold lists where one value is wanted, or the other way round, and stop."""
    from pyarrow import types

    for table in map(partial(_without_lists_of_one, wanted), tables):
        nested = {name for name in table.column_names if types.is_nested(table.schema.field(name).type)}
        if wrong := sorted(nested ^ (wanted.lists & set(table.column_names))):
            for name in wrong:
                found = "a list in each cell" if name in nested else "one value in each cell"
                problems.add("kinds of cells", f"{file.name}: column {name!r} has {found}; another word is for that")
            return
        yield table


def _without_lists_of_one(wanted: Wanted, table: "pa.Table") -> "pa.Table":
    """Return a table in which lists of at most one value are that value, in columns where one value is wanted."""
    import pyarrow as pa
    import pyarrow.compute as pc
    from pyarrow import types

    for place, name in enumerate(table.column_names):
        kind = table.schema.field(name).type
        is_list = types.is_list(kind) or types.is_large_list(kind)
        if name in wanted.lists or not is_list or (pc.max(pc.list_value_length(table[name])).as_py() or 0) > 1:
            continue
        values = [value[0] if value else None for value in table[name].to_pylist()]
        table = table.set_column(place, name, pa.array(values, kind.value_type))
    return table


def _say_unread(file: TableFile, layout: Layout, error: Exception, problems: Problems) -> None:
    """Note why a file cannot be read: the lines that are not of its encoding, else what the reader says."""
    if "Empty CSV file" in str(error):
        problems.add("empty tables", f"{file.name}: expected rows, found none")
        return
    files = [part for part in (file, file.labels) if part is not None and layout.is_text]
    found = sum(find_bytes(part, file_encoding(part.path, layout.encoding), problems) for part in files)
    if not found:
        problems.add("unread files", f"{file.name} cannot be read as {layout.format}: {error}")
