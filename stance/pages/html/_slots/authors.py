"""The author of each entry: the slot of few words that varies over a thread, partly recurs, and stands by the time."""

import re
from collections import Counter
from collections.abc import Iterator, Set

from stance.pages.html._entries import marks
from stance.pages.html._entries.bylines import LONGEST_NAME, name_from_byline, name_from_line
from stance.pages.html._entries.tree import is_inline_sign
from stance.pages.html._slots.layout import FEW, FEWEST, Entry, Layout
from stance.pages.html._slots.names import LEAST_EVIDENCE, LEAST_SHARE, NO_NAME, Column, Key, Name, Names
from stance.pages.html._slots.persons import Persons, is_finer
from stance.pages.html._slots.words import find_container

_HEADINGS = frozenset(("b", "strong", "cite", "h2", "h3", "h4", "h5", "h6", "dt"))
_OF_ELEMENTS = ("element", "own")
_LEAST_WORTH = 0.75
_CLOSE = 0.6
_COUNTER = re.compile(r"(\D+\s)\d{1,6}")
_OPEN = 0.1
_OPEN_IN_FEW = 0.45  # where one person may have written all, a label looks like his name
_SAID_AGAIN = 0.4
_FINER = 0.3
_MOST_OF_A_LINE = 1.2  # a better element needs no comparing with lines
_MOST_WORDS_OF_A_BYLINE = 3


def find_authors(layout: Layout) -> tuple[Key | None, bool]:
    """Fill in the author of each entry; return the kind and the path of the slot that holds most of them, and whether
    another slot may as well hold the names.
    """
    found = _Authors(layout)
    return found.find(), found.is_open


class _Authors:
    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.entries = layout.entries
        self.columns: dict[Key, Column] = {}
        self.shown = Names(layout)
        self.persons = Persons(layout)
        self.timed = [_line_of_time(entry) for entry in self.entries]
        self.is_open = False
        self.container = self._tight(find_container(layout))

    def _asked(self) -> Iterator[tuple[int, Entry]]:
        return ((at, entry) for at, entry in enumerate(self.entries) if not entry.record.is_ping)

    def find(self) -> Key | None:
        worths = self._compare_elements()
        if not self._is_plain(worths):
            lines = self.shown.of_lines(self._asked())
            worths = self._compare_elements()
            self.columns |= lines
            worths |= {key: self._worth(key, column) for key, column in lines.items()}
        ranked = self._ranked(worths)
        best, labels = None, set[str]()
        if ranked and worths[ranked[0]] > _LEAST_WORTH:
            best = self._innermost(ranked, worths)
            self.is_open = self._is_open(best, ranked, worths)
            self._take(self.columns[best])
            labels = self._labels() if self._without_author() else set()
            for key in self._around(best):
                self._take(self._column(key), labels)
            if best[0] == "element":
                self._take_lines_like(self.columns[best], labels)
        for _, entry in self._without_author():
            self._take_byline(entry)
        for key in ranked[1:]:
            share = len(self.columns[key]) / len(self.layout.usual)
            if key[0] == "element" and worths[key] - share >= LEAST_EVIDENCE:
                self._take(self.columns[key], labels)
        for _, entry in self._without_author():
            self._take_marked(entry, labels)
        return best

    def _compare_elements(self) -> dict[Key, float]:
        """Read the names at the paths that enough entries have, and return the worth of each path."""
        self.columns = {}
        self.shown.forget()
        asked = list(self._asked())
        counts = Counter(path for _, entry in asked for path in entry.elements)
        least = LEAST_SHARE * len(self.layout.usual)
        frequent = {path for path, count in counts.items() if count >= least}
        for at, entry in asked:
            for path, places in entry.elements.items():
                if path not in frequent:
                    continue
                place = self.shown.first(places)
                found = (("element", self.shown.name_in(place)), ("own", self.shown.name_beside(place)))
                for kind, name in found:
                    if name is not None:
                        self.columns.setdefault((kind, path), {})[at] = name
        for key, column in self.columns.items():
            if len(column) >= least:
                self.shown.strip_shared(self._place(key), column)
        return {key: self._worth(key, column) for key, column in self.columns.items()}

    def _is_plain(self, worths: dict[Key, float]) -> bool:
        """Tell whether one element has a name in each of the entries, and no line could do better."""
        best = max(worths, key=lambda key: worths[key], default=None)
        if best is None or worths[best] <= _MOST_OF_A_LINE or len(self.layout.usual) < FEWEST:
            return False
        return len(self.columns[best]) == len(self.layout.usual)

    def _without_author(self) -> list[tuple[int, Entry]]:
        return [(at, entry) for at, entry in self._asked() if entry.author is None]

    # what may be a name

    def _column(self, key: Key) -> Column:
        """Return the names at one path, also where few entries have it."""
        if key not in self.columns:
            found = (
                (at, self.shown.name_in(self.shown.first(entry.elements[key[1]])))
                for at, entry in self._asked()
                if key[1] in entry.elements
            )
            self.columns[key] = {at: name for at, name in found if name is not None}
        return self.columns[key]

    def _place(self, key: Key) -> int:
        """Return the element of a slot in the first entry that has a name there."""
        return self.shown.first(self.entries[next(iter(self.columns[key]))].elements[key[1]])

    # which of them is the author

    def _worth(self, key: Key, column: Column) -> float:
        """Return how well a slot does as the author; above all it is in nearly all entries."""
        share = len(column) / len(self.layout.usual)
        if share < LEAST_SHARE:
            return 0.0
        if self._are_labels(column):
            return 0.0
        worth = share + self._worth_of_names([name for name, _, _ in column.values()]) + self._worth_of_place(column)
        if self.container and (key[1] == self.container or self.layout.stands_inside(key[1], self.container)):
            worth -= 0.7
        if key[0] not in _OF_ELEMENTS:
            is_dated = sum(self._is_when(at, start) for at, (_, start, _) in column.items()) > 0.5 * len(column)
            return worth - (0.1 if len(self.layout.usual) >= FEWEST or is_dated else 0.5)
        if key[0] == "element" and len({name for name, _, _ in column.values()}) == 1:
            alike = [self.entries[at].elements[key[1]] for at in column]
            if all(len(places) > 1 for places in alike):
                worth -= 0.25 * (len({self.layout.tree.words(places[1]) for places in alike}) == 1)  # labels
        element = self._worth_of_element(self._place(key))
        return worth + element - (0.4 if key[1] in self.layout.titles and element < 1 else 0.0)

    def _are_labels(self, column: Column) -> bool:
        """Tell whether all names are one word with a colon, and the line goes on with few words: "Name: reader"."""
        if len({name for name, _, _ in column.values()}) > 1 or len(column) < 2:
            return False
        for at, (_, start, end) in column.items():
            entry = self.entries[at]
            number = entry.line_at(start)
            if number < 0:
                return False  # all that it shows belongs to the entries inside it
            line = entry.lines[number]
            goes_on = end < line.end and len(line.words) <= LONGEST_NAME
            if not goes_on or not self.layout.tree.texts[end - 1].rstrip().endswith(":"):
                return False
        return True

    def _worth_of_names(self, names: list[str]) -> float:
        distinct = len(set(names)) / len(names)
        worth = 0.05 if 0.2 < distinct < 1 else 0.0
        if len(names) > 1 and len(set(names)) == 1:
            worth = -0.1 if len(names) == 2 else -0.25 if len(names) <= FEW else -0.5
        counters = {found[1] if (found := _COUNTER.fullmatch(name)) else "" for name in names}
        if len(names) >= FEWEST and len(counters) == 1 and counters != {""} and len(set(names)) > 1:
            worth -= 0.6  # "Letter 1", "Level 2"
        worth -= 0.15 * max(0.0, sum(name.count(" ") for name in names) / len(names) - 2)
        return worth - 0.6 * sum(name.endswith((".", "!", "?")) and " " in name for name in names) / len(names)

    def _worth_of_place(self, column: Column) -> float:
        """A name stands in the first line of an entry, or in the one of its date or beside it."""
        near, first = 0.0, 0
        for at, (_, start, _) in column.items():
            line = self.entries[at].line_at(start)
            first += line == 0
            distance = abs(line - self.timed[at])
            near += 1.1 if distance == 0 else 1.0 if distance == 1 else 0.0
        return ((0.3 if len(self.layout.usual) > 1 else 0.15) * near + 0.1 * first) / len(column)

    def _is_when(self, at: int, text: int) -> bool:
        when = self.entries[at].when
        return when is not None and bool(when.line) and when.texts[0] <= text < when.texts[1]

    def _worth_of_element(self, place: int) -> float:
        tree = self.layout.tree
        inside = range(place, tree.ends[place])
        tags = {tree.tags[inner] for inner in inside}
        link = next((inner for inner in inside if tree.tags[inner] == "a"), -1)
        above = tree.parents[place]
        if above >= 0 and tree.kinds[above].is_inline:
            tags.add(tree.tags[above])
            link = above if link < 0 and tree.tags[above] == "a" else link
        worth = self.shown.evidence(place) + (0.2 if tags & _HEADINGS else 0.0)
        href = tree.attributes[link].get("href") or "" if link >= 0 else ""
        if "#" in href or href.startswith("javascript"):
            return worth - (0.6 if len(href) > 1 else 0.0)
        return worth + (0.3 if href else 0.0)

    def _tight(self, container: int) -> int:
        """Return the path of a container, 0 where it holds the times too, and so perhaps the names."""
        tree, around, timed = self.layout.tree, 0, 0
        for entry in self.layout.usual:
            places = entry.elements.get(container, ())
            timed += entry.when is not None
            if places and entry.when is not None:
                around += tree.text_from[places[0]] <= entry.when.texts[0] < tree.text_to[places[0]]
        return container if timed and around <= 0.2 * timed else 0

    def _innermost(self, ranked: list[Key], worths: dict[Key, float]) -> Key:
        """Return the best slot, or an element inside it that holds less, where a count or a badge stands beside."""
        best = ranked[0]
        for key in ranked[1:]:
            if worths[key] > _LEAST_WORTH and key[0] == "element":
                outer, inner = self.columns[best], self.columns[key]
                held = [at for at in outer if at in inner and _holds(outer[at], inner[at])]
                if len(held) >= 0.7 * len(outer) and any(inner[at][0] != outer[at][0] for at in held):
                    best = key
        return best

    def _ranked(self, worths: dict[Key, float]) -> list[Key]:
        """Return the slots, the best first, after what else goes with the names of those that are nearly as good.

        Of equal ones that which stands first is the name: "reader-1, Town".
        """
        best = max(worths.values(), default=0.0)
        close = [key for key in worths if worths[key] > max(_LEAST_WORTH, best - _CLOSE)]
        if len(close) > 1:
            names = {key: {at: name for at, (name, _, _) in self.columns[key].items()} for key in close}
            varies = any(len(set(names[key].values())) > 1 for key in close)
            for key in close:
                worths[key] -= _FINER * (varies and len(set(names[key].values())) == 1)  # labels
                worths[key] += _SAID_AGAIN * self.persons.share_said_again(self.entries, names[key])
                worths[key] += _FINER * any(is_finer(names[key], names[other]) for other in close)
                worths[key] -= _FINER * any(is_finer(names[other], names[key]) for other in close)
        return sorted(
            worths, key=lambda key: (-round(worths[key], 6), min(name[1:] for name in self.columns[key].values()))
        )

    def _is_open(self, best: Key, ranked: list[Key], worths: dict[Key, float]) -> bool:
        """Tell whether another slot is as good as the best, or two entries alone show a line that no mark parts."""
        column = self.columns[best]
        if best[0] not in _OF_ELEMENTS:
            return len(self.layout.usual) < FEWEST and not self._is_known_byline(column)
        is_same = len({name for name, _, _ in column.values()}) == 1 < len(column)
        margin = _OPEN_IN_FEW if is_same and len(self.layout.usual) <= FEW else _OPEN
        for other in ranked:
            if worths[other] <= max(_LEAST_WORTH, worths[best] - margin):
                continue
            both = [at for at in column if at in self.columns[other]]
            apart = [
                at
                for at in both
                if (is_same and column[at][0] not in self.columns[other][at][0])
                or column[at][2] <= self.columns[other][at][1]
                or self.columns[other][at][2] <= column[at][1]
            ]
            if len(apart) > 0.5 * len(column):
                return True
        return False

    def _is_known_byline(self, column: Column) -> bool:
        """Tell whether known words stand around the names of lines, or nothing but a date does."""
        for at, (name, start, _) in column.items():
            words = self.entries[at].lines[self.entries[at].line_at(start)].words
            if name_from_byline(words) != name and " " in name:
                return False
        return True

    # entries that lack the usual slot

    def _labels(self) -> set[str]:
        """Return what stands as a name may in entries whose author is another: badges, ranks, whom they answer."""
        return {
            name
            for _, entry in self._asked()
            if entry.author is not None
            for path in entry.elements
            if (found := self.shown.name_in(entry.elements[path][0])) is not None
            and (name := found[0]) not in entry.author
            and entry.author not in name
        }

    def _take(self, column: Column, but_not: Set[str] = frozenset()) -> None:
        for at, (name, start, end) in column.items():
            if self.entries[at].author is None and name not in but_not and self.shown.may_be_name(name):
                self.entries[at].author, self.entries[at].who = name, (start, end)

    def _around(self, key: Key) -> list[Key]:
        """Return the slots of the inline elements around the one that holds the author elsewhere."""
        if key[0] != "element":
            return []
        above = {path: (parent, sign) for (parent, sign), path in self.layout.paths.items()}
        found, path = [], above.get(key[1], (-1, ""))[0]
        while path >= 0 and is_inline_sign(above[path][1]):
            found.append(("element", path))
            path = above[path][0]
        return found

    def _take_lines_like(self, best: Column, labels: Set[str]) -> None:
        """Take the name of an entry from the line where, in the others, the element with the name stands."""
        for key, column in self.columns.items():
            if key[0] not in _OF_ELEMENTS and any(at in column for at in best):
                agree = sum(at in column and best[at][0] == column[at][0] for at in best)
                if agree >= 0.8 * len(best):
                    self._take(column, labels)

    def _take_byline(self, entry: Entry) -> None:
        """Take the name of an entry from a line that is plainly a byline, where none stands in the usual place."""
        for line in entry.lines[:2] + entry.lines[-2:]:
            if len(line.words) > 2 * LONGEST_NAME:
                continue
            name = name_from_byline(line.words)
            is_when = entry.when is not None and entry.when.line == line.words
            if name is None and is_when and len(self.layout.usual) < FEWEST and not line.words.endswith("."):
                name = name_from_line(line.words)
                name = name if name and len(name.split()) <= _MOST_WORDS_OF_A_BYLINE else None
            if name and not NO_NAME.fullmatch(name) and not self._is_label(f"{name}:"):
                entry.author, entry.who = name, (line.start, line.end)
                return

    def _is_label(self, head: str) -> bool:
        """Tell whether all of several entries have a line that begins with the same word and a colon."""
        usual = self.layout.usual
        return len(usual) > 1 and all(any(line.words.startswith(head) for line in entry.lines) for entry in usual)

    def _take_marked(self, entry: Entry, labels: Set[str]) -> None:
        tree = self.layout.tree
        for places in entry.elements.values():
            for place in places:
                attributes = tree.attributes[place]
                classes, properties = attributes.get("class") or "", attributes.get("itemprop") or ""
                if marks.author_evidence(tree.tags[place], classes, properties) >= LEAST_EVIDENCE:
                    found = self.shown.name_in(place)
                    if found is not None and found[0] not in labels:
                        entry.author, entry.who = found[0], found[1:]
                        return


def _holds(outer: Name, inner: Name) -> bool:
    return outer[1] <= inner[1] and inner[2] <= outer[2] and inner[0] in outer[0]


def _line_of_time(entry: Entry) -> int:
    """Return the number of the line in or behind which the time of an entry stands, one far from all for none."""
    if entry.when is None:
        return -9
    first = entry.when.texts[0]
    return next((number for number, line in enumerate(entry.lines) if line.start <= first <= line.end), -9)
