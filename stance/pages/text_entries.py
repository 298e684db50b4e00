"""Where one entry of a dump ends and the next begins: list items, else lines with dates and names, else buttons."""

from collections.abc import Sequence

from stance.pages.text_cuts import cut_at_headers, cut_at_labels
from stance.pages.text_layout import Layout, LineReader, find_layout, shows_nothing
from stance.pages.text_lines import Line
from stance.pages.text_lists import Entry, cut_list, read_items


def cut_entries(reader: LineReader, lines: Sequence[Line], declared: int | None) -> tuple[list[Entry], Layout]:
    """Cut the lines of a thread into entries and tell how the page lays them out. No entries: an empty list.

    `declared`, the number of comments that the heading names, tells lists of comments from lists in comments.
    """
    items, outside = read_items(reader, lines)
    if not items:
        return _flat(reader, cut_at_headers(reader, lines) or cut_at_labels(reader, lines, declared))
    tops = [item.lines for item in items if item.inside is None]
    between = sum(line.start < tops[-1][0].start for line in outside)
    is_broken = between > max(4, len(tops))
    if outside:
        dated = cut_at_headers(reader, outside)
        fits = declared is None or abs(declared - len(dated)) <= abs(declared - len(tops))
        if (len(dated) > 1 or (dated and declared == 1)) and (is_broken or (fits and shows_nothing(reader, tops))):
            return _flat(reader, cut_at_headers(reader, lines))
    if is_broken and between > 2 * len(tops) + 6:
        return _flat(reader, cut_at_labels(reader, lines, declared))
    return cut_list(reader, items)


def _flat(reader: LineReader, entries: list[list[Line]]) -> tuple[list[Entry], Layout]:
    return [Entry(entry, None, False) for entry in entries], find_layout(reader, entries)
