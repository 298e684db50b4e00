"""What a page prints again and again: the words of its own around names and dates, in whatever language they are.

A thread is one template repeated. So the same words in nearly every entry are the page's, and what varies between
them is somebody's: this is asked of the whole page once, before a single entry is read.
"""

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from stance.pages.text_dump._phrases.labels import is_label

LEAST_ENTRIES = 3
_NEARLY_ALL = 0.9  # an entry whose name is left out shows these words all the same
_MOST_TIMED = 0.7
_MOST_LEARNED = 400


class Family(NamedTuple):
    """The lines with a date that belong together: the words before and behind it that nearly all of them share.

    `lead` and `trail` stand at the outer and the inner end of the words before the date, `follow` and `close` at the
    inner and the outer end of the words behind it.
    """

    size: int
    lead: tuple[str, ...]
    trail: tuple[str, ...]
    follow: tuple[str, ...]
    close: tuple[str, ...]


class Habits(NamedTuple):
    """What recurs: how many entries there seem to be, whole lines, ends of lines behind a name, and date lines.

    `said_behind`: the words that stand before the name in nearly all lines that end so, as "Avatar reader-1 says:".
    """

    size: int
    labels: frozenset[str]
    says: frozenset[tuple[str, ...]]
    family: Family | None
    others: frozenset[str]
    said_behind: tuple[str, ...] = ()


NONE = Habits(0, frozenset(), frozenset(), None, frozenset())
_COUNT = re.compile(r"(?<![^\W_])(?<![-.@])\d+(?![^\W_])")
_NUMBER = re.compile(r"[#(\[]*\d{1,6}[.):\]]*")


def flat(words: str) -> str:
    """Return a line as it is compared with others: in lower case, counts as 0 where the line is no name.

    >>> flat("Posts: 17"), flat("+ 3 - 0"), flat("Reader 7")
    ('posts: 0', '+ 0 - 0', 'reader 7')
    """
    words = words.lower()
    if ":" in words or not words[:1].isalpha() or words.isupper():
        return _COUNT.sub("0", words)
    return words


def tokens(words: str) -> list[str]:
    """Return the words of a line in lower case, a number at its beginning as 0."""
    found = words.lower().split()
    if found and _NUMBER.fullmatch(found[0]):
        found[0] = _COUNT.sub("0", found[0])
    return found


def learn(
    dated: Sequence[tuple[str, str, bool]], undated: Sequence[str], beside_dates: Sequence[str], items: int, marks: int
) -> Habits:
    """Learn from a page's short lines.

    `dated`: the words before and behind the date of each line that has one, and whether it has a time. `undated`: the
    other lines. `beside_dates`: those of them right above or below a date, where names stand. `items`: the number of
    list items that stand furthest out, `marks`: of all of them.
    """
    family, others = _family(dated)
    says = _says(undated, family.size if family else 0)
    size = max(family.size if family else 0, max(says.values(), default=0))
    by_items = not size  # such a page shows no more than names, right behind the marks of its list
    size = size or items
    if size < LEAST_ENTRIES:
        return Habits(size, frozenset(), frozenset(), None, others if len(others) > 1 else frozenset())
    counts = Counter(map(flat, undated))
    near = Counter(map(flat, beside_dates))
    least = marks if by_items else size
    needed = 0.6 * least if least >= 6 else 0.99 * least
    labels = {words for words, count in counts.items() if needed <= count < 3.5 * size and not _is_words(words, says)}
    beside = {words for words in labels if near[words] >= 0.3 * size}
    if by_items:
        labels -= beside
    elif family is not None and not says and not any(family[1:]) and not any(before.strip() for before, _, _ in dated):
        # nothing else can be the name of one who wrote nearly all
        labels -= {words for words in beside if not is_label(words)}
    else:
        labels = {words for words in labels if words not in beside or counts[words] >= 0.8 * size}
    return Habits(size, frozenset(labels), frozenset(says), family, others, _said_behind(undated, says))


def _said_behind(undated: Sequence[str], says: dict[tuple[str, ...], int]) -> tuple[str, ...]:
    heads = []
    for words in undated:
        found = words.lower().split()
        length = next((length for length in (3, 2, 1) if tuple(found[-length:]) in says), 0)
        if 0 < length < len(found):
            heads.append(found[:-length])
    if len(heads) < 2 * LEAST_ENTRIES:
        return ()
    lead = _shared(heads, _NEARLY_ALL)
    while lead and _begin_with_digits(heads, len(lead)):
        lead = lead[:-1]
    # in some lines nothing else may stand, where the renderer left the name out
    return lead if lead and sum(len(head) > len(lead) for head in heads) > 0.5 * len(heads) else ()


def _is_words(words: str, says: dict[tuple[str, ...], int]) -> bool:
    """Say whether a line reads like a sentence, or ends in the page's "says:"."""
    is_sentence = words.endswith((".", "!", "?")) and words.count(" ") > 1
    return is_sentence or any(words.endswith(" ".join(end)) for end in says)


def _family(dated: Sequence[tuple[str, str, bool]]) -> tuple[Family | None, frozenset[str]]:
    """Return the largest family of date lines, and the words before the dates of other ones, like "Joined:".

    Where most show a time, the day of the post above them is none of theirs.
    """
    befores, afters = [tokens(before) for before, _, _ in dated], [tokens(after) for _, after, _ in dated]
    lasts, firsts = _links([line[::-1] for line in befores]), _links(afters)
    wholes = Counter(" ".join(line) for line in befores if line and line[-1].endswith(":") and len(line) < 4)
    groups: dict[tuple[str, ...], list[int]] = {}
    for at, (before, after) in enumerate(zip(befores, afters, strict=True)):
        whole = " ".join(before)
        if whole and wholes[whole] >= max(2, 0.2 * len(dated)):
            key: tuple[str, ...] = (whole,)
        else:
            last, first = before[-1] if before else "", after[0] if after else ""
            key = ("*" if last and last not in lasts else last, "*" if first and first not in firsts else first)
        groups.setdefault(key, []).append(at)
    if not groups:
        return None, frozenset()
    best = max(groups.values(), key=len)
    others = frozenset(
        key[0] for key, group in groups.items() if len(key) == 1 and group is not best and 2 * len(group) >= len(best)
    )
    timed = [at for at in best if dated[at][2]]
    if len(timed) >= max(LEAST_ENTRIES, _MOST_TIMED * len(best)):
        best = timed
    if len(best) < LEAST_ENTRIES:
        return None, frozenset(key[0] for key, group in groups.items() if len(key) == 1 and len(group) > 1)
    lead, trail = _shared_ends([befores[at] for at in best[:_MOST_LEARNED]])
    follow, close = _shared_ends([afters[at] for at in best[:_MOST_LEARNED]])
    return Family(len(best), lead, trail, follow, close), others


def _links(lines: list[list[str]]) -> set[str]:
    """Return the words beside many dates that are no names: what stands on their other side varies."""
    counts = Counter(line[0] for line in lines if line)
    beyond: dict[str, set[str]] = {}
    for line in lines:
        if len(line) > 1:
            beyond.setdefault(line[0], set()).add(line[1])
    needed = max(2, 0.15 * len(lines))
    return {
        word
        for word, count in counts.items()
        if count >= needed and (len(beyond.get(word, ())) >= 2 or count >= 0.6 * len(lines))
    }


def _shared_ends(lines: list[list[str]]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the words at the beginning and at the end that nearly all lines share.

    Where hardly a line has words between them, only what really all of them share is the page's: the rest may be
    the name of one who wrote nearly everything.
    """
    lines = [line for line in lines if line]
    if len(lines) < LEAST_ENTRIES:
        return (), ()
    for share in (_NEARLY_ALL, 1.0):
        first = _shared(lines, share)
        while first and _begin_with_digits(lines, len(first)):  # "Reader 12", "Reader 30"
            first = first[:-1]
        rests = [line[len(first) :] if tuple(line[: len(first)]) == first else line for line in lines]
        rests = [line for line in rests if line]
        if len(rests) >= 0.3 * len(lines):
            return first, _shared([line[::-1] for line in rests], share)[::-1]
    return first, ()


def _begin_with_digits(lines: list[list[str]], at: int) -> bool:
    rests = [line[at] for line in lines if len(line) > at]
    return 10 * sum(word[:1].isdigit() for word in rests) > len(rests)  # what begins so is hardly a name


def _shared(lines: list[list[str]], share: float) -> tuple[str, ...]:
    shared: list[str] = []
    left = lines
    while left:
        counts = Counter(line[len(shared)] for line in left if len(line) > len(shared))
        if not counts:
            break
        word, count = counts.most_common(1)[0]
        if count < share * len(lines):
            break
        left = [line for line in left if len(line) > len(shared) and line[len(shared)] == word]
        shared.append(word)
    return tuple(shared)


def _says(undated: Sequence[str], size: int) -> dict[tuple[str, ...], int]:
    """Return the ends of lines that stand behind many names, with how many lines end so."""
    ends: Counter[tuple[str, ...]] = Counter()
    heads: dict[tuple[str, ...], set[str]] = {}
    for words in undated:
        if len(words) > 70 or words[-1:] not in ":…».":
            continue
        if words.endswith(".") and not words.endswith(".."):
            continue
        found = words.lower().split()
        for length in (1, 2, 3):
            if len(found) > length and any(map(str.isalpha, found[-length])):
                end = tuple(found[-length:])
                ends[end] += 1
                if len(heads.setdefault(end, set())) < 3:
                    heads[end].add(" ".join(found[:-length]))
    needed = max(LEAST_ENTRIES, 0.4 * size)
    kept = {end: count for end, count in ends.items() if count >= needed and len(heads[end]) >= 2}
    # "ha detto:" wins over "detto:" where nearly all lines that end in the one end in the other
    return {
        end: count
        for end, count in kept.items()
        if not any(
            longer[-len(end) :] == end and more >= 0.8 * count
            for longer, more in kept.items()
            if len(longer) > len(end)
        )
    }
