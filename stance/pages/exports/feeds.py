"""Feeds of comments: RSS and Atom as blogs offer them for one post or for all of a site."""

import re
from collections.abc import Iterator
from typing import BinaryIO

from stance.errors import ReadError
from stance.pages.exports._records.gathering import Gatherer
from stance.pages.exports._records.slots import name_of, stored_text, time_of
from stance.pages.exports._records.sources import Post
from stance.pages.exports._records.threads import make_threads
from stance.pages.exports._xml.records import Record, defects_of, read_records
from stance.pages.exports._xml.window import local_name, root_name
from stance.pages.identity import make_comment_id
from stance.pages.markup import html_to_text
from stance.thread import Thread

_ANCHOR = re.compile(r"#(?:[a-z_-]*comment[-_]?|c|c-|r|post-?)([0-9a-f]*\d[0-9a-f]*)\Z", re.IGNORECASE)
_SIGN = re.compile(rb"#(?:[a-z_-]*comment[-_]?|c|c-|r)[0-9a-f]*\d|in-reply-to[\s>]", re.IGNORECASE)
_ROOTS = {"rss", "feed", "rdf"}
_HEAD = 1 << 16
_CHANNEL_TITLE = re.compile(r"<(?:\w+:)?title\b[^<>]*>(.*?)</(?:\w+:)?title>", re.DOTALL)
_FIRST_ENTRY = re.compile(r"<(?:\w+:)?(?:item|entry)[\s>]")
_CDATA = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
_COMMENTS_ON = re.compile(r"(?:\S+ ){0,3}\S+\s?: (?=\S)")
_COMMENT_PAGE = re.compile(r"/comment-page-\d+(?=/|\Z)|(?<=[?&])cpage=\d+&?|[?&]showComment=\d+")
_BY = re.compile(r"\w+: ?(?=\S)")
_MAILED = re.compile(r"\S+@\S+ \((.+)\)\Z", re.DOTALL)


def matches(head: bytes) -> bool:
    """Tell whether a file that begins with `head` is a feed whose entries stand at the anchors of comments."""
    flat = head.replace(b"\0", b"")
    return local_name(root_name(head)).lower() in _ROOTS and _SIGN.search(flat) is not None


def parse(stream: BinaryIO, source: str, url: str | None = None) -> Iterator[Thread]:
    """Yield the threads of a feed, each in order of time: a feed has the newest first.

    `url` stands in for the address of the page. Raises ReadError where no entry is a comment.
    """
    title = _channel_title(stream.read(_HEAD))
    stream.seek(0)
    gatherer = Gatherer("feed")
    gatherer.in_order_of_time = gatherer.named_by_address = True
    damaged, posts = [], 0
    for record in read_records(stream, source, ["item", "entry"]):
        address = _address(record)
        page = _COMMENT_PAGE.sub("", address.partition("#")[0])
        anchor = _ANCHOR.search(address) or _ANCHOR.search(_texts(record, "guid", "id"))
        answered = record.attribute("thr:in-reply-to", "ref")
        if record.defect:
            damaged.append(Record(record.name, {}, (), record.line, record.defect))
        if anchor is None and not answered:
            posts += 1
            continue
        gatherer.describe(page, Post(url=page))
        _add_comment(gatherer, page, record, anchor[1] if anchor else "")
    if not gatherer.threads_so_far:
        raise ReadError(
            f"{source}: expected a feed of comments, found one of {posts} posts. A blog has the comments of a post in "
            "a feed of their own: fetch that, or save the page itself."
        )
    if gatherer.threads_so_far == 1:
        gatherer.describe(gatherer.last_thread, Post(title=_COMMENTS_ON.sub("", title, count=1)))
    if posts:
        gatherer.leave_out(gatherer.last_thread, "unrecognised", posts)
    yield from make_threads(gatherer, source, url, tuple(defects_of(damaged)))


def _texts(record: Record, *names: str) -> str:
    return next((found.strip() for name in names if (found := record.texts.get(name, "")).strip()), "")


def _address(record: Record) -> str:
    links = [found for name, found in record.attributes if name == "link"]
    shown = [found.get("href", "") for found in links if found.get("rel", "alternate") == "alternate"]
    return next(filter(None, [_texts(record, "link"), *shown, _texts(record, "guid", "id")]), "")


def _add_comment(gatherer: Gatherer, page: str, record: Record, comment_id: str) -> None:
    text = stored_text(_texts(record, "content:encoded", "content", "description", "summary"))
    published = time_of(_texts(record, "pubDate", "published", "dc:date", "updated"))
    answered = record.attribute("thr:in-reply-to", "href") or record.attribute("thr:in-reply-to", "ref")
    parent = _ANCHOR.search(answered)
    own_id = comment_id or _texts(record, "guid", "id") or make_comment_id(published, text)
    gatherer.add(page, own_id, parent[1] if parent else None, _author(record) or None, published, text)


def _author(record: Record) -> str:
    said = html_to_text(_texts(record, "dc:creator", "author/name", "author"))
    mailed = _MAILED.match(said)
    if said:
        return name_of(mailed[1] if mailed else said)
    # "By: reader-1", in whatever language
    title = html_to_text(_texts(record, "title"))
    return name_of(_BY.sub("", title, count=1)) if _BY.match(title) else ""


def _channel_title(head: bytes) -> str:
    """Return the title of the whole feed."""
    flat = _FIRST_ENTRY.split(head.replace(b"\0", b"").decode("utf-8", "replace"), maxsplit=1)[0]
    found = _CHANNEL_TITLE.search(flat)
    return html_to_text(_CDATA.sub(r"\1", found[1])) if found else ""
