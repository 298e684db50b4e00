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


def test_tables_replace_those_between_their_marks_and_nothing_else(coverage):
    page = "a\n<!-- one -->\n<!-- end of one -->\nb\n<!-- two -->\nold\n<!-- end of two -->\nc\n"
    once = coverage.put_into(coverage.put_into(page, "one", "| 1 |"), "two", "| 2 |")
    assert once == "a\n<!-- one -->\n| 1 |\n<!-- end of one -->\nb\n<!-- two -->\n| 2 |\n<!-- end of two -->\nc\n"
    assert coverage.put_into(once, "two", "| 2 |") == once


def test_sizes_add_up_and_no_group_is_empty(coverage):
    sizes = coverage.make_sizes(np.random.default_rng(0), coverage.SETTINGS["threads"], (50, 7), 30)
    assert (sizes.sum(axis=1) == 30).all()
    assert sizes.min() == 1


@pytest.mark.parametrize("name", ["authors", "loud"])
def test_the_truth_is_what_very_many_comments_come_to(coverage, name):
    generator, setting = np.random.default_rng(0), coverage.SETTINGS[name]
    joint = coverage.make_joint(generator, setting, coverage.make_sizes(generator, setting, (4000, 10), 100))
    expected = coverage.true_sums(setting, 10, 100) / 100
    found = np.concatenate([joint.sum(axis=axis).sum(axis=(0, 1)).ravel() for axis in (-1, -2)]) / joint.sum()
    assert found == pytest.approx(expected, abs=0.01)


def test_the_simulation_resamples_as_the_library_does(coverage):
    # one data set of each construction's ingredients, made by both from the same counts and the same weights
    from stance.intervals import resample_groups
    from stance.scores import Sums, make_metrics, resample_metrics

    generator, setting = np.random.default_rng(1), coverage.SETTINGS["authors"]
    joint = coverage.make_joint(generator, setting, coverage.make_sizes(generator, setting, (3, 6), 40))
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
