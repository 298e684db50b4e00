"""WordPress REST comments: one page, several, lines; order, double fetches, JSON of another kind."""

import io
from pathlib import Path

import pytest

from stance.errors import ReadError
from stance.pages.exports import records

FIXTURES = Path(__file__).parents[1] / "fixtures/exports"


def parse(data, url=None):
    return list(records.parse(io.BytesIO(data), "comments.json", url))


def read(name):
    return parse((FIXTURES / name).read_bytes())


def entries(thread):
    return [(c.comment_id, c.parent_id, c.author, c.published, c.text) for c in thread.comments]


@pytest.mark.parametrize(
    "head", [b"[]", b' [ {"id":1}', b'{"id":1}\n', b'\xef\xbb\xbf[{"id"', b"[1, 2]", '[{"'.encode("utf-16")]
)
def test_json_is_recognised(head):
    assert records.matches(head)


@pytest.mark.parametrize("head", [b"[1] first note", b"[Home] [About]", b"<html>", b"{curly} words", b"", b"12"])
def test_what_only_begins_like_json_is_not(head):
    assert not records.matches(head)


def test_page_of_two_posts():
    seventh, eighth = read("rest-page.json")
    assert (seventh.thread_id, seventh.url) == ("blog.example.org/2018/ferry", "https://blog.example.org/2018/ferry/")
    assert entries(seventh) == [
        ("31", None, "reader-1", "2018-07-01T10:00:00+02:00", "First.\n\n> Quoted words\n\nLast\nline."),
        ("32", None, "Other blog", "2018-07-01T11:00:00+02:00", "[…] a ping […]"),
        ("33", "31", "reader-3 & co", "2018-07-01T12:00:00+02:00", "Third — an answer to the first."),
    ]
    assert [c.kind for c in seventh.comments] == ["comment", "ping", "comment"]
    assert [finding.name for finding in seventh.findings] == ["held_entries", "spam_entries"]
    assert (eighth.thread_id, entries(eighth)) == (
        "8",
        [("30", None, None, "2018-07-01T10:30:00", "Under another post.")],
    )


def test_pages_behind_each_other_without_what_stands_on_both():
    (thread,) = read("rest-two-pages.json")
    assert [(c.comment_id, c.parent_id) for c in thread.comments] == [("3", None), ("4", None), ("5", "4")]
    assert [finding.name for finding in thread.findings] == ["repeated_entries"]


def test_list_of_pages():
    page = (FIXTURES / "rest-two-pages.json").read_bytes()
    assert parse(b"[" + page.replace(b"}][", b"}],[") + b"]") == parse(page)


def test_lines():
    (thread,) = read("rest-lines.jsonl")
    assert [(c.comment_id, c.parent_id) for c in thread.comments] == [("1", None), ("2", "1")]


def test_order_is_left_where_a_date_is_missing():
    data = b'[{"id":2,"post":7,"date":"2018-07-02T10:00:00","content":"B"},{"id":1,"post":7,"content":"A"}]'
    assert [c.comment_id for c in parse(data)[0].comments] == ["2", "1"]


def test_embedded_post_gives_title_and_text():
    above = '[{"id":1,"content":{}},{"id":7,"title":{"rendered":"The ferry"},"content":{"rendered":"<p>Which?</p>"}}]'
    data = f'[{{"id":2,"post":7,"content":"B","_embedded":{{"up":{above}}}}}]'
    (thread,) = parse(data.encode(), "https://example.org/ferry/")
    assert (thread.thread_id, thread.title, thread.text) == ("example.org/ferry", "The ferry", "Which?")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_encodings(encoding):
    data = '[{"id":1,"post":7,"content":"Fähre \\ud83d\\ude00 \\ud800"}]'.encode(encoding)
    assert parse(data)[0].comments[0].text == "Fähre 😀 ?"


def test_bytes_of_another_encoding_are_read_as_what_they_are():
    assert parse('[{"id":1,"post":7,"content":"Fähre – neu"}]'.encode("cp1252"))[0].comments[0].text == "Fähre – neu"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"[]", "found an empty list"),
        (b'{"code":"rest_no_route","message":"No route"}', "found the server's refusal 'rest_no_route'"),
        (b'{"name":"stance","version":1}', r"found an object with the keys \['name', 'version'\]"),
        (b"[1, 2]", "found a single value"),
        (b"[[[]]]", "found an empty list"),
        (b'[{"id":1,"content":"A"},\n{"id":2,', r"comments.json line 2 column 9: expected JSON"),
        (b"[" * 200_000, "line 1: expected a list of comments, found unreadable JSON"),
        (b'[{"id":' + b"1" * 5000 + b"}]", "found unreadable JSON"),
    ],
)
def test_json_of_another_kind_is_refused(data, message):
    with pytest.raises(ReadError, match=message):
        parse(data)
