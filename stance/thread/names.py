"""Where a text names the authors of its thread, as commenters call each other: whole names, and parts of them."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from stance.thread._thread import Thread

# a part of a name shorter than this may be anything
LEAST_OF_A_PART = 3
# single words that are names of somebody now and then, or parts of made-up names, and in every text
NO_PARTS = frozenset(
    {"all", "and", "are", "but", "for", "from", "her", "him", "his", "how", "just", "new", "not", "now", "one", "our"}
    | {"out", "she", "that", "the", "their", "they", "this", "was", "what", "when", "who", "why", "will", "with", "you"}
    | {"your"}
)
# what other masks leave in a text
PLACEHOLDERS = frozenset({"user", "email", "url", "name"})
_TOKEN = re.compile(r"\w+")
# these are written without spaces between words
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")


@dataclass(frozen=True, slots=True)
class Names:
    """Patterns of names by their first word in lower case, and one of all names in scripts without spaces."""

    by_first: dict[str, tuple[re.Pattern[str], ...]]
    unspaced: re.Pattern[str] | None


def find_names(text: str, authors: tuple[str, ...]) -> Iterator[tuple[int, int]]:
    """Yield (start, end) of each place, in order, where a text names one of the authors, the longest name first.

    A whole name is found in any case, whatever signs stand between its words; its capitalised parts as they are
    written, or in capitals.

    >>> [*find_names("Jane, you and MR DOE err: annual, not Ann.", ("Jane Doe", "Ann"))]
    [(0, 4), (17, 20), (38, 41)]
    """
    names = _compiled(authors)
    found = [
        (match.start(), match.end())
        for token in _TOKEN.finditer(text)
        for pattern in names.by_first.get(_folded(token[0]), ())
        if (match := pattern.match(text, token.start()))
    ]
    if names.unspaced:
        found += [match.span() for match in names.unspaced.finditer(text)]
    end = 0
    for start, stop in sorted(found, key=lambda span: (span[0], -span[1])):
        if start >= end:
            yield start, stop
            end = stop


@lru_cache(maxsize=64)
def _compiled(authors: tuple[str, ...]) -> Names:
    patterns: dict[str, dict[str, None]] = {}
    unspaced = set()
    for author in authors:
        name = unicodedata.normalize("NFC", author).strip()
        if _UNSPACED.search(name):
            unspaced.add(name)
            continue
        for first, pattern in _patterns(name):
            patterns.setdefault(first, {})[pattern] = None
    joined = "|".join(re.escape(name) for name in sorted(unspaced, key=lambda name: (-len(name), name)))
    by_first = {first: tuple(re.compile(pattern) for pattern in found) for first, found in patterns.items()}
    return Names(by_first, re.compile(joined) if joined else None)


def _patterns(name: str) -> Iterator[tuple[str, str]]:
    """Yield the first word, folded, and a pattern, for a name and for its parts."""
    words = _TOKEN.findall(name)
    if not words or name.lower() in PLACEHOLDERS:
        return
    whole = r"\W{1,3}".join(map(re.escape, words))
    common = name.lower() in NO_PARTS
    yield _folded(words[0]), rf"(?:{_as_written(name)})(?!\w)" if common else rf"(?i:{whole})(?!\w)"
    for word in words if len(words) > 1 else ():
        if word.isalpha() and word[0].isupper() and len(word) >= LEAST_OF_A_PART and word.lower() not in NO_PARTS:
            yield _folded(word), rf"(?:{_as_written(word)})(?!\w)"


def _as_written(word: str) -> str:
    return "|".join(map(re.escape, dict.fromkeys((word, word[0].upper() + word[1:], word.upper()))))


def _folded(word: str) -> str:
    return unicodedata.normalize("NFC", word).casefold()


def by_thread(pairs: Iterable[tuple[str, str | None]]) -> dict[str, tuple[str, ...]]:
    """Return the names of each thread from (thread_id, author) of its comments, each once."""
    found: dict[str, dict[str, None]] = {}
    for thread_id, author in pairs:
        if author and author.strip():
            found.setdefault(thread_id, {})[author] = None
    return {thread_id: tuple(names) for thread_id, names in found.items()}


def names_in(threads: Iterable[Thread]) -> dict[str, tuple[str, ...]]:
    """Return the names of each thread's commenters by its id; the title of a page that links there is nobody's name."""
    return by_thread(
        (thread.thread_id, each.author) for thread in threads for each in thread.comments if each.kind != "ping"
    )
