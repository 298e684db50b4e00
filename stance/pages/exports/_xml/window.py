"""The bytes of an XML export as UTF-8, a window of them at a time; its prolog, where entities are refused."""

import codecs
import re
from collections.abc import Iterator
from typing import BinaryIO

from stance.errors import ReadError

_CHUNK = 1 << 20
_LARGEST_PROLOG = 1 << 20
_LARGEST_RECORD = 16 << 20
_LONGEST_TAG_START = 80
_MOST_PREFIXES = 50
_LONGEST_JUNK = 64
_LONGEST_WARNING = 4096
_ROOT = re.compile(rb"<([A-Za-z_][A-Za-z0-9_.:-]{0,60})(?=[\s/>])")
_PROLOG_PARTS = (
    (b"<?", re.compile(rb"<.*?\?>", re.DOTALL)),
    (b"<!--", re.compile(rb"<!.*?-->", re.DOTALL)),
    (b"<!", re.compile(rb"<![^>\[]*+(?:\[.*?\]\s*+)?>", re.DOTALL)),
    (b"<", re.compile(rb"<")),
)
_DECLARED_ENCODING = re.compile(rb"""<\?xml[^>]{0,200}?\bencoding\s{0,9}=\s{0,9}["']([A-Za-z0-9._-]{1,40})["']""")
# only encodings that write ASCII as ASCII: the wide ones show themselves by their first bytes
_ENCODINGS = re.compile(r"(iso-?8859|latin|windows-?125|cp125|koi8|gb|big5|shift_?jis|euc|us-ascii)", re.IGNORECASE)
_PREFIX = re.compile(rb"\sxmlns:(?!xml)([A-Za-z_][A-Za-z0-9_.-]{0,40})\s{0,9}=", re.IGNORECASE)
_PREFIXES = (b"wp", b"content", b"excerpt", b"dc", b"wfw", b"dsq", b"thr", b"gd", b"app", b"blogger", b"media")


def root_name(head: bytes) -> str:
    """Return the name of the root element in the first bytes of a file, "" where they are no XML.

    Up to 64 bytes of anything may stand before it, or 4 KiB before its XML declaration, such as the warnings of the
    program that wrote it. NUL bytes are taken out, which makes UTF-16 look like ASCII.

    >>> root_name(b"`<?xml version='1.0'?><!-- <a> --><rss version='2.0'>")
    'rss'
    """
    flat = head.replace(b"\0", b"")
    place = flat.find(b"<?xml ", 0, _LONGEST_WARNING)
    if place < 0:
        place = flat.find(b"<", 0, _LONGEST_JUNK)
    while place >= 0:
        found = _ROOT.match(flat, place)
        if found:
            return found[1].decode()
        end = next(end for start, end in _PROLOG_PARTS if flat.startswith(start, place))
        behind = end.match(flat, place)
        place = flat.find(b"<", behind.end()) if behind else -1
    return ""


def local_name(name: str) -> str:
    """Return the name of an element without its prefix."""
    return name.rpartition(":")[2]


class Window:
    """The part of a stream that is being looked at; places count from the start of the stream."""

    def __init__(self, chunks: Iterator[bytes], source: str) -> None:
        self._chunks = chunks
        self.source = source
        self.data = bytearray()
        self.start = 0
        self.line = 1

    def grow(self) -> bool:
        """Read on; return whether there was anything. Raises ReadError where the window is 16 MiB already."""
        if len(self.data) > _LARGEST_RECORD:
            raise ReadError(
                f"{self.source} line {self.line}: expected a record of at most {_LARGEST_RECORD >> 20} MiB, found one "
                "without end. Check that the file is an export in one piece."
            )
        chunk = next(self._chunks, b"")
        self.data += chunk
        return bool(chunk)

    def cut(self, start: int, end: int) -> bytes:
        """Return the bytes between two places."""
        return bytes(self.data[start - self.start : end - self.start])

    def drop(self, place: int) -> None:
        """Forget what stands before a place."""
        count = place - self.start
        self.line += self.data.count(b"\n", 0, count)
        del self.data[:count]
        self.start = place

    def find(self, mark: bytes, place: int) -> int:
        """Return the place behind the next `mark`, -1 where there is none to the end."""
        while True:
            found = self.data.find(mark, place - self.start)
            if found >= 0:
                return self.start + found + len(mark)
            place = max(place, self.start + len(self.data) - len(mark) + 1)
            if not self.grow():
                return -1

    def search(self, pattern: re.Pattern[bytes], place: int) -> tuple[int, int, bytes] | None:
        """Return start, end and words of the next match, each character being looked at about once."""
        while True:
            found = pattern.search(self.data, place - self.start)
            if found is not None:
                return self.start + found.start(), self.start + found.end(), found[0]
            place = max(place, self.start + len(self.data) - _LONGEST_TAG_START)
            if not self.grow():
                return None


def utf8_chunks(stream: BinaryIO) -> Iterator[bytes]:
    """Yield the stream in UTF-8, a chunk at a time and none of them empty.

    What is UTF-16 or UTF-32 by its first bytes, or declares one of the encodings with one or several bytes a
    character, is converted; all else passes as it is.
    """
    head = stream.read(_CHUNK)
    encoding = _wide_encoding(head)
    if not encoding:
        declared = _DECLARED_ENCODING.search(head[:4096])
        name = declared[1].decode("ascii") if declared else ""
        encoding = _known_encoding(name) if _ENCODINGS.match(name) else ""
    if not encoding:
        while head:
            yield head
            head = stream.read(_CHUNK)
        return
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    while head:
        words = decoder.decode(head)
        if words:
            yield words.encode("utf-8", "replace")
        head = stream.read(_CHUNK)
    yield decoder.decode(b"", final=True).encode("utf-8", "replace")


def _wide_encoding(head: bytes) -> str:
    for encoding in ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"):
        if head.startswith("<".encode(encoding)) and head[1:2] + head[:1] != b"<<":
            return encoding
    if head.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "utf-32"
    return "utf-16" if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else ""


def _known_encoding(name: str) -> str:
    # what calls itself latin-1 or ASCII is read as browsers read it
    if re.fullmatch(r"(iso-?8859-?1|latin-?1|us-ascii)", name, re.IGNORECASE):
        return "cp1252"
    try:
        return codecs.lookup(name).name
    except LookupError:
        return ""


def read_prolog(window: Window) -> bytes:
    """Drop what stands before the root, and return an opening tag that declares the same prefixes."""
    place = 0
    while True:
        place = window.find(b"<", place) - 1
        while len(window.data) < place + 9 and window.grow():
            pass
        mark = window.cut(place, place + 9)
        if place < 0 or place > _LARGEST_PROLOG:
            raise ReadError(f"{window.source}: expected an XML export, found no root element in its first MiB")
        if mark.startswith(b"<?"):
            place = window.find(b"?>", place)
        elif mark.startswith(b"<!--"):
            place = window.find(b"-->", place)
        elif mark.startswith(b"<!"):
            place = _skip_document_type(window, place)
        elif mark[1:2].isalpha() or mark[1:2] == b"_":
            break
        else:
            place += 1
        if place < 0:
            raise ReadError(f"{window.source}: expected an XML export, found a prolog without end")
    end = window.find(b">", place)
    root = window.cut(place, end if end > 0 else place)
    prefixes = sorted({*_PREFIXES, *_PREFIX.findall(root)[:_MOST_PREFIXES]})
    return b"<export%b>" % b"".join(b' xmlns:%b="urn:%b"' % (prefix, prefix) for prefix in prefixes)


def _skip_document_type(window: Window, place: int) -> int:
    end = window.find(b">", place)
    subset = window.cut(place, end).find(b"[") if end > 0 else -1
    if subset >= 0:
        end = window.find(b"]", place + subset)
        while window.cut(end, end + 9).lstrip()[:1] not in (b">", b"") and end > 0:
            end = window.find(b"]", end)
        found = window.cut(place, end if end > 0 else len(window.data)).find(b"<!ENTITY")
        if found >= 0:
            line = 1 + window.data.count(b"\n", 0, place + found)
            raise ReadError(
                f"{window.source} line {line}: expected an export, found a document type that declares entities. They "
                "are refused, since they can grow without bound or name other files. Remove the <!DOCTYPE ...> part."
            )
        end = window.find(b">", end) if end > 0 else -1
    return end
