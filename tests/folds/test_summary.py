"""What folds hold, as tables and in words."""

import numpy as np
import pytest
from hypothesis import given, settings

from stance.folds import (
    Fold,
    columns_apart,
    coverage_note,
    fold_summary,
    fold_targets,
    leave_one_author_out,
    leave_one_out,
)
from stance.folds._summary import shared_duplicates
from tests.folds.linked import linked_tables
from tests.tables import LABELS


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


@pytest.fixture
def threads(examples):
    """The eight examples in two threads and with two targets; the first and the sixth are the same text."""
    return examples.assign(
        thread_id=["t"] * 5 + ["u"] * 3,
        target=["x", "x", "y", "x", "y", "x", "y", "x"],
        duplicate_group=["t#1", None, None, None, None, "t#1", None, None],
        text=["late and dear and slow again", *examples["text"][1:5], "late and dear and slow again", "", ""],
    )


def test_threads_targets_and_duplicates_are_counted_where_there_are_any(threads):
    folds = [Fold(0, 0, np.array([0, 1, 3, 7]), np.array([2, 4, 5, 6]))]
    row = fold_summary(threads, folds, LABELS).iloc[0]
    assert row[["train_threads", "test_threads", "shared_threads"]].tolist() == [2, 2, 2]
    assert row[["train_targets", "test_targets", "shared_targets"]].tolist() == [1, 2, 1]
    # the sixth is one group with the first, and with the second, whose author it has
    assert row[["train_authors", "test_authors", "shared_authors"]].tolist() == [1, 4, 1]
    assert row["shared_duplicates"] == 1
    assert row["finding"] == "1 of 2 target(s) unseen in training"


def test_the_duplicates_on_the_other_side_are_named(threads):
    folds = [
        Fold(0, 0, np.array([0, 1, 3, 7]), np.array([2, 4, 5, 6])),
        Fold(0, 1, np.array([2, 4, 5, 6]), np.array([0, 1, 3, 7])),
    ]
    table = shared_duplicates(threads, folds)
    assert list(table.columns) == ["repeat", "fold", "example_id", "duplicate_group"]
    assert table.to_numpy().tolist() == [[0, 1, "t#1", "t#1"], [0, 0, "t#6", "t#1"]]
    assert shared_duplicates(threads, leave_one_out(threads)).empty
    assert shared_duplicates(threads.drop(columns="duplicate_group"), folds).empty


def test_short_texts_of_nobody_known_make_no_author_who_is_on_both_sides(threads):
    unknown = threads.assign(author=None, text="ha ha")
    folds = [Fold(0, 0, np.array([1, 2, 3, 4]), np.array([0])), Fold(0, 1, np.array([0, 1]), np.array([5]))]
    assert fold_summary(unknown, folds, LABELS)["shared_authors"].tolist() == [0, 0]
    said = unknown.assign(text="late and dear and slow again")
    assert fold_summary(said, folds, LABELS)["shared_authors"].tolist() == [0, 1]


def test_targets_are_counted_on_each_side(threads):
    folds = [Fold(0, 0, np.array([0, 1, 3, 7]), np.array([2, 4, 5]))]
    assert fold_targets(threads, folds).to_numpy().tolist() == [[0, 0, "x", 4, 1], [0, 0, "y", 0, 2]]


def test_what_folds_hold_out_is_read_off_them(threads):
    assert columns_apart(threads, [Fold(0, 0, np.arange(5), np.arange(5, 8))]) == ("thread_id",)
    assert columns_apart(threads, leave_one_out(threads)) == ()
    assert columns_apart(threads, leave_one_author_out(threads)) == ("author",)
    by_two = [Fold(0, 0, np.array([0, 1, 3, 5, 7]), np.array([2, 4, 6]))]
    assert columns_apart(threads, by_two) == ("author", "target")
    alone = threads.assign(author="p", thread_id="t").drop(columns="target")
    assert columns_apart(alone, by_two) == ()


@settings(max_examples=40)
@given(linked_tables())
def test_a_column_is_apart_where_no_value_is_on_both_sides(examples):
    half = len(examples) // 2
    fold = Fold(0, 0, np.arange(half), np.arange(half, len(examples)))
    expected = tuple(
        column
        for column in ("author", "thread_id", "target")
        if examples[column].nunique() > 1
        and not set(examples[column].iloc[fold.train].dropna()) & set(examples[column].iloc[fold.test].dropna())
    )
    assert columns_apart(examples, [fold]) == expected


def test_what_is_never_tested_is_said_in_numbers(examples):
    assert coverage_note(examples, leave_one_out(examples)) == ""
    fold = Fold(0, 0, np.array([0, 1, 2]), np.array([3]))
    assert coverage_note(examples, [fold]) == "1 of 8 examples are tested, 3 only trained on and 4 in no fold"
    assert coverage_note(examples.head(4), [fold]) == "1 of 4 examples are tested, 3 only trained on"
