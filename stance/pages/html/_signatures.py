"""Signatures in the words themselves: the last lines of all that one person wrote, behind a line of dashes or alike."""

import re
from collections.abc import Sequence

_DASHES = re.compile(r"[-_=*~–—]{2,40}")
_OF_A_FORUM = re.compile(r"_{10,40}")  # what phpBB 2 prints above a signature
_FEWEST_WORDS = 3
_MOST_LINES = 6


def without_signatures(authors: Sequence[str | None], texts: Sequence[str]) -> tuple[list[str], int]:
    r"""Return texts without signatures, and from how many one was taken.

    A signature is what all texts of an author end in, whole lines. Where some stand behind a line of dashes, what
    stands so behind the only text of another author is one too; behind a long line of underscores it always is.

    >>> without_signatures(["reader-1", "reader-1", "reader-2"], ["No.\n--\nA b", "Yes.\n--\nA b", "Why?\n--\nC"])
    (['No.', 'Yes.', 'Why?'], 3)
    """
    by_author: dict[str, list[int]] = {}
    for place, author in enumerate(authors):
        if author is not None:
            by_author.setdefault(author, []).append(place)
    lines = [text.split("\n") for text in texts]
    cut = list(map(len, lines))
    has_dashes = any(_OF_A_FORUM.fullmatch(line) for own in lines for line in own if line.startswith("__"))
    for places in by_author.values():
        if len({texts[place] for place in places}) < 2:
            continue
        count = _shared(lines, places)
        shared = lines[places[0]][cut[places[0]] - count :]
        is_dashed = any(_DASHES.fullmatch(line) for line in shared)
        has_dashes = has_dashes or is_dashed
        if is_dashed or sum(len(line.split()) for line in shared) >= _FEWEST_WORDS:
            for place in places:
                cut[place] -= count
    for place, own in enumerate(lines) if has_dashes else ():
        at = next((at for at in range(1, len(own)) if _DASHES.fullmatch(own[at])), len(own))
        if cut[place] == len(own) and len(own) - at <= _MOST_LINES:
            cut[place] = at
    found = [
        "\n".join(own[:end]).rstrip() if end < len(own) else text
        for text, own, end in zip(texts, lines, cut, strict=True)
    ]
    return found, sum(end < len(own) for own, end in zip(lines, cut, strict=True))


def _shared(lines: Sequence[list[str]], places: Sequence[int]) -> int:
    """Return how many last lines some texts share, of each of which something must be left."""
    most = min(_MOST_LINES, *(len(lines[place]) - 1 for place in places))
    count = 0
    while count < most and len({lines[place][-1 - count] for place in places}) == 1:
        count += 1
    return count
