"""A page as flat lists, in its order: elements with where they end, texts with the line that they stand in."""

import re
from collections.abc import Sequence
from functools import lru_cache

from selectolax.lexbor import LexborNode

_SKIPPED = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "svg",
        "select",
        "textarea",
        "button",
        "iframe",
        "object",
        "nav",
        "video",
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
_NUMBERS = re.compile(r"\d+")
_STRIPES = frozenset(("odd", "even", "alt", "first", "last", "clearfix"))


class Tree:
    """The elements and texts of a part of a page as parallel lists.

    An element is its place in `tags`; it reaches to `ends[place]`, its texts from `text_from` to `text_to`. `signs`
    are tag and first class without numbers: what is alike in entries of one template.
    """

    def __init__(self, root: LexborNode | None) -> None:
        self.nodes: list[LexborNode] = []
        self.places: dict[int, int] = {}
        self.tags: list[str] = []
        self.parents: list[int] = []
        self.attributes: list[dict[str, str | None]] = []
        self.signs: list[str] = []
        self.ends: list[int] = []
        self.text_from: list[int] = []
        self.text_to: list[int] = []
        self.texts: list[str] = []
        self.owners: list[int] = []
        self.lines: list[int] = []
        if root is not None:
            self._read(root)

    def _read(self, root: LexborNode) -> None:
        places = self.places
        blocks: list[int] = []
        line, last_block = 0, -1
        for node in root.traverse(include_text=True):
            tag = node.tag or ""
            above = node.parent
            parent = places.get(above.mem_id, -1) if above is not None else -1
            if parent < 0 and self.tags:
                continue
            if tag == "-text":
                words = node.text_content
                if not words:
                    continue
                if words.isspace():
                    if self.texts:
                        self.texts[-1] += " "
                    continue
                block = blocks[parent]
                if block != last_block:
                    line, last_block = line + 1, block
                self.texts.append(words)
                self.owners.append(parent)
                self.lines.append(line)
                continue
            if tag in _SKIPPED or tag[:1] in ("-", "!"):
                continue
            place = len(self.tags)
            places[node.mem_id] = place
            attributes = node.attributes
            self.nodes.append(node)
            self.tags.append(tag)
            self.parents.append(parent)
            self.attributes.append(attributes)
            self.signs.append(_sign(tag, attributes.get("class") if attributes else None))
            self.text_from.append(len(self.texts))
            if tag in _INLINE:
                blocks.append(blocks[parent] if parent >= 0 else place)
            else:
                blocks.append(place)
                last_block = -1
        self._close()

    def _close(self) -> None:
        """Find where each element ends: where the next one begins that does not stand inside it."""
        count = len(self.tags)
        self.ends = [count] * count
        self.text_to = [len(self.texts)] * count
        waiting: list[int] = []
        for place, parent in enumerate(self.parents):
            while waiting and waiting[-1] != parent:
                closed = waiting.pop()
                self.ends[closed] = place
            waiting.append(place)
        last = list(self.text_from)
        for text, owner in enumerate(self.owners):
            last[owner] = text + 1
        for place in range(count - 1, 0, -1):
            parent = self.parents[place]
            last[parent] = max(last[parent], last[place])
        self.text_to = last

    def words(self, place: int, hidden: Sequence[tuple[int, int]] = ()) -> str:
        """Return the words of an element in one line, without the texts in `hidden`, from one up to another."""
        start, end = self.text_from[place], self.text_to[place]
        pieces, line = [], -1
        for text in range(start, end):
            if hidden and any(first <= text < last for first, last in hidden):
                continue
            if self.lines[text] != line:
                line = self.lines[text]
                pieces.append(" ")
            pieces.append(self.texts[text])
        return " ".join("".join(pieces).split())

    def is_inline(self, place: int) -> bool:
        """Tell whether an element stands in a line."""
        return self.tags[place] in _INLINE

    @staticmethod
    def is_inline_sign(sign: str) -> bool:
        """Tell whether elements of a sign stand in a line."""
        return sign.partition(".")[0] in _INLINE

    def is_inside(self, place: int, around: int) -> bool:
        """Tell whether an element is another one or stands inside it."""
        return around <= place < self.ends[around]


@lru_cache(maxsize=8192)
def _sign(tag: str, classes: str | None) -> str:
    for token in (classes or "").lower().split():
        if token not in _STRIPES:
            return f"{tag}.{_NUMBERS.sub('0', token)}"
    return tag
