"""Where the last entry ends: a dump does not say where the thread stops and the page goes on."""

from collections import Counter
from collections.abc import Sequence

from stance.pages.text_dump._layout import Layout
from stance.pages.text_dump._lines import Line, LineReader
from stance.pages.text_dump._lists import Entry

_SHORT = 60
_LONGEST_LINK = 200  # a title that is one of a list
_NEARLY_ALL = 0.8
_FORMS_OF_END = (".", "!", "?", "…", ":", ")", "”", '"', "»")


def end_last(reader: LineReader, entries: list[Entry], layout: Layout) -> int:
    """Take the page's own lines off the end of the last entry, and return how many of them were guessed.

    Behind the date or the button that closes the entries nothing is the last one's. Without these, several short
    lines that are no sentences are the page's, where other entries do not end so.
    """
    if len(entries) < 3:
        return 0
    last = entries[-1].lines
    if layout.date_side == "tail":
        del last[_end_behind_date(reader, entries) :]
        return 0
    if layout.ends_in_label:
        closed = [at for at, line in enumerate(last) if at and reader.is_label(line)]
        if closed and closed[-1] + 1 < len(last):
            del last[closed[-1] + 1 :]
            return 0
    start = len(last)
    while start > 2 and _is_loose(reader, last[start - 1]):
        start -= 1
    while start < len(last) and not last[start].blank_before:
        start += 1
    guessed = sum(not reader.is_label(line) for line in last[start:])
    others = sum(len(entry.lines) > 2 and _is_loose(reader, entry.lines[-1]) for entry in entries[:-1])
    if not guessed or (guessed == 1 and 5 * others >= len(entries)):
        return 0
    if guessed > 1 and 2 * others >= len(entries):
        return 0
    del last[start:]
    return guessed


def _end_behind_date(reader: LineReader, entries: list[Entry]) -> int:
    """Return where the last entry ends if as many lines stand behind its date as behind that of nearly all others."""
    behind = Counter(
        sum(not reader.is_label(line) for line in entry.lines[dates[-1] + 1 :])
        for entry in entries[:-1]
        if (dates := _dates(reader, entry.lines))
    )
    usual, count = behind.most_common(1)[0] if behind else (0, 0)
    last = entries[-1].lines
    if count < _NEARLY_ALL * (len(entries) - 1):
        return len(last)
    own = (at for at in _dates(reader, last) if at)
    return next((at + usual + 1 for at in own), len(last))


def _dates(reader: LineReader, lines: Sequence[Line]) -> list[int]:
    headers = map(reader.header, lines)
    return [at for at, header in enumerate(headers) if header is not None and header.date is not None]


def _is_loose(reader: LineReader, line: Line) -> bool:
    if line.end - line.start > _SHORT:
        return (
            bool(line.mark)
            and line.end - line.start <= _LONGEST_LINK
            and not reader.words(line).endswith(_FORMS_OF_END)
        )
    return not reader.words(line).endswith(_FORMS_OF_END)
