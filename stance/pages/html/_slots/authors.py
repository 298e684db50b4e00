"""The author of each entry: the slot of few words that varies over a thread, partly recurs, and stands by the time."""

from collections import Counter
from collections.abc import Iterator, Set
from itertools import chain

from stance.pages.html._entries import marks
from stance.pages.html._entries.bylines import LONGEST_NAME, name_from_byline, name_from_line
from stance.pages.html._entries.tree import is_inline_sign
from stance.pages.html._slots.doubts import Doubts
from stance.pages.html._slots.layout import FEWEST, Entry, Layout
from stance.pages.html._slots.names import LEAST_EVIDENCE, LEAST_SHARE, NO_NAME, Column, Key, Name, Names
from stance.pages.html._slots.worth import LEAST_WORTH, OF_ELEMENTS, Worths

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
        self.worth = Worths(layout, self.shown)
        self.is_open = False

    def _asked(self) -> Iterator[tuple[int, Entry]]:
        return ((at, entry) for at, entry in enumerate(self.entries) if not entry.is_ping)

    def find(self) -> Key | None:
        worths = self._compare_elements()
        if not self.worth.is_plain(self.columns, worths):
            lines = self.shown.of_lines(self._asked())
            worths = self._compare_elements()
            self.columns |= lines
            worths |= {key: self.worth.of(key, column) for key, column in lines.items()}
            self.worth.give_to_parts(self.columns, worths)
        ranked = self.worth.ranked(self.columns, worths)
        best, labels = None, set[str]()
        if ranked and worths[ranked[0]] > LEAST_WORTH:
            best = self._innermost(ranked, worths)
            self.is_open = Doubts(self.worth).is_open(best, self.columns, worths)
            self._take(self.columns[best])
            labels = self._labels() if self._without_author() else set()
            for key in self._called_otherwise(best):
                if self._column(key).keys().isdisjoint(self.columns[best]):  # else it is a badge beside the name
                    self._take(self._column(key))
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
        self._part_from_words_before()
        return best

    def _compare_elements(self) -> dict[Key, float]:
        """Read the names at the paths that enough entries have, and return the worth of each path."""
        self.columns = {}
        self.shown.forget()
        asked = list(self._asked())
        counts = Counter(chain.from_iterable(entry.elements for _, entry in asked))
        least = LEAST_SHARE * len(self.layout.usual)
        frequent = {path for path, count in counts.items() if count >= least}
        for at, entry in asked:
            for path, places in entry.elements.items():
                if path in frequent and self.shown.may_show(place := self.shown.first(places)):
                    if (name := self.shown.name_in(place)) is not None:
                        self.columns.setdefault(("element", path), {})[at] = name
                    if (name := self.shown.name_beside(place)) is not None:
                        self.columns.setdefault(("own", path), {})[at] = name
        for key, column in self.columns.items():
            if len(column) >= least:
                self.shown.strip_shared(self.worth.place(key, column), column)
        return {key: self.worth.of(key, column) for key, column in self.columns.items()}

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

    # which of them is the author

    def _innermost(self, ranked: list[Key], worths: dict[Key, float]) -> Key:
        """Return the best slot, or an element inside it that holds less, where a count or a badge stands beside."""
        best = ranked[0]
        for key in ranked[1:]:
            if worths[key] > LEAST_WORTH and key[0] == "element":
                outer, inner = self.columns[best], self.columns[key]
                held = [at for at in outer if at in inner and _holds(outer[at], inner[at])]
                if len(held) >= 0.7 * len(outer) and any(inner[at][0] != outer[at][0] for at in held):
                    best = key
        return best

    # entries that lack the usual slot

    def _labels(self) -> set[str]:
        """Return what stands as a name may in entries whose author is another: badges, ranks, whom they answer."""
        return {
            name
            for _, entry in self._asked()
            if entry.author is not None
            for path in entry.elements
            if (found := self.shown.name_in(entry.elements[path][0])) is not None
            and not self.layout.is_quoted(entry, found[1])
            and (name := found[0]) not in entry.author
            and entry.author not in name
        }

    def _take(self, column: Column, but_not: Set[str] = frozenset()) -> None:
        for at, (name, start, end) in column.items():
            if self.entries[at].author is None and name not in but_not and self.shown.may_be_name(name):
                self.entries[at].author, self.entries[at].who = name, (start, end)

    def _called_otherwise(self, key: Key) -> list[Key]:
        """Return the slots that stand where the author does in others, with a class of their own: moderators; and those
        that are called as his is, though they stand elsewhere.
        """
        if key[0] != "element":
            return []
        above = {path: (parent, sign.split(".")[0]) for (parent, sign), path in self.layout.paths.items()}
        beside = [path for path, place in above.items() if place == above[key[1]] and path != key[1]]
        return [("element", path) for path in (*beside, *self.layout.called_alike(key[1]))]

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
            if key[0] not in OF_ELEMENTS and any(at in column for at in best):
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
                self.is_open = self.is_open or name is not None  # nothing to compare it with, and no word that is known
            if name and not NO_NAME.fullmatch(name) and not self._is_label(f"{name}:"):
                self.is_open = self.is_open or name.endswith(")")  # a town, or a part of the name
                entry.author, entry.who = name, (line.start, line.end)
                return

    def _part_from_words_before(self) -> None:
        """Take from a name the word that stands before the names of most others, outside of what holds these."""
        before = Counter(word for _, entry in self._asked() if (word := self._word_before(entry)))
        word, count = before.most_common(1)[0] if before else ("", 0)
        if count < FEWEST or 2 * count < len(self.layout.usual):
            return
        for _, entry in self._asked():
            if entry.author is not None and entry.author.startswith(f"{word} ") and not self._word_before(entry):
                entry.author = entry.author.removeprefix(word).strip()

    def _word_before(self, entry: Entry) -> str:
        """Return the one word that stands before the name in its line, "" where it begins with the name."""
        number = entry.line_at(entry.who[0]) if entry.who is not None else -1
        if number < 0 or entry.who is None:
            return ""
        words = self.layout.tree.line(entry.lines[number].start, entry.who[0]).split()
        return words[0] if len(words) == 1 and words[0].isalpha() else ""

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
