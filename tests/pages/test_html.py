import contextlib
import html as entities
import io
import resource
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from stance.errors import ReadError
from stance.pages import html
from stance.pages.html import parse_html

FIXTURES = Path(__file__).parent / "fixtures" / "html"
PING = "ping"

# id, index of the parent, author, time, text; written by reading the fixtures
EXPECTED = {
    "wordpress-html5": [
        (
            "101",
            None,
            "reader-1",
            "2016-09-20T15:30:12+01:00",
            "A tram is worth two buses & more.\nLook at the map of 1923.\n\nWe had one then.",
        ),
        (
            "103",
            0,
            "reader-2",
            "2016-09-21T08:05:00+01:00",
            "> two buses & more\n>\n> We had one then.\n\nAnd we lost it in 1951. :)",
        ),
        ("104", 1, "reader-1", "2016-09-21T09:00:00+01:00", "rails\nwires\n\nBoth went."),
        ("102", None, "Rails, again | Elsewhere", None, "Rails, again | Elsewhere", PING),
        ("105", None, "Anonymous", "2016-10-01T23:59:00+01:00", "I disagree."),
    ],
    "wordpress-classic-div": [
        ("21", None, "reader-1", "2014-03-03T17:05", "Endlich frisches Gemüse!\n\nUm 7 Uhr steht ihr alle da."),
        ("23", 0, "reader-2", "2014-03-04T00:10", "Ich nicht."),
        ("22", None, "reader-3", "2014-03-03T18:40", "Wo kann man parken?\n\n> Am Samstag öffnet"),
        ("24", None, "Marktnotizen", "2014-03-05T09:00", "[…] schreibt über den neuen Markt […]", PING),
    ],
    "wordpress-kubrick": [
        ("31", None, "reader-1", "2006-05-04T09:15", "All of them?\n\nEven the new one from 2005."),
        ("32", None, "reader-2", "2006-05-04T12:01", "Mine does not."),
        ("33", None, None, "2006-05-12T00:30", "Who knows, really?"),
    ],
    "oldest-cite": [
        ("41", None, "reader-1", "2005-09-20T15:30", "They were out last year too.\n\nIn May, I think."),
        ("42", None, "reader-2", "2005-09-21T00:15", "No."),
        ("43", None, "Other lights", "2005-09-22T13:00", "[...] the lights [...]", PING),
    ],
    "journalist": [
        ("51", None, "reader-1", "2016-09-20T15:30", "First point.\n\none\ntwo"),
        ("52", 0, "reader-2", "2016-09-21T00:00", "Second, @reader-1."),
        ("53", None, "reader-3", "2016-09-22T13:01", "Third,\nin two lines."),
    ],
    "genesis": [
        ("61", None, "reader-1", "2019-01-05T10:20:30+01:00", "¡Por fin! El viejo era feísimo."),
        ("62", 0, "reader-2", "2019-01-06T11:00:00+01:00", "A mí me gustaba."),
        ("63", None, "reader-3", "2019-01-07T21:05", "¿Y el peaje?"),
    ],
    "wordpress-com": [
        ("71", None, "reader-1", "2012-12-11T11:07:17+01:00", "Merci !"),
        ("72", 0, "reader-2", "2012-12-12T23:59:00+01:00", "Je l’ai vu hier… 🙂"),
        ("73", None, "Moulins de France", None, "Moulins de France", PING),
    ],
    "blogger": [
        (
            "1389000000000000001",
            None,
            "reader-1",
            "2013-01-08T10:30:00+00:00",
            "Mine froze in May.\n\nI plant in June.",
        ),
        ("1389000000000000002", 0, "reader-2", "2013-01-08T11:30:00+00:00", "June is late."),
        ("1389000000000000003", None, "Anonymous", "2013-01-09T02:53:20+00:00", "Which beans?"),
    ],
    "blogger-old": [
        ("115900000000000001", None, "reader-1", "2006-09-23T08:26:40+00:00", "They do not\nin my garden."),
        ("115900000000000002", None, "Anonymous", "2006-09-24T09:26:40+00:00", "Give them a net."),
    ],
    "spip": [
        ("81", None, "reader-1", "2010-05-04T13:22:41+00:00", "À midi, c’est trop tôt."),
        ("82", 0, "reader-2", "2010-05-05T07:00:00+00:00", "Non."),
        ("83", None, "reader-3", "2010-05-06T18:30:00+00:00", "Et le soir ?"),
    ],
    "spip-comments": [
        ("91", None, "reader-1", "2011-02-03T17:21:00+00:00", "On peut patiner ?"),
        ("92", None, "reader-2", "2011-02-04T08:00:00+00:00", "Pas encore."),
    ],
    "drupal6": [
        ("111", None, "reader-1", "2010-05-06T13:22", "About time it was."),
        ("113", 0, "reader-2", "2010-05-19T08:01", "Wait for the test."),
        ("112", None, "Anonymous", "2010-05-07T00:05", "Who paid?"),
    ],
    "drupal8": [
        ("121", None, "reader-1", "2016-04-01T10:40", "Gut so."),
        ("122", 0, "reader-2", "2016-04-02T09:15", "Finde ich auch."),
    ],
    "microformats": [
        ("text-c59415681553", None, "reader-1", "2020-02-03T04:05:06+00:00", "Some are large."),
        ("text-f1fbb9cf0902", None, "reader-2", "2020-02-03T05:05:06+00:00", "None here."),
    ],
    "schema-unknown-theme": [
        ("text-5e6a643ce3e7", None, "reader-1", "2018-03-04T05:06:07+00:00", "Hourly is not enough."),
        ("text-9268dc4bfaf9", None, "reader-2", "2018-03-04T06:06:07+00:00", "It is at night."),
    ],
    "unmarked-theme": [
        ("131", None, "reader-1", "2015-04-22T19:05", "How much salt?\n\nI use none."),
        ("132", None, "reader-2", "2015-05-03T12:00", "Ten grams."),
        ("133", None, "reader-3", "2015-05-04T08:00", "Nine."),
    ],
    "wpdiscuz": [
        ("12", None, "reader-1", "2021-04-03T10:07", "Hallo zusammen."),
        ("13", 0, "reader-2", "2021-04-04T11:00", "Hallo."),
        ("14", None, "reader-3", "2021-04-05T09:00", "Tschüss."),
    ],
    "wordpress-blocks": [
        ("2", None, "reader-1", "2022-06-01T10:00:00+00:00", "Hi."),
        ("3", 0, "reader-2", "2022-06-02T10:00:00+00:00", "Ho."),
    ],
    "bare-list": [
        ("7", None, "reader-1", "2010-05-03T09:00", "Words."),
        ("8", 0, "reader-2", "2010-05-04T09:00", "More."),
        ("9", None, "Elsewhere", "2010-05-05", "Elsewhere", PING),
    ],
    "wordpress-plugins": [
        ("201", None, "reader-1", "2019-03-04T08:09:10+00:00", "Salt is needed too."),
        ("202", 0, "reader-2", "2019-03-04T09:00:00+00:00", "A pinch.\n\nNot more."),
        ("203", None, "reader-3", "2019-03-05T10:11:12+00:00", "Like the crust, share the crumb. ;)"),
        ("204", None, "Loaf of the week – Elsewhere", None, "Loaf of the week – Elsewhere", PING),
    ],
    "id-only-theme": [
        ("301", None, "reader-1", "2013-05-03T14:05", "Sind sie bequem?\n\nIch habe Zweifel."),
        ("302", None, "reader-2", "2013-05-03T15:10", "Sehr bequem."),
        ("303", None, "reader-3", "2013-05-04T09:00", "Und der Brunnen?"),
    ],
    "div-children-behind": [
        ("401", None, "reader-1", "2018-06-04T13:22", "Enfin !"),
        ("402", 0, "reader-2", "2018-06-05T09:05", "Pas trop tôt."),
        ("403", 1, "reader-1", "2018-06-05T10:00", "C’est vrai."),
        ("404", None, "reader-3", "2018-06-06T18:30", "Et le parking ?"),
    ],
    "genesis-es": [
        ("501", None, "reader-1", "2019-01-05T10:20", "¡Qué bien!"),
        ("502", 0, "reader-2", "2019-01-06T23:30", "¿Y los domingos?"),
        ("503", None, "reader-3", "2019-01-07T08:05", "Hace frío."),
        ("504", None, "Noches de lectura", None, "[…] abre de noche […]", PING),
    ],
    "blogger-table": [
        (
            "4812345678901234567",
            None,
            "reader-1",
            "2009-01-09T09:20:00+00:00",
            "How thick is the ice?\n\nWe skate at ten centimetres.",
        ),
        ("1234567890123456789", None, "reader-2", "2009-01-09T10:20:00+00:00", "Twelve."),
    ],
    "spip-forum": [
        ("601", None, "reader-1", "2012-05-04", "Combien cela coûte-t-il ?"),
        ("602", 0, "reader-2", "2012-05-05", "Deux millions."),
        ("603", None, "reader-3", "2012-05-07", "Et la plage ?"),
    ],
    "drupal7": [
        ("701", None, "reader-1", "2015-05-14T13:22", "I sleep well on trains."),
        ("702", 0, "reader-2", "2015-05-15T08:01", "Too loud."),
        ("703", None, "Anonymous", "2015-05-16T00:05", "Where do they go?"),
    ],
    "journalist-quotes": [
        ("801", None, "reader-1", "2016-09-20T15:30", "It is loud at night.\n\n> The mill turns again.\n\nIndeed."),
        ("802", None, "reader-2", "2016-09-21T00:05", "On May 3, 2010 at 9:00 am it stood still."),
        ("803", None, "Mills of the valley", "2016-09-22T07:00", "[…] the mill […]", PING),
    ],
    "oldest-cite-de": [
        ("901", None, "reader-1", "2005-09-20T15:30", "Wann denn?"),
        ("902", None, "reader-2", "2005-09-21T00:15", "Im Herbst.\n\nzuerst der Norden\ndann der Süden"),
        ("903", None, "Wärmeblog", "2005-09-22T13:00", "[...] Fernwärme [...]", PING),
    ],
    "wordpress-com-likes": [
        ("1001", None, "reader-1", "2014-07-01T20:15:00+02:00", "Ich bin mit ihr gefahren."),
        ("1002", 0, "reader-2", "2014-07-02T07:00:00+02:00", "Ich auch."),
        ("1003", None, "Wochenschau am Fluss", None, "Wochenschau am Fluss", PING),
    ],
    "no-comments": [],
    "login": [],
}


def _fixture(name):
    return parse_html((FIXTURES / f"{name}.html").read_bytes(), f"{name}.html")


@pytest.mark.parametrize("name", EXPECTED)
def test_each_family_gives_its_entries(name):
    comments = _fixture(name).comments
    ids = [comment.comment_id for comment in comments]
    found = [
        (
            comment.comment_id,
            ids.index(comment.parent_id) if comment.parent_id else None,
            comment.author,
            comment.published,
            comment.text,
            *([PING] if comment.kind == PING else []),
        )
        for comment in comments
    ]
    assert found == EXPECTED[name]


def test_every_fixture_is_expected():
    assert {path.stem for path in FIXTURES.glob("*.html")} == set(EXPECTED)


@pytest.mark.parametrize(
    ("name", "thread_id", "title", "text"),
    [
        (
            "wordpress-html5",
            "example.org/2016/09/trams-on-the-ring-road",
            "Trams on the ring road",
            "The council wants trams",
        ),
        ("blogger", "garden.example/2013/01/beans.html", "Beans", "Plant beans in May.\n\nWater them."),
        ("drupal8", "sauberes-wasser", "Sauberes Wasser", "Der Brunnen ist sauber."),
        ("genesis", "el-puente-nuevo", "El puente nuevo", "El puente abre el lunes."),
        ("microformats", "small-boats", "Small boats", "Boats are small."),
        ("login", "town-forum", "Town forum", ""),
        ("journalist-quotes", "the-old-mill", "The old mill", "The mill turns again."),
        ("wordpress-com-likes", "fluss.example/2014/faehre", "Die alte Fähre", "Sie fährt noch."),
    ],
)
def test_the_post_itself(name, thread_id, title, text):
    thread = _fixture(name)
    assert (thread.thread_id, thread.title) == (thread_id, title)
    assert thread.text.startswith(text)
    assert "Share" not in thread.text
    for comment in thread.comments:
        assert comment.text not in thread.text


@pytest.mark.parametrize(
    ("name", "declared"),
    [
        ("wordpress-html5", 5),
        ("wordpress-classic-div", 4),
        ("genesis", 3),
        ("blogger", 3),
        ("unmarked-theme", 3),
        ("oldest-cite", 3),
        ("spip", 3),
        ("spip-comments", 2),
        ("wordpress-com", 3),
        ("wordpress-plugins", 4),
        ("div-children-behind", 4),
        ("oldest-cite-de", 3),
        ("drupal8", None),
        ("login", None),
    ],
)
def test_the_declared_count(name, declared):
    thread = _fixture(name)
    assert thread.declared == declared
    assert [finding.name for finding in thread.findings] == (["no_thread"] if name == "login" else [])


def test_a_declared_count_that_differs_is_a_finding():
    thread = _fixture("schema-unknown-theme")
    assert [(finding.name, finding.message) for finding in thread.findings] == [
        ("declared_count_differs", "the page declares 3 comments, 2 are on it")
    ]


def _page(entries, language="en", head=""):
    return (
        f'<html lang="{language}"><head>{head}<title>T</title></head><body><h1>T</h1><ol>{entries}</ol></body></html>'
    )


def _entry(number, text="<p>Words.</p>", date="May 3, 2010 at 9:00 am", author="reader-1", **more):
    return (
        f'<li class="comment {more.get("classes", "")}" id="comment-{number}"><b class="fn">{author}</b> '
        f'<span class="comment-date">{date}</span><div class="comment-content">{text}</div>'
        f"{more.get('behind', '')}</li>"
    )


@pytest.mark.parametrize(
    ("dates", "language", "times"),
    [
        (["3/4/2012 10:00", "20/4/2012 11:00"], "en", ["2012-04-03T10:00", "2012-04-20T11:00"]),
        (["3/4/2012 10:00", "4/20/2012 11:00"], "en", ["2012-03-04T10:00", "2012-04-20T11:00"]),
        (["3/4/2012 10:00", "5/4/2012 11:00"], "de", ["2012-04-03T10:00", "2012-04-05T11:00"]),
        (["3/4/2012 10:00", "5/4/2012 11:00"], "en", [None, None]),
        (["3 years ago", "May 3rd at 10:00"], "en", [None, None]),
    ],
)
def test_the_order_of_day_and_month_is_decided_from_the_page_or_stays_open(dates, language, times):
    entries = "".join(_entry(number, date=date) for number, date in enumerate(dates))
    thread = parse_html(_page(entries, language).encode(), "page.html")
    assert [comment.published for comment in thread.comments] == times
    is_open = times[0] is None and "/" in dates[0]
    assert [finding.name for finding in thread.findings] == ["date_order_open"] * is_open


@pytest.mark.parametrize(
    "chrome",
    [
        '<div class="reply"><a class="comment-reply-link">Reply</a></div>',
        '<p class="comment-likes"><a>Like</a> <span>2 people</span></p>',
        '<div class="sharedaddy"><h3>Share this:</h3><ul><li>Twitter</li></ul></div>',
        '<span class="edit-link"><a>Edit</a></span>',
        '<em class="comment-awaiting-moderation">Your comment is awaiting moderation.</em>',
        '<div class="cs-rating pd-rating">Rate This</div>',
        '<a class="comment-quote-link">Quote</a>',
        "<button>Report</button>",
        '<script>let x = "Loading";</script>',
        '<div id="respond" class="comment-respond"><form><label>Name</label></form></div>',
    ],
)
@pytest.mark.parametrize("place", ["inside", "behind"])
@pytest.mark.parametrize("count", [1, 5])
def test_chrome_is_no_text(chrome, place, count):
    text = "<p>Words.</p>" + chrome * (place == "inside")
    entries = "".join(_entry(number, text, behind=chrome * (place == "behind")) for number in range(count))
    comments = parse_html(_page(entries).encode(), "page.html").comments
    assert [comment.text for comment in comments] == ["Words."] * count


def test_a_flat_list_with_depths_shows_who_answers_whom():
    entries = "".join(_entry(number, classes=f"odd depth-{depth}") for number, depth in enumerate([1, 2, 3, 2, 1, 2]))
    comments = parse_html(_page(entries).encode(), "page.html").comments
    assert [comment.parent_id for comment in comments] == [None, "0", "1", "0", None, "4"]


def test_a_link_to_the_comment_that_is_answered():
    link = '<a class="in-reply-to" href="/post/#comment-1">in reply to reader-1</a>'
    page = _page(_entry(1) + _entry(2, text=f"{link}<p>Words.</p>", date=""))
    comments = parse_html(page.encode(), "page.html").comments
    assert [(comment.parent_id, comment.text) for comment in comments] == [(None, "Words."), ("1", "Words.")]


@pytest.mark.parametrize(
    "entry",
    [
        '<li id="comment-{0}"><p>Words.</p><small>reader-{0} @ 5:30 pm, May 3, 2010</small></li>',
        '<li id="comment-{0}"><p>Posted by <a href="/u">reader-{0}</a> on 3 May 2010 at 17:30</p><p>Words.</p></li>',
        '<li id="comment-{0}"><p>Le 3 mai 2010 à 17h30, <i>reader-{0}</i> a écrit :</p><p>Words.</p></li>',
        '<div id="comment-{0}"><div><b>reader-{0}</b> schrieb am 3. Mai 2010 um 17:30 Uhr:</div><p>Words.</p></div>',
        '<div id="comment-{0}"><p>Words.</p><p>Comment by <b>reader-{0}</b> on May 3, 2010 5:30 pm</p></div>',
        '<li id="comment-{0}"><cite>reader-{0}</cite> Says:<br><a>May 3rd, 2010 at 5:30 pm</a><p>Words.</p></li>',
        '<li id="comment-{0}"><cite>reader-{0}</cite> dice:<br>3 mayo, 2010 en 5:30 pm<p>Words.</p></li>',
        '<li id="comment-{0}"><header><h4>reader-{0}</h4><span>May 3, 2010, 17:30</span></header><p>Words.</p></li>',
    ],
)
@pytest.mark.parametrize("count", [1, 4])
def test_a_byline_without_marks(entry, count):
    page = _page("".join(entry.format(number) for number in range(count)))
    comments = parse_html(page.encode(), "page.html").comments
    assert [(comment.author, comment.published, comment.text) for comment in comments] == [
        (f"reader-{number}", "2010-05-03T17:30", "Words.") for number in range(count)
    ]


def test_a_sentence_with_a_date_is_no_byline():
    page = _page('<li id="comment-1"><p>On 3 May 2010 it rained by the sea.</p><p>Words.</p></li>')
    (comment,) = parse_html(page.encode(), "page.html").comments
    assert (comment.author, comment.text) == (None, "On 3 May 2010 it rained by the sea.\n\nWords.")


def test_an_id_used_twice_is_repaired_and_found():
    thread = parse_html(_page(_entry(1) + _entry(2) + _entry(1)).encode(), "page.html")
    assert [comment.comment_id for comment in thread.comments] == ["1", "2", "1~2"]
    assert [finding.name for finding in thread.findings] == ["doubled_id"]


def test_ids_stay_when_the_page_is_saved_again_with_more_comments():
    theme = (
        '<div class="h-cite u-comment"><b class="p-author">reader-{0}</b><div class="e-content">Words {0}</div></div>'
    )
    first, more = ("".join(theme.format(number) for number in range(count)) for count in (2, 3))
    ids = [
        [comment.comment_id for comment in parse_html(f"<html><body>{page}</body></html>".encode(), "p").comments]
        for page in (first, more)
    ]
    assert len(ids[1]) == 3
    assert ids[0] == ids[1][:2]


@pytest.mark.parametrize(
    ("encode", "declared"),
    [
        ("utf-8", "utf-8"),
        ("utf-8", "iso-8859-1"),
        ("utf-8-sig", "windows-1252"),
        ("cp1252", "windows-1252"),
        ("cp1252", "iso-8859-1"),
        ("cp1252", "utf-8"),
        ("cp1252", "no-such-encoding"),
        ("cp1252", "zlib"),
        ("latin-1", None),
        ("utf-16", "utf-8"),
        ("utf-16-le", "utf-16"),
        ("utf-16-be", None),
    ],
)
def test_encodings_declared_right_and_wrong(encode, declared):
    meta = f'<meta charset="{declared}">' if declared else ""
    text = "Käse für 3 Gäste" if encode == "latin-1" else "„Käse“ für 3 € – naïve…"
    thread = parse_html(_page(_entry(1, f"<p>{text}</p>"), "de", meta).encode(encode), "page.html")
    assert thread.comments[0].text == text
    is_wrong = (encode, declared) in [("utf-8", "iso-8859-1"), ("cp1252", "utf-8")]
    assert [finding.name for finding in thread.findings] == ["encoding_differs"] * is_wrong


@pytest.mark.parametrize("before", range(4))
def test_a_long_page_is_utf_8_wherever_its_letters_fall(before):
    text = "x" * before + "„ü€🙂" * 10_000
    page = _page(_entry(1, f"<p>{text}</p>")).encode()
    assert parse_html(page, "page.html").comments[0].text == text
    thread = parse_html(page.replace("„".encode(), b"\x84"), "page.html")
    assert [finding.name for finding in thread.findings] == []
    damaged = page[:-20] + b"\x84" + page[-20:]
    assert parse_html(damaged, "page.html").comments[0].text == text


def test_the_encoding_of_the_http_header_is_used():
    page = _page(_entry(1, "<p>Привет</p>")).encode("koi8-r")
    assert parse_html(page, "page.html", charset="KOI8-R").comments[0].text == "Привет"


@pytest.mark.parametrize(
    "head",
    [
        b"<!DOCTYPE html>",
        b"\n <html>",
        b"\xef\xbb\xbf<html>",
        "<html>".encode("utf-16"),
        b"<div class=x>",
        b"<?xml version='1.0'?><html>",
    ],
)
def test_html_is_recognised(head):
    assert html.matches(head + b"x" * 50)


@pytest.mark.parametrize(
    "head", [b"", b"A post\n\n1. reader-1 says", b"<rss version='2.0'>", b'{"a": "<p>"}', b"1 < 2", b"<3 it"]
)
def test_other_formats_are_not(head):
    assert not html.matches(head)


def test_parse_yields_one_thread():
    stream = io.BytesIO((FIXTURES / "journalist.html").read_bytes())
    (thread,) = html.parse(stream, "journalist.html", "https://example.org/reply/")
    assert (thread.thread_id, thread.url, thread.format) == ("example.org/reply", "https://example.org/reply/", "html")


HOSTILE = {
    "nested": "b'<div>' * 100_000",
    "nested in a short page": "b'<div>' * 19_000 + b'<li id=comment-1>x'",
    "nested and closed": "b'<div>' * 100_000 + b'</div>' * 100_000",
    "nested comments": "b''.join(b'<li class=comment id=comment-%d><ul class=children>' % n for n in range(100_000))",
    "nested in utf-16": "('<div>' * 100_000).encode('utf-16')",
    "attributes": "b'<div ' + b' '.join(b'a%d=1' % n for n in range(100_000)) + b'>'",
    "one long line": "b'<html>' + b'x' * 50_000_000",
    "angles": "b'<' * 1_000_000",
    "nul": "b'<html>' + b'\\0' * 1_000_000",
    "flat": "b''.join(b'<li class=comment id=comment-%d>x<br>y</li>' % n for n in range(20_000))",
    "templates": "b'<template shadowrootmode=open ' * 100_000",
    "answers to removed ones": (
        "b''.join(b'<li class=\"comment deleted\" id=comment-%d><h4>reader-%d</h4>x<ul class=children>' % (n, n) "
        "for n in range(900)) + b'<li class=comment id=comment-901>y'"
    ),
    "names in names": (
        "b''.join(b'<li class=comment id=comment-%d><b>a %d</b> May 3, 2012<p>' % (n, n % 3) + b'a 1<br>x y<br>' * 40 "
        "for n in range(800))"
    ),
    "classes": "b'<div id=comment-1 class=\"' + b'comment ' * 100_000 + b'\">x'",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_markup_ends_in_time_without_a_crash(name):
    # in a process of its own: a crash of the parser would take the tests with it
    program = (
        "from stance.errors import ReadError\nfrom stance.pages.html import parse_html\n"
        f"try:\n    parse_html({HOSTILE[name]}, 'bad.html')\nexcept ReadError as error:\n    print(error)"
    )
    start = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime  # of its own work, whatever else the machine does
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=300, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - start < 20
    if name.startswith(("nested", "attributes")) and "short" not in name:
        assert done.stdout.startswith("bad.html: expected ")
        assert " at byte " in done.stdout


def test_depth_of_usual_pages_is_no_hostility():
    entries = "".join(_entry(number, "<p>unclosed" * 3) for number in range(2000))
    assert len(parse_html(_page(entries + "<li>" * 5000).encode(), "page.html").comments) == 2000


_WORDS = st.text(
    st.characters(blacklist_categories=["Cs", "Cc", "Cf", "Zl", "Zp", "Zs", "Co", "Cn"]), min_size=1, max_size=12
)


_THREE_MARKS = [
    (number, None, f"reader-{number}", f"2016-09-0{number + 1}T15:00:00+02:00", ["-"]) for number in range(3)
]


@st.composite
def _threads(draw):
    count = draw(st.integers(1, 8))
    entries = []
    for number in range(count):
        parent = draw(st.none() | st.integers(0, number - 1)) if number else None
        words = draw(st.lists(_WORDS, min_size=1, max_size=6))
        minute = draw(st.integers(0, 59))
        entries.append(
            (number, parent, f"reader-{number % 3}", f"2016-09-{number + 1:02}T15:{minute:02}:00+02:00", words)
        )
    return entries


def _render(entries, number, *, children):
    _, _, author, published, words = entries[number]
    replies = [other for other in range(len(entries)) if entries[other][1] == number]
    inner = "".join(_render(entries, other, children=children) for other in replies)
    tag = "div" if children == "div" else "li"
    return (
        f'<{tag} class="comment" id="comment-{number}"><article id="div-comment-{number}" class="comment-body">'
        f'<footer class="comment-meta"><div class="comment-author vcard"><b class="fn">{author}</b> '
        f'<span class="says">says:</span></div><time datetime="{published}">some day</time></footer>'
        f'<div class="comment-content"><p>{entities.escape(" ".join(words))}</p></div>'
        '<div class="reply"><a>Reply</a></div></article>'
        + (f'<{children} class="children">{inner}</{children}>' if inner else "")
        + f"</{tag}>"
    )


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(entries=_threads(), children=st.sampled_from(["ul", "ol", "div"]))
@example(entries=_THREE_MARKS, children="ul")
def test_what_is_rendered_is_read_back(entries, children):
    page = _page(
        "".join(_render(entries, number, children=children) for number, entry in enumerate(entries) if entry[1] is None)
    )
    read = {comment.comment_id: comment for comment in parse_html(page.encode(), "page.html").comments}
    assert set(read) == {str(number) for number in range(len(entries))}
    for number, parent, author, published, words in entries:
        comment = read[str(number)]
        assert comment.parent_id == (None if parent is None else str(parent))
        assert (comment.author, comment.published) == (author, published)
        assert comment.text.split() == unicodedata.normalize("NFC", " ".join(words)).split()


@settings(deadline=None)
@given(st.binary(max_size=400), st.sampled_from(sorted(EXPECTED)), st.integers(0, 4000))
def test_any_bytes_give_a_thread_or_an_error(junk, name, place):
    page = (FIXTURES / f"{name}.html").read_bytes()
    for data in (junk, page[:place] + junk + page[place:], page[place:]):
        with contextlib.suppress(ReadError):
            parse_html(data, "page.html")
