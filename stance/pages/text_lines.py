"""The lines of a text dump that are not blank, with their indentation and list marks."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from stance.pages.dates import MONTH


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


# "4. August 2012" and "4. 8. 2012" are dates of their own, no fourth item
_NO_DATE = rf"(?![^\S\n]{{0,2}}(?:{MONTH}[^\S\n.,]{{0,2}}[\d,.]|[01]?\d\.[^\S\n]?(?:\d\d){{1,2}}\b))"


_LINE = re.compile(
    rf"^(?=[^\S\n]*+\S)([^\S\n]*+)((?:\d{{1,5}}\.{_NO_DATE}|[•◦▪‣])(?:[^\S\n]++|$))?+(\S[^\n]*+)?",
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
