"""The words of a person: what nobody else has written in that order, looked for in files of any kind."""

import bz2
import gzip
import html
import lzma
import re
import unicodedata
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO, Any

LEAST_SEARCHED = 20  # characters; a shorter comment may be anybody's
AT_ONCE = 5  # words in a row
BLOCK = 1 << 24
OVERLAP = 1 << 12
DEEPEST = 4  # archives in archives
PACKED: Mapping[bytes, Callable[[IO[bytes]], Any]] = {
    b"\x1f\x8b": gzip.open,
    b"BZh": bz2.open,
    b"\xfd7zXZ\x00": lzma.open,
}
# Zstandard, LZ4, 7z, RAR, PDF, a password around a document of Word or Excel, which is also the form of their old ones
UNREADABLE = (
    b"\x28\xb5\x2f\xfd",
    b"\x04\x22\x4d\x18",
    b"7z\xbc\xaf\x27\x1c",
    b"Rar!\x1a\x07",
    b"%PDF-",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
)
_WORD = re.compile(r"\w+")
_UNICODE = re.compile(r"\\u([0-9a-fA-F]{4})")
_BREAK = re.compile(r"\\[nrt]")
_TAG = re.compile(r"<[^<>]{0,500}>")


class Words:
    """The runs of five words (or whole comments, if shorter) that are in a person's texts and in nobody else's.

    `short` counts the texts of fewer than 20 characters, which are not looked for.

    >>> Words(["The ferry has sunk twice this year."], ["The ferry is late."]).within("it has SUNK twice, this year")
    True
    """

    def __init__(self, texts: Iterable[str], others: Iterable[str]) -> None:
        kept = [text for text in texts if text.strip()]
        long = [_words(text) for text in kept if len(text.strip()) >= LEAST_SEARCHED]
        self.short = len(kept) - len(long)
        runs = {run for words in long for run in _runs(words, min(AT_ONCE, len(words)))}
        sizes = {run.count(" ") + 1 for run in runs}
        for text in others:
            words = _words(text)
            for size in sizes:
                runs.difference_update(_runs(words, size))
        self._by_first: dict[str, list[tuple[str, ...]]] = {}
        for run in sorted(runs):
            first, *rest = run.split(" ")
            self._by_first.setdefault(first, []).append(tuple(rest))

    def within(self, text: str) -> bool:
        """Return whether a text, as it stands in a file, has one of the runs."""
        words = _words(_plain(text))
        return any(
            tuple(words[place + 1 : place + 1 + len(rest)]) == rest
            for place, word in enumerate(words)
            for rest in self._by_first.get(word, ())
        )

    def within_file(self, path: Path) -> bool:
        """Return whether a file has one of the runs: as text, in cells of Parquet, or packed by zip, gzip, bz2 or xz.

        Raises OSError, ValueError and what these formats raise where it cannot be read to its end.
        """
        with path.open("rb") as file:
            return any(self.within(text) for text in _texts(file))


def _words(text: str) -> list[str]:
    return _WORD.findall(unicodedata.normalize("NFC", text).casefold())


def _runs(words: list[str], size: int) -> Iterator[str]:
    return (" ".join(words[start : start + size]) for start in range(len(words) - size + 1))


def _plain(text: str) -> str:
    """Return the text behind what JSON, HTML and Markdown make of it."""
    if "\\" in text:
        text = _BREAK.sub(" ", _UNICODE.sub(lambda found: chr(int(found[1], 16)), text))
    if "&" in text:
        text = html.unescape(text)
    return _TAG.sub(" ", text) if "<" in text else text


def _texts(file: IO[bytes], deep: int = DEEPEST) -> Iterator[str]:
    """Yield what a file says, in pieces. Raises ValueError for what is packed in a way that is not read here."""
    start = file.read(8)
    file.seek(0)
    if start.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(file) as packed:
            for name in packed.namelist():
                with packed.open(name) as member:
                    yield from _unpacked(member, deep)
    elif start.startswith(b"PAR1"):
        yield from _cells(file)
    elif start.startswith(UNREADABLE):
        raise ValueError("packed in a way that is not read here")
    elif opened := next((opened for sign, opened in PACKED.items() if start.startswith(sign)), None):
        with opened(file) as unpacked:
            yield from _unpacked(unpacked, deep)
    else:
        yield from _blocks(file)


def _unpacked(file: IO[bytes], deep: int) -> Iterator[str]:
    if not deep:
        raise ValueError(f"packed {DEEPEST} times over")
    yield from _texts(file, deep - 1)


def _blocks(file: IO[bytes]) -> Iterator[str]:
    left = file.read(2)
    encoding = "utf-16" if left in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
    mark = left if encoding == "utf-16" else b""
    while block := file.read(BLOCK):
        yield (left + block).decode(encoding, "replace")
        # what stands across two blocks is read with the second
        left = mark + block[-OVERLAP:]


def _cells(file: IO[bytes]) -> Iterator[str]:
    import pyarrow.parquet as pq

    table = pq.ParquetFile(file)
    for batch in table.iter_batches(batch_size=10_000):
        for column in batch.to_pydict().values():
            yield "\n".join(map(str, column))
