"""Author, date and own text of one entry, told apart as the page's layout has them."""

from collections.abc import Sequence
from typing import NamedTuple

from stance.pages.dates import DateMatch
from stance.pages.text_dump._layout import Layout, NamePlace, date_at_head, date_at_tail, name_in_says, plain_name
from stance.pages.text_dump._lines import Line, LineReader


class Fields(NamedTuple):
    """What an entry's lines were found to be; `first` and `last` are the positions of its own text, last excluded."""

    author: str | None
    date: DateMatch | None
    is_ping: bool
    first: int
    last: int
    header: str


def read_fields(reader: LineReader, entry: Sequence[Line], layout: Layout) -> Fields:
    """Tell an entry's text from its author, date and labels, as the page's layout has them."""
    first, last = reader.trim(entry)
    if reader.is_ping(entry[first]):
        return _ping_fields(reader, entry, first, last)
    if layout.date_side == "head":
        author, date, first, last, header = _read_head(reader, entry, first, last, layout)
    elif layout.date_side == "tail":
        author, date, first, last, header = _read_tail(reader, entry, first, last, layout)
    elif (
        layout.name_place == "first"
        and layout.ends_in_label
        and last - first == 1 == len(entry)
        and reader.name(entry[0])
    ):
        return Fields(reader.name(entry[0]), None, False, 1, 1, "")  # a name whose text the renderer left out
    else:
        author, first = _read_name(reader, entry, first, last, layout.name_place)
        date, header = None, ""
    while first < last - 1 and reader.is_label(entry[first]):
        first += 1
    while last - 1 > first and reader.is_label(entry[last - 1]):
        last -= 1
    if first >= last or (last - first == 1 and reader.is_label(entry[first])):
        first = last
    return Fields(author, date, False, first, last, header)


def _ping_fields(reader: LineReader, entry: Sequence[Line], first: int, last: int) -> Fields:
    date = None
    header = ""
    for place in (last - 1, first + 1):
        if first < place < last:
            found = reader.header(entry[place])
            if found is not None and found.date is not None:
                date, header = found.date, reader.words(entry[place])
                last = min(last, place) if place == last - 1 else last
                break
    return Fields(None, date, True, first, last, header)


def _read_head(
    reader: LineReader, entry: Sequence[Line], first: int, last: int, layout: Layout
) -> tuple[str | None, DateMatch | None, int, int, str]:
    found = date_at_head(reader, entry, first, last)
    if found is None:
        place = "first" if layout.name_place in ("above", "below") else layout.name_place
        author, first = _read_name(reader, entry, first, last, place)
        return author, None, first, last, ""
    place_of_date, header = found
    author = header.author if layout.name_place in ("in_date", "none") else None
    text_from = place_of_date + 1
    if layout.name_place == "in_date" and author is None and place_of_date > first:
        author = plain_name(reader, entry[place_of_date - 1])
    if layout.name_place in ("says", "above"):
        above = [entry[at] for at in range(place_of_date - 1, first - 1, -1)]
        author = next((name for line in above if (name := name_in_says(reader, line))), None)
        author = author or next((name for line in above if (name := plain_name(reader, line))), None)
    if author is None and text_from < last - 1 and layout.name_place in ("says", "below"):
        below = entry[text_from]
        author = name_in_says(reader, below)
        if author is None and layout.name_place == "below":
            author = plain_name(reader, below)
        text_from += author is not None
        while author is not None and text_from < last - 1 and reader.name(entry[text_from]) == author:
            text_from += 1
    if layout.name_place == "last" and last - text_from > 1:
        author = plain_name(reader, entry[last - 1])
        last -= author is not None
    return author or header.author, header.date, text_from, last, reader.words(entry[place_of_date])


def _read_tail(
    reader: LineReader, entry: Sequence[Line], first: int, last: int, layout: Layout
) -> tuple[str | None, DateMatch | None, int, int, str]:
    found = date_at_tail(reader, entry, first, last)
    if found is None:
        author, first = _read_name(reader, entry, first, last, layout.name_place)
        return author, None, first, last, ""
    place, header = found
    author = header.author
    text_to = place
    if author is None and layout.name_place in ("above", "in_date") and place - 1 > first:
        author = plain_name(reader, entry[place - 1])
        text_to -= author is not None
    elif author is None and layout.name_place == "below" and place + 1 < last:
        author = plain_name(reader, entry[place + 1])
    elif author is None and layout.name_place in ("first", "says"):
        author, first = _read_name(reader, entry, first, text_to, layout.name_place)
    return author, header.date, first, text_to, reader.words(entry[place])


def _read_name(
    reader: LineReader, entry: Sequence[Line], first: int, last: int, place: NamePlace
) -> tuple[str | None, int]:
    """Return the author in the first lines and where the text begins; an entry's only line is text, not a name."""
    if place == "says":
        for at in range(first, min(first + 3, last)):
            name = name_in_says(reader, entry[at])
            if name is not None:
                return name, at + 1
            if reader.name(entry[at]) is None:
                break  # behind somebody's words, "he said:" is more of them
    elif place == "first" and last - first > 1:
        name = plain_name(reader, entry[first])
        if name is not None:
            first += 1
            while last - first > 1 and reader.name(entry[first]) == name:  # a picture's text repeats the name
                first += 1
            return name, first
    return None, first
