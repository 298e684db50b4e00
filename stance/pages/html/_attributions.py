"""Lines above a quotation that say whose it is: they are no words of the one who quotes."""

from collections.abc import Sequence

_LONGEST_LINE = 160


def with_quoted_heads(authors: Sequence[str | None], texts: Sequence[str]) -> list[str]:
    r"""Return texts in which a line that names another of the authors, and ends with a colon above a quotation, is part
    of that.

    >>> with_quoted_heads(["reader-1", "reader-2"], ["No.", "reader-1 wrote:\n\n> No.\n\nWhy?"])
    ['No.', '> reader-1 wrote:\n>\n> No.\n\nWhy?']
    """
    names = {author for author in authors if author}
    return [_with_quoted_heads(text, names) if "\n> " in text else text for text in texts]


def _with_quoted_heads(text: str, names: set[str]) -> str:
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


def _is_head(line: str, names: set[str]) -> bool:
    if not line.endswith(":") or len(line) > _LONGEST_LINE or line.startswith(">"):
        return False
    return any(name in line for name in names)
