"""Saved HTML pages with comments: WordPress and its themes, Blogger, SPIP, Drupal, and unknown ones by their marks."""

import re
from collections.abc import Iterator
from typing import BinaryIO

from selectolax.lexbor import LexborHTMLParser

from stance.pages.dates import day_comes_first, find_date
from stance.pages.html.decode import recode_page, refuse_hostile_markup, same_encoding
from stance.pages.html.entries import find_entries
from stance.pages.html.entry import Entries
from stance.pages.html.fields import read_fields
from stance.pages.html.post import read_declared, read_head, read_title, read_words
from stance.pages.html.weigh import Fields
from stance.pages.identity import make_comment_id, make_thread_id
from stance.thread import Comment, Finding, Thread, repair_replies

_TAG = re.compile(
    rb"<(?:!doctype\s+html|html|head|body|div|article|section|ol|ul|meta|title|p|h[1-6])\b", re.IGNORECASE
)
_DOCUMENT = re.compile(rb"<!doctype\s{1,9}html|<html[\s>]", re.IGNORECASE)
_WITHOUT_NULS = 4096


def matches(head: bytes) -> bool:
    """Tell whether a file that begins with `head` is an HTML page."""
    start = head.replace(b"\0", b"") if b"\0" in head[:_WITHOUT_NULS] else head
    start = start.removeprefix(b"\xef\xbb\xbf").removeprefix(b"\xff\xfe").removeprefix(b"\xfe\xff").lstrip()
    if _DOCUMENT.search(start):
        return True
    if not start.startswith(b"<"):
        return False
    return _TAG.search(start) is not None and not start.startswith((b"<?xml-", b"<rss", b"<disqus", b"<feed"))


def parse(stream: BinaryIO, source: str, url: str | None = None) -> Iterator[Thread]:
    """Yield the one thread of a saved page. `source` names the file; `url` is its address where it is known."""
    yield parse_html(stream.read(), source, url)


def parse_html(data: bytes, source: str, url: str | None = None, charset: str | None = None) -> Thread:
    """Return the thread of a page: its post, and each comment with author, time, parent and own words.

    `charset` is the encoding that an HTTP header declares. A page without comments gives a thread with none.
    What is doubtful in it is a finding. Raises ReadError for markup that no browser would show.
    """
    page, used, declared_encoding = recode_page(data, charset)
    refuse_hostile_markup(page, source)
    tree = LexborHTMLParser(page)
    findings = []
    if not same_encoding(declared_encoding, used) and not data.isascii():
        message = f"the page declares {declared_encoding} but its bytes are {used}; it was read as {used}"
        findings.append(Finding("encoding_differs", message))
    entries = find_entries(tree)
    head = read_head(tree)
    comments, unsure = _comments(entries, head.language) if entries is not None else ((), [])
    declared = read_declared(entries) if entries is not None else None
    findings += [*unsure, *_count_findings(declared, comments)]
    title = read_title(tree, head)
    return Thread(
        thread_id=make_thread_id(head.address or url, title, source),
        title=title,
        text=read_words(tree, entries).removeprefix(f"{title}\n\n"),
        comments=comments,
        declared=declared,
        findings=tuple(findings),
        format="html",
        url=url or head.address,
    )


def _comments(entries: Entries, language: str | None) -> tuple[tuple[Comment, ...], list[Finding]]:
    fields = read_fields(entries)
    day_first = None
    if any(date.defect == "order_open" for field in fields for _, date in field.shown):
        day_first = day_comes_first((line for field in fields for line, _ in field.shown), language)
    times = [_published(field, day_first) for field in fields]
    ids = {
        entry: entry.number or make_comment_id(published, field.text)
        for entry, field, (published, _) in zip(entries.found, fields, times, strict=True)
    }
    comments = [
        Comment(
            ids[entry],
            ids[entry.parent] if entry.parent is not None else field.answers,
            field.author,
            published,
            field.text,
            "ping" if field.is_ping else "comment",
        )
        for entry, field, (published, _) in zip(entries.found, fields, times, strict=True)
    ]
    repaired, findings = repair_replies(comments)
    open_order = sum(is_open for _, is_open in times)
    if open_order:
        message = f"{open_order} dates do not show whether the day or the month comes first; their times are left open"
        return repaired, [Finding("date_order_open", message), *findings]
    return repaired, list(findings)


def _published(field: Fields, day_first: bool | None) -> tuple[str | None, bool]:
    """Return the time of an entry, and whether it stayed open because day and month cannot be told apart."""
    is_open = False
    for line, shown in field.shown:
        date = find_date(line, day_first=day_first) if shown.defect == "order_open" else shown
        known = date.published if date is not None else None
        if known is not None and known.startswith(field.published or ""):
            return known, False
        is_open = is_open or (date is not None and date.defect == "order_open")
    return field.published, is_open and field.published is None


def _count_findings(declared: int | None, comments: tuple[Comment, ...]) -> list[Finding]:
    without_pings = sum(comment.kind == "comment" for comment in comments)
    if declared is None or declared in (len(comments), without_pings):
        return []
    message = f"the page declares {declared} comments, {len(comments)} are on it"
    return [Finding("declared_count_differs", message)]
