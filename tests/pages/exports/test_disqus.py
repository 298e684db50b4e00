"""Disqus exports: one flat list for all threads, what is deleted or spam, threads that are missing or doubled."""

import io
from pathlib import Path

import pytest

from stance.errors import ReadError
from stance.pages.exports import disqus

FIXTURE = Path(__file__).parents[1] / "fixtures/exports/disqus.xml"


@pytest.fixture(scope="module")
def threads():
    return list(disqus.parse(io.BytesIO(FIXTURE.read_bytes()), "disqus.xml"))


def names(thread):
    return [finding.name for finding in thread.findings]


def test_export_is_recognised_behind_a_stray_character():
    assert disqus.matches(FIXTURE.read_bytes())
    assert not disqus.matches(b"<rss><channel>disqus")


def test_a_thread_each_doubled_addresses_told_apart(threads):
    assert [(t.thread_id, t.title, len(t.comments)) for t in threads] == [
        ("www.example.org/ferry", "The ferry & the bridge", 3),
        ("www.example.org/ferry~72", "The ferry", 1),
        ("www.example.org/mill", "The mill", 0),
        ("www.example.org/pier", "The pier", 0),
        ("99", None, 1),
    ]
    assert {t.format for t in threads} == {"disqus"}


def test_entries(threads):
    assert [(c.comment_id, c.parent_id, c.author, c.published, c.text) for c in threads[0].comments] == [
        ("901", None, "reader-1", "2014-05-01T09:00:30+00:00", "First words.\n\nSecond\nline."),
        ("902", "901", "reader-2", "2014-05-01T10:00:00+00:00", "Plain words,\ntwo lines."),
        ("905", None, None, "2014-05-01T12:00:00+00:00", "Answers what is gone."),
    ]
    outer_id = threads[1].comments[0]
    assert (outer_id.comment_id, outer_id.author, outer_id.published) == ("ext-6", "reader-5", None)


def test_deleted_spam_and_missing_are_counted(threads):
    assert names(threads[0]) == ["deleted_entries", "spam_entries", "orphan_reply"]
    assert names(threads[1]) == ["not_well_formed"]
    assert names(threads[2]) == ["deleted_entries"]
    assert names(threads[4]) == ["unknown_thread"]


def test_export_without_threads_is_refused():
    with pytest.raises(ReadError, match=r"d.xml: expected a Disqus export with threads"):
        list(disqus.parse(io.BytesIO(b"<disqus><category/></disqus>"), "d.xml"))
