"""Bytes, cells and "nothing": one meaning for every reader."""

import csv
import io

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance.cells import (
    csv_rows,
    encoding_of,
    is_nothing,
    is_utf8_in_disguise,
    open_quotes,
    parse_json,
    same_letters,
    separator_line,
    visible,
    whole_characters,
)
from stance.dataset.tables._batches import as_given, as_name

SPELLINGS = ["", " ", "NaN", " nan ", "None", "null", "NULL", "<NA>", "[deleted]", "[removed]", "(null)", "\\N", "#N/A"]
SPELLINGS += ["#NAME?", "[Deleted]", "[ Removed by Reddit ]", "\u200b", "\ufeff \u00ad", "\u00a0"]


@pytest.mark.parametrize("cell", SPELLINGS)
def test_nothing_has_many_spellings(cell):
    assert is_nothing(cell)


def test_a_column_of_a_table_means_by_nothing_what_a_cell_does():
    cells = [*SPELLINGS, "none", "N/A", "0", "\u200bno", "#1", "[removed] it"]
    found = as_given(pa.chunked_array([cells]))
    assert [cell is None for cell in found.to_pylist()] == [is_nothing(cell) for cell in cells]


@pytest.mark.parametrize("cell", ["none", "N/A", "Nan is my name", "0", "false", "nancy"])
def test_what_people_write_is_something(cell):
    assert not is_nothing(cell)


@given(st.text(st.characters(codec="utf-8")))
def test_whole_texts_stay_and_halves_can_be_written(text):
    assert whole_characters(text) == text
    assert whole_characters(text + "\ud83d").encode().decode() == text + "\ufffd"


def test_json_has_no_numbers_that_are_none_and_no_half_characters():
    assert parse_json('{"a": [NaN, -Infinity, "\\ud83d", "\\ud83d\\ude00"], "\\ud83d": 1}') == {
        "a": [None, None, "\ufffd", "\U0001f600"],
        "\ufffd": 1,
    }


@pytest.mark.parametrize(
    ("text", "said"),
    [("[" * 200_000, "nested too deep"), ("1" * 5_000, "a number in it is too long"), ("{", "Expecting property")],
)
def test_json_that_is_a_bomb_or_broken_is_a_value_error(text, said):
    with pytest.raises(ValueError, match=said):
        parse_json(text)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_says_the_encoding(encoding):
    head = "id,text".encode(encoding)
    assert head.decode(encoding_of(head, "cp1252")) == "id,text"
    assert encoding_of(b"id,text", "cp1252") == "cp1252"


@pytest.mark.parametrize("declared", ["cp1252", "latin-1", "iso-8859-15", "cp1250"])
def test_utf8_is_known_under_another_name(declared):
    said = "don’t, größer".encode()
    assert is_utf8_in_disguise([said[:4], said[4:]], declared)
    assert not is_utf8_in_disguise([b"only ASCII"], declared)
    assert not is_utf8_in_disguise(["größer".encode("latin-1")], declared)
    assert not is_utf8_in_disguise([said], "utf-8")


def test_labels_are_compared_in_one_encoding():
    assert same_letters(" dafu\u0308r ") == "dafür"


@pytest.mark.parametrize(("text", "sign"), [("sep=;\r\na", ";"), ('"SEP=\t"\na', "\t"), ("\ufeffsep=|\na", "|")])
def test_a_line_may_name_the_delimiter(text, sign):
    found = separator_line(text)
    assert found is not None
    assert found[1] == sign
    assert separator_line("sep,text\n") is None


@given(st.lists(st.lists(st.text(st.characters(codec="utf-8"), max_size=5), min_size=2), min_size=1))
def test_rows_of_csv_are_as_written(rows):
    file = io.StringIO(newline="")
    csv.writer(file, quoting=csv.QUOTE_ALL).writerows(rows)
    found = list(csv_rows(io.StringIO(file.getvalue(), newline=""), ","))
    assert [row for _, row in found] == rows
    assert found[0][0] == 1


def test_cells_may_be_long_and_the_limit_of_others_stays():
    before = csv.field_size_limit()
    assert list(csv_rows(["a," + "b" * 200_000], ",")) == [(1, ["a", "b" * 200_000])]
    assert csv.field_size_limit() == before


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('a\tb\tc\n1\t"open, it is\tx\n2\ty\tz\n3\t"b"\tz\n', 2),  # the mark after it does not pair
        ('a\tb\tc\n1\tx\ty\n2\t"open\tx\n3\ty\tz\n', 3),  # none comes after it
        ('a\tb\tc\n1\t"open\tx\n2\ty\tz\n3\ty and so\tto an end"\tz\n', 2),  # the mark after it ends a cell
        ('sep=,\na,b,c\n1,"open,x\n2,y,z\n3,y,z\n', 3),
    ],
)
def test_a_quotation_mark_left_open_is_found(tmp_path, text, line):
    path = tmp_path / "t.csv"
    path.write_text(text)
    assert [found for found, _ in open_quotes(path, "utf-8", "\t")] == [line]


def test_cells_of_several_lines_with_commas_are_no_swallowed_rows(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text('a,b,c\n1,"Late, dear,\nslow, and, well, dear\nand ""sunk"", twice",x\n')
    assert list(open_quotes(path, "utf-8", ",")) == []


def test_signs_that_steer_a_terminal_are_shown_by_their_code():
    assert visible("a\x1b]0;title\x07b\u202ec\nd\te é") == "a\\x1b]0;title\\x07b\\u202ec\nd\te é"


def test_letters_are_the_same_in_any_encoding_and_without_what_nobody_sees_around_them():
    assert same_letters("\ufeff fu\u0308r\u200b\u00a0") == "für"
    assert as_name(pa.chunked_array([["fu\u0308r\u200b", " a ", None, "NaN"]])).to_pylist() == ["für", "a", None, None]
