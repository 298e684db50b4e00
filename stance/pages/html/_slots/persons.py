"""What else in a thread goes with a name: attributes that say it again, and what changes whenever it does.

A name is said twice where a link leads to its bearer, a picture is called after him or an attribute holds it. His
town, rank and count of posts recur whenever he does, and others may share them; so of two slots the finer one of which
the other is a function is the author (a functional dependency, as in Huhtala and others 1999, "TANE").
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import combinations
from urllib.parse import unquote

from stance.pages.html._slots.layout import Entry, Layout

_PARTS = re.compile(r"[/?&=#:@]+")
_SAID_IN = frozenset(("title", "alt", "aria-label", "author", "value", "content"))
_LONGEST = 200
_SHORTEST = 3
_FEWEST_ADDRESSED = 3
_NEARLY_ALL = 0.8
_MOST_PAIRS = 400
_BY_CHANCE = 0.02
_LARGEST_SIGNATURES = 0.75


class Persons:
    """What the attributes of each entry say; what is asked for again is kept."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self._said: dict[int, tuple[list[str], str, str]] = {}

    def share_said_again(self, entries: Sequence[Entry], names: Mapping[int, str]) -> float:
        """Return in how many of the entries, by number, an attribute says the name again; 0 to 1."""
        if not names:
            return 0.0
        return sum(self._says(entries[at], name) for at, name in names.items()) / len(names)

    def _says(self, entry: Entry, name: str) -> bool:
        if len(name) < _SHORTEST:
            return False
        if entry.record.start not in self._said:
            self._said[entry.record.start] = self._attributes(entry)
        addresses, letters, words = self._said[entry.record.start]
        said = plain(name)
        if f" {name.lower()} " in words:
            return True
        return said in letters and any(plain(part) == said for each in addresses for part in _PARTS.split(each))

    def _attributes(self, entry: Entry) -> tuple[list[str], str, str]:
        """Return the addresses in an entry, all their letters and digits, and the words of its other attributes."""
        addresses: list[str] = []
        words = [" "]
        for places in entry.elements.values():
            for place in places:
                for name, value in self.layout.tree.attributes[place].items():
                    if not value or len(value) > _LONGEST:
                        continue
                    if name == "href":
                        addresses.append(unquote(value))
                    elif name in _SAID_IN or name.startswith("data-"):
                        words.append(" ".join(value.lower().split()))
        return addresses, plain("".join(addresses)), " ".join([*words, " "])


def find_signatures(layout: Layout) -> None:
    """Take for the page's what an element has whenever its author recurs and otherwise not: signatures, biographies."""
    tree = layout.tree
    named = [entry for entry in layout.usual if entry.author is not None]
    bearers = Counter(entry.author for entry in named)
    if not any(count > 1 for count in bearers.values()):
        return
    named.sort(key=lambda entry: -bearers[entry.author])  # who recurs shows soonest what is no signature
    total = -1
    for path in {path for entry in named for path in entry.elements if path}:
        shown: dict[str | None, str] = {}
        size = 0
        for entry in named:
            places = entry.elements.get(path, [])
            if any(tree.kinds[place].is_inline for place in places):
                break
            words = " ".join([tree.words(place) for place in places])
            size += len(words)
            if shown.setdefault(entry.author, words) != words:
                break
        else:
            if len(set(shown.values())) < 2 or not any(shown[author] for author in shown if bearers[author] > 1):
                continue
            if total < 0:
                own = ((entry, line) for entry in named for line in entry.lines)
                total = sum(len(line.words) for entry, line in own if not layout.is_meta(entry, line))
            if size < _LARGEST_SIGNATURES * total:
                for entry in named:
                    _take_off(layout, entry, entry.elements.get(path, []))


def _take_off(layout: Layout, entry: Entry, places: list[int]) -> None:
    slots = [entry.who, entry.when.texts if entry.when is not None else None]
    for place in places:
        start, end = layout.tree.text_from[place], layout.tree.text_to[place]
        if not any(slot is not None and slot[0] < end and start < max(slot[1], slot[0] + 1) for slot in slots):
            entry.chrome.update(range(start, end))


def is_finer(names: Mapping[int, str], others: Mapping[int, str]) -> bool:
    """Tell whether what some slot shows is the same whenever a name recurs, and sometimes when another name stands; and
    that this is no chance.

    >>> names, towns = dict(enumerate("abacbdabc")), dict(enumerate("XYXXYZXYX"))
    >>> is_finer(names, towns), is_finer(towns, names)
    (True, False)
    """
    recurs = shared = pairs = 0
    for number, (one, two) in enumerate(combinations(sorted(names.keys() & others.keys()), 2)):
        if number > _MOST_PAIRS:
            break
        is_same, is_other_same = names[one] == names[two], others[one] == others[two]
        if is_same and not is_other_same:
            return False
        recurs += is_same
        shared += is_other_same
        pairs += 1
    return 0 < recurs < shared and (shared / pairs) ** recurs <= _BY_CHANCE


def are_addressed(names: Mapping[int, str], authors: Mapping[int, str]) -> bool:
    """Tell whether nearly all whom some slot names have written before by another, which is not so the other way round;
    the first to write answers nobody.

    >>> authors = dict(enumerate("abcadb"))
    >>> are_addressed({1: "a", 3: "b", 4: "c", 5: "d"}, authors), are_addressed(authors, {1: "a", 3: "b", 4: "c"})
    (True, False)
    """
    is_later = min(names, default=0) > min(authors, default=0)
    return is_later and _share_before(names, authors) >= _NEARLY_ALL > _share_before(authors, names)


def _share_before(names: Mapping[int, str], authors: Mapping[int, str]) -> float:
    """Return how many of some names stand in another slot of an earlier entry; 0 where no two differ."""
    if len(set(names.values())) < 2 or len(names) < _FEWEST_ADDRESSED:
        return 0.0
    first: dict[str, int] = {}
    for at in sorted(authors):
        first.setdefault(authors[at], at)
    return sum(first.get(name, at) < at for at, name in names.items()) / len(names)


def plain(words: str) -> str:
    """Return the letters and digits of a name in lower case, as addresses and handles have it."""
    return "".join(filter(str.isalnum, words)).lower()
