"""Blogger exports and comment feeds (Atom), in the layout of the old backup and of Google's Takeout."""

import re
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

_NUMBER = re.compile(r"(?:post|page|comment)-(\d+)\Z|/(\d+)(?:\?[^/]*)?\Z")
_COMMENT_ANCHOR = re.compile(r"(?:\?showComment=\d+)?(?:#.*)?\Z", re.DOTALL)
_STATES = (("SPAM", "spam"), ("TRASH", "trashed"), ("PENDING", "held"), ("DRAFT", "held"), ("EMPTIED", "deleted"))


@dataclass(slots=True)
class _Gathered:
    """What the file says about one post so far."""

    post: Record | None = None
    comments: list[Comment] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    damaged: list[Record] = field(default_factory=list)
    address: str = ""


def matches(head: bytes) -> bool:
    """Tell whether a file that begins with `head` is a Blogger export or comment feed."""
    return local_name(root_name(head)) == "feed" and b"blogger" in head.replace(b"\0", b"").lower()


def parse(stream: BinaryIO, source: str, url: str | None = None) -> Iterator[Thread]:
    """Yield the threads of an export in its order, after reading it through: posts and comments are one flat list.

    `url` stands in for a link that a post does not have. Raises ReadError where there is no post and no comment.
    """
    threads: dict[str, _Gathered] = {}
    for record in read_records(stream, source, ["entry"]):
        kind = _kind(record)
        if kind == "comment":
            post_ref = record.attribute("thr:in-reply-to", "ref") or record.texts.get("blogger:parent", "")
            _add_comment(threads.setdefault(_number(post_ref), _Gathered()), record)
        elif kind == "post":
            threads.setdefault(_number(record.texts.get("id", "")), _Gathered()).post = record
    if not threads:
        raise ReadError(f"{source}: expected a Blogger export, found a feed without posts and comments")
    taken: set[str] = set()
    for number, gathered in threads.items():
        if gathered.comments or gathered.left_out or _state(gathered.post) == "":
            yield _make_thread(number, gathered, source, url, taken)


def _kind(record: Record) -> str:
    terms = [found.get("term", "") for name, found in record.attributes if name == "category"]
    said = [term.partition("kind#")[2] for term in terms if "kind#" in term]
    said.append(record.texts.get("blogger:type", "").strip().lower())
    if "comment" in said or record.attribute("thr:in-reply-to", "ref"):
        return "comment"
    if "post" in said or "page" in said:
        return "post"
    known_otherwise = any(said) or not re.search(r"\.(?:post|page)-\d+\Z", record.texts.get("id", "").strip())
    return "" if known_otherwise else "post"


def _number(reference: str) -> str:
    reference = reference.strip()
    found = _NUMBER.search(reference)
    return (found[1] or found[2]) if found else reference


def _state(record: Record | None) -> str:
    """Return why Blogger does not show an entry, "" where it does."""
    if record is None:
        return ""
    if record.texts.get("app:control/app:draft", "").strip() == "yes":
        return "held"
    for name, found in record.attributes:
        if name == "gd:extendedProperty" and found.get("name") == "blogger.contentRemoved":
            return "deleted" if found.get("value") == "true" else ""
    status = record.texts.get("blogger:status", "").upper()
    return next((why for mark, why in _STATES if mark in status), "")


def _add_comment(gathered: _Gathered, record: Record) -> None:
    why = _state(record)
    if not why and record.defect and not record.texts.get("content", "").strip():
        why = "unreadable"
    if why:
        gathered.left_out[why] += 1
    else:
        gathered.comments.append(_make_comment(record))
    if record.defect:
        gathered.damaged.append(Record("entry", {}, (), record.line, record.defect))
    gathered.address = gathered.address or _COMMENT_ANCHOR.sub("", _link(record, "alternate"))


def _link(record: Record | None, relation: str) -> str:
    links = record.attributes if record else ()
    return next((at.get("href", "") for name, at in links if name == "link" and at.get("rel") == relation), "")


def _make_comment(record: Record) -> Comment:
    fields = record.texts
    text = stored_text(fields.get("content") or fields.get("summary", ""))
    published = zoned_time(fields.get("published") or fields.get("blogger:created", ""))
    parent = fields.get("blogger:inReplyTo", "").strip() or _link(record, "related")
    return Comment(
        comment_id=_number(fields.get("id", "")) or make_comment_id(published, text),
        parent_id=_number(parent) or None,
        author=html_to_text(fields.get("author/name", "")) or None,
        published=published,
        text=text,
    )


def _make_thread(number: str, gathered: _Gathered, source: str, url: str | None, taken: set[str]) -> Thread:
    fields = gathered.post.texts if gathered.post else {}
    link = _link(gathered.post, "alternate") or gathered.address or url
    title = html_to_text(fields.get("title", "")) or None
    thread_id = make_thread_id(link, title, source) if link or not number else number
    if thread_id in taken:
        thread_id = f"{thread_id}~{number}"
    taken.add(thread_id)
    comments, repairs = repair_replies(gathered.comments)
    declared = int(total) if (total := fields.get("thr:total", "").strip()[:9]).isdecimal() else None
    findings = [Finding(f"{why}_entries", f"left out: {count} {why}") for why, count in gathered.left_out.items()]
    if declared not in (None, len(comments)):
        findings.append(Finding("declared_count_differs", f"declares {declared}, found {len(comments)}"))
    damaged = [*gathered.damaged, *([gathered.post] if gathered.post else [])]
    return Thread(
        thread_id=thread_id,
        title=title,
        text=stored_text(fields.get("content", "")),
        comments=comments,
        declared=declared,
        findings=(*findings, *defects_of(damaged), *repairs),
        format="blogger",
        url=link or None,
    )
