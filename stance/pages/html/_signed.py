"""Talk pages of MediaWiki: nothing marks a comment but the signature behind it, and indents show who answers whom."""

import re
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import unquote

from stance.pages.dates import DateMatch
from stance.pages.html._entries.tree import Tree
from stance.pages.html._slots.times import date_in
from stance.pages.markup import clean_text

SIGN = b"mw-"
_SIGNED = re.compile(r"\d[^()]{6,50}\([A-Z]{2,5}\)\W{0,3}$")
_USER = re.compile(r"(?:^|[/=])[^/=?&#:]{2,30}:([^/?&#:]+)")
_BREAKS = frozenset(("h1", "h2", "h3"))
_LISTS = frozenset(("dl", "ul", "ol"))
_EDGES = " \t\n-–—~"


class Signed(NamedTuple):
    """A signed comment: its author, the date as shown, its text, and the place of what it answers."""

    author: str
    shown: tuple[str, DateMatch]
    text: str
    parent: int | None


class _Line(NamedTuple):
    start: int
    end: int
    depth: int
    is_heading: bool


def read_signed(tree: Tree) -> list[Signed]:
    """Return the signed comments of a talk page; a heading ends what was begun and answers nothing."""
    found: list[Signed] = []
    above: list[tuple[int, int]] = []  # depth and place of what may be answered
    words: list[str] = []
    for line in _lines(tree):
        if line.is_heading:
            above, words = [], []
            continue
        shown = " ".join("".join(tree.texts[line.start : line.end]).split())
        signature = _signature(tree, line) if _SIGNED.search(shown) else None
        if signature is None:
            words.append(shown)
            continue
        author, first = signature
        date = date_in(" ".join("".join(tree.texts[first : line.end]).split()))
        if date is None:
            words.append(shown)
            continue
        own = " ".join("".join(tree.texts[line.start : first]).split()).rstrip(_EDGES)
        text = clean_text("\n\n".join(each for each in (*words, own) if each))
        while above and above[-1][0] >= line.depth:
            above.pop()
        found.append(Signed(author, (shown, date), text, above[-1][1] if above else None))
        above.append((line.depth, len(found) - 1))
        words = []
    return found


def _lines(tree: Tree) -> Iterator[_Line]:
    """Yield the lines of a page with how many lists stand around them."""
    depths: list[int] = []
    for place, parent in enumerate(tree.parents):
        depths.append((depths[parent] if parent >= 0 else 0) + (tree.tags[place] in _LISTS))
    start = 0
    for text in range(1, len(tree.texts) + 1):
        if text < len(tree.texts) and tree.lines[text] == tree.lines[start]:
            continue
        place = tree.owners[start]
        while place > 0 and tree.kinds[place].is_inline:
            place = tree.parents[place]
        yield _Line(start, text, depths[place], tree.tags[place] in _BREAKS)
        start = text


def _signature(tree: Tree, line: _Line) -> tuple[str, int] | None:
    """Return the author of a signed line and the first text of the signature: links to one user, then the date."""
    first, name, user = -1, "", ""
    for text in range(line.end - 1, line.start - 1, -1):
        place = tree.owners[text]
        while place > 0 and tree.tags[place] != "a" and tree.kinds[place].is_inline:
            place = tree.parents[place]
        found = _USER.search(tree.attributes[place].get("href") or "") if tree.tags[place] == "a" else None
        if found is None:
            continue
        if user and found[1] != user:
            break
        user, first, name = found[1], text, " ".join(tree.words(place).split())
    if first < 0:
        return None
    return name or unquote(user).replace("_", " "), first
