"""Where the entries of a comment page begin and end, which one answers which, and what the elements in them are for."""

import re
from collections.abc import Iterable
from functools import lru_cache

from selectolax.lexbor import LexborHTMLParser, LexborNode

from stance.pages.html.entry import NOWHERE, Entries, Entry, find_owner
from stance.pages.html.roles import Role, role_of

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
_DIGITS = "0123456789"


def find_entries(tree: LexborHTMLParser) -> Entries | None:
    """Return the entries of a page, None where there are none.

    An entry is an element whose id is that of a comment ("comment-17", "c123…"), or whose class, microformat or
    schema.org type says so. What stands in a sidebar, a form or a list of related posts is no entry.
    """
    finder = _Finder()
    numbered = [(node, by_id) for node in tree.css("[id]") if (by_id := _number_in(node.id or ""))]
    for node, by_id in numbered:
        finder.visit(node, by_id)
    if not numbered:
        nodes = tree.css(_WITHOUT_ID)
        finder.visit_all(_scope(nodes).css(f":is({_WITHOUT_ID},:is(a,span)[id])") if nodes else [])
    elif numbered[0][0].tag in _ANCHORS or _has_siblings_without_id(finder.entries):
        finder = _Finder()
        finder.visit_all(tree.css(":is([id],.comment,.pingback,.trackback)"))
    if not finder.entries:
        return None
    _answer_by_depth(finder.entries)
    return Entries(_scope([entry.elements[0] for entry in finder.entries]), finder.entries, finder.owners)


def _number_in(identifier: str) -> re.Match[str] | None:
    prefix = identifier.rstrip(_DIGITS)
    return _BY_ID.fullmatch(identifier) if prefix != identifier and _stands_before_number(prefix) else None


@lru_cache(maxsize=4096)
def _stands_before_number(prefix: str) -> bool:
    """Tell whether an id that begins with `prefix` may be that of a comment; ids of one page begin alike."""
    return _BY_ID.fullmatch(f"{prefix}1234567890") is not None


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

    def visit_all(self, nodes: Iterable[LexborNode]) -> None:
        for node in nodes:
            self.visit(node, _number_in(node.id or ""))

    def visit(self, node: LexborNode, by_id: re.Match[str] | None) -> None:
        """Take an element as an entry, or as part of one; `by_id` is its id where that is a comment's."""
        if by_id is not None and self.entries and by_id[1] == self.entries[-1].number:
            return  # "div-comment-17" in "comment-17"
        identifier = node.id or ""
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
        depth = _DEPTH.search(classes) if ("depth" in classes or "level" in classes) else None
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
