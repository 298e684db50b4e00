"""The words of each entry: the element that holds nearly all that varies, without what the page prints into it."""

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Container
from itertools import accumulate, chain
from typing import NamedTuple

from selectolax.lexbor import LexborNode

from stance.pages.html._entries import marks
from stance.pages.html._entries.bylines import is_edge
from stance.pages.html._own import own_html
from stance.pages.html._slots.layout import FEWEST, LONGEST_LINE, NEARLY_ALL, Entry, Layout, Line, flat
from stance.pages.html._slots.times import date_in
from stance.pages.markup import html_to_text

_HEADS = tuple(map(re.compile, (r"[—–|·•:,-]\s*", r"\([^()]{1,60}\)\s*", r"[—–|·•:,-]\s*")))
_MOST_COUNTED = 600
_PARTING = "—–|·•-,"
_NEARLY_ALL = 0.8
_MOST = 0.65
_LONGEST_OPENING = 80
_FIRST = 3
_HALF = 0.5
_MOST_BESIDE = 60


def find_container(layout: Layout) -> int:
    """Return the path of the innermost element that holds nearly all words of nearly all entries, 0 for none."""
    contents = {at: _Content.of(layout, entry) for at, entry in enumerate(layout.usual)}
    filled = [at for at, content in contents.items() if content.starts]
    if len(filled) < _HALF * len(contents) and (layout.counted or layout.common):
        if not layout.counted:
            layout.common = set()  # all have written the same
        layout.counted = set()
        return find_container(layout)
    contents = {at: contents[at] for at in filled}
    counts = Counter(chain.from_iterable(layout.usual[at].elements for at in filled))
    quoted = _quoted(layout, contents) if layout.has_quotes else []
    total = sum(min(content.sizes[-1], _MOST_COUNTED) for content in contents.values())
    best = -1
    frequent = sorted(path for path, count in counts.items() if count >= _NEARLY_ALL * len(filled))
    for path in frequent:  # those that stand further in come later
        if best >= 0 and not layout.stands_inside(path, best):
            continue
        if best > 0 and _is_paragraph(layout, path, contents, best):
            continue  # the next entry may have two of them
        if _holds(layout, path, contents, total) and all(_is_at(layout, path, *each) for each in quoted):
            best = path
    return _without_extras(layout, max(best, 0), counts, contents)


def find_elsewhere(layout: Layout, container: int) -> None:
    """Note the words of entries in which what is called as the container is stands elsewhere, and once."""
    missing = [entry for entry in layout.usual if container and container not in entry.elements and entry.body is None]
    paths = layout.called_alike(container) if missing else []
    for entry in missing:
        places = [place for path in paths for place in entry.elements.get(path, ())]
        entry.body = places[0] if len(places) == 1 else None


def _without_extras(layout: Layout, around: int, counts: Counter[int], contents: dict[int, "_Content"]) -> int:
    """Return the path of an element in all entries that holds most words, where what else is around is in a few only:
    signatures, notes that an entry was edited; `around` where there is none.
    """
    entries = [layout.usual[at] for at in contents]
    if len(entries) < FEWEST:
        return around
    for path in sorted(counts, reverse=True):
        if counts[path] < len(entries) or path == around or not layout.stands_inside(path, around):
            continue
        if any(len(entry.elements[path]) > 1 for entry in entries) or _is_paragraph(layout, path, contents, around):
            continue
        held = 0
        extras: Counter[int] = Counter()
        for at, entry in zip(contents, entries, strict=True):
            place = entry.elements[path][0]
            first, last = layout.tree.text_from[place], layout.tree.text_to[place]
            held += contents[at].inside(first, last)
            starts = set(contents[at].starts)
            beside = [line for line in entry.lines if line.start in starts and not first <= line.start < last]
            if layout.has_quotes and any(layout.is_quoted(entry, line.start) for line in beside):
                return around
            extras.update({line.path for line in beside})
        rarest = max(extras.values(), default=0)
        if held >= _HALF * sum(content.sizes[-1] for content in contents.values()) and rarest < _HALF * len(entries):
            return path
    return around


def _quoted(layout: Layout, contents: dict[int, "_Content"]) -> list[tuple[Entry, Line]]:
    """Return the own lines of entries that stand in quotations."""
    own = ((layout.usual[at], set(content.starts)) for at, content in contents.items())
    return [
        (entry, line)
        for entry, starts in own
        for line in entry.lines
        if line.start in starts and layout.is_quoted(entry, line.start)
    ]


def _is_at(layout: Layout, path: int, entry: Entry, line: Line) -> bool:
    place = entry.elements[path][0] if path in entry.elements else -1
    return place >= 0 and layout.tree.text_from[place] <= line.start < layout.tree.text_to[place]


class _Content(NamedTuple):
    """The lines that are an entry's own: where they start and end, and how many characters stand before each."""

    starts: list[int]
    ends: list[int]
    sizes: list[int]

    @classmethod
    def of(cls, layout: Layout, entry: Entry) -> "_Content":
        lines = [line for line in entry.lines if not layout.is_meta(entry, line)]
        sizes = list(accumulate([len(line.words) for line in lines], initial=0))
        starts, ends = [line.start for line in lines], [line.end for line in lines]
        for at, line in enumerate(lines) if layout.wordy else ():
            if entry.who is not None and line.path in layout.wordy:  # the words beside the name
                starts[at] = entry.who[1] if entry.who[0] == line.start < entry.who[1] < line.end else line.start
                ends[at] = entry.who[0] if line.start < entry.who[0] < entry.who[1] == line.end else line.end
        return cls(starts, ends, sizes)

    def inside(self, start: int, end: int) -> int:
        """Return how many characters stand between two texts."""
        first, last = bisect_left(self.starts, start), bisect_right(self.ends, end)
        return max(0, self.sizes[last] - self.sizes[first]) if last > first else 0


def _holds(layout: Layout, path: int, contents: dict[int, _Content], total: int) -> bool:
    """Tell whether the element of a path, one in each entry, holds nearly all of what entries say: `total`."""
    tree, usual = layout.tree, layout.usual
    held = good = 0
    most_without = len(contents) * (1 - _HALF)
    for at, content in contents.items():
        places = usual[at].elements.get(path, ())
        if len(places) > 1:
            return False
        size, inside = content.sizes[-1], 0
        if places:
            inside = content.inside(tree.text_from[places[0]], tree.text_to[places[0]])
            held += min(inside, _MOST_COUNTED)
        if places and (inside >= _HALF * size or (inside > 0 and size - inside <= _MOST_BESIDE)):
            good += 1
            continue
        most_without -= 1
        if most_without < 0:
            return False
    least = _HALF if _is_content(layout, path) else _NEARLY_ALL
    return held >= min(least, _MOST) * total and good >= least * len(contents)


def _is_paragraph(layout: Layout, path: int, contents: dict[int, _Content], around: int) -> bool:
    """Tell whether an element is one paragraph of words: in some entries others, or lists, stand beside it."""
    place = next(entry.elements[path][0] for entry in layout.usual if path in entry.elements)
    if layout.tree.tags[place] != "p" or layout.tree.signs[place] == "p":
        return layout.tree.signs[place] == "p"
    shown = [(at, content) for at, content in contents.items() if path in layout.usual[at].elements]
    return any(_inside(layout, at, content, path) < _inside(layout, at, content, around) for at, content in shown)


def _inside(layout: Layout, at: int, content: _Content, path: int) -> int:
    places = layout.usual[at].elements.get(path, ())
    return sum(content.inside(layout.tree.text_from[place], layout.tree.text_to[place]) for place in places)


def _is_content(layout: Layout, path: int) -> bool:
    place = next(entry.elements[path][0] for entry in layout.usual if path in entry.elements)
    attributes = layout.tree.attributes[place]
    return marks.is_content(attributes.get("class") or "", attributes.get("itemprop") or "")


def words_of(layout: Layout, entry: Entry, container: int) -> str:
    """Return the words of an entry: those in its container, else all that is neither its author, time nor chrome."""
    tree, record = layout.tree, entry.record
    places = entry.elements.get(container, []) if container else []
    places = [entry.body] if entry.body is not None else places or record.tops(tree)
    meta_lines = [line for line in entry.lines if layout.is_meta(entry, line)]
    meta = {text for line in meta_lines for text in range(line.start, line.end)}
    answers = [tree.nodes[top] for inner in record.nested for top in inner.tops(tree)]
    hidden = {node.mem_id: node for node in answers}
    gone: set[int] = set()
    if len(places) == 1:
        html = _inner_html(layout, entry, places[0], meta, hidden, gone)
    else:
        html = "".join(
            f"<div>{_inner_html(layout, entry, place, meta, hidden, gone)}</div>"
            for place in places
            if not _is_hidden(layout, entry, place, meta)
        )
    shown = range(tree.text_from[places[0]], max(tree.text_to[place] for place in places))
    left = [line for line in meta_lines if line.start in shown and not gone.issuperset(range(line.start, line.end))]
    lines = {
        "".join(words.split())
        for line in left
        for words in (line.words, _without(layout, line, range(*(entry.who or (0, 0)))), _without(layout, line, gone))
    }
    text = html_to_text(html)
    if layout.is_split:
        text = _without_tail(_without_date(text) if not container else text, [line.words for line in left])
    return trimmed(layout, text, lines) or (text if container else "")


def without_heads(texts: list[str]) -> list[str]:
    """Return texts without the marks, or the brackets, that nearly all of several begin with: "(Town): ...".

    >>> without_heads(["— (Town): Yes.", "— (Other Town): No.", "— (Town): Well."])
    ['Yes.', 'No.', 'Well.']
    """
    if len(texts) < FEWEST:
        return texts
    for pattern in _HEADS:
        found = [pattern.match(text) for text in texts]
        if sum(match is not None for match in found) >= NEARLY_ALL * len(texts):
            # of a text that is nothing but the mark, it is the words
            texts = [text[match.end() :] or text if match else text for text, match in zip(texts, found, strict=True)]
    return texts


def _without_date(text: str) -> str:
    """Return the words behind the date that opens a line: "(3 May 2010, 9:00): ..."."""
    date = date_in(text[:_LONGEST_OPENING])
    return text[date.end :].lstrip(" ):.,;–—-") if date is not None and date.start <= _FIRST else text


def _without_tail(text: str, lines: list[str]) -> str:
    """Return a text that is one line without author and time behind the words, and what parts them from these."""
    for words in reversed(lines):
        if text.endswith(words) and len(text) > len(words):
            text = text[: -len(words)].rstrip()
            text = text if any(map(str.isalnum, words)) and text[-1:] not in _PARTING else text[:-1].rstrip()
    return text


def trimmed(layout: Layout, text: str, meta: set[str]) -> str:
    """Return a text without the page's own lines at its edges: those in `meta`, without blanks, and common ones."""
    lines = text.split("\n")
    start, end = 0, len(lines)
    while start < end and _is_page(layout, lines[start], meta):
        start += 1
    while start < end - 1 and _is_page(layout, lines[end - 1], meta):
        end -= 1
    return "\n".join(lines[start:end]) if end - start < len(lines) else text


def _is_page(layout: Layout, line: str, meta: set[str]) -> bool:
    if len(line) > LONGEST_LINE and not meta:
        return False
    parts = line.split()
    words = " ".join(parts)
    if not words or (meta and "".join(parts) in meta) or layout.is_common(flat(words)) or is_edge(words):
        return True
    # "says:", where the name before it is missing
    return bool(layout.said) and all(word.strip(".,:…").lower() in layout.said for word in parts)


def _inner_html(
    layout: Layout, entry: Entry, top: int, meta: set[int], hidden: dict[int, LexborNode], gone: set[int]
) -> str:
    """Return the HTML inside an element without author, time and chrome; note the texts that are `gone`."""
    tree, hidden = layout.tree, dict(hidden)
    quotes = quotes_in(layout, top)
    place = top + 1
    while place < tree.ends[top]:
        if _is_hidden(layout, entry, place, meta):
            hidden[tree.nodes[place].mem_id] = tree.nodes[place]
            gone.update(range(tree.text_from[place], tree.text_to[place]))
            place = tree.ends[place]
        else:
            place += 1
    html = own_html(tree.nodes[top], hidden, quotes)
    return f"<pre>{html}</pre>" if "pre" in (tree.tags[top], tree.tags[tree.parents[top]]) else html


def quotes_in(layout: Layout, top: int) -> dict[int, LexborNode]:
    """Return the elements in one that hold what is quoted, where no blockquote in them does."""
    tree = layout.tree
    found: dict[int, LexborNode] = {}
    place, end = top + 1, tree.ends[top]
    while place < end:
        if layout.is_quote(place) and "blockquote" not in tree.tags[place : tree.ends[place]]:
            found[tree.nodes[place].mem_id] = tree.nodes[place]
            place = tree.ends[place]
        else:
            place += 1
    return found


def _is_hidden(layout: Layout, entry: Entry, place: int, meta: set[int]) -> bool:
    tree = layout.tree
    start, end = tree.text_from[place], tree.text_to[place]
    is_when = entry.when is not None and entry.when.line != "" and entry.when.texts == (start, end)
    is_when = is_when and tree.kinds[place].is_inline
    if end > start and (entry.who == (start, end) or is_when or (start in meta and meta.issuperset(range(start, end)))):
        return True
    return layout.is_chrome(place)


def _without(layout: Layout, line: Line, hidden: Container[int]) -> str:
    return " ".join(layout.tree.texts[text] for text in range(line.start, line.end) if text not in hidden)
