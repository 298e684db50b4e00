"""Words of others that nothing in the markup calls a quotation, and lines that say whose one is: nobody's own words."""

from collections.abc import Mapping, Sequence, Set

_LONGEST_LINE = 160
_LONGEST_SOURCE = 50  # entries of one author in which is looked for what somebody quotes of him
_SHORTEST_QUOTED = 8
_MOST_SEARCHED = 100_000_000  # characters of a thread
_MOST_WORDS = 6  # of a name
_AROUND = "@:,;()[]\"'“”„‘’«»"


def with_quoted_heads(authors: Sequence[str | None], texts: Sequence[str]) -> list[str]:
    r"""Return texts in which a line that names one of the authors, and ends with a colon or stands in brackets above a
    quotation, is part of that.

    >>> with_quoted_heads(["reader-1", "reader-2"], ["No.", "reader-1 wrote:\n\n> No.\n\nWhy?"])
    ['No.', '> reader-1 wrote:\n>\n> No.\n\nWhy?']
    """
    names = {author for author in authors if author}
    return [_with_quoted_heads(text, names) if "\n> " in text else text for text in texts]


def _with_quoted_heads(text: str, names: Set[str]) -> str:
    lines = text.split("\n")
    for place, line in enumerate(lines):
        if not _is_head(line, names):
            continue
        behind = place + 1
        while behind < len(lines) and not lines[behind]:
            behind += 1
        if behind < len(lines) and lines[behind].startswith("> "):
            lines[place] = f"> {line}"
            lines[place + 1 : behind] = [">"] * (behind - place - 1)
    return "\n".join(lines)


def with_words_of_others(authors: Sequence[str | None], texts: Sequence[str]) -> list[str]:
    r"""Return texts in which what an author before is named above, and said to the letter, is a quotation.

    >>> with_words_of_others(["reader-1", "reader-2"], ["It sank. So what?", "reader-1 wrote\n\nIt sank.\n\nNo."])
    ['It sank. So what?', '> reader-1 wrote\n>\n> It sank.\n\nNo.']
    """
    said = _Said()
    found = []
    for author, text in zip(authors, texts, strict=True):
        found.append(_with_words_of(text, said, author) if said.entries and "\n" in text else text)
        if author:
            said.entries.setdefault(author, []).append(" ".join(text.split()))
    return found


class _Said:
    """What each author has said so far, in his last entries; no more is searched than a part of a second allows."""

    def __init__(self) -> None:
        self.entries: dict[str, list[str]] = {}
        self._left = _MOST_SEARCHED

    def holds(self, author: str, line: str) -> bool:
        """Tell whether the words of a line stand in an entry of an author, to the letter."""
        words = " ".join(line.split()).strip('“”"… ')
        source = self.entries[author][-_LONGEST_SOURCE:] if len(words) >= _SHORTEST_QUOTED and self._left > 0 else ()
        self._left -= sum(map(len, source))
        return any(words in each for each in source)


def _with_words_of(text: str, said: _Said, own: str | None) -> str:
    lines = text.split("\n")
    shown = [place for place, line in enumerate(lines) if line]
    for number, place in enumerate(shown[:-1]):
        named = _name_at_end(lines[place], said.entries)
        if named is None or named == own or lines[place].startswith(">"):
            continue
        last = number
        while last + 1 < len(shown) and said.holds(named, lines[shown[last + 1]]):
            last += 1
        if number < last < len(shown) - 1:
            above = lines[shown[number - 1]] if number else ""
            is_label = above.endswith(":") and " " not in above
            for at in range(shown[number - 1] if is_label else place, shown[last] + 1):
                lines[at] = f"> {lines[at]}".rstrip()
    return "\n".join(lines)


def _name_at_end(line: str, names: Mapping[str, list[str]]) -> str | None:
    """Return the author whom a short line names at its end, or before one word: "Quoted from NAME", "NAME wrote:"."""
    if len(line) > _LONGEST_LINE:
        return None
    words = line.rstrip(":").split()
    spans = (
        " ".join(words[start:end]).strip(_AROUND)
        for end in (len(words), len(words) - 1)
        for start in range(max(0, end - _MOST_WORDS), end)
    )
    return next((span for span in spans if span in names), None)


def _is_head(line: str, names: Set[str]) -> bool:
    """Tell whether a short line ends with a colon, or stands in brackets, and holds a name, not as a part of a word."""
    if len(line) > _LONGEST_LINE or line.startswith(">") or not (line.endswith(":") or line[:1] + line[-1:] == "()"):
        return False
    words = line.split()
    spans = (
        " ".join(words[start:end])
        for start in range(len(words))
        for end in range(start + 1, min(len(words), start + _MOST_WORDS) + 1)
    )
    # looked up, not searched for: a page may have thousands of names
    return any(span in names or span.strip(_AROUND) in names for span in spans)
