"""Sheets: what is in one, that nothing in it runs, and that what is filled in comes back, whatever saved it."""

import csv
import io
from dataclasses import replace

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from stance.errors import InputError
from stance.study import read_study
from stance.study.annotations import Annotation, escape_formula, read_annotations
from stance.study.sheets import (
    FilledRow,
    annotations_csv,
    collect_annotations,
    make_sheet,
    read_sheet,
    sheet_csv,
)
from stance.thread import Comment, Thread

THREAD = "blog.example.org/ferry"
LABELS = ("against", "none", "favor")


@pytest.fixture
def empty(study):
    """The study before anybody has labelled; reader-1's name is on the card as annotator a1."""
    (study / "annotations.csv").write_text("thread_id,comment_id,annotator,label\n")
    return read_study(study)


def with_texts(study, *texts, parents=None):
    """Return a study whose only thread has comments of these texts, by reader-1 and reader-2 in turn."""
    parents = parents or [None] * len(texts)
    comments = tuple(
        Comment(str(number), parent, f"reader-{2 - number % 2}", None, text)
        for number, (text, parent) in enumerate(zip(texts, parents, strict=True), start=1)
    )
    return replace(study, threads=(Thread(THREAD, None, "", comments),), annotations=())


def cells_of(sheet):
    return list(csv.DictReader(io.StringIO(sheet_csv(sheet).decode("utf-8-sig"), newline="")))


def test_a_sheet_in_another_encoding_has_one_line(empty, tmp_path):
    study = with_texts(empty, "Für die Fähre.", "Gegen die Fähre.", "Ahoi.")
    rows = filled(make_sheet(study, "a1"), ["favor", "against", "none"], rationale="schön")
    write_rows(tmp_path / "a1.csv", rows, encoding="cp1252")
    with pytest.raises(InputError) as caught:
        collect_annotations(study, *read_sheet(tmp_path / "a1.csv"))
    (said,) = str(caught.value).splitlines()
    assert "line 2: expected UTF-8, found byte 0xfc ('ü' in Windows-1252), the first of" in said


def filled(sheet, labels, **cells):
    """Return the CSV of a sheet with labels filled in, in its order, and other cells the same in each row."""
    rows = cells_of(sheet)
    for row, label in zip(rows, labels, strict=True):
        row |= {"label": label, **(cells if label else {})}
    return rows


def write_rows(path, rows, delimiter=",", encoding="utf-8-sig", line_end="\r\n", trailing=0):
    file = io.StringIO(newline="")
    table = csv.writer(file, delimiter=delimiter, lineterminator=line_end)
    table.writerow([*rows[0], *[""] * trailing])
    table.writerows([*row.values(), *[""] * trailing] for row in rows)
    path.write_bytes(file.getvalue().encode(encoding))
    return path


def collected(study, path):
    rows, problems = read_sheet(path)
    return collect_annotations(study, rows, problems)


def refused(study, path):
    with pytest.raises(InputError) as refusal:
        collected(study, path)
    return str(refusal.value)


def test_a_sheet_has_every_comment_in_its_thread_and_counts_what_it_leaves_out(empty):
    sheet = make_sheet(empty, "a1")
    assert [row.blank.comment_id for row in sheet.rows] == ["1", "2", "3", "4", "6", "7"]
    assert sheet.left_out == {"ping": 1, "erased": 0, "no_text": 0, "labelled_before": 0}
    second, fourth = sheet.rows[1], sheet.rows[3]
    assert second.author == "author-02"
    assert second.answers == "author-01: The ferry is late again and far too dear."
    assert second.context == "author-01: The ferry is late again and far too dear."
    assert fourth.answers.startswith("author-02: The ferry is a joy")
    assert fourth.context.split("\n\n")[-1] == "no name: Is there a timetable?"
    assert fourth.blank == Annotation(THREAD, "4", "a1", "", target="the ferry", text_sha=fourth.blank.text_sha)


def test_what_an_annotator_has_labelled_is_left_out_for_them_alone(study):
    lines = (study / "annotations.csv").read_text().splitlines()
    (study / "annotations.csv").write_text("\n".join(line for line in lines if ",6,a2," not in line) + "\n")
    found = read_study(study)
    first, second = make_sheet(found, "a1"), make_sheet(found, "a2")
    assert [row.blank.comment_id for row in first.rows] == ["7"]
    assert [row.blank.comment_id for row in second.rows] == ["6", "7"]
    assert first.left_out["labelled_before"] == 5


def test_no_name_is_in_a_sheet(empty):
    assert "reader-" not in sheet_csv(make_sheet(empty, "a1")).decode("utf-8-sig")


def test_an_annotator_who_is_not_on_the_card_is_refused_with_the_near_miss(empty):
    with pytest.raises(InputError, match=r"annotator 'a11' is not on the card, which has \['a1', 'a2'\]; .*'a1'\?"):
        make_sheet(empty, "a11")


def test_paragraphs_and_sentences_are_rows_with_offsets_and_the_beginning_of_their_comment(empty):
    study = with_texts(empty, "One. Two.\n\nThree.", " ")
    sheet = make_sheet(study, "a1", unit="sentence")
    assert [row.text for row in sheet.rows] == ["One.", "Two.", "Three."]
    assert [(row.blank.start, row.blank.end) for row in sheet.rows] == [(0, 4), (5, 9), (11, 17)]
    assert [row.context for row in sheet.rows] == ["", "author-01: One.", "author-01: One. Two."]
    assert sheet.left_out["no_text"] == 1
    assert [row.text for row in make_sheet(study, "a1", unit="paragraph").rows] == ["One. Two.", "Three."]


def test_the_context_keeps_its_end_within_the_limit(empty):
    sheet = make_sheet(empty, "a1", context_limit=20)
    assert sheet.rows[3].context == "there a timetable?"
    assert all(len(row.context) <= 20 and len(row.answers) <= 20 for row in sheet.rows)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "'="])
def test_no_cell_begins_as_a_formula_and_the_text_comes_back(empty, tmp_path, start):
    text = f'{start}HYPERLINK("x")|cmd'
    sheet = make_sheet(with_texts(empty, text, "b"), "a1")
    rows = filled(sheet, ["favor", ""], evidence=escape_formula(text), rationale="=1+1")
    for row in cells_of(sheet):
        assert not any(cell.startswith(("=", "+", "-", "@", "\t")) for cell in row.values())
    (annotation,) = collected(with_texts(empty, text, "b"), write_rows(tmp_path / "s.csv", rows)).annotations
    assert (annotation.evidence, annotation.rationale) == (text.strip(), "=1+1")


# what people type and paste: no control characters but line breaks
words = st.text(st.characters(exclude_categories=("Cs", "Cc")) | st.sampled_from("\n='+-@\t;,\""), min_size=1).filter(
    lambda text: bool(text.strip()) and text.strip() == " ".join(text.split())
)


@settings(max_examples=60)
@given(
    texts=st.lists(words, min_size=1, max_size=5),
    answers=st.lists(st.tuples(st.sampled_from((*LABELS, "")), words), min_size=5, max_size=5),
    dialect=st.sampled_from([(",", "utf-8-sig", "\r\n"), (";", "utf-8", "\n"), ("\t", "utf-16", "\r\n")]),
    trailing=st.integers(0, 2),
)
def test_what_is_filled_in_comes_back_after_a_spreadsheet_program(folder, texts, answers, dialect, trailing):
    study = with_texts(folder[0], *texts)
    sheet = make_sheet(study, "a1")
    rows = cells_of(sheet)
    for row, (label, rationale) in zip(rows, answers, strict=False):
        # the program has taken the comment's number for a date and lost the columns that are of no use to it
        row |= {"comment_id": "03.Jan", "thread_id": "#NAME?", "label": label}
        row |= {"rationale": rationale, "evidence": row["text"], "confidence": "3"} if label else {}
    path = write_rows(folder[1] / "sheet.csv", rows, dialect[0], dialect[1], dialect[2], trailing)
    found = collected(study, path)
    expected = [
        (str(number), label, text, rationale)
        for number, (text, (label, rationale)) in enumerate(zip(texts, answers, strict=False), start=1)
        if label
    ]
    assert [(a.comment_id, a.label, a.evidence, a.rationale) for a in found.annotations] == [
        (comment_id, label, text.strip(), rationale.strip()) for comment_id, label, text, rationale in expected
    ]
    assert all((a.annotator, a.confidence, a.target) == ("a1", "3", "") for a in found.annotations)
    assert found.n_empty == len(texts) - len(expected)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A study that each example gives its own thread, and a folder to write into."""
    path = tmp_path_factory.mktemp("sheets")
    card = {
        "title": "t", "target": "the ferry", "labels": list(LABELS), "revision": 1, "labelled_by": "nobody",
        "annotators": {"a1": "person", "a2": "person"}, "licence": "CC0",
        "pages": [{"path": "pages/page.txt", "sha256": "0" * 64}],
    }  # fmt: skip
    from stance.study import Study, read_card

    (path / "study.yaml").write_text(yaml.safe_dump(card))
    return Study(path, read_card(path / "study.yaml"), (), ()), path


def test_a_program_may_write_labels_and_numbers_in_its_own_way(empty, tmp_path):
    rows = filled(make_sheet(empty, "a1"), ["Favor", "AGAINST", " none ", "", "", ""], confidence="3,0")
    found = collected(empty, write_rows(tmp_path / "s.csv", rows)).annotations
    assert [(a.label, a.confidence) for a in found] == [("favor", "3"), ("against", "3"), ("none", "3")]
    numbered = replace(empty, card=replace(empty.card, labels=("-1", "0", "1")))
    rows = filled(make_sheet(numbered, "a1"), ["-1", "1.0", "0,0", "", "", ""])
    found = collected(numbered, write_rows(tmp_path / "n.csv", rows)).annotations
    assert [a.label for a in found] == ["-1", "1", "0"]
    capital = replace(empty, card=replace(empty.card, labels=("Pro", "Contra", "NEITHER")))
    rows = filled(make_sheet(capital, "a1"), ["PRO", "contra", "Neither", "", "", ""])
    assert [a.label for a in collected(capital, write_rows(tmp_path / "c.csv", rows)).annotations] == [
        *capital.card.labels
    ]


def test_all_problems_of_a_sheet_are_told_at_once(empty, tmp_path):
    # without context a row is one line of the file
    rows = filled(make_sheet(empty, "a1", context_limit=1), ["favour", "favor", "", "none", "none", "none"])
    rows[1]["row"] = "r-0123456789abcdef"
    rows[2]["rationale"] = "because"
    rows[3]["text"] = rows[4]["text"]
    rows[4]["annotator"], rows[5]["annotator"] = "", "a3"
    rows += [{**rows[0], "label": "against", "row": ""}, {**rows[3], "label": "favor"}]
    path = write_rows(tmp_path / "s.csv", rows)
    lines = refused(empty, path).splitlines()
    told = {int(line.removeprefix(f"{path} line ").split(":")[0]): line for line in lines}
    assert sorted(told) == [2, 3, 4, 5, 6, 7, 8, 9]
    assert "label 'favour' is not in the label set ['against', 'none', 'favor']. Did you mean 'favor'?" in told[2]
    assert "row 'r-0123456789abcdef' is no unit of this study" in told[3]
    assert "['rationale'] is filled in, but no label; give one of ['against', 'none', 'favor']" in told[4]
    assert "is of comment '4', but another text stands beside it; was a column sorted by itself?" in told[5]
    assert "column 'annotator' is empty" in told[6]
    assert "annotator 'a3' is not on the card" in told[7]
    assert "the row has no name (column 'row')" in told[8]
    assert "has labelled comment '4' before, in" in told[9]
    assert "as 'none' and here as 'favor'; keep the one that holds" in told[9]


def test_a_row_that_stands_twice_is_refused_even_where_it_says_the_same(empty, tmp_path):
    rows = filled(make_sheet(empty, "a1"), ["favor", "", "", "", "", ""])
    path = write_rows(tmp_path / "s.csv", [*rows, rows[0]])
    assert f"before, in {path} line 2, with the same label; keep one of the two" in refused(empty, path)


def test_evidence_must_stand_in_the_part_that_was_labelled(empty, tmp_path):
    study = with_texts(empty, "One. Two.")
    rows = filled(make_sheet(study, "a1", unit="sentence"), ["favor", "none"], evidence="One")
    message = refused(study, write_rows(tmp_path / "s.csv", rows))
    assert message.startswith(f"{tmp_path / 's.csv'} line 3: the evidence 'One' does not occur in comment '1' from 5")


def test_a_file_without_the_columns_of_a_sheet_is_refused(empty, tmp_path):
    path = tmp_path / "s.csv"
    path.write_text("rows,annotator,label,confidence,evidence,rationale\n1,a1,favor,,,\n")
    assert "line 1: expected columns ['row']" in refused(empty, path)
    assert "no such file" in refused(empty, tmp_path / "other.csv")


def test_a_sheet_that_is_collected_again_adds_nothing_and_a_change_is_refused(study, tmp_path):
    before = read_study(study)
    rows = filled(make_sheet(before, "a1"), ["favor"])
    path = write_rows(tmp_path / "s.csv", rows)
    new = collected(before, path).annotations
    (study / "annotations.csv").write_bytes(annotations_csv(study / "annotations.csv", new))
    after = read_study(study)
    assert len(after.annotations) == len(before.annotations) + 1
    again = collected(after, path)
    assert (again.annotations, again.n_known) == ((), 1)
    message = refused(after, write_rows(path, [{**rows[0], "label": "none"}]))
    assert f"before, in {study / 'annotations.csv'} line 12, as 'favor' and here as 'none'" in message


def test_a_cell_that_a_program_has_cut_is_known_by_its_beginning(empty, tmp_path):
    study = with_texts(empty, "word " * 8000)
    (row,) = filled(make_sheet(study, "a1"), ["favor"])
    row["text"] = row["text"][:32_767]
    assert len(collected(study, write_rows(tmp_path / "s.csv", [row])).annotations) == 1
    row["text"] = row["text"][:32_766]
    assert "another text stands beside it" in refused(study, write_rows(tmp_path / "s.csv", [row]))


def test_the_names_of_rows_change_with_the_text_and_with_nothing_else(empty):
    first, second = (make_sheet(with_texts(empty, text, "b"), "a1").rows for text in ("a", "a changed"))
    assert first[0].row != second[0].row
    assert first[1].row == second[1].row
    other = make_sheet(with_texts(empty, "a", "b"), "a2").rows
    assert [row.row for row in other] == [row.row for row in first]
    assert all(row.row.startswith("r-") and len(row.row) == 18 for row in first)


def test_new_annotations_keep_the_columns_and_rows_that_are_there(tmp_path):
    path = tmp_path / "annotations.csv"
    path.write_text("annotator;label;thread_id;comment_id;weather\na1;favor;t;1;'=sun\n")
    made = annotations_csv(path, [Annotation("t", "2", "a2", "none", evidence="-- no", start=0, end=5)])
    there, new = csv.DictReader(io.StringIO(made.decode()))
    names = ("annotator", "label", "thread_id", "comment_id", "weather", "start", "end", "evidence")
    assert [there[name] for name in names] == ["a1", "favor", "t", "1", "'=sun", "", "", ""]
    assert [new[name] for name in names] == ["a2", "none", "t", "2", "", "0", "5", "'-- no"]
    assert made.startswith(b"annotator,label,thread_id,comment_id,weather,")
    path.write_bytes(made)
    assert [a.evidence for a in read_annotations(path)] == ["", "-- no"]


def test_rows_come_in_the_order_of_the_threads_whatever_order_they_were_filled_in(empty):
    nothing_more = {"confidence": "", "evidence": "", "rationale": ""}
    rows = [
        FilledRow("s", 0, row.row, name, "", {"label": "none", **nothing_more})
        for name in ("a2", "a1")
        for row in make_sheet(empty, "a1").rows
    ]
    one, other = (collect_annotations(empty, order).annotations for order in (rows, rows[::-1]))
    expected = [(number, name) for number in "123467" for name in ("a1", "a2")]
    assert [(a.comment_id, a.annotator) for a in one] == [(a.comment_id, a.annotator) for a in other] == expected


def test_an_erased_comment_is_neither_in_a_sheet_nor_in_the_context_of_others(study):
    card = yaml.safe_load((study / "study.yaml").read_text()) | {"erased": ["2"]}
    (study / "study.yaml").write_text(yaml.safe_dump(card))
    (study / "annotations.csv").write_text("thread_id,comment_id,annotator,label\n")
    sheet = make_sheet(read_study(study), "a1")
    assert sheet.left_out["erased"] == 1
    assert "2" not in [row.blank.comment_id for row in sheet.rows]
    assert b"a joy, and cheap" not in sheet_csv(sheet)


def test_each_target_has_its_row_and_its_annotation_names_it(study, tmp_path):
    card = yaml.safe_load((study / "study.yaml").read_text())
    del card["target"]
    (study / "study.yaml").write_text(yaml.safe_dump(card | {"targets": ["the ferry", "the captain"]}))
    (study / "annotations.csv").write_text("thread_id,comment_id,annotator,label\n")
    found = read_study(study)
    sheet = make_sheet(found, "a1")
    assert len(sheet.rows) == len({row.row for row in sheet.rows}) == 12
    rows = filled(sheet, ["against", "favor", *[""] * 10])
    assert [row["target"] for row in rows[:2]] == ["the ferry", "the captain"]
    made = collected(found, write_rows(tmp_path / "s.csv", rows)).annotations
    assert [(a.comment_id, a.target, a.label) for a in made] == [
        ("1", "the ferry", "against"),
        ("1", "the captain", "favor"),
    ]
