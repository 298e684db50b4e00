"""Annotations: reading a sheet as people and spreadsheet programs write it, and checking it against the threads."""

import csv
import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance.errors import InputError
from stance.study.annotations import (
    Annotation,
    Problem,
    check_annotations,
    escape_formula,
    read_annotations,
    refuse,
    review_annotations,
    text_fingerprint,
    unescape_formula,
)
from stance.study.annotations._checks import COMPARISONS, Comments
from stance.study.annotations._spreadsheet import ChangedIds, looks_changed
from stance.thread import Comment, Thread

LABELS = ("against", "none", "favor")
HEADER = "thread_id,comment_id,annotator,label,confidence,evidence,rationale,text_sha\n"
THREADS = (
    Thread(
        "ferry",
        None,
        "",
        (Comment("1", None, None, None, "The ferry is\n\nlate."), Comment("2", "1", None, None, "No.")),
    ),
    Thread("tram", None, "", (Comment("9", None, None, None, "The tram is a joy."),)),
)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "annotations.csv"


def refusal(path, content):
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(InputError) as caught:
        read_annotations(path)
    return str(caught.value)


def complaints(*annotations, labels=LABELS, source="a.csv", targets=(), threads=THREADS):
    with pytest.raises(InputError) as caught:
        check_annotations(annotations, threads, labels, source, targets)
    return str(caught.value).splitlines()


def annotated(comment_id="1", label="against", thread_id="ferry", annotator="a1", line=2, **optional):
    return Annotation(thread_id, comment_id, annotator, label, line=line, **optional)


# reading


def test_columns_come_in_any_order_and_those_that_are_not_kept_are_empty(path):
    path.write_text("label,annotator,comment_id,thread_id,mood\nfavor,a1,2,ferry,calm\n")
    assert read_annotations(path) == [Annotation("ferry", "2", "a1", "favor", line=2)]


def test_a_byte_order_mark_and_windows_line_ends_do_not_matter(path):
    rows = HEADER + "ferry,1,a1,against,3,late,why,abc\n"
    path.write_text(rows)
    plain = read_annotations(path)
    path.write_bytes(b"\xef\xbb\xbf" + rows.replace("\n", "\r\n").encode())
    assert (
        read_annotations(path) == plain == [annotated(confidence="3", evidence="late", rationale="why", text_sha="abc")]
    )


def test_the_line_of_a_row_is_where_it_begins(path):
    path.write_text(HEADER + 'ferry,1,a1,against,3,"The ferry is\n\nlate",,\n\nferry,2,a1,none,,,,\n')
    assert [annotation.line for annotation in read_annotations(path)] == [2, 6]


def test_a_file_that_is_not_there_is_named(path):
    with pytest.raises(InputError) as caught:
        read_annotations(path)
    assert str(caught.value) == f"{path}: expected a CSV of annotations, found no such file"


REMEDY = "save the sheet again as 'CSV UTF-8'"


def test_another_encoding_is_named_with_its_first_line_and_the_number_of_lines(path):
    rows = b"ferry,1,a1,favor,,\xe9t\xe9,,\nferry,2,a1,none,,,\x80,\nferry,2,a2,none,,,,\n"
    assert refusal(path, HEADER.encode() + rows) == (
        f"{path} line 2: expected UTF-8, found byte 0xe9 ('é' in Windows-1252), the first of 2 lines "
        f"with such bytes; {REMEDY}"
    )


def test_each_kind_of_byte_is_named_and_that_encodings_are_mixed(path):
    rows = "ferry,1,a1,favor,,,schön,\n".encode() + b"ferry,2,a1,none,,,\xfcber,\nferry,2,a2,none,,,\x81,\n"
    mixed = "though line 2 is in UTF-8: the file mixes encodings, so check the letters of these lines"
    assert refusal(path, HEADER.encode() + rows).splitlines() == [
        f"{path} line 3: expected UTF-8, found byte 0xfc ('ü' in Windows-1252), {mixed}; {REMEDY}",
        f"{path} line 4: expected UTF-8, found byte 0x81, {mixed}; {REMEDY}",
    ]


def test_a_row_in_another_encoding_is_told_once_whichever_of_its_cells_it_is_in(path):
    rows = "".join(f"ferry,{n},Zoé,für,,,,\n" for n in range(9))
    path.write_bytes((HEADER + rows).encode("cp1252"))
    (said,) = refusal(path, path.read_bytes()).splitlines()
    assert said.startswith(
        f"{path} line 2: expected UTF-8, found byte 0xe9 ('é' in Windows-1252), the first of 9 lines"
    )


def test_rows_are_counted_as_a_spreadsheet_does_with_the_line_beside(path):
    rows = b'ferry,1,a1,favor,,,"because\nof\nthis",\n\nferry,2,a1,,,,,\n'
    said = refusal(path, HEADER.encode() + rows)
    assert said.startswith(f"{path} line 6 (row 4 of a spreadsheet): column 'label' is empty")


def test_what_else_is_wrong_with_a_file_is_told_with_its_encoding(path):
    path.write_bytes(HEADER.encode() + b"ferry,1,a1,favor,,\xfcber late,,\nferry,9,a1,pro,,,,\n")
    sound, problems = review_annotations(path, THREADS, LABELS)
    assert [problem.line for problem in problems] == [2, 3, 3]
    assert sound == []


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "utf-32"])
def test_the_unicode_text_of_a_spreadsheet_program_is_read(path, encoding):
    text = "thread_id\tcomment_id\tannotator\tlabel\trationale\r\nferry\t1\ta1\tfavor\tschön\r\n"
    path.write_bytes((b"\xfe\xff" if encoding.endswith("be") else b"") + text.encode(encoding))
    assert read_annotations(path) == [annotated(label="favor", rationale="schön")]


def test_half_a_character_of_utf_16_is_refused_with_its_line(path):
    content = (HEADER + "ferry,1,a1,favor,,,,\n").encode("utf-16") + b"x"
    assert refusal(path, content) == f"{path} line 3: expected UTF-16 as the file begins with, found none; {REMEDY}"


def test_a_zero_byte_and_a_workbook_are_named(path):
    assert refusal(path, HEADER.encode() + b"ferry\0") == (
        f"{path} line 2: expected UTF-8, found a zero byte; is this UTF-16, or no text at all? If it is text, {REMEDY}"
    )
    assert refusal(path, b"PK\x03\x04...") == (
        f"{path}: expected a CSV, found a workbook of a spreadsheet program; {REMEDY}"
    )


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_semicolons_and_tabs_are_read_and_what_a_spreadsheet_program_adds_at_the_end_is_passed_over(path, delimiter):
    rows = [
        ["thread_id", " comment_id ", "annotator", "label", "rationale", "", ""],
        ["ferry", "1 ", "a1", " against", "late; and dear, too", "", "", ""],
        ["", "", "", "", "", "", ""],
        ["", " ", "", "", "", "", ""],
    ]
    sheet = io.StringIO()
    csv.writer(sheet, delimiter=delimiter).writerows(rows)
    path.write_bytes(b"\xef\xbb\xbf" + sheet.getvalue().encode())
    assert read_annotations(path) == [annotated(rationale="late; and dear, too")]


def test_a_row_divided_by_another_sign_is_named(path):
    assert refusal(path, HEADER + "ferry;1;a1;against;;;;\n") == (
        f"{path} line 2: found one cell for 8 columns; is this row divided by another sign than the header?"
    )


def test_targets_and_offsets_are_read(path):
    path.write_text("thread_id,comment_id,annotator,label,target,start,end\nferry,1,a1,favor,the ferry,0,3\n")
    assert read_annotations(path) == [annotated(label="favor", target="the ferry", start=0, end=3)]


def test_offsets_that_are_no_numbers_or_stand_alone_are_refused(path):
    rows = "ferry,1,a1,favor,x,2\nferry,1,a2,favor,-1,2\nferry,1,a3,favor,0,\n"
    assert refusal(path, "thread_id,comment_id,annotator,label,start,end\n" + rows).splitlines() == [
        f"{path} line 2: column 'start' must be a whole number of characters, found 'x'",
        f"{path} line 3: column 'start' must be a whole number of characters, found '-1'",
        f"{path} line 4: one of 'start' and 'end' is empty; give both, or none for the comment",
    ]


# spreadsheet programs


@pytest.mark.parametrize("cell", ["=1+1", "+49 30", "-5", "@reader-1", "\t=x", "\r"])
def test_a_cell_that_would_be_run_is_escaped_and_comes_back_from_a_file_as_text(path, cell):
    assert escape_formula(cell) == "'" + cell
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([["thread_id", "comment_id", "annotator", "label", "rationale"]])
        csv.writer(file).writerows([["ferry", "1", "a1", "none", cell], ["ferry", "2", "a1", "none", "'" + cell]])
    assert [annotation.rationale for annotation in read_annotations(path)] == [cell, cell]


@given(st.text(alphabet="'=+-@\tab"))
def test_escaping_loses_nothing_and_leaves_no_formula(cell):
    assert unescape_formula(escape_formula(cell)) == cell
    assert not escape_formula(cell).startswith(("=", "+", "-", "@", "\t"))


@pytest.mark.parametrize(
    ("comment_id", "found"),
    [
        ("1234567890123456789", "1.23457E+18"),
        ("1234567890123456789", "1,23E+18"),
        ("1234567890123456789", "1234567890123450000"),
        ("0042", "42"),
        ("3-1", "03.Jan"),
        ("3-1", "3-Jan"),
        ("3-1", "1-Mar"),
        ("3/1", "03.01.2024"),
        ("3.1", "2024-01-03 00:00:00"),
    ],
)
def test_what_a_spreadsheet_program_makes_of_an_id_leads_back_to_it(comment_id, found):
    threads = [Thread("ferry", None, "", (Comment(comment_id, None, None, None, "Late."),))]
    assert ChangedIds(["x", comment_id, "17-17"]).before(found) == [comment_id]
    assert complaints(annotated(found), threads=threads) == [
        f"a.csv line 2: comment {found!r} is not in thread 'ferry'. A spreadsheet program may have changed it, "
        f"which was {comment_id!r}; import id columns as text."
    ]


def test_a_changed_id_is_explained_even_where_nothing_tells_which_it_was():
    assert complaints(annotated("1.5E+17")) == [
        "a.csv line 2: comment '1.5E+17' is not in thread 'ferry'. A spreadsheet program may have changed it; import "
        "id columns as text."
    ]


def test_the_fingerprint_tells_which_of_many_changed_ids_it_was():
    ids = [f"12345678901234567{digit}" for digit in range(10)]
    comments = tuple(Comment(each, None, None, None, f"Late by {each}.") for each in ids)
    threads = [Thread("ferry", None, "", comments)]
    found = annotated("1.23457E+17", text_sha=text_fingerprint(comments[3].text))
    assert complaints(found, threads=threads) == [
        "a.csv line 2: comment '1.23457E+17' is not in thread 'ferry'. A spreadsheet program may have changed it, "
        f"which was one of 10 ids; import id columns as text. Its text_sha is that of comment {ids[3]!r} of thread "
        "'ferry'."
    ]


def test_the_error_of_a_formula_is_told_from_evidence():
    assert complaints(annotated(evidence="#NAME?")) == [
        "a.csv line 2: the evidence '#NAME?' is what a spreadsheet program made of a formula; quote the comment again"
    ]


def test_a_missing_column_is_named_with_the_near_miss(path):
    assert refusal(path, "thread_id,comment_id,anotator,label\n") == (
        f"{path} line 1: expected columns ['annotator'], found only ['thread_id', 'comment_id', 'anotator', 'label']. "
        "Did you mean 'anotator'?"
    )


def test_an_empty_file_misses_every_column(path):
    assert refusal(path, "") == (
        f"{path} line 1: expected columns ['thread_id', 'comment_id', 'annotator', 'label'], found only []."
    )


def test_a_column_that_stands_twice_is_refused(path):
    assert refusal(path, "thread_id,comment_id,annotator,label,label\n") == (
        f"{path} line 1: expected each column once, found ['label'] more than once"
    )


def test_an_open_quotation_mark_does_not_swallow_the_rows_after_it(path):
    rows = 'ferry,1,a1,against,3,,"why not,\nferry,2,a1,none,3,,,\n'
    assert refusal(path, HEADER + "ferry,2,a2,none,,,,\n" + rows) == (
        f"{path} line 3: not readable as CSV from here on (unexpected end of data); is a quotation mark left open or "
        "not doubled?"
    )


def test_all_problems_of_a_file_are_reported_together_by_line(path):
    rows = "ferry,1,a1,against,,,,\nferry,2,,none,,,,\nferry,1,a1,favor,,,,\nferry,2,a1,none,,,,,x\nferry,2,a2\n"
    assert refusal(path, HEADER + rows + 'ferry,1,a1,against,,,,\n"').splitlines() == [
        f"{path} line 3: column 'annotator' is empty; every annotation needs one",
        f"{path} line 4: annotator 'a1' contradicts themselves on comment '1': 'favor' here, 'against' before, on line "
        "2; keep the row that holds",
        f"{path} line 5: more cells than columns; is a delimiter outside quotes?",
        f"{path} line 6: column 'label' is empty; every annotation needs one",
        f"{path} line 7: annotator 'a1' has labelled comment '1' before, on line 2; keep one of the two rows",
        f"{path} line 8: not readable as CSV from here on (unexpected end of data); is a quotation mark left open or "
        "not doubled?",
    ]


# checking


def test_annotations_that_fit_pass_however_white_space_and_accents_are_laid_out():
    quoting = annotated(evidence="ferry is late", text_sha=text_fingerprint(" The ferry is late. "))
    assert check_annotations([quoting, annotated("9", thread_id="tram")], THREADS, LABELS) is None
    assert text_fingerprint("e\u0301te\u0301") == text_fingerprint("\u00e9t\u00e9") != text_fingerprint("ete")


def test_a_fingerprint_is_twelve_digits_of_sha_256():
    assert text_fingerprint("abc") == "t-ba7816bf8f01"


def test_an_unknown_label_is_named_with_the_near_miss():
    assert complaints(annotated(label="favour", line=14)) == [
        "a.csv line 14: label 'favour' is not in the label set ['against', 'none', 'favor']. Did you mean 'favor'?"
    ]


def test_an_annotation_from_no_file_is_placed_by_its_source_alone():
    assert complaints(annotated(label="?", line=0))[0].startswith("a.csv: label '?' is not in")


def test_an_unknown_comment_is_looked_for_by_its_evidence():
    assert complaints(annotated("7", evidence="a joy")) == [
        "a.csv line 2: comment '7' is not in thread 'ferry'. Its evidence occurs in comment '9' of thread 'tram'."
    ]


def test_an_unknown_thread_is_named_with_the_near_miss():
    assert complaints(annotated(thread_id="fery")) == [
        "a.csv line 2: comment '1' is not in thread 'fery'. The study has the threads ['ferry', 'tram']. "
        "Did you mean 'ferry'?"
    ]


def test_an_unknown_comment_is_named_with_the_near_miss():
    assert complaints(annotated("01")) == ["a.csv line 2: comment '01' is not in thread 'ferry'. Did you mean '1'?"]


def test_evidence_of_another_comment_is_noticed():
    assert complaints(annotated("2", evidence="late"), annotated(evidence="never said")) == [
        "a.csv line 2: the evidence 'late' does not occur in comment '2'. It occurs in ['1'].",
        "a.csv line 2: the evidence 'never said' does not occur in comment '1'. It occurs in no comment.",
    ]


def test_another_text_than_the_annotated_one_is_noticed():
    assert complaints(annotated("2", text_sha="123456789abc")) == [
        "a.csv line 2: comment '2' is not the text that was annotated: expected fingerprint 123456789abc, found "
        f"{text_fingerprint('No.')}; annotate it again, or correct the comment_id"
    ]


def test_all_problems_of_all_annotations_are_reported_together():
    found = complaints(annotated(label="pro", evidence="x", text_sha="y", line=2), annotated("3", label="con", line=3))
    assert [line.split(":")[0] for line in found] == ["a.csv line 2"] * 3 + ["a.csv line 3"] * 2


def test_an_empty_label_set_is_said_once():
    assert complaints(annotated(), annotated("2"), labels=()) == [
        "a.csv: the label set is empty; give the labels in their order"
    ]


def test_targets_are_checked_and_the_only_one_may_be_left_out():
    assert check_annotations([annotated(), annotated("2", target="ferry")], THREADS, LABELS, targets=["ferry"]) is None
    assert complaints(annotated(), annotated(target="tramm"), targets=("ferry", "tram")) == [
        "a.csv line 2: column 'target' is empty, but the study has the targets ['ferry', 'tram']",
        "a.csv line 2: target 'tramm' is not one of ['ferry', 'tram']. Did you mean 'tram'?",
    ]


def test_one_label_a_comment_part_target_and_annotator():
    several = [
        annotated(target="ferry"),
        annotated(target="tram", label="favor"),
        annotated(target="tram", start=0, end=3),
        annotated(target="tram", start=0, end=9),
        annotated(target="tram", annotator="a2"),
    ]
    assert check_annotations(several, THREADS, LABELS, targets=("ferry", "tram")) is None
    again = [annotated(target="tram", line=7), annotated(target="tram", start=0, end=9, line=8)]
    assert complaints(*several, *again, targets=("ferry", "tram")) == [
        "a.csv line 7: annotator 'a1' contradicts themselves on comment '1' for target 'tram': 'against' here, 'favor' "
        "before, on line 2; keep the row that holds",
        "a.csv line 8: annotator 'a1' has labelled comment '1' for target 'tram' from 0 to 9 before, on line 2; keep "
        "one of the two rows",
    ]


def test_the_only_target_left_out_is_the_same_as_named():
    assert complaints(annotated(), annotated(target="ferry", line=3), targets=("ferry",)) == [
        "a.csv line 3: annotator 'a1' has labelled comment '1' before, on line 2; keep one of the two rows"
    ]


def test_offsets_must_lie_in_the_comment_and_evidence_in_them():
    text = "The ferry is\n\nlate."
    assert check_annotations([annotated(start=14, end=19, evidence="late")], THREADS, LABELS) is None
    assert len(text) == 19
    assert complaints(
        annotated(start=14, end=20, line=2),
        annotated(start=4, end=4, line=3),
        annotated(start=0, end=12, evidence="late", line=4),
    ) == [
        "a.csv line 2: the part from 14 to 20 is not in comment '1', which has 19 characters",
        "a.csv line 3: the part from 4 to 4 is not in comment '1', which has 19 characters",
        "a.csv line 4: the evidence 'late' does not occur in comment '1' from 0 to 12. It occurs in ['1'].",
    ]


def test_an_unknown_comment_is_looked_for_by_its_fingerprint_first():
    assert complaints(annotated("7", evidence="late", text_sha=text_fingerprint("No."))) == [
        "a.csv line 2: comment '7' is not in thread 'ferry'. Its text_sha is that of comment '2' of thread 'ferry'."
    ]


def test_only_a_few_of_many_threads_or_comments_are_named():
    threads = [Thread(f"t{n}", None, "", (Comment("1", None, None, None, "Late."),)) for n in range(8)]
    found = complaints(annotated(thread_id="x"), annotated(thread_id="t1", evidence="dear"), threads=threads)
    assert "The study has the threads ['t0', 't1', 't2', 't3', 't4'] and 3 more." in found[0]
    many = [Thread("t", None, "", tuple(Comment(str(n), None, None, None, "Late." * (n > 0)) for n in range(8)))]
    (found,) = complaints(annotated("0", thread_id="t", evidence="Late"), threads=many)
    assert found.endswith("It occurs in ['1', '2', '3', '4', '5'] and 2 more.")


def test_near_misses_are_looked_for_until_they_would_take_too_long():
    comments = Comments([])
    many = ["option"] * COMPARISONS
    assert comments.near("optio", many) == " Did you mean 'option'?"
    assert comments.near("optio", ["option"]) == ""


# reading and checking in one pass


def test_a_review_gives_the_sound_rows_and_every_problem_by_line(path):
    rows = [
        "ferry,1,a1,against,,late,,",
        "ferry,2,a1,,,,,",
        "ferry,8,a1,favour,,,,",
        "ferry,2,a3,none,,,,",
        "tram,9,a2,favor,,joy,,",
        "tram,9,a3,favor,,,,",
    ]
    path.write_text(HEADER + "\n".join(rows))
    sound, problems = review_annotations(path, THREADS, LABELS, ("ferry",), ("a1", "a2"))
    assert [annotation.line for annotation in sound] == [2, 6]
    assert [str(problem).removeprefix(f"{path} ") for problem in problems] == [
        "line 3: column 'label' is empty; every annotation needs one",
        "line 4: label 'favour' is not in the label set ['against', 'none', 'favor']. Did you mean 'favor'?",
        "line 4: comment '8' is not in thread 'ferry'.",
        "line 5: annotator 'a3' is not on the card (2 rows from here on); add the name to `annotators` there, as "
        "person or model.",
    ]


def test_a_review_without_threads_leaves_the_comments_unchecked(path):
    path.write_text(HEADER + "ferry,77,a1,against,,never said,,abc\nferry,77,a1,agains,,,,\n")
    sound, problems = review_annotations(path, None, LABELS)
    assert [annotation.line for annotation in sound] == [2]
    assert [problem.line for problem in problems] == [3, 3]


def test_offsets_must_be_those_of_a_unit_where_the_language_is_known(path):
    offsets = ["0,12", "14,19", "0,19", "0,11", "13,19", "15,19", "14,20"]
    rows = "".join(f"ferry,1,a{number},against,{at},\n" for number, at in enumerate(offsets))
    path.write_text(f"thread_id,comment_id,annotator,label,start,end,evidence\n{rows}ferry,1,b,agains,4,8,dear\n")
    said = "comment '1': expected the offsets of a comment, paragraph or sentence, found"
    sound, problems = review_annotations(path, THREADS, LABELS, language="en")
    assert [annotation.line for annotation in sound] == [2, 3, 4]
    assert [str(problem).removeprefix(f"{path} ") for problem in problems] == [
        f"line 5: {said} 0 to 11; the nearest is the sentence 0 to 12",
        f"line 6: {said} 13 to 19; the nearest is the sentence 14 to 19",
        f"line 7: {said} 15 to 19; the nearest is the sentence 14 to 19",
        "line 8: the part from 14 to 20 is not in comment '1', which has 19 characters",
        "line 9: label 'agains' is not in the label set ['against', 'none', 'favor']. Did you mean 'against'?",
        f"line 9: {said} 4 to 8; the nearest is the sentence 0 to 12",
        "line 9: the evidence 'dear' does not occur in comment '1' from 4 to 8. It occurs in no comment.",
    ]
    sound, problems = review_annotations(path, THREADS, LABELS)
    assert [problem.line for problem in problems] == [8, 9, 9]


def test_problems_are_refused_by_line_and_none_is_no_error():
    assert refuse([]) is None
    with pytest.raises(InputError) as caught:
        refuse([Problem("a.csv", 9, "late"), Problem("a.csv", 2, "dear"), Problem("b.csv", 0, "sunk")])
    assert str(caught.value) == "b.csv: sunk\na.csv line 2: dear\na.csv line 9: late"


@given(st.text())
def test_no_spreadsheet_program_takes_a_fingerprint_for_a_number_or_a_date(text):
    assert re.fullmatch("t-[0-9a-f]{12}", text_fingerprint(text))
    assert not looks_changed(text_fingerprint(text))


def test_fingerprints_of_digits_alone_are_still_read_and_those_that_a_spreadsheet_changed_are_named():
    sha = text_fingerprint("No.")
    both = [annotated("2", text_sha=written, annotator=written) for written in (sha, sha.removeprefix("t-"))]
    check_annotations(both, THREADS, LABELS)
    assert complaints(annotated("2", text_sha="6.40E+08")) == [
        "a.csv line 2: the text_sha '6.40E+08' of comment '2' is what a spreadsheet program made of it; write "
        f"{sha}, or leave it empty"
    ]
