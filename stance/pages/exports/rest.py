"""WordPress REST comments: pages of `/wp-json/wp/v2/comments`, one or several behind each other, or JSON lines."""

import codecs
import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, BinaryIO, Literal

from stance.errors import ReadError
from stance.pages.exports.wordpress_time import site_time
from stance.pages.exports.xml_repair import decode_mixed
from stance.pages.identity import make_comment_id, make_thread_id
from stance.pages.markup import html_to_text
from stance.thread import Comment, Finding, Thread, repair_replies

# a list or object of JSON, not a dump that begins with "[1]" or "[Home]"
_START = re.compile(r"\ufeff?\s*(?:\{\s*[\"}]|\[\s*(?:[{\[\"\]]|(?:-?\d[\d.eE+-]*|true|false|null)\s*,))")
_COMMENT_PAGE = re.compile(r"/comment-page-\d+(?=/|\Z)|(?<=[?&])cpage=\d+&?")
_LEFT_OUT = {"hold": "held", "unapproved": "held", "spam": "spam", "trash": "trashed", "post-trashed": "trashed"}
_LONGEST_TEXT = 1 << 24
_PINGS = {"pingback", "trackback", "webmention"}
_SPACE = re.compile(r"[\s,\x1e]*")


def matches(head: bytes) -> bool:
    """Tell whether a file that begins with `head` is JSON."""
    return _START.match(_decode(head)) is not None


def parse(stream: BinaryIO, source: str, url: str | None = None) -> Iterator[Thread]:
    """Yield a thread for each post that the comments answer, by first appearance.

    The interface gives the newest comment first and ten a page: where all have a date, they are put in order of
    date, then id, so that it does not matter in which order the pages were fetched. `url` stands in for a missing
    link where all comments answer one post. Raises ReadError where this is JSON of another kind.
    """
    entries: dict[str, list[dict[str, Any]]] = {}
    for entry in _entries(_decode(stream.read()), source):
        entries.setdefault(_word(entry.get("post")), []).append(entry)
    for post_id, of_post in entries.items():
        yield _make_thread(post_id, of_post, source, url if len(entries) == 1 else None)


def _decode(data: bytes) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace")
    if data[:1] == b"\0" or data[1:2] == b"\0":
        return data.decode("utf-16-be" if data[:1] == b"\0" else "utf-16-le", "replace")
    return decode_mixed(data.removeprefix(codecs.BOM_UTF8))


def _entries(text: str, source: str) -> Iterator[dict[str, Any]]:
    count = 0
    for value in _values(text, source):
        for entry in _flat(value):
            if isinstance(entry, dict) and len(_rendered(entry.get("content"))) > _LONGEST_TEXT:
                raise ReadError(f"{source}: expected comments, found one of over {_LONGEST_TEXT:,} characters")
            if not isinstance(entry, dict) or "content" not in entry or "id" not in entry:
                raise ReadError(
                    f"{source}: expected comments of the WordPress REST interface, objects with 'id' and 'content', "
                    f"found {_described(entry)}. Fetch /wp-json/wp/v2/comments?post=<id>."
                )
            count += 1
            yield entry
    if not count:
        raise ReadError(f"{source}: expected comments of the WordPress REST interface, found an empty list")


def _values(text: str, source: str) -> Iterator[Any]:
    decoder = json.JSONDecoder()
    place = _SPACE.match(text, 1 if text.startswith("\ufeff") else 0).end()  # type: ignore[union-attr]
    while place < len(text):
        try:
            value, place = decoder.raw_decode(text, place)
        except json.JSONDecodeError as error:
            raise ReadError(
                f"{source} line {error.lineno} column {error.colno}: expected JSON, found {text[error.pos :][:20]!r} "
                f"({error.msg}). Fetch the page again if it is cut off."
            ) from error
        except (RecursionError, ValueError) as error:
            line = 1 + text.count("\n", 0, place)
            raise ReadError(
                f"{source} line {line}: expected a list of comments, found unreadable JSON: {error}"
            ) from error
        yield value
        place = _SPACE.match(text, place).end()  # type: ignore[union-attr]


def _flat(value: Any) -> Iterator[Any]:
    """Yield the entries of a page, of a list of pages, or a single entry."""
    for page in value if isinstance(value, list) else [value]:
        yield from page if isinstance(page, list) else [page]


def _described(entry: Any) -> str:
    if not isinstance(entry, dict):
        return f"a {'list' if isinstance(entry, list) else 'single'} value"
    if "code" in entry and "message" in entry:
        return f"the server's refusal {str(entry['code'])[:60]!r}"
    return f"an object with the keys {[str(key)[:30] for key in list(entry)[:6]]}"


def _make_thread(post_id: str, entries: list[dict[str, Any]], source: str, url: str | None) -> Thread:
    findings = []
    # newest first, so a comment that comes in while the pages are fetched pushes the last of one onto the next
    once = {(_word(entry["id"]), _word(entry.get("date")), _rendered(entry["content"])): entry for entry in entries}
    if len(once) < len(entries):
        repeated = len(entries) - len(once)
        findings.append(Finding("repeated_entries", f"left out: {repeated} that stand on two fetched pages alike"))
    shown, left_out = [], Counter[str]()
    for entry in _in_order(list(once.values())):
        why = _LEFT_OUT.get(_word(entry.get("status")))
        if why:
            left_out[why] += 1
        else:
            shown.append(_make_comment(entry))
    findings += [Finding(f"{why}_entries", f"left out: {count} {why}") for why, count in sorted(left_out.items())]
    comments, repairs = repair_replies(shown)
    link = next(filter(None, (_page_link(_word(entry.get("link"))) for entry in entries)), None) or url
    post = next(filter(None, map(_embedded_post, entries)), {})
    title = html_to_text(_rendered(post.get("title"))) or None
    return Thread(
        thread_id=make_thread_id(link, title, source) if link or post_id in ("", "0") else post_id,
        title=title,
        text=html_to_text(_rendered(post.get("content"))),
        comments=comments,
        findings=(*findings, *repairs),
        format="rest",
        url=link,
    )


def _in_order(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    dates = [_word(entry.get("date_gmt")) or _word(entry.get("date")) for entry in entries]
    if not all(dates):
        return entries
    keys = [(date, _word(entry.get("id")).zfill(20)) for date, entry in zip(dates, entries, strict=True)]
    return [entries[place] for place in sorted(range(len(entries)), key=keys.__getitem__)]


def _make_comment(entry: dict[str, Any]) -> Comment:
    text = html_to_text(_rendered(entry.get("content")))
    published = site_time(_word(entry.get("date")), _word(entry.get("date_gmt")))
    kind: Literal["comment", "ping"] = "ping" if _word(entry.get("type")) in _PINGS else "comment"
    parent = _word(entry.get("parent"))
    return Comment(
        comment_id=_word(entry["id"]) or make_comment_id(published, text),
        parent_id=None if parent in ("", "0") else parent,
        author=html_to_text(_word(entry.get("author_name"))) or None,
        published=published,
        text=text,
        kind=kind,
    )


def _page_link(link: str) -> str:
    return _COMMENT_PAGE.sub("", link.partition("#")[0]).rstrip("?&")


def _embedded_post(entry: dict[str, Any]) -> dict[str, Any]:
    embedded = entry.get("_embedded")
    above = embedded.get("up") if isinstance(embedded, dict) else None
    posts = [found for found in above if isinstance(found, dict)] if isinstance(above, list) else []
    # a reply embeds the comment that it answers beside the post
    return next((found for found in posts if "title" in found), {})


def _rendered(value: Any) -> str:
    return _word(value.get("rendered", "")) if isinstance(value, dict) else _word(value)


def _word(value: Any) -> str:
    """Return a text or number as text without surrounding space, lone surrogates replaced, "" for what is neither."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return str(value).strip().encode("utf-8", "replace").decode()
