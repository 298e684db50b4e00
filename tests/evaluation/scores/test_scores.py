"""Scores: equal to scikit-learn's, to numbers computed by hand, and to what others have published."""

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics

from stance.classifiers._group_prior import GroupPriorClassifier
from stance.errors import InputError
from stance.evaluation.scores import Score, confusion, define, metric_of, score_by, score_by_fold, score_predictions
from stance.evaluation.scores._ceiling import score_annotators
from stance.evaluation.scores._metrics import DEFINITIONS, difference_of, make_metrics, metric_functions
from stance.evaluation.scores._pairs import pair_predictions
from stance.evaluation.scores._resampling import leave_groups_out, resample_metrics, score
from stance.evaluation.scores._scoring import list_metrics
from stance.evaluation.scores.intervals import jackknife_t, resample_groups
from stance.study.votes import votes_of
from tests.tables import LABELS, prediction_tables

DATA = Path(os.environ.get("STANCE_DATA", Path(__file__).parents[4] / "shared" / "data")) / "tweeteval_stance"
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
    shares = table[[f"score_{label}" for label in LABELS]].to_numpy()
    # scikit-learn's for several labels is the same sum
    expected["brier"] = metrics.brier_score_loss(
        truth, table[[f"score_{label}" for label in sorted(LABELS)]], labels=sorted(LABELS), scale_by_half=False
    )
    assert expected["brier"] == pytest.approx(
        ((shares - np.eye(3)[[LABELS.index(one) for one in truth]]) ** 2).sum(1).mean()
    )
    assert {name: found[name] for name in expected} == pytest.approx(expected)
    assert all(np.isnan(found[name]) for name in found.keys() - expected.keys() - {"ece"})


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
    for refuse in (
        lambda: confusion(table, LABELS),
        lambda: score_predictions(table, groups, LABELS),
    ):
        with pytest.raises(InputError) as caught:
            refuse()
        assert str(caught.value) == message


# intervals


@settings(max_examples=15)
@given(prediction_tables(), st.integers(0, 2**16))
def test_resamples_are_what_scikit_learn_says_of_the_rows_that_are_drawn(drawn, seed):
    table, groups = drawn
    scored = list_metrics(table, groups, LABELS)
    names = [metric.name for metric, _ in scored]
    found = {name: made.drawn for name, made in zip(names, resample_metrics(scored, 5, seed), strict=True)}
    ordered = groups.sort_index()
    group_of = pd.Series(pd.factorize(ordered.to_numpy())[0], index=ordered.index).loc[table["example_id"]].to_numpy()
    (weights,) = resample_groups(groups.nunique(), 5, seed)
    for row, of_groups in enumerate(weights):
        times = of_groups[group_of].astype(int)
        truth, predicted = (np.repeat(table[column].to_numpy(), times) for column in ("label", "predicted"))
        assert found["accuracy"][row] == pytest.approx(metrics.accuracy_score(truth, predicted))
        macro_f1 = metrics.f1_score(truth, predicted, average="macro", zero_division=np.nan)
        assert found["macro_f1"][row] == pytest.approx(macro_f1)
        shares = np.repeat(table[[f"score_{label}" for label in sorted(LABELS)]].to_numpy(), times, axis=0)
        assert found["log_loss"][row] == pytest.approx(metrics.log_loss(truth, shares, labels=sorted(LABELS)))


@settings(max_examples=20)
@given(st.lists(st.integers(1, 9), min_size=18, max_size=18))
def test_gradients_are_how_values_change(cells):
    sums, step = np.array(cells, dtype=float), 1e-6
    made = [(metric, sums[:9]) for metric in make_metrics(LABELS).values()]
    for metric, at in [*made, *((difference_of(metric), sums) for metric, _ in made)]:
        moved = [
            (metric.value(at + step * unit) - metric.value(at - step * unit)) / (2 * step) for unit in np.eye(len(at))
        ]
        assert metric.gradient(at) == pytest.approx(np.array(moved), abs=1e-7)


def test_the_standard_error_of_resamples_is_that_of_a_mean():
    # accuracy of groups of one comment: 6 of 10 right, drawn as they are: root of 0.6 * 0.4 / (10 - 1)
    table, groups = predictions("a" * 10, "a" * 6 + "n" * 4)
    scored = [pair for pair in list_metrics(table, groups, LABELS) if pair[0].name == "accuracy"]
    (made,) = resample_metrics(scored, 2000, 0)
    at = np.isclose(made.drawn, 0.6)
    assert at.any()
    assert made.spreads[at] == pytest.approx(np.sqrt(0.24 / 9))


def test_the_interval_of_many_groups_is_that_of_the_binomial():
    # 80 of 200 comments right, each a group: the logit's standard error is 1 / root of 200 * 0.4 * 0.6
    table, groups = predictions("a" * 200, "a" * 80 + "n" * 120)
    middle, half = np.log(0.4 / 0.6), 1.96 / np.sqrt(200 * 0.24)
    expected = (0.4, *(1 / (1 + np.exp(-np.array([middle - half, middle + half])))))
    assert intervals(table, groups, n_resamples=20_000)["accuracy"] == pytest.approx(expected, abs=0.005)


def test_rows_of_one_group_widen_the_interval_as_copies_do():
    alone = intervals(*predictions("a" * 20, "a" * 12 + "n" * 8), n_resamples=4000)["accuracy"]
    copied = intervals(*predictions("a" * 80, "a" * 48 + "n" * 32, [n // 4 for n in range(80)]), n_resamples=4000)
    assert copied["accuracy"] == pytest.approx(alone, abs=0.04)
    rows = intervals(*predictions("a" * 80, "a" * 48 + "n" * 32), n_resamples=4000)["accuracy"]
    assert alone[2] - alone[1] > 1.7 * (rows[2] - rows[1])


def test_where_all_is_right_the_interval_still_has_a_width():
    value, low, high = intervals(*predictions("aanf" * 25, "aanf" * 25))["accuracy"]
    assert (value, high) == (1, 1)
    # the exact one of the binomial begins at 0.025 ^ (1 / 100) = 0.964
    assert 0.85 < low < 0.97


def test_one_group_gives_scores_without_intervals():
    value, low, high = intervals(*predictions("aanf", "aann", "pppp"))["accuracy"]
    assert value == 0.75
    assert np.isnan([low, high]).all()


def test_an_undefined_score_has_an_undefined_interval():
    assert all(np.isnan(intervals(*predictions("aan", "aan"))["f1/favor"]))


def test_undefined_resamples_do_not_spoil_the_interval():
    value, low, high = intervals(*predictions("ff" + "a" * 6, "fn" + "a" * 6))["recall/favor"]
    assert value == 0.5
    assert 0 < low < 0.2
    assert 0.8 < high < 1


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
def test_every_end_lies_within_the_range_of_the_metric_and_around_the_score(drawn):
    greatest = {"log_loss": np.inf, "brier": 2}
    for name, (value, low, high) in intervals(*drawn).items():
        if not np.isnan(low):
            least = -1 if name == "mcc" else 0
            assert least - 1e-9 <= low <= value <= high <= greatest.get(name, 1) + 1e-9


def test_the_size_of_blocks_changes_no_interval(monkeypatch):
    drawn = predictions("aanf" * 5, "anff" * 5)
    whole = intervals(*drawn)
    monkeypatch.setattr("stance.evaluation.scores.intervals.BLOCK_SIZE", 64)
    assert same(whole, intervals(*drawn))


def test_a_score_is_named_and_has_two_ends():
    (first, *_) = score_predictions(*predictions("aanf", "aanf"), LABELS, n_resamples=10)
    assert (first.metric, first.value, first.high) == ("macro_f1", 1.0, 1.0)
    assert isinstance(first, Score)


# definitions


def test_every_metric_is_defined_and_no_other():
    shares = {f"{kind}_{label}": 1 / 3 for kind in ("score", "share") for label in LABELS}
    table, groups = predictions("aanf", "aanf", target=list("ppqq"), **shares)
    names = [found.metric for found in score_predictions(table, groups, LABELS, n_resamples=5)]
    assert all(define(name).endswith((".", ").")) for name in names)
    kinds = {name.split("/")[0] + ("/{label}" if "/" in name else "") for name in names}
    assert kinds == set(DEFINITIONS)
    assert define("precision/none").startswith("Share of the examples predicted as none")


# by target, group, depth and length


def test_by_target_is_the_mean_over_targets():
    # p: favor 1, against 1; q: favor F1 0, against 2 * 1 / (1 + 2); pooled: favor 2 / (2 + 1), against 2 * 2 / (2 + 3)
    table, groups = predictions("afaf", "afaa", target=list("ppqq"))
    found = values(table, groups)
    assert found["favor_against_f1_by_target"] == pytest.approx((1 + (0 + 2 / 3) / 2) / 2)
    assert found["favor_against_f1"] == pytest.approx((2 / 3 + 4 / 5) / 2)
    assert "favor_against_f1_by_target" not in values(table.assign(target="p"), groups)


def test_a_target_that_a_resample_has_not_leaves_its_mean():
    # each group is a target: drawn twice, it is all there is
    table, groups = predictions("afaf", "afaa", "ppqq", target=list("ppqq"))
    scored = [pair for pair in list_metrics(table, groups, LABELS) if pair[0].name == "favor_against_f1_by_target"]
    (made,) = resample_metrics(scored, 200, 0)
    assert np.unique(made.drawn.round(6)).tolist() == pytest.approx([1 / 3, 2 / 3, 1.0], abs=1e-6)


def test_scores_by_a_column_are_those_of_its_rows_alone():
    table, groups = predictions("aanfaf", "aanffa", "pqpqpq", target=list("xxxxyy"))
    found = score_by(table, "target", groups, LABELS, n_resamples=50)
    assert found[["target", "examples", "groups"]].to_numpy().tolist() == [["x", 4, 2], ["y", 2, 2]]
    assert found["accuracy"].tolist() == [1, 0]
    assert found["macro_f1"].tolist() == [1, 0]
    part = table[table["target"] == "x"]
    alone = intervals(part, groups, n_resamples=50)["accuracy"]
    assert found.loc[0, ["accuracy", "accuracy_low", "accuracy_high"]].tolist() == pytest.approx(list(alone))


def test_rows_without_a_value_come_last_and_a_single_group_has_no_interval():
    table, groups = predictions("aanf", "aanf", "pqrs", depth=[0, None, 2, None])
    found = score_by(table, "depth", groups, LABELS, n_resamples=50)
    assert found["examples"].tolist() == [1, 1, 2]
    assert np.isnan(found["depth"].iloc[2])
    assert np.isnan(found["accuracy_low"].tolist()[:2]).all()


def test_a_column_that_is_not_there_is_refused_with_the_near_miss():
    table, groups = predictions("an", "an", target=["p", "q"])
    with pytest.raises(InputError) as caught:
        score_by(table, "targett", groups, LABELS)
    assert str(caught.value).endswith("found none. Did you mean 'target'?")


# the human ceiling


def test_an_annotator_is_scored_against_the_majority_of_the_others():
    # t#0: all say against; t#1: a3 alone says favor; t#2: three labels, so that others are always divided;
    # t#3: a1 alone annotated it
    given_labels = ["against"] * 3 + ["against", "against", "favor"] + ["against", "none", "favor"] + ["none"]
    items, names = [0, 0, 0, 1, 1, 1, 2, 2, 2, 3], ["a1", "a2", "a3"] * 3 + ["a1"]
    votes = votes_of(items, names, given_labels, LABELS, n_items=4)
    ids = [f"t#{number}" for number in range(4)]
    found = score_annotators(votes, ids, pd.Series(list("pqrs"), index=ids), n_resamples=100)
    # t#1: the others of a1 and of a2 are divided, those of a3 say against and it said favor
    assert (found.n_votes, found.n_ties, found.n_alone) == (4, 5, 1)
    assert found.annotators[["annotator", "examples", "accuracy"]].to_numpy().tolist() == [
        ["a1", 1, 1.0],
        ["a2", 1, 1.0],
        ["a3", 2, 0.5],
    ]
    by_name = {score.metric: score.value for score in found.scores}
    assert by_name["accuracy"] == 0.75
    assert str(found).startswith("one annotator against the majority of the others: macro_f1 0.43 (")
    assert "over 4 votes; left out: 5 where others were divided evenly, 1 where there were none" in str(found)


def test_a_classifier_is_scored_against_the_majorities_that_annotators_are():
    # t#0: three votes, each against two others who say against; t#1: only the vote of a3 has others who agree
    # t#2: three votes, each against two others who say none
    given_labels = ["against"] * 5 + ["favor"] + ["none"] * 3
    votes = votes_of([0, 0, 0, 1, 1, 1, 2, 2, 2], ["a1", "a2", "a3"] * 3, given_labels, LABELS, n_items=3)
    ids = ["t#0", "t#1", "t#2"]
    said = ["against", "against", "none", "against", "none", "favor"]
    predictions = pd.DataFrame({"example_id": ids * 2, "repeat": [0, 0, 0, 1, 1, 1], "predicted": said})
    groups = pd.Series(["p", "q", "r"], index=ids)
    found = score_annotators(votes, ids, groups, n_resamples=100, predictions=predictions)
    by_name = {score.metric: score.value for score in found.classifier}
    # in the first repeat all seven are right, in the second the three votes on t#0 are
    assert by_name["accuracy"] == pytest.approx((1 + 3 / 7) / 2)
    assert f"; the classifier against the same majorities: {found.classifier[0]}; left out" in str(found)
    assert score_annotators(votes, ids, groups, n_resamples=100).classifier == ()
    with pytest.raises(InputError, match=r"expected predictions of every example with votes, found none of t#1"):
        score_annotators(votes, ids, groups, 100, predictions=predictions[predictions["example_id"] == "t#0"])


def test_a_ceiling_needs_others():
    votes = votes_of([0, 1], ["a1", "a1"], ["favor", "none"], LABELS, n_items=2)
    with pytest.raises(
        InputError, match="expected examples with two annotators or more of whom most agree, found none"
    ):
        score_annotators(votes, ["t#0", "t#1"], pd.Series(["p", "q"], index=["t#0", "t#1"]))


# what is refused


def test_rows_that_are_doubled_or_without_a_group_are_named_together():
    table, groups = predictions("aanf", "aanf")
    table = pd.concat([table, table.head(1)])
    with pytest.raises(InputError) as caught:
        score_predictions(table, groups.drop("t#02"), LABELS)
    assert str(caught.value) == (
        "predictions: 1 example(s) without a group: 't#02'; 1 example(s) predicted more than once in a repeat: 't#00'"
    )


def test_no_predictions_are_refused():
    table, groups = predictions("aanf", "aanf")
    with pytest.raises(InputError, match="expected at least one row, found none"):
        score_predictions(table.head(0), groups, LABELS)


# pairs


@settings(max_examples=20)
@given(prediction_tables(), seeds)
def test_a_difference_is_that_of_the_scores_whatever_the_order_of_rows(drawn, seed):
    table, groups = drawn
    first = table.assign(group=groups.loc[table["example_id"]].to_numpy(), target=list("pq" * 7)[: len(table)])
    second = first.assign(predicted=np.roll(first["predicted"], 1)).sample(frac=1, random_state=seed)
    for name in ("accuracy", "macro_f1", "brier", "log_loss"):
        metric, sums = pair_predictions(first, second, LABELS, name)
        expected = [values(one, groups)[name] for one in (first, second)]
        assert score(metric, sums) == pytest.approx(expected[0] - expected[1], nan_ok=True)


def test_two_that_always_agree_still_have_an_interval_that_narrows_with_the_rows():
    widths = []
    for n_rows in (10, 1000):
        table = predictions("aanfa" * (n_rows // 5), "aanaf" * (n_rows // 5))[0]
        table = table.assign(group=np.arange(n_rows) % 5)
        metric, sums = pair_predictions(table, table, LABELS, "accuracy")
        low, high = jackknife_t(leave_groups_out(metric, sums))
        assert low < 0 < high
        widths.append(high - low)
    # one comment more, spread over 27 cells of which 12 speak for either: the root of 12 / 27 over rows and one
    assert widths[0] == pytest.approx(2 * 2.262 * (12 / 27) ** 0.5 / 11, rel=0.05)
    assert widths[1] == pytest.approx(2 * 1.962 * (12 / 27) ** 0.5 / 1001, rel=0.05)


def test_pairs_of_other_rows_are_refused_naming_all_that_differs():
    first = predictions("aanf", "aanf")[0].assign(group=list("pqrs"))
    second = first.assign(group=list("pqrr"), label=["none", *first["label"][1:]], repeat=[0, 1, 0, 1]).iloc[:3]
    with pytest.raises(InputError) as caught:
        pair_predictions(first, second, LABELS, "accuracy")
    assert str(caught.value) == (
        "the first and the second cannot be compared: not the same examples: 1 only in the first, 0 only in the "
        "second; 1 example(s) with another label, such as 't#00'; 1 repeat(s) in the first, 2 in the second. "
        "Compare runs of one dataset, and with one scheme of folds"
    )


def test_a_pair_has_no_difference_in_a_metric_that_nobody_knows():
    first = predictions("aanf", "aanf")[0].assign(group=list("pqrs"))
    with pytest.raises(InputError, match=r"found 'macro_f2'\. Did you mean 'macro_f1'\?"):
        pair_predictions(first, first, LABELS, "macro_f2")


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


# metrics of one's own


def accuracy_again(matrix, labels):
    return np.trace(matrix) / matrix.sum()


@given(prediction_tables())
def test_a_metric_of_ones_own_has_the_value_and_the_interval_of_the_same_metric_of_ours(drawn):
    table, groups = drawn
    scores = score_predictions(table, groups, LABELS, 200, 0, [metric_of("again", accuracy_again, LABELS)])
    ours = next(score for score in scores if score.metric == "accuracy")
    own = scores[-1]
    assert own.metric == "again"
    assert np.allclose([own.value, own.low, own.high], [ours.value, ours.low, ours.high], atol=1e-6, equal_nan=True)


# intervals of what rests on few


def by_metric(*arguments):
    return {found.metric: found for found in score_predictions(*arguments, LABELS, n_resamples=500)}


def test_three_right_ones_among_a_thousand_are_known_as_three_are():
    # Clopper and Pearson (1934): 0.025 ** (1 / 3) = 0.2924
    given_labels = "f" * 3 + "a" * 600 + "n" * 397
    found = by_metric(*predictions(given_labels, given_labels))
    assert found["recall/favor"].low == pytest.approx(0.2924, abs=1e-4)
    assert found["f1/favor"].low == pytest.approx(0.2924, abs=1e-4)
    assert found["recall/against"].low > 0.99
    assert found["macro_f1"].low < 0.9
    assert found["recall/favor"].doubt == found["favor_against_f1"].doubt == "favor is given in 3 groups only"
    assert found["accuracy"].doubt == found["recall/against"].doubt == ""


def test_what_one_group_tells_of_a_label_has_no_interval():
    table, groups = predictions("f" + "a" * 29, "f" + "a" * 29)
    found = by_metric(table, groups)
    assert np.isnan([found["recall/favor"].low, found["recall/favor"].high]).all()
    assert found["recall/favor"].doubt == "favor is given in 1 group only"
    assert found["macro_f1"].doubt == "favor is given in 1 group only"


def test_a_label_that_is_never_predicted_has_a_precision_without_an_interval():
    table, groups = predictions("f" * 10 + "a" * 20, "a" * 30)
    found = by_metric(table, groups)
    assert found["precision/favor"].value == 0
    assert np.isnan(found["precision/favor"].high)
    assert found["precision/favor"].doubt == "favor is predicted in no group"
    # 1 - 0.025 ** (1 / 10) = 0.3085
    assert found["recall/favor"].high == pytest.approx(0.3085, abs=1e-4)


@pytest.mark.parametrize(("n_groups", "doubted"), [(9, True), (10, False)])
def test_intervals_by_label_are_doubted_below_ten_groups_with_the_label(n_groups, doubted):
    found = by_metric(*predictions("f" * n_groups + "a" * 20, "f" * n_groups + "a" * 20))
    assert [bool(found[name].doubt) for name in ("recall/favor", "favor_against_f1", "macro_f1")] == [doubted] * 2 + [
        False
    ]


def test_what_is_nearly_always_right_is_doubted_and_what_is_always_right_goes_as_far_as_its_groups_allow():
    # 97 of 100 right, in 20 groups of 5; then all of them: 0.025 ** (1 / 20) = 0.8316
    given_labels, groups = "a" * 100, [f"g{number % 20:02}" for number in range(100)]
    nearly = by_metric(*predictions(given_labels, "a" * 97 + "n" * 3, groups))["accuracy"]
    assert nearly.doubt == "so near the best or worst value that few groups decide"
    always = by_metric(*predictions(given_labels, given_labels, groups))["accuracy"]
    assert (always.doubt, always.high) == ("", 1.0)
    assert always.low == pytest.approx(0.8316, abs=1e-4)


def test_ece_has_no_interval_since_it_is_above_nothing_by_itself():
    columns = {"score_favor": 0.75, "score_against": 0.25, "score_none": 0.0}
    found = by_metric(*predictions("fffaffff", "ffffffff", **columns))["ece"]
    assert found.value == pytest.approx(abs(0.75 - 7 / 8))
    assert np.isnan([found.low, found.high]).all()
    assert found.doubt.startswith("biased upwards")


def test_fifty_annotators_of_sixteen_comments_are_sixteen_comments():
    # all alike: Clopper and Pearson (1934) of 16 comments, 0.025 ** (1 / 16) = 0.794
    ids = [f"t#{number:02}" for number in range(16)]
    names = [f"a{number:02}" for number in range(50)]
    given_labels = [LABELS[number % 2] for number in range(16) for _ in names]
    votes = votes_of(np.repeat(np.arange(16), 50), names * 16, given_labels, LABELS, 16)
    found = {one.metric: one for one in score_annotators(votes, ids, pd.Series(ids, index=ids), 200).scores}
    assert (found["accuracy"].value, found["accuracy"].high) == (1, 1)
    assert found["accuracy"].low == pytest.approx(0.025 ** (1 / 16), abs=1e-3)


# soft labels


def test_soft_scores_by_hand():
    # annotators 3 to 1, evenly divided, and alone: the last has no shares and is in no soft score
    table, groups = predictions(
        "ana",
        "ana",
        score_against=[0.5, 0.5, 1.0],
        score_none=[0.5, 0.5, 0.0],
        score_favor=0.0,
        share_against=[0.75, 0.5, np.nan],
        share_none=[0.25, 0.5, np.nan],
        share_favor=[0.0, 0.0, np.nan],
    )
    found = {one.metric: one for one in score_predictions(table, groups, LABELS, n_resamples=50)}
    assert found["soft_cross_entropy"].value == pytest.approx(np.log(2))
    first = ((0.75 * np.log2(0.75 / 0.625) + 0.25 * np.log2(0.25 / 0.375)) + np.log2(0.5 / 0.625) / 2) / 2
    first += np.log2(0.5 / 0.375) / 2 / 2
    assert found["soft_jensen_shannon"].value == pytest.approx((first**0.5 + 0) / 2)
    assert found["soft_jensen_shannon"].low < found["soft_jensen_shannon"].value < found["soft_jensen_shannon"].high


def test_without_shares_there_are_no_soft_scores():
    table, groups = predictions("aan", "aan", **{f"score_{label}": 1 / 3 for label in LABELS})
    assert not any("soft" in one.metric for one in score_predictions(table, groups, LABELS, n_resamples=5))


def test_shares_that_were_stored_and_read_again_score_the_same():
    shares = {"share_against": [1.0, np.nan, 0.5], "share_none": [0.0, np.nan, 0.5], "share_favor": [0.0, np.nan, 0.0]}
    table, groups = predictions("aan", "aan", **{f"score_{label}": 1 / 3 for label in LABELS}, **shares)
    stored = table.assign(**{name: ["" if one != one else str(one) for one in said] for name, said in shares.items()})
    of_both = (score_predictions(each, groups, LABELS, 50) for each in (stored, table))
    assert repr(next(of_both)) == repr(next(of_both))
