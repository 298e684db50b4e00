"""Lines at the edges of the words of entries that may be the page's: titles, notes that an entry was edited."""

import re
from collections import Counter
from collections.abc import Sequence

from stance.pages.dates import find_date
from stance.thread import Finding

_LONGEST_TITLE = 40
_LONGEST_NOTE = 80
_LONGEST_WORD = 40
_LONGEST_LABEL = 20
_LABELLED = 0.25
_LONGEST_DATE = 40
_FEWEST = 3
_MANY = 6
_LARGEST_SAMPLE = 12
_ENDS_OF_DATES = frozenset("0123456789m)]")
_DIGITS = re.compile(r"\d+")
_ENDS_OF_SENTENCES = ".!?…:;,)”\"'"
_NEARLY_ALL = 0.9


def find_open_texts(texts: Sequence[str], authors: Sequence[str | None]) -> list[Finding]:
    """Return the finding that words of entries begin or end with what may not be theirs; none where all is plain."""
    named = [text for text, author in zip(texts, authors, strict=True) if author is not None]
    if 2 * len(named) > len(texts):  # what has no author may be a heading among them
        texts, authors = named, [author for author in authors if author is not None]
    sample = texts[:_LARGEST_SAMPLE]
    if headed := _headed(texts):
        what = f"the words of {headed} entries begin or end with a short line in each: it may be a title or the page's"
    elif _are_alike(sample):
        what = f"the words of {len(texts)} entries begin, or end, with the same word or mark: it may be the page's"
    elif labelled := _labelled(texts):
        what = f"the words of {labelled} entries begin with the same short line as others do: it may be the page's"
    elif _are_signed(sample, authors):
        what = f"the words of {len(texts)} entries begin with the name of their author, or end with a date"
    elif noted := sum(map(_is_noted, texts)):
        what = f"the words of {noted} entries end in a short line with a date: it may be the page's, as of an edit"
    else:
        return []
    return [Finding("text_open", what)]


def _are_alike(texts: Sequence[str]) -> bool:
    """Tell whether all of several texts begin, or end, with one mark, or many with one word; numbers differ."""
    words = [text for text in dict.fromkeys(texts) if text]
    if len(words) < _FEWEST:
        return False
    for place in (0, -1):
        mark = words[0][place]
        if not mark.isalnum() and mark not in _ENDS_OF_SENTENCES and all(text[place] == mark for text in words[1:]):
            return True
        word = _word(words[0], place)
        if len(words) >= _MANY and all(_word(text, place) == word for text in words[1:]):
            return True
    return False


def _word(text: str, place: int) -> str:
    """Return the first or last word of a text as it is compared."""
    piece = text[:_LONGEST_WORD] if place == 0 else text[-_LONGEST_WORD:]
    return _DIGITS.sub("0", piece.split()[place].lower())


def _are_signed(texts: Sequence[str], authors: Sequence[str | None]) -> bool:
    """Tell whether most of several texts begin with their author, or end with a date."""
    if len(texts) < _FEWEST:
        return False
    named = sum(author is not None and text.startswith(author) for text, author in zip(texts, authors, strict=False))
    return 2 * named > len(texts) or 2 * sum(map(_ends_in_date, texts)) > len(texts)


def _ends_in_date(text: str) -> bool:
    if text[-1:] not in _ENDS_OF_DATES:
        return False
    tail = text[-_LONGEST_DATE:].rstrip(")].")
    date = find_date(tail)
    return date is not None and date.published is not None and date.end == len(tail)


def _headed(texts: Sequence[str]) -> int:
    """Return how many texts there are if nearly all begin, or end, with a short line that is no sentence, else 0."""
    lines = [[line for line in text.split("\n") if line] for text in texts]
    for place in (0, -1):
        short = sum(
            len(each) > 1 and len(each[place]) <= _LONGEST_TITLE and each[place][-1] not in _ENDS_OF_SENTENCES
            for each in lines
        )
        if len(texts) > 1 and short >= _NEARLY_ALL * len(texts):
            return len(texts)
    return 0


def _labelled(texts: Sequence[str]) -> int:
    """Return how many texts begin with a short line that others have too, no sentence and more below it, if these are
    several and a quarter of all; else 0.
    """
    firsts = [first for text in texts for first, behind, _ in [text.partition("\n")] if behind]
    short = Counter(each for each in firsts if len(each) <= _LONGEST_LABEL and each[-1] not in _ENDS_OF_SENTENCES)
    shared = sum(count for count in short.values() if count > 1)
    return shared if shared >= max(2, _LABELLED * len(texts)) else 0


def _is_noted(text: str) -> bool:
    """Tell whether a text ends in a short line with a full date and hardly more."""
    _, behind, last = text.rpartition("\n")
    if not behind or len(last) > _LONGEST_NOTE or last[-1] in _ENDS_OF_SENTENCES or not any(map(str.isdigit, last)):
        return False
    date = find_date(last)
    return date is not None and date.published is not None
