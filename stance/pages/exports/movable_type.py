"""Exports of Movable Type and TypePad: a text file with the entries of a blog and the comments below each."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import BinaryIO, Literal

from stance.errors import ReadError
from stance.pages.exports._records.slots import name_of, stored_text
from stance.pages.identity import make_comment_id, make_thread_id
from stance.pages.markup import html_to_text
from stance.pages.text_dump.decode import decode
from stance.thread import Comment, Finding, Thread, repair_replies

_ENTRY_END = re.compile(r"^-{8}[ \t]*$", re.MULTILINE)
_SECTION_END = re.compile(r"^-{5}[ \t]*$", re.MULTILINE)
_SECTION = re.compile(r"\s*(BODY|EXTENDED BODY|EXCERPT|KEYWORDS|COMMENT|PING):[ \t]*(?:\n|\Z)")
_FIELD = re.compile(r"([A-Z][A-Z ]{1,20}):(?:[ \t]+(.*))?\Z")
_OF_A_COMMENT = {"AUTHOR", "EMAIL", "IP", "URL", "DATE", "TITLE", "BLOG NAME", "ID", "PARENT", "STATUS"}
_MARK = re.compile(
    rb"\A(?:\xef\xbb\xbf)?\s*(?:[A-Z][A-Z ]{1,20}:[^\n]*\r?\n){2,40}-{5}[ \t]*\r?\n"
    rb"(?:(?:EXTENDED )?BODY|EXCERPT|KEYWORDS|COMMENT|PING):"
)
_CLOCKS = ("%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y %H:%M:%S")
_HIDDEN = {"draft": "held", "spam": "spam", "junk": "spam", "held": "held", "unapproved": "held", "pending": "held"}


def matches(head: bytes) -> bool:
    """Tell whether a file that begins with `head` is an export of Movable Type."""
    return _MARK.match(head) is not None


def parse(stream: BinaryIO, source: str, url: str | None = None) -> Iterator[Thread]:
    """Yield a thread an entry. Times are the site's own clock, without an offset; comments have no ids there."""
    text, findings = decode(stream.read(), source)
    entries = [entry for entry in _ENTRY_END.split(text) if entry.strip()]
    if not entries:
        raise ReadError(f"{source}: expected an export of Movable Type with entries, found none")
    taken: set[str] = set()
    for number, entry in enumerate(entries, 1):
        thread_url = url if len(entries) == 1 else None
        thread = _make_thread(entry, number, source, thread_url, findings)
        if thread.thread_id in taken:
            thread = _make_thread(entry, number, source, thread_url, findings, f"~{number}")
        taken.add(thread.thread_id)
        findings = []
        yield thread


def _make_thread(
    entry: str, number: int, source: str, url: str | None, findings: Sequence[Finding], suffix: str = ""
) -> Thread:
    head, *sections = _sections(entry)
    fields, _ = _fields(head, None)
    found: list[Comment] = []
    left_out: dict[str, int] = {}
    texts = []
    for section in sections:
        mark = _SECTION.match(section)
        name, inside = (mark[1], section[mark.end() :]) if mark else ("", section)
        if name in ("COMMENT", "PING"):
            comment, why = _make_comment(inside, "ping" if name == "PING" else "comment")
            if why:
                left_out[why] = left_out.get(why, 0) + 1
            else:
                found.append(comment)
        elif name in ("BODY", "EXTENDED BODY"):
            texts.append(stored_text(inside.strip("\n")))
    comments, repairs = repair_replies(found)
    title = html_to_text(fields.get("TITLE", "")) or None
    link = next(filter(None, (fields.get(name, "").strip() for name in ("UNIQUE URL", "PERMALINK"))), None) or url
    counted = [Finding(f"{why}_entries", f"left out: {count} {why}") for why, count in sorted(left_out.items())]
    named = fields.get("BASENAME", "").strip() if not title else ""
    return Thread(
        thread_id=make_thread_id(link, title or named or f"entry {number}", source) + suffix,
        title=title,
        text="\n\n".join(filter(None, texts)),
        comments=comments,
        findings=(*findings, *counted, *repairs),
        format="movable_type",
        url=link,
    )


def _sections(entry: str) -> list[str]:
    """Return the sections of an entry; a line of hyphens within a comment parts none."""
    sections: list[str] = []
    for piece in _SECTION_END.split(entry):
        if not sections or _SECTION.match(piece):
            sections.append(piece)
        elif piece.strip():
            sections[-1] += f"-----{piece}"
    return sections


def _fields(text: str, known: set[str] | None) -> tuple[dict[str, str], str]:
    """Return the fields at the head of a text, of these names or of any, and what follows them."""
    fields: dict[str, str] = {}
    lines = text.strip("\n").split("\n")
    for place, line in enumerate(lines):
        found = _FIELD.match(line.rstrip())
        if not found or (known is not None and (found[1] not in known or found[1] in fields)):
            return fields, "\n".join(lines[place:])
        fields.setdefault(found[1], found[2] or "")
    return fields, ""


def _make_comment(section: str, kind: Literal["comment", "ping"]) -> tuple[Comment, str]:
    """Return a comment, and why it is not shown, "" where it is."""
    fields, words = _fields(section, _OF_A_COMMENT)
    text = stored_text(words)
    published = _site_clock(fields.get("DATE", ""))
    name = fields.get("BLOG NAME", "") if kind == "ping" else fields.get("AUTHOR", "")
    comment = Comment(
        comment_id=fields.get("ID", "").strip() or make_comment_id(published, text),
        parent_id=parent if (parent := fields.get("PARENT", "").strip()) not in ("", "0") else None,
        author=name_of(html_to_text(name)) or None,
        published=published,
        text=text,
        kind=kind,
    )
    return comment, _HIDDEN.get(fields.get("STATUS", "").strip().lower(), "")


def _site_clock(written: str) -> str | None:
    """Return a time such as "11/13/2008 03:04:07 PM", the month always first, in ISO 8601."""
    for clock in _CLOCKS:
        try:
            return datetime.strptime(written.strip(), clock).isoformat()
        except ValueError:
            continue
    return None
