"""Entries in several parts: an element that opens each, with the siblings behind it up to the next that opens one."""

from collections import Counter
from itertools import pairwise

from stance.pages.html._entries.records import Record, nested
from stance.pages.html._entries.tree import Tree

_HEADINGS = frozenset(("h1", "h2", "h3", "h4"))
_OF_TABLES = frozenset(("table", "tbody", "tr", "td"))
_FEWEST_BEHIND_A_POST = 3


def runs(tree: Tree, members: list[int]) -> list[Record] | None:
    """Return members with the siblings behind each, None where there are none: entries in several parts."""
    if tree.tags[members[0]] in ("li", "article", "td"):
        return None
    members = _in_turn(tree, members)
    heads = set(members)
    if len(members) > 1 and len({tree.parents[place] for place in members}) == len(members):
        return None  # what is around each is the entry
    records: list[Record] = []
    tails: set[str] = set()
    is_longer = False
    for place in members:
        parent = tree.parents[place]
        limit = tree.ends[parent] if parent >= 0 else len(tree.tags)
        end = tree.ends[place]
        seen: list[str] = []
        while end < limit and end not in heads:
            sign = tree.signs[end].split(".")[0] if tree.tags[end] == "p" else tree.signs[end]
            seen.append(sign)
            end = tree.ends[end]
        if end >= limit and records:  # behind the last entry something else may follow
            end = tree.ends[place]
            while end < limit and _short(tree, end) in tails:
                end = tree.ends[end]
        else:
            tails.update(seen)
        is_longer = is_longer or end > tree.ends[place]
        records.append(Record(place, end))
    if not is_longer:
        return None
    if tree.tags[members[0]] == "dt" and any(a.end > b.start for a, b in pairwise(records)):
        return nested(records)  # each ends within what it stands in
    if any(a.end > b.start for a, b in pairwise(records)):
        return None
    return runs(tree, members[1:]) if _is_post(tree, records) else _turned(tree, records)


def without_post(tree: Tree, members: list[int]) -> list[int]:
    """Return elements that are alike without the first where it is the post's: a heading stands between it and the
    second, and between no other brothers; or it is built otherwise than all others and has a heading that they have
    not, or holds them all, some of which hold others.
    """
    if len(members) < _FEWEST_BEHIND_A_POST:
        return members
    if _is_other(tree, members[0], members[1:]):
        return members[1:]
    parent = tree.parents[members[0]]
    if any(tree.parents[place] != parent for place in members):
        return members
    gaps = (_is_headed(tree, tree.ends[one], two) for one, two in pairwise(members))
    return members[1:] if next(gaps) and not any(gaps) else members


def _is_other(tree: Tree, first: int, others: list[int]) -> bool:
    """Tell whether an element before some others is called, or stands, as none of them, and is no entry of them."""
    holds_them = tree.ends[others[-1]] <= tree.ends[first]
    if tree.tags[first] in _OF_TABLES and holds_them:
        return True  # it lays out the page
    called = {tree.signs[place] for place in others}
    around = {tree.signs[tree.parents[place]] for place in others}
    if tree.signs[first] in called and (tree.signs[tree.parents[first]] in around or len(around) > 1):
        return False
    headings = _HEADINGS.intersection(tree.tags[first : min(tree.ends[first], others[0])])
    if headings and not headings <= _tags_in(tree, others):
        return len(called) == 1
    return holds_them and tree.signs[first] not in called and any(two < tree.ends[one] for one, two in pairwise(others))


def _tags_in(tree: Tree, places: list[int]) -> set[str]:
    """Return the tags of elements and of what is inside them, which is looked at once where they hold each other."""
    found: set[str] = set()
    end = 0
    for place in places:
        if place >= end:
            end = tree.ends[place]
            found.update(tree.tags[place:end])
    return found


def _is_headed(tree: Tree, start: int, end: int) -> bool:
    """Tell whether a heading stands among brothers from one up to another."""
    while start < end:
        if tree.tags[start] in _HEADINGS:
            return True
        start = tree.ends[start]
    return False


def _is_post(tree: Tree, records: list[Record]) -> bool:
    """Tell whether the first of several entries holds a heading, as none behind it does: it is the post, with the
    heading of the comments below it.
    """
    inside = [tree.tags[place] for place in records[0].tops(tree)[1:]]
    if len(records) < _FEWEST_BEHIND_A_POST or _HEADINGS.isdisjoint(inside):
        return False
    others = {tree.tags[place] for record in records[1:-1] for place in record.tops(tree)[1:]}
    return _HEADINGS.isdisjoint(others)


def _in_turn(tree: Tree, members: list[int]) -> list[int]:
    """Return members without those out of step, where most are every second or third of brothers that are alike: a
    date in the words of an entry makes no head of them.
    """
    parent, sign = tree.parents[members[0]], tree.signs[members[0]]
    if parent < 0 or tree.tags[members[0]] != "tr" or any(tree.parents[place] != parent for place in members):
        return members
    steps: dict[int, int] = {}
    place = parent + 1
    while place < tree.ends[parent]:
        if tree.signs[place] == sign:
            steps[place] = len(steps)
        place = tree.ends[place]
    numbers = [steps[place] for place in members if place in steps]
    gaps = Counter(two - one for one, two in pairwise(numbers))
    period = gaps.most_common(1)[0][0] if gaps else 1
    if period < 2 or len(numbers) < len(members):
        return members
    turn, count = Counter(number % period for number in numbers).most_common(1)[0]
    return [place for place in members if steps[place] % period == turn] if 2 * count > len(members) else members


def _turned(tree: Tree, records: list[Record]) -> list[Record]:
    """Let entries begin with what stands before the first of them and at the end of all others."""
    while len(records) > 1:
        before = tree.previous(records[0].start)
        heads = [before, *(_last(tree, record) for record in records[:-1])]
        signs = {tree.signs[head] if head >= 0 else "" for head in heads}
        if len(signs) > 1 or any(head == record.start for head, record in zip(heads[1:], records, strict=False)):
            break
        ends = [*heads[1:], records[-1].end]
        last = _last(tree, records[-1])
        if last != records[-1].start and tree.signs[last] in signs:
            if tree.tags[last] == tree.tags[records[-1].start]:
                break  # rows alike: what stands before the first is a heading, as the last one has all its rows
            ends[-1] = last
        records = [Record(head, end) for head, end in zip(heads, ends, strict=True)]
    return records


def _last(tree: Tree, record: Record) -> int:
    """Return the last of the outermost elements of an entry."""
    return record.tops(tree)[-1]


def _short(tree: Tree, place: int) -> str:
    return "p" if tree.tags[place] == "p" else tree.signs[place]
