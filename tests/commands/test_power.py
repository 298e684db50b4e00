"""The power of a data set, as a user asks for it: a sentence, a page, and both tables."""

import csv
import io
from contextlib import contextmanager
from pathlib import Path

import pandas as pd

from stance.classifiers import logreg, majority
from stance.dataset import build_from_study
from stance.evaluation import evaluation_groups
from stance.evaluation.power import ASSUMPTIONS, N_STEPS, Power, measure_power
from stance.evaluation.predictions import cross_predict
from stance.evaluation.scores import define
from stance.folds import strictest
from stance.report import power_report

ROOT = Path(__file__).parents[2]


def test_power_says_what_can_be_shown_and_writes_its_tables(run, workspace):
    code, output = run("power", "n_simulations=20", "effect=0.3")
    assert code == 0, output
    assert "awl: " in output
    (folder,) = (workspace / "outputs" / "power").iterdir()
    assert folder.name.startswith("awl-logreg-strictest-")
    page = (folder / "power.html").read_text()
    assert "Simulated from the agreement of logreg and majority" in page
    assert "0.30 shown in 80 of 100 studies" in page
    rows = list(csv.DictReader(io.StringIO((folder / "tables" / "comments.csv").read_text())))
    sizes = [float(row["comments"]) for row in rows]
    assert sizes == sorted(sizes)
    assert all(0 <= float(row["power"]) <= 1 for row in rows)
    assert (folder / "tables" / "differences.tex").read_text().startswith("% A true difference in macro_f1")


def test_data_that_can_show_nothing_says_so_in_words(run, workspace):
    code, output = run("power", "n_simulations=20", "classifier=majority")
    assert code == 0, output
    assert "awl: 16 comments in 9 groups cannot show any difference in macro_f1 with 80 % power" in output


def test_what_is_measured_is_what_the_config_says(run, workspace, monkeypatch):
    given, bars = [], {}

    def recorded(*tables, **options):
        given.append((tables, options))
        return measure_power(*tables, **options)

    @contextmanager
    def counted(description, total):
        bars[description] = [total, 0]

        def advance():
            bars[description][1] += 1

        yield advance

    monkeypatch.setattr("stance.evaluation.power.measure_power", recorded)
    monkeypatch.setattr("stance.report.console.progress", counted)
    code, output = run("power", "metric=accuracy", "effect=0.2", "power=0.6", "n_simulations=7", "n_pilots=2", "seed=3")
    assert code == 0, output
    (((first, second, labels), options),) = given
    assert options.pop("on_step") is not None
    assert options == {"effect": 0.2, "metric": "accuracy", "wanted": 0.6, "n_simulations": 7, "random_state": 3} | {
        "comparisons": 1,
        "n_pilots": 2,
    }
    dataset = build_from_study(ROOT / "seeds" / "awl")
    examples = dataset.to_frame()
    folds = strictest(examples, random_state=3)
    groups = evaluation_groups(examples, folds).set_axis(examples["example_id"])
    for found, classifier in ((first, logreg()), (second, majority())):
        expected = cross_predict(classifier, examples, folds, dataset.labels)
        expected["group"] = groups.loc[expected["example_id"]].to_numpy()
        pd.testing.assert_frame_equal(found, expected)
    assert labels == dataset.labels
    assert bars["awl: classifier"] == bars["awl: baseline"] == [len(folds)] * 2
    assert 0 < bars["simulating"][1] <= bars["simulating"][0] == 2 * N_STEPS + 2
    (folder,) = (workspace / "outputs" / "power").iterdir()
    assert f"report: outputs/power/{folder.name}/power.html" in output
    page = (folder / "power.md").read_text()
    assert page.startswith("# awl: what could be shown\n\n> 16 comments in 9 groups can")
    assert (
        "Simulated from the agreement of logreg and majority on 16 comments in 9 groups, under the folds strict" in page
    )
    assert f"7 simulated studies for each row, seed 3. {define('accuracy')}" in page
    assert f"-{page.rsplit('Made by config ', 1)[1].split(',')[0]}" in folder.name


def test_the_page_shows_what_was_found_and_what_was_assumed():
    curve = pd.DataFrame([(0.125, 0.25), (0.5, 1.0)], columns=["difference", "power"])
    sizes = pd.DataFrame([(8, 16, 0.25), (600, 1200, 0.9)], columns=["groups", "comments", "power"])
    found = Power("macro_f1", 0.1, 0.8, 16, 8, curve, sizes)
    report = power_report(found, "ferry", "It was simulated.", "config 1")
    assert (report.title, report.made_by) == ("ferry: what could be shown", "config 1")
    assert report.verdict == [str(found)]
    (section,) = report.sections
    assert section.paragraphs == ["It was simulated.", ASSUMPTIONS]
    now, more = section.tables
    assert (now.columns, now.shown()) == (
        ["difference", "power"],
        [(["0.12", "0.25"], False), (["0.50", "1.00"], False)],
    )
    assert more.columns == ["comments", "groups", "power"]
    assert more.shown() == [(["16", "8", "0.25"], False), (["1,200", "600", "0.90"], False)]
    assert more.notes == ["Wanted: a difference of 0.10 shown in 80 of 100 studies."]
    assert (now.title, more.title) == (
        "A true difference in macro_f1, and how often this data shows it",
        "Comments, and how often they show 0.10",
    )


def test_a_baseline_without_its_group_is_refused_with_the_remedy(run, workspace):
    code, output = run("power", "baseline=linear_svm")
    assert code == 2
    assert "write classifier@baseline=linear_svm" in output
    assert "Traceback" not in output
