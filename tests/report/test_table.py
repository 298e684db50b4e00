"""Tables of a report: one frame as page, CSV and LaTeX, intervals in one column, long tables cut and said so."""

import io

import pandas as pd
import pytest

from stance.report import Table
from stance.report._table import MOST_SHOWN

FRAME = pd.DataFrame(
    {
        "name": ["a & b", "c_d"],
        "score": [0.25, float("nan")],
        "score_low": [0.125, float("nan")],
        "score_high": [0.5, float("nan")],
        "rows": [3, 4],
        "cheats": [True, False],
        "labels": [["against", "favor"], []],
        "author": [None, "author-01"],
    }
)


def test_an_interval_stands_with_its_score_and_marks_are_no_column():
    table = Table("t", "Title", FRAME, marked="cheats")
    assert table.columns == ["name", "score", "rows", "labels", "author"]
    assert table.shown() == [
        (["a & b", "0.250 (0.125 to 0.500)", "3", "against, favor", "–"], True),
        (["c_d", "–", "4", "", "author-01"], False),
    ]


def test_a_column_is_written_in_its_own_format():
    table = Table(
        "t",
        "Title",
        pd.DataFrame({"difference": [0.5, None], "told": [True, False]}),
        formats={"difference": "{:+.1f}"},
    )
    assert table.shown() == [(["+0.5", "yes"], False), (["–", "no"], False)]


def test_whole_numbers_have_commas_and_numbers_stand_to_the_right():
    frame = pd.DataFrame({"name": ["a"], "n": [12345], "p": [0.5], "p_low": [0.1], "p_high": [0.9], "is": [True]})
    table = Table("t", "Title", frame.assign(share=0.25))
    assert table.shown() == [(["a", "12,345", "0.500 (0.100 to 0.900)", "yes", "0.250"], False)]
    assert table.numbers == {"n", "share"}


def test_ends_are_written_as_their_score_and_left_out_if_one_is_missing():
    frame = pd.DataFrame(
        {"gain": [0.25, 0.25, 0.25], "gain_low": [0.1, None, 0.1], "gain_high": [0.5, 0.5, None], "p": ["so", 0.5, 1]}
    )
    table = Table("t", "Title", frame, formats={"gain": "{:+.1f}", "p": "{:.2f}"})
    assert [cells for cells, _ in table.shown()] == [
        ["+0.2 (+0.1 to +0.5)", "so"],
        ["+0.2", "0.50"],
        ["+0.2", "1.00"],
    ]
    assert Table("t", "Title", pd.DataFrame({"both": [("against", "favor")]})).shown() == [(["against, favor"], False)]


def test_a_table_that_is_just_as_long_as_is_shown_is_whole():
    table = Table("t", "Title", pd.DataFrame({"number": range(MOST_SHOWN)}))
    assert (table.notes, len(table.shown())) == ([], MOST_SHOWN)
    assert b"\r" not in table.to_csv()


def test_latex_has_a_column_for_each_that_is_shown_and_escapes_their_names():
    frame = pd.DataFrame({"macro_f1": [0.5], "macro_f1_low": [0.25], "macro_f1_high": [0.75], "a & b": [1]})
    lines = Table("t", "Title", frame).to_latex().decode().splitlines()
    assert lines[1] == r"\begin{tabular}{ll}"
    assert lines[3] == r"macro\_f1 & a \& b \\"


def test_csv_holds_all_rows_and_numbers_in_full():
    frame = pd.DataFrame({"number": [1 / 3] * (MOST_SHOWN + 5)})
    table = Table("long", "Title", frame, note="Mind this.")
    pd.testing.assert_frame_equal(pd.read_csv(io.BytesIO(table.to_csv())), frame)
    assert len(table.shown()) == MOST_SHOWN
    assert table.notes == ["Mind this.", "5 more rows are in long.csv."]
    assert Table("t", "Title", FRAME).notes == []


def test_latex_is_escaped_and_needs_booktabs_only():
    text = Table("t", "Title", FRAME[["name", "score"]]).to_latex().decode()
    assert text.splitlines() == [
        r"% Title; needs \usepackage{booktabs}",
        r"\begin{tabular}{ll}",
        r"\toprule",
        r"name & score \\",
        r"\midrule",
        r"a \& b & 0.250 \\",
        r"c\_d & – \\",
        r"\bottomrule",
        r"\end{tabular}",
    ]


@pytest.mark.parametrize("character", list("&%$#_{}~^\\"))
def test_no_character_that_latex_reads_as_a_command_is_left_bare(character):
    body = Table("t", "Title", pd.DataFrame({"a": [f"x{character}y"]})).to_latex().decode().splitlines()[5]
    assert body not in (f"x{character}y \\\\",)
    assert body.startswith("x")
    assert body.endswith("y \\\\")
