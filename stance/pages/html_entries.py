"""Where the entries of a comment page begin and end, which one answers which, and what the elements in them are for."""

import re
from collections.abc import Collection

from selectolax.lexbor import LexborHTMLParser, LexborNode

from stance.pages.html_owner import NOWHERE, Entry, find_owner
from stance.pages.html_roles import Role, role_of

_BY_ID = re.compile(
    r"(?:(?:li|div|article|single|the|wp|dsq)[-_])?(?:(?:comment|kommentar|comentario|commentaire|cmt)"
    r"(?:[-_](?:body|text|content|item|entry|id|wrap))?[-_]?|(?:wc|wpd)-comm-|c(?=\d{10,}))(\d+)(?:_(\d+))?",
    re.IGNORECASE,
)
# too common in other places to mean a comment by itself
_BY_WEAK_ID = re.compile(r"(?:c|forum|message|msg|reply|post|cid|p|response|reaction)[-_]?(\d+)()", re.IGNORECASE)
_BY_TEXT_ID = re.compile(r"comment-([0-9a-f]{8,40}(?:-[0-9a-f]{4,12}){0,4})", re.IGNORECASE)
_DEPTH = re.compile(r"(?:depth|comment[-_]level|level)-?(\d{1,3})(?!\S)")
# one compound selector each: a list of them would give an element once for each that fits
_WITHOUT_ID = (
    ":is(.comment,.pingback,.trackback,.h-cite,.u-comment,.p-comment,.wc-comment,.wpd-comment,.comment-item,.comment-li,"
    '.forum-message,.single-comment,.comment-wrap,[itemprop~="comment"],[itemtype$="/Comment"],[itemtype$="/UserComments"])'
)
_PARTS = ":is([class],[id],time,abbr,cite,small,form,[itemprop],[property])"
_ANCHORS = {
    "a",
    "span",
    "mark",
    "i",
    "b",
    "em",
    "strong",
    "h2",
    "h3",
    "h4",
    "h5",
    "input",
    "script",
    "form",
    "textarea",
}
_ITEM_TYPES = ("/Comment", "/UserComments")
_WHO_OR_WHEN = ':is(.fn,time,cite,[class*="author"],[class*="auteur"],[itemprop~="author"])'
_LEVELS_TO_REPLIES = 3
_FEW = 16
_DIGITS = "0123456789"
_USUAL_DEPTH = 12


class Entries:
    """The entries of a page in its order, and `scope`, the smallest element around them all."""

    def __init__(self, scope: LexborNode, found: list[Entry], owners: dict[int, Entry | None]) -> None:
        self.scope = scope
        self.found = found
        self._owners = owners
        self._roots = {entry.elements[0].mem_id for entry in found}

    def owner(self, node: LexborNode) -> Entry | None:
        """Return the innermost entry around an element."""
        above: LexborNode | None = node
        for _ in range(_USUAL_DEPTH):
            if above is None:
                break
            key = above.mem_id
            if key in self._owners:
                return self._owners[key]
            above = above.parent
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


def find_entries(tree: LexborHTMLParser) -> Entries | None:
    """Return the entries of a page, None where there are none.

    An entry is an element whose id is that of a comment ("comment-17", "c123…"), or whose class, microformat or
    schema.org type says so. What stands in a sidebar, a form or a list of related posts is no entry.
    """
    finder = _Finder()
    nodes = [node for node in tree.css("[id]") if (name := node.id) and name[-1] in _DIGITS and _BY_ID.fullmatch(name)]
    finder.visit_all(nodes)
    if not nodes:
        nodes = tree.css(_WITHOUT_ID)
        finder.visit_all(_scope(nodes).css(f":is({_WITHOUT_ID},:is(a,span)[id])") if nodes else [])
    elif nodes[0].tag in _ANCHORS or _has_siblings_without_id(finder.entries):
        finder = _Finder()
        finder.visit_all(tree.css(":is([id],.comment,.pingback,.trackback)"))
    if not finder.entries:
        return None
    _answer_by_depth(finder.entries)
    return Entries(_scope([entry.elements[0] for entry in finder.entries]), finder.entries, finder.owners)


def _has_siblings_without_id(entries: list[Entry]) -> bool:
    """Tell whether entries without an id stand beside those that have one, as pings and Drupal's comments do."""
    lists = {around.mem_id: around for entry in entries if (around := entry.elements[0].parent) is not None}
    for around in lists.values():
        for child in around.iter():
            # the dd behind a dt is no entry of its own
            classes = None if child.id or child.tag == "dd" else child.attributes.get("class")
            if classes and role_of(child.tag or "", classes) in (Role.ENTRY, Role.PING):
                return True
    return False


def _scope(nodes: list[LexborNode]) -> LexborNode:
    """Return the smallest element around all of `nodes`, which are in the order of the page."""
    around = set()
    above = nodes[0].parent
    while above is not None:
        around.add(above.mem_id)
        above = above.parent
    scope = nodes[-1].parent
    while scope is not None and scope.mem_id not in around:
        scope = scope.parent
    return scope or nodes[0]


class _Finder:
    """Visits what may be an entry in the order of the page; each belongs to the innermost entry around it."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.owners: dict[int, Entry | None] = {}
        self._by_number: dict[str, Entry] = {}
        self._replies_to: dict[int, Entry | None] = {}
        self._anchor_number: str | None = None

    def visit_all(self, nodes: list[LexborNode]) -> None:
        for node in nodes:
            self._visit(node)

    def _visit(self, node: LexborNode) -> None:
        identifier = node.id or ""
        by_id = _BY_ID.fullmatch(identifier)
        if by_id is not None and self.entries and by_id[1] == self.entries[-1].number:
            return  # "div-comment-17" in "comment-17"
        attributes = node.attributes
        tag = node.tag or ""
        classes = attributes.get("class") or ""
        role = role_of(tag, classes, attributes.get("itemprop"))
        if role != Role.ENTRY and (attributes.get("itemtype") or "").endswith(_ITEM_TYPES):
            role = Role.ENTRY
        if by_id is None and tag in _ANCHORS:
            by_id = _BY_WEAK_ID.fullmatch(identifier)
        if by_id is None and role not in (Role.ENTRY, Role.PING):
            return
        above = node.parent
        owner = self.owners.get(node.mem_id) or (find_owner(above, self.owners) if above is not None else None)
        if owner is NOWHERE or role == Role.SIDE:
            return
        number = by_id[1] if by_id else _number_by_weak_id(identifier)
        if self._is_part(node, tag, owner, number):
            return
        entry = Entry([node], number or self._anchor_number, is_ping=role == Role.PING, parent=owner)
        self._anchor_number = None
        depth = _DEPTH.search(classes) if "depth-1 " not in f"{classes} " else None
        entry.depth = int(depth[1]) if depth else 1
        if owner is not None:
            owner.nested.append(node)
        else:
            answered = self._by_number.get(by_id[2]) if by_id and by_id[2] else None
            entry.parent = self._answered_before(node) or answered
        self._add(entry, node, tag)

    def _is_part(self, node: LexborNode, tag: str, owner: Entry | None, number: str | None) -> bool:
        """Tell whether an element is part of another entry, or only an anchor that carries an entry's number."""
        if number is not None and owner is not None:
            if owner.number is None and not owner.nested:
                owner.number = number
                self._by_number.setdefault(number, owner)
                return True
            if owner.number == number:
                return True
        if tag in _ANCHORS:
            self._anchor_number = number if owner is None else self._anchor_number
            return True
        return number is None and owner is not None and not _is_reply(node, tag, owner)

    def _add(self, entry: Entry, node: LexborNode, tag: str) -> None:
        self.entries.append(entry)
        self.owners[node.mem_id] = entry
        around = node.parent
        if around is not None and around.tag == "li" and tag != "li" and not self.owners.get(around.mem_id):
            # the replies of an entry that is first in its own li stand in that li too
            self.owners[around.mem_id] = entry
        if entry.number is not None:
            self._by_number.setdefault(entry.number, entry)
        following = node.next if tag == "dt" else None
        while following is not None and following.tag != "dt":
            # the words of a dt entry stand in the dd behind it
            if following.tag == "dd":
                entry.elements.append(following)
                self.owners[following.mem_id] = entry
            following = following.next

    def _answered_before(self, node: LexborNode) -> Entry | None:
        """Return the entry before the list of replies that `node` stands in, where replies follow a closed entry."""
        around = node.parent
        if around is None:
            return None
        if around.mem_id not in self._replies_to:
            self._replies_to[around.mem_id] = self._answered_by_list(around)
        return self._replies_to[around.mem_id]

    def _answered_by_list(self, around: LexborNode) -> Entry | None:
        above: LexborNode | None = around
        for _ in range(_LEVELS_TO_REPLIES):
            if above is None:
                return None
            if role_of(above.tag or "", above.attributes.get("class")) == Role.REPLIES:
                before = above.prev
                while before is not None and not self.owners.get(before.mem_id):
                    before = before.prev
                answered = self.owners.get(before.mem_id) if before is not None else None
                return None if answered is NOWHERE else answered
            above = above.parent
        return None


def _number_by_weak_id(identifier: str) -> str | None:
    found = _BY_WEAK_ID.fullmatch(identifier) or _BY_TEXT_ID.fullmatch(identifier)
    return found[1] if found else None


def _is_reply(node: LexborNode, tag: str, owner: Entry) -> bool:
    """Tell whether an element without id, inside an entry, is an entry of its own and not the entry's body."""
    if tag in ("li", "dt", "dd"):
        return tag != "dd"
    above = node.parent
    if above is not None and role_of(above.tag or "", above.attributes.get("class")) == Role.REPLIES:
        return True
    elements = {element.mem_id for element in owner.elements}
    while above is not None and above.mem_id not in elements:
        above = above.parent
    if above is None:  # beside the entry, in the li that both share
        return True
    own = node.css_first(_WHO_OR_WHEN)
    first = owner.elements[0].css_first(_WHO_OR_WHEN)
    return own is not None and first is not None and own.mem_id != first.mem_id


def _answer_by_depth(entries: list[Entry]) -> None:
    """Find what an entry answers where the page shows only how deep it is ("depth-2" in a flat list)."""
    last_at: dict[int, Entry] = {}
    for entry in entries:
        if entry.parent is None and entry.depth > 1:
            entry.parent = last_at.get(entry.depth - 1)
        last_at[entry.depth] = entry
