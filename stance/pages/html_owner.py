"""One entry of a comment page, and which entry an element of the page belongs to."""

from dataclasses import dataclass, field

from selectolax.lexbor import LexborNode

from stance.pages.html_roles import Role, role_of


@dataclass(slots=True, eq=False)
class Entry:
    """One entry as it stands on the page: its elements, the entry it answers, and its parts by what they are for."""

    elements: list[LexborNode]
    number: str | None
    is_ping: bool = False
    depth: int = 0
    parent: "Entry | None" = None
    parts: list[tuple[Role, LexborNode]] = field(default_factory=list)
    nested: list[LexborNode] = field(default_factory=list)


# what stands in a sidebar, a form or a list of related posts belongs to this
NOWHERE = Entry([], None)


def find_owner(node: LexborNode, owners: dict[int, Entry | None]) -> Entry | None:
    """Return the entry that an element belongs to, remembered for every element on the way up to it."""
    path: list[LexborNode] = []
    above: LexborNode | None = node
    while above is not None and above.mem_id not in owners:
        path.append(above)
        above = above.parent
    owner = owners[above.mem_id] if above is not None else None
    if owner is None:
        for passed in reversed(path):
            if owner is None and passed.tag not in ("body", "html") and _stands_aside(passed):
                owner = NOWHERE
            owners[passed.mem_id] = owner
    else:
        for passed in path:
            owners[passed.mem_id] = owner
    return owner


def _stands_aside(node: LexborNode) -> bool:
    classes = node.attributes.get("class")
    return classes is not None and role_of(node.tag or "", classes) == Role.SIDE
