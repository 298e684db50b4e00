"""Comment records in JSON: every source's fixture against entries written out by hand, and what is no record."""

import io
import json
from pathlib import Path

import pytest

from stance.errors import ReadError
from stance.pages import read_pages, read_stream
from stance.pages.__main__ import main
from stance.pages.unpack import _zstd

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


def lines(*records):
    return "".join(json.dumps(record) + "\n" for record in records).encode()


def comment(number, **more):
    return {
        "id": f"a{number}",
        "author": f"reader-{number}",
        "body": f"Words of {number}.",
        "created_utc": 1538889971,
    } | more


def test_submissions_give_their_titles_to_comments_in_another_file(tmp_path, capsys):
    said = [comment(1, link_id="t3_y", parent_id="t3_y"), comment(2, link_id="t3_x", parent_id="t3_x")]
    (tmp_path / "RC.zst").write_bytes(_zstd().compress(lines(*said)))
    posts = [{"id": key, "title": f"Post {key}", "selftext": "[removed]", "created_utc": 1538880000} for key in "xz"]
    (tmp_path / "RS.ndjson").write_bytes(lines(*posts))
    found = list(read_pages(tmp_path))
    assert [(t.thread_id, t.title, t.text, len(t.comments)) for t in found] == [
        *(("y", None, "", 1), ("x", "Post x", "", 1), ("z", "Post z", "", 0)),
    ]
    assert main(["--summary", str(tmp_path)]) == 0
    assert "Post x" in capsys.readouterr().out


def test_corpus_of_convokit_is_read_with_its_conversations(tmp_path):
    (tmp_path / "utterances.jsonl").write_bytes((FIXTURES / "convokit.jsonl").read_bytes())
    (tmp_path / "conversations.json").write_text('{"a1": {"meta": {"title": "The footbridge"}, "vectors": []}}')
    (tmp_path / "speakers.json").write_text('{"reader-1": {"meta": {}, "vectors": []}}')
    (tmp_path / "index.json").write_text('{"version": 1}')
    for given in (tmp_path, tmp_path / "utterances.jsonl"):
        (thread,) = read_pages(given)
        assert (thread.thread_id, thread.title, len(thread.comments)) == ("a1", "The footbridge", 1)
