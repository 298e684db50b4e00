"""Attempts to read a page's thread: below each heading that may be its own, or where no heading stands at all."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from stance.pages.text_dump._cuts import cut_entries
from stance.pages.text_dump._last import end_last
from stance.pages.text_dump._layout import Layout, shows_fields
from stance.pages.text_dump._lines import Line, LineReader, split_lines
from stance.pages.text_dump._lists import Entry
from stance.pages.text_dump._phrases.endings import LONGEST_ENDING, ends_thread
from stance.pages.text_dump._phrases.habits import LEAST_ENTRIES
from stance.pages.text_dump._region import Heading, find_headings, is_counted_heading
from stance.thread import Finding

_TRIES = 3
_INTEGER = re.compile(r"(?<![\w.,:/-])\d{1,5}(?![\w,:/-]|\.\d)")
_LETTER = re.compile(r"[^\W\d_]{3}")
_LEAST_LENGTH = 40
_FITS = 0.35
_MOST_HEADINGS = 200
_MOST_CUTS = 6


class Reading(NamedTuple):
    """One attempt to read a page's thread, from where it began; `size` counts entries that are printed twice once.

    `guessed`: how many lines behind the last entry are taken for the page's own by their looks.
    """

    heading: Heading | None
    start: int
    reader: LineReader
    entries: list[Entry]
    layout: Layout
    size: int
    guessed: int = 0


class _Lines:
    """The lines of a page, split once, and which of them head what is printed behind a thread, or head another one."""

    def __init__(self, page: str) -> None:
        self.reader = LineReader(page)
        self.lines = list(split_lines(page, 0))
        self.reader.learn(self.lines)
        self.borders = [
            place for place, line in enumerate(self.lines) if not line.mark and _is_border(page[line.start : line.end])
        ]

    def behind(self, position: int) -> int:
        """Return the place of the first line behind a position of the page."""
        return bisect_left(self.lines, (position,))

    def stretches(self, position: int) -> Iterator[tuple[Line | None, list[Line]]]:
        """Yield the lines from a position on between borders, each stretch with the border above it."""
        place = self.behind(position)
        margin = min((line.indent for line in self.lines[place:]), default=0)
        border: Line | None = None
        borders = self.borders[bisect_left(self.borders, place) :]
        for end in [*(at for at in borders if self.lines[at].indent <= margin), len(self.lines)]:
            if end > place:
                yield border, self.lines[place:end]
            if end < len(self.lines):
                border, place = self.lines[end], end + 1


def _is_border(words: str) -> bool:
    return len(words) < LONGEST_ENDING and (ends_thread(words) or is_counted_heading(words))


def best_reading(page: str, headings: list[Heading], findings: list[Finding]) -> Reading | None:
    """Return the reading under the first heading whose number fits what stands below, else the one that fits best.

    Fills `headings` with the headings it came by, and `findings` with what is unsure about the thread's edges.
    """
    lines = _Lines(page)
    reading = _best_reading(page, lines, headings)
    habits = lines.reader.habits
    if reading is None and (habits.family is not None or habits.others):
        size = max(habits.size, 2)
        message = f"about {size} lines show a date as entries do, but no entry could be told safely: none is read"
        findings.append(Finding("unread_entries", message))
    is_guessed = reading is not None and reading.heading is None and reading.layout.date_side == "tail"
    if reading is not None and is_guessed and not _begins_with_picture(lines.reader, reading.entries[0]):
        message = "no line parts the post from the first entry: its last paragraph alone is taken for the entry's"
        findings.append(Finding("start_guessed", message))
    if reading is not None and reading.guessed:
        message = f"{reading.guessed} short lines behind the last entry are taken for the page's own"
        findings.append(Finding("end_guessed", message))
    return reading


def _best_reading(page: str, lines: _Lines, headings: list[Heading]) -> Reading | None:
    best: tuple[float, Reading] | None = None
    tries = 0
    for heading in islice(find_headings(page), _MOST_HEADINGS):
        headings.append(heading)
        if heading.declared == 0 or tries == _TRIES or not _is_followed_closely(lines, heading):
            continue
        tries += 1
        reading = _read_below(lines, heading)
        if reading is None:
            continue
        misfit = _misfit(heading, reading.size)
        if misfit <= _FITS:
            return reading
        if best is None or misfit < best[0]:
            best = (misfit, reading)
    if best is not None:
        return best[1]
    for heading in [h for h in reversed(headings) if h.declared != 0][:_TRIES]:
        reading = _read_below(lines, heading)
        # so far below the heading, a bare list may well be the post's
        if reading is not None and (not reading.layout.is_bare or _misfit(heading, reading.size) <= _FITS):
            return reading
    if any(heading.declared == 0 for heading in headings):
        return None
    return _read_below_counts(lines) or _read_without_heading(lines)


def _read_below_counts(lines: _Lines) -> Reading | None:
    """Read below a line in any language that names about as many entries as then stand below it."""
    tries = 0
    for place, line in enumerate(lines.lines):
        if line.mark or line.indent or line.end - line.start > LONGEST_ENDING:
            continue
        words = lines.reader.words(line)
        counts = _INTEGER.findall(words)
        if (
            len(counts) != 1
            or words.endswith((".", "!", "?"))
            or lines.reader.header(line) is not None
            or not _LETTER.search(words)
        ):
            continue
        declared = int(counts[0])
        if not declared or not _may_declare(lines, place, declared):
            continue
        heading = Heading(line.start, line.end, declared, None)
        reading = _read_below(lines, heading)
        if reading is not None and not reading.layout.is_bare and abs(declared - reading.size) <= _FITS * declared:
            return reading
        tries += 1
        if tries == _TRIES:
            break
    return None


def _may_declare(lines: _Lines, place: int, declared: int) -> bool:
    """Say whether about as many list items, or dates, or lines with the page's "says:" stand below a line."""
    size = lines.reader.habits.size
    if size >= LEAST_ENTRIES:
        return abs(declared - size) <= _FITS * max(declared, size)
    below = lines.lines[place + 1 :]
    marks = [line.indent for line in below if line.mark]
    dates = sum(lines.reader.header(line) is not None for line in below)
    return declared in (dates, marks.count(min(marks, default=0)))


def _misfit(heading: Heading, entries: int) -> float:
    if heading.declared is None:
        return 0.5
    difference = abs(heading.declared - entries)
    return 0.0 if difference <= 2 else difference / max(heading.declared, entries)


def _is_followed_closely(lines: _Lines, heading: Heading) -> bool:
    """Say whether an entry begins within the next lines: a list item, a date, "NAME says:", a ping."""
    reader, first = lines.reader, lines.behind(heading.end)
    near = lines.lines[first : first + (4 if heading.declared is None else 8)]
    return any(line.mark or reader.header(line) is not None or reader.is_ping(line) for line in near)


def _read_below(lines: _Lines, heading: Heading) -> Reading | None:
    """Read the thread below a heading: the first stretch between the form and the like that holds entries.

    Where it holds fewer than declared, somebody's words may have looked like the form: then what stands behind them
    belongs to it too. A second heading with as many entries below it is the thread printed again.
    """
    reader = lines.reader
    thread: list[Line] = []
    entries: list[Entry] = []
    layout = Layout("none", "none")
    cuts = 0
    for border, stretch in lines.stretches(heading.end):
        if not entries:
            thread = stretch
            entries, layout = cut_entries(reader, thread, heading.declared)
            if layout.is_bare and 3 * len(entries) < (heading.declared or 0):
                entries = []  # a list of links to share the page, or the like
            continue
        if border is not None and is_counted_heading(reader.words(border)):
            again = cut_entries(reader, stretch, heading.declared)[0]
            if len(again) == len(entries):
                size = len(entries)
                entries += [
                    entry if entry.parent is None else entry._replace(parent=entry.parent + size) for entry in again
                ]
                return Reading(heading, heading.start, reader, entries, layout, size)
        if heading.declared is None or len(entries) >= heading.declared or cuts == _MOST_CUTS:
            break
        cuts += 1
        longer = [*thread, *([border] if border else []), *stretch]
        more, layout_of_all = cut_entries(reader, longer, heading.declared)
        if len(entries) < len(more) <= heading.declared and not layout_of_all.is_bare:
            thread, entries, layout = longer, more, layout_of_all
    if not entries:
        return None
    guessed = end_last(reader, entries, layout)
    return Reading(heading, heading.start, reader, entries, layout, len(entries), guessed)


def _most_show_times(reader: LineReader, entries: list[Entry]) -> bool:
    timed = 0
    for entry in entries:
        headers = [header for line in entry.lines if (header := reader.header(line)) is not None]
        timed += any(header.date is not None and "T" in (header.date.published or "") for header in headers)
    return len(entries) >= 3 and timed >= 0.8 * len(entries)


def _read_without_heading(lines: _Lines) -> Reading | None:
    """Read a page without heading: the stretch where most entries, three at least, show name and date alike."""
    reader = lines.reader
    if len(reader.habits.others) > 1 and reader.habits.family is None:
        return None  # a forum's, where every line with a date has a label, and which is the post's is not clear
    best: tuple[int, Reading] | None = None
    for _, stretch in lines.stretches(0):
        entries, layout = cut_entries(reader, stretch, None, headed=False)
        is_signed = layout.name_place != "none" and (layout.date_side != "none" or layout.name_place == "says")
        # dates with times of day, and nothing else, are a thread whose names the renderer left out
        is_signed = is_signed or (layout.date_side != "none" and _most_show_times(reader, entries))
        if not is_signed and not layout.ends_in_label:
            continue
        showing = [
            entry
            for entry in entries
            if (is_signed and shows_fields(reader, entry.lines, layout)) or reader.is_label(entry.lines[-1])
        ]
        words = sum(line.end - line.start for entry in showing for line in entry.lines)
        if len(showing) < 3 or 2 * len(showing) < len(entries) or words < _LEAST_LENGTH * len(showing):
            continue
        if best is None or len(showing) > best[0]:
            best = (len(showing), Reading(None, entries[0].lines[0].outset, reader, entries, layout, len(entries)))
    if best is None:
        return None
    entries, layout = best[1].entries, best[1].layout
    if layout.date_side == "tail":
        _begin_first(reader, entries[0])
    return best[1]._replace(guessed=end_last(reader, entries, layout), start=entries[0].lines[0].outset)


def _begins_with_picture(reader: LineReader, first: Entry) -> bool:
    """Say whether an entry begins with a name printed twice, which is a picture's text and the name beside it."""
    return len(first.lines) > 1 and reader.words(first.lines[0]) == reader.words(first.lines[1])


def _begin_first(reader: LineReader, first: Entry) -> None:
    """Leave of the first entry its last paragraph: the post stands above it, and no line parts the two."""
    dates = [at for at, line in enumerate(first.lines) if reader.header(line) is not None]
    if dates and not _begins_with_picture(reader, first):
        text = next((at for at in range(dates[-1] - 1, 0, -1) if reader.name(first.lines[at]) is None), 0)
        del first.lines[:text]
