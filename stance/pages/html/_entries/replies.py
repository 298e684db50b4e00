"""Which entry answers which, and the numbers that the site gives its entries."""

import re
from collections.abc import Sequence

from stance.pages.html._entries.records import Record
from stance.pages.html._entries.shells import inside_which, shells
from stance.pages.html._entries.tree import Tree

_DEPTH = re.compile(r"(?:depth|level|indent|nest|lvl)[-_]?(\d{1,3})(?!\d)")
_MARGIN = re.compile(r"(?:margin|padding)-left\s*:\s*(\d{1,4}(?:\.\d+)?)\s*(px|em|rem|%)", re.IGNORECASE)
_NUMBERED = re.compile(r"(?:^|.*?[^0-9])(\d{1,25})$", re.DOTALL)
_LONGEST_NUMBER = 25
_IN_LINK = re.compile(r"#[a-z_-]{0,24}(\d+)$", re.IGNORECASE)
_FIRST_LINES = 2
_WHOLE = ("data-fullname", "thingid", "data-comment-id", "data-message-id", "data-id")
_NUMBERING = frozenset((*_WHOLE, "id", "name"))
_LEVELS_TO_REPLIES = 4
_LEVELS_TO_DEPTH = 6


def answer(tree: Tree, records: Sequence[Record]) -> None:
    """Fill in what each entry answers: by nesting, by a list behind what is answered, else by the depth shown."""
    outer = shells(tree, records)
    tops = outer[-1] if outer else [record.start for record in records]
    if outer and not any(record.parent for record in records):
        for record, number in zip(records, inside_which(tree, tops), strict=True):
            record.parent = records[number] if number is not None else None
    at = dict(zip(tops, records, strict=True))
    for top, record in zip(tops, records, strict=True):
        if record.parent is None:
            record.parent = _answered_before(tree, top, at)
    if not any(record.parent for record in records):
        _answer_by_depth(tree, records)


def _answered_before(tree: Tree, top: int, at: dict[int, Record]) -> Record | None:
    """Return the entry that stands right before a list of replies around this one. `at`: entries by their `top`."""
    place, record = tree.parents[top], at[top]
    for _ in range(_LEVELS_TO_REPLIES):
        if place <= 0:
            return None
        before = tree.previous(place)
        for _ in range(2):
            if before < 0:
                break
            found = at.get(before)
            if found is None and not tree.text_to[before] > tree.text_from[before]:
                before = tree.previous(before)
                continue
            if found is not None and found is not record:
                return found
            break
        place = tree.parents[place]
    return None


def _answer_by_depth(tree: Tree, records: Sequence[Record]) -> None:
    for read in (_depth_by_mark, _depth_by_margin):
        depths = [read(tree, record) for record in records]
        known = [depth for depth in depths if depth is not None]
        if len(known) < len(records) * 0.9 or len(set(known)) < 2:
            continue
        levels = {depth: level for level, depth in enumerate(sorted(set(known)))}
        waiting: list[tuple[int, Record]] = []
        for record, depth in zip(records, depths, strict=True):
            level = levels[depth] if depth is not None else 0
            while waiting and waiting[-1][0] >= level:
                waiting.pop()
            record.parent = waiting[-1][1] if waiting else None
            waiting.append((level, record))
        return


def answer_by_links(tree: Tree, records: Sequence[Record], numbers: Sequence[str | None]) -> None:
    """Fill in what an entry answers where a link in its first lines leads to one before it, as "in reply to" does."""
    earlier: dict[str, Record] = {}
    for record, own in zip(records, numbers, strict=True):
        if record.parent is None and earlier:
            targets = {found for found in _linked(tree, record) if found != own and found in earlier}
            if len(targets) == 1:
                record.parent = earlier[targets.pop()]
        if own is not None:
            earlier.setdefault(own, record)


def _linked(tree: Tree, record: Record) -> list[str]:
    """Return the numbers of entries that links in the first lines of an entry lead to."""
    start = tree.text_from[record.start]
    found = []
    for place in tree.links_in(record.start, record.nested[0].start if record.nested else record.end):
        if tree.text_to[place] > tree.text_from[place]:
            if tree.lines[tree.text_from[place]] - tree.lines[start] > _FIRST_LINES:
                break
            linked = _IN_LINK.search(tree.attributes[place].get("href") or "")
            found += [linked[1]] if linked else []
    return found


def _depth_by_mark(tree: Tree, record: Record) -> float | None:
    for place in range(record.start, min(record.end, record.start + _LEVELS_TO_DEPTH)):
        attributes = tree.attributes[place]
        for name in ("indent", "depth", "data-depth", "data-level", "aria-level"):
            value = attributes.get(name) or ""
            if value.isdecimal() and len(value) < 4:
                return float(value)
        found = _DEPTH.search(tree.kinds[place].classes)
        if found:
            return float(found[1])
    return None


def _depth_by_margin(tree: Tree, record: Record) -> float | None:
    for place in range(record.start, min(record.end, record.start + _LEVELS_TO_DEPTH)):
        attributes = tree.attributes[place]
        found = _MARGIN.search(attributes.get("style") or "")
        if found:
            return float(found[1])
        width = attributes.get("width") or ""
        if tree.tags[place] == "img" and width.isdecimal():
            return float(width)
    return 0.0


def number(tree: Tree, records: Sequence[Record]) -> list[str | None]:
    """Return the site's number of each entry, None where the page shows none.

    Ids, names and data attributes of one kind count where nearly every entry has a value of its own.
    """
    plain = _numbers_of_ids(tree, records)
    if plain is not None:
        return plain
    columns: dict[str, dict[int, str]] = {}
    for at, record in enumerate(records):
        for kind, value in _identifiers(tree, record):
            columns.setdefault(kind, {}).setdefault(at, value)
    found: list[str | None] = [None] * len(records)
    ranked = sorted(columns.values(), key=lambda column: -len(set(column.values())))
    for column in ranked:
        if len(set(column.values())) < 0.5 * len(records):
            break
        for at, value in column.items():
            if found[at] is None:
                found[at] = value
    return found


def _numbers_of_ids(tree: Tree, records: Sequence[Record]) -> list[str | None] | None:
    """Return the numbers in the ids of all entries where they are of one kind and differ, which is the usual case."""
    first = tree.attributes[records[0].start]
    before = tree.previous(records[0].start)
    if (before >= 0 and _is_anchor(tree, before)) or not first.keys().isdisjoint(_WHOLE):
        return None
    prefix = (first.get("id") or "").rstrip("0123456789")
    numbers: list[str | None] = []
    for record in records:
        found = tree.attributes[record.start].get("id") or ""
        number = found[len(prefix) :]
        if not (prefix and found.startswith(prefix) and number.isdecimal() and number.isascii()):
            return None
        numbers.append(number)
    is_whole = len(set(numbers)) == len(numbers) and max(map(len, filter(None, numbers))) <= _LONGEST_NUMBER
    return numbers if is_whole else None


def _is_anchor(tree: Tree, place: int) -> bool:
    return tree.tags[place] in ("a", "span") and tree.text_to[place] <= tree.text_from[place]


def _identifiers(tree: Tree, record: Record) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    before = tree.previous(record.start)
    inner = record.nested[0].start if record.nested else record.end
    places = list(range(record.start, inner))
    if before >= 0 and _is_anchor(tree, before):
        places.insert(0, before)
    for place in places:
        attributes = tree.attributes[place]
        if _NUMBERING.isdisjoint(attributes):
            continue
        for name in (*_WHOLE, "id", "name"):
            value = attributes.get(name)
            if not value:
                continue
            matched = _NUMBERED.match(value)
            if name in _WHOLE:
                found.append((name, value.rpartition("_")[2] or value))
            elif matched:
                found.append((f"{name} {value[: matched.start(1)]}", matched[1]))
    return found
