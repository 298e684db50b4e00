"""Comments gathered into threads, in whatever order they come and however many: beyond a cache they lie on the disk."""

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

from stance.pages.exports._sources import Post
from stance.thread import Comment

# the pages that SQLite holds, in KiB; a database without a name lies in a temporary file beyond them
_CACHE = 48 << 10
_BUFFERED = 2_000
_TABLES = """
    CREATE TABLE entries (
        place INTEGER PRIMARY KEY, thread TEXT, left_out TEXT, comment_id TEXT, parent_id TEXT, author TEXT,
        published TEXT, text TEXT, kind TEXT
    );
    CREATE TABLE posts (place INTEGER PRIMARY KEY, thread TEXT, title TEXT, text TEXT, url TEXT, declared INTEGER);
"""
_PLACES = "(SELECT thread, place FROM entries UNION ALL SELECT thread, place FROM posts)"
_COUNT = f"SELECT count(DISTINCT thread) FROM {_PLACES}"
_THREADS = f"""
    CREATE TABLE threads (thread TEXT PRIMARY KEY, first INTEGER) WITHOUT ROWID;
    INSERT INTO threads SELECT thread, min(place) FROM {_PLACES} GROUP BY thread;
"""
_ENTRIES_IN_ORDER = "SELECT first, entries.* FROM entries JOIN threads USING (thread) ORDER BY first, place"
_POSTS_IN_ORDER = "SELECT first, posts.* FROM posts JOIN threads USING (thread) ORDER BY first, place"

_Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """How many records of a thread are no comments, why in one word, and where where that is known."""

    why: str
    count: int
    where: str


class Gatherer:
    """Takes comments, and what is known of posts, by the key of their thread; then yields the threads.

    Memory stays flat in the number of comments: what does not fit into 48 MiB lies in a temporary file.
    `format`: as in `Thread.format`. `in_order_of_time`: whether the file's order is none. `named_by_address`: whether
    the id of a thread is the address of its page.
    """

    def __init__(self, format_name: str) -> None:
        self._store = sqlite3.connect("")
        self._store.executescript(
            f"PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-{_CACHE}; {_TABLES}"
        )
        self._entries: list[tuple[Any, ...]] = []
        self._posts: list[tuple[Any, ...]] = []
        self._described: tuple[str, Post] | None = None
        self._place = 0
        self.format = format_name
        self.in_order_of_time = self.named_by_address = False
        self.last_thread = ""

    def add(self, thread: str, comment: Comment) -> None:
        """Take a comment of a thread."""
        self._place += 1
        self.last_thread = thread
        self._entries.append(
            (
                *(self._place, thread, None, comment.comment_id, comment.parent_id, comment.author),
                *(comment.published, comment.text, comment.kind),
            )
        )
        if len(self._entries) >= _BUFFERED:
            self._flush()

    def leave_out(self, thread: str, why: str, count: int = 1, where: str = "") -> None:
        """Take note of `count` records that are no comments, for a reason in one word; `where` tells their place."""
        self._place += 1
        self.last_thread = thread
        self._entries.append((self._place, thread, why, str(count), None, None, None, where, None))

    def describe(self, thread: str, post: Post) -> None:
        """Take what is known of the post of a thread; of several words for the same the first counts."""
        if (thread, post) == self._described:
            return
        self._described = (thread, post)
        self._place += 1
        self.last_thread = thread
        self._posts.append((self._place, thread, post.title, post.text, post.url, post.declared))
        if len(self._posts) >= _BUFFERED:
            self._flush()

    def _flush(self) -> None:
        self._store.executemany(f"INSERT INTO entries VALUES ({','.join('?' * 9)})", self._entries)
        self._store.executemany("INSERT INTO posts VALUES (?,?,?,?,?,?)", self._posts)
        self._entries.clear()
        self._posts.clear()

    def threads(self) -> Iterator[tuple[str, list[Comment], list[LeftOut], Post]]:
        """Yield key, comments, left out and post of each thread, by first appearance; one thread is in memory."""
        self._flush()
        self._store.executescript(_THREADS)
        posts = groupby(self._store.execute(_POSTS_IN_ORDER), itemgetter(0))
        described = next(posts, None)
        for place, rows in groupby(self._store.execute(_ENTRIES_IN_ORDER), itemgetter(0)):
            while described and described[0] < place:
                yield _thread_of([], described[1])
                described = next(posts, None)
            if described and described[0] == place:
                yield _thread_of(rows, described[1])
                described = next(posts, None)
            else:
                yield _thread_of(rows, [])
        while described:
            yield _thread_of([], described[1])
            described = next(posts, None)
        self._store.close()

    def count(self) -> int:
        """Return the number of threads so far."""
        self._flush()
        return int(self._store.execute(_COUNT).fetchone()[0])


def _thread_of(entries: Iterable[_Row], posts: Iterable[_Row]) -> tuple[str, list[Comment], list[LeftOut], Post]:
    rows, about = list(entries), list(posts)
    key = (rows or about)[0][2]
    comments = [Comment(*row[4:]) for row in rows if row[3] is None]
    left_out = [LeftOut(row[3], int(row[4]), row[8]) for row in rows if row[3] is not None]
    title, text, url = (next(filter(None, (row[column] for row in about)), "") for column in (3, 4, 5))
    declared = next((row[6] for row in about if row[6] is not None), None)
    return key, comments, left_out, Post(title, text, url, declared)
