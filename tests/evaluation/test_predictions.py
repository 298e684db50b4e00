"""Predictions: every example once a repeat, by a classifier that has not seen it."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.dummy import DummyClassifier
from threadpoolctl import threadpool_info, threadpool_limits

from stance.classifiers import author_prior, complement_nb, linear_svm, logreg, majority
from stance.errors import InputError
from stance.evaluation.predictions import cross_predict, fit_classifier, make_weights, with_annotator_shares
from stance.folds import Fold, author_groups, leave_one_author_out, leave_one_out, repeated_stratified
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


class ThreadCounter(DummyClassifier):
    """A classifier that keeps how many threads linear algebra might take while it was fitted."""

    def fit(self, X, y):
        self.threads_ = {pool["num_threads"] for pool in threadpool_info()}
        return super().fit(X, y)


def test_a_fit_takes_one_thread_on_every_machine_and_gives_the_others_back(examples):
    # the last digits of a solver depend on how many threads share its sums
    with threadpool_limits(2):
        before = threadpool_info()
        assert fit_classifier(ThreadCounter(), examples).threads_ == {1}
        assert threadpool_info() == before
        assert {pool["num_threads"] for pool in before} == {2}


def test_a_classifier_without_probabilities_has_no_scores(examples):
    table = cross_predict(linear_svm(), examples, leave_one_out(examples), LABELS)
    assert list(table.columns) == ["example_id", "repeat", "fold", "label", "predicted", "features"]


class Dear(DummyClassifier):
    """A classifier whose predictions are costly, and that counts them."""

    costly = ("predict",)
    asked = 0

    def predict(self, X):
        raise AssertionError("its labels are known from its probabilities")

    def predict_proba(self, X):
        Dear.asked += 1
        return super().predict_proba(X)


def test_a_costly_classifier_is_asked_once_a_fold(examples):
    Dear.asked = 0
    folds = leave_one_out(examples)
    table = cross_predict(Dear(strategy="prior"), examples, folds, LABELS)
    assert Dear.asked == len(folds)
    cheap = cross_predict(DummyClassifier(strategy="prior"), examples, folds, LABELS)
    pd.testing.assert_frame_equal(table, cheap)


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
        (
            [((0, 1), (2, 3)), ((2, 3), (0, 1, 1))],
            "repeat 0 of the folds tests an example twice or leaves one out",
        ),
        ([((0,), (1, 2)), ((0,), (2, 3))], "repeat 0 of the folds tests an example twice or leaves one out"),
        ([((0, 1), (2, 3)), ((), (1,))], "fold 1 of repeat 0 trains on no examples"),
        ([((0, 1), (2, 3)), ((0,), ())], "fold 1 of repeat 0 tests no examples"),
    ],
)
def test_folds_that_test_an_example_twice_or_nothing_are_refused(examples, folds, message):
    made = [
        Fold(0, number, np.array(train, dtype=int), np.array(test, dtype=int))
        for number, (train, test) in enumerate(folds)
    ]
    with pytest.raises(InputError) as caught:
        cross_predict(majority(), examples.head(4), made, LABELS)
    assert str(caught.value) == message


def test_a_repeat_that_tests_less_than_another_is_refused(examples):
    folds = [Fold(0, 0, np.array([0]), np.array([1, 2])), Fold(1, 0, np.array([0]), np.array([1]))]
    with pytest.raises(InputError, match="repeat 1 of the folds tests an example twice or leaves one out"):
        cross_predict(majority(), examples, folds, LABELS)


@settings(max_examples=40)
@given(example_tables(min_size=3), st.data())
def test_of_folds_that_test_a_part_the_table_holds_that_part_once_a_repeat(examples, data):
    rows = data.draw(st.permutations(range(len(examples))))
    train, test = np.array(rows[:1]), np.array(rows[1 : data.draw(st.integers(2, len(rows)))])
    table = cross_predict(Memory(), examples, [Fold(repeat, 0, train, test) for repeat in (0, 1)], LABELS)
    expected = sorted(examples["example_id"].iloc[test])
    assert table["example_id"].tolist() == expected * 2
    assert table["repeat"].tolist() == [0] * len(test) + [1] * len(test)


# weights


@pytest.mark.parametrize("make", [complement_nb, logreg, linear_svm, majority])
def test_an_example_that_weighs_nothing_says_nothing(examples, make):
    fold = Fold(0, 0, np.array([0, 1, 2, 3, 4]), np.array([5, 6, 7]))
    weights = pd.Series([1.0, 1.0, 1.0, 0.0, 1.0, 1.0, 1.0, 1.0])
    # what is fitted knows the words of a row without weight, and must not know its label
    other = examples.assign(label=examples["label"].where(examples["example_id"] != "t#4", "favor"))
    made = [
        cross_predict(make(), rows, [fold], LABELS, weights=weights).drop(columns="label") for rows in (examples, other)
    ]
    if make in (complement_nb, majority):
        pd.testing.assert_frame_equal(*made)
    assert made[0]["predicted"].tolist() == made[1]["predicted"].tolist()


def test_weights_are_those_of_the_training_rows():
    rows = pd.DataFrame({"example_id": list("abcd"), "label": ["against", "favor", "against", "favor"], "text": "same"})
    folds = [Fold(0, 0, np.array([1, 2]), np.array([0, 3])), Fold(0, 1, np.array([0, 3]), np.array([1, 2]))]
    weights = pd.Series([1.0, 3.0, 1.0, 2.0])
    table = cross_predict(majority(), rows, folds, ("against", "favor"), weights=weights)
    assert table["score_favor"].tolist() == pytest.approx([3 / 4, 2 / 3, 2 / 3, 3 / 4])


def test_a_classifier_that_takes_no_weights_is_named(examples):
    with pytest.raises(InputError) as caught:
        cross_predict(author_prior(), examples, leave_one_out(examples), LABELS, weights=pd.Series([1.0] * 8))
    assert str(caught.value) == (
        "weights: expected a classifier that takes weights, found GroupPriorClassifier; choose another one, or set "
        "weights.label_share=false and weights.own=1"
    )


@pytest.mark.parametrize(
    ("weights", "said"),
    [
        (pd.Series([1.0] * 7), "weights: expected one value for each of 8 examples with their index, found 7"),
        (
            pd.Series([1.0] * 8, index=range(1, 9)),
            "weights: expected one value for each of 8 examples with their index, found 8",
        ),
        (pd.Series([1.0] * 7 + [-1.0]), "weights: expected finite numbers of 0 or more, found others"),
        (pd.Series([1.0] * 7 + [float("nan")]), "weights: expected finite numbers of 0 or more, found others"),
        (pd.Series([1.0] * 7 + [float("inf")]), "weights: expected finite numbers of 0 or more, found others"),
    ],
)
def test_weights_that_fit_no_examples_are_refused(examples, weights, said):
    with pytest.raises(InputError) as caught:
        cross_predict(logreg(), examples, leave_one_out(examples), LABELS, weights=weights)
    assert str(caught.value) == said


def test_an_example_weighs_the_share_of_annotators_who_gave_its_label(examples):
    shares = [[0.5, 0.5, 0.0], [0.0, 0.25, 0.75]] + [[0.0, 1.0, 0.0]] * 6
    rows = examples.assign(label_share=shares)
    assert make_weights(rows, LABELS, label_share=True).tolist() == [0.5, 0.75, 1.0, 0.0, 0.0, 0.0, 1.0, 1.0]
    assert make_weights(rows, LABELS) is None
    both = make_weights(rows.assign(source=[None] * 4 + ["other"] * 4), LABELS, label_share=True, own=2.0)
    assert both.tolist() == [1.0, 1.5, 2.0, 0.0, 0.0, 0.0, 1.0, 1.0]


@pytest.mark.parametrize(
    ("columns", "settings", "said"),
    [
        (
            {},
            {"label_share": True},
            "label_share: expected 3 shares for each example, found 8 without, t#1 first; only examples with "
            "annotators have them. Leave the others out, or set weights.label_share=false",
        ),
        (
            {"label_share": [[1.0, 0.0, 0.0]] * 5 + [None, [], [1.0]]},
            {"label_share": True},
            "label_share: expected 3 shares for each example, found 3 without, t#6 first; only examples",
        ),
        ({}, {"own": 2}, "weights.own: expected sources beside this data set's examples, found none for own=2"),
        ({"source": None}, {"own": 0}, "weights.own: expected a number above 0, found 0"),
    ],
)
def test_weights_that_cannot_be_made_are_refused(examples, columns, settings, said):
    with pytest.raises(InputError) as caught:
        make_weights(examples.assign(**columns), LABELS, **settings)
    assert str(caught.value).startswith(said)


# fitting


def test_what_is_fitted_on_a_fold_is_handed_on(examples):
    folds, seen = leave_one_author_out(examples), []
    cross_predict(logreg(), examples, folds, LABELS, on_fitted=lambda fold, fitted: seen.append((fold, fitted)))
    assert [fold for fold, _ in seen] == folds
    assert all(hasattr(fitted, "classes_") for _, fitted in seen)
    assert len({id(fitted) for _, fitted in seen}) == 5


def test_a_classifier_is_fitted_as_in_a_fold(examples):
    fitted = fit_classifier(logreg(), examples)
    assert fitted.predict(examples).tolist() == logreg().fit(examples, examples["label"]).predict(examples).tolist()
    one_label = fit_classifier(logreg(), examples[examples["label"] == "none"])
    assert one_label.predict(examples).tolist() == ["none"] * 8


def test_a_column_without_words_is_said_to_have_none(examples):
    rows = examples.assign(context="")
    with pytest.raises(InputError) as refused:
        fit_classifier(logreg(reads=["text", "context"]), rows)
    assert str(refused.value) == (
        "classifier.reads: expected words in every column that is read, found none in one of them in 8 training "
        "examples; read only text, or build the dataset with a context (dataset.context=parent)"
    )


def test_a_missing_text_is_named(examples):
    examples = examples.assign(text=examples["text"].where(examples.index != 5))
    with pytest.raises(InputError, match="found none in 1, the first with the index 5"):
        cross_predict(majority(), examples, leave_one_out(examples), LABELS)


def test_shares_of_annotators_stand_beside_predictions_where_several_differ():
    examples = pd.DataFrame(
        {
            "example_id": ["a", "b", "c"],
            "annotators": [["p", "q"], ["p"], ["p", "q", "r", "s"]],
            "label_share": [[1.0, 0.0], [0.0, 1.0], [0.25, 0.75]],
        }
    )
    table = pd.DataFrame({"example_id": ["c", "a", "b"], "score_no": 0.5, "score_yes": 0.5})
    found = with_annotator_shares(table, examples, ["no", "yes"])
    assert found["share_yes"].tolist()[:2] == [0.75, 0.0]
    assert np.isnan(found["share_no"].iloc[2])  # one annotator is no distribution
    # nobody differs, no probabilities, no shares
    assert with_annotator_shares(table, examples.head(2), ["no", "yes"]) is table
    assert with_annotator_shares(table[["example_id"]], examples, ["no", "yes"]).columns.tolist() == ["example_id"]
    assert with_annotator_shares(table, examples[["example_id"]], ["no", "yes"]) is table
