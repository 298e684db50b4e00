"""The report of a run on the tiny examples: what it says, of whom, and what it keeps to itself."""

from dataclasses import replace

import pandas as pd
import pytest

from stance.classifiers import author_prior, complement_nb, linear_svm, majority
from stance.evaluation import evaluate
from stance.folds import author_groups, leave_one_author_out, leave_one_out
from stance.report import Reported, report_files, run_report
from tests.tables import LABELS

CONFIG = {
    "classifier": {"_target_": "x", "ngrams": [1, 2], "char_ngrams": None},
    "folds": {"_target_": "x"},
    "weights": {"label_share": False, "own": 1},
    "bootstrap": {"n_resamples": 100, "random_state": 3},
    "seed": 3,
}
SECTIONS = [
    "Methods",
    "Scores",
    "Leak report",
    "Confusion",
    "Folds",
    "Where it goes wrong",
    "Calibration",
    "Hardest examples",
    "What it looks at",
    "Comments",
]


@pytest.fixture
def rows(examples):
    return examples.assign(
        target="the ferry",
        thread_id="t",
        context="",
        label_share=[[1.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, 1.0, 0.0]] + [[0.5, 0.5, 0.0]] * 5,
    )


def reported(rows, classifier=None, name="complement_nb", folds=leave_one_author_out, config=CONFIG):
    classifier = complement_nb() if classifier is None else classifier
    evaluation = evaluate(
        classifier,
        rows,
        folds(rows),
        LABELS,
        author_groups(rows),
        name=name,
        scheme=folds.__name__,
        why="Held out: author.",
        n_resamples=100,
    )
    stats = {"labels": rows["label"].value_counts().to_dict(), "dropped": {"ping": 2}}
    return Reported("ferry, complement_nb", evaluation, rows, LABELS, stats, "nominal alpha 1.000, of models", config)


def section(report, title):
    return next(part for part in report.sections if part.title == title)


def test_a_run_says_what_was_done_and_what_came_of_it(rows):
    report = run_report(reported(rows), "config 1, data 2, code 3")
    assert [part.title for part in report.sections] == SECTIONS
    data, agreed, method = section(report, "Methods").paragraphs
    assert data == (
        "The data are 8 examples of stance toward the ferry (3 favor, 3 none, 2 against), in 5 groups; dropped: 2 ping."
    )
    assert agreed == "Agreement of the labels: nominal alpha 1.000, of models."
    assert "complement_nb: complement naive Bayes on TF-IDF (ngrams 1–2, char_ngrams none)." in method
    assert "8 examples were tested once, in 5 fold(s) of 1 to 3 test examples (leave_one_author_out: " in method
    assert "100 resamples of the confusion counts (seed 3)" in method
    assert report.made_by == "config 1, data 2, code 3"


def test_the_verdict_puts_the_best_that_cheats_beside_the_score(rows):
    first, second, third, *rest = run_report(reported(rows), "x").verdict
    assert first.startswith("complement_nb scores macro F1 0.")
    assert first.endswith("under leave_one_author_out.")
    assert "which never reads a comment and scores 0." in second
    assert third.startswith("Random folds look ")
    assert all("groups are fewer than" in sentence for sentence in rest)


def test_every_table_is_there_as_csv_and_latex(rows):
    files = report_files(run_report(reported(rows), "x"))
    tables = {"scores", "leaks", "confusion", "folds", "by_author_comments", "by_length", "reliability", "hardest"}
    tables |= {"features", "comments"}
    made = {path.removeprefix("tables/") for path in files if path.startswith("tables/")}
    assert {f"{name}.{kind}" for name in tables for kind in ("csv", "tex")} <= made
    pictures = {path.removeprefix("plots/") for path in files if path.startswith("plots/")}
    names = ("leaks", "confusion", "folds", "reliability")
    assert pictures == {f"{name}.{kind}" for name in names for kind in ("png", "svg")}


def test_words_of_comments_stay_where_they_are_unless_asked_for(rows):
    report = run_report(reported(rows), "x")
    inside = b"".join(report_files(report).values())
    outside = b"".join(report_files(report.without_words()).values())
    for words in ("a joy on board", "timetable", "sunk"):
        assert words.encode() in inside
        assert words.encode() not in outside
    assert b"N-grams are words of comments" in outside
    assert b"t#5" in outside


def test_the_comments_table_says_what_was_predicted_and_why(rows):
    made = reported(rows)
    table = section(run_report(made, "x"), "Comments").tables[0]
    assert table.columns == ["example_id", "label", "predicted", "author", "right", "evidence", "features", "text"]
    by_id = made.evaluation.predictions.set_index("example_id")
    for cells, wrong in table.shown():
        expected = by_id.loc[cells[0]]
        assert cells[1:3] == [expected["label"], expected["predicted"]]
        assert wrong == (cells[4] == "wrong") == (expected["label"] != expected["predicted"])
        assert cells[6] == expected["features"]
    assert table.shown()[2][0][3] == "–"
    assert table.shown()[0][0][5] == "“late”"


def test_every_metric_has_its_definition(rows):
    table = section(run_report(reported(rows), "x"), "Scores").tables[0]
    assert set(table.hints) == {cells[0] for cells, _ in table.shown()}
    assert table.hints["accuracy"] == "Share of the examples whose predicted label is the given one."


def test_folds_that_part_no_author_say_so_and_those_that_do_as_well(rows):
    said = section(run_report(reported(rows), "x"), "Folds").paragraphs
    assert said[:2] == [
        "5 folds of 1 to 3 test examples. On both sides of a fold: authors in none, threads in 5, targets in 5.",
        "Held out: author.",
    ]
    straddling = section(run_report(reported(rows, folds=leave_one_out), "x"), "Folds").paragraphs[0]
    assert straddling == (
        "8 folds of 1 to 1 test examples. On both sides of a fold: authors in 5, threads in 8, targets in 8."
    )


def test_a_classifier_without_probabilities_has_no_calibration(rows):
    titles = [part.title for part in run_report(reported(rows, linear_svm(), "linear_svm"), "x").sections]
    assert titles == [title for title in SECTIONS if title != "Calibration"]


def test_what_cheats_doubts_no_label_and_says_which_column_it_looks_at(rows):
    report = run_report(reported(rows, author_prior(), "author_prior", leave_one_out), "x")
    assert "suspected" not in [table.name for part in report.sections for table in part.tables]
    importance = section(report, "What it looks at").tables[0].frame
    assert importance["column"].tolist()[0] == "author"
    assert (importance["loss"][1:] == 0).all()
    names = [
        table.name for part in run_report(reported(rows, majority(), "majority"), "x").sections for table in part.tables
    ]
    assert "suspected" not in names


def test_several_repeats_are_said_to_be_several(rows):
    def twice(examples):
        folds = leave_one_author_out(examples)
        return folds + [type(fold)(1, fold.fold, fold.train, fold.test) for fold in folds]

    twice.__name__ = "by_author"
    method = section(run_report(reported(rows, folds=twice), "x"), "Methods").paragraphs[2]
    assert "8 examples were tested 2 times, each time under other folds, in 5 fold(s)" in method


def test_one_kind_of_examples_is_said_in_words(rows):
    alike = rows.assign(author=[f"reader-{n}" for n in range(8)], text="the very same words")
    said = section(run_report(reported(alike), "x"), "Where it goes wrong")
    assert said.paragraphs == ["All examples are of one kind: one target, length, depth and frequency of author."]
    assert isinstance(alike, pd.DataFrame)


def test_examples_that_other_data_sets_lend_are_named_and_not_counted_as_the_data(rows):
    made = reported(rows)
    lent = rows.assign(example_id=rows["example_id"] + "x", source="elsewhere")
    both = pd.concat([rows.assign(source=None), lent], ignore_index=True)
    data = section(run_report(replace(made, examples=both), "x"), "Methods").paragraphs[0]
    assert data.startswith("The data are 8 examples of stance toward the ferry (")
    assert data.endswith("For training there are examples of other data sets beside them: 8 of elsewhere.")


def test_more_than_what_cheats_is_not_said_without_a_doubt_where_intervals_overlap(rows):
    made = reported(rows)
    table = pd.DataFrame(
        {
            "name": ["logreg", "majority"],
            "cheats": [False, True],
            "folds": "these",
            "macro_f1": [0.5, 0.2],
            "macro_f1_low": [0.1, 0.1],
            "macro_f1_high": [0.9, 0.3],
        }
    )

    def said(rows_of_leaks):
        leaks = replace(made.evaluation.leaks, rows=rows_of_leaks)
        return run_report(replace(made, evaluation=replace(made.evaluation, leaks=leaks)), "x").verdict[1]

    assert said(table).startswith(
        "That is more than majority, which never reads a comment and scores 0.20 (0.10 to 0.30)"
    )
    assert said(table).endswith("The intervals overlap: a comparison of both says whether they can be told apart.")
    assert said(table.assign(macro_f1_low=[0.4, 0.1])).endswith("under the same folds.")
    assert said(table.assign(macro_f1=[0.2, 0.2])).startswith("That is no more than majority")
