"""Entries as parts of a page: which elements are theirs, and which entry stands inside which."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from selectolax.lexbor import LexborNode

from stance.pages.html._entries.tree import Tree


@dataclass(slots=True, eq=False)
class Record:
    """One entry: elements of the tree from `start` to `end`, without those of `nested` entries."""

    start: int
    end: int
    parent: "Record | None" = None
    nested: list["Record"] = field(default_factory=list)
    is_ping: bool = False

    def own(self) -> Iterator[tuple[int, int]]:
        """Yield the parts of the entry between the entries inside it, each from one element up to another."""
        start = self.start
        for inner in self.nested:
            yield start, inner.start
            start = inner.end
        yield start, self.end

    def tops(self, tree: Tree) -> list[int]:
        """Return the outermost elements of the entry."""
        places, place = [], self.start
        while place < self.end:
            places.append(place)
            place = tree.ends[place]
        return places


class Entries:
    """The elements of the entries of a page, and `scope`, the smallest element around them all."""

    def __init__(self, elements: list[LexborNode]) -> None:
        self.elements = elements
        self._roots = {element.mem_id for element in elements}
        self.scope = self._find_scope()

    def _find_scope(self) -> LexborNode:
        around = set()
        above = self.elements[0].parent
        while above is not None:
            around.add(above.mem_id)
            above = above.parent
        scope = self.elements[-1].parent
        while scope is not None and scope.mem_id not in around:
            scope = scope.parent
        return scope or self.elements[0]

    def holds(self, node: LexborNode) -> bool:
        """Tell whether an element is part of an entry."""
        above: LexborNode | None = node
        while above is not None:
            if above.mem_id in self._roots:
                return True
            above = above.parent
        return False


def nest(tree: Tree, places: list[int]) -> list[Record]:
    """Return elements as entries, each one inside the innermost around it."""
    return nested([Record(place, tree.ends[place]) for place in places])


def nested(records: list[Record]) -> list[Record]:
    """Put each of some entries, none of which overlap in part, inside the innermost around it."""
    around: list[Record] = []
    for record in records:
        while around and around[-1].end <= record.start:
            around.pop()
        if around:
            record.parent = around[-1]
            around[-1].nested.append(record)
        around.append(record)
    return records


def elements(tree: Tree, records: list[Record]) -> list[LexborNode]:
    """Return the elements of all entries in the order of the page."""
    return [tree.nodes[place] for record in records for place in record.tops(tree)]
