"""Comments gathered into threads, in whatever order they come and however many: beyond 64 MiB they lie on the disk."""

import heapq
import marshal
from collections.abc import Iterator
from dataclasses import dataclass
from operator import itemgetter
from tempfile import TemporaryFile
from typing import Any

from stance.pages.exports._records.sources import Post
from stance.thread import Comment

# a row is (place, thread, reason or None, then the fields of a comment, or those of a post)
_Row = tuple[Any, ...]
_POST = "post"
_HELD = 64 << 20
_ROW = 600  # bytes that a row takes beside its text
_PARTS = 512


@dataclass(frozen=True, slots=True)
class LeftOut:
    """How many records of a thread are no comments, why in one word, and where where that is known."""

    why: str
    count: int
    where: str


class Gatherer:
    """Takes comments, and what is known of posts, by the key of their thread; then yields the threads.

    Memory stays flat in the number of comments. `format`: as in `Thread.format`. `in_order_of_time`: whether the
    file's order is none. `named_by_address`: whether the id of a thread is the address of its page.
    `parent_may_be_post`: whether what a comment answers may be the post, by its id. `author_is_id`: whether authors
    are ids of `people`, the names of whom the file describes by id. `by_ends`: as in `Source`.
    """

    def __init__(self, format_name: str) -> None:
        self.format = format_name
        self.in_order_of_time = self.named_by_address = self.parent_may_be_post = self.author_is_id = False
        self.people: dict[str, str] = {}
        self.by_ends: tuple[str, ...] = ()
        self.last_thread = ""
        self._described: tuple[str, Post] | None = None
        self._several = False
        self._place = 0
        self._size = 0
        self._rows: list[_Row] = []
        self._disk: _Disk | None = None

    def add(
        self,
        thread: str,
        comment_id: str,
        parent_id: str | None,
        author: str | None,
        published: str | None,
        text: str,
        kind: str = "comment",
    ) -> None:
        """Take a comment of a thread, field by field: there may be millions."""
        if thread != self.last_thread:
            self._several = self._several or self._place > 0
            self.last_thread = thread
        self._rows.append((self._place, thread, None, comment_id, parent_id, author, published, text, kind))
        self._place += 1
        self._size += _ROW + len(text)
        if self._size > _HELD:
            self._spill()

    def leave_out(self, thread: str, why: str, count: int = 1, where: str = "") -> None:
        """Take note of `count` records that are no comments, for a reason in one word; `where` tells their place."""
        self._take(thread, (self._place, thread, why, count, where))

    def describe(self, thread: str, post: Post) -> None:
        """Take what is known of the post of a thread; of several words for the same the first counts."""
        if (thread, post) == self._described:
            return
        self._described = (thread, post)
        self._take(thread, (self._place, thread, _POST, post.title, post.text, post.url, post.declared))
        self._size += len(post.text)

    def _take(self, thread: str, row: _Row) -> None:
        if thread != self.last_thread:
            self._several = self._several or self._place > 0
            self.last_thread = thread
        self._place += 1
        self._size += _ROW
        self._rows.append(row)

    def _spill(self) -> None:
        self._disk = self._disk or _Disk()
        self._disk.write(self._rows)
        self._rows, self._size = [], 0

    @property
    def threads_so_far(self) -> int:
        """0, 1, or 2 for any more."""
        return min(self._place, 1) + self._several

    def threads(self) -> Iterator[tuple[str, list[Comment], list[LeftOut], Post]]:
        """Yield key, comments, left out and post of each thread, by first appearance; one thread is in memory."""
        if self._disk is None:
            return map(_thread_of, _by_thread(self._rows))
        self._disk.write(self._rows)
        self._rows = []
        return map(_thread_of, self._disk.by_thread())


class _Disk:
    """Rows in a temporary file, parted by a hash of their thread, so that each part can be sorted in memory."""

    def __init__(self) -> None:
        self._file = TemporaryFile()  # noqa: SIM115 - it lives as long as its rows are read
        self._chunks: list[list[tuple[int, int]]] = [[] for _ in range(_PARTS)]
        self._end = 0

    def write(self, rows: list[_Row]) -> None:
        """Write rows behind those that are there."""
        parts: list[list[_Row]] = [[] for _ in range(_PARTS)]
        for row in rows:
            parts[hash(row[1]) % _PARTS].append(row)
        for chunks, part in zip(self._chunks, parts, strict=True):
            if part:
                chunks.append(self._append(part))

    def by_thread(self) -> Iterator[list[_Row]]:
        """Yield the rows of each thread by first appearance."""
        sorted_parts = []
        for chunks in self._chunks:
            rows = [row for chunk in chunks for row in self._read(*chunk)]
            start = self._end
            for of_thread in _by_thread(rows):
                self._append(of_thread, headed=True)
            sorted_parts.append(self._threads_between(start, self._end))
        yield from heapq.merge(*sorted_parts, key=lambda rows: rows[0][0])
        self._file.close()

    def _append(self, rows: list[_Row], headed: bool = False) -> tuple[int, int]:
        data = marshal.dumps(rows, 2)
        start, length = self._end, len(data)
        self._file.seek(start)
        self._file.write(length.to_bytes(8, "big") + data if headed else data)
        self._end += length + (8 if headed else 0)
        return start, length

    def _read(self, start: int, length: int) -> list[_Row]:
        self._file.seek(start)
        rows: list[_Row] = marshal.loads(self._file.read(length))
        return rows

    def _threads_between(self, start: int, end: int) -> Iterator[list[_Row]]:
        while start < end:
            self._file.seek(start)
            length = int.from_bytes(self._file.read(8), "big")
            yield self._read(start + 8, length)
            start += 8 + length


def _by_thread(rows: list[_Row]) -> Iterator[list[_Row]]:
    threads: dict[str, list[_Row]] = {}
    for row in rows:
        threads.setdefault(row[1], []).append(row)
    return iter(threads.values())


def _thread_of(rows: list[_Row]) -> tuple[str, list[Comment], list[LeftOut], Post]:
    comments, left_out, about = [], [], []
    for row in rows:
        if row[2] is None:
            comments.append(Comment(*row[3:]))
        elif row[2] == _POST:
            about.append(row)
        else:
            left_out.append(LeftOut(*row[2:]))
    title, text, url = (next(filter(None, map(itemgetter(column), about)), "") for column in (3, 4, 5))
    declared = next((row[6] for row in about if row[6] is not None), None)
    return rows[0][1], comments, left_out, Post(title, text, url, declared)
