"""Entries that are like the ones which showed the template: their slots are read where the template has them."""

from typing import NamedTuple

from stance.pages.html._entries.bylines import LONGEST_NAME, epoch_of, is_ping_by, tidy_name
from stance.pages.html._entries.marks import machine_time
from stance.pages.html._entries.records import Record
from stance.pages.html._own import own_html
from stance.pages.html._slots import times
from stance.pages.html._slots.layout import LONGEST_LINE, Layout, When
from stance.pages.html._slots.names import Key
from stance.pages.html._slots.words import quotes_in, trimmed
from stance.pages.markup import html_to_text

_SKIMMED_TIMES = ("machine", "title", "line", "inside")


class Template(NamedTuple):
    """Where a thread has its slots: the paths of author, time and words, and all paths on the way to them."""

    layout: Layout
    author: int
    time: tuple[str, int]
    container: int
    ways: dict[tuple[int, str], int]

    @classmethod
    def of(cls, layout: Layout, author: Key | None, time: times.Key | None, container: int) -> "Template | None":
        """Return the template of a thread, None where a slot has no element of its own."""
        if (
            layout.has_bold_titles
            or author is None
            or time is None
            or not container
            or author[0] != "element"
            or time[0] not in _SKIMMED_TIMES
        ):
            return None
        template = cls(layout, author[1], time, container, _ways(layout, {0, author[1], time[1], container}))
        is_paragraph = any(
            layout.tree.signs[entry.elements[container][0]] == "p"
            for entry in layout.usual[:1]
            if container in entry.elements
        )
        return template if template.holds_names() and template.holds_times() and not is_paragraph else None

    def holds_names(self) -> bool:
        """Tell whether the element of the author holds nothing but the name."""
        tree = self.layout.tree
        return all(
            tree.words(entry.elements[self.author][0]) == entry.author
            for entry in self.layout.usual
            if self.author in entry.elements and entry.author is not None
        )

    def holds_times(self) -> bool:
        """Tell whether the element of the time holds all of it: the time of day may stand in the line below."""
        tree, (kind, path) = self.layout.tree, self.time
        return kind not in ("line", "inside") or all(
            tree.words(entry.elements[path][0]) == entry.when.line
            for entry in self.layout.usual
            if path in entry.elements and entry.when is not None and entry.when.line
        )

    def skim(self, record: Record) -> tuple[str, When, str] | None:
        """Return author, time and words of an entry, None where it is not plainly like the others."""
        places = self._places(record)
        if len(places) < len({self.author, self.time[1], self.container}):
            return None
        who, when, body = places[self.author], places[self.time[1]], places[self.container]
        author, found = self._author(who), self._when(when)
        if author is None or found is None:
            return None
        tree = self.layout.tree
        end = tree.ends[body]
        if body <= who < end or body <= when < end or any(body <= inner.start < end for inner in record.nested):
            return None
        hidden = {}
        for place, kind in enumerate(tree.kinds[body + 1 : end], body + 1):
            if kind.is_chrome and self.layout.is_chrome(place):
                hidden[tree.nodes[place].mem_id] = tree.nodes[place]
        node = tree.nodes[body]
        html = own_html(node, hidden, quotes_in(self.layout, body))
        text = trimmed(self.layout, html_to_text(html), set())
        return (author, found, text) if text else None

    def _places(self, record: Record) -> dict[int, int]:
        """Return the first element of an entry's own at each path of the template; none where it holds words in
        elements that the others have not: a quotation, an answer.
        """
        tree, ways, ordered = self.layout.tree, self.ways, self.layout.ordered
        parents, signs, ends = tree.parents, tree.signs, tree.ends
        skipped = {inner.start: inner.end for inner in record.nested}
        wanted = {self.author, self.time[1], self.container}
        path_of = {record.start: 0}
        found = {0: record.start} if 0 in wanted else {}
        brothers: dict[tuple[int, str], int] = {}
        place = record.start + 1
        while place < record.end:
            if place in skipped:
                place = skipped[place]
                continue
            key = (path_of.get(parents[place], -1), signs[place])
            if ordered:
                key = self.layout.number(key, parents[place], brothers)
            path = ways.get(key)
            if path is None:
                if key not in self.layout.paths and tree.text_to[place] > tree.text_from[place]:
                    return {}
                place = ends[place]
                continue
            path_of[place] = path
            if path in wanted and path not in found:
                found[path] = place
                place = ends[place] if path == self.container else place + 1
            else:
                place += 1
        return found

    def _author(self, place: int) -> str | None:
        tree = self.layout.tree
        start, end = tree.text_from[place], tree.text_to[place]
        if end - start != 1 or (
            start and tree.lines[start - 1] == tree.lines[start] and is_ping_by(tree.texts[start - 1])
        ):
            return None
        name = tidy_name(tree.texts[start])
        return name if name and len(name) <= LONGEST_NAME else None

    def _when(self, place: int) -> When | None:
        tree = self.layout.tree
        texts = (tree.text_from[place], tree.text_to[place])
        attributes = tree.attributes[place]
        if self.time[0] == "machine":
            published = machine_time(attributes) or epoch_of(attributes.get("href"))
            return When(published, "", None, texts) if published and len(published) > len("2016-09-20") else None
        line = (attributes.get("title") or "") if self.time[0] == "title" else tree.words(place)
        if not line or len(line) > LONGEST_LINE or (self.time[0] == "inside" and len(line) >= times.LONGEST_INSIDE):
            return None
        date = times.date_in(line, self.layout.find_date)
        return When(None, line, date, texts) if date is not None else None


def _ways(layout: Layout, wanted: set[int]) -> dict[tuple[int, str], int]:
    """Return those of the paths that lead to some of them, by the path above and the sign."""
    ways: dict[tuple[int, str], int] = {}
    for (above, sign), path in reversed(layout.paths.items()):  # what stands further in comes later
        if path in wanted:
            ways[above, sign] = path
            wanted.add(above)
    return ways
