"""Records of an XML export: the file is cut at the tags of its records, and each record is parsed by itself.

So memory stays flat however long the file is, damage in one record never reaches the next, and entities
cannot grow or fetch anything, since no record sees a document type. `_xml_window` brings the bytes.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO

from lxml import etree  # type: ignore[import-untyped, unused-ignore]

from stance.errors import ReadError
from stance.pages.exports._xml.prefixes import usual_prefixes
from stance.pages.exports._xml.repair import repair_markup
from stance.pages.exports._xml.window import Window, read_prolog, utf8_chunks
from stance.thread import Finding

# name, markup, whether it was closed, line
_Cut = tuple[str, bytes, bool, int]
_BATCH, _LARGEST_BATCH = 50, 1 << 20


@dataclass(frozen=True, slots=True)
class Record:
    """One record: its name, the text of its fields, and the fields that have attributes.

    `texts` maps the name of a field as written ("wp:comment_id", "author/name") to its first text; a field with
    markup in it gives that markup. `attributes` holds (field, its attributes) in order, names without prefix; the
    record's own are under "". `line` is where it starts. `defect`: "not_well_formed" where its markup was
    repaired, "cut_off" where the file ends inside it, else "".
    """

    name: str
    texts: dict[str, str]
    attributes: tuple[tuple[str, dict[str, str]], ...]
    line: int
    defect: str = ""

    def attribute(self, field: str, name: str) -> str:
        """Return an attribute of the first field of that name that has it, or ""."""
        return next((found[name] for at, found in self.attributes if at == field and name in found), "")


def read_records(
    stream: BinaryIO, source: str, names: Collection[str], inner: str = "", references: Collection[str] = ()
) -> Iterator[Record]:
    """Yield the records called one of `names`, and before each the records `inner` that stand in it.

    `references`: names that inside another record are mere fields. Raises ReadError where the document declares
    entities, has no root, or has a record over 16 MiB.
    """
    window = Window(usual_prefixes(utf8_chunks(stream)), source)
    opening = read_prolog(window)
    reader = _Reader(opening)
    batch: list[_Cut] = []
    size = 0
    try:
        for cut in _cut_records(window, frozenset(names), inner, frozenset(references)):
            batch.append(cut)
            size += len(cut[1])
            if len(batch) == _BATCH or size > _LARGEST_BATCH:
                yield from reader.read_all(batch)
                batch, size = [], 0
    except ReadError:
        yield from reader.read_all(batch)
        raise
    yield from reader.read_all(batch)


def defects_of(records: Iterable[Record]) -> Iterator[Finding]:
    """Yield a finding for what was repaired in these records, and one where the file stops inside one of them."""
    lines: dict[str, list[int]] = {}
    for record in records:
        lines.setdefault(record.defect, []).append(record.line)
    if found := lines.get("not_well_formed"):
        message = f"the XML of {len(found)} records is not well-formed and was repaired, the first at line {min(found)}"
        yield Finding("not_well_formed", message)
    if found := lines.get("cut_off"):
        yield Finding("cut_off", f"the record that starts at line {min(found)} is not closed; its end may be missing")


def zoned_time(written: str) -> str | None:
    """Return a time with its zone in ISO 8601 to the second, None where it is none.

    >>> zoned_time("2010-03-12T08:02:00.001-08:00"), zoned_time("2011-08-31T15:16:29Z"), zoned_time("2011-x9")
    ('2010-03-12T08:02:00-08:00', '2011-08-31T15:16:29+00:00', None)
    """
    try:
        time = datetime.fromisoformat(written.strip())
    except ValueError:
        return None
    return time.isoformat(timespec="seconds") if ":" in written else None


def _cut_records(window: Window, names: frozenset[str], inner: str, references: frozenset[str]) -> Iterator[_Cut]:
    """Yield the name, markup, whether it was closed, and the line of each record; the inner ones are cut out."""
    outer, pieces, mark, line = "", list[bytes](), 0, 0
    in_inner = False
    for closing, name, start, end in _tags(window, names | ({inner} if inner else set())):
        if not outer:
            if name in names and not closing:
                window.drop(start)
                outer, mark, line = name, start, window.line
            continue
        if name == inner and closing and not in_inner:
            continue
        if name == inner:
            if in_inner:
                cut = end if closing else start
                yield inner, window.cut(mark, cut), closing, window.line
            else:
                cut = start
                pieces.append(window.cut(mark, cut))
            in_inner, mark = not closing, cut
            window.drop(cut)
        elif name == outer or (not closing and name not in references):
            if in_inner:
                yield inner, window.cut(mark, start), False, window.line
                mark = start
            cut = end if closing else start
            pieces.append(window.cut(mark, cut))
            yield outer, b"".join(pieces), closing, line
            window.drop(cut)
            pieces.clear()
            outer, mark, line, in_inner = ("" if closing else name), cut, window.line, False
    if outer:
        rest = window.cut(mark, window.start + len(window.data))
        if in_inner:
            yield inner, rest, False, window.line
            rest = b""
        yield outer, b"".join([*pieces, rest]), False, line


def _tags(window: Window, names: Collection[str]) -> Iterator[tuple[bool, str, int, int]]:
    """Yield (closing, name, start, end) of each tag of these names that is no part of a CDATA section or remark."""
    any_name = "|".join(map(re.escape, sorted(names)))
    pattern = re.compile(rf"<(?:/?(?:{any_name})(?=[\s/>])|!\[CDATA\[|!--)".encode())
    passed = re.compile(rf"<(?:/?(?:{any_name})(?=[\s/>])|!--)".encode())
    place = window.start
    while (found := window.search(pattern, place)) is not None:
        start, place, mark = found
        if mark.startswith(b"<!"):
            place = window.find(b"-->" if mark == b"<!--" else b"]]>", place)
        elif mark.startswith(b"</"):
            place = window.find(b">", place)
            yield True, mark[2:].decode(), start, place if place > 0 else window.start + len(window.data)
        else:
            yield False, mark[1:].decode(), start, place
            place = _end_of_plain(window, passed, place, b"</" + mark[1:])
        if place < 0:
            return


def _end_of_plain(window: Window, passed: re.Pattern[bytes], place: int, closing: bytes) -> int:
    """Return where a record's closing tag stands, with nothing to stop at before it in the window, else `place`.

    Its sections need not be looked at one by one then: the tag stands in none where the last one before it is closed.
    """
    data, first = window.data, place - window.start
    found = passed.search(data, first)
    if found is None or found[0] != closing:
        return place
    if data.rfind(b"<![CDATA[", first, found.start()) > data.rfind(b"]]>", first, found.start()):
        return place
    return window.start + found.start()


class _Reader:
    """Parses one record after the other, each in an element that declares the prefixes of the file's root."""

    def __init__(self, opening: bytes) -> None:
        self._opening = opening
        safe: dict[str, Any] = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": True}
        quiet = {"remove_comments": True, "remove_pis": True, "collect_ids": False}
        self._strict = etree.XMLParser(**safe, **quiet)
        self._lenient = etree.XMLParser(**safe, **quiet, recover=True)
        self._names: dict[str, str] = {}

    def read_all(self, cuts: list[_Cut]) -> Iterator[Record]:
        """Yield the records, parsed together where each of them is well-formed: a parse costs more than a record."""
        roots: Any = ()
        if all(closed for _, _, closed, _ in cuts):
            try:
                markups = b"".join([markup for _, markup, _, _ in cuts])
                roots = etree.fromstring(b"%b%b</export>" % (self._opening, markups), self._strict)
            except etree.XMLSyntaxError:
                pass
        if len(roots) != len(cuts):
            yield from (self.read(*cut) for cut in cuts)
            return
        for (name, _, _, line), root in zip(cuts, roots, strict=True):
            texts, attributes = self._fields(root)
            yield Record(name, texts, tuple(attributes), line)

    def read(self, name: str, markup: bytes, closed: bool, line: int) -> Record:
        defect = "" if closed else "cut_off"
        if not closed:
            if b"<" not in markup[1:]:
                return Record(name, {}, (), line, defect)
            markup = b"%b</%b>" % (markup, name.encode())
        try:
            root = etree.fromstring(b"%b%b</export>" % (self._opening, markup), self._strict)
        except etree.XMLSyntaxError:
            defect = defect or "not_well_formed"
            root = self._repaired(markup)
        texts, attributes = self._fields(root[0]) if root is not None and len(root) else ({}, [])
        return Record(name, texts, tuple(attributes), line, defect)

    def _repaired(self, markup: bytes) -> Any:
        for repaired in repair_markup(markup):
            try:
                return etree.fromstring(b"%b%b</export>" % (self._opening, repaired), self._strict)
            except etree.XMLSyntaxError:
                continue
        try:
            return etree.fromstring(b"%b%b" % (self._opening, repaired), self._lenient)
        except etree.XMLSyntaxError:
            return None

    def _fields(self, element: Any) -> tuple[dict[str, str], list[tuple[str, dict[str, str]]]]:
        texts: dict[str, str] = {}
        attributes = [("", _plain(element.attrib))] if element.keys() else []
        for field in element:
            name = self._names.get(field.tag) or self._name(field)
            if len(field):
                for part in field:
                    texts.setdefault(f"{name}/{self._names.get(part.tag) or self._name(part)}", part.text or "")
                texts.setdefault(name, _inner_markup(field))
            else:
                texts.setdefault(name, field.text or "")
            if field.keys():
                attributes.append((name, _plain(field.attrib)))
        return texts, attributes

    def _name(self, field: Any) -> str:
        if not isinstance(field.tag, str):
            # an entity that nothing declares, left in place where the markup could not be repaired
            return ""
        local = field.tag.rpartition("}")[2]
        name = f"{field.prefix}:{local}" if field.prefix else local
        self._names[field.tag] = name
        return name


def _plain(attributes: Any) -> dict[str, str]:
    return {name.rpartition("}")[2].rpartition(":")[2]: value for name, value in attributes.items()}


def _inner_markup(field: Any) -> str:
    return (field.text or "") + "".join(etree.tostring(part, encoding="unicode") for part in field)
