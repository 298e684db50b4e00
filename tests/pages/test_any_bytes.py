"""Any bytes at all give threads or a ReadError: made up ones, and fixtures of every format with damage done to them."""

import runpy
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

TESTS = Path(__file__).parents[1]
FIXTURES = sorted(path for path in (TESTS / "pages/fixtures").glob("*/*") if path.is_file())
check = runpy.run_path(str(TESTS / "fuzz/fuzz_pages.py"))["check"]
CASES = sorted(path for path in (TESTS / "fuzz/cases").glob("*") if path.is_file())
# what the formats hang on: signs, ends, ids, escapes and the bytes that no encoding expects
PIECES = [
    *(
        b"<",
        b">",
        b"&",
        b"]]>",
        b"<![CDATA[",
        b"<!--",
        b"-->",
        b'"',
        b"'",
        b"\0",
        b"\xff\xfe",
        b"\xef\xbb\xbf",
        b"\xc3",
    ),
    *(
        b"<item>",
        b"</item>",
        b"<wp:comment>",
        b"</wp:comment>",
        b"<entry>",
        b"</entry>",
        b"<post dsq:id='1'>",
        b"</post>",
    ),
    *(
        b"<thread dsq:id=1/>",
        b"<!DOCTYPE x [",
        b"<!ENTITY a 'b'>",
        b"&a;",
        b"&#0;",
        b"&#xD800;",
        b"<blockquote>",
        b"<li>",
    ),
    *(
        b"<div id='comment-1' class='comment'>",
        b"<time datetime='2012-13-45'>",
        b"</div>",
        b"[",
        b"{",
        b"]",
        b"}",
        b",",
        b":",
    ),
    *(
        b'{"id":',
        b'"content":',
        b"null",
        b"1e999",
        b"\\ud800",
        b"\n",
        b"\r",
        b"  1. ",
        b"   * ",
        b" says:\n",
        b" on May 1, 2012\n",
    ),
    *(
        b"99/99/9999 25:61",
        b"WARC/1.0\r\n",
        b"Content-Length: 9999999999\r\n",
        b"\x1f\x8b\x08\0",
        b"3 Responses to \x93x\x94\n",
    ),
]


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400) | st.lists(st.sampled_from(PIECES) | st.binary(max_size=8), max_size=40).map(b"".join))
def test_made_up_bytes(data):
    check(data)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_damaged_fixtures(data):
    page = bytearray(data.draw(st.sampled_from(FIXTURES)).read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(page)))
        width = data.draw(st.sampled_from([0, 0, 1, 5, 50, 1000]))
        page[place : place + width] = data.draw(st.sampled_from(PIECES) | st.binary(max_size=20))
    check(bytes(page))


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.name)
def test_every_fixture_cut_off_at_any_tenth(path):
    page = path.read_bytes()
    for tenth in range(10):
        check(page[: len(page) * tenth // 10])


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.name)
def test_what_the_fuzzer_once_found(path):
    check(path.read_bytes())
