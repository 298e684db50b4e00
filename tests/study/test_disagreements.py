"""Disagreements: only what annotators label differently, with what each said, and back as the word that holds."""

import csv
import io
import json
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from stance.dataset import build_dataset, build_from_study
from stance.dataset._study_units import Cutting
from stance.errors import InputError
from stance.study import Study, StudyCard, read_study
from stance.study.annotations import Annotation
from stance.study.label_studio import make_label_config, make_tasks
from stance.study.review import review_study
from stance.study.sheets import annotations_csv, collect_annotations, make_disagreements, read_sheet, sheet_csv
from stance.thread import Comment, Thread

THREAD = "blog.example.org/ferry"
CARD = StudyCard("t", ("x",), ("against", "favor"), (), {f"a{n}": "person" for n in range(3)}, "nobody", "CC0", 1)


@pytest.fixture
def decided(study):
    """The study with lead on its card, who decides."""
    path = study / "study.yaml"
    card = yaml.safe_load(path.read_text())
    card["annotators"]["lead"] = "person"
    path.write_text(yaml.safe_dump(card | {"adjudicator": "lead"}))
    return study


def add(study, *rows):
    """Add rows of comment, annotator, label, evidence and rationale to the annotations."""
    with (study / "annotations.csv").open("a", newline="") as file:
        for comment, annotator, label, evidence, rationale in rows:
            csv.writer(file).writerow([THREAD, comment, annotator, label, "", evidence, rationale, ""])


def test_only_what_is_contested_is_in_the_sheet_with_what_each_has_said(decided):
    add(decided, (7, "a1", "none", "", ""))
    sheet = make_disagreements(read_study(decided), "lead")
    (row,) = sheet.rows
    assert (row.blank.comment_id, row.blank.annotator, row.blank.label) == ("6", "lead", "")
    assert [(said.annotator, said.label) for said in row.given] == [("a1", "against"), ("a2", "favor")]
    assert sheet.left_out == {"alike": 4, "one_annotator": 1, "labelled_before": 0, "erased": 0}
    (cells,) = csv.DictReader(io.StringIO(sheet_csv(sheet).decode("utf-8-sig"), newline=""))
    assert cells["a1: label"] == "against"
    assert cells["a2: rationale"] == "because"
    assert "a1: evidence" not in cells  # nobody gave any
    assert cells["label"] == ""
    (task,) = make_tasks(sheet)
    assert task["data"]["given"] == "a1: against · because\na2: favor · because"
    assert 'value="$given"' in make_label_config(("a", "b"), given=True)
    assert "$given" not in make_label_config(("a", "b"))


def test_what_is_contested_and_was_erased_is_counted(decided):
    card = yaml.safe_load((decided / "study.yaml").read_text())
    (decided / "study.yaml").write_text(yaml.safe_dump(card | {"erased": [f"{THREAD}#6"]}))
    sheet = make_disagreements(read_study(decided), "lead")
    assert (sheet.rows, sheet.left_out["erased"]) == ((), 1)


def test_what_comes_back_is_the_adjudicators_and_holds_without_being_a_vote(decided, tmp_path):
    add(decided, (7, "a1", "favor", "", ""), (7, "a2", "against", "", ""))
    before = build_from_study(decided)
    assert before.stats["dropped"]["no_majority"] == 2
    study = read_study(decided)
    path = tmp_path / "lead.csv"
    rows = list(
        csv.DictReader(io.StringIO(sheet_csv(make_disagreements(study, "lead")).decode("utf-8-sig"), newline=""))
    )
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.DictWriter(file, rows[0])
        table.writeheader()
        table.writerows(row | {"label": "none"} for row in rows)
    collected = collect_annotations(study, *read_sheet(path))
    assert {(a.comment_id, a.annotator, a.label) for a in collected.annotations} == {
        ("6", "lead", "none"),
        ("7", "lead", "none"),
    }
    there = decided / "annotations.csv"
    there.write_bytes(annotations_csv(there, collected.annotations))
    after = build_from_study(decided)
    frame = after.to_frame().set_index("comment_id")
    assert frame.loc["6", "label"] == frame.loc["7", "label"] == "none"
    assert list(frame.loc["6", "annotators"]) == ["a1", "a2"]
    assert list(frame.loc["6", "label_share"]) == [0.5, 0, 0.5]
    assert after.stats["agreement"] == before.stats["agreement"]
    (review,) = review_study(read_study(decided))
    assert (review.contested, review.decided, review.counts["lead"]) == (2, 2, (0, 2, 0))
    again = make_disagreements(read_study(decided), "lead")
    assert (again.rows, again.left_out["labelled_before"]) == ((), 2)


def test_the_adjudicator_holds_against_a_majority_and_decides_what_nobody_else_labelled():
    comments = tuple(Comment(str(n), None, None, None, f"Words {n}.") for n in (1, 2))
    given_ = [Annotation("t", "1", name, "favor") for name in ("a1", "a2", "a3", "a4")]
    given_ += [Annotation("t", str(n), "lead", "against") for n in (1, 2)]
    threads = [Thread("t", None, "", comments)]
    built = build_dataset(
        threads, given_, targets=["x"], labels=["against", "favor"], cutting=Cutting(adjudicator="lead")
    )
    assert built.to_frame()["label"].tolist() == ["against", "against"]


def test_parts_of_comments_are_contested_one_by_one(decided):
    text = "A joy? It has sunk twice."
    with (decided / "annotations.csv").open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow(["thread_id", "comment_id", "annotator", "label", "start", "end"])
        for start, end, labels in [(0, 6, ("favor", "none")), (7, len(text), ("against", "against"))]:
            table.writerows(
                [THREAD, 4, name, label, start, end] for name, label in zip(("a1", "a2"), labels, strict=True)
            )
        table.writerows([THREAD, 1, name, label, "", ""] for name, label in (("a1", "none"), ("a2", "favor")))
    sheet = make_disagreements(read_study(decided), "lead")
    assert [(row.blank.comment_id, row.text) for row in sheet.rows] == [
        ("1", "The ferry is late again and far too dear."),
        ("4", "A joy?"),
    ]
    assert sheet.left_out["alike"] == 1


def test_a_name_that_is_a_formula_runs_nowhere(decided):
    path = decided / "study.yaml"
    path.write_text(path.read_text().replace("a2:", "=HYPERLINK():"))
    there = decided / "annotations.csv"
    there.write_text(there.read_text().replace(",a2,", ",=HYPERLINK(),"))
    header = next(
        csv.reader(io.StringIO(sheet_csv(make_disagreements(read_study(decided), "lead")).decode("utf-8-sig")))
    )
    assert not [cell for cell in header if cell.startswith("=")]


def test_an_adjudicator_who_is_not_on_the_card_is_refused(decided):
    with pytest.raises(InputError, match=r"annotator 'leader' is not on the card.*Did you mean 'lead'\?"):
        make_disagreements(read_study(decided), "leader")
    path = decided / "study.yaml"
    path.write_text(path.read_text().replace("adjudicator: lead", "adjudicator: leed"))
    with pytest.raises(InputError, match=r"adjudicator 'leed' is none of the `annotators` .*Did you mean 'lead'\?"):
        read_study(decided)


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 2), st.sampled_from(["against", "favor"])), max_size=15))
def test_every_unit_is_contested_or_counted(rows):
    comments = tuple(Comment(str(n), None, None, None, f"Words {n}.") for n in range(5))
    labels = {(comment, annotator): label for comment, annotator, label in rows}
    annotations = tuple(Annotation("t", str(c), f"a{a}", label) for (c, a), label in labels.items())
    study = Study(Path(), CARD, (Thread("t", None, "", comments),), annotations)
    sheet = make_disagreements(study, "a2")
    by_comment = {c: {label for (n, a), label in labels.items() if n == c and a != 2} for c in range(5)}
    contested = [str(c) for c, found in by_comment.items() if len(found) > 1 and (c, 2) not in labels]
    assert [row.blank.comment_id for row in sheet.rows] == contested
    assert len(contested) + sum(sheet.left_out.values()) == sum(bool(found) for found in by_comment.values())
    json.dumps(make_tasks(sheet))
