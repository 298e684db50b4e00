"""Author, time and own words of one entry, weighed from all its parts."""

import re
from dataclasses import dataclass
from typing import NamedTuple

from selectolax.lexbor import LexborNode

from stance.pages.dates import DateMatch, find_date
from stance.pages.html.bylines import LONGEST_NAME, epoch_time, iso_time, name_from_byline, name_from_line, tidy_name
from stance.pages.html.entry import Entry
from stance.pages.html.own import own_html
from stance.pages.html.roles import Role
from stance.pages.markup import html_to_text

_NUMBER_IN_LINK = re.compile(r"#(?:[a-z]{1,8}-)?(?:comment-?|c|forum)(\d+)$", re.IGNORECASE)
_HEADINGS = ":is(h3,h4,h5,h6,strong,b)"
# what entries without an element of their own for the words leave at their edges
_EDGE_LINE = re.compile(
    r"(?:[|·•–—-]\s?)?(?:says?|said|writes|wrote|sagte?|schreibt|schrieb|dice|dijo|dit|a dit|a écrit"
    r"|reply|reply to this comment|antworten|antwort|responder|répondre|log in to reply|zum antworten anmelden"
    r"|edit(?: this)?|\(edit\)|bearbeiten|\(bearbeiten\)|editar|modifier|quote|zitieren|citar|citer"
    r"|permalink|permanent link|link|like|liken|me gusta|j['’]aime|share|teilen|report|melden|flag"
    r"|↓|#?\d{1,6}[.)]?|[\s|·•–—,:;./()\[\]#-]{1,12})[\s:.…↓]{0,4}",
    re.IGNORECASE,
)
_PING_LABEL = re.compile(
    r"^(?:ping|track)(?:back|ing|backs)?(?: (?:from|von|de|by|par|por))?\s?:?(?:\s{1,4}|$)", re.IGNORECASE
)
_PING_BY = re.compile(r"^(?:ping|track)back (?:by|from|von|de|par|por)\s", re.IGNORECASE)
_LONGEST_DATE_LINE = 400


class Fields(NamedTuple):
    """What one entry says. `shown`: the lines with dates for people, where no machine-readable time is known."""

    author: str | None
    published: str | None
    shown: tuple[tuple[str, DateMatch], ...]
    text: str
    answers: str | None
    is_ping: bool


@dataclass(frozen=True, slots=True)
class Weighed:
    """The fields of an entry and the elements that they were read from."""

    fields: Fields
    who: LexborNode | None
    when: LexborNode | None
    words: LexborNode | None


def weigh(entry: Entry) -> Weighed:
    """Return the fields of one entry by weighing all its parts."""
    parts: dict[Role, list[LexborNode]] = {}
    for role, node in entry.parts:
        parts.setdefault(role, []).append(node)
    author, who = _author(parts, entry)
    published, when = _machine_time(parts)
    shown: tuple[tuple[str, DateMatch], ...] = ()
    if published is None or len(published) == len("2016-09-20"):
        shown, when = _shown_dates(parts, when)
    content = _content(parts, entry, (who, when))
    text = _words(content, entry, parts) if content is not None else ""
    text = text or _words_between(entry, parts, who)
    is_ping = entry.is_ping
    if is_ping:
        text = _PING_LABEL.sub("", text)
        text = text if name_from_line(text[:LONGEST_NAME]) else author or ""
    elif author is None:
        is_timed = published is not None or bool(shown)
        author, text, byline = _heading_as_author(entry, text)
        if author is None and not is_timed:
            author, text, byline = _byline_in_words(text)
        if byline and not is_timed and (date := find_date(byline)) is not None:
            shown = ((byline, date),)
    elif who is not None and _PING_BY.match(" ".join(who.text().split())):
        author, is_ping = _PING_BY.sub("", author), True
    if published is None and not shown:
        shown = _date_beside(entry, parts, text)
    fields = Fields(author, published, shown, text, _answers(parts), is_ping)
    return Weighed(fields, who, when, content)


def _author(parts: dict[Role, list[LexborNode]], entry: Entry) -> tuple[str | None, LexborNode | None]:
    """Return the author as shown and the element that shows it."""
    if entry.is_ping:  # its author is the title of the page that links here
        links = [*parts.get(Role.NAME, ()), *parts.get(Role.NAME_LINK, ()), *entry.elements[0].css("a[href]")[:1]]
        return (" ".join(links[0].text().split()) or None, links[0]) if links else (None, None)
    for role in (Role.NAME, Role.NAME_LINK):
        for node in parts.get(role, ()):
            name = tidy_name(node.text())
            if name:
                return name, node
    hidden = _ids(parts, (Role.CHROME, Role.TIME))
    for role in (Role.AUTHOR, Role.CITE, Role.META, Role.DATE):
        for node in parts.get(role, ()):
            words = html_to_text(own_html(node, hidden))
            name = name_from_line(words.partition("\n\n")[0])
            if name:
                return name, node
    first = entry.elements[0]
    if first.tag == "dt":  # the words stand in the dd behind it
        return name_from_line(html_to_text(own_html(first, hidden))), first
    return None, None


def _machine_time(parts: dict[Role, list[LexborNode]]) -> tuple[str | None, LexborNode | None]:
    """Return the time that is written for machines and the element that holds it."""
    for node in parts.get(Role.TIME, ()):
        attributes = node.attributes
        published = iso_time(attributes.get("datetime") or attributes.get("content") or attributes.get("title"))
        if published:
            return published, node
    for role in (Role.DATE, Role.META, Role.TIME):
        for node in parts.get(role, ()):
            published = iso_time(node.attributes.get("title")) or epoch_time(node)
            if published:
                return published, node
            inner = node.css_first("abbr[title]")
            published = iso_time(inner.attributes.get("title")) if inner is not None else None
            if published:
                return published, node
    return None, None


def _shown_dates(
    parts: dict[Role, list[LexborNode]], when: LexborNode | None
) -> tuple[tuple[tuple[str, DateMatch], ...], LexborNode | None]:
    """Return the lines that show a date, best first, and the element of the best."""
    shown = []
    for role in (Role.TIME, Role.DATE, Role.META, Role.AUTHOR, Role.CITE):
        for node in parts.get(role, ()):
            for line in (
                " ".join(node.text(separator=" ").split())[:_LONGEST_DATE_LINE],
                node.attributes.get("title") or "",
            ):
                date = find_date(line) if line else None
                if date is not None:
                    shown.append((line, date))
                    when = when or node
    return tuple(shown), when


def _date_beside(entry: Entry, parts: dict[Role, list[LexborNode]], text: str) -> tuple[tuple[str, DateMatch], ...]:
    """Return the date that stands unmarked before or behind the words of an entry, with what stands around it."""
    hidden = _ids(parts, (Role.CHROME, Role.SIDE, Role.REPLIES, Role.IN_REPLY_TO))
    hidden.update((node.mem_id, node) for node in entry.nested)
    whole = html_to_text("".join(own_html(element, hidden) for element in entry.elements))
    before, found, behind = whole.partition(text) if text else (whole, "", "")
    for line in (before[-_LONGEST_DATE_LINE:], behind[:_LONGEST_DATE_LINE]) if found else ():
        line = " ".join(line.split())
        date = find_date(line)
        if date is not None:
            return ((line, date),)
    return ()


def _content(
    parts: dict[Role, list[LexborNode]], entry: Entry, known: tuple[LexborNode | None, ...]
) -> LexborNode | None:
    """Return the element of the entry's words: the outermost that holds neither its author nor its time."""
    around: set[int] = set()
    roots = {element.mem_id for element in entry.elements}
    for node in known:
        above = node
        while above is not None and above.mem_id not in around and above.mem_id not in roots:
            around.add(above.mem_id)
            above = above.parent
    for node in parts.get(Role.CONTENT, ()):
        if node.mem_id not in around:
            return node
    return None


def _words(content: LexborNode, entry: Entry, parts: dict[Role, list[LexborNode]]) -> str:
    html = content.inner_html or ""
    if "class=" in html or entry.nested:
        hidden = _ids(parts, (Role.CHROME, Role.SIDE, Role.REPLIES, Role.IN_REPLY_TO))
        hidden.update((node.mem_id, node) for node in entry.nested)
        html = own_html(content, hidden)
    return html_to_text(html)


def _words_between(entry: Entry, parts: dict[Role, list[LexborNode]], who: LexborNode | None) -> str:
    """Return the words of an entry that has no element for them: all but author, time, links and replies."""
    hidden = _ids(parts, (Role.CHROME, Role.SIDE, Role.REPLIES, Role.IN_REPLY_TO, Role.TIME, Role.NAME))
    hidden.update((node.mem_id, node) for node in entry.nested)
    bylines = _ids(parts, (Role.AUTHOR, Role.DATE, Role.META))
    if who is not None:
        bylines[who.mem_id] = who
    for more in (bylines, dict[int, LexborNode]()):
        html = "".join(own_html(element, hidden | more, loose=False) for element in entry.elements)
        text = _without_edges(html_to_text(html))
        if text:
            return text
    return _without_edges(html_to_text("".join(own_html(element, hidden) for element in entry.elements)))


def _without_edges(text: str) -> str:
    lines = text.split("\n")
    while lines and (not lines[0] or _EDGE_LINE.fullmatch(lines[0])):
        del lines[0]
    while lines and (not lines[-1] or _EDGE_LINE.fullmatch(lines[-1])):
        del lines[-1]
    return "\n".join(lines)


def _heading_as_author(entry: Entry, text: str) -> tuple[str | None, str, str]:
    """Take a heading that opens the words as the author, where the page marks nobody as such.

    Returns the author, the words without the line that shows the author, and that line ("" where it is no line).
    """
    for element in entry.elements:
        heading = element.css_first(_HEADINGS)
        if heading is None:
            continue
        line = " ".join(heading.text(separator=" ").split())
        first, _, rest = text.partition("\n")
        name = name_from_line(line) if line and len(line) <= LONGEST_NAME else None
        if name is None:
            continue
        is_byline = first.startswith(line) and len(first) <= 2 * LONGEST_NAME and name_from_line(first) == name
        if first in (line, name) or (is_byline and rest):
            return name, rest.strip("\n"), first
        if line not in text:
            return name, text, ""
    return None, text, ""


def _byline_in_words(text: str) -> tuple[str | None, str, str]:
    """Take the first or last line of the words as byline, where the page marks neither author nor time."""
    first, _, behind = text.partition("\n")
    name = name_from_byline(first)
    if name and behind:
        return name, behind.strip("\n"), first
    before, _, last = text.rpartition("\n")
    name = name_from_byline(last)
    if name and before:
        return name, before.strip("\n"), last
    return None, text, ""


def _answers(parts: dict[Role, list[LexborNode]]) -> str | None:
    """Return the number of the comment that a link "in reply to" names."""
    for node in parts.get(Role.IN_REPLY_TO, ()):
        link = node if node.tag == "a" else node.css_first("a[href]")
        found = _NUMBER_IN_LINK.search(link.attributes.get("href") or "") if link is not None else None
        if found:
            return found[1]
    return None


def _ids(parts: dict[Role, list[LexborNode]], roles: tuple[Role, ...]) -> dict[int, LexborNode]:
    return {node.mem_id: node for role in roles for node in parts.get(role, ())}
