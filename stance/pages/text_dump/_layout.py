"""Where a dump's entries show their author and date: found by what most entries of the page agree on."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from stance.pages.text_dump._lines import Line, LineReader
from stance.pages.text_dump._phrases.headers import Header

DateSide = Literal["head", "tail", "none"]
NamePlace = Literal["in_date", "says", "above", "below", "first", "last", "none"]

_SAMPLE = 120
_PLACES: dict[DateSide, tuple[NamePlace, ...]] = {
    "head": ("in_date", "says", "above", "below", "last"),
    "tail": ("in_date", "says", "above", "below", "first"),
    "none": ("says", "first"),
}


class Layout(NamedTuple):
    """The habit of a page: on which side of an entry the date stands, and where the name.

    Places of the name: in the date's line, in a line "NAME says:", in the line above or below the date's,
    in the entry's first or last line. `is_strict`: nearly every entry keeps it. `ends_in_label`: most entries end
    in a button like Reply.
    """

    date_side: DateSide
    name_place: NamePlace
    is_strict: bool = False
    ends_in_label: bool = False

    @property
    def is_bare(self) -> bool:
        """Whether entries show neither date nor name."""
        return self.date_side == self.name_place == "none"


def find_layout(reader: LineReader, entries: Iterable[Sequence[Line]]) -> Layout:
    """Return the layout that most of the entries keep."""
    votes: Counter[tuple[str, str]] = Counter()
    size = labels = 0
    for entry in entries:
        first, last = reader.trim(entry)
        if reader.is_ping(entry[first]):
            continue
        size += 1
        labels += last < len(entry)
        _vote(reader, entry, first, last, votes)
        if size == _SAMPLE:
            break
    head, tail = votes["head", "date"], votes["tail", "date"]
    side: DateSide = "none"
    if max(head, tail) >= max(1, 0.34 * size):
        side = "head" if head >= tail else "tail"
    places = _PLACES[side]
    dated = max(head, tail) if side != "none" else size
    counts = {place: votes[side, place] for place in places}
    best: NamePlace = max(places, key=lambda place: counts[place])
    needed = {"in_date": 0.3, "says": 0.3, "above": 0.3, "below": 0.4, "last": 0.6, "first": 0.4 if size >= 5 else 0.6}
    if side == "head" and best == "below" and counts["above"] >= 0.3 * dated:
        best = "above"
    if not counts[best] or counts[best] < needed[best] * dated:
        best = "none"
    is_strict = side != "none" or (best != "none" and counts[best] >= 0.9 * size >= 2)
    return Layout(side, best, is_strict, labels >= 0.6 * size and size > 0)


def shows_nothing(reader: LineReader, entries: Iterable[Sequence[Line]]) -> bool:
    """Say whether entries show neither dates nor "NAME says:"."""
    layout = find_layout(reader, entries)
    return layout.date_side == "none" and layout.name_place != "says"


def _vote(reader: LineReader, entry: Sequence[Line], first: int, last: int, votes: Counter[tuple[str, str]]) -> None:
    """Count, for one entry, each place where a date and a name could be."""
    head = date_at_head(reader, entry, first, last)
    tail = date_at_tail(reader, entry, first, last)
    if head is not None and tail is not None and head[0] == tail[0]:  # a short entry: the nearer edge has it
        above, behind = head[0] - first, last - 1 - head[0]
        head, tail = (head if above <= behind else None), (tail if behind <= above else None)
    names = {"first": last - first > 1 and plain_name(reader, entry[first]) is not None}
    names["says"] = any(name_in_says(reader, line) for line in entry[first : min(first + 2, last)])
    votes.update(("none", place) for place, is_name in names.items() if is_name)
    if head is not None:
        place, header = head
        says = any(name_in_says(reader, entry[at]) for at in range(first, min(place + 2, last)) if at != place)
        above_it = not says and place > first and plain_name(reader, entry[place - 1]) is not None
        names = {
            "in_date": header.author is not None,
            "says": says,
            "above": above_it,
            "below": not says
            and not above_it
            and place + 2 < last
            and plain_name(reader, entry[place + 1]) is not None,
            "last": last - place > 2 and plain_name(reader, entry[last - 1]) is not None,
        }
        votes.update(("head", name) for name, is_name in [("date", True), *names.items()] if is_name)
    if tail is not None:
        place, header = tail
        names = {
            "in_date": header.author is not None,
            "says": name_in_says(reader, entry[first]) is not None,
            "above": place - 1 > first and plain_name(reader, entry[place - 1]) is not None,
            "below": place + 1 < last and plain_name(reader, entry[place + 1]) is not None,
            "first": place - first > 1 and plain_name(reader, entry[first]) is not None,
        }
        votes.update(("tail", name) for name, is_name in [("date", True), *names.items()] if is_name)


def date_at_head(reader: LineReader, entry: Sequence[Line], first: int, last: int) -> tuple[int, Header] | None:
    """Return the date's line among the first lines of an entry: only names and labels may stand before it."""
    return _date_among(reader, entry, range(first, min(first + 4, last)))


def date_at_tail(reader: LineReader, entry: Sequence[Line], first: int, last: int) -> tuple[int, Header] | None:
    """Return the date's line among the last lines of an entry: only names and labels may stand behind it."""
    return _date_among(reader, entry, range(last - 1, max(first, last - 4) - 1, -1))


def _date_among(reader: LineReader, entry: Sequence[Line], places: Iterable[int]) -> tuple[int, Header] | None:
    for place in places:
        header = reader.header(entry[place])
        if header is not None and header.date is not None:
            return place, header
        if header is None and not reader.is_label(entry[place]) and not reader.name(entry[place]):
            return None
    return None


def name_in_says(reader: LineReader, line: Line) -> str | None:
    """Return the name in a line "NAME says:", None where it is no such line."""
    header = reader.header(line)
    return header.author if header is not None and header.says and header.date is None else None


def plain_name(reader: LineReader, line: Line) -> str | None:
    """Return the name that a line consists of, None where it is anything else."""
    return None if reader.is_label(line) or reader.header(line) is not None else reader.name(line)


def shows_fields(reader: LineReader, entry: Sequence[Line], layout: Layout) -> bool:
    """Say whether an entry shows a date or a name where the layout has it, or is a ping."""
    if reader.is_ping(entry[0]):
        return True
    found = find_layout(reader, [entry])
    if layout.date_side != "none":
        return found.date_side != "none" or (layout.name_place == "says" and found.name_place == "says")
    return found.name_place == layout.name_place
