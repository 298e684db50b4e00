"""Whether the slot that was taken for the author's is plainly his, or another may as well be."""

import re
from collections import Counter
from collections.abc import Mapping

from stance.pages.html._entries.bylines import name_from_byline
from stance.pages.html._slots.layout import FEW, FEWEST, NEARLY_ALL, Layout
from stance.pages.html._slots.names import Column, Key
from stance.pages.html._slots.persons import plain
from stance.pages.html._slots.worth import HALF, HANDLE, OF_ELEMENTS, Worths

_OPEN = 0.3  # what marks, links, places and recurrence must add up to
_OPEN_IN_FEW = 0.45  # where one person may have written all, a label looks like his name
_LEAST_OF_RIVALS = 0.4
_LEAST_WITHOUT_RECURRENCE = 1.0
_LONGEST_USUAL = 40
_MOST_WORDS = 4
_SENTENCES = 0.3
_NEARLY_SAME = 0.8
_ALIKE = 0.8
_OF_NAMES = "@."  # handles, initials
_COUNTS = re.compile(r"(?<=\s)\d+(?!\S)")
_NUMBER = re.compile(r"\.\d$")


class Doubts:
    """What speaks against the best of the slots of a thread."""

    def __init__(self, worth: Worths) -> None:
        self.worth = worth

    def is_open(self, best: Key, columns: Mapping[Key, Column], worths: Mapping[Key, float]) -> bool:
        """Tell whether another slot is about as good as the best, or too little is there to compare: two entries alone
        show a line that no mark parts, or all show the same and nothing calls it a name.
        """
        column = columns[best]
        if best[0] not in OF_ELEMENTS and len(self.worth.layout.usual) < FEWEST and not self._is_known_byline(column):
            return True
        is_same = len({_COUNTS.sub("0", name) for name, _, _ in column.values()}) == 1 < len(column)
        n_entries = len(self.worth.layout.usual)
        recurs = len({name for name, _, _ in column.values()}) < len(column)
        is_thin = (
            is_same
            or n_entries < FEWEST
            or (not recurs and (worths[best] < _LEAST_WITHOUT_RECURRENCE or self.worth.is_headline(best, column)))
        )
        is_thin = is_thin or _share_a_part(column)
        if best[0] == "element" and not recurs and self._is_called_otherwise(column, columns):
            return True
        if is_thin and not self._is_called_name(best, column):
            return True
        margin = _OPEN_IN_FEW if n_entries < FEWEST or (is_same and n_entries <= FEW) else _OPEN
        return any(
            worths[other] >= max(_LEAST_OF_RIVALS, worths[best] - margin)
            and self._may_be_names(columns[other], is_same)
            and self._is_apart(column, columns[other], is_same)
            for other in worths
            if other != best
        )

    def _is_called_otherwise(self, column: Column, columns: Mapping[Key, Column]) -> bool:
        """Tell whether classes call the slot, or an element with the same words, a title and the like, none a name."""
        alike = [key for key, each in columns.items() if key[0] == "element" and each == column]
        marks = [self.worth.marks(key, column) for key in alike]
        return min(marks) < 0 and max(marks) <= 0

    def _may_be_names(self, column: Column, is_same: bool) -> bool:
        """Tell whether a slot holds few words that vary and end in no full stop, as names do."""
        if self.worth.share_of_sentences(("", -1), column) > _SENTENCES:
            return False
        names = [name for name, _, _ in column.values()]
        if len(set(names)) == 1 and len(names) > FEW and not is_same:
            return False
        usual = sorted(names, key=len)[len(names) // 2]
        return len(usual) <= _LONGEST_USUAL and usual.count(" ") < _MOST_WORDS

    def _is_apart(self, column: Column, other: Column, is_same: bool) -> bool:
        """Tell whether two slots show other words in most entries."""
        apart = same = 0
        for at in column.keys() & other.keys():
            (name, start, end), (second, first, last) = column[at], other[at]
            is_beside = end <= first or last <= start
            if plain(name) == plain(second):
                same += 1  # "reader-1" and "@reader1"
                continue
            is_within = plain(name) in plain(second) or plain(second) in plain(name)
            apart += (is_beside and not is_same) or (not is_within and (is_same or (start, end) == (first, last)))
        return same <= _NEARLY_SAME * len(column) and apart > 0.5 * (len(column) - same)

    def _is_known_byline(self, column: Column) -> bool:
        """Tell whether known words stand around the names of lines, or nothing but a date does."""
        for at, (name, start, _) in column.items():
            words = self.worth.entries[at].lines[self.worth.entries[at].line_at(start)].words
            if name_from_byline(words) != name and " " in name:
                return False
        return True

    def _is_called_name(self, key: Key, column: Column) -> bool:
        """Tell whether classes, known words around it or attributes elsewhere call what a slot shows a name."""
        names = {at: name for at, (name, _, _) in column.items()}
        if all(HANDLE.fullmatch(name) for name in names.values()) or self.worth.marks(key, column) >= HALF:
            return True
        if self.worth.persons.share_said_again(self.worth.entries, names) >= HALF:
            return True
        return key[0] not in OF_ELEMENTS and self.worth.share_of_bylines(names, column) >= HALF


def _share_a_part(column: Column) -> bool:
    """Tell whether all names of several people have a word in common, or a mark at one end: something of the page may
    have been left at them.
    """
    names = {name for name, _, _ in column.values()}
    if len(names) < FEWEST:
        return False
    for ends in ({name[0] for name in names}, {name[-1] for name in names}):
        if len(ends) == 1 and not (end := ends.pop()).isalnum() and end not in _OF_NAMES:
            return True
    words = [set(name.split()) for name in names]
    return bool(words[0].intersection(*words[1:]))


def find_held(layout: Layout, author: Key | None) -> list[int]:
    """Return the elements further in that are built as an entry is: answers that were not parted from it."""
    if author is None or author[0] != "element":
        return []
    above = {path: (parent, _NUMBER.sub("", sign)) for (parent, sign), path in layout.paths.items()}
    chains: dict[int, tuple[str, ...]] = {0: (), -1: ()}  # an entry of several parts has elements inside none
    for path, (parent, sign) in above.items():  # what stands further in comes later
        if path:
            chains[path] = (*chains[parent], sign)
    del chains[-1]
    own = chains.get(author[1], ())
    inner = {chain[: -len(own)] for chain in chains.values() if own and chain[-len(own) :] == own != chain}
    if not inner:
        return []
    counts = Counter(path for entry in layout.usual for path in entry.elements if path)
    usual = {chains[path] for path, count in counts.items() if count >= NEARLY_ALL * len(layout.usual)}
    known = set(chains.values())
    alike = {start: sum((*start, *chain) in known for chain in usual) / max(1, len(usual)) for start in inner}
    most = max(alike.values())
    if len(usual) < FEWEST or most < _ALIKE:
        return []
    inner = {start for start, share in alike.items() if share == most}
    roots = {path for path, chain in chains.items() if chain in inner}
    return [place for entry in layout.usual for path in roots for place in entry.elements.get(path, ())]
