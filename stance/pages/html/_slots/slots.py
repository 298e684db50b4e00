"""Author, time and own words of each entry, decided for a whole thread at once by what varies and what agrees.

The slot that reads as a date nearly everywhere is the time; one of few words that varies and partly recurs is the
author; words that nearly every entry has are the page's own; where most of what is left stands are the words of the
entry. Marks of known platforms add to that, and decide where a page has too few entries to compare. In a long thread
some entries show the template, and those that are like them are read by it.
"""

from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from stance.pages.dates import DateMatch
from stance.pages.html._entries.bylines import (
    LONGEST_NAME,
    is_ping_by,
    iso_time,
    name_from_byline,
    name_from_line,
    without_ping_label,
)
from stance.pages.html._entries.marks import machine_time
from stance.pages.html._entries.platforms import Marked
from stance.pages.html._entries.records import Record
from stance.pages.html._entries.tree import Tree
from stance.pages.html._slots import authors, times, words
from stance.pages.html._slots.chrome import find_chrome
from stance.pages.html._slots.doubts import find_held
from stance.pages.html._slots.layout import FEWEST, Entry, Layout, When
from stance.pages.html._slots.names import Key
from stance.pages.html._slots.persons import find_signatures
from stance.pages.html._slots.skim import Template

_SAMPLE = 6
_FEWEST_SKIMMED = 10
_MOST_COMPARED = 200
_DAY_ONLY = len("2016-09-20")
_MOST_SHOWN = 4
_LONGEST_BUTTON = 60


class Fields(NamedTuple):
    """What one entry says. `shown`: the lines with dates for people, where no machine-readable time is known.

    `has_more`: another short line of it has a later date, or what looks like its buttons holds a time and words, as an
    answer that is no entry of its own.
    """

    author: str | None
    published: str | None
    shown: tuple[tuple[str, DateMatch], ...]
    text: str
    has_more: bool = False


class Slots(NamedTuple):
    """The fields of each entry of a thread, how many authors and times `differ` from a platform's marks, and how many
    entries have an author who stands in another slot as likely (`open_authors`), and the elements of `held` answers.
    """

    fields: list[Fields]
    differ: int = 0
    open_authors: int = 0
    held: tuple[int, ...] = ()


def read_slots(tree: Tree, records: Sequence[Record], marked: Marked | None = None) -> Slots:
    """Return the fields of each entry of a thread. `marked`: the marks of a known platform, which win."""
    if marked is not None or len(records) < _FEWEST_SKIMMED:
        return _decide(tree, records, marked).slots()
    step = len(records) // _SAMPLE
    sample = set(range(0, len(records), step)) | {place for place, record in enumerate(records) if record.is_ping}
    decided = _decide(tree, [records[place] for place in sorted(sample)])
    if len(sample) == len(records):
        return decided.slots()
    if decided.is_open and len(records) <= _MOST_COMPARED:
        return _decide(tree, records).slots()  # more entries show more of what goes with a name
    template = Template.of(decided.layout, decided.author, decided.time, decided.container)
    read: dict[int, Fields] = {}
    for place, record in enumerate(records):
        skimmed = template.skim(record) if template is not None and not record.is_ping else None
        if skimmed is not None:
            author, when, text = skimmed
            shown = ((when.line, when.date),) if when.date is not None else ()
            read[place] = Fields(author, when.published, shown, text)
    is_open, held = decided.is_open, decided.held()
    rest = [place for place in range(len(records)) if place not in read or place in sample]
    if len(rest) > len(sample) or any(place not in read for place in rest):
        again = decided if len(rest) == len(sample) else _decide(tree, [records[place] for place in rest])
        others = again.slots()
        is_open = others.open_authors > 0 if len(rest) == len(records) else is_open or others.open_authors > 0
        read.update(zip(rest, others.fields, strict=True))
        held = others.held if len(rest) == len(records) else (*held, *others.held)
    fields = [read[place] for place in range(len(records))]
    return Slots(fields, 0, sum(each.author is not None for each in fields) if is_open else 0, held)


class _Decided(NamedTuple):
    """Where some entries have their slots, and whether the author's is open; `differ` as in Slots."""

    layout: Layout
    author: Key | None
    time: Key | None
    container: int
    is_open: bool
    marked: Marked | None
    differ: int

    def held(self) -> tuple[int, ...]:
        """Return the elements of answers that the entries hold."""
        return tuple(find_held(self.layout, self.author)) if self.marked is None else ()

    def slots(self) -> Slots:
        """Return what is in the slots."""
        fields = [_fields(self.layout, entry, self.container) for entry in self.layout.entries]
        texts = words.without_heads([each.text for each in fields])
        fields = [each._replace(text=text) for each, text in zip(fields, texts, strict=True)]
        named = sum(each.author is not None for each in fields) if self.is_open else 0
        return Slots(fields, self.differ, named, self.held())


def _decide(tree: Tree, records: Sequence[Record], marked: Marked | None = None) -> _Decided:
    """Decide time, author and words in this order, each for all of some entries at once."""
    layout = Layout(tree, records)
    time = times.find_times(layout)
    author, is_open = authors.find_authors(layout)
    differ = _follow(layout, marked) if marked is not None else 0
    find_chrome(layout)
    find_signatures(layout)
    for entry in layout.entries:
        if entry.author is not None and entry.who is not None and not entry.is_ping:
            number = entry.line_at(entry.who[0])
            entry.record.is_ping = number >= 0 and is_ping_by(entry.lines[number].words)
    is_open = is_open and marked is None and any(entry.author is not None for entry in layout.entries)
    container = words.find_container(layout)
    words.find_elsewhere(layout, container)
    return _Decided(layout, author, time, container, is_open, marked, differ)


def _fields(layout: Layout, entry: Entry, container: int) -> Fields:
    when, author = entry.when, entry.author
    published = when.published if when is not None else None
    shown: tuple[tuple[str, DateMatch], ...] = ()
    if when is not None and when.date is not None:
        shown = ((when.line, when.date),)
    if published is not None and len(published) == _DAY_ONLY:
        shown = tuple((each.line, each.date) for _, each in entry.dates if each.date is not None)[:_MOST_SHOWN]
    if entry.is_ping:
        return _ping(layout, entry, published, shown, container)
    text = words.words_of(layout, entry, container)
    if author is None and len(layout.usual) < FEWEST:
        first, _, rest = text.partition("\n")
        name = name_from_byline(first)
        if name and rest:
            author, text = name, rest.strip("\n")
    return Fields(author, published, shown, text, _has_more(entry) or _holds_answers(layout, entry))


def _has_more(entry: Entry) -> bool:
    when = entry.when
    own = (when.published or (when.date and when.date.published)) if when is not None else None
    for (kind, _), found in entry.dates if own else []:
        date = found.date
        is_other = when is not None and not found.texts[0] <= when.texts[0] <= found.texts[1]
        if kind == "line" and date is not None and is_other:
            rest = found.line[: date.start] + found.line[date.end :]
            if (date.published or "") > (own or "") and any(map(str.isalpha, rest)) and len(rest) <= LONGEST_NAME:
                return True
    return False


def _holds_answers(layout: Layout, entry: Entry) -> bool:
    """Tell whether what is called a button or a counter holds a time for machines and too many words for one."""
    tree = layout.tree
    for place, end in entry.record.own():
        while place < end:
            if not layout.is_chrome(place):
                place += 1
                continue
            texts = tree.texts[tree.text_from[place] : tree.text_to[place]]
            if sum(map(len, texts)) > _LONGEST_BUTTON and "time" in tree.tags[place : tree.ends[place]]:
                return True
            place = tree.ends[place]
    return False


def _ping(
    layout: Layout, entry: Entry, published: str | None, shown: tuple[tuple[str, DateMatch], ...], container: int
) -> Fields:
    """Return the fields of an entry that another page's link made: its author is the title of that page."""
    tree, record = layout.tree, entry.record
    link = next(iter(tree.links_in(record.start, record.end)), None)
    author = tree.words(link) or None if link is not None else None
    if link is not None:
        entry.who = tree.text_from[link], tree.text_to[link]
    text = without_ping_label(words.words_of(layout, entry, container))
    return Fields(author, published, shown, text if name_from_line(text[:LONGEST_NAME]) else author or "")


def _follow(layout: Layout, marked: Marked) -> int:
    """Take author, time and words from a platform's marks; return how many differ from what was found."""
    differ = 0
    for name, places in marked.slots.items():
        selector = getattr(marked.platform, name)
        held = _held(layout.entries, places, marked.platform.takes_last)
        for at, entry in enumerate(layout.entries):
            attributes = layout.tree.attributes[entry.record.start]
            attribute = attributes.get(selector[1:]) if selector.startswith("@") else None
            place = held.get(at)
            if place is None and not attribute:
                continue
            if name == "author":
                differ += _follow_author(layout, entry, place, attribute)
            elif name == "time":
                differ += _follow_time(layout, entry, place, attribute)
            else:
                entry.body = place
    return differ if len(layout.usual) >= FEWEST else 0


def _held(entries: list[Entry], places: list[int], takes_last: bool) -> dict[int, int]:
    """Return for each entry, by its number, the first or last of some elements that are its own."""
    starts = [entry.record.start for entry in entries]
    number = {id(entry.record): at for at, entry in enumerate(entries)}
    held: dict[int, int] = {}
    for place in places:
        at = bisect_right(starts, place) - 1
        while at >= 0 and entries[at].record.end <= place:
            parent = entries[at].record.parent
            at = number[id(parent)] if parent is not None else -1
        if at >= 0 and (takes_last or at not in held):
            held[at] = place
    return held


def _follow_author(layout: Layout, entry: Entry, place: int | None, attribute: str | None) -> bool:
    tree, before = layout.tree, entry.author
    name = " ".join((attribute or tree.words(place or 0)).split())
    entry.author = name or None
    entry.who = (tree.text_from[place], tree.text_to[place]) if place is not None else None
    return before is not None and name != before


def _follow_time(layout: Layout, entry: Entry, place: int | None, attribute: str | None) -> bool:
    found, before = _time_at(layout.tree, entry, place, attribute), entry.when
    entry.when = found or before
    if found is None or before is None:
        return False
    one, two = (each.published or (each.date and each.date.published) or "" for each in (found, before))
    return not (one.startswith(two) or two.startswith(one))


def _time_at(tree: Tree, entry: Entry, place: int | None, attribute: str | None) -> When | None:
    if place is None:
        published = iso_time(attribute)
        start = tree.text_from[entry.record.start]
        return When(published, "", None, (start, start)) if published else None
    texts = (tree.text_from[place], tree.text_to[place])
    for inner in range(place, tree.ends[place]):
        published = machine_time(tree.attributes[inner])
        if published:
            return When(published, "", None, texts)
    title = tree.attributes[place].get("title")
    date = times.date_in(title) if title else None
    if title and date is not None:
        return When(None, title, date, texts)
    line = tree.words(place)
    date = times.date_in(line)
    return When(None, line, date, texts) if date is not None else None
