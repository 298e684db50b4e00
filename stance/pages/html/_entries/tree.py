"""A page as flat lists, in its order: elements with where they end, texts with the line that they stand in."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, compress, pairwise
from operator import attrgetter

from selectolax.lexbor import LexborNode

from stance.pages.html._entries import marks

_SKIPPED = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "svg",
        "select",
        "textarea",
        "iframe",
        "object",
        "nav",
        "video",
        "-comment",
        "-doctype",
        "",
    ]
)
_INLINE = frozenset(
    [
        "a",
        "abbr",
        "acronym",
        "b",
        "bdi",
        "bdo",
        "big",
        "button",
        "cite",
        "code",
        "data",
        "del",
        "em",
        "font",
        "i",
        "img",
        "input",
        "ins",
        "kbd",
        "label",
        "mark",
        "meta",
        "nobr",
        "q",
        "s",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "time",
        "tt",
        "u",
        "var",
        "wbr",
    ]
)
# in which an entry may stand
ENTRY_TAGS = frozenset(
    (
        *("li", "div", "article", "section", "tr", "dt", "dd", "dl", "table", "tbody", "blockquote", "ul", "ol", "p"),
        *("h2", "h3", "h4", "h5", "h6", "fieldset", "details", "center", "main", "header", "figure"),
    )
)
_NUMBERS = re.compile(r"\d+|(?<=[a-z_-])(?:odd|even)$")  # what differs from entry to entry
_STRIPES = frozenset(("odd", "even", "alt", "first", "last", "clearfix"))


@dataclass(frozen=True, slots=True, eq=False)
class Kind:
    """What a tag and its classes say. `sign`: tag and first class without numbers: what is alike in entries of one
    template. `classes` are in lower case. `may_be_entry`: an entry may stand in such a tag. Alike are one and the same.
    """

    tag: str
    sign: str
    classes: str
    is_read: bool
    is_link: bool
    is_inline: bool
    is_aside: bool
    is_chrome: bool
    is_quote: bool
    is_ping: bool
    is_removed: bool
    may_be_entry: bool


class Tree:
    """The elements and texts of a part of a page as parallel lists.

    An element is its place in `tags`; it reaches to `ends[place]`, its texts from `text_from` to `text_to`.
    """

    def __init__(self, root: LexborNode | None) -> None:
        self.nodes: list[LexborNode] = []
        self.parents: list[int] = []
        self.attributes: list[dict[str, str | None]] = []
        self.kinds: list[Kind] = []
        self.ends: list[int] = []
        self.text_from: list[int] = []
        self.text_to: list[int] = []
        self.texts: list[str] = []
        self.owners: list[int] = []
        self.lines: list[int] = self._read(root)
        self.tags: list[str] = list(map(attrgetter("tag"), self.kinds))
        self.signs: list[str] = list(map(attrgetter("sign"), self.kinds))
        self.links = self.called("is_link")

    def _read(self, root: LexborNode | None) -> list[int]:
        """Walk over elements and texts, and return the lines of the texts. Each step costs: a page has thousands."""
        nodes, parents, attributes, kinds, ends = self.nodes, self.parents, self.attributes, self.kinds, self.ends
        texts, owners, text_from, text_to = self.texts, self.owners, self.text_from, self.text_to
        known: dict[object, Kind] = {}
        blocks: list[int] = []  # by element, the block that it stands in
        opened: list[int] = []  # by text, the last block that was opened
        node, parent, count, size, block = root, -1, 0, 0, -1
        while node is not None:
            tag, following = node.tag, None
            if tag == "-text":
                words = node.text_content or ""
                if words.isspace():
                    if texts:
                        texts[-1] += " "
                elif words:
                    texts.append(words)
                    owners.append(parent)
                    opened.append(block)
                    size += 1
            else:
                marked = node.attributes
                key = (tag, marked.get("class")) if marked else tag
                kind = known.get(key)
                if kind is None:
                    kind = known[key] = _kind(tag or "", (marked.get("class") or "").lower())
                if kind.is_read:
                    nodes.append(node)
                    parents.append(parent)
                    attributes.append(marked)
                    kinds.append(kind)
                    text_from.append(size)
                    text_to.append(size)
                    following = node.first_child
                    if kind.is_inline and parent >= 0:
                        blocks.append(blocks[parent])
                    else:
                        blocks.append(count)
                        block = count
                    if following is not None:
                        parent = count
                    count += 1
                    ends.append(count)
            while following is None and parent >= 0:
                following = node.next
                if following is None:
                    ends[parent], text_to[parent] = count, size
                    node, parent = nodes[parent], parents[parent]
            node = following
        stands = [(blocks[owner], block) for owner, block in zip(owners, opened, strict=True)]
        return list(accumulate((one != two for one, two in pairwise(stands)), initial=1)) if stands else []

    def called(self, what: str) -> list[int]:
        """Return the elements whose kinds say something: `is_link`, `is_aside`, `is_ping`, `is_removed`."""
        return list(compress(range(len(self.kinds)), map(attrgetter(what), self.kinds)))

    def children(self, place: int) -> Iterator[int]:
        """Yield the elements right inside one."""
        child = place + 1
        while child < self.ends[place]:
            yield child
            child = self.ends[child]

    def links_in(self, start: int, end: int) -> list[int]:
        """Return the elements from one up to another that are `a`."""
        return self.links[bisect_left(self.links, start) : bisect_left(self.links, end)]

    def line(self, start: int, end: int) -> str:
        """Return texts from one up to another as words in one line."""
        return " ".join((self.texts[start] if end == start + 1 else " ".join(self.texts[start:end])).split())

    def words(self, place: int) -> str:
        """Return the words of an element in one line; what stands in one line of the page is not parted."""
        start, end = self.text_from[place], self.text_to[place]
        if end <= start + 1:
            return " ".join(self.texts[start].split()) if end > start else ""
        pieces, line = [], -1
        for text in range(start, end):
            if self.lines[text] != line:
                line = self.lines[text]
                pieces.append(" ")
            pieces.append(self.texts[text])
        return " ".join("".join(pieces).split())

    def previous(self, place: int) -> int:
        """Return the element before this one among its siblings, -1 where there is none."""
        parent = self.parents[place]
        above = place - 1
        while above > parent and above >= 0 and self.parents[above] != parent:
            above = self.parents[above]
        return above if above > parent and above >= 0 else -1

    def is_inside(self, place: int, around: int) -> bool:
        """Tell whether an element is another one or stands inside it."""
        return around <= place < self.ends[around]


def is_inline_sign(sign: str) -> bool:
    """Tell whether elements of a sign stand in a line."""
    return sign.partition(".")[0] in _INLINE


@lru_cache(maxsize=8192)
def _kind(tag: str, classes: str) -> Kind:
    sign = next((f"{tag}.{_NUMBERS.sub('0', token)}" for token in classes.split() if token not in _STRIPES), tag)
    return Kind(
        tag=tag,
        sign=sign,
        classes=classes,
        is_read=tag not in _SKIPPED,
        is_link=tag == "a",
        is_inline=tag in _INLINE,
        is_aside=tag == "aside" or (bool(classes) and marks.is_aside(classes)),
        is_chrome=marks.is_chrome(tag, classes),
        is_quote=marks.is_quote(tag, classes),
        is_ping=marks.is_ping(classes),
        is_removed=bool(classes) and marks.is_removed(classes),
        may_be_entry=tag in ENTRY_TAGS,
    )
