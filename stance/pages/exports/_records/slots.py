"""What stands in one field of a JSON record: words, marked-up or plain text, times in every spelling of an API."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from html import unescape
from typing import Any

from stance.pages.dates import find_date
from stance.pages.markup import html_to_text, tidy_text

Record = dict[str, Any]
# a slot of a record, made of the record; None and "" alike say that it is empty
Slot = Callable[[Record], "str | None"]

_MARKUP = re.compile(
    r"</?(?:p|br|a|b|i|em|strong|div|span|blockquote|ul|ol|li|img|code|pre|h\d)\b[^<>]*>", re.IGNORECASE
)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-fA-F]{1,6}|[a-zA-Z]{2,8}\d{0,2});")
_BREAK = re.compile(r"<(?:br|p|div)\b", re.IGNORECASE)
_INVISIBLE = re.compile(r"&(?:amp;)?#x200b;|\u200b", re.IGNORECASE)
_CONTROLS = bytes([*range(10), *range(11, 32), 127])
_NUMBERS = (int, float)
_NUMBER = re.compile(r"-?\d{1,20}(?:\.\d{0,20})?\Z")
# numbers below are no times of a comment: nobody wrote one on the net before 1980
_EARLIEST, _LATEST = 315_532_800, 4_102_444_800  # 1980 and 2100
_LARGEST = _LATEST * 1e9  # nanoseconds at most; JSON has infinite numbers, and of any length
_SECONDS = tuple(f":{second:02}+00:00" for second in range(60))
_NOBODY = frozenset({"[deleted]", "[removed]", "[unavailable]", "[deleted by user]"})


def value_at(record: Any, path: str) -> Any:
    """Return what stands at a path such as "account.acct", None where nothing does.

    >>> value_at({"account": {"acct": "reader-1"}}, "account.acct")
    'reader-1'
    """
    for key in path.split("."):
        if not isinstance(record, dict):
            return None
        record = record.get(key)
    return record


def word(value: Any) -> str:
    """Return a text or number as text without surrounding space, "" for what is neither.

    >>> word(" a1 "), word(7), word(7.0), word(None), word(True), word([])
    ('a1', '7', '7', '', '', '')
    """
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool) or not isinstance(value, _NUMBERS):
        return ""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else ""
    return str(value) if -(1 << 127) < value < 1 << 127 else ""


def word_at(*paths: str) -> Slot:
    """Return the slot that holds the first word found at one of the paths."""
    return _first(word, paths)


def name_at(*paths: str) -> Slot:
    """Return the slot that holds a person's name; a placeholder such as "[deleted]" is nobody's."""
    return _first(name_of, paths)


def name_of(value: Any) -> str:
    """Return a name as shown, "" for a placeholder."""
    name = word(value)
    if not name.isascii() or not name.isprintable() or "&" in name or "  " in name:
        name = tidy_text(_unescaped(name))
    return "" if name[:1] == "[" and name.lower() in _NOBODY else name


def plain_at(*paths: str) -> Slot:
    """Return the slot that holds plain text with line breaks."""
    return _first(plain_text, paths)


def escaped_at(*paths: str) -> Slot:
    """Return the slot that holds plain text in which signs are escaped as in HTML, as Reddit gives it."""
    return _first(escaped_text, paths)


def html_at(*paths: str) -> Slot:
    """Return the slot that holds HTML, or plain lines where no break is marked up in it."""
    return _first(html_of, paths)


def time_at(*paths: str) -> Slot:
    """Return the slot that holds a time in one of the spellings of `time_of`."""
    return _first(time_of, paths)


def utc_at(*paths: str) -> Slot:
    """Return the slot that holds a time which is UTC where it says no zone."""
    return _first(lambda value: _as_utc(time_of(value)), paths)


def _first(read: Callable[[Any], str | None], paths: tuple[str, ...]) -> Slot:
    if all("." not in path for path in paths):
        return _first_key(read, paths)

    def slot(record: Record) -> str | None:
        for path in paths:
            value = value_at(record, path)
            if value is not None and (found := read(value)):
                return found
        return None

    return slot


def _first_key(read: Callable[[Any], str | None], keys: tuple[str, ...]) -> Slot:
    def slot(record: Record) -> str | None:
        for key in keys:
            value = record.get(key)
            if value is not None and (found := read(value)):
                return found
        return None

    return slot


def plain_text(value: Any) -> str:
    """Return plain text as NFC, a blank line between paragraphs; "" for what is no text."""
    if not isinstance(value, str):
        return ""
    text = value.replace("\r\n", "\n").replace("\r", "\n") if "\r" in value else value
    # whether there is nothing to tidy within, as in most comments: asking costs less than doing it
    if (
        text.isascii()
        and "  " not in text
        and len(text.encode().translate(None, _CONTROLS)) == len(text)
        and not ("\n" in text and (" \n" in text or "\n " in text or "\n\n\n" in text))
    ):
        return text.strip("\n ")
    return tidy_text(text)


def escaped_text(value: Any) -> str:
    """Return plain text whose signs are escaped as in HTML.

    >>> escaped_text("&gt; quoted &amp; said")
    '> quoted & said'
    """
    if isinstance(value, str) and "&" in value:
        signs = value.replace("&lt;", "<").replace("&gt;", ">")
        value = unescape(value) if "&" in signs else signs
        if "&" in value or "\u200b" in value:
            value = _INVISIBLE.sub("", value)
    return plain_text(value)


def stored_text(content: str) -> str:
    """Return the text of a field that holds HTML, or plain lines where no break is marked up in it."""
    return html_to_text(content, line_breaks=_BREAK.search(content) is None)


def html_of(value: Any) -> str:
    """Return the words of HTML, or of plain lines; of {"rendered": ...} as WordPress wraps it."""
    if isinstance(value, dict):
        value = value.get("rendered")
    return stored_text(value) if isinstance(value, str) else word(value)


def text_of(value: Any) -> str:
    """Return the words of a field that may hold plain text or HTML, whichever it looks like."""
    if isinstance(value, str) and not _MARKUP.search(value) and not _ENTITY.search(value):
        return plain_text(value)
    return html_of(value)


def _unescaped(words: str) -> str:
    return unescape(words) if "&" in words else words


def time_of(value: Any) -> str | None:
    """Return a time in ISO 8601 to the second, with an offset where its zone is known; None where it is none.

    Reads seconds, milliseconds or microseconds since 1970, ISO 8601, the dates of mail and of Twitter, and dates as
    shown to people.

    >>> time_of(1538889971), time_of("1538889971.0"), time_of("2024-05-01T10:00:00.000Z")
    ('2018-10-07T05:26:11+00:00', '2018-10-07T05:26:11+00:00', '2024-05-01T10:00:00+00:00')
    >>> time_of("Wed, 01 May 2024 10:00:00 +0200"), time_of("Wed May 01 10:00:00 +0000 2024"), time_of("2 years ago")
    ('2024-05-01T10:00:00+02:00', '2024-05-01T10:00:00+00:00', None)
    """
    if isinstance(value, str):
        value = value.strip()
        if _NUMBER.match(value) and len(value.lstrip("-").partition(".")[0]) > 8:
            return since_1970(float(value))
        return _written(value)
    if isinstance(value, bool) or not isinstance(value, _NUMBERS):
        return None
    return since_1970(value)


def since_1970(number: float) -> str | None:
    """Return the time of so many seconds, milliseconds, microseconds or nanoseconds since 1970, None where too odd."""
    if not _EARLIEST <= number < _LARGEST:
        return None
    while number > _LATEST:
        number /= 1000
    second = int(number)
    return _minute(second // 60) + _SECONDS[second % 60]


@lru_cache(maxsize=4_096)  # archives are in order of time
def _minute(minutes: int) -> str:
    return datetime.fromtimestamp(minutes * 60, UTC).strftime("%Y-%m-%dT%H:%M")


def _written(written: str) -> str | None:
    try:
        time = datetime.fromisoformat(written)
    except ValueError:
        return _written_for_people(written)
    if ":" not in written and "T" not in written:
        return time.date().isoformat()
    # "2016-09-20T15:30" shows no seconds
    return time.isoformat(timespec="minutes" if written.count(":") == 1 and len(written) < 20 else "seconds")


def _written_for_people(written: str) -> str | None:
    if not written or len(written) > 60 or not any(map(str.isdigit, written)):
        return None
    parts = written.split()
    try:
        if len(parts) == 6 and parts[4].startswith(("+", "-")):  # Wed May 01 10:00:00 +0000 2024
            return datetime.strptime(written, "%a %b %d %H:%M:%S %z %Y").isoformat()
        if parts[0].endswith(",") or len(parts) >= 5:
            return parsedate_to_datetime(written).isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        pass
    found = find_date(written)
    return found.published if found else None


def _as_utc(time: str | None) -> str | None:
    if time and "T" in time and not re.search(r"[+-]\d\d:\d\d\Z", time):
        return f"{time}+00:00"
    return time
