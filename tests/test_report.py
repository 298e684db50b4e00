"""Reports: self-contained, escaped, silent about texts unless asked, and written whole or not at all."""

import errno
import re
from html.parser import HTMLParser
from itertools import takewhile
from pathlib import Path

import pandas as pd
import pytest

from stance.classifiers import complement_nb, majority
from stance.comparison import Comparison
from stance.dataset import build_from_study
from stance.folds import author_groups, fold_summary, leave_one_author_out, leave_one_out
from stance.predictions import cross_predict
from stance.report import RunReport, comparison_files, comparison_table, run_files, write_files
from stance.scores import Score, score_predictions
from tests.tables import LABELS

EVIL = "a joy <script>alert('ferry')</script> | & so on\nnext line"


class Page(HTMLParser):
    """The tags of a page with their attributes, and its text by cell."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.cells, self.inside = [], [], False
        self.feed(page.decode())

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self.inside = tag in ("td", "th", "li", "p", "title", "h1")
        if self.inside:
            self.cells.append("")

    def handle_endtag(self, tag):
        self.inside = False

    def handle_data(self, data):
        if self.inside:
            self.cells[-1] += data


@pytest.fixture
def report(examples):
    examples.loc[4, "text"] = EVIL
    examples.at[4, "evidence"] = ["<script>alert", "<script>alert"]
    return made(examples, complement_nb(), leave_one_out)


def made(examples, classifier, make_folds, agreement="nominal alpha 1.000, of models"):
    folds = make_folds(examples)
    groups = author_groups(examples).set_axis(examples["example_id"])
    predictions = cross_predict(classifier, examples, folds, LABELS)
    return RunReport(
        title="ferry, complement_nb",
        target="the ferry",
        labels=LABELS,
        examples=examples,
        predictions=predictions,
        folds=fold_summary(examples, folds, LABELS),
        scores=score_predictions(predictions, groups, LABELS, n_resamples=50),
        n_groups=groups.nunique(),
        agreement=agreement,
        made_by="config 1, data 2, code 3",
    )


def comparison(**changes):
    scores = pd.DataFrame(
        [
            ("majority", "leave_one_out", True, 0.24, 0.15, 0.31, "1"),
            ("majority", "leave_one_author_out", True, 0.20, 0.10, 0.30, "2"),
            ("logreg", "leave_one_out", False, 0.61, 0.40, 0.80, "3"),
        ],
        columns=["classifier", "folds", "cheats", "score", "low", "high", "run_id"],
    )
    differences = pd.DataFrame(
        [("logreg", "leave_one_out", 0.37, 0.1, 0.6, True)],
        columns=["classifier", "folds", "difference", "low", "high", "told_apart"],
    )
    parts = {"scores": scores, "differences": differences, "verdict": "It can <be> told.", "notes": ("Left out: 1.",)}
    return Comparison("macro_f1", "majority", **(parts | changes))


def table_rows(markdown, heading):
    """Return the cells of the table right under a heading, header first."""
    below = markdown.split(f"{heading}\n", 1)[1].lstrip().splitlines()
    lines = [line for line in takewhile(lambda line: line.startswith("|"), below) if "---" not in line]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]


# the report of a run


def test_a_run_has_a_page_a_text_and_a_picture_in_two_formats(report):
    files = run_files(report, texts=True)
    assert set(files) == {"report.html", "report.md", "confusion.png", "confusion.svg"}
    assert files["confusion.png"].startswith(b"\x89PNG")
    assert b"<svg" in files["confusion.svg"]


def test_the_same_report_gives_the_same_bytes(report):
    assert run_files(report, texts=True) == run_files(report, texts=True)


@pytest.mark.parametrize("page", ["report.html", "comparison.html"])
def test_a_page_loads_nothing_from_elsewhere(report, page):
    found = Page((run_files(report, texts=True) | comparison_files(comparison(), "t"))[page])
    addresses = [value for _, attributes in found.tags for name, value in attributes.items() if name in ("src", "href")]
    assert len(addresses) == 1
    assert addresses[0].startswith("data:image/png;base64,")
    assert {tag for tag, _ in found.tags}.isdisjoint({"script", "link", "iframe", "object"})


def test_a_comment_is_escaped_and_shown_as_it_was_written(report):
    files = run_files(report, texts=True)
    assert b"<script" not in files["report.html"]
    cells = Page(files["report.html"]).cells
    assert EVIL in cells
    assert "“<script>alert”" in cells


def test_the_comments_table_says_what_was_predicted_and_why(report):
    rows = table_rows(run_files(report, texts=True)["report.md"].decode(), "## Comments")
    assert rows[0] == [
        "comment",
        "label",
        "predicted",
        "right or wrong",
        "author",
        "evidence",
        "strongest features",
        "text",
    ]
    by_id = report.predictions.set_index("example_id")
    assert [row[0] for row in rows[1:]] == list("12345678")
    for row in rows[1:]:
        expected = by_id.loc[f"t#{row[0]}"]
        assert row[1:4] == [expected["label"], expected["predicted"], row[3]]
        assert row[3] == ("right" if expected["label"] == expected["predicted"] else "wrong")
        assert row[6] == expected["features"]
    assert rows[3][4] == "(none shown)"
    assert rows[1][4:6] == ["reader-1", "“late”"]
    assert rows[5][7] == EVIL.replace("|", "\\|").replace("\n", " ").replace("<", "&lt;")


def test_every_row_of_a_markdown_table_has_as_many_cells_as_its_header(report):
    run = run_files(report, texts=True)["report.md"].decode()
    compared = comparison_files(comparison(verdict=""), "t")["comparison.md"].decode()
    tables = [table_rows(run, heading) for heading in ("## Scores", "## Confusion", "## Comments")]
    tables += [table_rows(compared, heading) for heading in ("# t", "## Difference to majority")]
    widths = [{len(row) for row in table} for table in tables]
    assert widths == [{3}, {4}, {8}, {3}, {5}]


def test_scores_confusion_and_folds_are_shown(report):
    markdown = run_files(report, texts=False)["report.md"].decode()
    first = report.scores[0]
    assert table_rows(markdown, "## Scores")[1] == [
        "macro_f1",
        f"{first.value:.3f}",
        f"{first.low:.3f} to {first.high:.3f}",
    ]
    shown = table_rows(markdown, "## Confusion")
    assert shown[0] == ["label \\ predicted", "against", "none", "favor"]
    assert sum(int(cell) for row in shown[1:] for cell in row[1:]) == 8
    assert [row[0] for row in shown[1:]] == ["**against**", "**none**", "**favor**"]
    assert "- 8 folds of 1 to 1 test comments; in 5 of them an author stands on both sides" in markdown


def test_an_undefined_score_is_left_out(report):
    nowhere = Score("f1/unsure", float("nan"), float("nan"), float("nan"))
    changed = RunReport(**{name: getattr(report, name) for name in RunReport.__slots__} | {"scores": [nowhere]})
    files = run_files(changed, texts=False)
    assert b"unsure" not in files["report.md"] + files["report.html"]


def test_what_a_reader_must_know_is_said(examples):
    markdown = run_files(made(examples, majority(), leave_one_author_out), texts=False)["report.md"].decode()
    assert "Stance toward the ferry. 8 comments (" in markdown
    assert "in 5 groups: an author's comments, or one comment without an author" in markdown
    assert "Each comment was predicted once, by a classifier that had not seen it." in markdown
    assert "Agreement of the labels: nominal alpha 1.000, of models." in markdown
    assert "percentile bootstrap over 5 groups. With fewer than 30 groups they are too narrow to trust." in markdown
    assert "- 5 folds of 1 to 3 test comments; no author stands on both sides" in markdown
    assert "- fold 0: no against in training" in markdown
    assert markdown.endswith("Made by config 1, data 2, code 3.")


def test_the_picture_is_told_in_words_for_those_who_do_not_see_it(examples):
    page = Page(run_files(made(examples, majority(), leave_one_author_out), texts=False)["report.html"])
    (picture,) = [attributes for tag, attributes in page.tags if tag == "img"]
    assert picture["alt"].startswith("Confusion matrix: ")
    assert "2 against predicted as favor" in picture["alt"]


def test_without_texts_no_comment_evidence_or_name_is_in_any_file(study):
    built = build_from_study(study)
    frame = built.to_frame()
    report = made(frame, complement_nb(), leave_one_out)
    silent = b"".join(run_files(report, texts=False).values()).decode(errors="replace")
    telling = b"".join(run_files(report, texts=True).values()).decode(errors="replace")
    said = [*frame["text"], *(quotation for cell in frame["evidence"] for quotation in cell if quotation), "timetable"]
    assert [text for text in said if text in silent] == []
    assert [text for text in said if text not in telling] == []
    columns, *rows = table_rows(run_files(report, texts=False)["report.md"].decode(), "## Comments")
    assert columns == ["comment", "label", "predicted", "right or wrong", "author"]
    assert {len(row) for row in rows} == {len(columns)}
    for files in (silent, telling):
        assert "author-01" in files
        assert "reader-" not in files


# the report of a comparison


def test_a_comparison_shows_a_cell_for_each_classifier_and_fold_scheme():
    schemes, rows = comparison_table(comparison())
    assert schemes == ["leave_one_out", "leave_one_author_out"]
    assert rows == [
        {"name": "majority (cheats)", "cheats": True, "cells": ["0.24 (0.15 to 0.31)", "0.20 (0.10 to 0.30)"]},
        {"name": "logreg", "cheats": False, "cells": ["0.61 (0.40 to 0.80)", ""]},
    ]


def test_the_files_of_a_comparison_say_the_same():
    files = comparison_files(comparison(), "Classifiers on ferry")
    assert set(files) == {f"comparison.{kind}" for kind in ("html", "md", "png", "svg", "csv")}
    markdown, page = files["comparison.md"].decode(), Page(files["comparison.html"])
    for told in (
        "Classifiers on ferry",
        "It can <be> told.",
        "Left out: 1.",
        "majority (cheats)",
        "0.61 (0.40 to 0.80)",
    ):
        assert told in markdown
        assert any(told in cell for cell in page.cells)
    assert "| logreg | leave_one_out | +0.370 | +0.100 to +0.600 | told apart |" in markdown
    assert "classifier,folds,cheats,score,low,high,run_id\n" in files["comparison.csv"].decode()
    assert [attributes for tag, attributes in page.tags if tag == "tr" and attributes] == [{"class": "cheats"}]
    assert comparison_files(comparison(), "t") == comparison_files(comparison(), "t")


def test_without_differences_there_is_no_table_of_them():
    markdown = comparison_files(comparison(differences=pd.DataFrame()), "t")["comparison.md"].decode()
    assert "Difference to" not in markdown


# writing


def test_files_are_written_into_a_new_folder(tmp_path):
    folder = write_files({"a.txt": b"1", "b.txt": b"2"}, tmp_path / "deep" / "run")
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == {"a.txt": b"1", "b.txt": b"2"}
    assert [path.name for path in folder.parent.iterdir()] == ["run"]


def test_a_folder_that_is_there_is_replaced(tmp_path):
    write_files({"old.txt": b"1"}, tmp_path / "run")
    write_files({"new.txt": b"2"}, tmp_path / "run")
    assert [path.name for path in (tmp_path / "run").iterdir()] == ["new.txt"]


def test_a_full_disk_leaves_the_old_folder_and_nothing_half_written(tmp_path, monkeypatch):
    write_files({"old.txt": b"1"}, tmp_path / "run")
    write = Path.write_bytes

    def full(path, content):
        if path.name == "b.txt":
            raise OSError(errno.ENOSPC, "No space left on device", str(path))
        return write(path, content)

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="No space left on device"):
        write_files({"a.txt": b"1", "b.txt": b"2"}, tmp_path / "run")
    assert [path.name for path in tmp_path.iterdir()] == ["run"]
    assert [path.name for path in (tmp_path / "run").iterdir()] == ["old.txt"]
