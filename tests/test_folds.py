"""Folds: written by hand, and laws that hold for any examples."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from stance.errors import InputError
from stance.folds import (
    Fold,
    author_groups,
    fold_summary,
    leave_one_author_out,
    leave_one_out,
    repeated_stratified,
)
from tests.tables import LABELS, example_tables

seeds = st.integers(0, 2**16)


def sides(examples, folds):
    """Return the ids that each fold trains on and tests, what folds are but for the order of rows."""
    ids = examples["example_id"].to_numpy()
    return {(fold.repeat, frozenset(ids[fold.train]), frozenset(ids[fold.test])) for fold in folds}


def by_hand(folds):
    return [(fold.repeat, fold.fold, fold.train.tolist(), fold.test.tolist()) for fold in folds]


# folds written by hand


def test_without_an_author_an_example_is_a_group_of_its_own(examples):
    groups = ["reader-1", "reader-2", "t#3", "reader-1", "reader-3", "reader-2", "t#7", "reader-1"]
    assert author_groups(examples).tolist() == groups


def test_leave_one_out_tests_each_example_alone(examples):
    assert by_hand(leave_one_out(examples.head(3))) == [(0, 0, [1, 2], [0]), (0, 1, [0, 2], [1]), (0, 2, [0, 1], [2])]


def test_leave_one_author_out_tests_all_of_an_author_together(examples):
    assert by_hand(leave_one_author_out(examples)) == [
        (0, 0, [1, 2, 4, 5, 6], [0, 3, 7]),
        (0, 1, [0, 2, 3, 4, 6, 7], [1, 5]),
        (0, 2, [0, 1, 2, 3, 5, 6, 7], [4]),
        (0, 3, [0, 1, 3, 4, 5, 6, 7], [2]),
        (0, 4, [0, 1, 2, 3, 4, 5, 7], [6]),
    ]


def test_repeated_stratified_puts_each_label_into_each_fold(examples):
    folds = repeated_stratified(examples, n_folds=2, n_repeats=3)
    assert [(fold.repeat, fold.fold) for fold in folds] == [(0, 0), (0, 1), (1, 0), (1, 1), (2, 0), (2, 1)]
    counts = [examples["label"].iloc[fold.test].value_counts() for fold in folds]
    assert all(count["favor"] in (1, 2) and count["none"] in (1, 2) and count["against"] == 1 for count in counts)
    assert [len(fold.test) for fold in folds] == [4] * 6


def test_another_seed_gives_other_folds_and_the_same_seed_the_same(examples):
    made = [by_hand(repeated_stratified(examples, 2, 5, random_state)) for random_state in (1, 1, 2)]
    assert made[0] == made[1] != made[2]


# laws


@given(example_tables(), seeds)
def test_every_example_is_tested_once_in_every_repeat(examples, seed):
    makers = [leave_one_out]
    if author_groups(examples).nunique() > 1:
        makers.append(leave_one_author_out)
    if examples["label"].value_counts().min() > 1:
        makers.append(lambda examples: repeated_stratified(examples, 2, 3, seed))
    for make in makers:
        folds = make(examples)
        for repeat in {fold.repeat for fold in folds}:
            tests = [fold.test for fold in folds if fold.repeat == repeat]
            assert sorted(np.concatenate(tests)) == list(range(len(examples)))
        for fold in folds:
            assert sorted([*fold.train, *fold.test]) == list(range(len(examples)))


@given(example_tables())
def test_no_author_stands_on_both_sides_when_authors_are_left_out(examples):
    groups = author_groups(examples).to_numpy()
    assume(len(set(groups)) > 1)
    folds = leave_one_author_out(examples)
    assert [set(groups[fold.test]) & set(groups[fold.train]) for fold in folds] == [set()] * len(set(groups))
    assert all(len(set(groups[fold.test])) == 1 for fold in folds)


@given(example_tables(), seeds)
def test_the_order_of_rows_changes_no_fold(examples, seed):
    shuffled = examples.sample(frac=1, random_state=seed).reset_index(drop=True)
    assert sides(examples, leave_one_out(examples)) == sides(shuffled, leave_one_out(shuffled))
    if author_groups(examples).nunique() > 1:
        assert by_ids(examples, leave_one_author_out(examples)) == by_ids(shuffled, leave_one_author_out(shuffled))
    if examples["label"].value_counts().min() > 1:
        made = [by_ids(table, repeated_stratified(table, 2, 2, seed)) for table in (examples, shuffled)]
        assert made[0] == made[1]


def by_ids(examples, folds):
    ids = examples["example_id"].to_numpy()
    return [(fold.repeat, fold.fold, set(ids[fold.train]), set(ids[fold.test])) for fold in folds]


@given(example_tables())
def test_what_authors_are_called_changes_no_fold(examples):
    assume(author_groups(examples).nunique() > 1)
    renamed = examples.assign(author=examples["author"].map({"p": "z", "q": "y", "r": "x", "s": "w"}))
    assert sides(examples, leave_one_author_out(examples)) == sides(renamed, leave_one_author_out(renamed))


# the summary


def test_the_summary_says_what_each_fold_holds(examples):
    table = fold_summary(examples, leave_one_author_out(examples), LABELS)
    assert table.iloc[0].to_dict() == {
        "repeat": 0,
        "fold": 0,
        "train": 5,
        "test": 3,
        "train_authors": 4,
        "test_authors": 1,
        "shared_authors": 0,
        "train/against": 0,
        "train/none": 2,
        "train/favor": 3,
        "test/against": 2,
        "test/none": 1,
        "test/favor": 0,
        "finding": "no against in training",
    }
    assert table["finding"].tolist()[1:] == [""] * 4


def test_the_summary_counts_authors_who_stand_on_both_sides(examples):
    fold = Fold(0, 0, np.array([0, 1, 2]), np.array([3, 4, 5, 6, 7]))
    row = fold_summary(examples, [fold], ("against", "none", "favor", "unsure")).iloc[0]
    assert (row["train_authors"], row["test_authors"], row["shared_authors"]) == (3, 4, 2)
    assert row["finding"] == "no unsure in training"


def test_several_labels_that_are_missing_are_all_named(examples):
    fold = Fold(0, 0, np.array([0, 3]), np.array([1]))
    assert fold_summary(examples, [fold], LABELS)["finding"].tolist() == ["no none or favor in training"]


# refusals


@pytest.mark.parametrize(
    ("make", "rows", "message"),
    [
        (leave_one_out, [0], "leave_one_out: expected at least 2 examples, found 1; there is nothing to train on"),
        (leave_one_author_out, [0, 3], "leave_one_author_out: expected at least 2 authors, found 1; there is nothing"),
        (
            repeated_stratified,
            [0, 1, 2, 3, 5, 6, 7],
            "repeated_stratified: label 'against' has 2 example(s) for n_folds=4; a label needs at least one for each "
            "fold. Lower folds.n_folds, annotate more, or use folds=leave_one_out",
        ),
    ],
)
def test_too_little_to_split_is_refused_with_the_remedy(examples, make, rows, message):
    with pytest.raises(InputError) as caught:
        make(examples.iloc[rows].reset_index(drop=True))
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize(("n_folds", "n_repeats"), [(1, 1), (0, 3), (2, 0)])
def test_numbers_of_folds_that_split_nothing_are_refused(examples, n_folds, n_repeats):
    with pytest.raises(InputError) as caught:
        repeated_stratified(examples, n_folds, n_repeats)
    assert str(caught.value) == (
        f"repeated_stratified: expected n_folds >= 2 and n_repeats >= 1, found {n_folds}, {n_repeats}"
    )
