"""What spreadsheet programs make of a sheet: formulas that they would run, and ids that they have changed."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

# a cell that begins so is run as a formula when it is opened
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_ESCAPED = re.compile(r"'+[=+\-@\t\r]")
ERRORS = ("#NAME?", "#REF!", "#VALUE!", "#DIV/0!", "#N/A", "#NUM!", "#NULL!")
_MONTHS = {
    name: number
    for names in (
        "jan feb mar apr may jun jul aug sep oct nov dec",
        "jan feb mär apr mai jun jul aug sep okt nov dez",
        "ene feb mar abr may jun jul ago sep oct nov dic",
        "janv févr mars avr mai juin juil août sept oct nov déc",
    )
    for number, name in enumerate(names.split(), start=1)
}
# a program keeps no more of a number
_EXACT_DIGITS = 15


def escape_formula(cell: str) -> str:
    """Return a cell as no spreadsheet program runs it: an apostrophe before what would begin a formula.

    `unescape_formula` gives the cell back, and reading annotations does so.

    >>> escape_formula("=1+1"), escape_formula("late"), unescape_formula(escape_formula("'=1"))
    ("'=1+1", 'late', "'=1")
    """
    return f"'{cell}" if _FORMULA.match(cell) else cell


def unescape_formula(cell: str) -> str:
    """Return the cell that `escape_formula` was given; other cells stay as they are."""
    return cell[1:] if _ESCAPED.match(cell) else cell


class ChangedIds:
    """The ids of a thread by what spreadsheet programs make of them, to tell which id a changed one was.

    >>> ids = ChangedIds(["1234567890123456", "3-1", "007"])
    >>> [ids.before(found) for found in ("1.23E+15", "03.Jan", "7", "x")]
    [['1234567890123456'], ['3-1'], ['007'], []]
    """

    def __init__(self, ids: Iterable[str]) -> None:
        self._before: dict[str, list[str]] = defaultdict(list)
        for comment_id in dict.fromkeys(ids):
            for changed in set(_changed(comment_id)) - {""}:
                self._before[changed].append(comment_id)

    def before(self, found: str) -> list[str]:
        """Return the ids that may have become what was found, in their order; none where nothing points to it."""
        return self._before.get(_normal(found), [])


def looks_changed(found: str) -> bool:
    """Say whether an id looks as only spreadsheet programs write: a rounded number, a month, an hour of a day.

    >>> [looks_changed(found) for found in ("1.23E+15", "03.Jan", "2024-03-01 00:00:00", "12", "3-1")]
    [True, True, True, False, False]
    """
    number, words = _exponent(found), _words(found)
    return bool(
        number or found.endswith(" 00:00:00") or (len(words) > 1 and _date(words) and set(words) & set(_MONTHS))
    )


def _changed(comment_id: str) -> Iterator[str]:
    """Yield, as `_normal` writes them, the forms that an id may have after a spreadsheet program saved it."""
    if comment_id.isascii() and comment_id.isdigit():
        yield comment_id.lstrip("0") or "0"
        if len(comment_id) > _EXACT_DIGITS:
            yield comment_id[:_EXACT_DIGITS].ljust(len(comment_id), "0")
        for digits in range(_EXACT_DIGITS):
            yield _exponent(f"{int(comment_id):.{digits}e}")
    else:
        yield _date(_words(comment_id))


def _normal(found: str) -> str:
    return _exponent(found) or _date(_words(found)) or found.strip()


def _exponent(found: str) -> str:
    """Write a number with an exponent so that the same one is always written alike; "" for anything else."""
    number = re.fullmatch(r"(\d(?:[.,]\d+)?)e\+?(\d{1,3})", found.strip().lower())
    return f"number {number[1].replace(',', '.')} {int(number[2])}" if number else ""


def _words(found: str) -> list[str]:
    return re.split(r"[-/. ]+", re.sub(r"[ T]00:00(:00)?$", "", found.strip()).strip(".").lower())


def _date(words: list[str]) -> str:
    """Write day and month alike in whatever order and language, without the year; "" for what is no date."""
    numbers = [_MONTHS.get(word) or (int(word) if word.isascii() and word.isdigit() else 0) for word in words]
    if not 2 <= len(numbers) <= 3 or not all(numbers):
        return ""
    # a program adds the year of the day on which the sheet was opened, in two digits or four
    smallest = sorted(numbers)[:2]
    return f"date {smallest[0]} {smallest[1]}" if smallest[0] <= 12 and smallest[1] <= 31 else ""
