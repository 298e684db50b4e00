"""Comment records in JSON: what interfaces and archives of comment sites give, as lists, answers in answers, or lines.

`_sources` has a row a source, `_shape` knows a record of any other by what it holds, `_walking` finds them in what
wraps them, `_gathering` brings them together by thread.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, BinaryIO

from stance.errors import ReadError
from stance.pages.exports._gathering import Gatherer, LeftOut
from stance.pages.exports._json_values import BrokenLine, looks_like_json, read_values
from stance.pages.exports._sources import Post, Source
from stance.pages.exports._walking import Walker
from stance.pages.identity import make_thread_id
from stance.thread import Comment, Finding, Thread, repair_replies

_EXPECTED = "expected comment records, objects with a text and an author or a time"
_LABELS = {"label", "labels", "stance", "target", "gold", "annotation", "annotations"}


def matches(head: bytes) -> bool:
    """Tell whether a file that begins with `head` is JSON."""
    return looks_like_json(head)


def parse(stream: BinaryIO, source: str, url: str | None = None) -> Iterator[Thread]:
    """Yield the threads of a file by first appearance, after reading it through.

    `url` stands in for an address that the file does not say where it holds one thread. Raises ReadError where this is
    JSON of another kind.
    """
    yield from parse_together([(stream, source)], url)


def parse_together(files: Iterable[tuple[BinaryIO, str]], url: str | None = None) -> Iterator[Thread]:
    """Yield the threads of several files that complete each other, such as comments and their submissions."""
    gatherer = Gatherer()
    walker = Walker(gatherer)
    source = ""
    for stream, source in files:
        _read_file(stream, source, walker)
    only = gatherer.count() == 1
    taken: set[int] = set()
    for key, comments, left_out, post in gatherer.threads():
        yield _make_thread(key, comments, left_out, post, walker.source, source, url if only else None, taken)


def _read_file(stream: BinaryIO, source: str, walker: Walker) -> None:
    read = broken = 0
    seen: Any = None
    for value in read_values(stream, source):
        if isinstance(value, BrokenLine):
            broken += 1
            walker.gatherer.leave_out(walker.gatherer.last_thread, "unreadable", where=f"line {value.line}")
            if broken > max(10, read):
                raise ReadError(
                    f"{source} line {value.line}: expected JSON, {value.message}. "
                    "Check that the file has one object a line."
                )
            continue
        found = walker.walk(value)
        read += found
        if not found:
            seen = value if seen is None else seen
            if read:
                walker.gatherer.leave_out(walker.gatherer.last_thread, "unrecognised")
    if not read:
        raise ReadError(f"{source}: {_EXPECTED}, found {_described(seen)}")


def _described(value: Any) -> str:
    """Return what a value is that holds no records, and what to do with it."""
    while isinstance(value, list) and value:
        value = value[0]
    if isinstance(value, list):
        return "an empty list"
    if not isinstance(value, dict):
        return "a single value"
    if "code" in value and "message" in value:
        return f"the server's refusal {str(value['code'])[:60]!r}. Fetch it again."
    keys = f"an object with the keys {[str(key)[:30] for key in list(value)[:8]]}"
    if _LABELS & {str(key).lower() for key in value}:
        return f"{keys}. A table of labelled texts is no page; docs/reuse.md says how to load one."
    return f"{keys}. Give each comment a text, an author and a time, or load it as a table (docs/reuse.md)."


def _make_thread(
    key: str,
    entries: Sequence[Comment],
    left_out: Sequence[LeftOut],
    post: Post,
    kind: Source | None,
    source: str,
    url: str | None,
    taken: set[int],
) -> Thread:
    once = list({(entry.comment_id, entry.published, entry.text): entry for entry in entries}.values())
    findings = []
    if len(once) < len(entries):
        message = f"left out: {len(entries) - len(once)} that stand in the file alike"
        findings.append(Finding("repeated_entries", message))
    findings += _left_out_findings(left_out)
    shown = _in_order_of_time(once) if kind is not None and kind.in_order_of_time else once
    comments, repairs = repair_replies(_answering(shown, key))
    if post.declared is not None and post.declared != len(comments):
        findings.append(Finding("declared_count_differs", f"declares {post.declared}, found {len(comments)}"))
    link = post.url or url
    by_address = kind is not None and kind.named_by_address
    if "://" in key or not key or (by_address and link):
        thread_id = make_thread_id(key if "://" in key else link, post.title or None, source)
    else:
        thread_id = make_thread_id(None, key, source) if " " in key else key
    # a set of hashes: a million ids would not be flat in memory
    if hash(thread_id) in taken:
        thread_id = f"{thread_id}~{key}"
    taken.add(hash(thread_id))
    return Thread(
        thread_id=thread_id,
        title=post.title or None,
        text=post.text,
        comments=comments,
        declared=post.declared,
        findings=(*findings, *repairs),
        format=kind.name if kind is not None else "records",
        url=link,
    )


def _left_out_findings(left_out: Sequence[LeftOut]) -> Iterator[Finding]:
    for why in sorted({found.why for found in left_out}):
        of_kind = [found for found in left_out if found.why == why]
        count = sum(found.count for found in of_kind)
        if why == "missing":
            yield Finding("missing_entries", f"the file names {count} more comments that are not in it; fetch them")
        else:
            where = f", the first at {of_kind[0].where}" if of_kind[0].where else ""
            yield Finding(f"{why}_entries", f"left out: {count} {why}{where}")


def _answering(comments: list[Comment], key: str) -> list[Comment]:
    """Return comments of which those that answer the post have no parent.

    The post is known by the key of the thread, or by being the only thing outside that anybody answers, where no
    comment answers nothing.
    """
    ids = {comment.comment_id for comment in comments}
    outside = {comment.parent_id for comment in comments} - ids
    posts = {key} if key else set()
    if None not in outside and len(outside) == 1:
        posts = outside  # type: ignore[assignment]
    posts -= ids
    if not outside & posts:
        return comments
    return [replace(comment, parent_id=None) if comment.parent_id in posts else comment for comment in comments]


def _in_order_of_time(comments: list[Comment]) -> list[Comment]:
    """Return comments by time, then id: interfaces give the newest first, in pages fetched in any order."""
    if not all(comment.published for comment in comments):
        return comments
    return sorted(comments, key=lambda comment: (_instant(comment.published or ""), comment.comment_id.zfill(20)))


def _instant(published: str) -> datetime:
    time = datetime.fromisoformat(published)
    return time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC)
