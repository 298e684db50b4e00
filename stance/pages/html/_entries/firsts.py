"""The first post of a discussion, where it stands above the list of the others and is built as they are."""

import re
from collections import Counter

from selectolax.lexbor import LexborNode

from stance.pages.html._entries.records import Record
from stance.pages.html._entries.tree import Tree

_FEWEST = 3
_FEWEST_MARKS = 4
_MOST_MARKS = 12
_NEARLY_ALL = 0.8
_MOST_LEVELS = 5
_MOST_BROTHERS = 6
_CLASS = re.compile(r"[A-Za-z][\w-]*")


def first_post(tree: Tree, records: list[Record]) -> LexborNode | None:
    """Return the element above a list of entries that holds nearly all the parts with a class that each of these has;
    None where there is none.
    """
    selectors = _marks(tree, records) if len(records) >= _FEWEST else []
    if len(selectors) < _FEWEST_MARKS:
        return None
    node: LexborNode | None = tree.nodes[records[0].start]
    for _ in range(_MOST_LEVELS):
        if node is None or node.tag in ("body", "html"):
            return None
        brother = node.prev
        for _ in range(_MOST_BROTHERS):
            if brother is None:
                break
            if not (brother.tag or "-").startswith("-") and _holds(brother, selectors):
                return _innermost(brother, selectors)
            brother = brother.prev
        node = node.parent
    return None


def _marks(tree: Tree, records: list[Record]) -> list[str]:
    """Return selectors of the elements that nearly every entry has in it, by the first of their classes."""
    counts = Counter(
        selector
        for record in records
        for selector in {_selector(tree, place) for first, last in record.own() for place in range(first, last)}
        if selector
    )
    shared = [selector for selector, count in counts.items() if count >= _NEARLY_ALL * len(records)]
    own = {_selector(tree, record.start) for record in records}
    return [selector for selector in shared if selector not in own][:_MOST_MARKS]


def _selector(tree: Tree, place: int) -> str:
    name = (tree.attributes[place].get("class") or "").split()[:1]
    return f"{tree.tags[place]}.{name[0]}" if name and _CLASS.fullmatch(name[0]) else ""


def _holds(node: LexborNode, selectors: list[str]) -> bool:
    missed = 0
    for selector in selectors:
        missed += node.css_first(selector) is None
        if missed > (1 - _NEARLY_ALL) * len(selectors):
            return False
    return True


def _innermost(node: LexborNode, selectors: list[str]) -> LexborNode:
    """Return the element furthest in that still holds them all."""
    for _ in range(_MOST_LEVELS):
        inner = next((child for child in node.iter() if _holds(child, selectors)), None)
        if inner is None:
            break
        node = inner
    return node
