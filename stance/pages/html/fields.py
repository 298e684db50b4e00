"""Author, time and own words of each entry of a comment page."""

import re

from selectolax.lexbor import LexborNode

from stance.pages.dates import DateMatch, find_date
from stance.pages.html.bylines import name_from_line, tidy_name, time_at
from stance.pages.html.entry import Entries, Entry
from stance.pages.html.own import own_html
from stance.pages.html.roles import Role, role_of
from stance.pages.html.weigh import Fields, Weighed, weigh
from stance.pages.markup import html_to_text

_PLAIN_TOKEN = re.compile(r"[A-Za-z][\w-]{0,60}", re.ASCII)
_SEVERAL_THINGS = ":is(time,small,abbr,span,div,p)"
_FEWEST_ALIKE = 2
_LONGEST_DATE_LINE = 60


def read_fields(entries: Entries) -> list[Fields]:
    """Return the fields of each entry of a page, in order.

    Entries of one page are built alike: where the first shows which elements hold author, time and words, the
    same elements of the others are read directly. Entries that lack one of them are weighed part by part.
    """
    read: dict[Entry, Fields] = {}
    model = next((entry for entry in entries.found if not entry.is_ping), None)
    if model is not None and len(entries.found) > _FEWEST_ALIKE:
        entries.collect_parts({model})
        weighed = weigh(model)
        read = _read_alike(entries, weighed)
        read.setdefault(model, weighed.fields)
    rest = {entry for entry in entries.found if entry not in read}
    entries.collect_parts(rest)
    return [read[entry] if entry in read else weigh(entry).fields for entry in entries.found]


def _read_alike(entries: Entries, model: Weighed) -> dict[Entry, Fields]:
    """Return the fields of the entries that show author, time and words in elements like those of the model."""
    columns: list[dict[Entry, LexborNode]] = []
    for node in (model.who, model.when, model.words):
        selector = _selector(node) if node is not None else None
        if selector is None:
            return {}
        column: dict[Entry, LexborNode] = {}
        for like in entries.scope.css(selector):
            owner = entries.owner(like)
            if owner is not None and owner not in column:
                column[owner] = like
        columns.append(column)
    authors, times, contents = columns
    is_name = model.who is not None and _role(model.who) in (Role.NAME, Role.NAME_LINK)
    is_timed = model.fields.published is not None
    read = {}
    for entry, content in contents.items():
        if entry in authors and entry in times and not entry.is_ping:
            fields = _fields_at(authors[entry], times[entry], content, is_name, is_timed)
            if fields is not None:
                read[entry] = fields
    return read


def _selector(node: LexborNode) -> str | None:
    """Return a selector for elements like this one, None where nothing marks it."""
    tag = node.tag or ""
    if tag == "time":
        return tag
    marks = [tag, *(node.attributes.get("class") or "").split()[:1]]
    return ".".join(marks) if len(marks) == 2 and all(map(_PLAIN_TOKEN.fullmatch, marks)) else None


def _fields_at(who: LexborNode, when: LexborNode, content: LexborNode, is_name: bool, is_timed: bool) -> Fields | None:
    """Return the fields that three elements show, None where they are less plain than they look.

    `is_name`: the first holds nothing but a name; else it is read as a byline. `is_timed`: times are for machines.
    """
    inside = who.first_child
    if inside is None or (inside.next is not None and who.css_first(_SEVERAL_THINGS) is not None):
        return None
    author = tidy_name(who.text()) if is_name else name_from_line(who.text())
    published = time_at(when, in_link=is_timed)
    shown: tuple[tuple[str, DateMatch], ...] = ()
    if published is None:
        line = " ".join(when.text(separator=" ").split())
        lines = (line, when.attributes.get("title"))
        shown = tuple((each, date) for each in lines if each and (date := find_date(each)) is not None)
        if not shown or len(line) > _LONGEST_DATE_LINE:
            return None
    html = content.inner_html or ""
    if "class=" in html:
        hidden = {node.mem_id: node for node in content.css("[class]") if _role(node) >= Role.CHROME}
        if hidden:
            html = own_html(content, hidden)
    text = html_to_text(html)
    if not author or not text or (published is not None and len(published) <= len("2016-09-20")):
        return None
    return Fields(author, published, shown, text, None, False)


def _role(node: LexborNode) -> Role:
    return role_of(node.tag or "", node.attributes.get("class"))
