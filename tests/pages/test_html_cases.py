"""Small pages of one kind of fault each, in invented words: what a person reads off them."""

from pathlib import Path

import pytest

from stance.pages.html import parse_html

CASES = Path(__file__).parent / "fixtures" / "html_cases"
NUMBERED = "Words of number {} about the bridge."


def numbered(ids, times, start=1):
    readers = range(start, start + len(ids))
    return [
        (own, None, f"reader-{n}", time, NUMBERED.format(n)) for own, n, time in zip(ids, readers, times, strict=True)
    ]


NONE = [None, None, None]
STAY, GO = "The bridge should stay.", "It should go."
LONG = "The bridge should stay, and anybody who walks there every morning in winter would say the same."
# id (None: made of time and words), what it answers, author, time, text
EXPECTED = {
    "blogger-time-only": [
        (
            "7183672955120214055",
            None,
            "reader-1",
            "2011-03-02T12:34:51+00:00",
            "The bridge should stay where it is.",
        ),
        ("5289212337430422467", None, "reader-2", "2011-03-02T13:13:25+00:00", "It should go, and soon."),
    ],
    "drupal6-title": [
        ("23887", None, "reader-1", "2014-09-18T10:36", STAY),
        ("23888", None, "reader-2", "2014-09-18T11:40", GO),
    ],
    "words-in-a-span": [
        (None, None, "reader-1", None, "Love it!"),
        (None, None, "reader-2", None, "No."),
        (None, None, "reader-3", None, LONG),
    ],
    "link-before-the-byline": [
        (f"10223{n}", None, f"reader-{n}", f"2014-12-2{n}T10:28", f"The bridge should stay, says number {n}.")
        for n in (1, 2, 3)
    ],
    "bullets-in-the-byline": [
        ("862961", None, "reader-1", "2010-08-18T08:11", NUMBERED.format(1)),
        ("862962", "862961", "reader-2", "2010-08-18T08:12", NUMBERED.format(2)),
        ("862963", None, "reader-3", "2010-08-18T08:13", NUMBERED.format(3)),
    ],
    "badge-before-the-name": numbered(["57212651", "57212652", "57212653"], ["2010-08-15T18:05"] * 3),
    "post-number-as-author": numbered(["705471", "705472", "705473"], [f"2015-04-2{n}T21:47" for n in (1, 2, 3)]),
    "full-stop-of-a-name": [
        ("11", None, "Reader E.", None, NUMBERED.format(1)),
        ("12", None, "- reader -", None, NUMBERED.format(2)),
        ("13", None, "reader-3", None, NUMBERED.format(3)),
    ],
    "edges": [
        ("11", None, "reader-1", "2014-05-01T09:01", STAY),
        ("12", None, "reader-2", "2014-05-02T09:02", GO),
        ("13", None, "reader-3", "2014-05-03T09:03", "桥应该留着。"),
        ("14", None, "reader-4", "2014-05-04T09:04", "No opinion on the bridge."),
    ],
    "name-in-the-words": numbered(["5601221", "5601222"], ["2010-10-01", "2010-10-02"]),
    "disqus-placeholders": numbered(["110221251", "110221252"], [None, None]),
    "last-comment": numbered(["1", "2", None], [f"2011-04-12T15:29:1{n}" for n in (1, 2, 3)]),
    "box-of-other-pages": [("86273", None, "reader-1", "2010-08-19T12:42", STAY)],
    "a-section-called-comment": [],
    "time-on-a-link": numbered(["592511", "592512", "592513"], [f"2014-12-01T19:41:2{n}+00:00" for n in (1, 2, 3)]),
    "class-in-capitals": numbered([None, None], [f"2011-03-16T08:09:2{n}-07:00" for n in (1, 2)]),
    "class-with-a-prefix": numbered([None, None], [f"2013-04-21T02:2{n}" for n in (1, 2)]),
    "declares-and-shows-none": [],
    "hacker-news": [
        ("2", None, "reader-2", "2024-05-01T10:02:00", NUMBERED.format(2)),
        ("3", "2", "reader-3", "2024-05-01T10:03:00", NUMBERED.format(3)),
    ],
    "old-reddit": [
        ("a1", None, "reader-1", "2024-05-01T10:00:00+00:00", STAY),
        ("a2", "a1", "reader-2", "2024-05-01T11:00:00+00:00", GO),
    ],
    "shreddit": [
        ("a1", None, "reader-1", "2024-05-01T10:00:00+00:00", STAY),
        ("a2", "a1", "reader-2", None, GO),
    ],
    "phpbb3-prosilver": numbered(["561", "562"], ["2011-10-07T08:21", "2011-10-07T08:22"]),
    "vbulletin4": numbered(["702951", "702952"], [None, None]),  # 04-09-2005 may be April or September
    "xenforo2": numbered(["7045621", "7045622", "7045623"], [f"2022-03-17T20:4{n}:48+02:00" for n in (1, 2, 3)]),
    "xenforo1": numbered(["6979171", "6979172"], ["2014-10-29T18:21", "2014-10-29T18:22"]),
    "discourse": numbered(["1", "2", "3"], [f"2024-05-01T10:0{n}:00+00:00" for n in (1, 2, 3)]),
    "stackexchange": [
        ("3851129", None, "reader-2", "2011-04-29T12:30:06+00:00", "Which bridge?"),
        ("3660938", None, "reader-3", "2010-09-07T17:11:15+00:00", "It should, and here are the reasons."),
    ],
    "mediawiki-talk": [
        ("text-31ea38bc2061", None, "reader-1", "2018-09-30T09:52", STAY),
        (None, "text-31ea38bc2061", "reader-2", "2018-09-30T10:12", GO),
    ],
    "empty-anchor-of-a-comment": numbered(
        ["58824401", "58824402", "58824403"], [f"2013-12-28T10:2{n}" for n in (1, 2, 3)]
    ),
}
FINDINGS = {
    "vbulletin4": ["date_order_open"],
    "a-section-called-comment": ["no_thread"],
    "declares-and-shows-none": ["declared_count_differs"],
    "empty-anchor-of-a-comment": ["unread_entries"],
    "shreddit": ["time_missing"],
}


def read(name):
    return parse_html((CASES / f"{name}.html").read_bytes(), f"{name}.html")


@pytest.mark.parametrize("name", EXPECTED)
def test_each_fault_is_read_right(name):
    thread = read(name)
    ids = [each[0] for each in EXPECTED[name]]
    assert [
        (comment.comment_id if own else None, comment.parent_id, comment.author, comment.published, comment.text)
        for comment, own in zip(thread.comments, ids, strict=True)
    ] == EXPECTED[name]
    assert [finding.name for finding in thread.findings] == FINDINGS.get(name, [])


def test_every_case_is_expected():
    assert {path.stem for path in CASES.glob("*.html")} == set(EXPECTED)


def test_messages_name_what_is_missing():
    (finding,) = read("declares-and-shows-none").findings
    assert finding.message == (
        "the page declares 37 comments, 0 are on it; they may be loaded by a script: "
        "save the page when they are shown, or export them"
    )
    (finding,) = read("empty-anchor-of-a-comment").findings
    assert finding.message == (
        "3 entries hold a second name with a later date: answers that are no entries of their own"
    )


NO_THREADS = {
    "posts of a blog": '<article class="post"><h2><a href="/p/{0}">A title of five words</a></h2>'
    '<p>by <a href="/u">r</a> '
    "on May {0}, 2012</p><p>Some excerpt which goes on for a while.</p></article>",
    "files": '<tr><td><a href="/f{0}.zip">file{0}.zip</a></td><td>2012-05-0{0} 10:0{0}</td><td>{0}2 KB</td></tr>',
    "versions": "<h3>1.{0} (2012-05-0{0})</h3><ul><li>Mended the fault number {0}</li><li>Added more</li></ul>",
}


@pytest.mark.parametrize("name", NO_THREADS)
def test_what_repeats_and_is_no_thread(name):
    items = "".join(NO_THREADS[name].format(n) for n in range(1, 9))
    page = (
        f"<html><body><table>{items}</table></body></html>" if name == "files" else f"<html><body>{items}</body></html>"
    )
    assert parse_html(page.encode(), "page.html").comments == ()


def test_a_list_that_only_looks_like_a_thread_is_a_finding():
    item = "<li><b>Concert {0}</b> <span>May {0}, 2012, 20:00</span><p>In the big hall of the town.</p></li>"
    page = f"<html><body><ul>{''.join(item.format(n) for n in range(1, 9))}</ul></body></html>"
    thread = parse_html(page.encode(), "page.html")
    assert [(finding.name, finding.message) for finding in thread.findings] == [
        ("author_open", "the authors of 8 entries are open: another part of them may as well hold the names"),
        ("found_by_shape", "8 entries are found by their shape; nothing on the page calls them comments"),
    ]
