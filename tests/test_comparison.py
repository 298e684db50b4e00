"""Comparisons: which runs are compared, paired differences by hand, and what is said of them."""

import numpy as np
import pandas as pd
import pytest

from stance.comparison import ComparedRun, choose_runs, compare_runs
from stance.errors import InputError
from stance.scores import resample_metric


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
    return compare_runs(
        runs, {run.run_id: table for run, table in pairs}, metric="accuracy", n_resamples=4000, **options
    )


# which runs


def test_no_runs_at_all_are_refused_with_the_remedy():
    with pytest.raises(InputError) as caught:
        choose_runs([], "macro_f1")
    assert str(caught.value) == "no finished runs to compare; run experiments/train.py, or widen the filter"


def test_an_unknown_metric_is_refused_with_those_there_are_and_the_near_miss():
    with pytest.raises(InputError) as caught:
        choose_runs([run()], "acuracy")
    assert str(caught.value) == (
        "metric 'acuracy' is not tracked; there are ['accuracy', 'macro_f1']. Did you mean 'accuracy'?"
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


# differences


def test_the_difference_of_two_groups_is_that_of_its_four_resamples():
    # logreg is right in p only, majority in q only: the resamples pp, pq, qp, qq differ by 1, 0, 0 and -1
    comparison = compared((run(), predicted("ppqq", "1100")), (run("majority"), predicted("ppqq", "0011")))
    assert comparison.differences.to_dict("records") == [
        {
            "classifier": "logreg",
            "folds": "leave_one_out",
            "difference": 0.0,
            "low": -1.0,
            "high": 1.0,
            "told_apart": False,
        }
    ]


def test_runs_are_paired_so_that_what_both_get_wrong_does_not_widen_the_interval():
    # both are wrong in half of the groups, and logreg is right in one comment more in every group
    groups = "".join(letter * 4 for letter in "pqrstuvw")
    comparison = compared(
        (run(), predicted(groups, "11110001" * 4)), (run("majority"), predicted(groups, "11100000" * 4))
    )
    (row,) = comparison.differences.to_dict("records")
    assert (row["difference"], row["low"], row["high"]) == (0.25, 0.25, 0.25)
    assert row["told_apart"]


def test_the_same_seed_draws_the_same_groups_for_every_run():
    first, second = predicted("pqrst", "11000"), predicted("pqrst", "00111")
    (_, drawn), (_, opposite) = resample_metric([first, second], ("none", "favor"), "accuracy", 50, 3)
    assert np.unique(drawn).size > 1
    assert drawn + opposite == pytest.approx(np.ones(50))


def test_intervals_widen_with_the_number_of_differences():
    # three groups speak for logreg and one against: four times that one is drawn once in 256 times, three times
    # or more once in 20, so that 2.5 % end at three of them, and the 0.125 % of twenty differences at four
    tables = predicted("pqrs", "1110"), predicted("pqrs", "0001")
    (alone,) = compared((run(), tables[0]), (run("majority"), tables[1])).differences.to_dict("records")
    assert (alone["low"], alone["high"]) == (-0.5, 1.0)
    twenty = [(run(f"classifier-{number}"), tables[0]) for number in range(20)]
    among_twenty = compared(*twenty, (run("majority"), tables[1])).differences
    assert set(among_twenty["low"]) == {-1.0}
    assert set(among_twenty["difference"]) == {0.5}


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


def test_a_metric_that_a_run_has_not_is_no_crash():
    table = predicted("pq", "11")
    found = compare_runs([run()], {"logreg-leave_one_out": table}, metric="mcc")
    assert found.scores[["score", "low", "high"]].isna().all().all()


def test_runs_on_other_examples_are_refused():
    with pytest.raises(InputError) as caught:
        compared((run(), predicted("pqr", "111")), (run("majority"), predicted("pq", "11")))
    assert str(caught.value) == (
        "runs 'ferry-logreg-leave_one_out' and 'ferry-majority-leave_one_out' have not predicted the same examples: "
        "1 only in the first, 0 only in the second"
    )


# the verdict


def test_the_verdict_says_what_cannot_be_told():
    comparison = compared((run(), predicted("ppqq", "1100")), (run("majority"), predicted("ppqq", "0011")))
    assert comparison.verdict == (
        "4 comments in 2 groups (an author's comments, or one comment without an author) cannot tell any classifier "
        "from majority: the largest difference in accuracy is +0.00 (-1.00 to +1.00) by logreg under leave_one_out. "
        "With so few, differences below about 1.00 stay invisible; with fewer than 30 groups even these intervals are "
        "too narrow."
    )


def test_the_verdict_says_what_can_be_told_and_how_much_cannot():
    groups = [chr(ord("A") + number) for number in range(40)]
    comparison = compared(
        (run(), predicted(groups, "1" * 40)),
        (run("linear_svm"), predicted(groups, "10" * 20)),
        (run("majority"), predicted(groups, "01" * 20)),
    )
    assert comparison.verdict.startswith("40 comments in 40 groups (")
    assert "tell from majority in accuracy: +0.50 (" in comparison.verdict
    assert ") by logreg under leave_one_out. No more can be told of the other 1" in comparison.verdict
    assert "too narrow" not in comparison.verdict


def test_without_the_baseline_nothing_is_compared_and_that_is_said():
    comparison = compared((run(), predicted("pq", "11")), baseline="majority")
    assert comparison.verdict.endswith("no run of 'majority' under the same folds, so nothing is compared with it.")
    assert comparison.differences.empty


def test_notes_are_handed_on():
    assert compared((run(), predicted("pq", "11")), notes=["Left out."]).notes == ("Left out.",)
