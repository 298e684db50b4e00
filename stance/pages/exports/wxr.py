"""WordPress exports (WXR 1.0 to 1.2): one thread per item that has comments, or to which they could be written."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import BinaryIO, Literal

from stance.errors import ReadError
from stance.pages.exports._wordpress_time import site_time
from stance.pages.exports._xml.records import Record, defects_of, read_records
from stance.pages.exports._xml.window import local_name, root_name
from stance.pages.identity import make_comment_id, make_thread_id
from stance.pages.markup import html_to_text
from stance.thread import Comment, Finding, Thread, repair_replies

_MARK = re.compile(rb"wordpress\.org/export/|<wp:(?:wxr_version|comment|post_id)\b")
_LEFT_OUT = {
    **dict.fromkeys(("0", "hold", "unapproved"), "held"),
    "spam": "spam",
    **dict.fromkeys(("trash", "post-trashed"), "trashed"),
}
_PINGS = {"pingback", "trackback", "webmention"}
_COMMENTABLE_TYPES = {"", "post", "page"}
_PUBLIC_STATUS = {"", "publish", "inherit"}


def matches(head: bytes) -> bool:
    """Tell whether a file that begins with `head` is a WordPress export."""
    return local_name(root_name(head)) == "rss" and _MARK.search(head.replace(b"\0", b"")) is not None


def parse(stream: BinaryIO, source: str, url: str | None = None) -> Iterator[Thread]:
    """Yield the threads of an export in its order, holding one at a time.

    `url` stands in for a link that an item does not have. Raises ReadError where there is no item at all.
    """
    comments: list[Record] = []
    taken: set[int] = set()
    items = 0
    for record in read_records(stream, source, ["item"], inner="wp:comment"):
        if record.name == "item":
            items += 1
            if comments or _commentable(record):
                yield _make_thread(record, comments, source, url, taken)
            comments = []
        else:
            comments.append(record)
    if not items:
        raise ReadError(f"{source}: expected a WordPress export with posts, found one without any <item>")


def _commentable(item: Record) -> bool:
    fields = item.texts
    return bool(fields) and (
        fields.get("wp:post_type", "").strip() in _COMMENTABLE_TYPES
        and fields.get("wp:status", "").strip() in _PUBLIC_STATUS
        and fields.get("wp:comment_status", "open").strip() == "open"
    )


def _make_thread(item: Record, records: list[Record], source: str, url: str | None, taken: set[int]) -> Thread:
    fields = item.texts
    link = html_to_text(fields.get("link", "")) or url
    title = html_to_text(fields.get("title", "")) or None
    post_id = fields.get("wp:post_id", "").strip()
    thread_id = make_thread_id(link, title, source) if link or not post_id else post_id
    # a set of hashes: a million ids would not be flat in memory
    if hash(thread_id) in taken:
        thread_id = f"{thread_id}~{post_id or item.line}"
    taken.add(hash(thread_id))
    kept, findings = _keep_shown(records)
    comments, repairs = repair_replies(kept)
    return Thread(
        thread_id=thread_id,
        title=title,
        text=html_to_text(fields.get("content:encoded", ""), line_breaks=True),
        comments=comments,
        findings=(*findings, *defects_of([*records, item]), *repairs),
        format="wxr",
        url=link,
    )


def _keep_shown(records: list[Record]) -> tuple[list[Comment], list[Finding]]:
    kept: list[Comment] = []
    left_out: Counter[str] = Counter()
    for record in records:
        fields = record.texts
        approved = fields.get("wp:comment_approved", "").strip().lower()
        if approved in _LEFT_OUT:
            left_out[_LEFT_OUT[approved]] += 1
        elif record.defect and not fields.get("wp:comment_content", "").strip():
            left_out["unreadable"] += 1
        else:
            kept.append(_make_comment(fields))
    return kept, [Finding(f"{why}_entries", f"left out: {count} {why}") for why, count in sorted(left_out.items())]


def _make_comment(fields: dict[str, str]) -> Comment:
    text = html_to_text(fields.get("wp:comment_content", ""), line_breaks=True)
    published = site_time(fields.get("wp:comment_date", ""), fields.get("wp:comment_date_gmt", ""))
    parent = fields.get("wp:comment_parent", "").strip()
    kind: Literal["comment", "ping"] = "comment"
    if fields.get("wp:comment_type", "").strip().lower() in _PINGS:
        kind = "ping"
    return Comment(
        comment_id=fields.get("wp:comment_id", "").strip() or make_comment_id(published, text),
        parent_id=None if parent in ("", "0") else parent,
        author=html_to_text(fields.get("wp:comment_author", "")) or None,
        published=published,
        text=text,
        kind=kind,
    )
