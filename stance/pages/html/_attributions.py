"""Lines above a quotation that say whose it is: they are no words of the one who quotes."""

from collections.abc import Sequence, Set

_LONGEST_LINE = 160
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
