"""Files read into threads: the format of each is recognised by its content, and its module called.

To add a format: one module with `matches(head)` and `parse(stream, source, url)`, and one line in `_FORMATS`.
"""

import io
import re
from collections.abc import Iterator
from importlib import import_module
from typing import Any, BinaryIO, cast

from stance.errors import ReadError
from stance.pages._refusals import name_magic, name_text
from stance.pages.unpack import packed_as, packing_of
from stance.thread import Thread

_HEAD = 1 << 16
# in the order in which they are asked, each with a cheap sign that must be there before its module is imported;
# NUL bytes are taken out first, which makes UTF-16 look like ASCII
_FORMATS = (
    ("warc", re.compile(rb"\AWARC/")),
    ("wxr", re.compile(rb"<(?:\w+:)?rss[\s>]")),
    ("disqus", re.compile(rb"<(?:\w+:)?disqus[\s>]")),
    ("blogger", re.compile(rb"<(?:\w+:)?feed[\s>]")),
    ("feeds", re.compile(rb"<(?:\w+:)?(?:rss|feed|RDF)[\s>]")),
    ("records", re.compile(rb"\A(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?\s*(?:[\[{]|[\w$./* ]{1,100}[=(]\s*[\[{])")),
    ("movable_type", re.compile(rb"^-----[ \t]*\r?$", re.MULTILINE)),
    (
        "tables",
        re.compile(rb"\A(?:PAR1|PK\x03\x04|(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?\s*[^\s<\[{][^<\n]{0,4000}?[,;\t|])"),
    ),
    ("xml_tree", re.compile(rb"<")),
    ("html", re.compile(rb"<")),
    ("text_dump", re.compile(rb"")),
)
_EXPORTS = {"wxr", "disqus", "blogger", "feeds", "records", "movable_type", "tables", "xml_tree"}
# a page is one thread and is held whole; what is longer is none, and would take many times its size of memory
_READ_WHOLE = {"movable_type", "xml_tree", "html", "text_dump"}
_LARGEST_PAGE = 128 << 20
_PACKINGS = ("gzip", "zstd", "bzip2", "xz")


def read_stream(stream: BinaryIO, source: str, url: str | None = None) -> Iterator[Thread]:
    """Yield the threads of one open file, which must be seekable; `source` names it in messages."""
    stream, _, name = unpack_stream(stream, source)
    if name in _READ_WHOLE:
        stream = _read_whole(stream, source)
    threads: Iterator[Thread] = _reader(name).parse(stream, source, url)
    yield from threads


def unpack_stream(stream: BinaryIO, source: str) -> tuple[BinaryIO, bytes, str]:
    """Return an open file as what is in it, unpacked where it was packed, with its first 64 KiB and its format."""
    head = stream.read(_HEAD)
    stream.seek(0)
    name = find_format(head, source)
    if name in _PACKINGS:
        from stance.pages.unpack import Unpacked

        stream = cast(BinaryIO, Unpacked(stream, source, name))
        head = stream.read(_HEAD)
        stream.seek(0)
        packed, name = name, find_format(head, source)
        if name in _PACKINGS:
            raise ReadError(f"{source}: expected a page, found {name} inside {packed}. Unpack it first.")
    return stream, head, name


def _read_whole(stream: BinaryIO, source: str) -> BinaryIO:
    pieces, size = [], 0
    while piece := stream.read(_LARGEST_PAGE + 1 - size):
        pieces.append(piece)
        size += len(piece)
        if size > _LARGEST_PAGE:
            raise ReadError(
                f"{source}: expected a page of at most {_LARGEST_PAGE >> 20} MiB, found a longer one. Split it; "
                "exports of WordPress and crawls may be of any size."
            )
    return io.BytesIO(b"".join(pieces))


def find_format(head: bytes, source: str) -> str:
    """Return the name of the module for a file that begins with `head`, "gzip", "zstd", "bzip2" or "xz" for
    a packed file that is no WARC.

    Raises ReadError where no format fits.
    """
    flat = head.replace(b"\0", b"")
    if not flat.strip():
        found = "nothing but white space or NUL bytes" if head else "an empty file"
        raise ReadError(f"{source}: expected a page, found {found}")
    packing = packing_of(head)
    if packing:
        return "warc" if packing == "gzip" and _reader("warc").matches(head) else packing
    if known := name_magic(head):
        raise ReadError(f"{source}: expected a page, found {known}")
    for name, sign in _FORMATS:
        if sign.search(flat) and _reader(name).matches(head):
            if name == "text_dump":
                _refuse_other_text(head, source)
            return name
    if packed := packed_as(head):
        raise ReadError(f"{source}: expected a page, found {packed}")
    raise ReadError(f"{source}: expected a page, dump, export or crawl, found bytes that are none: {head[:16]!r}...")


def _refuse_other_text(head: bytes, source: str) -> None:
    """Refuse what is text and known to be no page's; a reader of dumps would make something of it."""
    text = head.decode("utf-16" if head.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8", "replace")
    if found := name_text(text):
        raise ReadError(f"{source}: expected a page, dump or export, found {found}")


def _reader(name: str) -> Any:
    return import_module(f"stance.pages.{'exports.' if name in _EXPORTS else ''}{name}")
