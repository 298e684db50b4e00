"""How well each slot of a thread would do as the author's, by all that is known, and whether one is plainly best."""

import re
from collections.abc import Mapping

from stance.pages.html._entries.bylines import LONGEST_NAME, ends_in_initial, name_from_byline
from stance.pages.html._slots.layout import FEW, FEWEST, NEARLY_ALL, Entry, Layout
from stance.pages.html._slots.names import LEAST_SHARE, Column, Key, Names
from stance.pages.html._slots.persons import Persons, are_addressed, is_finer, plain
from stance.pages.html._slots.words import find_container

OF_ELEMENTS = ("element", "own")
LEAST_WORTH = 0.75
_HEADINGS = frozenset(("b", "strong", "cite", "h2", "h3", "h4", "h5", "h6", "dt"))
_OPENING = frozenset(("b", "strong", "cite", "a"))
_TITLES = frozenset(("h2", "h3", "h4", "h5"))
_COUNTER = re.compile(r"\D+\s\d{1,6}(?:\s.*)?")
_DIGITS = re.compile(r"\d+")
HANDLE = re.compile(r"@?(?=\D*[\d_]|\w*\B[A-Z])[^\W\d_][\w.-]{2,}")  # "reader_7", "readerSeven"
_WORD = re.compile(r"[^\W\d_]{3,}")
_FEWEST_OF_PROSE = 5
_CLOSE = 0.6
_SAID_AGAIN = 0.4
_FINER = 0.3
_OF_HIS_OWN = 0.3
_HANDLES = 0.3
_COMMON = 0.4
_ADDRESSED = 1.0
_MOST_OF_A_LINE = 1.2  # a better element needs no comparing with lines
_PLAIN = 0.65
_BYLINE = 0.4
HALF = 0.5
_MOST_PIECES = 2


class Worths:
    """The worth of slots of a thread, of which the best is the author's."""

    def __init__(self, layout: Layout, shown: Names) -> None:
        self.layout, self.shown, self.entries = layout, shown, layout.entries
        self.persons = Persons(layout)
        self.timed = [_line_of_time(entry) for entry in self.entries]
        self.container = self._tight(find_container(layout))
        self._prose, self._words = "", set[str]()

    def of(self, key: Key, column: Column) -> float:
        """Return how well a slot does as the author; above all it is in nearly all entries."""
        share = len(column) / len(self.layout.usual)
        if share < LEAST_SHARE:
            return 0.0
        if self._are_labels(column):
            return 0.0
        worth = share + self._of_names([name for name, _, _ in column.values()]) + self._of_place(column)
        worth -= 0.6 * self.share_of_sentences(key, column) + self._of_pieces(column)
        if self.container and (key[1] == self.container or self.layout.stands_inside(key[1], self.container)):
            worth -= 0.0 if self._opens_words(key, column) else 0.7
        if key[0] not in OF_ELEMENTS:
            is_dated = sum(self._is_when(at, start) for at, (_, start, _) in column.items()) > 0.5 * len(column)
            return worth - (0.1 if len(self.layout.usual) >= FEWEST or is_dated else 0.5)
        if key[0] == "element" and len({name for name, _, _ in column.values()}) == 1:
            alike = [self.entries[at].elements[key[1]] for at in column]
            if all(len(places) > 1 for places in alike):
                worth -= 0.25 * (len({self.layout.tree.words(places[1]) for places in alike}) == 1)  # labels
        element = self._of_element(self.place(key, column))
        return worth + element - (0.4 if key[1] in self.layout.titles and element < 1 else 0.0)

    def is_plain(self, columns: Mapping[Key, Column], worths: Mapping[Key, float]) -> bool:
        """Tell whether one element that is called a name has one in each of the entries: no line could do better."""
        best = max(worths, key=lambda key: worths[key], default=None)
        if best is None or worths[best] <= _MOST_OF_A_LINE or len(self.layout.usual) < FEWEST:
            return False
        return len(columns[best]) == len(self.layout.usual) and self.marks(best, columns[best]) >= _PLAIN

    def give_to_parts(self, columns: Mapping[Key, Column], worths: dict[Key, float]) -> None:
        """Let the parts of lines have what speaks for the elements that hold the whole, which are no names then."""
        parts = [key for key in worths if ", part " in key[0]]
        whole = [key for key in worths if key[0] == "element"] if parts else []
        for key in whole:
            inside = [part for part in parts if _is_parted(columns[key], columns[part])]
            if inside:
                element = max(0.0, self._of_element(self.place(key, columns[key])))
                worths[key] = 0.0
                for part in inside:
                    worths[part] += element
                parts = [part for part in parts if part not in inside]

    def ranked(self, columns: Mapping[Key, Column], worths: dict[Key, float]) -> list[Key]:
        """Return the slots, the best first, after what else goes with the names of those that are nearly as good.

        Of equal ones that which stands first is the name: "reader-1, Town".
        """
        best = max(worths.values(), default=0.0)
        close = [key for key in worths if worths[key] > max(LEAST_WORTH, best - _CLOSE)]
        if len(close) > 1:
            names = {key: {at: name for at, (name, _, _) in columns[key].items()} for key in close}
            varies = any(len(set(names[key].values())) > 1 for key in close)
            finer = [(one, two) for one in close for two in close if is_finer(names[one], names[two])]
            for key in close:
                worths[key] -= _FINER * (varies and len(set(names[key].values())) == 1)  # labels
                worths[key] += _SAID_AGAIN * self.persons.share_said_again(self.entries, names[key])
                worths[key] += _FINER * any(key == one for one, _ in finer)
                worths[key] -= _FINER * any(key == two for _, two in finer)
                worths[key] -= _ADDRESSED * any(are_addressed(names[key], names[other]) for other in close)
                worths[key] += self._of_links(key, names[key]) + self._of_words(names[key])
                if key[0] not in OF_ELEMENTS:
                    worths[key] += _BYLINE * self.share_of_bylines(names[key], columns[key])
            self._prefer_shown(close, columns, worths)
        return sorted(worths, key=lambda key: (-round(worths[key], 6), min(name[1:] for name in columns[key].values())))

    def _prefer_shown(self, close: list[Key], columns: Mapping[Key, Column], worths: dict[Key, float]) -> None:
        """Let the first of two slots with the same names win over his handle: "Reader 7 @Reader_7"."""
        for one in close:
            for two in close:
                both = columns[one].keys() & columns[two].keys()
                pairs = [(columns[one][at], columns[two][at]) for at in both]
                is_same = sum(plain(first[0]) == plain(last[0]) and first[2] <= last[1] for first, last in pairs)
                if len(both) == len(columns[one]) and is_same > 0.8 * len(both):
                    worths[one] = max(worths[one], worths[two] + 0.01)

    def place(self, key: Key, column: Column) -> int:
        """Return the element of a slot in the first entry that has a name there."""
        return self.shown.first(self.entries[next(iter(column))].elements[key[1]])

    # by what is in a slot

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

    def _of_names(self, names: list[str]) -> float:
        distinct = len(set(names)) / len(names)
        worth = 0.05 if 0.2 < distinct < 1 else 0.0
        if len(names) > 1 and len(set(names)) == 1:
            worth = -0.1 if len(names) == 2 else -0.25 if len(names) <= FEW else -0.5
        worth -= (0.6 if len(names) > FEWEST else 0.3) * _are_counted(names)  # three may be called so
        worth -= 0.15 * max(0.0, sum(name.count(" ") for name in names) / len(names) - 2)
        return worth - 0.6 * sum(" " in name and _is_sentence(name) for name in names) / len(names)

    def _of_words(self, names: Mapping[int, str]) -> float:
        """A name has a shape of its own ("reader_7"), and its words are none that the comments write in lower case."""
        shown = set(names.values())
        words = [word.lower() for name in shown for word in _WORD.findall(name)]
        common = sum(map(self._is_of_prose, words)) / len(words) if words else 0.0
        return _HANDLES * sum(HANDLE.fullmatch(name) is not None for name in shown) / len(shown) - _COMMON * common

    def _is_of_prose(self, word: str) -> bool:
        """Tell whether the longer lines of entries write a word in lower case."""
        if not self._prose:
            self._prose = "\n".join(
                line.words
                for at, entry in enumerate(self.entries)
                for number, line in enumerate(entry.lines)
                if line.words.count(" ") >= _FEWEST_OF_PROSE and number != self.timed[at]
            )
        if word in self._prose and not self._words:
            self._words.update(_WORD.findall(self._prose))
        return word in self._words and word.islower()

    def _of_pieces(self, column: Column) -> float:
        """What is put together of many elements is a line of several slots."""
        owners = self.layout.tree.owners
        sizes = sorted(len(set(owners[start:end])) for _, start, end in column.values())
        return 0.15 * max(0, sizes[len(sizes) // 2] - _MOST_PIECES)

    def share_of_sentences(self, key: Key, column: Column) -> float:
        """Return in how many entries a full stop or the like stands behind what a slot shows; elements keep theirs."""
        if (key[0] != "" and not key[0][-1].isdigit()) or "part" in key[0]:  # "by NAME on DATE."
            return 0.0
        texts = self.layout.tree.texts
        ends = (_is_sentence(texts[end - 1].rstrip()) for _, _, end in column.values())
        return sum(ends) / len(column)

    # by where it stands

    def _of_place(self, column: Column) -> float:
        """A name stands in the first line of an entry, or in the one of its date or beside it."""
        near, first = 0.0, 0
        for at, (_, start, _) in column.items():
            line = self.entries[at].line_at(start)
            first += line == 0
            distance = abs(line - self.timed[at])
            near += 1.1 if distance == 0 else 1.0 if distance == 1 else 0.0
        return ((0.3 if len(self.layout.usual) > 1 else 0.15) * near + 0.1 * first) / len(column)

    def _opens_words(self, key: Key, column: Column) -> bool:
        """Tell whether an element stands in nearly all entries before their words in one line, in bold or as a link:
        nobody begins all that he writes so.
        """
        tree, opens = self.layout.tree, 0
        for at, (_, start, end) in column.items() if key[0] == "element" else ():
            entry = self.entries[at]
            around = entry.elements.get(self.container, ())
            goes_on = tree.lines[end : end + 1] == [tree.lines[start]]
            opens += goes_on and len(around) > 0 and tree.text_from[around[0]] == start
        is_marked = opens > 0 and tree.tags[self.place(key, column)] in _OPENING
        return is_marked and opens >= NEARLY_ALL * len(self.layout.usual)

    def _is_when(self, at: int, text: int) -> bool:
        when = self.entries[at].when
        return when is not None and bool(when.line) and when.texts[0] <= text < when.texts[1]

    def _of_element(self, place: int) -> float:
        tree = self.layout.tree
        above = tree.parents[place]
        is_heading = not _HEADINGS.isdisjoint(tree.tags[place : tree.ends[place]])
        if above >= 0 and tree.kinds[above].is_inline:
            is_heading = is_heading or tree.tags[above] in _HEADINGS
        worth = self.shown.evidence(place) + (0.2 if is_heading else 0.0)
        href = self._address(place)
        if "#" in href or href.startswith("javascript"):
            return worth - (0.6 if len(href) > 1 else 0.0)
        return worth + (0.3 if href else 0.0)

    def _address(self, place: int) -> str:
        """Return where the first link in an element leads, or the one around it; "" for none."""
        tree = self.layout.tree
        link = next(iter(tree.links_in(place, tree.ends[place])), -1)
        above = tree.parents[place]
        if link < 0 and above >= 0 and tree.tags[above] == "a":
            link = above
        return tree.attributes[link].get("href") or "" if link >= 0 else ""

    def _of_links(self, key: Key, names: Mapping[int, str]) -> float:
        """A link of his own leads to the same place whenever a name recurs; that of a title never does."""
        if key[0] != "element":
            return 0.0
        by_name: dict[str, set[str]] = {}
        for at, name in names.items():
            address = self._address(self.shown.first(self.entries[at].elements[key[1]]))
            if not address:
                return 0.0
            by_name.setdefault(name, set()).add(address)
        recurs = len(by_name) < len(names)
        addresses = {address for found in by_name.values() for address in found}
        if not recurs or len(by_name) < 2 or len(addresses) < 2:
            return 0.0
        return _OF_HIS_OWN * (1 if all(len(found) == 1 for found in by_name.values()) else -1)

    def share_of_bylines(self, names: Mapping[int, str], column: Column) -> float:
        """Return in how many of the lines of a slot known words stand around the name: "Posted by NAME on DATE"."""
        found = 0
        for at, name in names.items():
            number = self.entries[at].line_at(column[at][1])
            shown = name_from_byline(self.entries[at].lines[number].words) if number >= 0 else None
            found += shown is not None and shown.startswith(name)
        return found / len(names)

    def is_headline(self, key: Key, column: Column) -> bool:
        """Tell whether a slot is a link in a heading, as titles of other pages are."""
        place = self.place(key, column) if key[0] in OF_ELEMENTS else -1
        return place >= 0 and (key[1] in self.layout.titles or self._is_in_title(place)) and bool(self._address(place))

    def _is_in_title(self, place: int) -> bool:
        above = self.layout.tree.parents[place]
        return above >= 0 and self.layout.tree.tags[above] in _TITLES

    def marks(self, key: Key, column: Column) -> float:
        """Return how much classes and the like speak for names in a slot."""
        return self.shown.evidence(self.place(key, column)) if key[0] in OF_ELEMENTS else 0.0

    def _tight(self, container: int) -> int:
        """Return the path of a container, 0 where it holds the times too, and so perhaps the names."""
        tree, around, timed = self.layout.tree, 0, 0
        for entry in self.layout.usual:
            places = entry.elements.get(container, ())
            timed += entry.when is not None
            if places and entry.when is not None:
                around += tree.text_from[places[0]] <= entry.when.texts[0] < tree.text_to[places[0]]
        return container if timed and around <= 0.2 * timed else 0


def _is_sentence(words: str) -> bool:
    return words.endswith((".", "!", "?")) and not ends_in_initial(words)


def _are_counted(names: list[str]) -> bool:
    """Tell whether names are the same words with numbers that differ: "Letter 1", "Level 2 of 7"."""
    found = {_DIGITS.sub("0", name) if _COUNTER.fullmatch(name) else "" for name in names}
    return len(names) >= FEWEST and len(found) == 1 and found != {""} and len(set(names)) > 1


def _is_parted(whole: Column, part: Column) -> bool:
    """Tell whether a slot shows parts of what another shows, in the same texts."""
    both = [(whole[at], part[at]) for at in whole.keys() & part.keys()]
    held = sum(one[1:] == two[1:] and two[0] in one[0] and two[0] != one[0] for one, two in both)
    return held > 0.5 * len(whole)


def _line_of_time(entry: Entry) -> int:
    """Return the number of the line in or behind which the time of an entry stands, one far from all for none."""
    if entry.when is None:
        return -9
    first = entry.when.texts[0]
    number = entry.line_at(first)
    return number if number >= 0 else next((at for at, line in enumerate(entry.lines) if line.end == first), -9)
