"""Entries laid out for comparison: their lines, their elements by path, and what the page itself prints in them."""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from stance.pages.dates import DateMatch, find_date
from stance.pages.html._entries.records import Record
from stance.pages.html._entries.tree import Tree

LONGEST_LINE = 240
FEWEST = 3  # to compare what varies and what agrees
FEW = 4
NEARLY_ALL = 0.9
_MOST_BROTHERS = 8
_LEVELS_OF_BROTHERS = 4
_WRITTEN = frozenset(("p", "br", "li", "em", "i", "q", "blockquote", "img", "pre", "code"))  # in which people write
_DIGITS = re.compile(r"\d+")
_TITLES = frozenset(("h2", "h3", "h4", "h5", "h6"))
_LINES_EACH = 1.5
LEFT_BESIDE = 60
_LEFT_IN_A_SPLIT_LINE = 4
_LEFT_BESIDE_IN_FEW = 15


class Line(NamedTuple):
    """A line of an entry: its texts from `start` up to `end`, its words, and the path of its block.

    `flat`: the words as they are compared, "" where they are too long.
    """

    start: int
    end: int
    words: str
    path: int
    flat: str


class When(NamedTuple):
    """A date of an entry: for machines (`published`) or as shown in a `line`, and the texts that hold it."""

    published: str | None
    line: str
    date: DateMatch | None
    texts: tuple[int, int]


@dataclass(slots=True)
class Entry:
    """An entry laid out: its lines, the places of its elements by path, and its slots as far as they are found.

    `is_ping`: it was known for one when it was laid out. `starts`: the first texts of the lines. `who`: the texts that
    show the author. `body`: the element with its words, where a platform's marks tell it.
    """

    record: Record
    is_ping: bool
    lines: list[Line]
    elements: dict[int, list[int]]
    starts: list[int]
    chrome: set[int] = field(default_factory=set)
    dates: list[tuple[tuple[str, int], When]] = field(default_factory=list)
    when: When | None = None
    author: str | None = None
    who: tuple[int, int] | None = None
    body: int | None = None

    def line_at(self, text: int) -> int:
        """Return the number of the line that a text stands in, -1 for none."""
        number = bisect_right(self.starts, text) - 1
        return number if number >= 0 and text < self.lines[number].end else -1


class Layout:
    """The entries of a thread, laid out. `usual` are those that are no pings.

    `common`: lines that nearly all have at one place. `titles`: paths of headings that most have. `said`: words that
    stand around names. `is_split`: entries are one line each, whose inline elements are taken as lines.
    """

    def __init__(self, tree: Tree, records: Sequence[Record]) -> None:
        self.tree = tree
        self.paths: dict[tuple[int, str], int] = {(-1, ""): 0}
        self.is_split = self.has_bold_titles = False
        self.has_quotes = "blockquote" in tree.tags
        self.wordy: set[int] = set()
        self.whole: set[int] = set()
        self.kept = self._kept(records)
        self.ordered: set[tuple[int, str]] = set()
        self.entries = [self._lay_out(record) for record in records]
        for _ in range(_LEVELS_OF_BROTHERS):  # each round parts what stands in those that the last one parted
            found = self._ordered_signs() - self.ordered
            if not found:
                break
            self.ordered |= found
            self.entries = [self._lay_out(record) for record in records]
        self.usual = [entry for entry in self.entries if not entry.is_ping] or self.entries
        if sum(len(entry.lines) for entry in self.usual) < _LINES_EACH * len(self.usual):
            self.is_split = True  # all stands in one line: its inline elements are what parts it
            self.entries = [self._lay_out(record) for record in records]
            self.usual = [entry for entry in self.entries if not entry.is_ping] or self.entries
        self.common = self.common_lines(lambda line: line.flat)
        self.counted: set[str] = set()
        self.titles = self._title_paths()
        self.said: set[str] = set()
        self._dates: dict[str, DateMatch | None] = {}

    def _lay_out(self, record: Record) -> Entry:
        tree, paths = self.tree, self.paths
        path_of: dict[int, int] = {record.start: 0}
        elements: dict[int, list[int]] = {0: [record.start]}
        chrome: set[int] = set()
        brothers: dict[tuple[int, str], int] = {}
        for start, end in record.own():
            for place in range(max(start, record.start + 1), end):
                kind = tree.kinds[place]
                key = (path_of.get(tree.parents[place], -1), kind.sign)
                if self.ordered:
                    key = self.number(key, tree.parents[place], brothers)
                path = paths.setdefault(key, len(paths))
                path_of[place] = path
                if path in elements:
                    elements[path].append(place)
                else:
                    elements[path] = [place]
                if kind.is_chrome and kind.sign not in self.kept:
                    if "reply" in kind.classes and self._is_whole(record, place):
                        self.whole.add(place)
                    else:
                        chrome.update(range(tree.text_from[place], tree.text_to[place]))
                elif kind.tag == "time":
                    chrome.update(range(tree.text_from[place], tree.text_to[place]))
        lines = self._lines(record, path_of)
        return Entry(record, record.is_ping, lines, elements, [line.start for line in lines], chrome)

    def _is_whole(self, record: Record, place: int) -> bool:
        """Tell whether an element holds all that its entry shows: an answer is called so too."""
        tree = self.tree
        end = tree.text_from[record.nested[0].start] if record.nested else tree.text_to[record.end - 1]
        return tree.text_from[place] == tree.text_from[record.start] and tree.text_to[place] >= end

    def number(self, key: tuple[int, str], parent: int, brothers: dict[tuple[int, str], int]) -> tuple[int, str]:
        """Return the path above and the sign of an element, with its number where all entries have as many brothers.

        `brothers`: how many of them were met under their parent.
        """
        if key not in self.ordered:
            return key
        count = brothers[parent, key[1]] = brothers.get((parent, key[1]), -1) + 1
        return key[0], f"{key[1]}.{count}"

    def _ordered_signs(self) -> set[tuple[int, str]]:
        """Return the paths above and signs of which nearly all entries have the same number, more than one: two cells
        of a table, three links in a byline. The first of them is not like the second.
        """
        tree = self.tree
        several = {path for entry in self.entries for path, places in entry.elements.items() if len(places) > 1}
        above = {path: key for key, path in self.paths.items()} if several else {}
        found = set()
        for path in several - {0}:
            brothers = [places for entry in self.entries if (places := entry.elements.get(path))]
            if tree.tags[brothers[0][0]] not in _WRITTEN:
                sizes = sorted(
                    size for places in brothers for size in Counter([tree.parents[place] for place in places]).values()
                )
                size = sizes[len(sizes) // 2]
                if 1 < size <= _MOST_BROTHERS and sizes.count(size) >= max(2, NEARLY_ALL * len(sizes)):
                    found.add(above[path])
        return found

    def _kept(self, records: Sequence[Record]) -> set[str]:
        """Return the signs of elements that hold most of what entries say, or a quotation in nearly each of them: no
        chrome and no quotations, whatever they are called.
        """
        tree, total = self.tree, 0
        sizes: Counter[str] = Counter()
        quoting: Counter[str] = Counter()
        for record in records:
            total += self._size(record.start, record.end) - sum(self._size(x.start, x.end) for x in record.nested)
            quotes = set()
            for first, last in record.own():
                for place, kind in enumerate(tree.kinds[first:last], first):
                    if kind.is_chrome:
                        sizes[kind.sign] += self._size(place, place + 1)
                    if kind.is_quote:
                        quotes.add(kind.sign)
            quoting.update(quotes)
        kept = {sign for sign, size in sizes.items() if size > 0.5 * total and len(records) > 1}
        return kept | {sign for sign, count in quoting.items() if count >= NEARLY_ALL * len(records)}

    def _size(self, first: int, last: int) -> int:
        """Return how many characters the elements of some places hold."""
        tree = self.tree
        return sum(map(len, tree.texts[tree.text_from[first] : tree.text_to[last - 1]]))

    def is_chrome(self, place: int) -> bool:
        """Tell whether the marks of an element call it a button, a counter, a picture or a form."""
        kind = self.tree.kinds[place]
        return kind.is_chrome and kind.sign not in self.kept and place not in self.whole

    def called_alike(self, path: int) -> list[int]:
        """Return the other paths that end alike: in the same tag and class, in a tag within such a one, or `time`."""
        above = list(self.paths)  # in the order of their numbers
        end = self._end(above, path)
        return (
            [number for number in range(1, len(above)) if number != path and self._end(above, number) == end]
            if end
            else []
        )

    def _end(self, above: list[tuple[int, str]], path: int) -> tuple[str, ...]:
        parent, sign = above[path]
        if "." in sign.rstrip(".0123456789") or sign == "time":
            return (sign,)
        around = above[parent][1] if parent > 0 else ""
        return (around, sign) if "." in around.rstrip(".0123456789") else ()

    def is_quoted(self, entry: Entry, text: int) -> bool:
        """Tell whether a text stands in what an entry quotes."""
        place = self.tree.owners[text]
        while place > entry.record.start and self.tree.tags[place] != "blockquote":
            place = self.tree.parents[place]
        return place > entry.record.start

    def is_quote(self, place: int) -> bool:
        """Tell whether the marks of an element that is no blockquote say that it holds what is quoted."""
        kind = self.tree.kinds[place]
        return kind.is_quote and kind.sign not in self.kept

    def _lines(self, record: Record, path_of: dict[int, int]) -> list[Line]:
        tree = self.tree
        hidden = {}
        for top in (top for inner in record.nested for top in inner.tops(tree)):
            if tree.text_to[top] > tree.text_from[top]:
                hidden[tree.text_from[top]] = tree.text_to[top]
        lines: list[Line] = []
        text, last = tree.text_from[record.start], max(tree.text_to[place] for place in record.tops(tree))
        while text < last:
            if text in hidden:
                text = hidden[text]
                continue
            start, number, place = text, tree.lines[text], self._part(text, record)
            while text < last and tree.lines[text] == number and text not in hidden:
                if self.is_split and self._part(text, record) != place:
                    break
                text += 1
            words = tree.line(start, text)
            if words:
                lines.append(
                    Line(start, text, words, path_of.get(place, -1), flat(words) if len(words) <= LONGEST_LINE else "")
                )
        return lines

    def _part(self, text: int, record: Record) -> int:
        """Return the block that a text stands in, or where lines are split, the inline element in that block."""
        tree, place = self.tree, self.tree.owners[text]
        inner = place
        while place > record.start and tree.kinds[place].is_inline:
            inner, place = place, tree.parents[place]
        return inner if self.is_split and tree.kinds[inner].is_inline else place

    def common_lines(self, key: Callable[[Line], str]) -> set[str]:
        """Return what lines are to be compared by, where nearly all entries have the same at one place."""
        at_place: dict[tuple[int, int], list[str]] = {}  # by path and number of the line, negative from the end
        for entry in self.usual:
            by_path: dict[int, list[str]] = {}
            for line in entry.lines:
                by_path.setdefault(line.path, []).append(key(line) if len(line.words) <= LONGEST_LINE else "")
            for path, words in by_path.items():
                for place, each in enumerate(words):
                    at_place.setdefault((path, place), []).append(each)
                    at_place.setdefault((path, place - len(words)), []).append(each)
        common = set()
        needed = max(min(len(self.usual), FEWEST), 0.4 * len(self.usual), 2)
        for words in at_place.values():
            if len(words) >= needed:
                commonest = sorted(words)[len(words) // 2]  # what nearly all have stands in the middle too
                if words.count(commonest) >= max(needed, NEARLY_ALL * len(words)):
                    common.add(commonest)
        return common - {""}

    def _title_paths(self) -> set[int]:
        counts = Counter(
            path
            for entry in self.usual
            for path, places in entry.elements.items()
            if self.tree.tags[places[0]] in _TITLES and places[0] + 1 < entry.record.end
        )
        return {path for path, count in counts.items() if count >= 0.6 * len(self.usual)}

    def is_common(self, words: str) -> bool:
        """Tell whether a line as it is compared is the page's own."""
        return words in self.common or (bool(words and self.counted) and _DIGITS.sub("0", words) in self.counted)

    def find_date(self, words: str) -> DateMatch | None:
        """Return the first date in some words; the same words are often asked for."""
        if words not in self._dates:
            self._dates[words] = find_date(words)
        return self._dates[words]

    def drop_dated_titles(self) -> None:
        """Take headings that hold the time for no titles: they hold the name too."""
        tree = self.tree
        for path in list(self.titles):
            held = [
                tree.text_from[places[0]] <= entry.when.texts[0] < tree.text_to[places[0]]
                for entry in self.usual
                if entry.when is not None and (places := entry.elements.get(path))
            ]
            if sum(held) > 0.5 * len(self.usual):
                self.titles.discard(path)

    def stands_inside(self, path: int, around: int) -> bool:
        """Tell whether elements of one path stand inside those of another."""
        for entry in self.usual:
            if path in entry.elements and around in entry.elements:
                return self.tree.is_inside(entry.elements[path][0], entry.elements[around][0])
        return False

    def is_meta(self, entry: Entry, line: Line) -> bool:
        """Tell whether a line holds author or time and little else, or is the page's own."""
        if self.is_common(line.flat) or line.path in self.titles:
            return True
        if line.start in entry.chrome and entry.chrome.issuperset(range(line.start, line.end)):
            return True
        left = len(line.words)
        holds = entry.who is not None and entry.who[0] < line.end and line.start < entry.who[1]
        if holds:
            if line.path in self.wordy:
                return False
            left -= len(entry.author or "")
        when = entry.when
        if when is not None and when.texts[0] < line.end and line.start < max(when.texts[1], when.texts[0] + 1):
            if when.date is not None and when.line == line.words:
                holds, left = True, left - (when.date.end - when.date.start)
            elif when.texts[1] > when.texts[0]:
                holds, left = True, left - sum(len(self.tree.texts[text]) for text in range(*when.texts))
        if self.is_split:
            return holds and left <= _LEFT_IN_A_SPLIT_LINE
        is_alone = len(self.usual) < FEWEST and entry.who is None
        return holds and left <= (_LEFT_BESIDE_IN_FEW if is_alone else LEFT_BESIDE)


def flat(words: str) -> str:
    """Return a line as it is compared with others: in lower case, digits as 0 where the line is no name.

    >>> flat("Joined: 2005-03-01"), flat("#17"), flat("Reader 7")
    ('joined: 0-0-0', '#0', 'reader 7')
    """
    words = words.lower()
    return _DIGITS.sub("0", words) if ":" in words or not words[:1].isalpha() else words
