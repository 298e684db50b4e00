"""Files of a table, read in batches as they stand there: every column text, or lists of text."""

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stance.dataset.chunks import _chunking as chunking
from stance.dataset.tables._batches import Batch, Wanted
from stance.dataset.tables._cards import Layout, TableFile
from stance.dataset.tables._hub import dataset_tables, features_of, load_splits, name_labels
from stance.dataset.tables._problems import Problems

if TYPE_CHECKING:
    import pyarrow as pa

BLOCK_BYTES = 1 << 24
FIRST_LINES = 1_000


def read_header(file: TableFile, layout: Layout, problems: Problems) -> list[str]:
    """Read the names of a file's columns; of JSON lines those in the first 1,000."""
    import pyarrow as pa
    from pyarrow.parquet import read_schema

    try:
        if layout.format == "lines":
            return ["text", "label"]
        if layout.format == "parquet":
            return list(read_schema(file.path).names)
        if layout.format == "datasets":
            return list(next(iter(load_splits(file).values())).column_names)
        if layout.format == "jsonl":
            return list(dict.fromkeys(key for row in _first_rows(file.path, layout.encoding) for key in row))
        return list(_open_csv(file.path, layout, None, lambda row: "skip").schema.names)
    except (pa.ArrowInvalid, UnicodeDecodeError) as error:
        _say_unread(file, layout, error, problems)
        return []


def read_batches(file: TableFile, layout: Layout, wanted: Wanted, problems: Problems) -> Iterator[Batch]:
    """Read a file's wanted columns in batches of 50,000 rows, the last one shorter; note what cannot be read."""
    import pyarrow as pa

    try:
        if layout.format == "datasets":
            for inside, rows in dataset_tables(file, wanted):
                yield from _number(inside, _of_kind(inside, rows, wanted, problems), False, ())
            return
        unread: list[int] = []
        rows = _of_kind(file, _tables(file, layout, wanted, unread, problems), wanted, problems)
        yield from _number(file, rows, layout.headed, unread)
    except (pa.ArrowInvalid, UnicodeDecodeError) as error:
        _say_unread(file, layout, error, problems)


def _of_kind(file: TableFile, tables: Iterable["pa.Table"], wanted: Wanted, problems: Problems) -> Iterator["pa.Table"]:
    """Pass tables on; note columns that hold lists where one value is wanted, or the other way round, and stop."""
    from pyarrow import types

    for table in tables:
        nested = {name for name in table.column_names if types.is_nested(table.schema.field(name).type)}
        if wrong := sorted(nested ^ (wanted.lists & set(table.column_names))):
            for name in wrong:
                found = "a list in each cell" if name in nested else "one value in each cell"
                problems.add("kinds of cells", f"{file.name}: column {name!r} has {found}; another word is for that")
            return
        yield table


def _number(file: TableFile, tables: Iterable["pa.Table"], headed: bool, unread: Sequence[int]) -> Iterator[Batch]:
    first = 0
    for rows in chunking.even_chunks(tables):
        yield Batch(file, first, rows, headed, unread)
        first += rows.num_rows


def _tables(
    file: TableFile, layout: Layout, wanted: Wanted, unread: list[int], problems: Problems
) -> Iterable["pa.Table"]:
    if layout.format == "lines":
        return _line_tables(file, layout, problems)
    if layout.format == "parquet":
        return _parquet_tables(file.path, wanted)
    if layout.format == "jsonl":
        return _json_tables(file, layout, wanted, unread, problems)
    return _csv_tables(file, layout, wanted, unread, problems)


def _csv_tables(
    file: TableFile, layout: Layout, wanted: Wanted, unread: list[int], problems: Problems
) -> Iterator["pa.Table"]:
    import pyarrow as pa

    def refuse(row: Any) -> str:
        unread.append(row.number)
        found = f"expected {row.expected_columns} cells as in the header, found {row.actual_columns}"
        problems.add("ragged rows", f"{file.name} row {row.number}: {found}")
        return "skip"

    reader = _open_csv(file.path, layout, wanted, refuse)
    for batch in reader:
        yield pa.Table.from_batches([batch])


def _open_csv(path: Path, layout: Layout, wanted: Wanted | None, refuse: Any) -> Any:
    import pyarrow as pa
    from pyarrow import csv

    columns = list(wanted.columns) if wanted else []
    return csv.open_csv(
        path,
        # one thread, since only then the reader knows the number of a row
        csv.ReadOptions(use_threads=False, block_size=BLOCK_BYTES, encoding=layout.encoding),
        csv.ParseOptions(
            delimiter=layout.delimiter,
            quote_char='"' if layout.quoting else False,
            newlines_in_values=layout.quoting,
            invalid_row_handler=refuse,
        ),
        csv.ConvertOptions(include_columns=columns, column_types={column: pa.string() for column in columns}),
    )


def _parquet_tables(path: Path, wanted: Wanted) -> Iterator["pa.Table"]:
    import pyarrow as pa
    from pyarrow.parquet import ParquetFile

    with ParquetFile(path) as parquet:
        features = features_of(parquet.schema_arrow)
        for batch in parquet.iter_batches(chunking.CHUNK_ROWS, columns=list(wanted.columns)):
            yield name_labels(pa.Table.from_batches([batch]), features)


def _json_tables(
    file: TableFile, layout: Layout, wanted: Wanted, unread: list[int], problems: Problems
) -> Iterator["pa.Table"]:
    import pyarrow as pa

    types = [pa.list_(pa.string()) if column in wanted.lists else pa.string() for column in wanted.columns]
    schema = pa.schema(list(zip(wanted.columns, types, strict=True)))
    cells: list[list[Any]] = [[] for _ in wanted.columns]
    for number, row in _json_rows(file, layout.encoding, problems):
        if row is None:
            unread.append(number)
            continue
        for column, name in zip(cells, wanted.columns, strict=True):
            value = row.get(name)
            if value is not None and isinstance(value, list) != (name in wanted.lists):
                found = "one value" if name in wanted.lists else "a list"
                problems.add("kinds of cells", f"{file.name} row {number}: column {name!r} holds {found}")
                value = None
            column.append([_text(part) for part in value] if isinstance(value, list) else _text(value))
        if len(cells[0]) == chunking.CHUNK_ROWS:
            yield pa.table(cells, schema=schema)
            cells = [[] for _ in wanted.columns]
    yield pa.table(cells, schema=schema)


def _json_rows(file: TableFile, encoding: str, problems: Problems) -> Iterator[tuple[int, dict[str, Any] | None]]:
    """Read a file's JSON lines with their numbers; a line that is no object is noted and comes as None."""
    with file.path.open("rb") as stream:
        for number, line in enumerate(stream, start=1):
            if not line.strip():
                yield number, None
                continue
            try:
                row = json.loads(line.decode(encoding).rstrip().removeprefix("\ufeff"))
            except UnicodeDecodeError as error:
                problems.add("bytes", f"{file.name} row {number}: {byte_of(line, error)}")
                row = None
            except json.JSONDecodeError as error:
                where = f"{file.name} row {number}, column {error.colno}"
                problems.add("broken lines", f"{where}: expected a JSON object, found it broken: {error.msg}")
                row = None
            else:
                if not isinstance(row, dict):
                    where = f"{file.name} row {number}"
                    problems.add("broken lines", f"{where}: expected a JSON object, found {type(row).__name__}")
                    row = None
            yield number, row


def _first_rows(path: Path, encoding: str) -> Iterator[dict[str, Any]]:
    """Read the objects among the first lines, for the names of their keys; what is broken is noted later."""
    file = TableFile(path, path.name)
    for number, row in _json_rows(file, encoding, Problems()):
        if number > FIRST_LINES:
            return
        yield row or {}


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)


def _line_tables(file: TableFile, layout: Layout, problems: Problems) -> Iterator["pa.Table"]:
    """Read a file of texts and the file of their labels, line by line alike."""
    import pyarrow as pa

    assert file.labels is not None
    texts, labels = _lines(file.path, layout.encoding), _lines(file.labels.path, layout.encoding)
    if len(texts) != len(labels):
        found = f"{len(texts)} lines, and {file.labels.name} with its labels has {len(labels)}"
        problems.add("line counts", f"{file.name} has {found}; expected as many")
        return
    yield pa.table({"text": pa.array(texts, pa.string()), "label": pa.array(labels, pa.string())})


def _lines(path: Path, encoding: str) -> list[str]:
    # splitlines would also cut at characters that stand inside tweets
    lines = path.read_bytes().decode(encoding).removeprefix("\ufeff").replace("\r\n", "\n").split("\n")
    return lines[:-1] if lines[-1] == "" else lines


def _say_unread(file: TableFile, layout: Layout, error: Exception, problems: Problems) -> None:
    """Note why a file cannot be read: the lines that are not of its encoding, else what the reader says."""
    files = [part for part in (file, file.labels) if part is not None and layout.is_text]
    found = sum(find_bytes(part, layout.encoding, problems) for part in files)
    if not found:
        problems.add("unread files", f"{file.name} cannot be read as {layout.format}: {error}")


def find_bytes(file: TableFile, encoding: str, problems: Problems) -> int:
    """Note the lines that are not of the encoding; return how many."""
    wrong, beyond_ascii = 0, 0
    with file.path.open("rb") as stream:
        for number, line in enumerate(stream, start=1):
            try:
                beyond_ascii += not line.decode(encoding).isascii()
            except UnicodeDecodeError as error:
                wrong += 1
                problems.add("bytes", f"{file.name} line {number}: {byte_of(line, error)}")
    if wrong and beyond_ascii:
        found = f"{file.name} mixes encodings: {beyond_ascii} other lines beyond ASCII are {encoding}"
        problems.add("encodings", f"{found}; correct the lines named")
    elif wrong:
        problems.add("encodings", f"{file.name} is not {encoding}; set `encoding`, to cp1252 for one")
    return wrong


def byte_of(line: bytes, error: UnicodeDecodeError) -> str:
    """Say which byte of a line is not of its encoding, and where."""
    return f"byte 0x{line[error.start]:02x} at column {error.start + 1} is not {error.encoding}"
