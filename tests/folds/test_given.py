"""The official split and the order of time."""

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from stance.errors import InputError
from stance.folds import columns_apart, fold_summary, official, time
from tests.folds.linked import by_hand, by_ids, linked_tables, shuffled

DATA = Path(os.environ.get("STANCE_DATA", Path(__file__).parents[3] / "shared" / "data"))
THREADS = DATA / "mt_csd_reddit_threads" / "Biden.csv"


def dated(dates, **columns):
    table = {"example_id": [f"t#{number}" for number in range(len(dates))], "published": dates, "label": "none"}
    return pd.DataFrame(table | {"author": None} | columns)


# the official split


def split(*names):
    return pd.DataFrame({"example_id": [f"t#{number}" for number in range(len(names))], "split": names})


def test_the_official_split_is_one_fold():
    examples = split("test", "train", "trial", "test", "test_b", None, "train")
    assert by_hand(official(examples)) == [(0, 0, [1, 2, 6], [0, 3])]
    assert by_hand(official(examples, train=["train"], test=["test", "test_b"])) == [(0, 0, [1, 6], [0, 3, 4])]


@pytest.mark.skipif(not THREADS.is_file(), reason=f"MT-CSD is not at {DATA}; set STANCE_DATA to the folder that has it")
def test_the_official_split_of_mt_csd_keeps_threads_apart():
    table = pd.read_csv(THREADS, dtype=str, keep_default_na=False)
    examples = table.assign(example_id=table["thread_id"] + "#" + table["comment_id"], author=None)
    examples["split"] = examples["split"].replace("valid", "validation")
    folds = official(examples)
    assert columns_apart(examples, folds) == ("thread_id",)
    row = fold_summary(examples, folds, ("against", "none", "favor")).iloc[0]
    assert (row["train"] + row["test"], row["shared_threads"], row["shared_targets"]) == (2845, 0, 1)


@pytest.mark.parametrize(
    ("names", "settings", "said"),
    [
        (
            (None, None),
            {},
            "official: expected examples with a split, found none that has one; map the split column in the dataset's "
            "config, or use folds=strictest",
        ),
        (
            ("train", "tests"),
            {"train": ["train"]},
            "official: expected a split of ['train'] and of ['test'], found ['tests', 'train']; set folds.train and "
            "folds.test. Did you mean 'tests'?",
        ),
        (
            ("training", "test"),
            {"train": ["train"]},
            "official: expected a split of ['train'] and of ['test'], found ['test', 'training']; set folds.train and "
            "folds.test. Did you mean 'training'?",
        ),
        (
            ("train", "test"),
            {"test": ["train"]},
            "official: expected splits to train on or to test on, found ['train'] as both",
        ),
    ],
)
def test_a_split_that_is_not_there_is_refused(names, settings, said):
    with pytest.raises(InputError) as caught:
        official(split(*names), **settings)
    assert str(caught.value) == said


def test_examples_without_the_column_have_no_split():
    with pytest.raises(InputError, match="official: expected examples with a split, found none"):
        official(pd.DataFrame({"example_id": ["t#1"]}))


# time


def test_the_past_is_trained_on_and_the_time_after_it_tested():
    examples = dated(["2020-01-03", "2020-01-01", "2020-01-06", "2020-01-02", "2020-01-05", "2020-01-04"])
    assert by_hand(time(examples, n_folds=2)) == [(0, 0, [1, 3], [0, 5]), (0, 1, [0, 1, 3, 5], [2, 4])]
    assert by_hand(time(examples, n_folds=1)) == [(0, 0, [0, 1, 3], [2, 4, 5])]


def test_comments_of_one_moment_are_on_one_side_and_those_without_a_date_on_none():
    examples = dated(["2020-01-01T10:00", "2020-01-01T11:00", "2020-01-01T11:00", None, "2020-01-01T12:00", ""])
    assert by_hand(time(examples, n_folds=1)) == [(0, 0, [0, 1, 2], [4])]


def test_moments_are_compared_across_zones_and_forms():
    examples = dated(["2020-01-01T12:00+02:00", "2020-01-01T11:00Z", "2020-01-01T10:30", "2020-01-02"])
    assert by_hand(time(examples, n_folds=3)) == [(0, 0, [0], [2]), (0, 1, [0, 2], [1]), (0, 2, [0, 1, 2], [3])]


def test_who_is_tested_is_not_trained_on_unless_it_is_allowed():
    dates = [f"2020-01-0{day}" for day in range(1, 7)]
    examples = dated(dates, author=["p", "q", None, "p", "r", "q"])
    assert by_hand(time(examples, 2)) == [(0, 0, [1], [2, 3]), (0, 1, [0, 2, 3], [4, 5])]
    assert by_hand(time(examples, 2, apart=[])) == [(0, 0, [0, 1], [2, 3]), (0, 1, [0, 1, 2, 3], [4, 5])]
    copied = examples.assign(duplicate_group=["t#0", None, None, None, "t#0", None])
    assert by_hand(time(copied, 2, apart=[]))[1] == (0, 1, [1, 2, 3], [4, 5])


@settings(max_examples=30)
@given(linked_tables(min_size=4), st.data(), st.integers(0, 2**16))
def test_time_never_runs_backwards_and_nobody_is_on_both_sides(examples, data, seed):
    days = st.none() | st.integers(1, 9).map(lambda day: f"2020-01-0{day}")
    examples["published"] = data.draw(st.lists(days, min_size=len(examples), max_size=len(examples)))
    try:
        folds = time(examples, n_folds=2)
    except InputError:
        assume(False)
    dates = examples["published"].to_numpy()
    for fold in folds:
        assert max(dates[fold.train]) < min(dates[fold.test])
        for column in ("author", "duplicate_group"):
            train, test = (set(examples[column].iloc[rows].dropna()) for rows in (fold.train, fold.test))
            assert not train & test
    tested = np.concatenate([fold.test for fold in folds])
    assert len(set(tested)) == len(tested)
    other = shuffled(examples, seed)
    assert by_ids(other, time(other, n_folds=2)) == by_ids(examples, folds)


@pytest.mark.parametrize(
    ("dates", "settings", "said"),
    [
        ([None, ""], {}, "time: expected examples with a date in `published`, found none that has one"),
        (
            ["2020-01-01", "last week", "soon"],
            {},
            "time: expected dates like 2016-09-20T15:30, found 2 that cannot be read (t#1: 'last week'; t#2: 'soon')",
        ),
        (
            ["2020-01-01"] * 5 + ["2020-01-02"],
            {"n_folds": 2},
            "time: expected dates for 3 windows, found 2 among 2 moments of 6 dated examples; lower folds.n_folds",
        ),
        (["2020-01-01"], {"n_folds": 0}, "time: expected n_folds >= 1, found 0"),
    ],
)
def test_dates_that_part_nothing_are_refused(dates, settings, said):
    with pytest.raises(InputError) as caught:
        time(dated(dates), **settings)
    assert str(caught.value) == said


def test_a_window_whose_whole_past_is_tested_too_is_refused():
    with pytest.raises(InputError) as caught:
        time(dated(["2020-01-01", "2020-01-02"], author=["p", "p"]), 1)
    assert str(caught.value) == (
        "time: expected somebody to train on before window 1 of 1, found only groups by author that are tested too; "
        "lower folds.n_folds, or set folds.apart=[]"
    )
