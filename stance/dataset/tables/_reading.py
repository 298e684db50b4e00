"""Files of a table, read in batches as they stand there: every column text, or lists of text."""

import io
import json
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from stance.cells import encoding_of, file_encoding, file_separator, is_utf8_in_disguise, open_quotes, parse_json
from stance.dataset.chunks import _chunking as chunking
from stance.dataset.tables._batches import Batch, Wanted
from stance.dataset.tables._cards import Layout, TableFile
from stance.dataset.tables._hub import dataset_tables, features_of, load_splits, name_labels
from stance.dataset.tables._problems import Problems

if TYPE_CHECKING:
    import pyarrow as pa

BLOCK_BYTES = 1 << 24
FIRST_LINES = 1_000
HEAD_BYTES = 1 << 12


def read_header(file: TableFile, layout: Layout, problems: Problems) -> list[str]:
    """Read the names of a file's columns; of JSON lines those in the first 1,000."""
    import pyarrow as pa
    from pyarrow.parquet import read_schema

    if not _check_bytes(file, layout, problems):
        return []
    try:
        if layout.format == "lines":
            return ["text", "label"]
        if layout.format == "parquet":
            return list(read_schema(file.path).names)
        if layout.format == "datasets":
            return list(next(iter(load_splits(file).values())).column_names)
        if layout.format == "jsonl":
            return list(
                dict.fromkeys(
                    key for row in _first_rows(file.path, file_encoding(file.path, layout.encoding)) for key in row
                )
            )
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
        above = layout.headed + bool(layout.headed and file_separator(file.path, layout.encoding))
        yield from _number(file, rows, above, unread)
    except (pa.ArrowInvalid, UnicodeDecodeError) as error:
        _say_unread(file, layout, error, problems)


def _check_bytes(file: TableFile, layout: Layout, problems: Problems) -> bool:
    """Note a file whose bytes are plainly of another encoding than the declared one; say whether it may be read."""
    before = bool(problems)
    for part in (file, file.labels) if layout.is_text else ():
        if part is None or not part.path.is_file():
            continue
        with part.path.open("rb") as stream:
            head = stream.read(HEAD_BYTES)
            stream.seek(0)
            encoding = encoding_of(head, layout.encoding)
            if b"\0" in head and not encoding.startswith(("utf-16", "utf-32")):
                found = "found zero bytes; where it is UTF-16 without its mark, set `encoding: utf-16-le`"
                problems.add("encodings", f"{part.name}: expected text in {encoding}, {found}")
            elif is_utf8_in_disguise(iter(lambda: stream.read(BLOCK_BYTES), b""), encoding):
                found = f"{part.name}: expected text in {encoding}, found UTF-8 throughout"
                problems.add("encodings", f"{found}; set `encoding: utf-8`")
    return before or not problems


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


def _number(file: TableFile, tables: Iterable["pa.Table"], headed: int, unread: Sequence[int]) -> Iterator[Batch]:
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

    strict = not layout.quoting
    for batch in _open_csv(file.path, layout, wanted, refuse):
        rows = pa.Table.from_batches([batch])
        if not strict and _has_quotes(rows):
            strict = True
            if not _check_quotes(file, layout, problems):
                return
        yield rows


def _has_quotes(rows: "pa.Table") -> bool:
    """Say whether a cell has a line break or a quotation mark, without which none can have been left open."""
    import pyarrow.compute as pc

    return any(pc.any(pc.match_substring_regex(column, '[\n"]')).as_py() for column in rows.columns)


def _check_quotes(file: TableFile, layout: Layout, problems: Problems) -> bool:
    """Note where a quotation mark was left open; say whether all are closed.

    Arrow takes a mark that is never closed for the beginning of a cell that goes on through the next rows.
    """
    remedy = "close it, double it where it is part of the text, or set `quoting: false`"
    found = [
        f"{file.name} line {line}: expected each quotation mark that opens a cell to close it, {said}; {remedy}"
        for line, said in open_quotes(file.path, layout.encoding, layout.delimiter)
    ]
    for message in found:
        problems.add("quotation marks", message)
    return not found


def _open_csv(path: Path, layout: Layout, wanted: Wanted | None, refuse: Any) -> Any:
    import pyarrow as pa
    from pyarrow import csv

    columns = list(wanted.columns) if wanted else []
    separator = file_separator(path, layout.encoding)
    return csv.open_csv(
        path,
        # one thread, since only then the reader knows the number of a row
        csv.ReadOptions(
            use_threads=False,
            block_size=BLOCK_BYTES,
            skip_rows=bool(separator),
            encoding=file_encoding(path, layout.encoding),
        ),
        csv.ParseOptions(
            delimiter=separator[1] if separator else layout.delimiter,
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
    for number, row in _json_rows(file, file_encoding(file.path, layout.encoding), problems):
        if row is None:
            unread.append(number)
            continue
        for column, name in zip(cells, wanted.columns, strict=True):
            value = row.get(name)
            if isinstance(value, list) and len(value) < 2 and name not in wanted.lists:
                value = value[0] if value else None  # as doccano and Prodigy write a single choice
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
        for number, line in enumerate(_byte_lines(stream, encoding), start=1):
            if not line.strip():
                yield number, None
                continue
            try:
                row = parse_json(line.decode(encoding).rstrip().removeprefix("\ufeff"))
            except UnicodeDecodeError as error:
                problems.add("bytes", f"{file.name} row {number}: {byte_of(line, error)}")
                row = None
            except json.JSONDecodeError as error:
                where = f"{file.name} row {number}, column {error.colno}"
                problems.add("broken lines", f"{where}: expected a JSON object, found it broken: {error.msg}")
                row = None
            except ValueError as error:
                problems.add("broken lines", f"{file.name} row {number}: expected a JSON object, found {error}")
                row = None
            else:
                if not isinstance(row, dict):
                    where = f"{file.name} row {number}"
                    problems.add("broken lines", f"{where}: expected a JSON object, found {type(row).__name__}")
                    row = None
            yield number, row


def _byte_lines(stream: BinaryIO, encoding: str) -> Iterator[bytes]:
    """Return the lines of a file as bytes: of UTF-16 and UTF-32 they are found in the text, and told in `encoding`."""
    if not encoding.startswith(("utf-16", "utf-32")):
        yield from stream
        return
    lines = io.TextIOWrapper(stream, encoding, newline="\n")
    try:
        yield from (line.encode(encoding) for line in lines)
    finally:
        lines.detach()  # who opened the file closes it


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
    texts, labels = _lines(file.path, layout), _lines(file.labels.path, layout)
    if len(texts) != len(labels):
        found = f"{len(texts)} lines, and {file.labels.name} with its labels has {len(labels)}"
        problems.add("line counts", f"{file.name} has {found}; expected as many")
        return
    yield pa.table({"text": pa.array(texts, pa.string()), "label": pa.array(labels, pa.string())})


def _lines(path: Path, layout: Layout) -> list[str]:
    # splitlines would also cut at characters that stand inside tweets
    lines = (
        path.read_bytes()
        .decode(file_encoding(path, layout.encoding))
        .removeprefix("\ufeff")
        .replace("\r\n", "\n")
        .split("\n")
    )
    return lines[:-1] if lines[-1] == "" else lines


def _say_unread(file: TableFile, layout: Layout, error: Exception, problems: Problems) -> None:
    """Note why a file cannot be read: the lines that are not of its encoding, else what the reader says."""
    files = [part for part in (file, file.labels) if part is not None and layout.is_text]
    found = sum(find_bytes(part, file_encoding(part.path, layout.encoding), problems) for part in files)
    if not found:
        problems.add("unread files", f"{file.name} cannot be read as {layout.format}: {error}")


def find_bytes(file: TableFile, encoding: str, problems: Problems) -> int:
    """Note the lines that are not of the encoding; return how many."""
    wrong, beyond_ascii = 0, 0
    if encoding.startswith(("utf-16", "utf-32")):
        return 0  # its lines are not those of its bytes
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
