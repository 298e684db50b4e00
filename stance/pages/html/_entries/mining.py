"""Where the entries of a thread are: the part of a page that repeats, mined from its shape.

Sibling subtrees of like shape are what lists of records look like (Liu, Grossman and Zhai 2003, "Mining data records
in web pages"). Of all that repeats, a thread is what shows a date or a name and words of its own in each.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

from stance.pages.html._entries import marks
from stance.pages.html._entries.counts import Counts
from stance.pages.html._entries.records import Entries, Record, nest
from stance.pages.html._entries.runs import runs, without_post
from stance.pages.html._entries.shells import widen
from stance.pages.html._entries.tree import ENTRY_TAGS, Tree

_HEADS = frozenset(("dt", "p", "h2", "h3", "h4", "h5", "h6"))  # what may open an entry and have nothing inside
_LIST_TAGS = frozenset(("li", "tr", "article", "dt"))
_NESTING = frozenset(("details", "section", "dl", "fieldset"))  # answers stand right inside what they answer
_MOST_MEMBERS = 100_000
_FEWEST_NUMBERED = 2
_MOST_COMPARED = 6
_LONGEST_HEAD = 200


def mine(tree: Tree, numbered: set[str]) -> list[Record]:
    """Return the entries of a page in its order, empty where nothing repeats like a thread.

    `numbered`: the ids of the page that are numbers of comments.
    """
    return widen(tree, _Miner(tree, numbered).records())


def find_region(parser: LexborHTMLParser) -> tuple[LexborNode | None, set[str]]:
    """Return the element in which ids of comments say that the entries must be, None for none, and these ids."""
    found = [(node, each) for node in parser.css("[id]") if (each := node.id) and each[-1].isdigit()]
    found = [(node, each) for node, each in found if marks.is_numbered(each) and node.tag in ENTRY_TAGS]
    numbered, identifiers = [node for node, _ in found], {each for _, each in found}
    if len(numbered) < _FEWEST_NUMBERED:
        return None, identifiers
    scope = Entries([numbered[0], numbered[-1]]).scope
    around = scope.parent
    return (around if around is not None and scope.tag != "body" else scope), identifiers


class _Miner:
    def __init__(self, tree: Tree, numbered: set[str]) -> None:
        self.tree = tree
        found = enumerate(tree.attributes) if numbered else ()
        self.numbered = {place: each["id"] or "" for place, each in found if each and each.get("id") in numbered}
        self.counts = Counts(tree)

    def records(self) -> list[Record]:
        best = self._best(self._marked_groups())
        if not best:
            self.counts.find_dates()
            best = self._best(self._groups())
        return self._of_this_page(self._completed(best)) if best else []

    def _best(self, groups: Iterable[tuple[list[int], bool]]) -> list[Record]:
        candidates: list[tuple[float, list[Record], bool]] = []
        teasers: list[Record] = []
        for members, is_marked in groups:
            for extended in (False, True):
                records = self._records(members, extended)
                if records is not None:
                    score = self.counts.score(records, is_marked) * (0.9 if extended and self.counts.dated else 1.0)
                    if score > 0 and self.counts.dated and self.counts.are_teasers(records):
                        teasers += records
                    elif score > 0:
                        candidates.append((score, records, is_marked))
        candidates = [each for each in candidates if not _stand_inside(each[1], teasers)]
        candidates.sort(key=lambda candidate: -candidate[0])
        best: list[Record] = []
        highest = 0.0
        for score, records, is_marked in sorted(candidates[:_MOST_COMPARED], key=lambda each: each[1][0].start):
            score *= 1.0 if is_marked else self.counts.likeness(records)
            if score > highest * 1.03:
                best, highest = records, score
        return best

    def _marked_groups(self) -> list[tuple[list[int], bool]]:
        """Return the groups of elements whose ids are numbers of comments, empty where there are hardly any."""
        tree = self.tree
        groups: dict[tuple[str, str], list[int]] = {}
        for place, identifier in self.numbered.items():
            if not tree.kinds[place].may_be_entry or self.counts.aside[place]:
                continue
            if tree.text_to[place] > tree.text_from[place]:
                groups.setdefault((tree.tags[place], marks.prefix_of(identifier)), []).append(place)
        marked = [(members, True) for members in groups.values() if len(members) >= _FEWEST_NUMBERED]
        return sorted(marked, key=lambda group: group[0][0])

    def _completed(self, records: list[Record]) -> list[Record]:
        """Add the entries of another shape: siblings in the same list, and what ids and classes call an entry."""
        tree = self.tree
        if any(record.end > tree.ends[record.start] for record in records):
            return self._named(records)
        starts = [record.start for record in records]
        taken = set(starts)
        lists = {tree.parents[start] for start in starts if tree.tags[start] in _LIST_TAGS}
        places, end = list(starts), -1
        brothers = (child for around in lists for child in tree.children(around))
        for place in sorted({*self.numbered, *tree.called("is_ping"), *brothers} - taken):
            if place < end or not self._is_other_entry(place, lists):
                continue
            has_entries = bisect_right(starts, tree.ends[place] - 1) > bisect_right(starts, place)
            if not has_entries and not self._is_within(place, starts, records, tree.parents[place] in lists):
                places.append(place)
                end = tree.ends[place]
        return self._named(nest(tree, sorted(places)) if len(places) > len(starts) else records)

    def _is_other_entry(self, place: int, lists: set[int]) -> bool:
        tree = self.tree
        tag, kind = tree.tags[place], tree.kinds[place]
        if not kind.may_be_entry or self.counts.aside[place] or tree.text_to[place] <= tree.text_from[place]:
            return False
        if tag in _LIST_TAGS and tree.parents[place] in lists and (kind.classes or tree.attributes[place].get("id")):
            return True
        is_ping = kind.is_ping and bool(tree.links_in(place, tree.ends[place]))  # else the address to ping to
        return tag != "ul" and (place in self.numbered or is_ping)

    def _is_within(self, place: int, starts: list[int], records: list[Record], is_sibling: bool) -> bool:
        """Tell whether an element is a part of an entry and does not stand in a list of replies to it."""
        at = bisect_right(starts, place) - 1
        record = records[at] if at >= 0 else None
        while record is not None and record.end <= place:
            record = record.parent
        if record is None:
            return False
        above = self.tree.parents[place]
        return not is_sibling or not any(self.tree.parents[inner.start] == above for inner in record.nested)

    def _of_this_page(self, records: list[Record]) -> list[Record]:
        """Leave out entries of another list that name another page in a headline, with what answers them."""
        parents = self.tree.parents
        others = {id(record) for record in records if self.counts.headline(record)}
        lists = {parents[record.start] for record in records if id(record) not in others}
        kept: list[Record] = []
        places: set[int] = set()
        for record in records:
            if record.parent is not None:
                is_kept = record.parent.start in places
            else:
                is_kept = id(record) not in others or parents[record.start] in lists
            if is_kept:
                kept.append(record)
                places.add(record.start)
        return kept if 3 * len(kept) >= len(records) else records

    def _named(self, records: list[Record]) -> list[Record]:
        for record in records:
            place = record.start
            for _ in range(2):
                if place < 0:
                    break
                record.is_ping = record.is_ping or self.tree.kinds[place].is_ping
                place = self.tree.parents[place] if self.tree.tags[self.tree.parents[place]] == "li" else -1
        return records

    def _groups(self) -> Iterator[tuple[list[int], bool]]:
        """Yield groups of elements that are alike, those that stand further out first."""
        tree, aside, dated = self.tree, self.counts.aside, self.counts.dated
        groups: dict[tuple[str, ...], list[int]] = {}
        marked: set[tuple[str, ...]] = set()
        for place, tag in enumerate(tree.tags):
            start, end = tree.text_from[place], tree.text_to[place]
            if end <= start or aside[place]:
                continue
            has_lines = tag in ENTRY_TAGS or "-" in tag or tree.lines[start] != tree.lines[end - 1]
            if not has_lines:
                continue
            identifier, classes = tree.attributes[place].get("id") or "", tree.kinds[place].classes
            is_marked = marks.is_entry(tag, identifier, classes)
            has_date = dated[end] > dated[start]
            if not (is_marked or has_date or tree.ends[place] - place > 1 or tag in _HEADS):
                continue
            parent = tree.parents[place]
            keys: list[tuple[str, ...]] = [("in", tree.signs[place], tree.signs[parent] if parent >= 0 else "")]
            keys += [("class", tag, token) for token in classes.split()[:5]]
            if not classes and "." not in tree.signs[parent]:  # where nothing is called by a class, brothers are alike
                keys.append(("under", tag, str(parent)))
            if (
                "-" in tag
                or (tag in _NESTING and has_date)
                or (tag in _LIST_TAGS and (has_date or tree.tags[place + 1 : place + 2] == ["a"]))
            ):
                keys.append(("sign", tree.signs[place]))
            if identifier and identifier[-1:].isdigit():
                keys.append(("id", tag, identifier.rstrip("0123456789")))
            if (
                tag == "p"
                and has_date
                and not classes
                and self.counts.chars[end] - self.counts.chars[start] < _LONGEST_HEAD
            ):
                keys.append(("dated", tag, str(parent)))  # heads of entries among paragraphs
            for key in keys:
                groups.setdefault(key, []).append(place)
                if is_marked and key[0] != "in":
                    marked.add(key)
        found = [
            (members, key in marked)
            for key, members in groups.items()
            if (len(members) > 1 or key in marked) and len(members) < _MOST_MEMBERS
        ]
        found.sort(key=lambda group: group[0][0])
        yield from found

    def _records(self, members: list[int], extended: bool) -> list[Record] | None:
        if not extended and self.tree.tags[members[0]] == "dt":
            return None  # what it is the head of stands behind it
        if not extended:
            return nest(self.tree, without_post(self.tree, members))
        return runs(self.tree, members)


def _stand_inside(records: list[Record], teasers: list[Record]) -> bool:
    """Tell whether most entries are parts of teasers of other pages, not all of them of a single one."""
    ends = {teaser.start: teaser.end for teaser in teasers}
    starts = sorted(ends)
    inside: Counter[int] = Counter()
    for record in records:
        at = bisect_right(starts, record.start) - 1
        if at >= 0 and record.end <= ends[starts[at]]:
            inside[at] += 1
    # what holds most of them alone is built around the thread
    parts = [count for count in inside.values() if 2 * count <= len(records) or len(inside) == len(records)]
    return 2 * sum(parts) > len(records)
