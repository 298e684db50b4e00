"""The words of a person: what nobody else has written in that order, looked for in files of any kind."""

import gzip
import html
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, cast

LEAST_SEARCHED = 20  # characters; a shorter comment may be anybody's
AT_ONCE = 5  # words in a row
BLOCK = 1 << 24
OVERLAP = 1 << 12
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
        """Return whether a file has one of the runs: as text, in a Parquet file's cells, or packed in zip or gzip."""
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


def _texts(file: IO[bytes]) -> Iterator[str]:
    start = file.read(4)
    file.seek(0)
    if start == b"PK\x03\x04" and zipfile.is_zipfile(file):
        with zipfile.ZipFile(file) as packed:
            for name in packed.namelist():
                with packed.open(name) as member:
                    yield from _blocks(member)
    elif start == b"PAR1":
        yield from _cells(file)
    elif start[:2] == b"\x1f\x8b":
        with gzip.open(file) as unpacked:
            yield from _blocks(cast(IO[bytes], unpacked))
    else:
        yield from _blocks(file)


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
