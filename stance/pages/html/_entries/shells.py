"""What stands around each entry alone: it may hold the name beside the words, and the answers behind them."""

from collections.abc import Sequence

from stance.pages.html._entries.records import Record, nest
from stance.pages.html._entries.tree import Tree

_MOST_LEVELS = 6
_MOST_ADDED = 200
_LEAST_SHARE = 0.6


def shells(tree: Tree, records: Sequence[Record]) -> list[list[int]]:
    """Return the elements around each entry, level by level, as long as they are alike and no two share one."""
    levels: list[list[int]] = []
    if len(records) < 2 or any(record.end != tree.ends[record.start] for record in records):
        return levels
    places = [record.start for record in records]
    for _ in range(_MOST_LEVELS):
        places = [tree.parents[place] for place in places]
        if min(places) <= 0 or len(set(places)) < len(places) or len({tree.signs[place] for place in places}) > 1:
            break
        levels.append(places)
    return levels


def widen(tree: Tree, records: list[Record]) -> list[Record]:
    """Return entries with what stands around each, where that adds words which vary: names in a cell beside."""
    widened = records
    for places in shells(tree, records):
        added = [_added(tree, place, record) for place, record in zip(places, widened, strict=True)]
        found = [words for words in added if words]
        if any(len(words) > _MOST_ADDED for words in found) or len(found) < _LEAST_SHARE * len(records):
            continue
        if len(set(found)) > 1 or tree.tags[places[0]] == "tr":  # the cells of a row belong together
            inner = dict(zip(places, records, strict=True))
            widened = nest(tree, places)
            for record in widened:
                record.is_ping = inner[record.start].is_ping
    return widened


def _added(tree: Tree, place: int, record: Record) -> str:
    """Return the words that an element has before and behind an entry in it."""
    before = tree.line(tree.text_from[place], tree.text_from[record.start])
    return f"{before}\n{tree.line(tree.text_to[record.start], tree.text_to[place])}".strip()


def inside_which(tree: Tree, places: Sequence[int]) -> list[int | None]:
    """Return for each of some elements the number of the innermost other one around it, None for none."""
    around: list[int] = []
    found: list[int | None] = []
    for number, place in enumerate(places):
        while around and tree.ends[places[around[-1]]] <= place:
            around.pop()
        found.append(around[-1] if around else None)
        around.append(number)
    return found
