"""Plain text of comment pages, as main-content renderers print it: Resiliparse's layout above all.

A dump has no markup that tells an entry from the next, so the whole page is asked, once the marks of other
renderers are taken away (`undress`): what it prints again and again (`habits`), where the thread's heading
stands (`region`), what cuts it into entries (`cuts`: list items by indentation, else lines with dates
or "NAME says:", else buttons), and on which side of an entry its date and name stand (`layout`). What most
entries agree on decides for all of them, so that a name that the renderer dropped becomes None and no line of text.
"""

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import BinaryIO

from stance.pages.identity import make_thread_id
from stance.pages.text_dump._comments import make_comments, nfc
from stance.pages.text_dump._reading import best_reading
from stance.pages.text_dump._region import Heading, find_end, find_title, post_text
from stance.pages.text_dump._undress import undress
from stance.pages.text_dump.decode import decode, looks_like_text, read_bytes
from stance.thread import Comment, Finding, Thread


def matches(head: bytes) -> bool:
    """Say whether the file may be plain text: UTF-16 with its mark, or bytes without NUL and few control characters."""
    return looks_like_text(head)


def parse(stream: BinaryIO, source: str, url: str | None = None) -> Iterator[Thread]:
    """Yield the one thread of a text dump. `source` names the file in messages, `url` the page if known.

    Comments have no ids of the site here: theirs are made of time and text. Times are as shown, without an offset.
    Raises ReadError where the bytes are no text.
    """
    page, findings = decode(read_bytes(stream, source), source)
    yield parse_text(page, source, url, findings)


@contextmanager
def _no_collection() -> Iterator[None]:
    """Let the lines of a page be made without a search among them for rings, which takes a fifth of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def parse_text(page: str, source: str, url: str | None = None, findings: Sequence[Finding] = ()) -> Thread:
    """Return the thread of a decoded dump."""
    shown = page
    page = undress(page)
    headings: list[Heading] = []
    found = list(findings)
    comments: tuple[Comment, ...] = ()
    with _no_collection():
        reading = best_reading(page, headings, found)
        if reading is not None:
            comments, more = make_comments(page, reading.start, reading.reader, reading.entries, reading.layout)
            found += more
    end_of_post = find_end(page, headings) if reading is None else reading.start
    if page is not shown:  # markup lay between the words
        comments = tuple(replace(comment, span=None) for comment in comments)
    declared = reading.heading.declared if reading is not None and reading.heading is not None else None
    if declared is None:
        declared = next((heading.declared for heading in reversed(headings) if heading.declared is not None), None)
    without_pings = sum(comment.kind == "comment" for comment in comments)
    if declared is not None and declared not in (len(comments), without_pings):
        found.append(
            Finding(
                "declared_count_differs",
                f"the page declares {declared} comments, found {len(comments)}: the dump left entries out, "
                "so which comment a reply answers is doubtful",
            )
        )
    quoted = next((heading.title for heading in headings if heading.title), None)
    title, start = find_title(page, end_of_post, quoted)
    text = post_text(page, start, end_of_post)
    return Thread(
        thread_id=make_thread_id(url, title, source),
        title=nfc(" ".join(title.split())) if title else None,
        text=nfc(text),
        comments=comments,
        declared=declared,
        findings=tuple(found),
        format="text_dump",
        url=url,
    )
