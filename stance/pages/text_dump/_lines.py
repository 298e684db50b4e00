"""The lines of a text dump that are not blank, with their indentation and list marks, and what each can say."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from stance.pages.dates import MONTH, DateMatch
from stance.pages.text_dump._phrases.dates import date_in
from stance.pages.text_dump._phrases.habits import NONE, Family, Habits, flat, learn, tokens
from stance.pages.text_dump._phrases.headers import LONGEST_HEADER, Header, name_of, read_header
from stance.pages.text_dump._phrases.labels import is_label, ping_label_length


class Line(NamedTuple):
    """A line that is not blank: where its words start and end in the page, and how it stands there.

    `start` is behind the list mark, `outset` before it. `indent` counts the white space before both.
    `mark` is "" or the list mark ("12.", "•"). `blank_before`: a blank line stands before it.
    """

    start: int
    end: int
    outset: int
    indent: int
    mark: str
    blank_before: bool


# "4. August 2012" and "4. 8. 2012" are dates of their own, no fourth item; "4. August 8, 2012" and "4. 08.12, 2012" are
_NO_DATE = (
    rf"(?![^\S\n]{{0,2}}(?:{MONTH}(?!\.?[^\S\n]{{0,2}}\d\d?(?:st|nd|rd|th)?,?[^\S\n]{{0,2}}(?:19|20)\d\d)"
    r"[^\S\n.,]{0,2}[\d,.]|[01]?\d\.[^\S\n]?(?:(?:19|20)\d\d|\d\d(?!\.\d\d|,?[^\S\n]?(?:19|20)\d\d))\b))"
)
_LINE = re.compile(
    rf"^(?=[^\S\n]*+\S)([^\S\n]*+)((?:\d{{1,5}}\.{_NO_DATE}|[•◦▪‣□■○●▫◆])(?:[^\S\n]++|$))?+(\S[^\n]*+)?",
    re.MULTILINE | re.IGNORECASE,
)


def split_lines(page: str, start: int) -> Iterator[Line]:
    """Yield the lines from `start` on. Only what renderers print marks a list item: "12." and bullets, no dashes."""
    before = start
    for match in _LINE.finditer(page, start):
        whole, indent, mark, words = match.regs
        first, end = words
        if first < 0:
            first = end = mark[1]
        outset = indent[1]
        blank_before = whole[0] - before > 1
        before = end
        if end > first and page[end - 1].isspace():
            end = first + len(page[first:end].rstrip())
        shown = page[mark[0] : mark[1]].rstrip() if mark[0] >= 0 else ""
        # half the time of Line(...), which counts where a page has a million lines
        yield tuple.__new__(Line, (first, end, outset, outset - indent[0], shown, blank_before))


_LEARNED_FROM = 4_000


class LineReader:
    """Reads lines of one page, each once, in the order of day and month that the page keeps."""

    def __init__(self, page: str, day_first: bool | None = None, habits: Habits = NONE) -> None:
        self.page = page
        self.day_first = day_first
        self.habits = habits
        self._headers: dict[str, Header | None] = {}
        self._labels: dict[str, bool] = {}

    def words(self, line: Line) -> str:
        """Return the words of a line without its list mark."""
        return self.page[line.start : line.end]

    def header(self, line: Line) -> Header | None:
        """Return the date and name in a line, None where it is neither."""
        start, end = line[:2]
        if end - start > LONGEST_HEADER:
            return None
        words = self.page[start:end]
        try:
            return self._headers[words]
        except KeyError:
            found = self._headers[words] = read_header(words, self.day_first, self.habits)
            return found

    def is_label(self, line: Line) -> bool:
        """Say whether a line is a button's label or the like."""
        start, end = line[:2]
        if end - start > 80:
            return False
        words = self.page[start:end]
        try:
            return self._labels[words]
        except KeyError:
            found = self._labels[words] = is_label(words) or self._recurs(words)
            return found

    def _recurs(self, words: str) -> bool:
        """Say whether a line stands in nearly every entry, or shows another date in each, as "Joined: May 3" does."""
        if not self.habits.size:
            return False
        if flat(words) in self.habits.labels:
            return True
        family = self.habits.family
        if family is not None and (family.close or family.follow):
            shown = tuple(tokens(words))
            if shown in (family.close, family.follow, (*family.follow, *family.close)):
                return True  # what stands behind most dates, on a line of its own
        date = date_in(words, self.day_first) if self.habits.others else None
        return date is not None and flat(words[: date.start]).strip() in self.habits.others

    def learn(self, lines: Sequence[Line]) -> None:
        """Learn what recurs in the lines of the page, of a long page from stretches of it."""
        whole = len(lines)
        if whole > _LEARNED_FROM:
            step = whole // 8
            lines = [
                line for first in range(0, whole - step + 1, step) for line in lines[first : first + _LEARNED_FROM // 8]
            ]
        dates: dict[str, DateMatch | None] = {}
        dated: list[tuple[str, str, bool]] = []
        undated: list[str] = []
        beside: list[str] = []
        before, was_dated = "", False
        marks: dict[int, int] = {}
        for line in lines:
            if line.mark:
                marks[line.indent] = marks.get(line.indent, 0) + 1
            start, end = line[:2]
            if end - start > LONGEST_HEADER:
                before, was_dated = "", False
                continue
            words = self.page[start:end]
            if words not in dates:
                dates[words] = date_in(words, self.day_first)
            date = dates[words]
            if date is not None:
                dated.append((words[: date.start], words[date.end :], "T" in (date.published or "")))
                if before:
                    beside.append(before)
                before, was_dated = "", True
            else:
                if end - start <= 80:
                    if words != before:  # a picture's text repeats the name
                        undated.append(words)
                    if was_dated or line.mark:
                        beside.append(words)
                before, was_dated = (words if end - start <= 80 else ""), False
        items = marks[min(marks)] if marks else 0
        habits = learn(dated, undated, beside, items, sum(marks.values()))
        said = {words for words in habits.labels if read_header(words, None) is not None}
        habits = self._with_one_author(habits, dated)
        size = habits.size * whole // max(1, len(lines))
        self.habits = habits._replace(labels=habits.labels - said, size=size)

    def _with_one_author(self, habits: Habits, dated: Sequence[tuple[str, str, bool]]) -> Habits:
        """Let the known words decide where one author wrote all entries: his name too recurs in each."""
        if habits.family is None or not dated:
            return habits
        lines = [f"{before}1 May 2012{after}" for before, after, _ in dated[:20]]
        if any((header := read_header(line, None, habits)) and header.author for line in lines):
            return habits
        plain = [header for line in lines if (header := read_header(line, None))]
        said = sum(header.author is not None and header.says for header in plain)
        if 2 * said < len(lines):
            return habits
        return habits._replace(family=Family(habits.family.size, (), (), (), ()))

    def name(self, line: Line) -> str | None:
        """Return the name that the line consists of."""
        return name_of(self.page[line.start : line.end])

    def is_ping(self, line: Line) -> bool:
        """Say whether a line begins with "Pingback:" or the like."""
        return ping_label_length(self.page[line.start : min(line.end, line.start + 60)]) > 0

    def trim(self, lines: Sequence[Line]) -> tuple[int, int]:
        """Return the positions of the first and behind the last line that is no label, keeping one line at least."""
        first, last = 0, len(lines)
        while last > 1 and self.is_label(lines[last - 1]):
            last -= 1
        while first < last - 1 and self.is_label(lines[first]):
            first += 1
        return first, last
