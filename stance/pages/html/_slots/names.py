"""What may be the name of an author: of an element, beside what else an element holds, or left of a line."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import repeat

from stance.pages.dates import DateMatch, shape_of_date
from stance.pages.html._entries import marks
from stance.pages.html._entries.bylines import LONGEST_NAME, SAYING, is_lead, name_from_line, shared_ends, tidy_name
from stance.pages.html._slots.layout import FEW, FEWEST, NEARLY_ALL, Entry, Layout, Line, flat

NO_NAME = re.compile(
    r"[^\w]*[\d_\W]*|(?:\w{1,12} )?#\s?\d{1,6}|\d+ \w+|\d\d?[:.h]\d\d.{0,5}|.*(?:\(\D{0,20}|:\s?)\d{1,6}\)?"
)
_ADDITIONS = tuple(
    map(re.compile, (r"(.*[^\W_].*?) ?\([^()]*\)?", r"([^<]*[^\W_][^<]*?) ?<[^<]*", r"([^,]*[^\W_][^,]*?) ?, .*"))
)
# what parts a line into slots, where nearly all entries have it: "Town | NAME | DATE"
_PARTING = re.compile(r"\s+[|·•—–/»›>-]+\s+|\s*[|·•»›]\s*|(?<=\w):\s+|;\s+")
_UNPARTED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]{1,3}")  # Japanese, Chinese, Korean
_DATE = "\0"
_EDGES = " ,;:–—-"
_BRACKETS = frozenset(("[]", "()", "<>", "{}", "“”", "„“", "«»", "‹›", "「」", '""', "''"))
_MOST_LINES = 5
_MOST_BEHIND = 2
_FEWEST_PIECES = 3
LEAST_EVIDENCE = 0.65
LEAST_SHARE = 0.4
_MOST_TEXTS = 6
_LONGEST_TEXT = 400  # with all blanks of the markup

Key = tuple[str, int]
Name = tuple[str, int, int]  # as shown, and the texts that show it
Column = dict[int, Name]


class Names:
    """The names that elements and lines of a thread may show; what is asked for again is kept."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self._names: dict[str, tuple[str | None, bool]] = {}

    def forget(self) -> None:
        """Forget the names: more is known of the words around them."""
        self._names = {}

    def first(self, places: list[int]) -> int:
        """Return the first of some elements that shows anything: an empty anchor may stand before it."""
        tree = self.layout.tree
        for place in places:
            if tree.text_to[place] > tree.text_from[place]:
                return place
        return places[0]

    def may_show(self, place: int) -> bool:
        """Tell whether an element shows anything, and in few pieces."""
        return 0 < self.layout.tree.text_to[place] - self.layout.tree.text_from[place] <= _MOST_TEXTS

    def name_in(self, place: int) -> Name | None:
        """Return the name that an element shows; None where it shows no line of few words."""
        tree = self.layout.tree
        start, end = tree.text_from[place], tree.text_to[place]
        if not self.may_show(place) or tree.lines[start] != tree.lines[end - 1]:
            return None
        return self._name_from(place, start, end)

    def name_beside(self, place: int) -> Name | None:
        """Return the name that an element shows before or behind all else in it: "<h4>NAME <i>DATE</i></h4>"."""
        tree = self.layout.tree
        start, end = tree.text_from[place], tree.text_to[place]
        if not 1 < end - start <= _MOST_TEXTS:
            return None
        own = [text for text in range(start, end) if tree.owners[text] == place]
        return self._name_from(place, own[0], own[0] + 1) if len(own) == 1 and own[0] in (start, end - 1) else None

    def _name_from(self, place: int, start: int, end: int) -> Name | None:
        if len(self.layout.tree.texts[start]) > _LONGEST_TEXT:
            return None
        words = self.layout.tree.line(start, end)
        if words not in self._names:
            self._names[words] = self._name_of(words)
        name, is_common = self._names[words]
        if name is None or (is_common and self.evidence(place) < LEAST_EVIDENCE):
            return None
        return name, start, end

    def _name_of(self, words: str) -> tuple[str | None, bool]:
        """Return the name that some words are, and whether nearly all entries have the same."""
        if not words or len(words) > LONGEST_NAME + 40:
            return None, False
        if sum(map(str.isdigit, words)) > 2:
            date = self.layout.find_date(words)
            if (date is not None and date.published) or shape_of_date(words) is not None:
                return None, False
        name = tidy_name(words)
        is_common = flat(words) in self.layout.common and len(self.layout.usual) > FEW
        return (name if self.may_be_name(name) else None), is_common

    def may_be_name(self, name: str | None) -> bool:
        """Tell whether some words may be a name: few, no count, no label, not the words that stand around names."""
        if not name or len(name) > LONGEST_NAME or ": " in name or NO_NAME.fullmatch(name):
            return False
        if name.lower().strip(" :…") in SAYING or is_lead(name):
            return False
        return any(word.strip(".,:…") not in self.layout.said for word in name.lower().split())

    def strip_shared(self, place: int, column: Column) -> None:
        """Take off what all names of a column have around them, like "by"; a link holds a name and nothing else."""
        tree = self.layout.tree
        is_name = self.evidence(place) >= 1.0 and not any(self._is_parted(*texts) for _, *texts in column.values())
        if _holds_only_a_link(self.layout, place) or is_name or tree.tags[place] == "a":
            return
        rests, _ = shared_ends([name for name, _, _ in column.values()], self.layout.find_date)
        names = [name for name, _, _ in column.values()]
        rests = without_additions([rest or name for rest, name in zip(rests, names, strict=True)])
        for (at, (name, start, end)), rest in zip(list(column.items()), rests, strict=True):
            found = tidy_name(rest) if len(column) >= FEWEST else name_from_line(name)
            column[at] = (found or name, start, end)

    def _is_parted(self, start: int, end: int) -> bool:
        """Tell whether texts are a word and a link behind it: "by <a>NAME</a>"."""
        tree = self.layout.tree
        return tree.tags[tree.owners[start]] != "a" and tree.tags[tree.owners[end - 1]] == "a"

    def of_lines(self, asked: Iterable[tuple[int, Entry]]) -> dict[Key, Column]:
        """Return what is left of the lines of each path without dates and the words that they share."""
        asked = list(asked)
        grouped = _by_place(asked)
        columns: dict[Key, Column] = self._bare(asked)
        for key, lines in grouped.items():
            if len(lines) < LEAST_SHARE * len(self.layout.usual):
                continue
            if key[0] == "last line" and lines == grouped["line", key[1]]:
                if ("line", key[1]) in columns:
                    columns[key] = columns["line", key[1]]
                continue
            columns |= self._parts(key, lines) or self._rests(key, lines)
        return columns

    def _bare(self, asked: Iterable[tuple[int, Entry]]) -> dict[Key, Column]:
        """Return the words that stand bare in lines, each as a slot: "NAME <b>Rank</b> <i>DATE</i>"."""
        tree = self.layout.tree
        found: dict[Key, Column] = {}
        for at, entry in asked:
            for line in entry.lines:
                if line.end - line.start < _FEWEST_PIECES or len(line.words) > 2 * LONGEST_NAME:
                    continue
                block = max(entry.record.start, self._block(tree.owners[line.start]))
                bare = [text for text in range(line.start, line.end) if tree.owners[text] == block]
                for number, text in enumerate(bare[:_MOST_LINES]):
                    name = name_from_line(tree.texts[text]) if len(tree.texts[text]) <= _LONGEST_TEXT else None
                    if name and not NO_NAME.fullmatch(name):
                        found.setdefault((f"bare {number}", line.path), {}).setdefault(at, (name, text, text + 1))
        return {key: column for key, column in found.items() if len(column) >= LEAST_SHARE * len(self.layout.usual)}

    def _block(self, place: int) -> int:
        """Return the block that an element stands in."""
        tree = self.layout.tree
        while place > 0 and tree.kinds[place].is_inline:
            place = tree.parents[place]
        return place

    def _rests(self, key: Key, lines: Mapping[int, Line]) -> dict[Key, Column]:
        """Return what is left of some lines as one slot."""
        rests, shared = shared_ends([line.words for line in lines.values()], self.layout.find_date)
        named = sum(any(map(str.isalpha, rest)) for rest in rests)
        if named > 0.5 * len(rests) and len(rests) >= FEWEST:  # else they are the name of one who wrote nearly all
            self.layout.said |= shared
        column = _named(dict(zip(lines, rests, strict=True)), lines)
        return {key: column} if column else {}

    def _parts(self, key: Key, lines: Mapping[int, Line]) -> dict[Key, Column]:
        """Return the slots of lines that nearly all are parted alike, by marks and by a date: "Town | NAME | DATE";
        none where they show but one.
        """
        pieces = {at: self._pieces(line.words) for at, line in lines.items()}
        kinds = Counter(marks for _, marks in pieces.values())
        marks, count = kinds.most_common(1)[0]
        if not marks or count < NEARLY_ALL * len(lines) or len(lines) < 2:
            return {}
        alike = {at: words for at, (words, each) in pieces.items() if each == marks}
        columns: dict[Key, Column] = {}
        for number in range(len(marks) + 1):
            rests, _ = shared_ends([words[number] for words in alike.values()], _no_date)
            named = _named(dict(zip(alike, rests, strict=True)), lines)
            if len(named) >= LEAST_SHARE * len(lines):
                columns[f"{key[0]}, part {number}", key[1]] = named
        varying = {key: each for key, each in columns.items() if len({name for name, _, _ in each.values()}) > 1}
        found = varying or columns
        is_whole = len(found) == 1 and len(columns) == 1 and set(marks) == {_DATE}
        return {} if is_whole else found

    def _pieces(self, words: str) -> tuple[list[str], tuple[str, ...]]:
        """Return what marks and a date part in a line, and these marks."""
        date = self.layout.find_date(words) or shape_of_date(words)
        sides = [words] if date is None else [words[: date.start], words[date.end :]]
        pieces: list[str] = []
        marks: list[str] = []
        for number, side in enumerate(sides):
            if number:
                marks.append(_DATE)
            pieces += _PARTING.split(side)
            marks += [found.strip() for found in _PARTING.findall(side)]
        return pieces, tuple(marks)

    def evidence(self, place: int) -> float:
        """Return how much the marks of an element and of those around it speak for a name in it, from -1 to 1."""
        tree, above, evidence = self.layout.tree, place, 0.0
        for level in range(3):
            if above < 0:
                break
            attributes = tree.attributes[above]
            properties = attributes.get("itemprop") or attributes.get("rel") or ""
            found = marks.author_evidence(tree.tags[above], attributes.get("class") or "", properties)
            evidence = found if level == 0 and found else evidence or found * (1 - 0.3 * level)
            above = tree.parents[above]
        return evidence


def _by_place(asked: Iterable[tuple[int, Entry]]) -> dict[Key, dict[int, Line]]:
    """Return the short lines of entries by their path, the first and the last, and those between by their number."""
    grouped: dict[Key, dict[int, Line]] = {}
    for at, entry in asked:
        met: Counter[int] = Counter()
        left = Counter(line.path for line in entry.lines)
        for line in entry.lines:
            met[line.path] += 1
            left[line.path] -= 1
            if len(line.words) <= 2 * LONGEST_NAME:
                grouped.setdefault(("line", line.path), {}).setdefault(at, line)
                grouped.setdefault(("last line", line.path), {})[at] = line
                if 1 < met[line.path] <= _MOST_LINES:
                    grouped.setdefault((f"line {met[line.path]}", line.path), {})[at] = line
                if 0 < left[line.path] <= _MOST_BEHIND:
                    grouped.setdefault((f"line -{left[line.path] + 1}", line.path), {})[at] = line
    return grouped


def _no_date(words: str) -> DateMatch | None:
    """Return None: where lines are parted, their dates are gone."""
    return None


def without_additions(names: list[str]) -> list[str]:
    """Return names without what all of several have behind them, in brackets or behind a comma: towns, ranks.

    >>> without_additions(["reader-1 (Town)", "reader-2 (Other Town)", "reader-1 (Town)"])
    ['reader-1', 'reader-2', 'reader-1']
    """
    for pattern in _ADDITIONS:
        filled = [name for name in names if name]
        if len(filled) >= FEWEST and all(map(pattern.fullmatch, filled)):
            names = [match[1] if (match := pattern.fullmatch(name)) else name for name in names]
    return _without_honorific(_without_places(names))


def _without_places(names: list[str]) -> list[str]:
    """Return names without what all of several people have behind the same word in the midst: "reader-1 from Town"."""
    words = [name.split() for name in names if name]
    if len({tuple(each) for each in words}) < FEWEST:
        return names
    shared = set(words[0][1:-1]).intersection(*(each[1:-1] for each in words[1:]))
    parting = next((word for word in words[0][1:-1] if word in shared and word.islower()), None)
    return names if parting is None else [name.partition(f" {parting} ")[0] for name in names]


def _without_honorific(names: list[str]) -> list[str]:
    """Return names without what all of several people have at the end of theirs in a script that parts no words."""
    people = {name for name in names if name}
    if len(people) < FEWEST or min(people)[-1:].isascii():
        return names
    ends = (min(people)[-length:] for length in (3, 2, 1))
    honorific = next((end for end in ends if all(map(str.endswith, people, repeat(end)))), "")
    if _UNPARTED.fullmatch(honorific) is None or honorific in people:
        return names
    return [name.removesuffix(honorific).rstrip() for name in names]


def _named(rests: Mapping[int, str], lines: Mapping[int, Line]) -> Column:
    """Return the names in what is left of some lines."""
    names = [rest.rstrip(_EDGES) for rest in rests.values()]
    names = [name_from_line(rest) or "" for rest in without_additions(names)]
    return {
        at: (name, lines[at].start, lines[at].end)
        for at, name in zip(rests, _unwrapped(names), strict=True)
        if name and not NO_NAME.fullmatch(name)
    }


def _unwrapped(names: list[str]) -> list[str]:
    """Return names without the brackets that all of several stand in: "[reader-1]"."""
    filled = [name.strip() for name in names if name]
    if len(filled) > 1 and all(name[:1] + name[-1:] in _BRACKETS for name in filled):
        return [name.strip()[1:-1].strip() for name in names]
    return names


def _holds_only_a_link(layout: Layout, place: int) -> bool:
    """Tell whether all words of an element are those of one link in it."""
    tree = layout.tree
    first = tree.text_from[place]
    return first + 1 == tree.text_to[place] and tree.tags[tree.owners[first]] == "a"
