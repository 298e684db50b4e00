"""From the bytes of a saved page to what the parser is given: UTF-8, also where a wrong encoding is declared, and no
markup on which a parser takes time with the square of its size.
"""

import codecs
import re
from codecs import utf_8_decode

from stance.errors import ReadError

_DECLARED = re.compile(
    rb"""<(?:meta|\?xml)\b[^>]{0,500}?\b(?:charset|encoding)\s{0,5}=\s{0,5}["']?\s{0,5}([\w.:-]{2,40})""", re.I
)
_LOOK_IN = 4096
_PIECE = 1 << 14
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
# what browsers do with these labels; Python's own codecs of these names are stricter
_BROWSER_NAMES = {
    **dict.fromkeys(
        ("ascii", "us-ascii", "latin-1", "latin1", "l1", "iso-8859-1", "iso8859-1", "iso_8859-1"), "cp1252"
    ),
    **dict.fromkeys(("iso-8859-9", "latin5"), "cp1254"),
    **dict.fromkeys(("gb2312", "gbk", "gb_2312-80"), "gb18030"),
    **dict.fromkeys(("shift_jis", "shift-jis", "sjis", "x-sjis"), "cp932"),
    **dict.fromkeys(("euc-kr", "ks_c_5601-1987"), "cp949"),
    **dict.fromkeys(("unicode", "utf-16", "utf-16le", "utf-16be", "utf8"), "utf-8"),
}
# nothing else that Python calls a codec (zip, hex, rot13, punycode) is the encoding of a page
_TEXT_CODEC = re.compile(
    r"utf-8|iso-8859-\d\d?|windows-\d{3,4}|cp\d{3,4}|koi8-[ru]|macintosh|mac-?roman|big5(?:-?hkscs)?|gb18030|euc-jp|tis-620"
)
# a byte that is no UTF-8 arrives as a lone surrogate; read it as what Windows wrote
_STRAY_BYTES = {0xDC00 + byte: bytes([byte]).decode("cp1252", "replace") for byte in range(0x80, 0x100)}
_TEMPLATE = re.compile(rb"<template(?=[\s>/])[^>]{0,1000}+>|</template\s{0,9}+>", re.IGNORECASE)
_DEEPEST = 3000
_HARMLESS = 100_000  # a page this long parses in half a second whatever is in it
_FEWEST_TAGS = 6000
_MOST_ATTRIBUTES = 10_000
_WINDOW = 20_000
_FURTHEST_BACK = 100 * _WINDOW
# elements that the parser closes by itself do not nest
_TAG = re.compile(
    rb"<(?:(/)|(?!(?:p|li|dt|dd|a|tr|td|th|tbody|thead|option|br|img|hr|input|meta|link|area|base|col|embed|source|track"
    rb"|wbr|param|script|style)\b)[a-z])",
    re.IGNORECASE,
)
_NOT_NESTING = re.compile(rb"</(?:p|li|dt|dd|a|tr|td|th|tbody|thead|option|script|style|br)\b", re.IGNORECASE)


def recode_page(data: bytes, charset: str | None = None) -> tuple[bytes, str, str | None]:
    """Return a page as UTF-8, the encoding it was in, and the one that is declared (None if none).

    A byte order mark wins, then UTF-8 wherever the bytes are UTF-8, then what the page or `charset` (of the
    HTTP header) declares. Bytes that fit neither are read as Windows-1252. Never raises.
    """
    for bom, name in _BOMS:
        if data.startswith(bom):
            return _recoded(data[len(bom) :], name), name, None
    wide = _wide_encoding(data[:200])
    if wide:
        return _recoded(data, wide), wide, None
    declared = _declared(data, charset)
    problem = _utf8_problem(data)
    if problem is None:
        return data, "utf-8", declared
    codec = _codec_name(declared)
    if codec is not None and codec != "utf-8":
        return _recoded(data, codec), codec, declared
    if problem.start >= len(data) - 3 and problem.reason.startswith("unexpected end"):
        return data[: problem.start], "utf-8", declared  # the page was cut inside a character
    text = data.decode("utf-8", "surrogateescape").translate(_STRAY_BYTES)
    return text.encode("utf-8", "replace"), "cp1252", declared


def _utf8_problem(data: bytes) -> UnicodeDecodeError | None:
    """Return where bytes are no UTF-8, None where all are. Reads piece by piece: a long text costs fresh memory."""
    try:
        if not data.isascii():
            place = 0
            while place < len(data):
                piece = data[place : place + _PIECE]
                place += _PIECE if piece.isascii() else utf_8_decode(piece, "strict", place + _PIECE >= len(data))[1]
    except UnicodeDecodeError:
        try:
            data.decode("utf-8")
        except UnicodeDecodeError as problem:  # this one counts from the start of the data
            return problem
    return None


def _recoded(data: bytes, name: str) -> bytes:
    return data.decode(name, "replace").encode("utf-8", "replace")


def same_encoding(declared: str | None, used: str) -> bool:
    """Tell whether a declared label (None: nothing declared) means the encoding that was used."""
    return declared is None or _codec_name(declared) in (None, used)


def _declared(data: bytes, charset: str | None) -> str | None:
    if charset:
        return charset
    found = _DECLARED.search(data, 0, _LOOK_IN)
    return found[1].decode("ascii", "replace") if found else None


def _codec_name(label: str | None) -> str | None:
    if label is None:
        return None
    name = label.strip().strip("\"'").lower()
    name = _BROWSER_NAMES.get(name, name)
    if not _TEXT_CODEC.fullmatch(name):
        return None
    try:
        return codecs.lookup(name).name
    except LookupError:
        return None


def _wide_encoding(head: bytes) -> str | None:
    """Recognise UTF-16 without a byte order mark: every other byte of the first tags is zero."""
    if len(head) >= 20 and head.count(0) >= len(head) // 3:
        return "utf-16-le" if head[1::2].count(0) > head[0::2].count(0) else "utf-16-be"
    return None


def open_shadows(page: bytes) -> bytes:
    """Return a page in which the shadow trees of its elements, saved as templates, stand as other elements do.

    Source: HTML standard, declarative shadow DOM (`shadowrootmode`). Other templates are not shown and stay.
    """
    if b"shadowroot" not in page:
        return page
    pieces: list[bytes] = []
    opened: list[bool] = []
    place = 0
    for tag in _TEMPLATE.finditer(page):
        if tag[0].startswith(b"</"):
            is_shadow = opened.pop() if opened else False
        else:
            is_shadow = b"shadowroot" in tag[0].lower()
            opened.append(is_shadow)
        if is_shadow:
            pieces += [page[place : tag.start()], b"</div>" if tag[0].startswith(b"</") else b"<div>"]
            place = tag.end()
    return b"".join([*pieces, page[place:]])


def refuse_hostile_markup(page: bytes, source: str) -> None:
    """Raise ReadError for markup nested thousands deep, or a tag with thousands of attributes.

    Costs next to nothing on a page of usual size; reads the tags of one that has very many of them.
    """
    if len(page) > _HARMLESS and page.count(b"<") > _FEWEST_TAGS:
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
    start = page.rfind(b"<", max(0, place - _FURTHEST_BACK), place)  # further back an earlier place has looked
    end = page.find(b">", start) if start >= 0 else -1
    if start < 0 or 0 <= end < place or not page[start + 1 : start + 2].isalpha():
        return
    tag = page[start : end if end >= 0 else start + 100 * _WINDOW]
    if len(tag.split(None, _MOST_ATTRIBUTES)) > _MOST_ATTRIBUTES:
        raise ReadError(
            f"{source}: expected a tag of at most {_MOST_ATTRIBUTES:,} attributes, found more at byte {start:,}. "
            "No browser shows such a page; save it again."
        )
