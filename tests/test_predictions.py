"""Predictions: every example once a repeat, by a classifier that has not seen it."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stance.classifiers import author_prior, complement_nb, linear_svm, logreg, majority
from stance.errors import InputError
from stance.folds import Fold, author_groups, leave_one_author_out, leave_one_out, repeated_stratified
from stance.predictions import cross_predict
from tests.tables import LABELS, example_tables


def test_majority_predictions_are_those_made_by_hand(examples):
    # 2 against, 3 favor, 3 none: the tie of the rest goes to the label that sorts first
    table = cross_predict(majority(), examples, leave_one_out(examples), LABELS)
    assert list(table.columns) == [
        "example_id",
        "repeat",
        "fold",
        "label",
        "predicted",
        "score_against",
        "score_none",
        "score_favor",
        "features",
    ]
    assert table["predicted"].tolist() == ["favor", "none", "favor", "favor", "none", "none", "favor", "favor"]
    assert table["label"].tolist() == examples["label"].tolist()
    assert table.loc[0, ["score_against", "score_none", "score_favor"]].tolist() == pytest.approx([1 / 7, 3 / 7, 3 / 7])
    assert set(table["features"]) == {""}


def test_author_prior_says_what_the_author_said_elsewhere(examples):
    table = cross_predict(author_prior(), examples, leave_one_out(examples), LABELS)
    by_id = table.set_index("example_id")["predicted"]
    assert by_id[["t#2", "t#6", "t#8"]].tolist() == ["favor", "favor", "against"]
    assert not any(column.startswith("score_") for column in table)


def test_a_linear_classifier_names_the_words_that_spoke(examples):
    table = cross_predict(complement_nb(), examples, leave_one_out(examples), LABELS).set_index("example_id")
    assert table.loc["t#6", "predicted"] == "favor"
    assert table.loc["t#6", "features"] == "joy"


def test_a_classifier_without_probabilities_has_no_scores(examples):
    table = cross_predict(linear_svm(), examples, leave_one_out(examples), LABELS)
    assert list(table.columns) == ["example_id", "repeat", "fold", "label", "predicted", "features"]


def test_a_label_missing_from_training_has_probability_nought(examples):
    others, reader_1 = np.array([1, 2, 4, 5, 6]), np.array([0, 3, 7])
    folds = [Fold(0, 0, others, reader_1), Fold(0, 1, reader_1, others)]
    table = cross_predict(logreg(), examples, folds, LABELS).set_index("example_id")
    assert table.loc[["t#1", "t#4", "t#8"], "score_against"].tolist() == [0, 0, 0]
    assert table[["score_against", "score_none", "score_favor"]].sum(axis=1).tolist() == pytest.approx([1.0] * 8)


@pytest.mark.parametrize("make", [complement_nb, logreg, linear_svm])
def test_one_label_only_in_training_is_predicted_and_no_crash(examples, make):
    folds = [
        Fold(0, 0, np.array([1, 4, 5]), np.array([0, 2, 3, 6, 7])),
        Fold(0, 1, np.array([2, 6]), np.array([1, 4, 5])),
    ]
    table = cross_predict(make(), examples, folds, LABELS)
    assert set(table.loc[table["fold"] == 0, "predicted"]) == {"favor"}
    assert set(table.loc[table["fold"] == 1, "predicted"]) == {"none"}
    assert not table.isna().any().any()


def test_the_classifier_that_is_given_stays_unfitted_and_each_fold_calls_back(examples):
    classifier, calls = logreg(), []
    cross_predict(classifier, examples, leave_one_author_out(examples), LABELS, on_fold=lambda: calls.append(1))
    assert len(calls) == 5
    assert not hasattr(classifier, "classes_")
    assert not hasattr(classifier.named_steps["classifier"], "coef_")


class Memory:
    """A classifier that fails if it is asked about a row that it has seen."""

    def __init__(self, column="example_id"):
        self.column = column

    def get_params(self, deep=True):
        return {"column": self.column}

    def fit(self, rows, labels):
        self.seen_ = set(rows[self.column])
        assert list(rows["label"]) == list(labels)
        return self

    def predict(self, rows):
        assert not self.seen_ & set(rows[self.column])
        return np.array(["none"] * len(rows))


@settings(max_examples=40)
@given(example_tables(), st.integers(0, 2**16))
def test_every_example_is_predicted_once_a_repeat_by_who_has_not_seen_it(examples, seed):
    folds = leave_one_out(examples)
    if examples["label"].value_counts().min() > 1:
        folds = repeated_stratified(examples, 2, 3, seed)
    table = cross_predict(Memory(), examples, folds, LABELS)
    repeats = sorted({fold.repeat for fold in folds})
    expected = [(repeat, example_id) for repeat in repeats for example_id in sorted(examples["example_id"])]
    assert list(zip(table["repeat"], table["example_id"], strict=True)) == expected
    truth = examples.set_index("example_id")["label"]
    assert table["label"].tolist() == truth.loc[table["example_id"]].tolist()


@settings(max_examples=40)
@given(example_tables())
def test_with_authors_left_out_no_author_has_been_seen(examples):
    if author_groups(examples).nunique() > 1:
        grouped = examples.assign(group=author_groups(examples))
        table = cross_predict(Memory("group"), grouped, leave_one_author_out(examples), LABELS)
        assert len(table) == len(examples)


@settings(max_examples=6)
@given(example_tables(min_size=4), st.integers(0, 2**16))
def test_the_order_of_rows_changes_no_prediction(examples, seed):
    shuffled = examples.sample(frac=1, random_state=seed).reset_index(drop=True)
    made = [cross_predict(complement_nb(), table, leave_one_out(table), LABELS) for table in (examples, shuffled)]
    columns = ["example_id", "repeat", "fold", "label", "predicted", "score_against", "score_none", "score_favor"]
    pd.testing.assert_frame_equal(made[0][columns], made[1][columns])


@pytest.mark.parametrize(
    ("folds", "message"),
    [
        ([], "expected at least one fold, found none; make them with a function of stance.folds"),
        ([((0, 1), (1, 2))], "fold 0 of repeat 0 tests on examples that it trains on"),
        ([((0, 1), (2, 3))], "repeat 0 of the folds does not test every example exactly once"),
        ([((0, 1), (2, 3)), ((2, 3), (0, 1, 1))], "repeat 0 of the folds does not test every example exactly once"),
    ],
)
def test_folds_that_do_not_test_everything_once_are_refused(examples, folds, message):
    made = [Fold(0, number, np.array(train), np.array(test)) for number, (train, test) in enumerate(folds)]
    with pytest.raises(InputError) as caught:
        cross_predict(majority(), examples.head(4), made, LABELS)
    assert str(caught.value) == message
