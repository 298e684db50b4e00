"""Tables of comments without labels: CSV, TSV, Parquet and XLSX whose columns have the usual names of comment records.

Each row is a record and is read by its shape. A table with labels is a dataset, which docs/reuse.md says how to load.
"""

import codecs
import csv
import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Collection, Generator, Iterator
from typing import Any, BinaryIO

from stance.errors import ReadError
from stance.pages.exports._records.fields import USUAL_NAMES
from stance.pages.exports._records.gathering import Gatherer
from stance.pages.exports._records.threads import make_threads
from stance.pages.exports._records.walking import Walker
from stance.pages.exports._records.wrapped import plain_key
from stance.thread import Thread

_PARQUET = b"PAR1"
_PACKED, _OF_WORKBOOK = b"PK\x03\x04", b"xl/"
_MOST_BYTES = 1 << 30
# what openpyxl raises where a workbook is damaged; an encrypted member is a RuntimeError
_DAMAGE = (
    *(zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, SyntaxError),
    *(ArithmeticError, AttributeError, LookupError, TypeError, ValueError),
)
_LABELS = {"label", "labels", "stance", "target", "gold", "annotation", "annotations", "class", "sentiment"}
_NAME = re.compile(r"[^\W\d][\w .\-/()#]{0,40}\Z")
_DELIMITERS = ",\t;|"
_FEWEST_COLUMNS = 2
_ROWS = 20
_BATCH = 2_000
_LOAD = "docs/reuse.md says how to load a table by naming its columns."


def matches(head: bytes) -> bool:
    """Tell whether a file that begins with `head` is a table: Parquet, a workbook, or lines of as many columns."""
    if head.startswith(_PACKED):
        return _OF_WORKBOOK in head
    return head.startswith(_PARQUET) or _delimiter(head.decode(_encoding(head), "replace"), 1 << 16) is not None


def parse(stream: BinaryIO, source: str, url: str | None = None) -> Iterator[Thread]:
    """Yield the threads of a table by first appearance, in flat memory.

    Raises ReadError where its columns are not those of comments, or where it has labels.
    """
    gatherer = Gatherer("table")
    walker = Walker(gatherer)
    head = stream.read(1 << 16)
    stream.seek(0)
    rows = read_rows(stream, source, head)
    columns: list[str] = []
    strangers = 0
    for row in rows:
        if not columns:
            columns = [str(column) for column in row]
            _refuse_labels(columns, source)
        strangers += not walker.walk({key: None if value == "" else value for key, value in row.items()})
    if not gatherer.threads_so_far:
        shown = [column[:30] for column in columns[:12]]
        raise ReadError(
            f"{source}: expected a page, found a table with the columns {shown}, no two of which are id, author or "
            f"time beside a text. {_LOAD}"
        )
    if strangers:
        gatherer.leave_out(gatherer.last_thread, "unrecognised", strangers)
    gatherer.format = "table"
    yield from make_threads(gatherer, source, url)


def read_rows(
    stream: BinaryIO, source: str, head: bytes, names: Collection[str] = ()
) -> Generator[dict[str, Any], None, None]:
    """Yield the rows of a table that begins with `head`, of which `names` of columns may be known.

    Raises ReadError where it is damaged.
    """
    if head.startswith(_PARQUET):
        return _parquet_rows(stream, source)
    return _workbook_rows(stream, source) if head.startswith(_PACKED) else _text_rows(stream, source, head, names)


def _refuse_labels(columns: list[str], source: str) -> None:
    labels = [column for column in columns if plain_key(column) in _LABELS]
    if labels:
        raise ReadError(
            f"{source}: expected a page, found a table with labels (column {labels[0]!r}): that is a dataset. {_LOAD}"
        )


def _encoding(head: bytes) -> str:
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig"


def _delimiter(text: str, most: int) -> str | None:
    """Return the sign between the columns of a table, None where the text is none."""
    lines = text.lstrip("\r\n")
    header = lines.partition("\n")[0].rstrip("\r")
    for sign in _DELIMITERS:
        if header.count(sign) < _FEWEST_COLUMNS - 1:
            continue
        rows = _first_rows(lines, sign, cut_off=len(text) >= most)
        names = [name.strip() for name in rows[0]]
        if len(set(names)) < len(names) or not all(map(_NAME.match, names)) or len(rows) < 2:
            continue
        fitting = sum(len(row) == len(names) for row in rows[1:])
        known = sum(plain_key(name) in USUAL_NAMES or plain_key(name) in _LABELS for name in names)
        # two columns may be words with one comma a line: then every row must fit, and there must be several
        sure = len(rows) > 5 and (len(names) > 2 or fitting == len(rows) - 1)
        if fitting >= 0.8 * (len(rows) - 1) and (sure or (known >= 2 and len(names) > 2)):
            return sign
    return None


def _first_rows(lines: str, sign: str, cut_off: bool) -> list[list[str]]:
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(lines, newline=""), delimiter=sign):
            if row:
                rows.append(row)
            if len(rows) > _ROWS:
                return rows[:-1]
    except csv.Error:
        pass
    return rows[:-1] if cut_off and len(rows) > 2 else rows or [[]]


def _text_rows(
    stream: BinaryIO, source: str, head: bytes, names: Collection[str] = ()
) -> Generator[dict[str, Any], None, None]:
    encoding = _encoding(head)
    shown = head.decode(encoding, "replace")
    parted = (sign for sign in _DELIMITERS if {*names} <= {*_first_rows(shown, sign, cut_off=False)[0]})
    sign = (next(parted, None) if names else None) or _delimiter(shown, 1 << 16) or ","
    text = io.TextIOWrapper(stream, encoding, "replace", newline="")
    rows = csv.reader(text, delimiter=sign)
    try:
        header = next(filter(None, rows), [])
        for row in rows:
            if row:
                yield dict(zip(header, row, strict=False))
    except csv.Error as error:
        raise ReadError(
            f"{source} line {rows.line_num}: expected a row of a table, found {error}. Check its quotation marks."
        ) from error
    finally:
        text.detach()


def _parquet_rows(stream: BinaryIO, source: str) -> Generator[dict[str, Any], None, None]:
    import pyarrow as pa
    from pyarrow.parquet import ParquetFile

    try:
        for batch in ParquetFile(stream).iter_batches(batch_size=_BATCH):
            for row in batch.to_pylist():
                yield {str(key): _plain(value) for key, value in row.items()}
    except (pa.ArrowException, OSError, ValueError) as error:
        first = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise ReadError(f"{source}: expected a table in Parquet, found damage: {first}. Fetch it again.") from error


def _workbook_rows(stream: BinaryIO, source: str) -> Generator[dict[str, Any], None, None]:
    """Yield the rows of the only sheet of a workbook that has any."""
    import openpyxl

    try:
        with zipfile.ZipFile(stream) as packed:
            if sum(member.file_size for member in packed.infolist()) > _MOST_BYTES:
                raise ReadError(f"{source}: expected a workbook of at most 1 GiB unpacked, found more. Save it as CSV.")
        with warnings.catch_warnings():  # styles and validations that openpyxl does not know
            warnings.simplefilter("ignore", UserWarning)
            book = openpyxl.load_workbook(stream, read_only=True, data_only=True)
        tables = [
            (sheet.title, first, rows)
            for sheet in book.worksheets
            if (first := next(filter(any, rows := sheet.iter_rows(values_only=True)), None)) is not None
        ]
        if len(tables) > 1:
            sheets = ", ".join(repr(title[:30]) for title, _, _ in tables)
            raise ReadError(
                f"{source}: expected a workbook with one table, found several sheets: {sheets}. Save one as CSV."
            )
        for _, header, rows in tables:
            names = ["" if name is None else str(name) for name in header]
            for row in rows:
                if any(cell is not None for cell in row):
                    yield {name: _plain(cell) for name, cell in zip(names, row, strict=False) if name}
    except ReadError:
        raise
    except _DAMAGE as error:
        raise ReadError(
            f"{source}: expected a workbook (XLSX), found damage: {type(error).__name__}. Save its table as CSV."
        ) from error


def _plain(value: Any) -> Any:
    """Return a cell as JSON would have it: times are written out, whole numbers have no point."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value.isoformat() if hasattr(value, "isoformat") else value
