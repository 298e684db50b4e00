"""Scores: equal to scikit-learn's, to numbers computed by hand, and to what others have published."""

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics

from stance.classifiers.group_prior import GroupPriorClassifier
from stance.errors import InputError
from stance.scores import (
    Score,
    confusion,
    metric_functions,
    resample_groups,
    resample_metric,
    score_by_fold,
    score_predictions,
)
from tests.tables import LABELS, prediction_tables

DATA = Path(os.environ.get("STANCE_DATA", Path(__file__).parents[2] / "shared" / "data")) / "tweeteval_stance"
TARGETS = ("abortion", "atheism", "climate", "feminist", "hillary")
TWEETEVAL_LABELS = ("none", "against", "favor")

seeds = st.integers(0, 2**16)


def predictions(given_labels, predicted, groups=None, repeat=0, **columns):
    """Return predictions and their groups from words: a label begins with a, n or f."""
    table = pd.DataFrame(
        {
            "example_id": [f"t#{number:02}" for number in range(len(given_labels))],
            "repeat": repeat,
            "fold": 0,
            "label": [spelled(letter) for letter in given_labels],
            "predicted": [spelled(letter) for letter in predicted],
            **columns,
        }
    )
    return table, pd.Series(list(groups or table["example_id"]), index=table["example_id"])


def spelled(letter):
    return next(label for label in LABELS if label.startswith(letter))


def values(table, groups, labels=LABELS):
    return {score.metric: score.value for score in score_predictions(table, groups, labels, n_resamples=1)}


def intervals(table, groups, labels=LABELS, n_resamples=50, random_state=0):
    scores = score_predictions(table, groups, labels, n_resamples, random_state)
    return {score.metric: (score.value, score.low, score.high) for score in scores}


def same(first, second):
    """Tell whether scores are the same: to the last digit but for the order of sums, undefined where undefined."""
    return list(first) == list(second) and all(
        first[name] == pytest.approx(second[name], nan_ok=True) for name in first
    )


# against scikit-learn


@settings(max_examples=40)
@given(prediction_tables())
def test_scores_are_those_of_scikit_learn_with_labels_missing_or_not(drawn):
    table, groups = drawn
    found = values(table, groups)
    truth, predicted = table["label"], table["predicted"]
    occurring = sorted({*truth, *predicted})
    expected = {
        "macro_f1": metrics.f1_score(truth, predicted, average="macro", zero_division=np.nan),
        "favor_against_f1": metrics.f1_score(
            truth, predicted, labels=["favor", "against"], average="macro", zero_division=0
        ),
        "accuracy": metrics.accuracy_score(truth, predicted),
        # balanced_accuracy_score is this, with a warning where a label was predicted that was never given
        "balanced_accuracy": metrics.recall_score(truth, predicted, labels=sorted(set(truth)), average="macro"),
        # scikit-learn says 0 as well where one label is all there is, but warns
        "mcc": metrics.matthews_corrcoef(truth, predicted) if len(occurring) > 1 else 0,
        "log_loss": metrics.log_loss(
            truth, table[[f"score_{label}" for label in sorted(LABELS)]], labels=sorted(LABELS)
        ),
    }
    for name, function in (("f1", metrics.f1_score), ("precision", metrics.precision_score)):
        by_label = function(truth, predicted, labels=occurring, average=None, zero_division=0)
        expected |= {f"{name}/{label}": value for label, value in zip(occurring, by_label, strict=True)}
    given_labels = sorted(set(truth))
    recalls = metrics.recall_score(truth, predicted, labels=given_labels, average=None)
    expected |= {f"recall/{label}": value for label, value in zip(given_labels, recalls, strict=True)}
    assert {name: found[name] for name in expected} == pytest.approx(expected)
    assert all(np.isnan(found[name]) for name in found.keys() - expected.keys())


@settings(max_examples=30)
@given(prediction_tables(), prediction_tables())
def test_a_score_is_the_mean_over_the_repeats(first, second):
    size = min(len(first[0]), len(second[0]))
    repeats = [first[0].head(size), second[0].head(size).assign(repeat=1, label=first[0]["label"].head(size))]
    groups = first[1].head(size)
    both = values(pd.concat(repeats), groups)
    alone = [values(table, groups) for table in repeats]
    assert same(both, {name: (alone[0][name] + alone[1][name]) / 2 for name in both})


# by hand


def test_scores_are_those_computed_by_hand():
    # against: 2 given, 3 predicted, 2 right; none: 1, 1, 0; favor: 2, 1, 1
    found = values(*predictions("aanff", "aaafn"))
    assert found["f1/against"] == pytest.approx(4 / 5)
    assert found["f1/none"] == 0
    assert found["f1/favor"] == pytest.approx(2 / 3)
    assert found["macro_f1"] == pytest.approx((4 / 5 + 0 + 2 / 3) / 3)
    assert found["favor_against_f1"] == pytest.approx((4 / 5 + 2 / 3) / 2)
    assert found["accuracy"] == pytest.approx(3 / 5)
    assert found["balanced_accuracy"] == pytest.approx((1 + 0 + 1 / 2) / 3)
    # 3 right * 5 - (2*3 + 1*1 + 2*1) = 6; 25 - (4+1+4) = 16; 25 - (9+1+1) = 14
    assert found["mcc"] == pytest.approx(6 / np.sqrt(16 * 14))
    assert found["precision/against"] == pytest.approx(2 / 3)
    assert found["recall/favor"] == pytest.approx(1 / 2)
    assert "log_loss" not in found


def test_a_label_that_does_not_occur_leaves_the_mean_but_counts_in_favor_against():
    found = values(*predictions("aan", "aan"))
    assert np.isnan(found["f1/favor"])
    assert np.isnan(found["precision/favor"])
    assert found["macro_f1"] == 1
    assert found["favor_against_f1"] == pytest.approx(1 / 2)


def test_log_loss_is_computed_by_hand_and_never_infinite():
    shares = {"score_against": [0.5, 0.0], "score_none": [0.25, 1.0], "score_favor": [0.25, 0.0]}
    found = values(*predictions("nf", "an", **shares))
    assert found["log_loss"] == pytest.approx((np.log(4) - np.log(np.finfo(float).eps)) / 2)


def test_favor_against_needs_both_sides_in_the_label_set():
    assert "favor_against_f1" not in metric_functions(("against", "none"))
    assert "favor_against_f1" in metric_functions(("favor", "none", "against"))


def test_the_confusion_matrix_has_the_given_label_in_rows():
    table, _ = predictions("aanff", "aaafn")
    assert confusion(table, LABELS).tolist() == [[2, 0, 0], [1, 0, 0], [0, 1, 1]]
    assert confusion(table, LABELS[::-1]).tolist() == [[1, 1, 0], [0, 0, 1], [0, 0, 2]]


def test_scores_by_fold_are_those_of_each_fold_alone():
    table, _ = predictions("aanf", "anaf")
    table["fold"] = [0, 0, 1, 1]
    found = score_by_fold(table, LABELS)
    assert found[["repeat", "fold"]].to_numpy().tolist() == [[0, 0], [0, 1]]
    # fold 0: against 2/3 and none 0; fold 1: against 0, none 0 and favor 1
    assert found["accuracy"].tolist() == [0.5, 0.5]
    assert found["macro_f1"].tolist() == pytest.approx([1 / 3, 1 / 3])


@pytest.mark.parametrize("column", ["label", "predicted"])
def test_a_label_outside_the_label_set_is_refused_and_never_counted_as_another(column):
    table, groups = predictions("aanf", "aanf")
    table.loc[3, column] = "favour"
    message = (
        f"column '{column}': labels ['favour'] are not in the label set ['against', 'none', 'favor']. "
        "Did you mean 'favor'?"
    )
    for score in (
        lambda: confusion(table, LABELS),
        lambda: score_predictions(table, groups, LABELS),
    ):
        with pytest.raises(InputError) as caught:
            score()
        assert str(caught.value) == message


# intervals


def test_the_interval_of_two_groups_is_that_of_its_four_resamples():
    # p has three comments, all right, q one that is wrong: pp, pq, qp and qq give 1, 3/4, 3/4 and 0;
    # a bootstrap over rows would give 0 once in 256 times only, and end at 1/4
    table, groups = predictions("aaaf", "aaan", "pppq")
    assert intervals(table, groups, n_resamples=2000)["accuracy"] == (0.75, 0.0, 1.0)
    table["group"] = groups.to_numpy()
    ((value, drawn),) = resample_metric([table], LABELS, "accuracy", 4000, 0)
    assert value == 0.75
    shares = {found: np.mean(drawn == found) for found in np.unique(drawn)}
    assert shares == {
        0.0: pytest.approx(0.25, abs=0.03),
        0.75: pytest.approx(0.5, abs=0.03),
        1.0: pytest.approx(0.25, abs=0.03),
    }


def test_the_interval_of_many_groups_is_that_of_the_binomial():
    # 40 of 100 comments right, each a group: the 2.5 and 97.5 % points of Binomial(100, 0.4) are 31 and 50
    table, groups = predictions("a" * 100, "a" * 40 + "n" * 60)
    assert intervals(table, groups, n_resamples=20_000)["accuracy"] == pytest.approx((0.4, 0.31, 0.5), abs=0.01)


def test_all_right_is_all_there_is_to_draw():
    assert intervals(*predictions("aanf", "aanf", "ppqq"))["accuracy"] == (1, 1, 1)


def test_an_undefined_score_has_an_undefined_interval():
    assert all(np.isnan(intervals(*predictions("aan", "aan"))["f1/favor"]))


def test_undefined_resamples_do_not_spoil_the_interval():
    value, low, high = intervals(*predictions("ff" + "a" * 6, "fn" + "a" * 6))["recall/favor"]
    assert (value, low, high) == (0.5, 0.0, 1.0)


@settings(max_examples=30)
@given(prediction_tables(), seeds)
def test_the_same_seed_gives_the_same_interval(drawn, seed):
    assert same(intervals(*drawn, random_state=seed), intervals(*drawn, random_state=seed))


def test_another_seed_gives_another_interval():
    drawn = predictions("aanf" * 10, "anff" * 10)
    assert intervals(*drawn, random_state=1) != intervals(*drawn, random_state=2)


@settings(max_examples=30)
@given(prediction_tables(), seeds)
def test_the_order_of_rows_changes_neither_score_nor_interval(drawn, seed):
    table, groups = drawn
    shuffled = table.sample(frac=1, random_state=seed), groups.sample(frac=1, random_state=seed + 1)
    assert same(intervals(table, groups), intervals(*shuffled))


@settings(max_examples=30)
@given(prediction_tables(), st.permutations("pqrst"))
def test_what_groups_are_called_changes_neither_score_nor_interval(drawn, names):
    table, groups = drawn
    renamed = groups.map(dict(zip("pqrst", names, strict=True)))
    assert same(intervals(table, groups), intervals(table, renamed))


@settings(max_examples=30)
@given(prediction_tables(), st.permutations(LABELS))
def test_the_order_of_the_label_set_changes_neither_score_nor_interval(drawn, labels):
    table, groups = drawn
    found, other = intervals(table, groups), intervals(table, groups, tuple(labels))
    assert same(found, {name: other[name] for name in found})


@settings(max_examples=30)
@given(prediction_tables())
def test_every_end_lies_within_the_range_of_the_metric(drawn):
    for name, (_, low, high) in intervals(*drawn).items():
        if not np.isnan(low):
            least = -1 if name == "mcc" else 0
            assert least - 1e-9 <= low <= high <= (np.inf if name == "log_loss" else 1 + 1e-9)


@pytest.mark.parametrize("block", [1, 10, 10**6])
def test_every_resample_draws_as_many_groups_as_there_are(block, monkeypatch):
    monkeypatch.setattr("stance.scores.BLOCK_SIZE", block)
    weights = np.concatenate(list(resample_groups(4, 25, 0)))
    assert weights.shape == (25, 4)
    assert weights.sum(axis=1).tolist() == [4] * 25
    assert (weights >= 0).all()


def test_the_size_of_blocks_changes_no_interval(monkeypatch):
    drawn = predictions("aanf" * 5, "anff" * 5)
    whole = intervals(*drawn)
    monkeypatch.setattr("stance.scores.BLOCK_SIZE", 64)
    assert same(whole, intervals(*drawn))


def test_a_score_is_named_and_has_two_ends():
    (first, *_) = score_predictions(*predictions("aanf", "aanf"), LABELS, n_resamples=10)
    assert first == Score("macro_f1", 1.0, 1.0, 1.0)


# what others have published


def tweets(target, split):
    names = {str(code): label for code, label in enumerate(TWEETEVAL_LABELS)}
    lines = (DATA / target / f"{split}_labels.txt").read_text().split()
    return pd.DataFrame({"target": target, "label": [names[line] for line in lines]})


needs_tweeteval = pytest.mark.skipif(
    not DATA.is_dir(), reason=f"TweetEval is not at {DATA}; set STANCE_DATA to the folder that holds tweeteval_stance"
)


def favor_against_f1(table):
    function = metric_functions(TWEETEVAL_LABELS)["favor_against_f1"]
    return 100 * float(function(confusion(table, TWEETEVAL_LABELS).astype(float)))


@needs_tweeteval
def test_the_published_predictions_of_tweeteval_have_their_published_score():
    parts = []
    for target in TARGETS:
        codes = (DATA / "predictions_roberta_retrained" / f"{target}.txt").read_text().split()
        parts.append(tweets(target, "test").assign(predicted=[TWEETEVAL_LABELS[int(code)] for code in codes]))
    pooled = pd.concat(parts)
    assert len(pooled) == 1249
    assert favor_against_f1(pooled) == pytest.approx(72.44, abs=0.005)


@needs_tweeteval
def test_majority_by_target_has_the_official_score_on_semeval_test_a():
    train = pd.concat([tweets(target, split) for target in TARGETS for split in ("train", "val")])
    test = pd.concat([tweets(target, "test") for target in TARGETS])
    fitted = GroupPriorClassifier("target").fit(train, train["label"])
    assert favor_against_f1(test.assign(predicted=fitted.predict(test))) == pytest.approx(65.22, abs=0.005)
