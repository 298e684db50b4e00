"""JSON files as tables: a list of records, one object, or a record a line, with paths into what is nested."""

import io
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, BinaryIO

from stance.cells import file_encoding, parse_json
from stance.dataset.chunks import _chunking as chunking
from stance.dataset.tables._batches import PART, ROW, Wanted
from stance.dataset.tables._cards import Layout, TableFile
from stance.dataset.tables._problems import Notes, Problems
from stance.dataset.tables.reading._encodings import byte_of
from stance.dataset.tables.reading._json_paths import Paths, found_names

if TYPE_CHECKING:
    import pyarrow as pa

FIRST_ROWS = 1_000


def json_header(file: TableFile, layout: Layout, wanted: tuple[str, ...], problems: Problems) -> list[str]:
    """Return the names of the keys among the first 1,000 records, and the paths that are wanted and lead somewhere.

    What is broken is noted only where nothing else is there: it is told when all of the file is read.
    """
    records, notes = [], Notes()
    for number, record in json_records(file, layout, notes):
        if number > FIRST_ROWS:
            break
        records.append(record or {})
    if not any(records):
        problems.add_all(notes.problems)
    return found_names(records, wanted)


def json_tables(file: TableFile, layout: Layout, wanted: Wanted, notes: Notes) -> Iterator["pa.Table"]:
    """Read the wanted columns; a record that paths lead through a list of becomes a row for each of its entries."""
    import pyarrow as pa

    try:
        paths = Paths.of(wanted.columns)
    except ValueError as error:
        expected = "expected columns of one list, each inside the one before it"
        notes.problems.add("paths", f"{file.name}: {expected}; {error}. Read them as two tables and `join` them")
        return
    kinds = [pa.list_(pa.string()) if column in wanted.lists else pa.string() for column in wanted.columns]
    place = [(ROW, pa.int64()), *([(PART, pa.int32())] if paths.is_parted else [])]
    schema = pa.schema([*zip(wanted.columns, kinds, strict=True), *place])
    rows: list[tuple[Any, ...]] = []
    for number, record in json_records(file, layout, notes):
        if record is None:
            continue
        before = len(rows)
        for part, values in enumerate(paths.rows(record), start=1):
            where = f"{file.name} row {number}"
            cells = [_cell(value, name, where, wanted, notes) for name, value in zip(paths.names, values, strict=True)]
            rows.append((*cells, number, part) if paths.is_parted else (*cells, number))
        if len(rows) == before:
            notes.counts["records_without_rows"] += 1
        if len(rows) >= chunking.CHUNK_ROWS:
            yield _table(rows, schema)
            rows = []
    yield _table(rows, schema)


def _table(rows: list[tuple[Any, ...]], schema: "pa.Schema") -> "pa.Table":
    import pyarrow as pa

    columns = list(zip(*rows, strict=True)) if rows else [()] * len(schema)
    return pa.table([pa.array(column, kind) for column, kind in zip(columns, schema.types, strict=True)], schema=schema)


def _cell(value: Any, name: str, where: str, wanted: Wanted, notes: Notes) -> str | list[str | None] | None:
    if value is None or (isinstance(value, str) and name not in wanted.lists):
        return value
    if isinstance(value, list) and len(value) < 2 and name not in wanted.lists:
        value = value[0] if value else None  # as doccano and Prodigy write a single choice
    if isinstance(value, dict):
        path = f"{name}.{next(iter(value), 'key')}"
        found = f"column {name!r} holds keys and values; name one by its path, as in {path}"
        notes.problems.add("kinds of cells", f"{where}: {found}")
        return None
    if value is not None and isinstance(value, list) != (name in wanted.lists):
        found = "one value" if name in wanted.lists else "a list"
        notes.problems.add("kinds of cells", f"{where}: column {name!r} holds {found}")
        return None
    return [_text(part) for part in value] if isinstance(value, list) else _text(value)


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)


def json_records(file: TableFile, layout: Layout, notes: Notes) -> Iterator[tuple[int, dict[str, Any] | None]]:
    """Yield a file's records with their numbers, counted from 1; what is no object is noted and comes as None."""
    if layout.format == "jsonl":
        yield from _lines(file, file_encoding(file.path, layout.encoding), notes)
    else:
        yield from _whole(file, file_encoding(file.path, layout.encoding), notes)


def _whole(file: TableFile, encoding: str, notes: Notes) -> Iterator[tuple[int, dict[str, Any] | None]]:
    text = file.path.read_bytes().decode(encoding).removeprefix("\ufeff")
    try:
        found = parse_json(text)
    except json.JSONDecodeError as error:
        said = f"expected one JSON list or object, found it broken: {error.msg}"
        if error.msg == "Extra data":
            said = "expected one JSON list or object, found several; where each is on a line, set `format: jsonl`"
        notes.problems.add("broken files", f"{file.name} line {error.lineno}, column {error.colno}: {said}")
        return
    except ValueError as error:
        notes.problems.add("broken files", f"{file.name}: expected one JSON list or object, found {error}")
        return
    records = found if isinstance(found, list) else [found]
    for number, record in enumerate(records, start=1):
        if not isinstance(record, dict):
            expected = f"{file.name} row {number}: expected a JSON object, found {type(record).__name__}"
            notes.bad_row(file.name, file.stem, number, "broken lines", expected)
        yield number, record if isinstance(record, dict) else None


def _lines(file: TableFile, encoding: str, notes: Notes) -> Iterator[tuple[int, dict[str, Any] | None]]:
    with file.path.open("rb") as stream:
        for number, line in enumerate(_byte_lines(stream, encoding), start=1):
            if not line.strip():
                continue
            row, kind, said = None, "broken lines", ""
            try:
                row = parse_json(line.decode(encoding).rstrip().removeprefix("\ufeff"))
            except UnicodeDecodeError as error:
                kind, said = "wrong bytes", f": {byte_of(line, error)}"
            except json.JSONDecodeError as error:
                if number == 1 and line.lstrip(b"\xef\xbb\xbf \t")[:1] == b"[":
                    found = "found the beginning of a JSON list; set `format: json`"
                    notes.problems.add("broken lines", f"{file.name}: expected a JSON object in each line, {found}")
                    return
                said = f", column {error.colno}: expected a JSON object, found it broken: {error.msg}"
            except ValueError as error:
                said = f": expected a JSON object, found {error}"
            else:
                if isinstance(row, list) and number == 1 and row and isinstance(row[0], dict):
                    found = "found a JSON list; set `format: json`"
                    notes.problems.add("broken lines", f"{file.name}: expected a JSON object in each line, {found}")
                    return
                if not isinstance(row, dict):
                    said = f": expected a JSON object, found {type(row).__name__}"
                    row = None
            if said:
                notes.bad_row(file.name, file.stem, number, kind, f"{file.name} row {number}{said}")
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
