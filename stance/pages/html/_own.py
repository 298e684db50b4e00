"""The HTML inside an element without some of the elements in it: replies, bylines, buttons."""

from collections.abc import Iterable, Mapping

from selectolax.lexbor import LexborNode


def own_html(node: LexborNode, hidden: Mapping[int, LexborNode], quotes: Mapping[int, LexborNode] | None = None) -> str:
    """Return the HTML inside an element without the hidden elements in it; `quotes` in it are made blockquotes.

    Both are by their `mem_id`. Keeps its own list of what waits, so that no depth of markup can exhaust the stack.
    """
    quotes = quotes or {}
    if not hidden and not quotes:
        return node.inner_html or ""
    around = _around(node, (*hidden.values(), *quotes.values()))
    pieces: list[str] = []
    waiting: list[LexborNode | str] = _inside(node)
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            pieces.append(item)
        elif item.mem_id in hidden:
            pieces.append(" ")
        elif item.mem_id in around or item.mem_id in quotes:
            tag = "blockquote" if item.mem_id in quotes else item.tag
            pieces.append(f"<{tag}>")
            waiting.append(f"</{tag}>")
            waiting.extend(_inside(item))
        else:
            pieces.append(item.html or "")
    return "".join(pieces)


def _inside(node: LexborNode) -> list[LexborNode | str]:
    """Return the children of an element, last first."""
    return list(reversed(list(node.iter(include_text=True))))


def _around(node: LexborNode, inside: Iterable[LexborNode]) -> set[int]:
    """Return the elements inside `node` that have one of some others inside them."""
    around: set[int] = set()
    top = node.mem_id
    for inner in inside:
        path: list[int] = []
        above = inner.parent
        while above is not None and above.mem_id != top and above.mem_id not in around:
            path.append(above.mem_id)
            above = above.parent
        if above is not None:
            around.update(path)
    return around
