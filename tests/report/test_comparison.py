"""The report of a comparison: a cell for each classifier and fold scheme, differences with what they are worth."""

from dataclasses import replace

import pandas as pd

from stance.evaluation._differences import DIFFERENCE_COLUMNS, PAIR_COLUMNS
from stance.evaluation.comparison import Comparison
from stance.report import CHEATING_NOTE, comparison_report, comparison_table, report_files
from stance.report._comparison import COST_NOTE, DIFFERENCE_NOTE, RUN_NOTE


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
    pairs = pd.DataFrame([], columns=PAIR_COLUMNS)
    parts = {
        "scores": scores,
        "differences": differences,
        "pairs": pairs,
        "verdict": "It can <be> told.",
        "notes": ("Left out: 1.",),
    }
    return Comparison("macro_f1", "majority", **(parts | changes))


def test_a_comparison_shows_a_cell_for_each_classifier_and_fold_scheme():
    schemes, rows = comparison_table(comparison())
    assert schemes == ["leave_one_out (random)", "by_author"]
    assert rows == [
        {
            "name": "majority (cheats)",
            "cheats": True,
            "cells": ["0.24 (0.15 to 0.31)", "0.20 (0.10 to 0.30)"],
            "cost": {},
        },
        {"name": "logreg", "cheats": False, "cells": ["0.61 (0.40 to 0.80)", ""], "cost": {}},
        {"name": "linear_svm", "cheats": False, "cells": ["undefined", ""], "cost": {}},
    ]


def test_the_files_of_a_comparison_say_the_same():
    files = report_files(comparison_report(comparison(), "Classifiers on ferry"), "comparison")
    tables = {f"tables/{name}.{kind}" for name in ("by_folds", "scores", "differences") for kind in ("csv", "tex")}
    pages = {"comparison.html", "comparison.md", "plots/comparison.png", "plots/comparison.svg"}
    assert set(files) == pages | tables
    markdown, page = files["comparison.md"].decode(), files["comparison.html"].decode()
    told = ["Classifiers on ferry", "Left out: 1.", "majority (cheats)", "0.61 (0.40 to 0.80)", "better than majority"]
    told += ["Folds marked (random) let authors, threads and targets stand on both sides"]
    assert [what for what in told if what not in markdown or what not in page] == []
    assert "It can &lt;be&gt; told." in page
    row = (
        "| logreg | leave_one_out (random) | +0.370 (+0.100 to +0.600) | 0.00012 | 0.012 | 0.5 | better than majority |"
    )
    assert row in markdown
    assert "Mean of the F1 of every label" in markdown
    assert markdown.endswith("Made by runs 1, 2, 3, 4.")
    assert (
        files["tables/scores.csv"].decode().startswith("classifier,folds,cheats,macro_f1,macro_f1_low,macro_f1_high,")
    )
    assert report_files(comparison_report(comparison(), "t")) == report_files(comparison_report(comparison(), "t"))


def test_ids_of_runs_lead_to_their_pages_where_these_are_known():
    links = {"1": "http://127.0.0.1:5000/#/experiments/1/runs/1?workflowType=machine_learning"}
    files = report_files(comparison_report(comparison(), "t", links), "comparison")
    page = files["comparison.html"].decode()
    assert f'<td data-column="run_id"><a href="{links["1"]}" target="_blank" rel="noopener">1</a></td>' in page
    assert '<td data-column="run_id">2</td>' in page
    assert "127.0.0.1" not in files["tables/scores.csv"].decode()


def test_tables_call_and_set_off_what_cheats_and_say_what_they_show():
    report = comparison_report(comparison(), "t")
    scores, differences, _ = report.sections
    by_folds, runs = scores.tables
    assert by_folds.columns == ["classifier", "leave_one_out (random)", "by_author"]
    assert [marked for _, marked in by_folds.shown()] == [True, False, False]
    assert by_folds.notes == [f"macro_f1 with its 95 % interval over groups. {CHEATING_NOTE}"]
    assert [(cells[0], marked) for cells, marked in runs.shown()] == [
        ("majority (cheats)", True),
        ("majority (cheats)", True),
        ("logreg", False),
        ("linear_svm", False),
    ]
    assert runs.notes == [RUN_NOTE]
    assert differences.tables[0].notes == [DIFFERENCE_NOTE]
    assert scores.pictures[0].words == (
        "macro_f1 by classifier: majority (cheats): 0.24 (0.15 to 0.31), 0.20 (0.10 to 0.30); "
        "logreg: 0.61 (0.40 to 0.80); linear_svm: undefined"
    )


def test_what_runs_cost_stands_beside_what_they_score():
    scores = comparison().scores.assign(fit_seconds=[1.0, 2.0, 3.0, None], predict_seconds=[0.5, 0.25, 0.04, None])
    report = comparison_report(comparison(scores=scores.assign(tokens=[None, None, 1200.0, None])), "t")
    by_folds, runs = report.sections[0].tables
    assert by_folds.columns == ["classifier", "leave_one_out (random)", "by_author", "seconds", "tokens"]
    assert [cells[3:] for cells, _ in by_folds.shown()] == [["3.8", ""], ["3.0", "1,200"], ["", ""]]
    assert by_folds.notes[0].endswith(COST_NOTE)
    shown = dict(zip(runs.columns, runs.shown()[2][0], strict=True))
    assert (shown["fit_seconds"], shown["predict_seconds"], shown["tokens"]) == ("3.0", "0.0", "1,200")


def test_folds_that_keep_groups_apart_need_no_caution():
    strict = comparison(scores=comparison().scores.query("folds == 'by_author'"), differences=pd.DataFrame())
    page = report_files(comparison_report(strict, "t"), "comparison")["comparison.html"].decode()
    assert "random" not in page.lower()


def test_the_best_that_reads_stands_beside_the_best_that_cheats():
    rows = [
        ("majority", "by_author", True, 0.20, 0.10, 0.30, "1"),
        ("author_prior", "by_author", True, 0.40, 0.30, 0.50, "2"),
        ("logreg", "by_author", False, 0.45, 0.35, 0.55, "3"),
        ("linear_svm", "by_author", False, float("nan"), float("nan"), float("nan"), "4"),
        ("majority", "time", True, 0.20, 0.10, 0.30, "5"),
    ]

    def said(metric="macro_f1", **changes):
        scores = pd.DataFrame(rows, columns=["classifier", "folds", "cheats", "score", "low", "high", "run_id"])
        for name, value in changes.items():
            scores.loc[2, name] = value
        made = comparison(scores=scores, differences=pd.DataFrame())
        return comparison_report(replace(made, metric=metric), "t").sections[0].paragraphs[1:]

    both = "Under by_author the best that reads is logreg, 0.45 (0.35 to 0.55); the best that cheats is author_prior, "
    assert said() == [f"{both}0.40 (0.30 to 0.50): better, and the intervals overlap."]
    assert said(low=0.51)[0].endswith(": better, and the intervals do not overlap.")
    assert said(score=0.4)[0].endswith(": no better.")
    # of a loss the least is the best, and the best that cheats is then majority
    assert said("brier")[0].endswith("majority, 0.20 (0.10 to 0.30): no better.")
    assert said("brier", score=0.05, low=0.01, high=0.09)[0].endswith(": better, and the intervals do not overlap.")
    assert said("brier", score=0.05, low=0.01, high=0.15)[0].endswith(": better, and the intervals overlap.")
    assert said("brier", score=0.2)[0].endswith(": no better.")
    assert said(low=0.42)[0].endswith(": better, and the intervals overlap.")
    # nothing to say where none reads, where none cheats, or where what reads has no score
    assert said(score=float("nan")) == []
    assert said(folds="official") == []


def test_without_differences_it_is_said_that_nothing_is_compared():
    report = comparison_report(comparison(differences=pd.DataFrame(), notes=()), "t")
    said = {section.title: (list(section.paragraphs), list(section.tables)) for section in report.sections}
    nothing = "No run of 'majority' under the same folds: nothing is compared with it."
    assert said["Difference to majority"] == ([nothing], [])
    assert said["Left out"] == (["Nothing."], [])
