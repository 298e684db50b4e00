"""Recognition by content, folders, packed files, and the messages for what is no page."""

import gzip
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from stance.errors import ReadError
from stance.pages import find_format, find_pages, read_pages

EXPORTS = Path(__file__).parent / "fixtures/exports"
FORMATS = {
    "blogger-backup.xml": "blogger",
    "blogger-broken.xml": "blogger",
    "blogger-prefixed.xml": "blogger",
    "blogger-takeout.atom": "blogger",
    "disqus.xml": "disqus",
    "rest-lines.jsonl": "rest",
    "rest-page.json": "rest",
    "rest-two-pages.json": "rest",
    "wordpress-1.0-broken.xml": "wxr",
    "wordpress-1.2.xml": "wxr",
}
DUMP = b"The ferry\n\n  1. Keep it.\n\n     reader-1, September 20, 2016 at 3:30 pm\n"
PAGE = b"<!DOCTYPE html><html><head><title>The ferry</title></head><body><p>Which one?</p></body></html>"


def saved(tmp_path, data, name="page"):
    path = tmp_path / name
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(("name", "expected"), FORMATS.items())
def test_every_export_fixture_is_recognised_whatever_it_is_called(tmp_path, name, expected):
    path = saved(tmp_path, (EXPORTS / name).read_bytes(), "page.txt")
    assert {thread.format for thread in read_pages(path)} == {expected}


def test_there_is_no_fixture_without_its_format():
    assert sorted(FORMATS) == sorted(path.name for path in EXPORTS.iterdir())


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (PAGE, "html"),
        (b"<?xml version='1.0'?><!DOCTYPE html PUBLIC '-//W3C//DTD XHTML 1.0 Strict//EN' 'x'><html>", "html"),
        (PAGE.decode().encode("utf-16"), "html"),
        (
            b"<!DOCTYPE html><html><script>'<rss xmlns:wp=\"http://wordpress.org/export/1.2/\"> <wp:comment>'</script>",
            "html",
        ),
        (b"<html><body><pre>&lt;rss&gt; wordpress.org/export/ &lt;/rss&gt;</pre>", "html"),
        (DUMP, "text_dump"),
        (b"[1] first note\n\nwords", "text_dump"),
        (b"WARC/1.0\r\nWARC-Type: warcinfo\r\nContent-Length: 0\r\n\r\n\r\n\r\n", "warc"),
        (gzip.compress(b"WARC/1.0\r\nWARC-Type: warcinfo\r\nContent-Length: 0\r\n\r\n\r\n\r\n"), "warc"),
        (gzip.compress(PAGE), "gzip"),
    ],
    ids=[
        "html",
        "xhtml",
        "utf-16",
        "script-of-exports",
        "words-of-exports",
        "dump",
        "note",
        "warc",
        "packed-warc",
        "packed-html",
    ],
)
def test_formats_by_content(head, expected):
    assert find_format(head, "page") == expected


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "page: expected a page, found an empty file"),
        (b"\0\0\0\0", "found nothing but white space or NUL bytes"),
        (b"PK\x03\x04\x14\0\0\0\x08\0" + bytes(range(256)), "found a zip archive. Unpack it first"),
        (b"7z\xbc\xaf\x27\x1c\0\x04" + bytes(range(256)), "found 7z. Unpack it first"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)), "found a picture. Save the page itself"),
        (b"\x01\x02\x03\x04" + bytes(range(256)), "found bytes that are none"),
        (b"<?xml version='1.0'?><urlset><url/></urlset>", "found XML whose root is <urlset>"),
        (b"<?xml version='1.0'?><!-- a feed --><rss version='2.0'><channel/></rss>", "found XML whose root is <rss>"),
        (b"<rss version='2.0'><channel><item/></channel></rss>", "found XML whose root is <rss>"),
        (b"<feed xmlns='http://www.w3.org/2005/Atom'></feed>", "found XML whose root is <feed>"),
    ],
)
def test_what_is_no_page_is_said(tmp_path, data, message):
    with pytest.raises(ReadError, match=message):
        list(read_pages(saved(tmp_path, data)))


def test_packed_pages_are_unpacked_and_damage_is_said(tmp_path):
    packed = gzip.compress((EXPORTS / "wordpress-1.2.xml").read_bytes())
    assert len(list(read_pages(saved(tmp_path, packed)))) == 3
    with pytest.raises(ReadError, match=r"page: expected a whole gzip file, found damage after"):
        list(read_pages(saved(tmp_path, packed[:-400])))
    with pytest.raises(ReadError, match="found gzip inside gzip"):
        list(read_pages(saved(tmp_path, gzip.compress(packed))))


def test_packed_file_that_grows_without_bound_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("stance.pages.unpack._HARMLESS_SIZE", 1 << 20)
    with pytest.raises(ReadError, match="unpacks to over 250 times its size"):
        list(read_pages(saved(tmp_path, gzip.compress(b"<html><p>" + b"a" * (20 << 20)))))


def test_page_that_is_longer_than_any_page_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("stance.pages.reading._LARGEST_PAGE", 1 << 20)
    for data in (PAGE + b"a" * (1 << 20), gzip.compress(PAGE + b"a" * (1 << 20)), DUMP * (1 << 15)):
        with pytest.raises(ReadError, match="page: expected a page of at most 1 MiB, found a longer one"):
            list(read_pages(saved(tmp_path, data)))


def test_folders_are_searched_through_by_name_and_hidden_files_left_out(tmp_path):
    for name in ("b/2.json", "b/1.xml", "a.txt", ".hidden", "b/.git/config"):
        (tmp_path / name).parent.mkdir(exist_ok=True, parents=True)
        (tmp_path / name).write_bytes(b"words")
    assert [path.relative_to(tmp_path).as_posix() for path in find_pages(tmp_path)] == ["a.txt", "b/1.xml", "b/2.json"]
    assert list(find_pages(tmp_path / "a.txt")) == [tmp_path / "a.txt"]
    with pytest.raises(ReadError, match=r"nowhere: expected a file or a folder, found none"):
        list(find_pages(tmp_path / "nowhere"))


def test_mixed_formats_in_one_call(tmp_path):
    shutil.copy(EXPORTS / "disqus.xml", tmp_path)
    saved(tmp_path, PAGE, "ferry.html")
    formats = [thread.format for thread in read_pages(tmp_path, EXPORTS / "rest-lines.jsonl")]
    assert formats == ["disqus"] * 5 + ["html", "rest"]


def test_export_behind_the_warnings_of_the_program_that_wrote_it(tmp_path):
    warning = b"<br />\n<b>Warning</b>:  Cannot modify header information in <b>export.php</b> on line <b>7</b><br />\n"
    path = saved(tmp_path, warning * 3 + (EXPORTS / "wordpress-1.2.xml").read_bytes())
    assert [(thread.format, len(thread.comments)) for thread in read_pages(path)] == [
        ("wxr", 5),
        ("wxr", 0),
        ("wxr", 1),
    ]


def test_address_is_passed_on(tmp_path):
    path = saved(tmp_path, PAGE)
    assert [thread.thread_id for thread in read_pages(path, url="https://example.org/ferry/")] == ["example.org/ferry"]


def test_only_the_reader_of_the_format_is_imported():
    code = f"import sys; from stance.pages import read_pages; list(read_pages({str(EXPORTS / 'rest-page.json')!r})); "
    code += (
        "print([name for name in sys.modules if name.partition('.')[0] in ('lxml', 'selectolax', 'fastwarc', 'rich')])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
