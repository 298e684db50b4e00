"""Dates that no list of months knows, and dates glued to the name before them."""

import re

from stance.pages.dates import MONTH, DateMatch, find_date, shape_of_date


def date_in(words: str, day_first: bool | None) -> DateMatch | None:
    """Return the date in a short line, also one in words whose month no list knows: its time stays empty then."""
    date = find_date(words, day_first=day_first) or _glued_date(words)
    if date is None or (date.defect and date.defect != "order_open"):
        date = shape_of_date(words) or date
    if date is not None and date.published is not None and "T" not in date.published:
        clock = _CLOCK_BEHIND.match(words, date.end)
        if clock:
            hour = int(clock[1]) % 12 + (12 if clock[3].lower() == "p" else 0) if clock[3] else int(clock[1])
            date = date._replace(end=clock.end(), published=f"{date.published}T{hour:02}:{clock[2]}")
    return date


# cells of a table, which renderers print without a blank between them
_GLUED = re.compile(
    rf"(?<=[^\s_,:/(\[-])(?={MONTH}\.? \d\d?,? (?:19|20)\d\d)"
    rf"|(?<=[^\W\d_])(?=\d\d?\.? (?:de )?{MONTH} (?:de )?(?:19|20)\d\d)"
    r"|(?<=\w)(?=(?:19|20)\d\d-[01]\d-[0-3]\d\b)|(?<=[^\W\d_])(?=[0-3]?\d\.[01]?\d\.(?:19|20)\d\d\b)"
    r"|(?<=\w)(?=[0-3]\d\.0\d\.(?:19|20)\d\d\b)"
)
_YEAR = re.compile(r"(?:19|20)\d\d")


_DIGITS = re.compile(
    r"\d{1,12}(?=\.?[ \xa0](?:de )?[^\W\d_]{3,12}\.?,?[ \xa0](?:de )?(?:19|20)\d\d(?!\w)|\.[01]\d\.(?:19|20)\d\d(?!\w))"
)


def _glued_date(words: str) -> DateMatch | None:
    """Return the full date that stands right behind a name, as in "reader-1May 3, 2012" and "reader-120.09.2016"."""
    if not _YEAR.search(words):
        return None
    glued = _GLUED.search(words.lower())
    start = glued.start() if glued else _day_behind_digits(words)
    date = find_date(words[start:]) or shape_of_date(words[start:]) if start else None
    if date is None or date.start or (date.published is None and date.defect != "unknown_month"):
        return None
    return date._replace(start=start, end=start + date.end)


def _day_behind_digits(words: str) -> int:
    """Return where the day begins in digits that end a name too, 0 where none does.

    They are its two last digits; one alone in "reader-13. Mai", where a "-" would end the name else.
    """
    digits = _DIGITS.search(words)
    if digits is None or not digits.start():
        return 0
    start, end = digits.span()
    if end - start <= 2 and not words[start - 1].isalnum() and words[start - 1] != "-":
        return start  # a sign stands before the day, as "_" of an icon
    if end - start >= 2 and words[end - 2] in "0123" and words[end - 3].isalnum():
        return end - 2
    is_padded = words[end] == "." and words[end + 1].isdigit()
    return end - 1 if end - start >= 2 and words[end - 1] != "0" and not is_padded else 0


# between a day and a time of day stands a short word of any language
_CLOCK_BEHIND = re.compile(
    r"[,.]?[ \xa0](?:[^\W\d_]{1,6}\.?[ \xa0]){1,2}([01]?\d|2[0-3])[:.h]([0-5]\d)(?!\d)(?:[ \xa0]?([ap])\.?m\b\.?)?",
    re.IGNORECASE,
)
