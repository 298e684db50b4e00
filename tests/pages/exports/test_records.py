"""Comment records in JSON: every source's fixture against entries written out by hand, and what is no record."""

import io
from pathlib import Path

import pytest

from stance.errors import ReadError
from stance.pages import read_stream

FIXTURES = Path(__file__).parents[1] / "fixtures/records"
STAY, GO = "The bridge should stay.", "It should go."
MAY = ("2024-05-01T10:00:00+00:00", "2024-05-01T11:00:00+00:00")
OCTOBER = ("2018-10-07T05:26:11+00:00", "2018-10-07T05:42:51+00:00")
# file: (format, thread, title, entries)
TRUTH = {
    "another-api.json": ("records", "another-api", None, [("a1", None, MAY[0]), ("a2", "a1", MAY[1])]),
    "mastodon-statuses.json": ("mastodon", "mastodon-statuses", None, [("11", None, MAY[0]), ("12", "11", MAY[1])]),
    "pushshift.ndjson": ("reddit", "x", None, [("a1", None, OCTOBER[0]), ("a2", "a1", OCTOBER[1])]),
    "reddit-thread.json": ("reddit", "x", "The footbridge", [("a1", None, OCTOBER[0]), ("a2", "a1", OCTOBER[1])]),
    "youtube-comment-threads.json": ("youtube", "v", None, [("U1", None, MAY[0]), ("U1.2", "U1", MAY[1])]),
    "yt-dlp.info.json": ("yt-dlp", "v", "The footbridge", [("U1", None, MAY[0]), ("U1.2", "U1", MAY[1])]),
    "discourse-topic.json": ("discourse", "7", "The footbridge", [("1", None, MAY[0]), ("2", "1", MAY[1])]),
    "telegram-result.json": (
        *("telegram", "1", "The footbridge"),
        [("1", None, MAY[0]), ("2", "1", MAY[1].removesuffix("+00:00"))],
    ),
    "disqus-api.json": ("disqus", "9", None, [("5", None, MAY[0]), ("6", "5", MAY[1])]),
}


def read(data, url=None):
    return list(read_stream(io.BytesIO(data), "comments.json", url))


def entries(thread):
    return [(c.comment_id, c.parent_id, c.author, c.published, c.text) for c in thread.comments]


def names(thread):
    return [finding.name for finding in thread.findings]


@pytest.mark.parametrize("file", TRUTH)
def test_two_comments_of_which_the_second_answers_the_first(file):
    kind, key, title, expected = TRUTH[file]
    (thread,) = read_stream(io.BytesIO((FIXTURES / file).read_bytes()), file)
    at = "@" if kind == "yt-dlp" else ""
    assert (thread.format, thread.thread_id, thread.title) == (kind, key.removesuffix(".json"), title)
    assert entries(thread) == [
        (comment_id, parent, f"{at}reader-{number}", published, text)
        for number, ((comment_id, parent, published), text) in enumerate(zip(expected, (STAY, GO), strict=True), 1)
    ]
    assert thread.findings == ()


def test_the_root_of_a_conversation_in_convokit_is_the_post():
    (thread,) = read((FIXTURES / "convokit.jsonl").read_bytes())
    assert (thread.format, thread.thread_id, thread.text) == ("convokit", "a1", STAY)
    assert entries(thread) == [("a2", None, "reader-2", OCTOBER[1], GO)]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b'{"name":"stance","version":1}', r"found an object with the keys \['name', 'version'\]. Give each comment"),
        (b'[{"id":1,"content":"A"}]', "expected comment records, objects with a text and an author or a time"),
        (b'[{"id":1,"text":"A","stance":"favor"}]', "A table of labelled texts is no page; docs/reuse.md"),
    ],
)
def test_json_without_comments_says_what_it_holds(data, message):
    with pytest.raises(ReadError, match=message):
        read(data)
