"""Threads printed as lists: indentation tells replies, and lists inside comments from lists of comments."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from stance.pages.text_dump._layout import Layout, find_layout, shows_fields
from stance.pages.text_dump._lines import Line, LineReader

_PING_HEADING = re.compile(
    r"\W*\d{0,4}[ \xa0]*(?:trackbacks?|pingbacks?|pings)"
    r"(?:[ \xa0]*(?:/|&|\+|and|und|y|et)[ \xa0]*(?:trackbacks?|pingbacks?))?"
    r"(?:[ \xa0]+(?:for|to|zu|auf|on|a|à)\b.{0,200})?\W*",
    re.IGNORECASE,
)


class Entry(NamedTuple):
    """The lines of one entry, the position of the entry it answers, and whether it stands under "Trackbacks"."""

    lines: list[Line]
    parent: int | None
    under_pings: bool


class Item:
    """A list item: its own lines, the item around it, and the item whose entry it belongs to (its own at first).

    `margin`: where the words of its further lines begin, 0 where there are none: no item within it stands further out.
    """

    __slots__ = ("after_gap", "indent", "inside", "lines", "margin", "mark", "number", "owner", "places", "under_pings")

    def __init__(self, number: int, line: Line, place: int, inside: "Item | None") -> None:
        self.number = number
        self.indent = line.indent
        self.mark = line.mark
        self.inside = inside
        self.lines = [line]
        self.margin = 0
        self.places = [place]
        self.owner = self
        self.after_gap = False
        self.under_pings = False

    def add(self, line: Line, place: int) -> None:
        """Take a further line that is no item's."""
        self.lines.append(line)
        self.places.append(place)
        self.margin = min(self.margin or self.indent + len(self.mark) + 1, line.indent)

    def continues(self, elder: "Item") -> bool:
        """Say whether the item goes on with the list of the sibling before it."""
        if self.inside is not None:
            around = self.inside.places
            between = bisect_right(around, elder.places[0])
            if between < len(around) and around[between] < self.places[0]:
                return False
        if elder.mark[0].isdigit() and self.mark[0].isdigit():
            return int(self.mark[:-1]) > int(elder.mark[:-1])
        return elder.mark == self.mark


def read_items(reader: LineReader, lines: Sequence[Line]) -> tuple[list[Item], list[Line]]:
    """Return the list items with their lines, by indentation, and the lines outside of them."""
    base = min((line.indent for line in lines if line.mark), default=None)
    items: list[Item] = []
    outside: list[Line] = []
    if base is None:
        return items, outside
    open_items: list[Item] = []
    gap = under_pings = False
    for place, line in enumerate(lines):
        indent = line.indent
        # in dumps whose top list is not indented, neither are the further lines of its items
        while open_items and open_items[-1].indent >= indent and (line.mark or indent or base):
            open_items.pop()
        while line.mark and open_items and indent < open_items[-1].margin:
            open_items.pop()
        if line.mark:
            item = Item(len(items), line, place, open_items[-1] if open_items else None)
            if not open_items:
                item.after_gap, item.under_pings = gap, under_pings
                gap = False
            open_items.append(item)
            items.append(item)
        elif open_items:
            open_items[-1].add(line, place)
        else:
            outside.append(line)
            if not reader.is_label(line):
                gap = True
                under_pings = (
                    _PING_HEADING.fullmatch(reader.page[line.start : min(line.end, line.start + 250)]) is not None
                )
    return items, outside


def cut_list(reader: LineReader, items: list[Item]) -> tuple[list[Entry], Layout]:
    """Return the entries that list items are, replies behind what they answer, and their layout."""
    layout = _layout(reader, items)
    _find_owners(reader, items, layout)
    kept = _kept_tops(reader, items, layout)
    entries: list[Entry] = []
    places: dict[int, int] = {}
    merged = set()
    for item in items:
        if item.owner is not item:
            place = places.get(item.owner.number)
            if place is not None:
                entries[place].lines.extend(item.lines)
                merged.add(place)
            continue
        parent, under_pings = None, item.under_pings
        if item.inside is not None:
            parent = places.get(item.inside.owner.number)
            if parent is None:
                continue
            under_pings = entries[parent].under_pings
        elif item.number not in kept:
            continue
        places[item.number] = len(entries)
        entries.append(Entry(list(item.lines), parent, under_pings))
    for place in merged:
        entries[place].lines.sort()
    return entries, layout


def _layout(reader: LineReader, items: list[Item]) -> Layout:
    """Return the layout of the top items: of the kind of list that shows most, where bullets stand among numbers."""
    kinds: dict[str, list[list[Line]]] = {}
    for item in items:
        if item.inside is None:
            kinds.setdefault(_kind(item), []).append(item.lines)
    layouts = [(find_layout(reader, entries), len(entries)) for entries in kinds.values()]
    return max(layouts, key=lambda found: (found[0].date_side != "none", not found[0].is_bare, found[1]))[0]


def _find_owners(reader: LineReader, items: list[Item], layout: Layout) -> None:
    """Decide which nested lists are replies and which are lists that somebody wrote into a comment."""
    runs: dict[int, list[list[Item]]] = {}
    for item in items:
        if item.inside is None:
            continue
        runs_inside = runs.setdefault(item.inside.number, [])
        if runs_inside and item.continues(runs_inside[-1][-1]):
            runs_inside[-1].append(item)
        else:
            runs_inside.append([item])
    for number in sorted(runs):
        around = items[number]
        if around.owner is around:
            are_replies = _replies_to(reader, around, runs[number], layout)
        else:
            are_replies = [layout.is_strict and _most_show_fields(reader, run, layout) for run in runs[number]]
        for run, replies in zip(runs[number], are_replies, strict=True):
            for item in run:
                item.owner = item if replies else around.owner


def _replies_to(reader: LineReader, around: Item, runs: list[list[Item]], layout: Layout) -> list[bool]:
    """Say of each list inside a comment whether its items are replies.

    A comment that goes on behind a list, or ends in its buttons only there, has the list as a part of it.
    """
    labels = [reader.is_label(line) for line in around.lines]
    first_label = next((place for place, label in zip(around.places, labels, strict=True) if label), around.places[-1])
    last_words = next(
        place for place, label in zip(around.places[::-1], [*labels[:0:-1], False], strict=True) if not label
    )
    found = []
    for run in runs:
        start = run[0].places[0]
        goes_on = last_words > start
        closes_later = around.places[-1] > start and first_label > start
        found.append(not goes_on and not closes_later and _look_like_replies(reader, run, layout))
    return found


def _look_like_replies(reader: LineReader, run: list[Item], layout: Layout) -> bool:
    if layout.ends_in_label and 2 * sum(reader.is_label(item.lines[-1]) for item in run) >= len(run):
        return True
    if not layout.is_bare:
        if _most_show_fields(reader, run, layout):
            return True
        if layout.is_strict:
            return False
    if run[0].mark not in ("1.", "•") and layout.name_place != "none":
        return False  # a renderer counts from one; somebody wrote this number
    if len(run) == 1:
        return True
    return any(len(item.lines) > 1 or item.lines[0].blank_before for item in run[1:])


def _most_show_fields(reader: LineReader, run: list[Item], layout: Layout) -> bool:
    """Say whether at least half of a list's items show date and name as the page's entries do."""
    return 2 * sum(shows_fields(reader, item.lines, layout) for item in run) >= len(run)


def _kept_tops(reader: LineReader, items: list[Item], layout: Layout) -> set[int]:
    """Return the numbers of the top items that belong to the thread: other lists around it do not share its layout."""
    runs: list[list[Item]] = []
    for item in items:
        if item.inside is None:
            if not runs or item.after_gap or _kind(item) != _kind(runs[-1][-1]):
                runs.append([])
            runs[-1].append(item)
    if not layout.is_bare:
        runs = [part for run in runs for part in _parted(reader, run, layout)]
    weights = [_weight(reader, run, layout) for run in runs] if len(runs) > 1 else [0]
    main = max(range(len(runs)), key=weights.__getitem__)
    kept = {item.number for item in runs[main]}
    for at, run in enumerate(runs):
        shares_layout = not layout.is_bare and 2 * weights[at] >= len(run)
        counts_on = at > 0 and runs[at - 1][0].number in kept and _counts_on(runs[at - 1][-1], run[0])
        if run[0].under_pings or shares_layout or counts_on:
            kept.update(item.number for item in run)
    return kept


def _kind(item: Item) -> str:
    return "1." if item.mark[0].isdigit() else item.mark


def _parted(reader: LineReader, run: list[Item], layout: Layout) -> list[list[Item]]:
    """Part what shows neither date nor name behind items that nearly all do: the page's links, with no line between."""
    shown = [shows_fields(reader, item.lines, layout) for item in run]
    last = len(run) - next((at for at, shows in enumerate(reversed(shown)) if shows), len(run))
    if last == len(run) or sum(shown) < max(3, 0.9 * last):
        return [run]
    return [run[:last], run[last:]]


def _weight(reader: LineReader, run: list[Item], layout: Layout) -> int:
    if layout.is_bare:
        return sum(line.end - line.start for item in run for line in item.lines)
    return sum(shows_fields(reader, item.lines, layout) for item in run)


def _counts_on(last: Item, first: Item) -> bool:
    return last.mark[0].isdigit() and first.mark[0].isdigit() and int(first.mark[:-1]) == int(last.mark[:-1]) + 1
