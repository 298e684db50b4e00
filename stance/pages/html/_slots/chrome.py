"""What only known authors and times show to be the page's: counts, titles in bold, lines that say whom one answers."""

import re
from collections import Counter
from collections.abc import Set

from stance.pages.html._slots.layout import FEWEST, LEFT_BESIDE, NEARLY_ALL, Entry, Layout, Line

_DIGITS = re.compile(r"\d+")
_LONGEST_ADDRESS = 160
_LONGEST_LABEL = 24
_LONGEST_TITLE = 80
_LONGEST_BETWEEN = 40
_ENDS = ".!?"
_BOLD = frozenset(("b", "strong"))
_WORDY = 0.3
_MOST_LINKED = 0.8
_SHORTEST_REPEATED = 24  # characters: a short word is part of many a name
_MOST_LINES = 200  # of an entry, each of which is looked for in all before it


def find_chrome(layout: Layout) -> None:
    """Find what only known authors show to be the page's: lines that differ in a number, and those that say whom
    an entry answers, in the same words with the linked name of an author.
    """
    held = {line.start for entry in layout.usual for line in entry.lines if _holds_slot(entry, line)}
    layout.counted = layout.common_lines(lambda line: "" if line.start in held else _DIGITS.sub("0", line.flat))
    layout.counted = {words for words in layout.counted if "0" in words and any(map(str.isalpha, words))}
    layout.wordy = _wordy_paths(layout)
    _hide_bold_titles(layout, held)
    _hide_headlines(layout, held)
    _hide_between(layout)
    _hide_repeated(layout, held)
    _hide_links(layout, held)
    layout.common |= _labelled(layout, held)
    layout.counted |= _edits(layout, held)
    names = {entry.author for entry in layout.usual if entry.author}
    lines: dict[str, list[str]] = {}
    for entry in layout.usual:
        for line in entry.lines:
            if line.start not in held and len(line.words) <= _LONGEST_ADDRESS:
                named = _linked_name(layout, line, names)
                if named and named != line.words:
                    lines.setdefault(line.words.replace(named, "", 1), []).append(line.flat)
    fewest = 2 if len(layout.usual) >= FEWEST else 1
    layout.common |= {flat for flats in lines.values() if len(flats) >= fewest for flat in flats}


def _labelled(layout: Layout, held: Set[int]) -> set[str]:
    """Return the lines that begin with the same words and a colon in nearly all entries: "Subject: ..."."""
    found: dict[str, dict[int, str]] = {}
    for at, entry in enumerate(layout.usual):
        for line in entry.lines:
            label, colon, _ = line.words[:_LONGEST_LABEL].partition(": ")
            if colon and line.start not in held and len(line.words) <= _LONGEST_ADDRESS:
                found.setdefault(label, {}).setdefault(at, line.flat)
    least = max(FEWEST, NEARLY_ALL * len(layout.usual))
    return {flat for lines in found.values() if len(lines) >= least for flat in lines.values()}


def _hide_bold_titles(layout: Layout, held: set[int]) -> None:
    """Take for titles what nearly all entries have in bold as a line of its own, where it is no slot of theirs."""
    bold: dict[int, dict[int, tuple[int, int]]] = {}
    for at, entry in enumerate(layout.usual):
        whole = {line.start: line.end for line in entry.lines if line.start not in held}
        for path, places in entry.elements.items():
            if layout.tree.tags[places[0]] not in _BOLD or len(places) > 1:
                continue
            texts = (layout.tree.text_from[places[0]], layout.tree.text_to[places[0]])
            if whole.get(texts[0]) == texts[1]:
                bold.setdefault(path, {})[at] = texts
    for lines in bold.values():
        if len(lines) >= max(FEWEST, NEARLY_ALL * len(layout.usual)):
            layout.has_bold_titles = True
            for at, texts in lines.items():
                layout.usual[at].chrome.update(range(*texts))


def _hide_headlines(layout: Layout, held: Set[int]) -> None:
    """Take for titles the short line that nearly all entries have before author and time, and words behind them."""
    found: list[tuple[Entry, Line]] = []
    for entry in layout.usual:
        places = [number for number, line in enumerate(entry.lines) if line.start in held]
        before = [line for line in entry.lines[: places[0]] if not layout.is_meta(entry, line)] if places else []
        is_title = len(before) == 1 and len(before[0].words) <= _LONGEST_TITLE and before[0].words[-1] not in _ENDS
        if is_title and places and places[-1] + 1 < len(entry.lines):
            found.append((entry, before[0]))
    if len(found) >= max(FEWEST, NEARLY_ALL * len(layout.usual)):
        layout.has_bold_titles = True
        for entry, line in found:
            entry.chrome.update(range(line.start, line.end))


def _hide_between(layout: Layout) -> None:
    """Take for the page's the short lines that nearly all entries have between author and time, where words are left:
    towns and ranks.
    """
    found: list[tuple[Entry, list[Line]]] = []
    short = 0
    for entry in layout.usual:
        if entry.who is None or entry.when is None:
            continue
        ends = sorted((entry.line_at(entry.who[0]), entry.line_at(entry.when.texts[0])))
        between = entry.lines[ends[0] + 1 : ends[1]] if ends[0] >= 0 else []
        others = [line for line in between if not layout.is_meta(entry, line)]
        words = [line for line in entry.lines if line not in between and not layout.is_meta(entry, line)]
        if others and words:
            found.append((entry, others))
            short += all(len(line.words) <= _LONGEST_BETWEEN and line.words[-1] not in _ENDS for line in others)
    if short >= max(FEWEST, NEARLY_ALL * len(layout.usual)):
        for entry, others in found:
            entry.chrome.update(text for line in others for text in range(line.start, line.end))


def _hide_repeated(layout: Layout, held: Set[int]) -> None:
    """Take for the page's the lines at one place that say again, in nearly all entries, what stands before them: a
    short form of the entry, its source beside it.
    """
    found: dict[int, list[tuple[Entry, Line, bool]]] = {}
    for entry in layout.usual:
        said = ""
        for line in entry.lines if len(entry.lines) <= _MOST_LINES else ():
            words = "".join(line.words.split())
            is_again = len(words) >= _SHORTEST_REPEATED and words in said
            found.setdefault(line.path, []).append((entry, line, is_again))
            said += words
    for lines in found.values():
        again = [(entry, line) for entry, line, is_again in lines if is_again and line.start not in held]
        if len(again) == len(lines) and len({entry.record.start for entry, _ in again}) >= FEWEST:
            for entry, line in again:
                entry.chrome.update(range(line.start, line.end))


def _hide_links(layout: Layout, held: Set[int]) -> None:
    """Take for the page's the lines of several links and nothing else that nearly all entries have, and that begin with
    the same one: "(Reply) (Parent)".
    """
    tree = layout.tree
    found: dict[str, dict[int, Line]] = {}
    longest = 0
    for at, entry in enumerate(layout.usual):
        for line in entry.lines:
            if line.start in held or len(line.words) > _LONGEST_ADDRESS:
                continue
            links = [text for text in range(line.start, line.end) if any(map(str.isalnum, tree.texts[text]))]
            if links and all(tree.tags[tree.owners[text]] == "a" for text in links):
                first = " ".join(tree.texts[links[0]].split()).lower()
                if len(first) <= _LONGEST_LABEL:
                    found.setdefault(first, {})[at] = line
                    longest = max(longest, len(links))
    for lines in found.values() if longest > 1 else ():
        if len(lines) >= max(FEWEST, _MOST_LINKED * len(layout.usual)):
            for at, line in lines.items():
                layout.usual[at].chrome.update(range(line.start, line.end))


def _edits(layout: Layout, held: Set[int]) -> set[str]:
    """Return the first or last lines of entries that hold a date and differ from those of others in their digits alone,
    or hold the author too and stand where no other line of the entry does, digits as 0: "Edited by NAME on DATE".
    """
    own = set()
    found: Counter[str] = Counter()
    for entry in layout.usual:
        lines = [line for line in entry.lines if not layout.is_meta(entry, line)]
        for line in {lines[0].start: lines[0], lines[-1].start: lines[-1]}.values() if lines else ():
            if line.start in held or len(line.words) > _LONGEST_ADDRESS or line is entry.lines[0]:
                continue
            if _DIGITS.search(line.words) and layout.find_date(line.words) is not None:
                words = _DIGITS.sub("0", line.flat)
                found[words] += line is lines[-1]
                if (
                    _is_apart(layout, entry, line)
                    and entry.author
                    and re.search(rf"(?<!\w){re.escape(entry.author)}(?!\w)", line.words)
                ):
                    own.add(words)
    return own | {words for words, count in found.items() if count > 1 and any(map(str.isalpha, words))}


def _is_apart(layout: Layout, entry: Entry, line: Line) -> bool:
    """Tell whether a line stands where no other of the entry does, or is one inline element with a class."""
    owners = {layout.tree.owners[text] for text in range(line.start, line.end)}
    kind = layout.tree.kinds[min(owners)]
    is_whole = len(owners) == 1 and kind.is_inline and bool(kind.classes)
    return is_whole or all(other.path != line.path for other in entry.lines if other is not line)


def _wordy_paths(layout: Layout) -> set[int]:
    """Return the paths of lines in which words stand beside the name: long in some entries, short in others."""
    left: dict[int, list[bool]] = {}
    for entry in layout.usual:
        for line in entry.lines:
            if entry.who is not None and entry.who[0] < line.end and line.start < entry.who[1]:
                when = entry.when.texts if entry.when is not None and entry.when.line else (0, 0)
                rest = [text for text in range(line.start, line.end) if not when[0] <= text < when[1]]
                size = sum(len(layout.tree.texts[text].strip()) for text in rest) - len(entry.author or "")
                left.setdefault(line.path, []).append(size > LEFT_BESIDE)
    return {path for path, sizes in left.items() if sum(sizes) >= _WORDY * len(sizes) and len(sizes) > 1}


def _holds_slot(entry: Entry, line: Line) -> bool:
    return _holds(line, entry.who) or (entry.when is not None and _holds(line, entry.when.texts))


def _holds(line: Line, texts: tuple[int, int] | None) -> bool:
    return texts is not None and texts[0] < line.end and line.start < max(texts[1], texts[0] + 1)


def _linked_name(layout: Layout, line: Line, names: set[str]) -> str:
    tree = layout.tree
    for text in range(line.start, line.end):
        words = " ".join(tree.texts[text].split())
        if words.lstrip("@") in names or words in names:
            place = tree.owners[text]
            while place > 0 and tree.tags[place] != "a" and tree.kinds[place].is_inline:
                place = tree.parents[place]
            if tree.tags[place] == "a":
                return words
    return ""
