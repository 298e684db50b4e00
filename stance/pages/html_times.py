"""Times that a page writes for machines: ISO 8601 in attributes, and the milliseconds in Blogger's links."""

import re
from datetime import UTC, datetime

from selectolax.lexbor import LexborNode

_ISO = re.compile(r"\s*(\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?(?:[.,]\d{1,9})?\s?(?:Z|[+-]\d\d:?\d\d)?)?)")
_TO_THE_MINUTE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(?!:)")
_EPOCH = re.compile(r"showComment=(\d{12,14})(?!\d)")
_SMALLEST_YEAR, _LARGEST_YEAR = 1990, 2069


def time_at(node: LexborNode) -> str | None:
    """Return the machine-readable time that an element holds, None where it holds none."""
    attributes = node.attributes
    return iso_time(attributes.get("datetime") or attributes.get("content") or attributes.get("title")) or (
        None if node.tag == "time" else epoch_time(node)
    )


def iso_time(value: str | None) -> str | None:
    """Return a machine-readable time as ISO 8601 in the way of `Comment.published`, None where it is none.

    >>> iso_time("2012-12-11T10:07:17Z"), iso_time("2012-12-11 10:07"), iso_time("-0001-11-30T00:00:00+00:00")
    ('2012-12-11T10:07:17+00:00', '2012-12-11T10:07', None)
    """
    found = _ISO.match(value) if value else None
    if found is None:
        return None
    shown = found[1]
    if " " in shown:
        shown = shown.replace(" ", "T", 1).replace(" ", "")
    try:
        moment = datetime.fromisoformat(shown)
    except ValueError:
        return None
    if not _SMALLEST_YEAR <= moment.year <= _LARGEST_YEAR:
        return None
    if len(shown) <= len("2016-09-20T15:30") or len(shown) == len("2016-09-20T15:30:00+02:00"):
        return shown
    return moment.isoformat(timespec="minutes" if _TO_THE_MINUTE.match(shown) else "seconds")


def epoch_time(node: LexborNode) -> str | None:
    """Return the exact time in a link that Blogger gives each comment ("showComment=1389…", milliseconds)."""
    found = _EPOCH.search(node.html or "")
    if found is None:
        return None
    moment = datetime.fromtimestamp(int(found[1]) // 1000, UTC)
    return moment.isoformat() if _SMALLEST_YEAR <= moment.year <= _LARGEST_YEAR else None
