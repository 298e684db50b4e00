"""Repair of one XML record that is not well-formed, in steps from the mildest to the boldest."""

import re
import sys
from collections.abc import Iterator
from html import escape, unescape
from html.entities import html5

# what stands in these is text or HTML, never a field of the record
_TEXT_FIELD = re.compile(
    r"<(content(?::encoded)?|excerpt:encoded|summary|title|name|message|description|wp:comment_(?:content|author))"
    r"(?:\s[^<>]*)?>"
)
_CDATA = re.compile(r"<!\[CDATA\[.*?(?:\]\]>|\Z)", re.DOTALL)
_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NOT_UTF8 = re.compile("[\udc80-\udcff]+")
_BARE_AMPERSAND = re.compile(
    r"&(?!(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#x[0-9a-fA-F]{1,6});)(?:([A-Za-z][A-Za-z0-9]{1,31};))?"
)
_NUMBERED = re.compile(r"&#(?:x([0-9a-fA-F]++)|([0-9]++));")
_LONGEST_NUMBERED = 12
_BARE_LESS = re.compile(r"<(?![A-Za-z_/!?][^<>]*>)")
_TAG = re.compile(r"<[A-Za-z_][^<>]*>")
_ATTRIBUTE_VALUE = re.compile(r""""[^"]*+"|'[^']*+'|=\s*+([^\s"'>]++)""")
_EMPTY_FIELD = re.compile(
    r"<((?:category|link|thr:in-reply-to)\s[^<>]*+)>(?:\s*+</(?:category|link|thr:in-reply-to)>)?"
)


def repair_markup(markup: bytes) -> Iterator[bytes]:
    """Yield the record with bad characters and signs repaired, then also with text fields taken as they stand."""
    # in sections too: what looks like one may stand inside a remark or a value, where it is none to the parser
    text = _NUMBERED.sub(_known_character, _NOT_XML.sub("", decode_mixed(markup)))
    signs = "".join(piece if piece.startswith("<![CDATA[") else _repair_signs(piece) for piece in _pieces(text))
    yield signs.encode()
    yield _EMPTY_FIELD.sub(_close_field, _wrap_fields(signs)).encode()


def decode_mixed(data: bytes) -> str:
    """Return the text of UTF-8, in which the bytes that cannot be UTF-8 are taken for Windows' western encoding.

    >>> decode_mixed("neu – ".encode() + "neu –".encode("cp1252"))
    'neu – neu –'
    """
    try:
        return data.decode()
    except UnicodeDecodeError:
        return _NOT_UTF8.sub(_from_windows, data.decode("utf-8", "surrogateescape"))


def _from_windows(found: re.Match[str]) -> str:
    return found[0].encode("utf-8", "surrogateescape").decode("cp1252", "replace")


def _pieces(text: str) -> Iterator[str]:
    place = 0
    for section in _CDATA.finditer(text):
        yield text[place : section.start()]
        whole = section[0]
        yield whole if whole.endswith("]]>") else whole + "]]>"
        place = section.end()
    yield text[place:]


def _repair_signs(piece: str) -> str:
    piece = _BARE_AMPERSAND.sub(_known_entity, piece)
    return _TAG.sub(_quote_values, _BARE_LESS.sub("&lt;", piece))


def _known_entity(found: re.Match[str]) -> str:
    name = found[1]
    if not name:
        return "&amp;"
    return escape(html5[name]) if name in html5 else f"&amp;{name}"


def _known_character(found: re.Match[str]) -> str:
    if found.end() - found.start() > _LONGEST_NUMBERED:
        return ""
    number = int(found[1], 16) if found[1] else int(found[2])
    return found[0] if number <= sys.maxunicode and not _NOT_XML.match(chr(number)) else ""


def _quote_values(tag: re.Match[str]) -> str:
    end = "/>" if tag[0].endswith("/>") else ">"
    inside = tag[0].removesuffix(end)
    return _ATTRIBUTE_VALUE.sub(lambda value: f'="{value[1]}"' if value[1] else value[0], inside) + end


def _close_field(found: re.Match[str]) -> str:
    """Close a field of Atom that says all in its attributes; the namesakes in other exports hold text."""
    inside = found[1].removesuffix("/")
    return f"<{inside}/>" if re.search(r"\s(?:term|href|ref)=", inside) else found[0]


def _wrap_fields(text: str) -> str:
    """Put what stands in each field of text into a CDATA section, unless it is a sound one."""
    out, place = [], 0
    open_ended: set[str] = set()
    while (found := _TEXT_FIELD.search(text, place)) is not None:
        start = end = found.end()
        if not found[0].endswith("/>") and found[1] not in open_ended:
            end = text.find(f"</{found[1]}", start)
        if end < 0:
            open_ended.add(found[1])
            end = start
        out += [text[place:start], _wrapped(text[start:end])]
        place = end
    return "".join([*out, text[place:]])


def _wrapped(inner: str) -> str:
    section = inner.strip()
    if section.startswith("<![CDATA["):
        section = section.removeprefix("<![CDATA[").removesuffix("]]>")
        if "]]>" not in section or "<![CDATA[" in section:
            return inner
        inner = section
    elif "&lt;" in inner:
        inner = unescape(inner)
    elif not inner:
        return ""
    return f"<![CDATA[{inner.replace(']]>', ']]]]><![CDATA[>')}]]>"
