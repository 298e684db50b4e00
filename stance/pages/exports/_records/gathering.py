"""Comments gathered into threads, in whatever order they come and however many: beyond 64 MiB they lie on the disk."""

import heapq
import marshal
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import SEEK_END
from itertools import accumulate
from operator import itemgetter
from tempfile import TemporaryFile
from typing import Any

from stance.pages.exports._records.sources import Post
from stance.thread import Comment

# a row is (place, thread, reason or None, then the fields of a comment, or those of a post)
_Row = tuple[Any, ...]
# start and length in a file
_Chunk = tuple[int, int]
_POST = "post"
_HELD = 64 << 20
_ROW = 600  # bytes that a row takes beside its text
_PARTS = 512
_BATCH = 1 << 15  # bytes of each part that are in memory at a time


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
        place = self._place
        self._rows.append((place, thread, None, comment_id, parent_id, author, published, text, kind))
        self._place = place + 1
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
    """Rows in a temporary file, parted by a hash of their thread, so that each part can be put in order in memory.

    The rows of one thread are a piece, (place, thread, rows): these are marshalled once, and looked at only at the end.
    """

    def __init__(self) -> None:
        self._file = TemporaryFile()  # noqa: SIM115 - it lives as long as its rows are read
        self._parts: list[list[_Chunk]] = [[] for _ in range(_PARTS)]

    def write(self, rows: list[_Row]) -> None:
        """Write rows behind those that are there."""
        parts: dict[int, list[tuple[int, str, bytes]]] = {}
        for of_thread in _by_thread(rows):
            place, thread = of_thread[0][:2]
            parts.setdefault(hash(thread) % _PARTS, []).append((place, thread, marshal.dumps(of_thread)))
        for part, chunk in zip(parts, self._append(parts.values()), strict=True):
            self._parts[part].append(chunk)

    def by_thread(self) -> Iterator[list[_Row]]:
        """Yield the rows of each thread by first appearance."""
        in_order = [self._read(self._in_order(chunks)) for chunks in self._parts]
        for _, pieces in heapq.merge(*in_order, key=itemgetter(0)):
            yield [row for piece in pieces for row in marshal.loads(piece)]
        self._file.close()

    def _in_order(self, chunks: list[_Chunk]) -> list[_Chunk]:
        """Bring the pieces of each thread of a part together, and return where they are now."""
        threads: dict[str, tuple[int, list[bytes]]] = {}
        for place, thread, rows in self._read(chunks):
            threads.setdefault(thread, (place, []))[1].append(rows)
        batches: list[list[tuple[int, list[bytes]]]] = []
        size = _BATCH
        for of_thread in threads.values():
            if size >= _BATCH:
                batches.append([])
                size = 0
            batches[-1].append(of_thread)
            size += sum(map(len, of_thread[1]))
        return self._append(batches)

    def _append(self, batches: Iterable[list[Any]]) -> list[_Chunk]:
        written = [marshal.dumps(batch) for batch in batches]
        starts = accumulate(map(len, written), initial=self._file.seek(0, SEEK_END))
        self._file.write(b"".join(written))
        return list(zip(starts, map(len, written), strict=False))

    def _read(self, chunks: list[_Chunk]) -> Iterator[Any]:
        for start, length in chunks:
            self._file.seek(start)
            yield from marshal.loads(self._file.read(length))


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
