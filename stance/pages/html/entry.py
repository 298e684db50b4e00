"""The entries of one page, and which of them an element of the page belongs to."""

from collections.abc import Collection
from dataclasses import dataclass, field

from selectolax.lexbor import LexborNode

from stance.pages.html.roles import Role, role_of

_USUAL_DEPTH = 12
_FEW = 16
_PARTS = ":is([class],[id],time,abbr,cite,small,header,form,[itemprop],[property])"


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
_UNKNOWN = Entry([], None)


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


class Entries:
    """The entries of a page in its order, and `scope`, the smallest element around them all."""

    def __init__(self, scope: LexborNode, found: list[Entry], owners: dict[int, Entry | None]) -> None:
        self.scope = scope
        self.found = found
        self._owners = owners
        self._roots = {entry.elements[0].mem_id for entry in found}

    def owner(self, node: LexborNode) -> Entry | None:
        """Return the innermost entry around an element."""
        above = node
        for _ in range(_USUAL_DEPTH):
            owner = self._owners.get(above.mem_id, _UNKNOWN)
            if owner is not _UNKNOWN:
                return owner
            around = above.parent
            if around is None:
                break
            above = around
        return find_owner(node, self._owners)

    def collect_parts(self, entries: Collection[Entry]) -> None:
        """Fill the `parts` of some entries; of many in one pass, so that no depth of nesting makes it slow."""
        if not entries:
            return
        if len(entries) <= _FEW:
            nodes = [
                node
                for entry in entries
                for element in entry.elements
                for node in element.css(_PARTS)
                if self.owner(node) is entry
            ]
        else:
            nodes = self.scope.css(_PARTS)
        for node in nodes:
            if node.mem_id in self._roots:
                continue
            attributes = node.attributes
            role = role_of(
                node.tag or "", attributes.get("class"), attributes.get("itemprop") or attributes.get("property")
            )
            if role == Role.NONE:
                continue
            owner = self.owner(node)
            if owner is None or owner not in entries:
                continue
            owner.parts.append((Role.CONTENT if role == Role.ENTRY else role, node))
            if role == Role.SIDE:
                self._owners[node.mem_id] = None  # a form inside an entry has parts of its own
