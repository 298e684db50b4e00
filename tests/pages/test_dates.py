"""Dates as pages show them: read to the precision shown, and empty where anything is missing."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance.pages.dates import day_comes_first, find_date
from tests.pages.months import MONTHS


@pytest.mark.parametrize(
    ("shown", "published"),
    [
        ("September 20, 2016 at 3:30 pm", "2016-09-20T15:30"),
        ("Tuesday, September 20, 2016 at 3:30:05 PM", "2016-09-20T15:30:05"),
        ("3:30 pm on September 20, 2016", "2016-09-20T15:30"),
        ("20 September 2016, 3.30 p.m.", "2016-09-20T15:30"),
        ("20th of September 2016", "2016-09-20"),
        ("Sep 20, ’16", "2016-09-20"),
        ("20-Sep-2016", "2016-09-20"),
        ("12:15 AM, Jan 5th, 2010", "2010-01-05T00:15"),
        ("January 5, 2010 at 12:00 pm", "2010-01-05T12:00"),
        ("20. September 2016 um 15:30 Uhr", "2016-09-20T15:30"),
        ("Dienstag, den 3. März 2009, 9.05 Uhr", "2009-03-03T09:05"),
        ("9. Jänner 2013", "2013-01-09"),
        ("29. Dez. 2011", "2011-12-29"),
        ("20.09.2016 | 15:30", "2016-09-20T15:30"),
        ("20.09.16", "2016-09-20"),
        ("17.07, 2011 @ 13:04", "2011-07-17T13:04"),
        ("3. 4. 2012", "2012-04-03"),
        ("20 de septiembre de 2016 a las 15:30", "2016-09-20T15:30"),
        ("septiembre 20, 2016 a las 3:30 pm", "2016-09-20T15:30"),
        ("5 enero, 2019 en 10:20 am", "2019-01-05T10:20"),
        ("jueves, 7 de abril de 2011", "2011-04-07"),
        ("13 ago 2015", "2015-08-13"),
        ("20 septembre 2016 à 15 h 30 min", "2016-09-20T15:30"),
        ("1er mai 2012 à 9h05", "2012-05-01T09:05"),
        ("Mon Nov  3 20:14:22 CET 2008", "2008-11-03T20:14:22"),
        ("Tue 12-Mar-13 14:20:33", "2013-03-12T14:20:33"),
        ("Nov 3 20:14:22 +0100 2008", "2008-11-03T20:14:22+01:00"),
        ("12 avr. 2012, 10:15:00", "2012-04-12T10:15:00"),
        ("28 février 2012", "2012-02-28"),
        ("2016-09-20", "2016-09-20"),
        ("2016/09/20 at 15:30", "2016-09-20T15:30"),
        ("2016-09-20T15:30:00Z", "2016-09-20T15:30:00+00:00"),
        ("Tue, 20 Sep 2016 15:30:12 +0200", "2016-09-20T15:30:12+02:00"),
        ("5 May 2013 10:00 GMT+2", "2013-05-05T10:00+02:00"),
        ("5 May 2013 10:00 PST", "2013-05-05T10:00"),
        ("20/9/2016", "2016-09-20"),
        ("9/20/2016 3:30 pm", "2016-09-20T15:30"),
        ("5/5/2016", "2016-05-05"),
        ("reader 2 July 30, 2014 at 11:44 pm", "2014-07-30T23:44"),
        ("İ 20 September 2016", "2016-09-20"),
    ],
)
def test_shown_date_is_read(shown, published):
    assert find_date(shown).published == published


@pytest.mark.parametrize(
    ("shown", "defect"),
    [
        *(("3/4/2012 at 5:00 am", "order_open"), ("3-4-2012", "order_open")),
        *(
            ("September 20 at 3:30 pm", "no_year"),
            ("20. September, 15:30", "no_year"),
            ("Jun 21st at 3:07 pm", "no_year"),
        ),
        *(("3 days ago", "relative"), ("vor 3 Tagen", "relative"), ("hace 3 días", "relative")),
        *(("il y a 2 mois", "relative"), ("yesterday at 5:30 pm", "relative"), ("about an hour ago", "relative")),
    ],
)
def test_incomplete_date_is_found_and_stays_empty(shown, defect):
    found = find_date(shown)
    assert (found.published, found.defect) == (None, defect)
    assert (found.start, found.end) == (0, len(shown))


@pytest.mark.parametrize(
    "shown",
    [
        "",
        "May 1968",
        "version 2.0.14",
        "5.000",
        "10:30",
        "31 February 2012",
        "99/99/2012",
        "20.13.2012.1",
        "1,200 March",
        "the 60 may",
        "4/5",
        "http://example.org/2012/03/04/post",
        "14 July 1789",
    ],
)
def test_what_is_no_date(shown):
    found = find_date(shown)
    assert found is None or found.published is None


def test_span_holds_weekday_and_time_and_nothing_else():
    shown = "reader-1 — Tuesday, September 20, 2016 at 3:30 pm | Reply"
    found = find_date(shown)
    assert shown[found.start : found.end] == "Tuesday, September 20, 2016 at 3:30 pm"


def test_start_skips_what_stands_before():
    shown = "3 May 2012, 4 May 2012"
    assert find_date(shown, start=11).published == "2012-05-04"


def test_complete_date_wins_over_an_incomplete_one():
    assert find_date("3 days ago, on September 20, 2016").published == "2016-09-20"


def test_order_of_day_and_month_is_taken_from_the_page():
    assert find_date("3/4/2012", day_first=True).published == "2012-04-03"
    assert find_date("3/4/2012", day_first=False).published == "2012-03-04"
    assert find_date("3.4.2012", day_first=False).published == "2012-03-04"


@pytest.mark.parametrize(
    ("dates", "language", "expected"),
    [
        (["3/4/2012", "20/4/2012"], None, True),
        (["3/4/2012", "4/20/2012"], None, False),
        (["3/4/2012"], None, None),
        (["3/4/2012"], "en", None),
        (["3/4/2012"], "fr", True),
        (["3/4/2012", "4/20/2012"], "de", False),
        (["20/4/2012", "4/20/2012"], "en", None),
        ([], None, None),
    ],
)
def test_day_comes_first(dates, language, expected):
    assert day_comes_first(dates, language) is expected


@given(moment=st.datetimes(datetime(1990, 1, 1), datetime(2060, 1, 1)), language=st.sampled_from(sorted(MONTHS)))
def test_every_rendered_moment_is_read_back(moment, language):
    month = MONTHS[language][moment.month - 1]
    half = "am" if moment.hour < 12 else "pm"
    twelve = f"{moment.hour % 12 or 12}:{moment.minute:02} {half}"
    shown = {
        "en": f"{month} {moment.day}, {moment.year} at {twelve}",
        "de": f"{moment.day}. {month} {moment.year} um {moment:%H:%M} Uhr",
        "es": f"{moment.day} de {month} de {moment.year} a las {moment:%H:%M}",
        "fr": f"{moment.day} {month} {moment.year} à {moment.hour} h {moment:%M} min",
    }[language]
    found = find_date(shown)
    assert found.published == f"{moment:%Y-%m-%dT%H:%M}"
    assert (found.start, found.end) == (0, len(shown))


@given(st.text(alphabet=st.sampled_from("0123456789 .:/-,@TZamphUJnFebrsÄıſ\n’+()h"), max_size=80))
def test_any_text_gives_a_date_or_none(shown):
    found = find_date(shown)
    assert found is None or 0 <= found.start < found.end <= len(shown)


def test_long_text_is_searched_in_time_linear_in_its_length():
    assert find_date("1 . 2 . 3 " * 100_000 + "20 September 2016").published == "2016-09-20"
