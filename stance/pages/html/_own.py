"""The HTML inside an element without some of the elements in it: replies, bylines, buttons."""

from selectolax.lexbor import LexborNode

# blocks: where there are some, short words between them belong to none of them
_BLOCK_TAGS = {
    "p",
    "blockquote",
    "ul",
    "ol",
    "pre",
    "table",
    "div",
    "section",
    "h3",
    "h4",
    "h5",
    "h6",
    "dd",
    "dl",
    "figure",
}
_LONGEST_LOOSE = 60


def own_html(node: LexborNode, hidden: dict[int, LexborNode], *, loose: bool = True) -> str:
    """Return the HTML inside an element without the hidden elements in it.

    `loose` False: without the short words between blocks either, where there are blocks ("NAME <i>says:</i>"
    before the paragraphs). Keeps its own list of what waits, so that no depth of markup can exhaust the stack.
    """
    around = _around(node, hidden)
    if not around and not hidden and loose:
        return node.inner_html or ""
    pieces: list[str] = []
    waiting: list[LexborNode | str] = _inside(node, hidden, loose)
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            pieces.append(item)
        elif item.mem_id in hidden:
            pieces.append(" ")
        elif item.mem_id in around:
            pieces.append(f"<{item.tag}>")
            waiting.append(f"</{item.tag}>")
            waiting.extend(_inside(item, hidden, loose))
        else:
            pieces.append(item.html or "")
    return "".join(pieces)


def _inside(node: LexborNode, hidden: dict[int, LexborNode], loose: bool) -> list[LexborNode | str]:
    """Return the children of an element, last first, with or without the short words between its blocks."""
    children = list(node.iter(include_text=True))
    if not loose and any(child.tag in _BLOCK_TAGS and child.mem_id not in hidden for child in children):
        children = [
            child for child in children if child.tag in _BLOCK_TAGS or len(child.text().strip()) > _LONGEST_LOOSE
        ]
    return list(reversed(children))


def _around(node: LexborNode, hidden: dict[int, LexborNode]) -> set[int]:
    """Return the elements inside `node` that have a hidden one inside them."""
    around: set[int] = set()
    top = node.mem_id
    for inner in hidden.values():
        path: list[int] = []
        above = inner.parent
        while above is not None and above.mem_id != top and above.mem_id not in around:
            path.append(above.mem_id)
            above = above.parent
        if above is not None:
            around.update(path)
    return around
