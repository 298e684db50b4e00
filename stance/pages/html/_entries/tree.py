"""A page as flat lists, in its order: elements with where they end, texts with the line that they stand in."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import lru_cache
from itertools import compress
from operator import attrgetter
from typing import NamedTuple

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
_EMPTY = frozenset(("br", "img", "input", "meta", "hr", "wbr"))
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
_NUMBERS = re.compile(r"\d+")
_STRIPES = frozenset(("odd", "even", "alt", "first", "last", "clearfix"))


class Kind(NamedTuple):
    """What a tag and its classes say. `sign`: tag and first class without numbers: what is alike in entries of one
    template. `classes` are in lower case. `may_be_entry`: an entry may stand in such a tag.
    """

    sign: str
    classes: str
    is_link: bool
    is_inline: bool
    is_aside: bool
    is_chrome: bool
    is_ping: bool
    may_be_entry: bool


class Tree:
    """The elements and texts of a part of a page as parallel lists.

    An element is its place in `tags`; it reaches to `ends[place]`, its texts from `text_from` to `text_to`.
    """

    def __init__(self, root: LexborNode | None) -> None:
        self.nodes: list[LexborNode] = []
        self.tags: list[str] = []
        self.parents: list[int] = []
        self.attributes: list[dict[str, str | None]] = []
        self.kinds: list[Kind] = []
        self.ends: list[int] = []
        self.text_from: list[int] = []
        self.text_to: list[int] = []
        self.texts: list[str] = []
        self.owners: list[int] = []
        self.lines: list[int] = []
        if root is not None:
            self._read(root)
        self.signs: list[str] = list(map(attrgetter("sign"), self.kinds))
        self.links = self.called("is_link")

    def _read(self, root: LexborNode) -> None:
        texts, owners, lines, text_from, text_to = self.texts, self.owners, self.lines, self.text_from, self.text_to
        nodes, tags, parents, attributes, kinds = self.nodes, self.tags, self.parents, self.attributes, self.kinds
        ends = self.ends
        blocks: list[int] = []
        line, last_block, count, parent = 0, -1, 0, -1
        waiting: list[Iterator[LexborNode]] = [iter((root,))]  # by depth: no page can exhaust the stack
        while waiting:
            for node in waiting[-1]:
                tag = node.tag or ""
                if tag == "-text":
                    words = node.text_content
                    if not words:
                        continue
                    if words.isspace():
                        if texts:
                            texts[-1] += " "
                        continue
                    block = blocks[parent]
                    if block != last_block:
                        line, last_block = line + 1, block
                    texts.append(words)
                    owners.append(parent)
                    lines.append(line)
                    continue
                if tag in _SKIPPED:
                    continue
                marked = node.attributes
                kind = _kind(tag, marked.get("class") if marked else None)
                nodes.append(node)
                tags.append(tag)
                parents.append(parent)
                attributes.append(marked)
                kinds.append(kind)
                text_from.append(len(texts))
                text_to.append(len(texts))
                ends.append(count + 1)
                if kind.is_inline and parent >= 0:
                    blocks.append(blocks[parent])
                else:
                    blocks.append(count)
                    last_block = -1
                count += 1
                if tag in _EMPTY:
                    continue
                parent = count - 1
                waiting.append(node.iter(include_text=True))
                break
            else:
                waiting.pop()
                if parent >= 0:
                    ends[parent], text_to[parent] = count, len(texts)
                    parent = parents[parent]

    def called(self, what: str) -> list[int]:
        """Return the elements whose kinds say something: `is_link`, `is_aside`, `is_ping`."""
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
def _kind(tag: str, shown: str | None) -> Kind:
    classes = (shown or "").lower()
    sign = next((f"{tag}.{_NUMBERS.sub('0', token)}" for token in classes.split() if token not in _STRIPES), tag)
    is_aside = tag == "aside" or (bool(classes) and marks.is_aside(classes))
    is_chrome, is_ping = marks.is_chrome(tag, classes), marks.is_ping(classes)
    return Kind(sign, classes, tag == "a", tag in _INLINE, is_aside, is_chrome, is_ping, tag in ENTRY_TAGS)
