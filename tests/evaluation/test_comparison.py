"""Comparisons: which runs are compared, paired differences by hand, and what is said of them."""

import numpy as np
import pandas as pd
import pytest

from stance.errors import InputError
from stance.evaluation._differences import picked_too_high
from stance.evaluation.comparison import ComparedRun, choose_runs, compare_runs, name_runs, refuse_no_runs


def run(classifier="logreg", folds="leave_one_out", run_id=None, dataset_sha="d" * 64, score=0.5, **params):
    return ComparedRun(
        run_id=run_id or f"{classifier}-{folds}",
        name=f"ferry-{classifier}-{folds}",
        dataset_sha=dataset_sha,
        config_sha="c" * 64,
        started="2020-02-03T10:00:00",
        sweep_id=None,
        artifacts="file:///nowhere",
        params={"classifier": classifier, "folds": folds, "labels": "against, none, favor"}
        | {name.replace("__", "."): value for name, value in params.items()},
        metrics={"accuracy": score, "accuracy_low": score - 0.1, "accuracy_high": score + 0.1, "macro_f1": score},
    )


def predicted(groups, right):
    """Return predictions of favor for each letter of `groups`, right where `right` has a 1."""
    return pd.DataFrame(
        {
            "example_id": [f"t#{number:02}" for number in range(len(groups))],
            "repeat": 0,
            "fold": 0,
            "label": "favor",
            "predicted": ["favor" if digit == "1" else "none" for digit in right],
            "group": list(groups),
        }
    )


def compared(*pairs, **options):
    runs = [run for run, _ in pairs]
    options = {"metric": "accuracy", "n_resamples": 4000} | options
    return compare_runs(runs, {run.run_id: table for run, table in pairs}, **options)


def test_what_stands_beside_the_metric_and_what_runs_cost_are_columns_where_they_were_tracked():
    timed = run("svm")
    timed.metrics.update(fit_seconds=3.0, favor_against_f1_by_target=0.4, favor_against_f1_by_target_low=0.3)
    scores = compared((run(), predicted("aabb", "1100")), (timed, predicted("aabb", "1110"))).scores
    assert scores.columns[7:].tolist() == ["favor_against_f1_by_target", "macro_f1", "fit_seconds", "doubt"]
    by_name = scores.set_index("classifier")
    assert by_name.loc["svm", ["favor_against_f1_by_target", "macro_f1", "fit_seconds"]].tolist() == [0.4, 0.5, 3.0]
    assert by_name.loc["logreg", ["favor_against_f1_by_target", "fit_seconds"]].isna().all()


# which runs


def test_no_runs_at_all_are_refused_with_the_remedy():
    with pytest.raises(InputError) as caught:
        choose_runs([], "macro_f1")
    assert str(caught.value) == "no finished runs to compare; run stance train, or widen the filter"


def test_an_unknown_metric_is_refused_with_those_there_are_and_the_near_miss():
    with pytest.raises(InputError) as caught:
        choose_runs([run()], "acuracy")
    assert str(caught.value) == (
        "metric 'acuracy' is not known; there are ['accuracy', 'balanced_accuracy', 'f1/against', 'f1/favor', "
        "'f1/none', 'favor_against_f1', 'favor_against_f1_by_target', 'macro_f1', 'mcc', 'precision/against', "
        "'precision/favor', 'precision/none', 'recall/against', 'recall/favor', 'recall/none']. "
        "Did you mean 'accuracy'?"
    )


def test_the_newest_of_runs_that_look_alike_is_kept_and_what_is_left_out_is_said():
    runs = [run(run_id="newest"), run(run_id="older"), run("majority"), run(run_id="other", dataset_sha="e" * 64)]
    kept, notes = choose_runs(runs, "accuracy")
    assert [run.run_id for run in kept] == ["newest", "majority-leave_one_out"]
    assert notes == (
        "Left out: 1 run(s) on other data than dddddddd.",
        "Left out: 1 older run(s) of the same classifier and folds.",
    )


def test_runs_that_differ_in_a_setting_are_both_kept():
    kept, notes = choose_runs([run(run_id="1", classifier__C="1.0"), run(run_id="2", classifier__C="10.0")], "accuracy")
    assert len(kept) == 2
    assert notes == ()


def test_thousands_of_runs_are_named_in_one_pass():
    # what each run is compared with is counted, not the time it takes
    looked_up = []

    class Counted(dict):
        def items(self):
            looked_up.append(1)
            return super().items()

    runs = [run(run_id=str(number), classifier__C=str(number)) for number in range(300)]
    for one in runs:
        object.__setattr__(one, "params", Counted(one.params))
    names = name_runs(runs, "classifier")
    assert names["7"] == "logreg C=7"
    assert len(looked_up) == 300


def test_a_setting_that_some_runs_have_not_is_named_for_those_that_have_it():
    names = name_runs([run(run_id="1"), run(run_id="2", classifier__C="1.0")], "classifier")
    assert names == {"1": "logreg", "2": "logreg C=1.0"}


def test_a_filter_that_finds_nothing_is_answered_with_its_near_misses():
    with pytest.raises(InputError) as caught:
        refuse_no_runs("params.classifier = 'logrg' and params.fold = 'x'", [run(), run("majority")])
    assert str(caught.value) == (
        "no finished run matches the filter \"params.classifier = 'logrg' and params.fold = 'x'\", of 2: "
        "params.classifier is never 'logrg', it is one of ['logreg', 'majority']. Did you mean 'logreg'? "
        "no run has a param 'fold'. Did you mean 'folds'?"
    )


def test_a_filter_whose_values_all_occur_is_to_be_widened():
    with pytest.raises(InputError, match="every value of it occurs, but never all in one run; widen it"):
        refuse_no_runs("params.classifier = 'logreg' and params.folds = 'x'", [run(), run("majority", "x")])
    with pytest.raises(InputError, match="no finished runs to compare"):
        refuse_no_runs("", [])


# differences


def test_a_difference_by_hand():
    # logreg is right in p only, majority in q only: without p the difference is -1, without q it is 1
    comparison = compared((run(), predicted("ppqq", "1100")), (run("majority"), predicted("ppqq", "0011")))
    (row,) = comparison.differences.to_dict("records")
    assert (row["classifier"], row["folds"], row["difference"]) == ("logreg", "leave_one_out", 0.0)
    assert row["low"] == pytest.approx(-row["high"])
    assert row["high"] > 0.9
    assert (row["p"], row["p_holm"], row["p_mcnemar_accuracy"], row["told_apart"]) == (1, 1, 1, False)
    assert row["verdict"] == "cannot be told apart from majority with this data"


def test_runs_are_paired_so_that_what_both_get_wrong_does_not_widen_the_interval():
    # both are wrong in half of the groups, and logreg is right in one comment more in every group
    groups = np.repeat([f"g{number:02}" for number in range(30)], 4)
    first = (run(), predicted(groups, "11110001" * 15))
    (row,) = compared(first, (run("majority"), predicted(groups, "11100000" * 15))).differences.to_dict("records")
    assert row["difference"] == 0.25
    assert row["high"] - row["low"] < 0.2
    (unpaired,) = compared(first, (run("majority"), predicted(groups, "00001110" * 15))).differences.to_dict("records")
    assert unpaired["difference"] == 0.25
    assert unpaired["high"] - unpaired["low"] > 0.4
    assert row["told_apart"]
    assert not unpaired["told_apart"]


def test_intervals_widen_and_p_rises_with_the_number_of_differences():
    groups = "".join(chr(ord("a") + number) for number in range(11))
    tables = predicted(groups, "1" * 9 + "00"), predicted(groups, "0" * 9 + "11")
    (alone,) = compared((run(), tables[0]), (run("majority"), tables[1])).differences.to_dict("records")
    twenty = [(run(f"classifier-{number}"), tables[0]) for number in range(20)]
    among_twenty = compared(*twenty, (run("majority"), tables[1])).differences
    assert (among_twenty["low"] < alone["low"] - 0.1).all()
    assert among_twenty["difference"].tolist() == pytest.approx([7 / 11] * 20)
    assert among_twenty["p"].tolist() == [alone["p"]] * 20
    assert alone["p_holm"] == alone["p"] == 2 * (1 + 11 + 55) / 2**11
    assert set(among_twenty["p_holm"]) == {1.0}


def test_a_small_p_alone_tells_nothing_apart_where_the_interval_holds_nothing():
    # six groups, the first better in each of them: p is 2 / 2^6, but they differ in how much
    sizes, right, base = (6, 8, 11, 7, 3, 5), (4, 6, 8, 3, 1, 5), (3, 1, 7, 2, 0, 2)
    groups = np.repeat(list("pqrstu"), sizes)
    first, second = (
        predicted(groups, "".join("1" * n + "0" * (size - n) for n, size in zip(hits, sizes, strict=True)))
        for hits in (right, base)
    )
    (row,) = compared((run(), first), (run("majority"), second)).differences.to_dict("records")
    assert row["p_holm"] == 2 / 2**6
    assert row["low"] < 0 < row["high"]
    assert not row["told_apart"]


def test_what_is_worse_is_said_to_be_worse():
    groups = [f"g{number:02}" for number in range(20)]
    worse = compared((run(), predicted(groups, "0" * 20)), (run("majority"), predicted(groups, "1" * 20)))
    assert worse.differences["verdict"].tolist() == ["worse than majority"]


def test_five_groups_tell_nothing_apart():
    comparison = compared((run(), predicted("pqrst", "11111")), (run("majority"), predicted("pqrst", "00000")))
    (row,) = comparison.differences.to_dict("records")
    assert (row["difference"], row["p"], row["told_apart"]) == (1.0, 2 / 2**5, False)


def test_only_the_first_repeat_goes_into_mcnemar():
    first = pd.concat([predicted("pqrstu", "111111"), predicted("pqrstu", "000000").assign(repeat=1)])
    second = pd.concat([predicted("pqrstu", "000000"), predicted("pqrstu", "000000").assign(repeat=1)])
    (row,) = compared((run(), first), (run("majority"), second)).differences.to_dict("records")
    assert (row["difference"], row["p_mcnemar_accuracy"]) == (0.5, 2 / 2**6)


def test_each_run_is_compared_with_the_baseline_under_the_same_folds():
    comparison = compared(
        (run(), predicted("pq", "11")),
        (run("majority"), predicted("pq", "00")),
        (run(folds="leave_one_author_out"), predicted("pq", "11")),
        (run("majority", "leave_one_author_out"), predicted("pq", "11")),
        (run(folds="repeated_stratified"), predicted("pq", "11")),
    )
    found = comparison.differences.set_index("folds")["difference"].to_dict()
    assert found == {"leave_one_out": 1.0, "leave_one_author_out": 0.0}


# the table


def test_rows_that_cheat_come_first_and_are_marked():
    table = predicted("pq", "11")
    comparison = compared(
        (run("logreg", score=0.7), table),
        (run("majority"), table),
        (run("author_prior"), table),
        (run("chance"), table),
    )
    scores = comparison.scores
    assert scores["classifier"].tolist() == ["author_prior", "chance", "majority", "logreg"]
    assert scores["cheats"].tolist() == [True, True, True, False]
    assert scores.loc[3, ["score", "low", "high", "run_id"]].tolist() == [
        0.7,
        pytest.approx(0.6),
        pytest.approx(0.8),
        "logreg-leave_one_out",
    ]
    assert comparison.differences["classifier"].tolist() == ["logreg"]


def test_a_classifier_is_named_with_the_settings_that_differ_and_no_others():
    table = predicted("pq", "11")
    settings = {"classifier__alpha": "1", "classifier___target_": "stance.classifiers.logreg"}
    comparison = compared(
        (run(run_id="1", classifier__C="1.0", **settings), table),
        (run(run_id="2", classifier__C="10.0", **settings), table),
    )
    assert comparison.scores["classifier"].tolist() == ["logreg C=1.0", "logreg C=10.0"]


def test_ends_of_intervals_are_read_under_their_names_and_under_those_of_before():
    table = predicted("pqrs", "1110")
    older, newer = run(run_id="old", classifier__C="1.0"), run(run_id="new", classifier__C="2.0")
    newer.metrics.clear()
    newer.metrics.update({"accuracy": 0.5, "low/accuracy": 0.25, "high/accuracy": 0.625, "macro_f1": 0.5})
    scores = compare_runs([older, newer], {"old": table, "new": table}, metric="accuracy", n_resamples=400).scores
    ends = scores.set_index("run_id")[["score", "low", "high"]]
    assert ends.loc["new"].tolist() == [0.5, 0.25, 0.625]
    assert ends.loc["old", "high"] == pytest.approx(ends.loc["old", "score"] + 0.1)
    with pytest.raises(InputError, match="low/accuracy"):
        choose_runs([newer], "low/accuracy")


def test_a_metric_that_an_old_run_has_not_tracked_is_made_from_its_predictions():
    # 3 of 4 favor found: balanced accuracy is the recall of the one label given
    table = predicted("pqrs", "1110")
    older, newer = run(run_id="old", classifier__C="1.0"), run(run_id="new", classifier__C="2.0")
    newer.metrics["balanced_accuracy"] = 0.25
    runs, _ = choose_runs([older, newer], "balanced_accuracy")
    found = compare_runs(runs, {"old": table, "new": table}, metric="balanced_accuracy", n_resamples=400)
    scores = found.scores.set_index("run_id")
    assert scores["score"].to_dict() == {"old": 0.75, "new": 0.25}
    assert 0 < scores.loc["old", "low"] < 0.75 < scores.loc["old", "high"] < 1
    assert scores.loc["new", ["low", "high"]].isna().all()


def test_a_metric_of_probabilities_that_nothing_was_stored_for_has_no_score():
    groups = [f"g{number}" for number in range(9)]
    one = run()
    one.metrics["brier"] = 0.1
    found = compared(
        (one, predicted(groups, "1" * 9)), (run("majority"), predicted(groups, "1" * 9)), baseline="x", metric="brier"
    )
    assert found.scores.set_index("classifier")["score"].isna().to_dict() == {"majority": True, "logreg": False}


def test_runs_of_other_data_labels_or_rows_are_refused_naming_all_that_differs():
    other = predicted("pq", "11").assign(label=["none", "favor"])
    third = run("linear_svm", dataset_sha="e" * 64)
    third.params["labels"] = "favor, none"
    with pytest.raises(InputError) as caught:
        compared((run(), predicted("pqr", "111")), (run("majority"), other), (third, predicted("pqr", "111")))
    assert str(caught.value) == (
        "these runs cannot be compared with 'ferry-logreg-leave_one_out': 'ferry-majority-leave_one_out' has not the "
        "same examples: 1 only in the first, 0 only in the second; 1 example(s) with another label, such as 't#00'. "
        "'ferry-linear_svm-leave_one_out' has data eeeeeeee and not dddddddd; the labels favor, none and not against, "
        "none, favor. Narrow the filter to one dataset"
    )


def test_runs_in_other_groups_or_repeats_under_the_same_folds_are_refused():
    second = predicted("pqq", "111").assign(repeat=[0, 1, 1])
    with pytest.raises(InputError) as caught:
        compared((run(), predicted("pqr", "111")), (run("majority"), second))
    assert str(caught.value) == (
        "logreg under leave_one_out and majority under leave_one_out cannot be compared: 1 example(s) with another "
        "group, such as 't#02'; 1 repeat(s) in the first, 2 in the second. Compare runs of one dataset, and with one "
        "scheme of folds"
    )


# the verdict


def test_the_verdict_says_what_cannot_be_told():
    comparison = compared((run(), predicted("ppqq", "1100")), (run("majority"), predicted("ppqq", "0011")))
    low, high = comparison.differences.loc[0, ["low", "high"]]
    assert comparison.verdict == (
        "4 comments in 2 groups cannot tell any classifier from majority: the largest difference in accuracy is +0.00 "
        f"({low:+.2f} to {high:+.2f}, p 1) by logreg under leave_one_out. Intervals reach {high:.2f} to each "
        "side. Over 2 groups (least p 0.5) no difference whatever could be told."
    )


def test_the_verdict_says_what_can_be_told_and_how_much_cannot():
    groups = [chr(ord("A") + number) for number in range(40)]
    comparison = compared(
        (run(), predicted(groups, "1" * 40)),
        (run("linear_svm"), predicted(groups, "10" * 20)),
        (run("majority"), predicted(groups, "01" * 20)),
    )
    assert comparison.verdict.startswith("40 comments in 40 groups tell")
    assert "tell from majority in accuracy: +0.50 (" in comparison.verdict
    assert ", p 0.0005) by logreg under leave_one_out. No more can be told of the other 1" in comparison.verdict
    assert "too narrow" not in comparison.verdict


def test_the_verdict_says_over_how_many_groups_each_scheme_of_folds_is_compared():
    authors, threads = predicted("ppqqrrss", "11001100"), predicted("ppppqqqq", "11001100")
    comparison = compared(
        (run(), authors),
        (run("majority"), authors),
        (run(folds="by_thread"), threads),
        (run("majority", folds="by_thread"), threads),
    )
    start = "8 comments in 2 groups under by_thread and 4 groups under leave_one_out cannot tell any classifier from"
    assert comparison.verdict.startswith(start)
    assert comparison.verdict.endswith(
        "Over 2 groups under by_thread (least p 0.5) and over 4 groups under leave_one_out (least p 0.12) no "
        "difference whatever could be told."
    )


@pytest.mark.parametrize(("n_groups", "blind"), [(5, True), (6, True), (7, False)])
def test_groups_too_few_for_any_p_are_said_to_tell_nothing(n_groups, blind):
    # 2 / 2 ** 5 = 0.0625; 2 / 2 ** 6 = 0.03125, twice which is 0.0625 after Holm; 2 * 2 / 2 ** 7 = 0.031
    groups = "ABCDEFG"[:n_groups]
    comparison = compared(
        (run(), predicted(groups, "1" * n_groups)),
        (run("linear_svm"), predicted(groups, "1" * n_groups)),
        (run("majority"), predicted(groups, "0" * n_groups)),
    )
    assert ("no difference whatever could be told" in comparison.verdict) is blind
    assert comparison.differences["told_apart"].tolist() == [not blind] * 2
    if n_groups == 6:
        assert comparison.verdict.endswith(
            "(at 95 % for all 2 rows together, Bonferroni; p is Holm's). Over 6 groups (least p 0.031, after Holm for "
            "2 rows 0.062) no difference whatever could be told."
        )


def test_mcnemar_is_left_out_where_accuracy_says_the_opposite_of_the_metric():
    # all against: 6 of 8 right and macro F1 3 / 7; the other has both favor and 3 against right, and macro F1 0.619
    labels = ["against"] * 6 + ["favor"] * 2
    table = predicted("pqrstuvw", "11111111").assign(label=labels)
    first = table.assign(predicted=["against"] * 3 + ["favor"] * 5)
    second = table.assign(predicted=["against"] * 8)
    (row,) = compared((run(), first), (run("majority"), second), metric="macro_f1").differences.to_dict("records")
    assert row["difference"] == pytest.approx(0.619 - 0.429, abs=1e-3)
    assert row["p_mcnemar_accuracy"] != row["p_mcnemar_accuracy"]
    (row,) = compared((run(), first), (run("majority"), second), metric="accuracy").differences.to_dict("records")
    assert row["p_mcnemar_accuracy"] == 1.0


def test_schemes_that_test_other_comments_of_the_same_data_stand_side_by_side():
    some, everything = predicted("pq", "11"), predicted("pqrs", "1100")
    comparison = compared(
        (run(folds="official"), some),
        (run("majority", folds="official"), some),
        (run(folds="strictest"), everything),
        (run("majority", folds="strictest"), everything),
    )
    assert sorted(comparison.differences["folds"]) == ["official", "strictest"]
    assert comparison.verdict.startswith(
        "2 comments in 2 groups under official and 4 comments in 4 groups under strictest cannot tell any classifier"
    )


def test_without_the_baseline_nothing_is_compared_and_that_is_said():
    comparison = compared((run(), predicted("pq", "11")), baseline="majority")
    assert comparison.verdict.endswith("no run of 'majority' under the same folds, so nothing is compared with it.")
    assert comparison.differences.empty


# each against each, and a margin


def pairs_of(comparison):
    return {(row["first"], row["second"]): row for row in comparison.pairs.to_dict("records")}


def test_those_that_read_are_paired_with_each_other_without_any_baseline():
    groups = [f"g{number:02}" for number in range(40)]
    comparison = compared(
        (run("logreg", score=0.5), predicted(groups, "10" * 20)),
        (run("linear_svm", score=1.0), predicted(groups, "1" * 40)),
    )
    assert comparison.differences.empty
    ((pair, row),) = pairs_of(comparison).items()
    assert pair == ("linear_svm", "logreg")
    assert (row["difference"], row["told_apart"], row["verdict"]) == (0.5, True, "better than logreg")
    assert comparison.remarks[0].startswith(
        "Of 1 pair of those that read, and of these with the best that cheats, 1 can be told apart in accuracy: "
        "linear_svm +0.50 ("
    )
    assert comparison.remarks[0].endswith("against logreg under leave_one_out.")


def test_the_best_that_cheats_is_paired_where_it_is_not_the_baseline_and_pairs_are_within_a_scheme():
    groups = [f"g{number:02}" for number in range(10)]
    table = predicted(groups, "1" * 10)
    comparison = compared(
        (run("logreg", score=0.8), table),
        (run("majority", score=0.6), table),
        (run("target_only", score=0.7), table),
        (run("linear_svm", folds="by_author"), table),
    )
    assert list(pairs_of(comparison)) == [("logreg", "target_only")]
    assert comparison.differences["classifier"].tolist() == ["logreg"]


def test_pairs_are_adjusted_for_their_own_table():
    groups = [f"g{number:02}" for number in range(12)]
    right = {"a": "1" * 12, "b": "1" * 6 + "0" * 6, "c": "0" * 12}
    comparison = compared(
        *((run(name, score=n / 3), predicted(groups, said)) for n, (name, said) in enumerate(right.items()))
    )
    p = comparison.pairs["p"].tolist()
    assert sorted(comparison.pairs["p_holm"]) == pytest.approx(
        [3 * min(p), max(3 * min(p), 2 * sorted(p)[1]), max(3 * min(p), 2 * sorted(p)[1], sorted(p)[2])]
    )


def test_no_more_than_the_best_eight_are_paired_and_that_is_said():
    groups = [f"g{number:02}" for number in range(6)]
    many = [(run(f"c{number}", score=number / 10), predicted(groups, "1" * 6)) for number in range(9)]
    comparison = compared(*many, n_resamples=100)
    assert len(comparison.pairs) == 28
    assert "c0" not in set(comparison.pairs["first"]) | set(comparison.pairs["second"])
    assert comparison.notes == ("Paired with each other under leave_one_out: the best 8 of 9 that read.",)


@pytest.mark.parametrize(
    ("right", "margin", "verdict"),
    [
        ("10" * 50, 0.2, "as good as linear_svm to within 0.2"),
        ("10" * 50, 0.03, "cannot be told apart from linear_svm with this data: they differ in no group"),
        ("11" + "10" * 49, 0.03, "cannot be told apart from linear_svm with this data: they differ in 1 group only"),
        (
            "11" * 3 + "10" * 47,
            0.04,
            "cannot be told apart from linear_svm with this data: they differ in 3 groups only",
        ),
        ("0111" * 4 + "10" * 42, 0.01, "cannot be told apart from linear_svm with this data"),
        ("1" * 20 + "10" * 40, 0.1, "better than linear_svm"),
        ("1" * 20 + "10" * 40, 0.5, "better than linear_svm, and by less than 0.5"),
        ("11" * 5 + "01" * 3 + "10" * 42, 0.05, "no worse than linear_svm by 0.05 or more"),
    ],
)
def test_a_margin_that_the_user_declares_tells_what_is_as_good_and_what_is_no_worse(right, margin, verdict):
    groups = [f"g{number:03}" for number in range(100)]
    first, second = predicted(groups, right), predicted(groups, "10" * 50)
    found = compared((run(score=0.9), first), (run("linear_svm"), second), margin=margin)
    assert found.pairs["verdict"].tolist() == [verdict]
    assert found.margin == margin


def test_a_margin_that_is_none_is_refused():
    with pytest.raises(InputError, match=r"margin: expected a difference above 0 that does not matter, found -0\.05"):
        compared((run(), predicted("pq", "11")), margin=-0.05)


def test_metrics_in_which_the_order_is_another_are_named():
    table = predicted("pq", "11")
    first, cheat = run("logreg", score=0.551), run("target_only", score=0.541)
    first.metrics["favor_against_f1"], cheat.metrics["favor_against_f1"] = 0.597, 0.652
    found = compared((first, table), (cheat, table), metric="macro_f1")
    assert found.remarks[1] == (
        "Under leave_one_out logreg has more than the best that cheats in macro_f1, but no more in favor_against_f1 "
        "(0.597 against 0.652 of target_only): the metrics disagree."
    )
    first.metrics["favor_against_f1"] = 0.66
    assert not any("disagree" in said for said in compared((first, table), (cheat, table), metric="macro_f1").remarks)


def test_the_best_of_several_is_too_good_by_what_luck_adds():
    # eight classifiers that guess: the truth of each is 0.5, and the best of eight such scores over 60 groups 0.59
    generator = np.random.default_rng(1)
    groups = [f"g{number:02}" for number in range(60)]
    found = []
    for _ in range(8):
        tables = [predicted(groups, "".join(map(str, generator.integers(0, 2, 60)))) for _ in range(8)]
        tables.sort(key=lambda table: -table["predicted"].eq("favor").mean())
        found.append(picked_too_high(tables, ["against", "none", "favor"], "accuracy", 0))
    assert 0.07 < np.mean(found) < 0.11


def test_that_the_best_of_several_was_picked_by_its_score_is_said_where_several_read():
    groups = [f"g{number:02}" for number in range(20)]
    first, second = (run(name, score=score) for name, score in (("a", 0.5), ("b", 0.6)))
    tables = predicted(groups, "10" * 10), predicted(groups, "01" * 8 + "1111")
    assert compared((first, tables[0]), n_resamples=100).remarks == ()
    said = compared((first, tables[0]), (second, tables[1]), n_resamples=100).remarks[-1]
    much = picked_too_high(tables[::-1], ["against", "none", "favor"], "accuracy", 0)
    assert said == (
        "b is the best of 2 that read under leave_one_out. Whoever picks it by these scores gets one that is too high, "
        f"by about {much:.3f} of 0.600 (what is best on drawn groups loses on those that were not drawn)."
    )


def test_notes_are_handed_on():
    assert compared((run(), predicted("pq", "11")), notes=["Left out."]).notes == ("Left out.",)
