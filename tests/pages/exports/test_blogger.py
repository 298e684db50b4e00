"""Blogger: the old backup, one that is no well-formed XML, Google's Takeout."""

import io
from pathlib import Path

import pytest

from stance.errors import ReadError
from stance.pages.exports import blogger

FIXTURES = Path(__file__).parents[1] / "fixtures/exports"


def read(name):
    return list(blogger.parse(io.BytesIO((FIXTURES / name).read_bytes()), name))


def entries(thread):
    return [(c.comment_id, c.parent_id, c.author, c.published, c.text) for c in thread.comments]


def names(thread):
    return [finding.name for finding in thread.findings]


def test_exports_are_recognised():
    for name in ("blogger-backup.xml", "blogger-broken.xml", "blogger-takeout.atom"):
        assert blogger.matches((FIXTURES / name).read_bytes()[:65536])
    assert not blogger.matches(b"<feed xmlns='http://www.w3.org/2005/Atom'><entry>")
    assert not blogger.matches(b"<html><meta content='blogger' name='generator'/>")


def test_backup():
    ferry, gone = read("blogger-backup.xml")
    assert (ferry.thread_id, ferry.title, ferry.text, ferry.declared) == (
        "ferries.example.org/2008/03/ferry.html",
        "The ferry & the bridge",
        "Which one?",
        4,
    )
    assert entries(ferry) == [
        ("7001", None, "reader-1", "2008-03-12T09:15:00-07:00", "The bridge.\n\nIt is faster, isn't it?"),
        ("7002", "7001", "Anonymous", "2008-03-12T10:00:00-07:00", "No."),
    ]
    assert names(ferry) == ["deleted_entries", "declared_count_differs"]
    assert ferry.findings[1].message == "declares 4, found 2"
    assert gone.thread_id == "ferries.example.org/2008/04/gone.html"
    assert entries(gone) == [("7004", None, "reader-4", "2008-03-12T12:00:00-07:00", "Words in real markup.")]


def test_backup_that_is_not_well_formed():
    (thread,) = read("blogger-broken.xml")
    assert (thread.url, thread.title) == ("http://ferries.example.org/ferry.html?a=1&b=2", "Ferries & bridges")
    assert [(c.comment_id, c.parent_id, c.author, c.text) for c in thread.comments] == [
        ("7001", None, "reader-1", "The bridge,\nit is faster & safer.\n\nAnd 3 < 4."),
        ("7002", "7001", "reader-2", "No — slower."),
        ("7003", None, "reader-3", "The entry before was not closed."),
    ]
    assert names(thread) == ["not_well_formed", "cut_off"]


def test_takeout():
    (thread,) = read("blogger-takeout.atom")
    assert (thread.thread_id, thread.title) == ("6001", "The ferry")
    assert entries(thread) == [
        ("7001", None, "reader-1", "2020-01-02T03:04:05+00:00", "The ferry."),
        ("7002", "7001", "reader-2", "2020-01-02T04:00:00+00:00", "The bridge."),
    ]
    assert names(thread) == ["spam_entries"]


def test_feed_without_posts_and_comments_is_refused():
    with pytest.raises(ReadError, match=r"b.xml: expected a Blogger export, found a feed without posts"):
        list(blogger.parse(io.BytesIO(b"<feed><id>tag:blogger.com,1999:blog-1</id></feed>"), "b.xml"))
