import gzip
import io
import zlib

import brotli
import pytest

from stance.errors import ReadError
from stance.pages import warc

PAGE = (
    "<html><head><title>Post {0}</title></head><body><h1>Post {0}</h1><ol class='commentlist'>"
    "<li class='comment' id='comment-{0}'><cite class='fn'>reader-1</cite>"
    "<div class='comment-content'><p>Grüße {0}</p></div></li></ol></body></html>"
)


def _record(url, body, *, content_type="text/html; charset=utf-8", status="200 OK", headers="", kind="response"):
    block = f"HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\n{headers}\r\n".encode() + body
    if kind == "resource":
        block = body
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2016-09-20T15:30:00Z\r\n"
        f"WARC-Record-ID: <urn:uuid:12345678-1234-1234-1234-{abs(hash(url)) % 10**12:012}>\r\n"
        f"Content-Type: {'text/html' if kind == 'resource' else 'application/http; msgtype=response'}\r\n"
        f"Content-Length: {len(block)}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


def _pages(count, pack=bytes):
    return [pack(_record(f"https://example.org/{number}", PAGE.format(number).encode())) for number in range(count)]


def _each(data, found):
    for thread in warc.parse(io.BytesIO(data), "crawl.warc"):
        if thread.thread_id != "example.org/2":
            found.append(thread)
    return []


def _read(data):
    return list(warc.parse(io.BytesIO(data), "crawl.warc"))


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_each_html_response_is_a_thread_with_its_address_and_time(pack):
    data = b"".join(_pages(3, pack))
    assert warc.matches(data)
    threads = _read(data)
    assert [thread.thread_id for thread in threads] == ["example.org/0", "example.org/1", "example.org/2"]
    assert [thread.comments[0].text for thread in threads] == ["Grüße 0", "Grüße 1", "Grüße 2"]
    assert threads[0].findings[-1].name == "retrieved"
    assert "2016-09-20T15:30:00Z" in threads[0].findings[-1].message


def test_one_gzip_member_around_all_records_is_read_too():
    assert len(_read(gzip.compress(b"".join(_pages(3))))) == 3


def test_redirects_errors_and_pictures_are_no_pages():
    data = b"".join(
        [
            _record("https://example.org/old", b"<html>Moved</html>", status="301 Moved Permanently"),
            _record("https://example.org/gone", b"<html>Gone</html>", status="404 Not Found"),
            _record("https://example.org/a.png", b"\x89PNG", content_type="image/png"),
            *_pages(1),
            _record("https://example.org/stored", PAGE.format(9).encode(), kind="resource"),
        ]
    )
    assert [thread.thread_id for thread in _read(data)] == ["example.org/0", "example.org/stored"]


def test_the_charset_of_the_http_header_counts():
    data = _record("https://example.org/1", PAGE.format(1).encode("cp1252"), content_type="text/html;charset=latin-1")
    assert _read(data)[0].comments[0].text == "Grüße 1"


@pytest.mark.parametrize(
    ("headers", "encode"),
    [
        ("Content-Encoding: gzip\r\n", gzip.compress),
        ("Content-Encoding: deflate\r\n", lambda body: zlib.compress(body)[2:-4]),
        ("Content-Encoding: gzip\r\n", bytes),
        (
            "Transfer-Encoding: chunked\r\n",
            lambda body: b"10\r\n%s\r\n%x;x=1\r\n%s\r\n0\r\n\r\n" % (body[:16], len(body) - 16, body[16:]),
        ),
        ("Transfer-Encoding: chunked\r\n", bytes),
    ],
)
def test_packed_and_chunked_bodies(headers, encode):
    data = _record("https://example.org/1", encode(PAGE.format(1).encode()), headers=headers)
    assert _read(data)[0].comments[0].text == "Grüße 1"


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
@pytest.mark.parametrize("cut", [1, 30, 200, 330])
def test_a_file_cut_off_gives_the_good_records_and_then_an_error_with_the_place(pack, cut):
    data = b"".join(_pages(3, pack))
    if pack is bytes and cut == 1:
        data = data[:-4]  # the empty lines behind the last record
    found = []
    with pytest.raises(ReadError, match=r"crawl\.warc: .*byte \d+.*get the file again"):
        found.extend(_each(data[:-cut], found))
    assert [thread.thread_id for thread in found] == ["example.org/0", "example.org/1"]


def test_damage_in_the_middle_names_the_place():
    first, *others = _pages(3)
    records = warc.parse(io.BytesIO(first + b"JUNK" + b"".join(others)), "crawl.warc")
    assert next(records).thread_id == "example.org/0"
    with pytest.raises(ReadError, match=r"crawl\.warc: expected a WARC record after the one at byte 0, found damage"):
        next(records)


def test_a_crawl_without_pages_says_so():
    with pytest.raises(ReadError, match="expected HTML pages in a WARC file, found none"):
        _read(_record("https://example.org/a.png", b"\x89PNG", content_type="image/png"))


@pytest.mark.parametrize(
    "head", [b"", b"<html>", b"WARC", b"\x1f\x8b", gzip.compress(b"text", mtime=0), b"\x1f\x8b\x08\x00garbage"]
)
def test_other_files_are_no_crawls(head):
    assert not warc.matches(head)


def test_a_page_packed_with_brotli_is_unpacked_and_a_bomb_refused_piece_by_piece():
    packed = {"headers": "Content-Encoding: br\r\n"}
    page = PAGE.format(1).encode()
    assert _read(_record("https://example.org/1", brotli.compress(page), **packed))[0].comments[0].text == "Grüße 1"
    assert _read(_record("https://example.org/1", page, **packed))[0].comments[0].text == "Grüße 1"
    bomb = brotli.compress(bytes(200 << 20), quality=1)
    with pytest.raises(ReadError, match="expected a page of at most 128 MiB, found a longer one packed"):
        _read(_record("https://example.org/1", bomb, **packed))


def test_a_length_beyond_all_files_is_the_end_of_the_file():
    data = _pages(1)[0].replace(b"Content-Length: ", b"Content-Length: 99999999999")
    with pytest.raises(ReadError, match="expected"):
        _read(data)
