"""Where the last entry ends: a dump does not say where the thread stops and the page goes on."""

from stance.pages.text_dump._layout import Layout
from stance.pages.text_dump._lines import Line, LineReader
from stance.pages.text_dump._lists import Entry

_SHORT = 60
_FORMS_OF_END = (".", "!", "?", "…", ":", ")", "”", '"', "»")


def end_last(reader: LineReader, entries: list[Entry], layout: Layout) -> int:
    """Take the page's own lines off the end of the last entry, and return how many of them were guessed.

    Behind the button that closes the entries nothing is the last one's. Without buttons, several short lines that are
    no sentences are the page's, where other entries do not end so.
    """
    if len(entries) < 3 or layout.date_side == "tail":
        return 0
    last = entries[-1].lines
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


def _is_loose(reader: LineReader, line: Line) -> bool:
    if line.end - line.start > _SHORT:
        return bool(line.mark) and line.end - line.start <= 2 * _SHORT
    return not reader.words(line).endswith(_FORMS_OF_END)
