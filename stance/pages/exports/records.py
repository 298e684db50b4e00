"""Comment records in JSON: what interfaces and archives of comment sites give, as lists, answers in answers, or lines.

`_sources` has a row a source, `_shape` knows a record of any other by what it holds, `_walking` finds them in what
wraps them, `_gathering` brings them together by thread.
"""

from collections.abc import Iterable, Iterator
from pathlib import PurePath
from typing import Any, BinaryIO, Literal

import orjson

from stance.errors import ReadError
from stance.pages.exports._json_values import BrokenLine, looks_like_json, read_values
from stance.pages.exports._records.gathering import Gatherer
from stance.pages.exports._records.slots import html_of, value_at
from stance.pages.exports._records.sources import Post, reddit
from stance.pages.exports._records.threads import make_threads
from stance.pages.exports._records.walking import Walker
from stance.thread import Thread

CONVERSATIONS = "conversations.json"
_EXPECTED = "expected comment records, objects with a text and an author or a time"
_LABELS = {"label", "labels", "stance", "target", "gold", "annotation", "annotations"}


def matches(head: bytes) -> bool:
    """Tell whether a file that begins with `head` is JSON."""
    return looks_like_json(head)


def parse(stream: BinaryIO, source: str, url: str | None = None) -> Iterator[Thread]:
    """Yield the threads of a file by first appearance, after reading it through.

    `url` stands in for an address that the file does not say where it holds one thread. Raises ReadError where this is
    JSON of another kind.
    """
    yield from parse_together([(stream, source)], url)


def parse_together(files: Iterable[tuple[BinaryIO, str]], url: str | None = None) -> Iterator[Thread]:
    """Yield the threads of several files that complete each other, such as comments and their submissions."""
    gatherer = Gatherer("records")
    walker = Walker(gatherer)
    first = ""
    for stream, source in files:
        first = first or source
        if PurePath(source).name == CONVERSATIONS:
            _read_conversations(stream, source, gatherer)
        else:
            _read_file(stream, source, walker)
    yield from make_threads(gatherer, first, url)


def _read_conversations(stream: BinaryIO, source: str, gatherer: Gatherer) -> None:
    """Take the titles of ConvoKit's conversations, an object by id."""
    for value in read_values(stream, source):
        if not isinstance(value, dict):
            raise ReadError(f"{source}: expected ConvoKit's conversations, an object by id, found {_described(value)}")
        for key, about in value.items():
            title = value_at(about, "meta.title") or value_at(about, "title")
            if isinstance(title, str):
                gatherer.describe(key, Post(title=html_of(title)))


def archive_of(head: bytes) -> Literal["comments", "submissions"] | None:
    """Return what a file of lines that begins with `head` has of Reddit, None where it is of another kind."""
    line = head.removeprefix(b"\xef\xbb\xbf").lstrip().partition(b"\n")[0]
    try:
        record = orjson.loads(line)
    except ValueError:
        return None
    if not isinstance(record, dict):
        return None
    if any(source.fits(record) for source in reddit.SOURCES):
        return "comments"
    return "submissions" if any(post.fits(record) for post in reddit.POSTS) else None


def _read_file(stream: BinaryIO, source: str, walker: Walker) -> None:
    read = broken = 0
    seen: Any = None
    for value in read_values(stream, source):
        if isinstance(value, BrokenLine):
            broken += 1
            walker.gatherer.leave_out(walker.gatherer.last_thread, "unreadable", where=f"line {value.line}")
            if broken > max(10, read):
                raise ReadError(
                    f"{source} line {value.line}: expected JSON, {value.message}. "
                    "Check that the file has one object a line."
                )
            continue
        found = walker.walk(value)
        read += found
        if not found:
            seen = value if seen is None else seen
            if read:
                walker.gatherer.leave_out(walker.gatherer.last_thread, "unrecognised")
    if not read:
        raise ReadError(f"{source}: {_EXPECTED}, found {_described(seen)}")


def _described(value: Any) -> str:
    """Return what a value is that holds no records, and what to do with it."""
    while isinstance(value, list) and value:
        value = value[0]
    if isinstance(value, list):
        return "an empty list"
    if not isinstance(value, dict):
        return "a single value"
    if "code" in value and "message" in value:
        return f"the server's refusal {str(value['code'])[:60]!r}. Fetch it again."
    keys = f"an object with the keys {[str(key)[:30] for key in list(value)[:8]]}"
    if _LABELS & {str(key).lower() for key in value}:
        return f"{keys}. A table of labelled texts is no page; docs/reuse.md says how to load one."
    return f"{keys}. Give each comment a text, an author and a time, or load it as a table (docs/reuse.md)."
