"""Dates as pages show them to people, in English, German, Spanish and French; never completed, never guessed."""

import re
from collections.abc import Iterable
from datetime import date
from typing import Literal, NamedTuple

Defect = Literal["", "order_open", "no_year", "relative", "unknown_month"]


class DateMatch(NamedTuple):
    """A date found in a text, with the weekday before it and the time beside it.

    `start` and `end` are its span. `published` is ISO 8601 to the precision shown: "2016-09-20",
    "2016-09-20T15:30", with seconds only where shown and an offset only where the zone is named.
    It is None where the page does not say the full date; `defect` then tells why: "order_open" (3/4/2012 may
    be March or April), "no_year" (20 September, 15:30), "relative" (three days ago), "unknown_month" (the month's name
    is of a language that is not read).
    """

    start: int
    end: int
    published: str | None
    defect: Defect = ""


MONTH = (
    r"(?:jan(?:uary|uar|v(?:ier)?)?|jänner|ene(?:ro)?|feb(?:ruary|ruar|rero|er)?|f[ée]v(?:rier|r)?|mar(?:ch|zo|s)?"
    r"|m(?:ä|ae)rz?|mrz|marz|apr(?:il)?|avr(?:il)?|abr(?:il)?|mayo?|mai|june?|juni|junio|juin|july?|juli|julio"
    r"|juil(?:let)?|aug(?:ust)?|ago(?:sto)?|ao[uû]t|sep(?:t(?:ember|embre|iembre)?|tiembre)?|set(?:iembre)?"
    r"|o[ck]t(?:ober|obre|ubre)?|nov(?:ember|embre|iembre)?|d[eé]c(?:ember|embre)?|dez(?:ember)?|dic(?:iembre)?)"
    r"(?![^\W\d_])"
)
_MONTH_STARTS = {
    **dict.fromkeys(("jan", "jän", "ene"), 1),
    **dict.fromkeys(("feb", "fev", "fév"), 2),
    **dict.fromkeys(("mar", "mär", "mae", "mrz"), 3),
    **dict.fromkeys(("apr", "avr", "abr"), 4),
    **dict.fromkeys(("may", "mai"), 5),
    **dict.fromkeys(("jun", "juin"), 6),
    **dict.fromkeys(("jul", "juil"), 7),
    **dict.fromkeys(("aug", "ago", "aou", "aoû"), 8),
    **dict.fromkeys(("sep", "set"), 9),
    **dict.fromkeys(("oct", "okt"), 10),
    **dict.fromkeys(("nov",), 11),
    **dict.fromkeys(("dec", "déc", "dez", "dic"), 12),
}
_GAP = r"[^\S\n]{0,3}"
_YEAR = r"(?:19|20)\d\d(?!\d)"
_YEAR_BEHIND = rf"{_GAP}[-/]?(?:de |del )?{_GAP}"
_CORE = re.compile(
    r"(?<![\w.,:/-])(?=[\dadefjmnos])(?:"
    r"(?P<iso_year>(?:19|20)\d\d)(?P<iso_sep>[-/.])(?P<iso_month>\d\d?)(?P=iso_sep)(?P<iso_day>\d\d?)(?!\d)"
    rf"|(?P<first>\d\d?){_GAP}(?P<sep>[./-]){_GAP}(?P<second>\d\d?)(?:{_GAP}(?P=sep){_GAP}|,{_GAP})"
    r"(?P<year>(?:19|20)\d\d|\d\d)(?![\w%€$£]|[.,/:-]\d)"
    rf"|(?P<day>\d\d?)(?:st|nd|rd|th|er|º)?(?:\.|{_GAP}[-/])?{_GAP}(?:of |de |del )?(?P<month>{MONTH})"
    rf"(?!\.?{_GAP}\d\d?(?:st|nd|rd|th)?,?{_GAP}{_YEAR})"  # "reader 2 July 30, 2014" is no second of July
    rf"(?:[.,]?{_YEAR_BEHIND}(?P<named_year>{_YEAR}|['’]\d\d(?!\d)|(?<=[a-z]-)\d\d(?![\d:])))?"
    rf"|(?P<us_month>{MONTH})(?:\.?{_GAP}|-)(?P<us_day>\d\d?)(?!\d)(?:st|nd|rd|th)?"
    rf"(?:[.,]?{_YEAR_BEHIND}(?P<us_year>{_YEAR}|['’]\d\d(?!\d)))?"
    r")",
)
_CLOCK = (
    rf"(?P<hour>[01]?\d|2[0-4])(?:\.|{_GAP}[h:]{_GAP})(?P<minute>[0-5]\d)(?!\d)"
    r"(?::(?P<sec>[0-5]\d)(?!\d)(?:[.,]\d{1,9})?)?"
    rf"(?:{_GAP}(?P<half>a(?=\.?{_GAP}m\b)|p(?=m|\.?{_GAP}m\b))\.?{_GAP}m\.?)?(?:{_GAP}(?:uhr|hrs?|hs|h|min)\b\.?)?"
    rf"(?:{_GAP}\(?(?:(?P<utc>z|utc|gmt)(?![\w+-])|(?:utc|gmt)?{_GAP}(?P<offset>[+-]\d\d?(?::?[0-5]\d)?)(?!\d)"
    r"|(?:[ecmpa][sd]t|ces?t|mes?z|bst|ist|wes?t|ees?t|a[cew][sd]t)\b)\)?)?"
)
_TIME_AFTER = re.compile(
    rf"[,.]?{_GAP}(?:at|um|gegen|en|a las?|a la|à|a|en|vers|@|t|[-–—|•·/,(:])?{_GAP}(?:um |@ ?|at )?{_CLOCK}\)?",
)
_YEAR_AFTER = re.compile(rf"{_GAP}({_YEAR})")
_TIME_BEFORE = re.compile(
    rf"(?<![\w:.,/]){_CLOCK}{_GAP}[,|•·–—/-]?{_GAP}(?:(?:on|am|den|el|del|de|le|du|of)(?: the)? )?$"
)
_WEEKDAY_BEFORE = re.compile(
    r"\b(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?"
    r"|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonnabend|sonntag|mo|di|mi|do|fr|sa|so"
    r"|lunes|martes|mi[ée]rcoles|jueves|viernes|s[áa]bado|domingo|lun|mar|mi[ée]|jue|vie|s[áa]b|dom"
    r"|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|mer|jeu|ven|sam|dim)"
    r"[.,]{0,2}[^\S\n]{0,3}(?:den |the |le |el )?$",
)
_RELATIVE = re.compile(
    r"\b(?:(?:about |almost |over )?(?:\d{1,3}|an?|one) (?:second|minute|min|hour|hr|day|week|month|year)s?"
    r"(?:, \d{1,2} \w{3,7})? ago"
    r"|vor (?:etwa |über |fast )?(?:\d{1,3}|eine[mnr]?) (?:sekunde|minute|stunde|tag|woche|monat|jahr)(?:e?n|e)?"
    r"|hace (?:\d{1,3}|una?) (?:segundo|minuto|hora|día|semana|mes|año)(?:e?s)?"
    r"|il y a (?:environ )?(?:\d{1,3}|une?) (?:seconde|minute|heure|jour|semaine|moi|mois|an|année)s?"
    r"|(?:yesterday|today|gestern|heute|ayer|hoy|hier|aujourd['’]hui)(?=,? ?(?:at|um|a las?|à|@)? ?\d{1,2}[:h.]\d\d))",
)

_SHAPE = re.compile(
    r"(?<![\w.,:/-])(?:\d\d?\.?[ \xa0](?:[^\W\d_]{1,3}[ \xa0])?[^\W\d_]{3,12}\.?,?[ \xa0](?:\w{1,3}[ \xa0])?"
    r"(?:19|20)\d\d"
    r"|[^\W\d_]{3,12}\.?[ \xa0]\d\d?,?[ \xa0](?:19|20)\d\d|(?:19|20)\d\d\.?[ \xa0][^\W\d_]{3,12}[ \xa0]\d\d?)(?!\w)\.?"
    r"(?:,?[ \xa0](?:[^\W\d_]{1,5}[ \xa0]){0,2}@?[ \xa0]?(?:[01]?\d|2[0-3])[:.h][0-5]\d(?!\d)"
    r"(?:[ \xa0]?[ap]\.?m\b\.?)?)?",
    re.IGNORECASE,
)
_YEAR_SHOWN = re.compile(r"(?:19|20)\d\d")

# quick signs, asked of each line before the patterns are
_DIGIT = re.compile(r"\d")
_LONGEST_MONTH = 16  # with what may stand between it and the day
_AGO = ("ago", "vor ", "hace ", "il y a ")
_AGO_OR_DAY = (*_AGO, "day", "gestern", "heute", "ayer", "hoy", "hier", "aujourd")


def find_date(text: str, *, day_first: bool | None = None, start: int = 0) -> DateMatch | None:
    """Return the first date in `text` from `start` on, or None where there is none.

    `day_first` says how to read 3/4/2012 (see `day_comes_first`); a date like 20/4/2012 needs no such help.
    Dates with a full year win over relative and incomplete ones.

    >>> find_date("Posted on September 20, 2016 at 3:30 pm").published
    '2016-09-20T15:30'
    >>> find_date("20/9/2016").published, find_date("3/4/2012").defect
    ('2016-09-20', 'order_open')
    """
    text = _lowered(text)
    incomplete = None
    digit = _DIGIT.search(text, start)
    if digit:
        for core in _CORE.finditer(text, max(start, digit.start() - _LONGEST_MONTH)):
            found = _complete(text, core, day_first)
            if found and found.published:
                return found
            incomplete = incomplete or found
    for sign in _AGO_OR_DAY if digit else _AGO:
        if sign in text:
            break
    else:
        return incomplete
    relative = _RELATIVE.search(text, start)
    if relative and (incomplete is None or relative.start() < incomplete.start):
        clock = _TIME_AFTER.match(text, relative.end())
        return DateMatch(relative.start(), clock.end() if clock else relative.end(), None, "relative")
    return incomplete


def shape_of_date(words: str) -> DateMatch | None:
    """Return what is shaped like a full date whose month is unknown: no list of months is ever whole.

    >>> shape_of_date("r1, 12 stycznia 2013 o 15:30")
    DateMatch(start=4, end=28, published=None, defect='unknown_month')
    """
    shape = _SHAPE.search(words) if _YEAR_SHOWN.search(words) else None
    return DateMatch(shape.start(), shape.end(), None, "unknown_month") if shape else None


def day_comes_first(texts: Iterable[str], language: str | None = None) -> bool | None:
    """Return whether numbers like 3/4/2012 mean the day first, decided from all dates that a page shows.

    A number over 12 in either place decides; German, Spanish and French (`language` "de", "es" or "fr") write
    the day first; else it stays open (None), also where the page contradicts itself.
    """
    seen = set()
    for text in texts:
        for core in _CORE.finditer(_lowered(text)):
            if core["first"] is None:
                continue
            first, second = int(core["first"]), int(core["second"])
            if first <= 12 < second <= 31:
                seen.add(False)
            elif second <= 12 < first <= 31:
                seen.add(True)
    if len(seen) == 1:
        return seen.pop()
    return True if not seen and language in ("de", "es", "fr") else None


def _lowered(text: str) -> str:
    """Return the text in lower case, every letter at its place: patterns that ignore case are many times slower."""
    lowered = text.lower()
    if len(lowered) == len(text):
        return lowered
    return "".join(letter.lower() if len(letter.lower()) == 1 else letter for letter in text)


def _complete(text: str, core: re.Match[str], day_first: bool | None) -> DateMatch | None:
    """Make a match of a date's core complete: its calendar day, the time beside it and its whole span."""
    named = _calendar_day(core, day_first)
    if named is None:
        return None
    day, defect = named
    start, end = core.span()
    clock = _TIME_AFTER.match(text, end)
    time = _clock_time(clock) if clock else ""
    if clock and time is not None:
        end = clock.end()
        if defect == "no_year" and core["us_month"] and clock["sec"] and (year := _YEAR_AFTER.match(text, end)):
            # as asctime of POSIX writes it, and archives of mailing lists
            named = _iso_day(year[1], _month_number(core["us_month"]), int(core["us_day"]))
            if named is None:
                return None
            (day, defect), end = named, year.end()
    if start:
        start -= _length(_WEEKDAY_BEFORE.search(text[max(0, start - 16) : start]))
    if not time and start:
        clock = _TIME_BEFORE.search(text[max(0, start - 32) : start])
        time = _clock_time(clock) if clock else ""
        if time:
            start -= _length(clock)
    published = None if day is None else day + (time or "")
    return DateMatch(start, end, published, defect)


def _calendar_day(core: re.Match[str], day_first: bool | None) -> tuple[str | None, Defect] | None:
    """Return the ISO day of a date's core, or None and the defect; None alone where it is no calendar day."""
    shown = core.lastgroup
    if shown == "iso_day":
        return _iso_day(core["iso_year"], int(core["iso_month"]), int(core["iso_day"]))
    if shown == "year":
        first, second = int(core["first"]), int(core["second"])
        if first > 12 or second > 12 or first == second:
            day_first = first > 12 if first != second else True
        elif day_first is None and core["sep"] == ".":
            day_first = True  # 3.4.2012 is written where the day comes first
        if day_first is None:
            return (None, "order_open") if _iso_day(core["year"], first, second) else None
        day, month = (first, second) if day_first else (second, first)
        return _iso_day(core["year"], month, day)
    if shown in ("month", "named_year"):
        name, number, year = core.group("month", "day", "named_year")
    else:
        name, number, year = core.group("us_month", "us_day", "us_year")
    month = _month_number(name)
    if year is None:
        return (None, "no_year") if 1 <= int(number) <= 31 else None
    return _iso_day(year.lstrip("'’"), month, int(number))


def _iso_day(shown_year: str, month: int, day: int) -> tuple[str, Defect] | None:
    year = int(shown_year)
    if year < 100:
        year += 1900 if year >= 90 else 2000  # there were no comment pages before 1990
    if not 1990 <= year <= 2069:
        return None
    try:
        return date(year, month, day).isoformat(), ""
    except ValueError:
        return None


def _month_number(name: str) -> int:
    return _MONTH_STARTS.get(name[:4]) or _MONTH_STARTS[name[:3]]


def _clock_time(clock: re.Match[str]) -> str | None:
    """Return "T15:30", with seconds and offset where shown; None where the numbers are no time of day."""
    shown_hour, minute, second, half, utc, offset = clock.group("hour", "minute", "sec", "half", "utc", "offset")
    hour = int(shown_hour)
    if half and hour <= 12:
        hour = hour % 12 + (12 if half == "p" else 0)
    if hour > 23:
        return None
    zone = "+00:00" if utc else _offset(offset) if offset else ""
    return f"T{hour:02}:{minute}{':' if second else ''}{second or ''}{zone}"


def _offset(shown: str) -> str:
    digits = shown[1:].replace(":", "")
    hours, minutes = (digits[:-2], digits[-2:]) if len(digits) > 2 else (digits, "00")
    return f"{shown[0]}{int(hours):02}:{minutes}" if int(hours) <= 14 else ""


def _length(match: re.Match[str] | None) -> int:
    return match.end() - match.start() if match else 0
