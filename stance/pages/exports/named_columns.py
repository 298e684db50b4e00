"""Tables of unlabelled comments whose columns are named by who reads them, in the words of a dataset's `columns`."""

from collections.abc import Generator, Iterator, Mapping
from contextlib import closing
from typing import Any, BinaryIO

from stance.errors import ReadError, did_you_mean
from stance.pages.exports._json_values import BrokenLine, looks_like_json, read_values
from stance.pages.exports._records.gathering import Gatherer
from stance.pages.exports._records.shape import make_named_shape
from stance.pages.exports._records.threads import make_threads
from stance.pages.exports._records.walking import Walker
from stance.pages.exports.tables import read_rows
from stance.thread import COMMENT_COLUMNS, Thread

_HEAD = 1 << 16


def parse_columns(
    stream: BinaryIO, source: str, columns: Mapping[str, str], url: str | None = None
) -> Iterator[Thread]:
    """Yield the threads of a table (CSV, TSV, Parquet, XLSX) or of objects in JSON by first appearance.

    `columns`: the column of each word; `text` must be there. Labels are not looked at. Raises ReadError where a word is
    none, or a column is not in the table.
    """
    _check_words(columns)
    head = stream.read(_HEAD)
    stream.seek(0)
    gatherer = Gatherer("table")
    walker = Walker(gatherer, make_named_shape(columns))
    is_json = looks_like_json(head)
    with closing(
        _objects(stream, source, gatherer) if is_json else read_rows(stream, source, head, columns.values())
    ) as rows:
        is_first = True
        for row in rows:
            if is_first:
                _check_columns(columns, list(row), source)
                is_first = False
            walker.walk({key: None if value == "" else value for key, value in row.items()})
    gatherer.format = "table"
    yield from make_threads(gatherer, source, url)


def _check_words(columns: Mapping[str, str]) -> None:
    for word in columns:
        if word not in COMMENT_COLUMNS:
            raise ReadError(
                f"`columns` has {word!r}; a comment has {', '.join(COMMENT_COLUMNS)}."
                f"{did_you_mean(str(word), COMMENT_COLUMNS)}"
            )
    if "text" not in columns:
        raise ReadError(f"`columns`: expected which column is `text`, found {', '.join(columns) or 'nothing'}")


def _check_columns(columns: Mapping[str, str], found: list[str], source: str) -> None:
    for word, column in columns.items():
        if column not in found:
            raise ReadError(
                f"{source}: expected the column {column!r} (`columns`: {word}), found "
                f"{[name[:30] for name in found[:12]]}.{did_you_mean(str(column), found)}"
            )


def _objects(stream: BinaryIO, source: str, gatherer: Gatherer) -> Generator[dict[str, Any], None, None]:
    for value in read_values(stream, source):
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, dict):
                yield each
            elif isinstance(each, BrokenLine):
                gatherer.leave_out(gatherer.last_thread, "unreadable", where=f"line {each.line}")
            else:
                gatherer.leave_out(gatherer.last_thread, "unrecognised")
