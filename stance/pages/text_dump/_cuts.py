"""Where one entry of a dump ends and the next begins: list items, else lines with dates and names, else buttons."""

import re
from collections.abc import Iterator, Sequence

from stance.pages.text_dump._layout import Layout, find_layout, shows_nothing
from stance.pages.text_dump._lines import Line, LineReader
from stance.pages.text_dump._lists import Entry, cut_list, read_items
from stance.pages.text_dump._phrases.headers import Header, read_header

_LONG = 80


def cut_entries(
    reader: LineReader, lines: Sequence[Line], declared: int | None, headed: bool = True
) -> tuple[list[Entry], Layout]:
    """Cut the lines of a thread into entries and tell how the page lays them out. No entries: an empty list.

    `declared`, the number of comments that the heading names, tells lists of comments from lists in comments.
    `headed`: the lines begin with the thread, not with the post above it.
    """
    entries, layout = _cut(reader, lines, declared, headed)
    if layout.date_side == "none" and (opened := _open_headers(reader, lines, declared)):
        return _cut(reader, opened, declared, headed)
    return entries, layout


def _cut(reader: LineReader, lines: Sequence[Line], declared: int | None, headed: bool) -> tuple[list[Entry], Layout]:
    items, outside = read_items(reader, lines)
    if not items:
        return _flat(reader, cut_at_headers(reader, lines, headed) or cut_at_labels(reader, lines, declared))
    tops = [item.lines for item in items if item.inside is None]
    between = sum(line.start < tops[-1][0].start for line in outside)
    is_broken = between > max(4, len(tops))
    if outside:
        dated = cut_at_headers(reader, outside, headed)
        fits = declared is None or abs(declared - len(dated)) <= abs(declared - len(tops))
        if (len(dated) > 1 or (dated and declared == 1)) and (is_broken or (fits and shows_nothing(reader, tops))):
            return _flat(reader, cut_at_headers(reader, lines, headed))
    if is_broken and between > 2 * len(tops) + 6:
        return _flat(reader, cut_at_labels(reader, lines, declared))
    return cut_list(reader, items)


_HEAD_AND_TEXT = re.compile(r"([^\n]{8,110}?\d[^\S\n]?(?:[ap]\.?m\.?)?[)\]]?)[^\S\n]?:[^\S\n]+(?=[^\W\d])")
_SAMPLE = 40


def _open_headers(reader: LineReader, lines: Sequence[Line], declared: int | None) -> list[Line]:
    """Part "NAME on DATE: text" into two lines, where most entries begin so; nothing where they do not."""
    items = [at for at, line in enumerate(lines) if line.mark]
    paragraphs = [at for at, line in enumerate(lines) if not line.mark and not line.indent and line.blank_before]
    opening = [firsts for firsts in (items, paragraphs) if _most_open_so(reader, lines, firsts, declared)]
    at_firsts = {at for firsts in opening for at in firsts}
    if not opening:
        return []
    opened: list[Line] = []
    for at, line in enumerate(lines):
        text = _text_behind_header(reader, line) if at in at_firsts else 0
        if text:
            opened.append(line._replace(end=text - 1))
            opened.append(Line(text, line.end, text, line.indent + (2 if line.mark else 0), "", False))
        else:
            opened.append(line)
    return opened


def _most_open_so(reader: LineReader, lines: Sequence[Line], firsts: list[int], declared: int | None) -> bool:
    sample = firsts[:_SAMPLE]
    found = sum(_text_behind_header(reader, lines[at]) > 0 for at in sample)
    return found >= max(2, min(0.6 * len(sample), 0.8 * (declared or len(sample))))


def _text_behind_header(reader: LineReader, line: Line) -> int:
    """Return where the text begins in a line like "NAME on DATE: text", 0 in any other line."""
    match = _HEAD_AND_TEXT.match(reader.page, line.start, line.end)
    header = read_header(match[1], reader.day_first) if match else None
    return match.end() if match and header and header.date and header.author and match.end() < line.end else 0


def _flat(reader: LineReader, entries: list[list[Line]]) -> tuple[list[Entry], Layout]:
    return [Entry(entry, None, False) for entry in entries], find_layout(reader, entries)


def cut_at_headers(reader: LineReader, lines: Sequence[Line], headed: bool = True) -> list[list[Line]]:
    """Cut at the lines that show dates or "NAME says:", before or behind them as the whole page suggests."""
    headers = [reader.header(line) for line in lines]
    dates = [at for at, header in enumerate(headers) if header is not None and header.date is not None]
    complete = [at for at in dates if _shows_year(_header(headers[at]))]
    if len(complete) >= 0.6 * len(dates):
        dates = complete  # where entries show full dates, "closed on 3 May" is what somebody wrote
    timed = [at for at in dates if "T" in (_header(headers[at]).date.published or "")]  # type: ignore[union-attr]
    if len(timed) >= 0.7 * len(dates):
        dates = timed
    says = [at for at, header in enumerate(headers) if header is not None and header.date is None]
    if len(says) >= 0.3 * len(dates) and len(says) < len(dates) and (beside := _starts_beside_says(dates, says)):
        starts, stop = beside, len(lines)
    elif says and len(says) >= 0.6 * len(dates):
        above = lines[: dates[0]] if dates and dates[0] < says[0] else ()
        if (
            headed
            and any(_reads_like_text(reader, line) and not reader.is_label(line) for line in above)
            and len(dates) >= len(says)
        ):
            starts, stop = _behind(dates)  # the first name is not printed, its text is
        else:
            starts, stop = _starts_of_says(dates, says), len(lines)
    elif dates:
        authored = [at for at in dates if _header(headers[at]).author]
        if 2 * len(authored) < len(dates):
            dates = [at for at in dates if not _header(headers[at]).author]
        starts, stop = _starts_of_dates(reader, lines, dates, 2 * len(authored) >= len(dates), headed)
    else:
        return []
    ends = [*starts[1:], stop]
    if len(starts) > 2 and starts == dates and _stand_under_titles(reader, lines, starts):
        ends = [*(start - 1 for start in starts[1:]), len(lines)]
    return [list(lines[start:end]) for start, end in zip(starts, ends, strict=True) if end > start]


def _stand_under_titles(reader: LineReader, lines: Sequence[Line], starts: list[int]) -> bool:
    """Say whether each header has a line of its own above it, as in forums where comments have titles."""
    if starts[0] == 0 or reader.is_label(lines[starts[0] - 1]):
        return False
    short = sum(_is_short_block(lines, start - 1) for start in starts)
    return _is_short_block(lines, starts[0] - 1) and short >= 0.9 * len(starts)


def _is_short_block(lines: Sequence[Line], at: int) -> bool:
    line = lines[at]
    return line.end - line.start <= _LONG and (at == 0 or line.blank_before)


def _header(header: Header | None) -> Header:
    assert header is not None
    return header


def _shows_year(header: Header) -> bool:
    return header.date is not None and header.date.defect in ("", "order_open", "unknown_month")


def _starts_beside_says(dates: list[int], says: list[int]) -> list[int]:
    """Return where entries start that show a date each, most with "NAME says:" right above or below; else nothing."""
    at_dates, at_says = set(dates), set(says)
    if 0.8 * len(says) <= sum(at + 1 in at_dates for at in says):
        return [at - 1 if at - 1 in at_says else at for at in dates]
    return dates if 0.8 * len(says) <= sum(at - 1 in at_dates for at in says) else []


def _starts_of_says(dates: list[int], says: list[int]) -> list[int]:
    """Return where entries start that begin with "NAME says:", the date's line before it or behind."""
    if not dates:
        return says
    at_dates = set(dates)
    paired = [at for at in says if at == says[0] or at + 1 in at_dates or at - 1 in at_dates]
    if dates[0] < says[0]:
        above = [at for at in says if at - 1 in at_dates]
        return [at - 1 for at in above] if 2 * len(above) >= len(says) else says
    return paired if 2 * len(paired) >= len(says) else says


def _starts_of_dates(
    reader: LineReader, lines: Sequence[Line], dates: list[int], authored: bool, headed: bool
) -> tuple[list[int], int]:
    """Return where entries start that have a date each, and where the last one ends."""
    before, behind = lines[: dates[0]], lines[dates[-1] + 1 :]
    real_before = [line for line in before if not reader.is_label(line)]
    real_behind = [line for line in behind if not reader.is_label(line)]
    long_before = any(_reads_like_text(reader, line) for line in real_before)
    # right behind the last date stands its text, or the page's own lines
    long_behind = any(_reads_like_text(reader, line) for line in _without_items(real_behind[:3]))
    head = not real_before or long_behind or (not long_before and bool(real_behind))
    if not headed:
        head = long_behind and not _close_entries(reader, lines, dates)
    elif long_before and (_close_entries(reader, lines, dates) or _texts_stand_above(reader, lines, dates)):
        head = False
    if authored:
        return (dates, len(lines)) if head else _behind(dates)
    at_dates = set(dates)
    names_above = [at for at in dates if _name_near(reader, lines, at, -1, at_dates)]
    names_below = [at for at in dates if _name_near(reader, lines, at, 1, at_dates)]
    if head:
        ends_with_name = bool(real_behind) and reader.name(real_behind[-1]) is not None
        if len(names_above) >= max(0.3 * len(dates), len(names_below)) and (real_before or not ends_with_name):
            above = set(names_above)
            return sorted({_name_start(reader, lines, at) if at in above else at for at in dates}), len(lines)
        return dates, len(lines)
    # above the first entry its name stands, or behind the last one: what is below dates else is the next one's
    begin_with_name = reader.name(real_before[0]) is not None if headed and real_before else not headed
    if len(names_below) >= 0.3 * len(dates) and (not begin_with_name or (not headed and names_below[-1] == dates[-1])):
        below = set(names_below)
        return _behind([at + 1 if at in below else at for at in dates])
    starts, stop = _behind(dates)
    if len(names_below) >= 0.5 * len(dates):
        starts[0] = _first_name(reader, before)
    return starts, stop


def _texts_stand_above(reader: LineReader, lines: Sequence[Line], dates: list[int]) -> bool:
    """Say whether two lines of text at least stand above the first date, and fewer behind the last one."""
    before = sum(_reads_like_text(reader, line) for line in lines[: dates[0]] if not reader.is_label(line))
    behind = sum(_reads_like_text(reader, line) for line in _without_items(lines[dates[-1] + 1 :]))
    return before >= 2 and behind <= 1


def _close_entries(reader: LineReader, lines: Sequence[Line], dates: list[int]) -> bool:
    """Say whether dates stand right behind buttons, the first one too: then they end entries."""
    labelled = sum(reader.is_label(lines[at - 1]) for at in dates if at)
    return dates[0] > 0 and reader.is_label(lines[dates[0] - 1]) and labelled >= 0.6 * len(dates)


def _first_name(reader: LineReader, before: Sequence[Line]) -> int:
    """Return where the first entry begins above the first date: at a name printed twice, else at the first name."""
    names = [reader.name(line) for line in before]
    for at in range(len(before) - 2, 0, -1):
        if names[at] is not None and names[at] == names[at - 1]:
            return at - 1
    return 0


def _without_items(lines: Sequence[Line]) -> Iterator[Line]:
    """Yield the lines that are no items of a list, nor what is wrapped below one."""
    margin = -1
    for line in lines:
        if line.mark:
            margin = line.indent
        elif margin < 0 or line.blank_before or line.indent <= margin:
            margin = -1
            yield line


def _reads_like_text(reader: LineReader, line: Line) -> bool:
    return line.end - line.start > _LONG or reader.name(line) is None


def _behind(lasts: list[int]) -> tuple[list[int], int]:
    """Return where entries start whose last lines are given, the first at the top, and where the last one ends."""
    return [0, *(at + 1 for at in lasts[:-1])], lasts[-1] + 1


def _name_near(reader: LineReader, lines: Sequence[Line], at: int, step: int, dates: set[int]) -> bool:
    near = at + step
    while 0 <= near < len(lines) and abs(near - at) < 4 and reader.is_label(lines[near]):
        near += step
    if not 0 <= near < len(lines) or near in dates:
        return False
    return reader.name(lines[near]) is not None


def _name_start(reader: LineReader, lines: Sequence[Line], at: int) -> int:
    """Return the line of the name above a date, and of its repetition by a picture's text."""
    start = at - 1
    while start > 0 and reader.is_label(lines[start]):
        start -= 1
    name = reader.name(lines[start])
    while start > 0 and name is not None and reader.name(lines[start - 1]) == name:
        start -= 1
    return start


def cut_at_labels(reader: LineReader, lines: Sequence[Line], declared: int | None) -> list[list[Line]]:
    """Cut behind each Reply or Like button, where a page shows neither list nor dates."""
    entries: list[list[Line]] = [[]]
    closed = False
    for line in lines:
        if reader.is_label(line):
            closed = bool(entries[-1])
        elif closed:
            entries.append([])
            closed = False
        if closed or not reader.is_label(line):
            entries[-1].append(line)
    complete = [entry for entry in entries if entry and reader.is_label(entry[-1])]
    if declared is None or not 0.5 * declared <= len(complete) <= 1.5 * declared:
        return []
    return complete
