"""Context of a table's comments: what its own column says, or what stands before them in the table itself."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

from stance.dataset.tables._unit_table import UnitTable
from stance.errors import InputError, did_you_mean
from stance.thread import Comment, Thread
from stance.thread.context import contexts_of, cut_context

if TYPE_CHECKING:
    import pyarrow as pa

TableContext: TypeAlias = Literal["column", "none", "parent", "thread"]
READ = ("thread_id", "comment_id", "parent_id", "published", "text")
POST = ("title", "post")  # what pages have and tables have not


def check_context(context: str, limit: int, columns: Iterable[str]) -> None:
    """Raise InputError that names all that is wrong with a table's context: its kind, its limit, missing columns."""
    known, words, problems = get_args(TableContext), list(map(str, columns)), []
    if context not in known:
        hint = " A table has no post." if context in POST else did_you_mean(str(context), known)
        problems.append(f"context: expected one of {list(known)}, found {context!r}.{hint}")
    if limit < 0:
        problems.append(f"context_limit: expected 0 (none) or more characters, found {limit}")
    needed = ["comment_id", "parent_id"] if context == "parent" else []
    if context == "thread" and "parent_id" not in words:
        needed = ["thread_id"]
    if missing := [word for word in needed if word not in words]:
        hints = "".join(did_you_mean(word, words) for word in missing)
        problems.append(f"context: {context} needs {' and '.join(missing)} in `columns`, found {words}.{hints}")
    if problems:
        raise InputError("\n".join(problems))


def with_contexts(
    table: UnitTable,
    chunks: "Iterable[pa.Table]",
    context: TableContext,
    limit: int = 0,
    erased: frozenset[tuple[str, str]] = frozenset(),
) -> "Iterator[pa.Table]":
    """Yield the chunks of a table with the context of each unit, to `limit` characters (0: no limit).

    `column`: what the table's own column says. `none`: nothing. `parent` and `thread` mean what they mean for
    studies (see stance.thread.context.contexts_of). The order of a thread's rows is taken for the order of its page,
    but that a reply never stands before what it answers. A comment that is not in the table, or whose (thread_id,
    comment_id) is in `erased`, is nobody's context.

    For `parent` and `thread` the table is read once more, and its texts and ids are held in memory; rows still
    come in chunks.
    """
    import pyarrow as pa

    if context == "column" and not limit:
        yield from chunks
        return
    threads = _TableThreads(table, context, limit, erased) if context in ("parent", "thread") else None
    for chunk in chunks:
        if threads is not None:
            contexts = threads.contexts(chunk)
        elif context == "none":
            contexts = [""] * chunk.num_rows
        else:
            contexts = [cut_context(text, limit) for text in _cells(chunk, "context")]
        place = chunk.schema.get_field_index("context")
        yield chunk.set_column(place, chunk.schema.field(place), pa.array(contexts, pa.string()))


class _TableThreads:
    """The texts of a table by thread; a thread's contexts are made with its first row and forgotten with its last."""

    def __init__(
        self, table: UnitTable, kind: Literal["parent", "thread"], limit: int, erased: frozenset[tuple[str, str]]
    ) -> None:
        self._kind, self._limit = kind, limit
        self._rows, self._slices = _by_thread(_without(chunk, erased) for chunk in table.chunks(READ))
        self._made: dict[str, dict[str, str]] = {}
        self._left: Counter[str] = Counter()

    def contexts(self, chunk: "pa.Table") -> list[str]:
        """Return the context of each row of a chunk."""
        found = []
        for thread_id, comment_id in zip(_cells(chunk, "thread_id"), _cells(chunk, "comment_id"), strict=True):
            if thread_id not in self._made:
                self._made[thread_id] = self._make(thread_id)
            found.append(self._made[thread_id][comment_id])
            self._left[thread_id] -= 1
            if not self._left[thread_id]:
                del self._made[thread_id], self._left[thread_id]
        return found

    def _make(self, thread_id: str) -> dict[str, str]:
        start, size = self._slices[thread_id]
        self._left[thread_id] = size
        thread = _thread(thread_id, self._rows.slice(start, size))
        contexts = contexts_of(thread, self._kind, self._limit)
        return {comment.comment_id: found for comment, found in zip(thread.comments, contexts, strict=True)}


def _by_thread(chunks: "Iterable[pa.Table]") -> "tuple[pa.Table, dict[str, tuple[int, int]]]":
    """Return all rows, those of a thread together and in their order, and each thread's first row and number."""
    import numpy as np
    import pyarrow as pa

    rows = pa.concat_tables(chunks)
    # all texts of a table in one piece may be more than 2 GB
    rows = rows.set_column(rows.schema.get_field_index("text"), "text", rows["text"].cast(pa.large_string()))
    threads = rows["thread_id"].combine_chunks().dictionary_encode()
    codes: np.ndarray = threads.indices.to_numpy()
    order = np.argsort(codes, kind="stable")
    sizes = np.bincount(codes, minlength=len(threads.dictionary))
    starts = np.cumsum(sizes) - sizes
    slices = zip(starts.tolist(), sizes.tolist(), strict=True)
    names = threads.dictionary.to_pylist()
    return rows.take(pa.array(order)).combine_chunks(), dict(zip(names, slices, strict=True))


def _without(chunk: "pa.Table", erased: frozenset[tuple[str, str]]) -> "pa.Table":
    if not erased:
        return chunk
    comments = zip(_cells(chunk, "thread_id"), _cells(chunk, "comment_id"), strict=True)
    return chunk.filter([comment not in erased for comment in comments])


def _thread(thread_id: str, rows: "pa.Table") -> Thread:
    """Return a thread of a table; a comment with several targets stands there once."""
    found: dict[str, Comment] = {}
    columns = (_cells(rows, name) for name in ("comment_id", "parent_id", "published", "text"))
    for comment_id, parent_id, published, text in zip(*columns, strict=True):
        found.setdefault(comment_id, Comment(comment_id, parent_id, None, published, text))
    return Thread(thread_id, None, "", tuple(_answers_last(found)))


def _answers_last(comments: Mapping[str, Comment]) -> Iterator[Comment]:
    """Yield comments in their order, but each after what it answers."""
    placed: set[str] = set()
    for first in comments.values():
        above: list[Comment] = []
        current: Comment | None = first
        # the table has been checked for circles
        while current is not None and current.comment_id not in placed:
            placed.add(current.comment_id)
            above.append(current)
            current = comments.get(current.parent_id or "")
        yield from reversed(above)


def _cells(table: "pa.Table", column: str) -> list[str]:
    found: list[str] = table[column].to_pylist()
    return found
