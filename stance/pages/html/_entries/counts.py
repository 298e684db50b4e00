"""What the entries of a page hold of their own, and how well a group of elements would do for a thread's entries."""

import re
from collections import Counter
from itertools import accumulate
from math import sqrt

from stance.pages.html._entries import marks
from stance.pages.html._entries.records import Record
from stance.pages.html._entries.tree import Tree

_DATED = re.compile(
    r"(?<!\d)(?:19|20)\d\d(?!\d)|\d\d?[:h.]\d\d(?!\d)|\d\d?[/.]\d\d?[/.]\d\d"
    r"|\b\d{1,2} ?[a-zà-ž]{1,8} (?:ago|geleden)|\b(?:hace|vor|il y a) \d",
    re.IGNORECASE,
)
_PROSE = frozenset(
    ["p", "br", "a", "em", "strong", "i", "b", "blockquote", "ul", "li", "ol", "img", "code", "pre", "span"]
)
_LONGEST_DATED = 200
_WORDS_OF_A_HEADLINE = 4
_ENOUGH = 400
_SHORT = 60


def _is_dated(attributes: dict[str, str | None]) -> bool:
    title = attributes.get("title") or ""
    return marks.machine_time(attributes) is not None or (len(title) < _SHORT and _DATED.search(title) is not None)


def _inside(tree: Tree, tops: list[int]) -> list[bool]:
    """Return for each element of a page whether it is one of some or stands inside one."""
    found, end = [False] * len(tree.tags), 0
    for place in tops:
        if place >= end:
            end = tree.ends[place]
            found[place:end] = [True] * (end - place)
    return found


class Counts:
    """Characters, links and dates of a page by text, so that those of any element are a difference of two numbers.

    `aside`: by element, whether it stands in a box beside the page. `dated` is empty until `find_dates`.
    """

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.aside = _inside(tree, tree.called("is_aside"))
        lengths = list(map(len, tree.texts))
        self.chars = list(accumulate(lengths, initial=0))
        linked = [0] * len(lengths)
        for link in tree.links:
            texts = slice(tree.text_from[link], tree.text_to[link])
            linked[texts] = lengths[texts]
        self.linked = list(accumulate(linked, initial=0))
        self.dated: list[int] = []
        self.plain = self.chars

    def find_dates(self) -> None:
        """Count, for each text, how many before it look like a date, and the characters of those that do not."""
        tree = self.tree
        times = {
            tree.text_from[place]
            for place, attributes in enumerate(tree.attributes)
            if attributes and (tree.tags[place] == "time" or _is_dated(attributes))
        }
        heads = (words if len(words) < _LONGEST_DATED else words[:_SHORT] for words in tree.texts)
        is_dated = [text in times or _DATED.search(head) is not None for text, head in enumerate(heads)]
        self.dated = list(accumulate(is_dated, initial=0))
        lengths = map(len, tree.texts)
        plain = (0 if dated and length < _SHORT else length for dated, length in zip(is_dated, lengths, strict=True))
        self.plain = list(accumulate(plain, initial=0))

    def _own(self, record: Record) -> tuple[int, int, int, int]:
        """Return the characters of an entry's own, those in links, how many of its texts are dated, those without."""
        tree = self.tree
        start = tree.text_from[record.start]
        end = max(tree.text_to[record.start], tree.text_to[record.end - 1])
        inside = [(tree.text_from[top], tree.text_to[top]) for inner in record.nested for top in inner.tops(tree)]
        arrays = (self.chars, self.linked, self.dated, self.plain) if self.dated else (self.chars, self.linked)
        counts = [array[end] - array[start] for array in arrays]
        if inside:
            counts = [
                count - sum([array[last] - array[first] for first, last in inside])
                for count, array in zip(counts, arrays, strict=True)
            ]
        return (counts[0], counts[1], counts[2], counts[3]) if self.dated else (counts[0], counts[1], 0, counts[0])

    def score(self, records: list[Record], is_marked: bool) -> float:
        """Return how well elements would do for entries, 0 where too few show a date and words of their own."""
        total, complete, dated_entries = 0.0, 0, 0
        owned = [self._own(record) for record in records]
        usual = sum(chars - linked for chars, linked, _, _ in owned) / len(owned)
        for record, (chars, linked, dated, plain) in zip(records, owned, strict=True):
            words = chars - linked
            if words < (1 if is_marked else 2) or plain < 1:
                continue
            if linked > 3 * max(words, usual) and not is_marked:
                continue
            dated_entries += dated > 0
            worth = min(1.0, 4 / dated) if dated else 0.25 if is_marked or self._is_parted(record) else 0.0
            complete += worth > 0
            total += worth * sqrt(min(words, plain, _ENOUGH))
        if complete < 2 and not is_marked:
            return 0.0
        share = complete / len(records)
        if share < 0.5 or (len(records) < 3 and not is_marked and dated_entries < 2):
            return 0.0
        return total * share * share * (2.0 if is_marked else 1.0)

    def _is_parted(self, record: Record) -> bool:
        """Tell whether an entry without a date has at least a short line and a longer one."""
        tree = self.tree
        start, end = tree.text_from[record.start], tree.text_to[record.end - 1]
        if end - start < 2:
            return False
        first = tree.lines[start]
        head = 0
        while start < end and tree.lines[start] == first:
            head += len(tree.texts[start])
            start += 1
        return start < end and head < 60 and tree.ends[record.start] - record.start > 2

    def likeness(self, records: list[Record]) -> float:
        """Return how far entries are built alike: the share of their elements that most of them have."""
        signs = self.tree.signs
        shapes = []
        for record in records:
            end = record.nested[0].start if record.nested else record.end
            shapes.append({sign for sign in signs[record.start + 1 : end] if sign not in _PROSE})
        counts = Counter(sign for shape in shapes for sign in shape)
        shared = {sign for sign, count in counts.items() if count >= 0.7 * len(records)}
        shares = [len(shape & shared) / len(shape) for shape in shapes if shape]
        return 0.3 + 0.7 * sum(shares) / len(shares) if shares else 1.0

    def are_teasers(self, records: list[Record]) -> bool:
        """Tell whether entries tell of other pages: more than 3 in 10 have a headline that leads there.

        An address that recurs is no headline's: people come back, and some have names of four words.
        """
        headlines = Counter(headline for record in records if (headline := self.headline(record)))
        return sum(count == 1 for count in headlines.values()) > 0.3 * len(records)

    def headline(self, record: Record) -> str:
        """Return the address of the line of an entry that is a link of several words to another page, "" for none."""
        tree = self.tree
        for place in tree.links_in(record.start, record.nested[0].start if record.nested else record.end):
            href = tree.attributes[place].get("href") or ""
            if "#" in href or not href or href.startswith("javascript"):
                continue
            start, end = tree.text_from[place], tree.text_to[place]
            words = [word for text in tree.texts[start:end] if len(text.strip()) > 1 for word in text.split()]
            if len(words) < _WORDS_OF_A_HEADLINE:
                continue
            line = tree.lines[start]
            alone = (start == 0 or tree.lines[start - 1] != line) and (
                end >= len(tree.lines) or tree.lines[end] != line
            )
            if alone and _DATED.search(" ".join(words)) is None:
                return href
        return ""
