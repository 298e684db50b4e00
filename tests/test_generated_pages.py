"""What the benchmark measures is what it says: the generated pages hold as many entries as asked for."""

import io
from importlib import import_module
from pathlib import Path

import pytest

from stance.pages import read_pages, read_stream

EXPERIMENTS = Path(__file__).parents[1] / "experiments"
PAGE = b"<!DOCTYPE html><html><head><title>The ferry</title></head><body><p>Which one?</p></body></html>"


@pytest.fixture
def generated(monkeypatch):
    monkeypatch.syspath_prepend(str(EXPERIMENTS))
    return import_module("benchmarks.generated_pages")


def test_export_has_all_comments_with_author_time_and_replies(generated, tmp_path):
    done = []
    generated.write_wxr(tmp_path / "export.xml", 120, done.append)
    threads = list(read_pages(tmp_path / "export.xml"))
    comments = [comment for thread in threads for comment in thread.comments]
    assert [len(thread.comments) for thread in threads] == [50, 50, 20]
    assert sum(done) == 120
    assert all(comment.author and comment.published and len(comment.text) > 200 for comment in comments)
    assert sum(comment.parent_id is not None for comment in comments) == 79
    assert not any(thread.findings for thread in threads)


def test_crawl_has_all_pages(generated, tmp_path):
    generated.write_warc(tmp_path / "crawl.warc", [PAGE], 5, lambda count: None)
    threads = list(read_pages(tmp_path / "crawl.warc"))
    assert [thread.url for thread in threads] == [f"https://example.org/{number}/" for number in range(5)]


def test_dump_has_all_comments(generated):
    (thread,) = read_stream(io.BytesIO(generated.make_dump(30)), "dump")
    assert len(thread.comments) == thread.declared == 30
    assert all(comment.author and comment.published for comment in thread.comments)


def test_archive_of_reddit_has_all_comments_in_threads_that_hold_together(generated, tmp_path):
    done = []
    generated.write_reddit(tmp_path / "RC.zst", 2_500, done.append)
    threads = list(read_pages(tmp_path / "RC.zst"))
    comments = [comment for thread in threads for comment in thread.comments]
    assert (len(comments), sum(done), len(threads) > 50) == (2_500, 2_500, True)
    assert all(comment.author and comment.published and len(comment.text) > 100 for comment in comments)
    assert sum(comment.parent_id is not None for comment in comments) > 1_000
    assert not any(thread.findings for thread in threads)
