"""Text dumps that are none, or damaged, or endless: a ReadError that says what to do, or a thread, in bounded time."""

import gc
import io
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance.errors import ReadError
from stance.pages.text_dump import parse

PAGE = """A post about boats

Füße, déjà vu – “quoted”.

2 Responses

  1. It floats.

    reader-1

    September 20, 2016 at 3:30 pm

  2. It sinks, déjà vu.

    reader-2

    September 21, 2016 at 3:30 pm

Leave a Reply
"""


def read(data):
    (thread,) = parse(io.BytesIO(data), "dump.txt")
    return thread


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings(encoding):
    thread = read(PAGE.encode(encoding))
    assert [comment.text for comment in thread.comments] == ["It floats.", "It sinks, déjà vu."]
    assert "Füße" in thread.text
    assert [finding.name for finding in thread.findings] == (["encoding_guessed"] if encoding == "cp1252" else [])


def test_half_a_utf16_file_is_a_finding():
    thread = read(PAGE.encode("utf-16")[:-7])
    assert len(thread.comments) == 2
    assert "undecodable_bytes" in [finding.name for finding in thread.findings]


@pytest.mark.parametrize("line_end", ["\r\n", "\r"])
def test_line_ends(line_end):
    thread = read(PAGE.replace("\n", line_end).encode())
    assert [comment.author for comment in thread.comments] == ["reader-1", "reader-2"]


def test_text_is_nfc():
    assert read(PAGE.replace("é", "e\u0301").encode()).comments[1].text == "It sinks, déjà vu."


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"", "an empty file"),
        (b" \n\t\n", "nothing but blanks"),
        (b"\0\0\0", "nothing but blanks"),
        (b"GIF89a\x01\0\x01\0", "a NUL byte at 7"),
        (b"text\0with NUL", "a NUL byte at 4"),
        (bytes(range(1, 32)) * 10, "control characters"),
    ],
)
def test_what_is_no_text_is_an_error_with_file_and_remedy(data, found):
    with pytest.raises(ReadError) as error:
        read(data)
    assert str(error.value).startswith(f"dump.txt: expected the text of a page, found {found}.")
    assert len(str(error.value).split(". ")) > 1


class EndlessLine(io.RawIOBase):
    """A file of 500 MB without a line break, which counts how much of it was asked for."""

    def __init__(self):
        self.given = 0

    def read(self, size=-1):
        assert 0 < size <= 1 << 26
        size = min(size, 500_000_000 - self.given)
        self.given += size
        return b"a" * size


ORDINARY = "reader-1\nMay 3, 2012 at 10:15\n\nThe ferry was late, and nobody on the quay could say why.\n\nReply\n\n"
_MOST_TIMES = 20


def test_endless_line_is_refused_before_it_is_read():
    stream = EndlessLine()
    with pytest.raises(ReadError, match=r"dump\.txt: .* a line of over 32 MiB that starts at byte 0"):
        next(parse(stream, "dump.txt"))
    assert stream.given < 50_000_000


@pytest.mark.parametrize(
    "page",
    [
        "3 Comments\n\n" + "\n".join(f"{' ' * depth}• reply" for depth in range(1500)),
        "3 Comments\n\n" + "  1. a\n    1. b\n    Reply\n" * 8_000,
        "3 Comments\n\n  1. a\n" + "    1. b\n    1. c\n    Reply\n" * 8_000,
        "90000 Comments\n\n" + "reader-1\nMay 3, 2012\n\ntext\n\nLeave a Reply\n\n" * 8_000,
        "Comments\n" * 30_000,
        "3 Comments\n" * 20_000,
        "3 Comments\n\n" + "reader-1\nMay 3, 2012\n" * 20_000,
        "3 Comments\n\n" + "reader-1 says:\n" * 30_000,
        "3 Comments\n\n" + "May 3, 2012 Reply\n" * 20_000,
        "3 Comments\n\n" + "Reply\n" * 60_000,
        "3 Comments\n\n" + "Leave a Reply\n" * 30_000,
        "3 Comments\n\n" + ("reply #" * 11 + "x\n") * 20_000,
        "3 Comments\n\n" + ("May 3, 2012 like" + "#" * 120 + "x\n") * 10_000,
        "3 Comments\n\n" + ("Posted by by by on on on May 3, 2012 | | | # # #" + " says" * 20 + "x\n") * 10_000,
        "3 Comments\n\n" + ("x" * 60 + " " * 90 + "says\n") * 10_000,
        "3 Comments\n\n  1. " + "a \xa0" * 500_000 + "\n" + " " * 1_000_000 + "\n\n",
        "3 Comments " + "to “" * 60_000 + "\n  1. a\n",
        "1 . 2 . 3 " * 60_000,
        "\nReferences\n" + "\n" * 200_000,
        "[x](y)\n" + "[a](" * 125_000,
        "[x](y)\n" + "![a](b" * 80_000,
        "[x](y)\n" + "  * \n" * 60_000,
        "[x](y)\n" + "**a " * 100_000,
        ("ab" * 20 + "\n") * 12_000,
        ("reader-1" + "9" * 60 + ". Mai 2012\n") * 8_000,
    ],
)
def test_hostile_pages_take_no_more_than_many_times_what_an_ordinary_one_of_their_size_does(page, own_heap):
    data = page.encode()
    entries = max(1, len(data) // len(ORDINARY))
    ordinary = f"{entries} Comments\n\n{ORDINARY * entries}".encode()

    def seconds(shown):
        start = time.process_time()
        read(shown)
        return time.process_time() - start

    # both on the same machine, however slow or busy it is; once more where it was so only for a moment
    assert any(seconds(data) < _MOST_TIMES * seconds(ordinary) + 0.2 for _ in range(2))


@pytest.fixture
def own_heap():
    """Keep the garbage collector from going through what the tests before have left, which is no reader's time."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


def test_ten_times_the_comments_take_ten_times_the_time(own_heap):
    def seconds(count):
        entries = "".join(
            f"  {n}. Comment {n} about boats.\n\n    reader-{n % 50}\n\n"
            f"    May {n % 28 + 1}, {1990 + n % 60} at 3:{n % 60:02} pm\n\n"
            for n in range(1, count + 1)
        )
        data = f"A post\n\n{count} Comments\n\n{entries}Leave a Reply\n".encode()
        best = 60.0
        for _ in range(3):
            start = time.process_time()
            assert len(read(data).comments) == count
            best = min(best, time.process_time() - start)
        return best

    assert seconds(10_000) < 15 * seconds(1_000)  # 11 on a quiet machine


@given(
    st.lists(
        st.sampled_from([*PAGE.splitlines(keepends=True), "\x85", "  3. ", "\n\n", "    • ", "Pingback: "]), max_size=40
    )
)
def test_lines_in_any_order_give_a_thread(lines):
    data = "".join(lines).encode()
    if data.strip():
        assert read(data).format == "text_dump"


@given(st.binary(max_size=300), st.integers(0, len(PAGE)))
def test_any_bytes_give_a_thread_or_a_read_error(damage, place):
    page = PAGE.encode()
    for data in (damage, page[:place] + damage + page[place:], b"\xff\xfe" + damage):
        try:
            thread = read(data)
        except ReadError:
            continue
        assert all(comment.text for comment in thread.comments)
