"""Telegram Desktop's export of a chat as HTML: `messages.html`, `messages2.html` and so on, one thread together."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser, LexborNode

from stance.pages.html._decode import recode_page, refuse_hostile_markup
from stance.pages.html._entries.bylines import iso_time
from stance.pages.identity import make_comment_id, make_thread_id
from stance.pages.markup import html_to_text
from stance.thread import Comment, Finding, Thread, repair_replies

SIGN = b'class="page_body chat_page"'
_TIME = re.compile(r"(\d\d)\.(\d\d)\.(\d{4}) (\d\d:\d\d:\d\d)(?: UTC([+-]\d\d:\d\d))?")
_ANSWERED = re.compile(r"#go_to_message(\d+)$")
_BOT = re.compile(r"\s+via @\w+$")
_DELETED = "Deleted Account"


class _Message(NamedTuple):
    number: str
    author: str | None
    published: str | None
    text: str
    answered: str | None


def parse_chat(pages: Sequence[tuple[bytes, str]], url: str | None = None) -> Thread:
    """Return the thread of a chat from the files of its export, each with its name, in the order of their numbers.

    A message without a name goes on what the person before it wrote. Messages of the service are left out and counted.
    Raises ReadError for markup that no browser would show.
    """
    comments: list[Comment] = []
    left_out = 0
    title = None
    author: str | None = None
    for data, source in pages:
        page, _, _ = recode_page(data)
        refuse_hostile_markup(page, source)
        tree = LexborHTMLParser(page)
        title = title or _title(tree)
        for node in tree.css("div.message"):
            classes = (node.attributes.get("class") or "").split()
            if "service" in classes:
                left_out += not (node.id or "").startswith("message-")  # those are the days
                continue
            message = _read(node, author if "joined" in classes else None)
            author = message.author
            comments.append(Comment(message.number, message.answered, author, message.published, message.text))
    repaired, findings = repair_replies(comments)
    if left_out:
        findings = (Finding("service_entries", f"left out: {left_out} service"), *findings)
    wordless = sum(not comment.text for comment in repaired)
    if wordless:
        said = f"{wordless} entries hold no words: a picture, a sticker or a recording alone"
        findings = (*findings, Finding("wordless_entries", said))
    return Thread(
        thread_id=make_thread_id(url, title, pages[0][1]),
        title=title,
        text="",
        comments=repaired,
        findings=findings,
        format="html",
        url=url,
    )


def _title(tree: LexborHTMLParser) -> str | None:
    node = tree.css_first(".page_header .text")
    return html_to_text(node.inner_html or "") or None if node is not None else None


def _read(node: LexborNode, before: str | None) -> _Message:
    """Return what a message says; `before`: who wrote the one that it is joined to."""
    author, published, answered = before, None, None
    texts: list[str] = []
    for part in _parts(node):
        classes = (part.attributes.get("class") or "").split()
        if "from_name" in classes:
            name = _BOT.sub("", " ".join(part.text().split()))
            author = name if name and name != _DELETED else None
        elif "date" in classes:
            published = _time(part.attributes.get("title"))
        elif "reply_to" in classes:
            link = part.css_first("a")
            found = _ANSWERED.search(link.attributes.get("href") or "") if link is not None else None
            answered = found[1] if found else None
        elif "forwarded" in classes:
            texts += [html_to_text(text.inner_html or "") for text in part.css(".text")]
        elif "text" in classes:
            texts.append(html_to_text(part.inner_html or ""))
    text = "\n\n".join(filter(None, texts))
    number = (node.id or "").removeprefix("message") or make_comment_id(published, text)
    return _Message(number, author, published, text, answered)


def _parts(node: LexborNode) -> Iterator[LexborNode]:
    """Yield the elements right inside the bodies of a message."""
    for body in node.iter():
        if "body" in (body.attributes.get("class") or "").split():
            yield from body.iter()


def _time(shown: str | None) -> str | None:
    found = _TIME.match(shown or "")
    if found is None:
        return None
    day, month, year, clock, offset = found.groups()
    return iso_time(f"{year}-{month}-{day}T{clock}{offset or ''}")
