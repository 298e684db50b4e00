"""Lines at the edges of the words of entries that may be the page's: titles, notes that an entry was edited."""

from collections.abc import Sequence

from stance.pages.dates import find_date
from stance.thread import Finding

_LONGEST_TITLE = 40
_LONGEST_NOTE = 80
_ENDS_OF_SENTENCES = ".!?…:;,)”\"'"
_NEARLY_ALL = 0.9


def find_open_texts(texts: Sequence[str]) -> list[Finding]:
    """Return the finding that the words of entries begin or end with lines that may not be theirs; none where all is
    plain.
    """
    headed = _headed(texts)
    noted = 0 if headed else sum(map(_is_noted, texts))
    if headed:
        message = (
            f"the words of {headed} entries begin or end with a short line in each: it may be a title or the page's"
        )
    elif noted:
        message = f"the words of {noted} entries end in a short line with a date: it may be the page's, as of an edit"
    return [Finding("text_open", message)] if headed or noted else []


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


def _is_noted(text: str) -> bool:
    """Tell whether a text ends in a short line with a full date and hardly more."""
    _, behind, last = text.rpartition("\n")
    if not behind or len(last) > _LONGEST_NOTE or last[-1] in _ENDS_OF_SENTENCES or not any(map(str.isdigit, last)):
        return False
    date = find_date(last)
    return date is not None and date.published is not None
