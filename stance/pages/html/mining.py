"""Where the entries of a thread are: the part of a page that repeats, mined from its shape.

Sibling subtrees of like shape are what lists of records look like (Liu, Grossman and Zhai 2003, "Mining data records
in web pages"). Of all that repeats, a thread is what shows a date or a name and words of its own in each.
"""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import pairwise
from math import sqrt

from selectolax.lexbor import LexborHTMLParser, LexborNode

from stance.pages.html import marks
from stance.pages.html.records import Entries, Record, nest
from stance.pages.html.tree import Tree

_DATED = re.compile(
    r"(?<!\d)(?:19|20)\d\d(?!\d)|\d\d?[:h.]\d\d(?!\d)|\d\d?[/.]\d\d?[/.]\d\d"
    r"|\b\d{1,2} ?[a-zà-ž]{1,8} (?:ago|geleden)|\b(?:hace|vor|il y a) \d",
    re.IGNORECASE,
)
_LONGEST_DATED = 200
_ENTRY_TAGS = frozenset(
    (
        *("li", "div", "article", "section", "tr", "dt", "dd", "dl", "table", "tbody", "blockquote", "ul", "ol", "p"),
        *("h2", "h3", "h4", "h5", "h6", "fieldset", "details", "center", "main", "header", "figure"),
    )
)
_LIST_TAGS = frozenset(("li", "tr", "article", "dt"))
_MOST_MEMBERS = 100_000
_LEVELS_TO_REPLIES = 4
_WORDS_OF_A_HEADLINE = 4
_ENOUGH = 400
_FEWEST_NUMBERED = 2
_SHORT = 60
_MOST_COMPARED = 6
_PROSE = frozenset(
    ["p", "br", "a", "em", "strong", "i", "b", "blockquote", "ul", "li", "ol", "img", "code", "pre", "span"]
)


def mine(tree: Tree) -> list[Record]:
    """Return the entries of a page in its order, empty where nothing repeats like a thread."""
    return _Miner(tree).records()


def find_region(parser: LexborHTMLParser) -> tuple[LexborNode | None, bool]:
    """Return the element in which the entries of a page must be, and whether ids of comments say so."""
    body = parser.body or parser.root
    numbered = [node for node in parser.css("[id]") if marks.is_numbered(node.tag or "", node.id or "")]
    numbered = [node for node in numbered if node.tag in _ENTRY_TAGS]
    if len(numbered) < _FEWEST_NUMBERED:
        return body, False
    scope = Entries([numbered[0], numbered[-1]]).scope
    around = scope.parent
    return (around if around is not None and scope.tag != "body" else scope), True


class _Miner:
    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        count = len(tree.texts)
        self.chars, self.linked = [0] * (count + 1), [0] * (count + 1)
        in_link = [False] * len(tree.tags)
        self.aside = [False] * len(tree.tags)
        for place, tag in enumerate(tree.tags):
            parent = tree.parents[place]
            in_link[place] = tag == "a" or (parent >= 0 and in_link[parent])
            classes = tree.attributes[place].get("class") if tree.attributes[place] else None
            is_aside = tag == "aside" or (classes is not None and marks.is_aside(classes.lower()))
            self.aside[place] = is_aside or (parent >= 0 and self.aside[parent])
        for text, words in enumerate(tree.texts):
            length = len(words)
            self.chars[text + 1] = self.chars[text] + length
            self.linked[text + 1] = self.linked[text] + (length if in_link[tree.owners[text]] else 0)
        self.dated: list[int] = []
        self.plain = self.chars

    def _find_dates(self) -> None:
        """Count, for each text, how many before it look like a date, and the characters of those that do not."""
        tree = self.tree
        count = len(tree.texts)
        times = {
            tree.text_from[place]
            for place, attributes in enumerate(tree.attributes)
            if attributes and (tree.tags[place] == "time" or marks.machine_time(tree.tags[place], attributes))
        }
        self.dated, self.plain = [0] * (count + 1), [0] * (count + 1)
        for text, words in enumerate(tree.texts):
            length = len(words)
            head = words if length < _LONGEST_DATED else words[:_SHORT]
            is_dated = text in times or _DATED.search(head) is not None
            self.dated[text + 1] = self.dated[text] + is_dated
            self.plain[text + 1] = self.plain[text] + (0 if is_dated and length < _SHORT else length)

    def records(self) -> list[Record]:
        best = self._best(self._marked_groups())
        if not best:
            self._find_dates()
            best = self._best(self._groups())
        return self._of_this_page(self._completed(best)) if best else []

    def _best(self, groups: Iterable[tuple[list[int], bool]]) -> list[Record]:
        candidates: list[tuple[float, list[Record], bool]] = []
        teasers: list[Record] = []
        for members, is_marked in groups:
            for extended in (False, True):
                records = self._records(members, extended)
                if records is not None:
                    score = self._score(records, is_marked) * (0.9 if extended and self.dated else 1.0)
                    if score > 0 and self.dated and self._are_teasers(records):
                        teasers += records
                    elif score > 0:
                        candidates.append((score, records, is_marked))
        candidates = [each for each in candidates if not _stand_inside(each[1], teasers)]
        candidates.sort(key=lambda candidate: -candidate[0])
        best: list[Record] = []
        highest = 0.0
        for score, records, is_marked in sorted(candidates[:_MOST_COMPARED], key=lambda each: each[1][0].start):
            score *= 1.0 if is_marked else self._likeness(records)
            if score > highest * 1.03:
                best, highest = records, score
        return best

    def _marked_groups(self) -> list[tuple[list[int], bool]]:
        """Return the groups of elements whose ids are numbers of comments, empty where there are hardly any."""
        tree = self.tree
        groups: dict[tuple[str, str], list[int]] = {}
        for place, attributes in enumerate(tree.attributes):
            identifier = attributes.get("id") if attributes else None
            if identifier and not self.aside[place] and tree.text_to[place] > tree.text_from[place]:
                tag = tree.tags[place]
                if tag in _ENTRY_TAGS and marks.is_numbered(tag, identifier):
                    groups.setdefault((tag, marks.prefix_of(identifier)), []).append(place)
        found = [(members, True) for members in groups.values() if len(members) >= _FEWEST_NUMBERED]
        return sorted(found, key=lambda group: group[0][0])

    def _likeness(self, records: list[Record]) -> float:
        """Return how far entries are built alike: the share of their elements that most of them have."""
        signs = self.tree.signs
        shapes = []
        for record in records:
            end = record.nested[0].start if record.nested else record.end
            shapes.append({sign for sign in signs[record.start + 1 : end] if sign not in _PROSE})
        counts = Counter(sign for shape in shapes for sign in shape)
        shared = {sign for sign, count in counts.items() if count >= 0.7 * len(records)}
        shares = [len(shape & shared) / len(shape) for shape in shapes if shape]
        return 0.3 + 0.7 * sum(shares) / len(shares) if shares else 1.0

    def _completed(self, records: list[Record]) -> list[Record]:
        """Add the entries of another shape: siblings in the same list, and what ids and classes call an entry."""
        tree = self.tree
        if any(record.end > tree.ends[record.start] for record in records):
            return self._named(records)
        starts = [record.start for record in records]
        taken = set(starts)
        lists = {tree.parents[start] for start in starts if tree.tags[start] in _LIST_TAGS}
        places, end = list(starts), -1
        for place in range(len(tree.tags)):
            if place < end or place in taken or not self._is_other_entry(place, lists):
                continue
            has_entries = bisect_right(starts, tree.ends[place] - 1) > bisect_right(starts, place)
            if not has_entries and not self._is_within(place, starts, records, tree.parents[place] in lists):
                places.append(place)
                end = tree.ends[place]
        return self._named(nest(tree, sorted(places)) if len(places) > len(starts) else records)

    def _is_other_entry(self, place: int, lists: set[int]) -> bool:
        tree = self.tree
        tag, attributes = tree.tags[place], tree.attributes[place]
        if not attributes or self.aside[place] or tree.text_to[place] <= tree.text_from[place]:
            return False
        classes, identifier = (attributes.get("class") or "").lower(), attributes.get("id") or ""
        if tag in _LIST_TAGS and tree.parents[place] in lists and (classes or identifier):
            return True
        return tag in _ENTRY_TAGS and tag != "ul" and (marks.is_numbered(tag, identifier) or marks.is_ping(classes))

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
        """Leave out entries of another list that name another page in a headline: they answer that one."""
        parents = self.tree.parents
        others = {id(record) for record in records if self.has_headline(record)}
        lists = {parents[record.start] for record in records if id(record) not in others}
        kept = [
            record
            for record in records
            if id(record) not in others or record.parent is not None or parents[record.start] in lists
        ]
        return kept if 3 * len(kept) >= len(records) else records

    def _named(self, records: list[Record]) -> list[Record]:
        for record in records:
            place = record.start
            for _ in range(2):
                attributes = self.tree.attributes[place] if place >= 0 else {}
                classes = (attributes.get("class") or "") if attributes else ""
                record.is_ping = record.is_ping or marks.is_ping(classes.lower())
                place = (
                    self.tree.parents[place] if place >= 0 and self.tree.tags[self.tree.parents[place]] == "li" else -1
                )
        return records

    def _groups(self) -> Iterator[tuple[list[int], bool]]:
        """Yield groups of elements that are alike, those that stand further out first."""
        tree = self.tree
        groups: dict[tuple[str, ...], list[int]] = {}
        marked: set[tuple[str, ...]] = set()
        for place, tag in enumerate(tree.tags):
            start, end = tree.text_from[place], tree.text_to[place]
            if end <= start or self.aside[place]:
                continue
            has_lines = tag in _ENTRY_TAGS or "-" in tag or tree.lines[start] != tree.lines[end - 1]
            if not has_lines:
                continue
            attributes = tree.attributes[place]
            identifier = (attributes.get("id") or "") if attributes else ""
            classes = (attributes.get("class") or "").lower() if attributes else ""
            is_marked = marks.is_entry(tag, identifier, classes)
            has_date = self.dated[end] > self.dated[start]
            if not (is_marked or has_date or tree.ends[place] - place > 1 or tag in ("dt", "p")):
                continue
            parent = tree.parents[place]
            keys: list[tuple[str, ...]] = [("in", tree.signs[place], tree.signs[parent] if parent >= 0 else "")]
            keys += [("class", tag, token) for token in classes.split()[:5]]
            if "-" in tag or (tag in _LIST_TAGS and has_date):
                keys.append(("sign", tree.signs[place]))
            if identifier and identifier[-1:].isdigit():
                keys.append(("id", tag, identifier.rstrip("0123456789")))
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
        if not extended:
            return nest(self.tree, members)
        return self._runs(members)

    def _runs(self, members: list[int]) -> list[Record] | None:
        """Return members with the siblings behind each, None where there are none: entries in several parts."""
        tree = self.tree
        if tree.tags[members[0]] in ("li", "article", "td"):
            return None
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
        if not is_longer or any(a.end > b.start for a, b in pairwise(records)):
            return None
        return records

    def own(self, record: Record) -> tuple[int, int, int, int]:
        """Return the characters of an entry's own, those in links, how many of its texts are dated, those without."""
        tree = self.tree
        start = tree.text_from[record.start]
        end = max(tree.text_to[record.start], tree.text_to[record.end - 1])
        arrays = (self.chars, self.linked, self.dated or self.chars, self.plain)
        counts = [array[end] - array[start] for array in arrays]
        for inner in record.nested:
            first, last = tree.text_from[inner.start], tree.text_to[inner.start]
            for at, array in enumerate(arrays):
                counts[at] -= array[last] - array[first]
        return counts[0], counts[1], counts[2], counts[3]

    def _score(self, records: list[Record], is_marked: bool) -> float:
        total, complete, dated_entries = 0.0, 0, 0
        for record in records:
            chars, linked, dated, plain = self.own(record)
            words = chars - linked
            if words < (1 if is_marked else 2) or plain < 1 or (linked > 3 * words and not is_marked):
                continue
            dated = dated if self.dated else 0
            dated_entries += dated > 0
            worth = min(1.0, 4 / dated) if dated else 0.25 if is_marked or self._is_parted(record) else 0.0
            complete += worth > 0
            total += worth * sqrt(min(words, plain, _ENOUGH))
        if complete < 2 and not is_marked:
            return 0.0
        share = complete / len(records)
        if share < 0.5 or (len(records) < 3 and not is_marked and dated_entries < 2):
            return 0.0
        return total * share * share * (2.0 if is_marked else 1.0)

    def _is_parted(self, record: Record) -> bool:
        """Tell whether an entry without a date has at least a short line and a longer one."""
        tree = self.tree
        start, end = tree.text_from[record.start], tree.text_to[record.end - 1]
        if end - start < 2:
            return False
        first = tree.lines[start]
        head = 0
        while start < end and tree.lines[start] == first:
            head += len(tree.texts[start])
            start += 1
        return start < end and head < 60 and tree.ends[record.start] - record.start > 2

    def _are_teasers(self, records: list[Record]) -> bool:
        with_headline = sum(self.has_headline(record) for record in records)
        return with_headline > 0.3 * len(records)

    def has_headline(self, record: Record) -> bool:
        """Tell whether a line of an entry is a link of several words to another page."""
        tree = self.tree
        for place in range(record.start, record.nested[0].start if record.nested else record.end):
            if tree.tags[place] != "a":
                continue
            href = tree.attributes[place].get("href") or ""
            if "#" in href or not href or href.startswith("javascript"):
                continue
            start, end = tree.text_from[place], tree.text_to[place]
            if end <= start or len(" ".join(tree.texts[start:end]).split()) < _WORDS_OF_A_HEADLINE:
                continue
            line = tree.lines[start]
            alone = (start == 0 or tree.lines[start - 1] != line) and (
                end >= len(tree.lines) or tree.lines[end] != line
            )
            if alone and _DATED.search(" ".join(tree.texts[start:end])) is None:
                return True
        return False


def _stand_inside(records: list[Record], teasers: list[Record]) -> bool:
    """Tell whether most entries are parts of teasers of other pages."""
    ends = {teaser.start: teaser.end for teaser in teasers}
    starts = sorted(ends)
    inside = 0
    for record in records:
        at = bisect_right(starts, record.start) - 1
        inside += at >= 0 and record.end <= ends[starts[at]]
    return 2 * inside > len(records)


def _short(tree: Tree, place: int) -> str:
    return "p" if tree.tags[place] == "p" else tree.signs[place]
