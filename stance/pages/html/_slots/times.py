"""The time of each entry: the slot that reads as a date in nearly all entries of a thread."""

import re
from collections.abc import Callable, Iterable, Iterator

from stance.pages.dates import DateMatch, find_date, shape_of_date
from stance.pages.html._entries import marks
from stance.pages.html._entries.bylines import epoch_of
from stance.pages.html._slots.layout import LONGEST_LINE, Entry, Layout, Line, When

_DIGIT = re.compile(r"\d")
_HOLDING = frozenset(("datetime", "title", "content", "href"))
_CLOCK = re.compile(r"\d\d?[:.h]\d\d(?:[:.]\d\d)?(?: ?[ap]\.?m\.?)?(?: \w{2,5})?", re.IGNORECASE)
# "alle 15:30 del 4.5.2013": a word or two may stand between
_CLOCK_BEFORE = re.compile(
    r"(?<![\d:.,/-])(\d\d?[:.]\d\d(?: ?[ap]\.?m\b\.?)?) (?:[^\W\d_]{1,12} ){1,2}$", re.IGNORECASE
)
_LONGEST_TITLE = 80
LONGEST_INSIDE = 60
_MARKED = ("machine", "title")
_LEAST_SHARE = 0.2
_LEAST_SHARE_OF_BEST = 0.4
_DAY_ONLY = len("2016-09-20")

Key = tuple[str, int]


def find_times(layout: Layout) -> Key | None:
    """Fill in the `when` of each entry; return the kind and the path of the slot that holds most of them."""
    columns: dict[Key, dict[int, When]] = {}
    for at, entry in enumerate(layout.entries):
        entry.dates = list(dates(layout, entry))
        for key, found in entry.dates:
            column = columns.setdefault(key, {})
            column[at] = found if key[0] == "last line" else column.get(at, found)
    worths = {key: _worth(key, column, len(layout.entries)) for key, column in columns.items()}
    ranked = sorted(columns, key=lambda key: -worths[key])
    ranked = [key for key in ranked if len(columns[key]) >= _LEAST_SHARE * len(layout.usual)]
    if not any(len(columns[key]) >= _LEAST_SHARE_OF_BEST * len(layout.usual) for key in ranked):
        return None  # dates that some mention
    for key in ranked:
        if key[0] in _MARKED and _are_words(layout, columns[key]):
            columns[key] = {at: each._replace(texts=(each.texts[0],) * 2) for at, each in columns[key].items()}
        for at, found in columns[key].items():
            if layout.entries[at].when is None:
                layout.entries[at].when = found
    if ranked:
        _find_elsewhere(layout, ranked[0])
    layout.drop_dated_titles()
    return ranked[0] if ranked else None


def _find_elsewhere(layout: Layout, best: Key) -> None:
    """Take the time of an entry from what is called as its element is in the others, though it stands elsewhere."""
    missing = [entry for entry in layout.usual if entry.when is None and entry.dates]
    paths = set(layout.called_alike(best[1])) if missing else set[int]()
    for entry in missing:
        entry.when = next((found for (kind, path), found in entry.dates if kind == best[0] and path in paths), None)


def _are_words(layout: Layout, column: dict[int, When]) -> bool:
    """Tell whether the elements whose attributes hold the times show the words of entries."""
    sizes = sorted(sum(map(len, layout.tree.texts[slice(*found.texts)])) for found in column.values())
    return sizes[len(sizes) // 2] > LONGEST_INSIDE


def dates(layout: Layout, entry: Entry) -> Iterator[tuple[Key, When]]:
    """Yield all dates of an entry with the kind and the path of their slot."""
    tree = layout.tree
    inline: list[tuple[int, int, int, int]] = []  # paths, elements and the texts in them
    for path, places in entry.elements.items():
        for place in places:
            start, end = tree.text_from[place], tree.text_to[place]
            if end > start and tree.kinds[place].is_inline:
                inline.append((path, place, start, end))
            attributes = tree.attributes[place]
            if attributes and (not _HOLDING.isdisjoint(attributes) or "time" in " ".join(attributes)):
                is_line = end > start and tree.lines[start] == tree.lines[end - 1]
                yield from _marked_date(path, attributes, (start, end if is_line else start))
    for number, line in enumerate(entry.lines):
        if _DIGIT.search(line.words) is None:
            continue
        if len(line.words) > LONGEST_LINE:
            yield from _dates_inside(layout, inline, line)
            date = date_in(line.words[:LONGEST_INSIDE]) if layout.is_split else None
            if date is not None:
                yield ("line", line.path), When(None, line.words[:LONGEST_INSIDE], date, (line.start, line.end))
            continue
        if line.end - line.start > 1:
            yield from _dates_inside(layout, inline, line)
        date = date_in(line.words, layout.find_date)
        if date is not None:
            found = _with_clock(When(None, line.words, date, (line.start, line.end)), entry.lines[number + 1 :][:1])
            yield ("line", line.path), found
            yield ("last line", line.path), found


def _with_clock(found: When, below: list[Line]) -> When:
    """Return a day with the time of day that stands alone in the line below."""
    is_day = found.date is not None and found.date.published is not None and len(found.date.published) == _DAY_ONLY
    if is_day and below and _CLOCK.fullmatch(below[0].words):
        line = f"{found.line} {below[0].words}"
        date = date_in(line)
        if date is not None and date.published is not None and len(date.published) > _DAY_ONLY:
            return When(None, line, date, (found.texts[0], below[0].end))
    return found


def _marked_date(path: int, attributes: dict[str, str | None], texts: tuple[int, int]) -> Iterator[tuple[Key, When]]:
    published = marks.machine_time(attributes) or epoch_of(attributes.get("href"))
    if published:
        yield ("machine", path), When(published, "", None, texts)
        return
    title = attributes.get("title")
    if title and len(title) < _LONGEST_TITLE and _DIGIT.search(title):
        date = date_in(title)
        if date is not None and (date.published is not None or date.defect == "unknown_month"):
            yield ("title", path), When(None, title, date, texts)


def _dates_inside(
    layout: Layout, inline: Iterable[tuple[int, int, int, int]], line: Line
) -> Iterator[tuple[Key, When]]:
    """Yield the dates that stand in short inline elements of a long line."""
    for path, place, start, end in inline:
        if line.start <= start and end <= line.end:
            words = layout.tree.words(place)
            date = None
            if len(words) < LONGEST_INSIDE and _DIGIT.search(words):
                date = date_in(words, layout.find_date)
            if date is not None:
                yield ("inside", path), When(None, words, date, (start, end))


def _worth(key: Key, column: dict[int, When], count: int) -> float:
    """Return how well a slot does as the time: it is in all entries, differs, and goes one way down the page."""
    values = [found.published or (found.date and found.date.published) or "" for found in column.values()]
    known = [value for value in values if value]
    worth = len(column) / count + {"machine": 0.35, "title": 0.2}.get(key[0], 0.0)
    if not known:
        shown = {found.line for found in column.values()}
        return worth - 0.3 + 0.2 * len(shown) / len(column)
    worth += 0.2 * len(set(known)) / len(known)
    worth += 0.15 if sorted(known) == known or sorted(known, reverse=True) == known else -0.3 * (key[0] != "machine")
    return worth + 0.1 * (len(known[0]) > _DAY_ONLY)


def date_in(words: str, find: Callable[[str], DateMatch | None] = find_date) -> DateMatch | None:
    """Return the date in a line; in any language a word or two may stand between the day and the time of day.

    >>> date_in("2013-05-04 alle 15:30").published
    '2013-05-04T15:30'
    """
    date = find(words)
    if date is None or (date.published is None and date.defect != "order_open"):
        return shape_of_date(words) or date
    if date.published is None or len(date.published) > _DAY_ONLY:
        return date
    before = _CLOCK_BEFORE.search(words, 0, date.start)
    if before is not None:
        fuller = find_date(f"{words[date.start : date.end]} {before[1]}")
        if fuller is not None and fuller.published and len(fuller.published) > _DAY_ONLY:
            return DateMatch(before.start(), date.end, fuller.published, "")
    rest = words[date.end :].split(maxsplit=3)
    for count in (1, 2):
        if len(rest) > count and rest[count][:1].isdigit() and not any(part[:1].isdigit() for part in rest[:count]):
            fuller = find_date(f"{words[: date.end]} {' '.join(rest[count:])}")
            if fuller is not None and fuller.published and len(fuller.published) > _DAY_ONLY:
                end = words.find(rest[count], date.end) + len(rest[count])
                return DateMatch(date.start, end, fuller.published, "")
    return date
