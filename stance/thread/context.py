"""Context: what a reader of a comment has before them, the parent, the thread so far, or the post."""

import re
from bisect import bisect_left, insort
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import chain
from typing import Literal, TypeAlias, get_args

from stance.errors import InputError, did_you_mean
from stance.thread._thread import Comment, Thread

ContextKind: TypeAlias = Literal["none", "parent", "thread", "title", "post"]
_BETWEEN = "\n\n"
_ISO = re.compile(r"\d{4}-\d\d-\d\d(?P<time>[T ]\d\d:\d\d(?P<second>:\d\d(\.\d+)?)?)?(Z|[+-]\d\d:?\d\d)?")
# Chinese and Japanese put no white space between words, so any two of their characters may be parted
_UNSPACED = re.compile("[\u3000-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uff0f\U00020000-\U0003ffff]")


def context_of(thread: Thread, comment: Comment, kind: ContextKind, limit: int = 0) -> str:
    """Return the context of one comment of a thread; `contexts_of` says what each kind is.

    Raises InputError as `contexts_of` does, and if the comment is not in the thread.
    """
    for found, context in zip(thread.comments, contexts_of(thread, kind, limit), strict=True):
        if found.comment_id == comment.comment_id:
            return context
    raise InputError(f"expected a comment of thread {thread.thread_id!r}, found {comment.comment_id!r}")


def contexts_of(thread: Thread, kind: ContextKind, limit: int = 0) -> list[str]:
    """Return the context of each comment of a thread, in the order of its comments.

    `parent`: the comment that it answers, "" for an answer to the post. `title` and `post`: the post's title or
    text. `thread`: the thread so far, which is the title and then the comments that stand before it on the page,
    a blank line between; what says that it was written later is left out, as are pings. The comment itself and
    what came after it are never part of its context.

    `limit` is in characters, 0 for none: the end nearest to the comment is kept, and no word is cut in two. With
    a limit the time taken grows with the number of comments, without one with its square for `thread`.

    Raises InputError for an unknown kind or a negative limit.
    """
    known = get_args(ContextKind)
    if kind not in known:
        raise InputError(f"expected a context of {list(known)}, found {kind!r}.{did_you_mean(str(kind), known)}")
    if limit < 0:
        raise InputError(f"expected a limit of 0 (none) or more characters, found {limit}")
    if kind == "thread":
        return _threads_so_far(thread, limit)
    if kind == "parent":
        texts = {comment.comment_id: comment.text for comment in thread.comments}
        answered = [None if c.parent_id == c.comment_id else c.parent_id for c in thread.comments]
        return [cut_context(texts.get(parent, ""), limit) if parent else "" for parent in answered]
    whole = {"none": "", "title": thread.title or "", "post": thread.text}[kind]
    return [cut_context(whole, limit)] * len(thread.comments)


def cut_context(text: str, limit: int) -> str:
    """Return the last `limit` characters of a text (0: all) without the part of a word at their beginning.

    >>> cut_context("one two three", 9), cut_context("one two three", 4)
    ('two three', '')
    """
    if limit and len(text) > limit:
        start = len(text) - limit
        while start < len(text) and not _parts(text[start - 1], text[start]):
            start += 1
        text = text[start:]
    return text.strip()


def _parts(before: str, after: str) -> bool:
    """Say whether a word ends between two neighbouring characters."""
    if before.isspace() or after.isspace():
        return True
    return _UNSPACED.match(before) is not None and _UNSPACED.match(after) is not None


def _threads_so_far(thread: Thread, limit: int) -> list[str]:
    contexts = [""] * len(thread.comments)
    title = (thread.title or "").strip()
    texts = ["" if comment.kind == "ping" else comment.text.strip() for comment in thread.comments]
    for place, before in _places_before(thread.comments, texts):
        contexts[place] = cut_context(_joined(title, texts, before, limit), limit)
    return contexts


def _joined(title: str, texts: Sequence[str], places: Iterable[int], limit: int) -> str:
    """Join the title and the texts at `places`, which run backwards, to a little more than `limit` characters."""
    pieces: list[str] = []
    length = 0
    for piece in chain((texts[place] for place in places), [title]):
        if piece:
            pieces.append(piece[-(limit + 1) :] if limit else piece)
            length += len(pieces[-1]) + len(_BETWEEN)
        if limit and length > limit + len(_BETWEEN):
            break
    return _BETWEEN.join(reversed(pieces))


def _places_before(comments: Sequence[Comment], texts: Sequence[str]) -> Iterator[tuple[int, Iterator[int]]]:
    """Yield each comment's place and, nearest first, the places of texts before it that are not known to be later.

    A comment is let in when its time comes, so that even of a page that shows the newest first none is passed over
    again for each of the others. Each places are to be taken before the next are asked for.
    """
    times = _times(comments)
    told = [place for place, text in enumerate(texts) if text]
    seen = [place for place in told if times[place] is None]
    coming = deque(sorted((time[0], place) for place in told if (time := times[place])))
    for place in (place for place, time in enumerate(times) if time is None):
        yield place, _backwards(told, place)
    for latest, place in sorted((time[1], place) for place, time in enumerate(times) if time):
        while coming and coming[0][0] <= latest:
            insort(seen, coming.popleft()[1])
        yield place, _backwards(seen, place)


def _backwards(places: Sequence[int], place: int) -> Iterator[int]:
    return (places[at] for at in range(bisect_left(places, place) - 1, -1, -1))


def _times(comments: Sequence[Comment]) -> list[tuple[datetime, datetime] | None]:
    """Return the earliest and latest time at which each comment can have been written, None where not known.

    Times without a zone cannot be compared with those that have one: where both occur, they are not known.
    """
    times = [_time(comment.published) for comment in comments]
    if len({time[0].tzinfo is None for time in times if time}) < 2:
        return times
    return [time if time and time[0].tzinfo else None for time in times]


def _time(published: str | None) -> tuple[datetime, datetime] | None:
    shown = _ISO.fullmatch(published or "")
    if not shown:
        return None
    try:
        earliest = datetime.fromisoformat(shown[0])
    except ValueError:  # the thirty-first of a month that has thirty days says nothing of the order
        return None
    if shown["time"] is None:
        return earliest, earliest.replace(hour=23, minute=59, second=59, microsecond=999_999)
    return earliest, earliest if shown["second"] else earliest.replace(second=59, microsecond=999_999)
