"""The report of a comparison: a cell for each classifier and fold scheme, differences with what they are worth."""

import pandas as pd

from stance.comparison import DIFFERENCE_COLUMNS, Comparison
from stance.report import comparison_report, comparison_table, report_files


def comparison(**changes):
    scores = pd.DataFrame(
        [
            ("majority", "leave_one_out", True, 0.24, 0.15, 0.31, "1"),
            ("majority", "by_author", True, 0.20, 0.10, 0.30, "2"),
            ("logreg", "leave_one_out", False, 0.61, 0.40, 0.80, "3"),
            ("linear_svm", "leave_one_out", False, float("nan"), float("nan"), float("nan"), "4"),
        ],
        columns=["classifier", "folds", "cheats", "score", "low", "high", "run_id"],
    )
    verdict = "better than majority"
    differences = pd.DataFrame(
        [("logreg", "leave_one_out", 0.37, 0.1, 0.6, 0.00012, 0.012, 0.5, True, verdict)], columns=DIFFERENCE_COLUMNS
    )
    parts = {"scores": scores, "differences": differences, "verdict": "It can <be> told.", "notes": ("Left out: 1.",)}
    return Comparison("macro_f1", "majority", **(parts | changes))


def test_a_comparison_shows_a_cell_for_each_classifier_and_fold_scheme():
    schemes, rows = comparison_table(comparison())
    assert schemes == ["leave_one_out", "by_author"]
    assert rows == [
        {"name": "majority (cheats)", "cheats": True, "cells": ["0.24 (0.15 to 0.31)", "0.20 (0.10 to 0.30)"]},
        {"name": "logreg", "cheats": False, "cells": ["0.61 (0.40 to 0.80)", ""]},
        {"name": "linear_svm", "cheats": False, "cells": ["undefined", ""]},
    ]


def test_the_files_of_a_comparison_say_the_same():
    files = report_files(comparison_report(comparison(), "Classifiers on ferry"), "comparison")
    tables = {f"tables/{name}.{kind}" for name in ("by_folds", "scores", "differences") for kind in ("csv", "tex")}
    pages = {"comparison.html", "comparison.md", "plots/comparison.png", "plots/comparison.svg"}
    assert set(files) == pages | tables
    markdown, page = files["comparison.md"].decode(), files["comparison.html"].decode()
    told = ["Classifiers on ferry", "Left out: 1.", "majority (cheats)", "0.61 (0.40 to 0.80)", "better than majority"]
    assert [what for what in told if what not in markdown or what not in page] == []
    assert "It can &lt;be&gt; told." in page
    row = "| logreg | leave_one_out | +0.370 (+0.100 to +0.600) | 0.00012 | 0.012 | 0.5 | better than majority |"
    assert row in markdown
    assert "Mean of the F1 of every label" in markdown
    assert markdown.endswith("Made by runs 1, 2, 3, 4.")
    assert (
        files["tables/scores.csv"].decode().startswith("classifier,folds,cheats,macro_f1,macro_f1_low,macro_f1_high,")
    )
    assert report_files(comparison_report(comparison(), "t")) == report_files(comparison_report(comparison(), "t"))


def test_without_differences_it_is_said_that_nothing_is_compared():
    report = comparison_report(comparison(differences=pd.DataFrame(), notes=()), "t")
    said = {section.title: (list(section.paragraphs), list(section.tables)) for section in report.sections}
    nothing = "No run of 'majority' under the same folds: nothing is compared with it."
    assert said["Difference to majority"] == ([nothing], [])
    assert said["Left out"] == (["Nothing."], [])
