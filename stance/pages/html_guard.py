"""Markup on which an HTML parser takes time with the square of its size is refused before it is parsed."""

import re

from stance.errors import ReadError

_DEEPEST = 3000
_FEWEST_TAGS = 6000
_MOST_ATTRIBUTES = 10_000
_WINDOW = 20_000
# elements that the parser closes by itself do not nest
_TAG = re.compile(
    rb"<(?:(/)|(?!(?:p|li|dt|dd|a|tr|td|th|tbody|thead|option|br|img|hr|input|meta|link|area|base|col|embed|source|track"
    rb"|wbr|param|script|style)\b)[a-z])",
    re.IGNORECASE,
)
_NOT_NESTING = re.compile(rb"</(?:p|li|dt|dd|a|tr|td|th|tbody|thead|option|script|style|br)\b", re.IGNORECASE)


def refuse_hostile_markup(page: bytes, source: str) -> None:
    """Raise ReadError for markup nested thousands deep, or a tag with thousands of attributes.

    Costs next to nothing on a page of usual size; reads the tags of one that has very many of them.
    """
    if page.count(b"<") > _FEWEST_TAGS:
        _refuse_depth(page, source)
    for place in range(_WINDOW, len(page), _WINDOW):
        if page.find(b">", place, place + _WINDOW) < 0:
            _refuse_long_tag(page, place, source)


def _refuse_depth(page: bytes, source: str) -> None:
    depth = 0
    for tag in _TAG.finditer(page):
        if tag[1] is None:
            depth += 1
            if depth > _DEEPEST:
                raise ReadError(
                    f"{source}: expected HTML nested at most {_DEEPEST:,} deep, found more at byte {tag.start():,}. "
                    "No browser shows such a page; save it again."
                )
        elif depth and _NOT_NESTING.match(page, tag.start()) is None:
            depth -= 1


def _refuse_long_tag(page: bytes, place: int, source: str) -> None:
    start = page.rfind(b"<", 0, place)
    end = page.find(b">", start) if start >= 0 else -1
    if start < 0 or 0 <= end < place or not page[start + 1 : start + 2].isalpha():
        return
    tag = page[start : end if end >= 0 else start + 100 * _WINDOW]
    if len(tag.split(None, _MOST_ATTRIBUTES)) > _MOST_ATTRIBUTES:
        raise ReadError(
            f"{source}: expected a tag of at most {_MOST_ATTRIBUTES:,} attributes, found more at byte {start:,}. "
            "No browser shows such a page; save it again."
        )
