"""Pages that show no thread and carry one as data for their scripts."""

import json

import pytest

from stance.pages.html import parse_html

TIMES = ("2024-05-01T10:00:00+00:00", "2024-05-01T11:00:00+00:00", "2024-05-01T12:00:00+00:00")
COMMENTS = [
    {"id": f"c{n}", "author": {"name": f"reader-{n}"}, "body": f"It should stay, {n}.", "createdAt": TIMES[n - 1]}
    | ({"parentId": "c1"} if n == 2 else {})
    for n in (1, 2, 3)
]
LINKED = {
    "@context": "https://schema.org",
    "@type": "NewsArticle",
    "headline": "The ferry",
    "author": {"@type": "Person", "name": "reader-9"},
    "datePublished": TIMES[0],
    "comment": [
        {
            "@type": "Comment",
            "@id": f"c{n}",
            "text": f"It should stay, {n}.",
            "author": {"@type": "Person", "name": f"reader-{n}"},
            "datePublished": TIMES[n - 1],
        }
        for n in (1, 2, 3)
    ],
}
STATE = {"story": {"id": 7, "title": "The ferry", "author": "reader-9", "comments": COMMENTS}, "labels": {"reply": {}}}


def page(script, shown=""):
    return (
        f"<html><head><title>The ferry</title></head><body><div id='app'>{shown}</div>{script}</body></html>".encode()
    )


def data(value):
    return f'<script type="application/json">{json.dumps(value)}</script>'


def names(thread):
    return [finding.name for finding in thread.findings]


@pytest.mark.parametrize(
    ("script", "parents"),
    [
        (data(STATE), [None, "c1", None]),
        (data(LINKED).replace("application/json", "application/ld+json"), [None, None, None]),
        (f"<script>window.__STATE__ = {json.dumps(STATE)}; start();</script>", [None, "c1", None]),
    ],
)
def test_comments_in_data_are_read_where_none_are_shown(script, parents):
    thread = parse_html(page(script), "page.html")
    assert [(c.comment_id, c.author, c.published, c.text) for c in thread.comments] == [
        (f"c{n}", f"reader-{n}", TIMES[n - 1], f"It should stay, {n}.") for n in (1, 2, 3)
    ]
    assert [comment.parent_id for comment in thread.comments] == parents
    assert (thread.title, thread.format, names(thread)) == ("The ferry", "html", ["read_from_data"])
    assert thread.findings[0].message == "3 comments are read from data for the page's scripts, not from what it shows"


@pytest.mark.parametrize(
    "script",
    [
        data({"articles": COMMENTS}),  # nothing calls them comments
        data({"comments": COMMENTS[:1]}),  # one alone may be anything
        data({"comments": {"reply": "Reply", "none": "No comments yet"}}),
        '<script type="application/json">{"comments": [</script>',
        "<script>var a = {'comments': 1};</script>",
    ],
)
def test_other_data_gives_nothing(script):
    thread = parse_html(page(script), "page.html")
    assert (thread.comments, names(thread)) == ((), ["no_thread"])


def test_what_a_page_shows_comes_first():
    shown = "".join(
        f"<li class='comment' id='comment-{n}'><cite class='fn'>reader-{n}</cite><div class='comment-content'>"
        f"<p>Shown by the page itself, {n}.</p></div></li>"
        for n in (1, 2)
    )
    thread = parse_html(page(data(STATE), f"<ol class='commentlist'>{shown}</ol>"), "page.html")
    assert [comment.author for comment in thread.comments] == ["reader-1", "reader-2"]
    assert "read_from_data" not in names(thread)
