"""The simulation of intervals: that it finds what must be, and puts its tables where they belong."""

import argparse
import importlib
import re
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def coverage(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "experiments"))
    return importlib.import_module("coverage")


@pytest.fixture
def populations(coverage):
    return importlib.import_module("populations")


@pytest.fixture
def page_tables(coverage):
    return importlib.import_module("page_tables")


def test_tables_replace_those_between_their_marks_and_nothing_else(page_tables):
    page = "a\n<!-- one -->\n<!-- end of one -->\nb\n<!-- two -->\nold\n<!-- end of two -->\nc\n"
    once = page_tables.put_into(page_tables.put_into(page, "one", "| 1 |"), "two", "| 2 |")
    assert once == "a\n<!-- one -->\n| 1 |\n<!-- end of one -->\nb\n<!-- two -->\n| 2 |\n<!-- end of two -->\nc\n"
    assert page_tables.put_into(once, "two", "| 2 |") == once


def test_sizes_add_up_and_no_group_is_empty(coverage, populations):
    sizes = populations.make_sizes(np.random.default_rng(0), coverage.SETTINGS["threads"], (50, 7), 30)
    assert (sizes.sum(axis=1) == 30).all()
    assert sizes.min() == 1


@pytest.mark.parametrize("name", ["authors", "loud"])
def test_the_truth_is_what_very_many_comments_come_to(coverage, populations, name):
    generator, setting = np.random.default_rng(0), coverage.SETTINGS[name]
    joint = populations.make_joint(generator, setting, populations.make_sizes(generator, setting, (4000, 10), 100))
    expected = coverage.true_sums(setting, 10, 100) / 100
    found = np.concatenate([joint.sum(axis=axis).sum(axis=(0, 1)).ravel() for axis in (-1, -2)]) / joint.sum()
    assert found == pytest.approx(expected, abs=0.004)


def test_larger_groups_are_louder_only_where_it_says_so(coverage, populations):
    sizes = np.array([[1, 3], [2, 30]])
    even = populations.shares_of_groups(coverage.SETTINGS["authors"], sizes)
    assert (even == coverage.SETTINGS["authors"].shares).all()
    loud = populations.shares_of_groups(coverage.SETTINGS["loud"], sizes)
    # of sizes 1 and 3 the second is half above the mean: a twelfth of its comments is against whatever else is
    assert loud[0, 0].tolist() == [0.55, 0.30, 0.15]
    assert loud[0, 1] == pytest.approx([0.55 * 11 / 12 + 1 / 12, 0.30 * 11 / 12, 0.15 * 11 / 12])
    assert loud.sum(axis=-1) == pytest.approx(np.ones((2, 2)))


def test_what_is_alike_within_groups_is_as_alike_as_it_says(populations):
    # shares of a Dirichlet distribution vary by p (1 - p) times the correlation of what is drawn from them
    shares = np.array([0.5, 0.3, 0.2])
    for alike in (1 / 3, 0.09):
        drawn = populations.around(np.random.default_rng(0), np.broadcast_to(shares, (40_000, 3)), alike)
        assert drawn.mean(axis=0) == pytest.approx(shares, abs=0.01)
        assert drawn.var(axis=0) == pytest.approx(shares * (1 - shares) * alike, rel=0.03)


def test_all_data_sets_are_simulated_and_the_seed_decides_which(coverage):
    def drawn(seed, datasets=25):
        arguments = argparse.Namespace(datasets=datasets, resamples=10, seed=seed)
        return list(coverage.blocks(np.random.default_rng(seed), coverage.SETTINGS["even"], 30, 4, arguments))

    assert sum(len(joint) for joint, _ in drawn(0)) == 25
    assert all(weights.shape == (10, 4) for _, weights in drawn(0))
    steps, cells = [], {}
    for name, seed in (("first", 0), ("again", 0), ("other", 1)):
        arguments = argparse.Namespace(datasets=10, resamples=20, seed=seed)
        cells[name] = coverage.simulate(30, 4, arguments, lambda: steps.append(1))[0]
    assert len(steps) == 3 * len(coverage.SETTINGS)
    assert cells["first"] == cells["again"]
    assert cells["first"].width != cells["other"].width


def test_a_table_shows_the_mean_the_lowest_and_the_width_by_hand(coverage):
    names = list(coverage.CONSTRUCTIONS)
    held = {name: [0.9, 0.8, 1.0] for name in names}
    cell = coverage.Cell(16, 3, held, {name: [0.25, 0.5, 0.75] for name in names})
    assert coverage.table_of([cell]).splitlines() == [
        "| examples | groups | " + " | ".join(names) + " |",
        "|--:|--:|" + "--:|" * len(names),
        "| 16 | 3 | " + " | ".join(["90.0 (80.0) 0.50"] * len(names)) + " |",
    ]
    assert coverage.by_setting([cell], names[0]).splitlines()[2] == "| 16 | 3 | 90.0 | 80.0 | 100.0 |"


def test_the_command_writes_its_tables_into_a_page_and_skips_more_groups_than_examples(
    coverage, tmp_path, monkeypatch, capsys
):
    page = tmp_path / "intervals.md"
    marks = ("scores", "settings", "differences")
    page.write_text("".join(f"<!-- {name} -->\n<!-- end of {name} -->\n" for name in marks))
    sizes = ["--groups", "3", "5", "--examples", "4", "--datasets", "10", "--resamples", "20"]
    monkeypatch.setattr("sys.argv", ["coverage.py", *sizes, "--write", str(page)])
    coverage.main()
    written = page.read_text()
    assert re.findall(r"^\| (\d+) \| (\d+) \|", written, re.MULTILINE) == [("4", "3")] * 3
    printed = capsys.readouterr().out
    assert [part in printed for part in re.findall(r"<!-- \w+ -->\n(.*?)\n<!-- end", written, re.DOTALL)] == [True] * 3


def test_every_metric_is_counted_where_it_is_shown_unmarked(coverage, tmp_path, monkeypatch, capsys):
    made = importlib.import_module("metric_coverage")
    page = tmp_path / "intervals.md"
    marks = "".join(f"<!-- {name} -->\n<!-- end of {name} -->\n" for name in ("metrics", "metric differences"))
    page.write_text(f"before\n{marks}after")
    monkeypatch.setattr(made, "SIZES", ((30, 6),))
    monkeypatch.setattr(made, "LEAST", 10)
    monkeypatch.setattr(made, "ALL_SETTINGS", {name: made.ALL_SETTINGS[name] for name in ("even", "70/24/6")})
    arguments = ["--only-metrics", "--datasets", "40", "--resamples", "20", "--write", str(page)]
    monkeypatch.setattr("sys.argv", ["coverage.py", *arguments])
    coverage.main()
    rows = [line.strip("| ").split(" | ") for line in page.read_text().splitlines() if line.startswith("| ")]
    scores = dict(rows[1:20])
    assert {"macro_f1", "favor_against_f1_by_target", "brier", "soft_jensen_shannon"} <= set(scores)
    # in 6 groups no label is in 10
    assert scores["recall/favor"] == "– 0.00"
    assert re.fullmatch(r"\d+\.\d \(\d+\.\d \S+\) [01]\.\d\d", scores["accuracy"])
    differences = [name for name, _ in rows[21:]]
    assert {"macro_f1", "macro_f1, gap"} <= set(differences)
    assert "metric differences" in capsys.readouterr().out
    assert page.read_text().startswith("before\n")
    assert page.read_text().endswith("after")


def test_kinds_of_rows_come_to_their_expected_counts(coverage, populations):
    made, simulated = (importlib.import_module(name) for name in ("metric_coverage", "simulated"))
    generator, setting = np.random.default_rng(0), coverage.SETTINGS["even"]
    joint = populations.make_joint(generator, setting, populations.make_sizes(generator, setting, (3000, 10), 100))
    expected, drawn = made.true_kinds(setting, 10, 100), made.make_kinds(generator, joint)
    for kind in ("plain", "split", "sure"):
        assert drawn[kind].sum(axis=1).mean(axis=0) == pytest.approx(expected[kind], abs=0.6)
    held = simulated.holding(np.array([0.1, 0.3, np.nan]), np.array([0.2, 0.4, np.nan]), np.array(0.15))
    assert held[:2].tolist() == [1, 0]
    assert np.isnan(held[2])


def test_the_simulation_resamples_as_the_library_does(coverage, populations):
    # one data set of each construction's ingredients, made by both from the same counts and the same weights
    from stance.evaluation.scores._metrics import make_metrics
    from stance.evaluation.scores._resampling import resample_metrics
    from stance.evaluation.scores._sums import Sums
    from stance.evaluation.scores.intervals import resample_groups

    generator, setting = np.random.default_rng(1), coverage.SETTINGS["authors"]
    joint = populations.make_joint(generator, setting, populations.make_sizes(generator, setting, (3, 6), 40))
    table = joint.sum(axis=-1).reshape(3, 6, 9)
    (weights,) = resample_groups(6, 20, 5)
    metric = make_metrics(coverage.LABELS)["macro_f1"]
    ours = coverage.resample(metric, table, np.eye(9), weights)
    rows = table[1].sum(axis=0) + 1 / 9
    sums = Sums(table[1][np.newaxis], rows[np.newaxis], np.diag(rows)[np.newaxis], table[1].sum(axis=1), 1)
    (theirs,) = resample_metrics([(metric, sums)], 20, 5)
    for field in ("value", "drawn", "spreads", "left_out", "floor", "sizes"):
        assert getattr(ours, field)[..., 1] == pytest.approx(getattr(theirs, field), abs=1e-12)


def test_a_percentile_interval_of_five_groups_holds_the_truth_too_seldom_and_bootstrap_t_does_not(coverage):
    arguments = argparse.Namespace(datasets=60, resamples=200, seed=0)
    scores, differences = coverage.simulate(100, 5, arguments, lambda: None)
    for cell in (scores, differences):
        assert np.mean(cell.held["percentile"]) < 0.88 < np.mean(cell.held["bootstrap-t"])
    line = coverage.table_of([scores]).splitlines()[-1]
    assert re.fullmatch(r"\| 100 \| 5 \|( \d+\.\d \(\d+\.\d\) \d\.\d\d \|){5}", line)
