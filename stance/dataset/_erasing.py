"""The comments of an author who wants to be left out; a name that is asked for stays in the terminal."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from stance.dataset._source import Dropped
from stance.dataset.tables._unit_table import UnitTable
from stance.errors import InputError, did_you_mean
from stance.thread import Thread
from stance.thread.privacy import fold_name

if TYPE_CHECKING:
    import pyarrow as pa

LEAST_QUOTED = 20  # characters; a shorter text may be anybody's


def comments_of_author(threads: Sequence[Thread], author: str) -> frozenset[tuple[str, str]]:
    """Return (thread_id, comment_id) of all that an author wrote, however the name is typed in white space.

    Raises InputError, with the near miss but no other name, if nobody of that name wrote there.
    """
    wanted = fold_name(author)
    names = {fold_name(comment.author) for thread in threads for comment in thread.comments if comment.author}
    if wanted not in names:
        raise unknown_author(author, names)
    return frozenset(
        (thread.thread_id, comment.comment_id)
        for thread in threads
        for comment in thread.comments
        if comment.author and fold_name(comment.author) == wanted
    )


def unknown_author(author: str, names: set[str]) -> InputError:
    """Return the error for a name that no comment shows, with the near miss."""
    hint = did_you_mean(author, sorted(names))
    return InputError(f"erase: expected an author of the {len(names)} shown, found {author!r}.{hint}")


def without_author(table: UnitTable, author: str) -> "tuple[Iterator[pa.Table], list[Dropped]]":
    """Return the chunks of a table without an author's units, and these as dropped.

    Where the context of another unit holds the text of one of them, or may do so since it answers one, it is left
    empty. Raises InputError as
    `comments_of_author` does.
    """
    wanted = fold_name(author)
    dropped: list[Dropped] = []
    texts: set[str] = set()
    comments: set[tuple[str, str]] = set()
    names: set[str] = set()
    for chunk in table.chunks(["example_id", "thread_id", "comment_id", "author", "text"]):
        shown = chunk["author"].unique().drop_null().to_pylist()
        names.update(map(fold_name, shown))
        for row in chunk.filter(_written_by(chunk, wanted, shown)).to_pylist():
            dropped.append(Dropped(row["example_id"], row["thread_id"], row["comment_id"], "erased"))
            texts.add(row["text"].strip())
            comments.add((row["thread_id"], row["comment_id"]))
    if not dropped:
        raise unknown_author(author, names)
    quotable = sorted(text for text in texts if len(text) >= LEAST_QUOTED)
    return (_without_words(chunk, wanted, quotable, comments) for chunk in table.chunks()), dropped


def _written_by(chunk: "pa.Table", wanted: str, shown: Sequence[str]) -> "pa.ChunkedArray":
    import pyarrow as pa
    import pyarrow.compute as pc

    spellings = pa.array([name for name in shown if fold_name(name) == wanted], pa.string())
    return pc.is_in(chunk["author"], value_set=spellings)


def _without_words(chunk: "pa.Table", wanted: str, texts: Sequence[str], comments: set[tuple[str, str]]) -> "pa.Table":
    import pyarrow as pa
    import pyarrow.compute as pc

    shown = chunk["author"].unique().drop_null().to_pylist()
    chunk = chunk.filter(pc.invert(_written_by(chunk, wanted, shown)))
    cells = zip(*(chunk[name].to_pylist() for name in ("thread_id", "parent_id", "context")), strict=True)
    contexts = [
        "" if (thread_id, parent_id) in comments or any(text in context for text in texts) else context
        for thread_id, parent_id, context in cells
    ]
    place = chunk.schema.get_field_index("context")
    return chunk.set_column(place, chunk.schema.field(place), pa.array(contexts, pa.string()))


def refuse_kept(authors: str, reason: str | None, where: str) -> None:
    """Raise InputError if authors are to keep their names and the card does not say why."""
    if authors == "keep" and not reason:
        raise InputError(
            f"authors: keep needs its reason in {where}, as in `authors_kept_because: officials who agreed`; without "
            "one, leave authors: sequential"
        )
