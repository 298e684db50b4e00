"""Disqus exports: one flat list of posts for all threads of a site."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from stance.errors import ReadError
from stance.pages.exports._records.slots import stored_text
from stance.pages.exports._xml.records import Record, defects_of, read_records, zoned_time
from stance.pages.exports._xml.window import local_name, root_name
from stance.pages.identity import make_comment_id, make_thread_id
from stance.pages.markup import html_to_text
from stance.thread import Comment, Finding, Thread, repair_replies


@dataclass(slots=True)
class _Gathered:
    """What the file says about one thread so far."""

    thread: Record | None = None
    damaged: list[Record] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)


def matches(head: bytes) -> bool:
    """Tell whether a file that begins with `head` is a Disqus export."""
    return local_name(root_name(head)) == "disqus"


def parse(stream: BinaryIO, source: str, url: str | None = None) -> Iterator[Thread]:
    """Yield the threads of an export in its order, after reading it through: its posts come in any order.

    `url` stands in for a link that a thread does not have. Raises ReadError where there is no thread at all.
    """
    threads: dict[str, _Gathered] = {}
    for record in read_records(stream, source, ["thread", "post"], references=["thread"]):
        if record.name == "thread":
            threads.setdefault(record.attribute("", "id"), _Gathered()).thread = record
        else:
            _add_post(threads.setdefault(record.attribute("thread", "id"), _Gathered()), record)
    if not threads:
        raise ReadError(f"{source}: expected a Disqus export with threads, found one without any <thread>")
    taken: set[str] = set()
    for thread_id, gathered in threads.items():
        yield _make_thread(thread_id, gathered, source, url, taken)


def _add_post(gathered: _Gathered, post: Record) -> None:
    fields = post.texts
    if _is_true(fields, "isDeleted"):
        gathered.left_out["deleted"] += 1
    elif _is_true(fields, "isSpam"):
        gathered.left_out["spam"] += 1
    elif post.defect and not fields.get("message", "").strip():
        gathered.left_out["unreadable"] += 1
    else:
        gathered.comments.append(_make_comment(post))
    if post.defect:
        gathered.damaged.append(Record("post", {}, (), post.line, post.defect))


def _is_true(fields: dict[str, str], name: str) -> bool:
    return fields.get(name, "").strip().lower() in ("true", "1")


def _make_comment(post: Record) -> Comment:
    fields = post.texts
    text = stored_text(fields.get("message", ""))
    published = zoned_time(fields.get("createdAt", ""))
    own_id = post.attribute("", "id") or fields.get("id", "").strip()
    return Comment(
        comment_id=own_id or make_comment_id(published, text),
        parent_id=post.attribute("parent", "id") or None,
        author=html_to_text(fields.get("author/name", "")) or None,
        published=published,
        text=text,
    )


def _make_thread(own_id: str, gathered: _Gathered, source: str, url: str | None, taken: set[str]) -> Thread:
    fields = gathered.thread.texts if gathered.thread else {}
    findings = (
        []
        if gathered.thread
        else [Finding("unknown_thread", f"its posts name the thread {own_id!r}, which is not there")]
    )
    link = html_to_text(fields.get("link", "")) or url
    title = html_to_text(fields.get("title", "")) or None
    thread_id = make_thread_id(link, title, source) if link or not own_id else own_id
    # one page that was known to Disqus under two addresses
    if thread_id in taken:
        thread_id = f"{thread_id}~{own_id}"
    taken.add(thread_id)
    comments, repairs = repair_replies(gathered.comments)
    if _is_true(fields, "isDeleted"):
        gathered.left_out["deleted"] += len(comments)
        comments, repairs = (), ()
    for why, count in sorted(gathered.left_out.items()):
        findings.append(Finding(f"{why}_entries", f"left out: {count} {why}"))
    damaged = [*gathered.damaged, *([gathered.thread] if gathered.thread else [])]
    return Thread(
        thread_id=thread_id,
        title=title,
        text=stored_text(fields.get("message", "")),
        comments=comments,
        findings=(*findings, *defects_of(damaged), *repairs),
        format="disqus",
        url=link,
    )
