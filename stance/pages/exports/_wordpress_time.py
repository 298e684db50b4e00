"""Times of WordPress exports: the site's own clock, with the offset that its GMT twin implies."""

from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache

_LARGEST_OFFSET = timedelta(hours=14)
_STEP = timedelta(minutes=15)
_HOUR = len("2011-01-18 09")
_CLOCKS = frozenset(f":{minute:02}:{second:02}" for minute in range(60) for second in range(60))


def site_time(local: str, gmt: str) -> str | None:
    """Return the time on the site's clock in ISO 8601, with its offset where `gmt` tells it.

    `local`, `gmt`: "2011-01-18 09:40:14", with a T in the middle in REST; empty or full of zeros where unknown.
    Two times that no zone lies between leave the offset out, since one of them must be wrong.

    >>> site_time("2011-01-18 09:40:14", "2011-01-18 07:40:14")
    '2011-01-18T09:40:14+02:00'
    >>> site_time("2011-01-18 09:40:14", "0000-00-00 00:00:00")
    '2011-01-18T09:40:14'
    >>> site_time("", "2011-01-18T07:40:14")
    '2011-01-18T07:40:14+00:00'
    """
    clock = local[_HOUR:]
    if clock == gmt[_HOUR:] and clock in _CLOCKS:
        before, zone = _hours(local[:_HOUR], gmt[:_HOUR])
        return before + clock + zone if before else None
    return _compared(local, gmt)


def _compared(local: str, gmt: str) -> str | None:
    here, there = _parsed(local), _parsed(gmt)
    if here is None:
        return there.replace(tzinfo=UTC).isoformat() if there else None
    if there is None:
        return here.isoformat()
    offset = here - there
    if offset % _STEP or abs(offset) > _LARGEST_OFFSET:
        return here.isoformat()
    return here.replace(tzinfo=timezone(offset)).isoformat()


@lru_cache(maxsize=4_096)  # exports are in order of time, and nearly all zones differ by whole hours
def _hours(local: str, gmt: str) -> tuple[str, str]:
    """Return the time before its minutes and the zone behind its seconds, "" twice where both are no times."""
    written = _compared(f"{local}:00:00", f"{gmt}:00:00") or ""
    before, _, zone = written.partition(":00:00")
    return before, zone


def _parsed(written: str) -> datetime | None:
    try:
        time = datetime.fromisoformat(written.strip())
    except ValueError:
        return None
    # "2011-01-18" alone shows no time of day; a zone, which these fields never have, says what the other would
    return time.replace(tzinfo=None) if ":" in written and time.tzinfo is None else None
