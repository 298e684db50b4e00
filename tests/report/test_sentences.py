"""Every sentence of a report, composed from cases at its edges: each says no more than the number beside it bears."""

import re
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from stance.evaluation import _differences, _verdict
from stance.evaluation._significance import PermutationTest
from stance.evaluation.leaks import AUTHORS_TELL, CrossTarget
from stance.evaluation.learning_curve import LearningCurve
from stance.evaluation.power import Power
from stance.evaluation.scores import Score, score_predictions, show_interval
from stance.evaluation.scores._by_value import ByValue
from stance.evaluation.scores._ceiling import Ceiling
from stance.evaluation.scores._refits import weigh_refits
from stance.evaluation.scores._scoring import BIASED, end_doubt, label_doubt
from stance.evaluation.scores.intervals import interval_note
from stance.folds import coverage_note
from stance.folds.fold import Fold
from stance.report import _comparison, _methods, _run
from stance.report import _verdict as of_run
from stance.report.shares import _report as of_shares

NAN = float("nan")
DOUBT = "favor is given in 3 groups only"
# what no sentence may hold, whatever its numbers: no number shown as a word of the machine, no plural of one
NEVER = re.compile(r"\bnan\b|\binf\b|None|NaN|  |\b1 (groups|examples|comments|folds|votes|pairs|refits|rows)\b|\(\)")


def lawful(*sentences):
    """Return sentences as one, after looking at each for what none may hold."""
    for sentence in sentences:
        assert not NEVER.search(sentence), sentence
        assert not re.search(r"(?<![\d.,-])\d{5,}", sentence), f"a long number without its commas: {sentence}"
    return " ".join(sentences)


# --- of a run


def row(name, value, low=NAN, high=NAN, cheats=True, doubt="", **others):
    found = {"name": name, "cheats": cheats, "folds": "these", "macro_f1": value, "macro_f1_low": low}
    return found | {"macro_f1_high": high, "macro_f1_doubt": doubt} | others


def evaluation(score, rows, gaps=(), scheme="by_author", parted=False, apart=("author",), findings=(), n=20, groups=9):
    predictions = pd.DataFrame(
        {"example_id": [f"t#{number}" for number in range(n)], "group": [number % groups for number in range(n)]}
    )
    tested = SimpleNamespace(scheme=scheme, parted=parted, apart=apart, summary=pd.DataFrame({"fold": [0]}))
    leaks = SimpleNamespace(rows=pd.DataFrame(rows), gaps=gaps, findings=findings)
    return SimpleNamespace(
        leaks=leaks, primary=score, metric=score.metric, tested=tested, refits=None, predictions=predictions
    )


def verdict(score, rows, n_groups=9, **changes):
    return of_run.run_verdict(evaluation(score, rows, groups=n_groups, **changes), n_groups)


OWN = row("logreg", 0.5, 0.4, 0.6, cheats=False)


@pytest.mark.parametrize(
    ("score", "said"),
    [
        (Score("macro_f1", 0.0, 0.0, 0.3), "logreg scores macro F1 0.00 (0.00 to 0.30) under by_author."),
        (Score("macro_f1", 1.0, 0.7, 1.0), "logreg scores macro F1 1.00 (0.70 to 1.00) under by_author."),
        (Score("macro_f1", 0.5, NAN, NAN), "logreg scores macro F1 0.50 (no interval) under by_author."),
        (Score("macro_f1", NAN, NAN, NAN), "logreg scores macro F1 undefined under by_author."),
        (
            Score("macro_f1", 0.5, 0.4, 0.6, DOUBT),
            f"logreg scores macro F1 0.50 (0.40 to 0.60) under by_author. That interval is not to be trusted: {DOUBT}.",
        ),
        # where there is none, nothing is said of it
        (Score("macro_f1", 0.5, NAN, NAN, DOUBT), "logreg scores macro F1 0.50 (no interval) under by_author."),
    ],
)
def test_a_score_is_said_with_what_its_interval_is_worth(score, said):
    found = verdict(score, [OWN])
    lawful(*found)
    assert found[0] == said


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([OWN], []),
        ([OWN, row("majority", NAN)], []),
        ([row("logreg", NAN, cheats=False), row("majority", 0.2)], []),
        ([OWN, row("majority", 0.5, 0.4, 0.6)], ["no more than majority, which never reads a comment and scores 0.50"]),
        # of two that are best the first, whatever their order by name
        ([OWN, row("majority", 0.6), row("author_prior", 0.6)], ["no more than majority"]),
        ([OWN, row("majority", 0.2), row("author_prior", 0.3), row("length_only", 0.3)], ["more than author_prior"]),
        # an edge that both intervals touch is in both
        ([OWN, row("majority", 0.3, 0.2, 0.4)], ["The intervals overlap: a comparison of both says"]),
        ([OWN, row("majority", 0.3, 0.2, 0.39)], ["and scores 0.30 (0.20 to 0.39) under the same folds."]),
        ([OWN, row("majority", 0.3)], ["Without intervals it is not known whether that is more than chance."]),
        (
            [OWN, row("majority", 0.3, 0.2, 0.39, doubt=DOUBT)],
            ["The intervals do not overlap, but they are not to be trusted."],
        ),
    ],
)
def test_what_cheats_is_said_to_be_beaten_only_where_it_is(rows, said):
    found = verdict(Score("macro_f1", 0.5, 0.4, 0.6), rows)
    lawful(*found)
    of_cheats = [sentence for sentence in found if "never reads" in sentence]
    assert len(of_cheats) == len(said)
    for sentence, part in zip(of_cheats, said, strict=True):
        assert part in sentence
        assert ("overlap" in sentence) == ("overlap" in part)


def test_metrics_that_disagree_are_named_with_both_numbers_and_ties_are_no_more():
    rows = [OWN | {"accuracy": 0.7}, row("majority", 0.3, 0.2, 0.39, accuracy=0.7), row("a", 0.2, accuracy=0.7)]
    found = verdict(Score("macro_f1", 0.5, 0.4, 0.6), rows)
    assert "In accuracy (0.700 against 0.700 of majority) it is no more: the metrics disagree." in found
    rows[1]["macro_f1"] = 0.6
    rows[0]["accuracy"] = 0.701
    found = verdict(Score("macro_f1", 0.5, 0.4, 0.6), rows)
    assert "In accuracy (0.701 against 0.700 of majority) it is more: the metrics disagree." in found
    rows[0]["accuracy"] = NAN
    assert not any("disagree" in said for said in verdict(Score("macro_f1", 0.5, 0.4, 0.6), rows))


@pytest.mark.parametrize(
    ("ends", "scheme", "apart", "said"),
    [
        (
            (0.01, 0.2),
            "by_author",
            ("author",),
            "Random folds look +0.10 (+0.01 to +0.20) macro F1 better than by_author.",
        ),
        (
            (0.0, 0.2),
            "by_author",
            ("author",),
            "change macro F1 by +0.10 (+0.00 to +0.20) against by_author: no leak can",
        ),
        (
            (NAN, NAN),
            "by_author",
            ("author",),
            "change macro F1 by +0.10 (no interval) against by_author: no leak can be",
        ),
        ((0.01, 0.2), "leave_one_out", (), "look +0.10 (+0.01 to +0.20) macro F1 better than the strictest folds."),
        ((0.01, 0.2), "official", (), "target on one side: that is other comments, and no leak."),
        ((-0.01, 0.2), "official", (), "target on one side: no difference can be told."),
        ((NAN, NAN), "official", (), "target on one side: no difference can be told."),
    ],
)
def test_a_gap_is_called_a_leak_only_where_it_is_one(ends, scheme, apart, said):
    gaps = (Score("macro_f1", 0.1, *ends),)
    found = verdict(Score("macro_f1", 0.5, 0.4, 0.6), [OWN], gaps=gaps, scheme=scheme, apart=apart)
    lawful(*found)
    assert said in found[1]


@pytest.mark.parametrize(
    ("n_groups", "last"),
    [
        (1, ["All tested examples are of one group, so that no score has an interval."]),
        (2, ["2 groups are fewer than 5: every interval here is too narrow to trust.", "over 2 groups."]),
        (4, ["4 groups are fewer than 5: every interval here is too narrow to trust.", "over 4 groups."]),
        (5, ["In brackets: 95 % intervals over 5 groups."]),
        (1234, ["In brackets: 95 % intervals over 1,234 groups."]),
    ],
)
def test_few_groups_are_said_to_be_few(n_groups, last):
    found = verdict(Score("macro_f1", 0.5, 0.4, 0.6), [OWN], n_groups=n_groups, n=1300)
    lawful(*found)
    assert len(found) == 1 + len(last)
    for sentence, part in zip(found[1:], last, strict=True):
        assert sentence.endswith(part)


def test_random_folds_are_called_so_and_findings_stand_beside_others_only():
    tells = f"All of it. {AUTHORS_TELL}"
    score = Score("macro_f1", 0.5, 0.4, 0.6)
    assert tells in verdict(score, [OWN], findings=(tells, "Something else."))
    assert tells not in verdict(score, [OWN], findings=(tells,), scheme="leave_one_out")
    random = verdict(score, [OWN], scheme="leave_one_out", apart=())
    assert "Random folds let authors, threads and targets stand on both sides" in lawful(*random)
    purged = verdict(score, [OWN], scheme="leave_one_out", apart=("author",))
    assert "Random folds let threads and targets stand on both sides: scores under them do not hold" in lawful(*purged)
    none = verdict(score, [OWN], scheme="leave_one_out", apart=("author", "thread_id", "target"))
    assert "both sides" not in lawful(*none)
    found = verdict(score, [OWN], scheme="strictest", parted=True)
    assert any(said.startswith("These folds are random: strictest found no author") for said in found)
    cheat = verdict(score, [row("majority", 0.5, 0.4, 0.6, cheats=False)])
    assert cheat[0].startswith("majority, which never reads a comment, scores")


@pytest.mark.parametrize(
    ("n", "groups", "score", "said"),
    [
        (
            1,
            1,
            (0.0, NAN, NAN, ""),
            "The one tested example is of one group: how far the score is from the truth is not",
        ),
        (
            4,
            1,
            (0.5, NAN, NAN, ""),
            "All 4 tested examples are of one group: how far the score is from the truth is not",
        ),
        (4, 4, (0.5, 0.2, 0.8, ""), "not to be trusted: there are fewer than 5 groups."),
        (9, 9, (0.5, 0.2, 0.8, DOUBT), f"Others may fit as well, since that interval is not to be trusted: {DOUBT}."),
        (9, 9, (0.5, 0.2, 0.8, ""), "any macro F1 from 0.20 to 0.80 fits what was seen, for this trained classifier."),
        (9, 9, (0.5, NAN, NAN, DOUBT), "macro F1 has no interval, and how far it is from the truth is not known."),
        (
            1300,
            1300,
            (1.0, 0.99, 1.0, ""),
            "1,300 examples in 1,300 groups were tested: any macro F1 from 0.99 to 1.00",
        ),
    ],
)
def test_limits_say_how_much_fits(n, groups, score, said):
    found = of_run.run_limits(evaluation(Score("macro_f1", *score), [OWN], n=n, groups=groups))
    lawful(*found)
    assert said in found[0]
    assert found[-1] == of_run.ELSEWHERE


# --- of data, folds and groups


@pytest.mark.parametrize(
    ("stats", "n", "targets", "said"),
    [
        (
            {"labels": {"favor": 0, "against": 1}, "dropped": {}},
            1,
            ["t"],
            "The data are 1 example of stance toward t (",
        ),
        (
            {"labels": {"favor": 1200}, "dropped": {"ping": 1}},
            1200,
            ["t", "u"],
            "1,200 examples of stance toward 2 targets",
        ),
        (
            {"labels": {"favor": 2}, "dropped": {}, "duplicates": {"groups": 1, "examples": 2}},
            *(2, ["t"], "2 of them share their text with another (1 text): each counts in the scores"),
        ),
        ({"labels": {"favor": 2}, "dropped": {}, "duplicates": {"groups": 0}}, 2, ["t"], "(2 favor)."),
    ],
)
def test_data_are_counted(stats, n, targets, said):
    assert said in lawful(_methods.describe_data(stats, n, targets))


@pytest.mark.parametrize(
    ("tests", "repeats", "said"),
    [
        ([1], [0], "1 fold of 1 test example"),
        ([2, 2], [0, 0], "2 folds of 2 test examples"),
        ([1, 1200], [0, 0], "2 folds of 1 to 1,200 test examples"),
        ([3, 3], [0, 1], "1 fold of 3 test examples"),
    ],
)
def test_folds_are_counted_within_a_repeat(tests, repeats, said):
    assert lawful(_methods.describe_folds(pd.DataFrame({"test": tests, "repeat": repeats}))) == said


@pytest.mark.parametrize(
    ("n_groups", "said"),
    [
        (1, "Intervals: none, since all examples are of one group."),
        (4, "With fewer than 5 groups they are too narrow"),
        (5, "Intervals: 95 %, symmetric bootstrap-t over 5 groups."),
        (1845, "over 1,845 groups."),
    ],
)
def test_a_note_on_intervals_says_when_they_are_too_narrow(n_groups, said):
    note = lawful(interval_note(n_groups))
    assert said in note
    assert ("too narrow" in note) == (1 < n_groups < 5)


@pytest.mark.parametrize(
    ("train", "test", "said"),
    [
        ([0, 1], [2, 3], "2 of 4 examples are tested, 2 only trained on"),
        ([0], [2], "1 only trained on and 2 in no fold"),
        ([], [2], "1 of 4 examples are tested, 3 in no fold"),
    ],
)
def test_what_is_never_tested_is_counted(train, test, said):
    examples = pd.DataFrame({"example_id": list("abcd")})
    folds = [Fold(0, 0, np.array(train, dtype=int), np.array(test))]
    assert lawful(coverage_note(examples, folds)).endswith(said)
    everything = [Fold(0, 0, np.array([], dtype=int), np.arange(4))]
    assert coverage_note(examples, everything) == ""


@pytest.mark.parametrize(
    ("given", "metric", "said"),
    [
        ({"favor": 9, "against": 90}, "recall/favor", "favor is given in 9 groups only"),
        ({"favor": 10, "against": 90}, "recall/favor", ""),
        ({"favor": 1, "against": 90}, "f1/favor", "favor is given in 1 group only"),
        ({"favor": 0, "against": 90}, "favor_against_f1", "favor is given in no group"),
        ({"favor": 2, "against": 90}, "macro_f1", "favor is given in 2 groups only"),
        ({"favor": 3, "against": 90}, "macro_f1", ""),
        ({"favor": 0, "against": 90}, "macro_f1", ""),
        ({"favor": 1, "against": 1}, "accuracy", ""),
    ],
)
def test_a_doubt_begins_where_the_simulation_says(given, metric, said):
    predicted = dict.fromkeys(given, 50)
    assert label_doubt(metric, given, predicted) == said


def test_a_score_that_is_biased_has_no_interval():
    ids = [f"t#{number}" for number in range(40)]
    right = ["favor", "against"] * 20
    table = pd.DataFrame({"example_id": ids, "repeat": 0, "fold": 0, "label": right, "predicted": right})
    table = table.assign(score_favor=[0.9, 0.1] * 20, score_against=[0.1, 0.9] * 20)
    found = {score.metric: score for score in score_predictions(table, pd.Series(ids, ids), ["favor", "against"], 50)}
    assert np.isnan([found["ece"].low, found["ece"].high]).all()
    assert lawful(found["ece"].doubt) == BIASED["ece"]
    assert not np.isnan(found["brier"].low)


@pytest.mark.parametrize(
    ("value", "doubted"), [(0.0, False), (0.049, True), (0.05, False), (0.95, False), (0.96, True), (1.0, False)]
)
def test_near_an_end_but_not_at_it_is_doubted(value, doubted):
    assert bool(end_doubt(value, (0.0, 1.0))) == doubted


def test_reasons_of_a_row_are_gathered_and_who_is_not_known_is_not_said_to_be_parted():
    assert _run._doubts({"macro_f1_doubt": "", "accuracy_doubt": ""}) == ""
    said = _run._doubts({"macro_f1_doubt": DOUBT, "favor_against_f1_doubt": DOUBT, "accuracy_doubt": "near an end"})
    assert said == f"macro_f1, favor_against_f1: {DOUBT}; accuracy: near an end"
    nobody = pd.DataFrame({"example_id": ["a", "b"], "author": [None, ""], "thread_id": ["t", "u"]})
    found = dict(_run._unknown(SimpleNamespace(examples=nobody)))
    assert found == {
        "authors": "No example shows its author: whether one stands on both sides is not known.",
        "threads": "Each thread is a single comment.",
    }
    known = nobody.assign(author=["p", None], thread_id="t")
    assert dict(_run._unknown(SimpleNamespace(examples=known))) == {}


# --- of scores


@pytest.mark.parametrize(
    ("p", "n", "said"),
    [
        (0.049, 1000, "(p = 0.049): more than chance"),
        (0.05, 1000, "(p = 0.05): no more than chance, as far as"),
        (0.5, 1, "over 1 shuffling of the labels (p = 0.5): no more than chance"),
    ],
)
def test_chance_is_beaten_below_five_in_a_hundred(p, n, said):
    assert said in lawful(str(PermutationTest("macro_f1", 0.5, np.full(n, 0.3), p)))


@pytest.mark.parametrize(
    ("ends", "values", "said"),
    [
        ((0.4, 0.6), [0.5, 0.5], "less than 1 % of the variance"),
        ((0.5, 0.5), [0.4, 0.6], "nearly all of the variance"),
        ((NAN, NAN), [0.4, 0.6], "with both, 0.50 (no interval)"),
        ((0.4, 0.6), [0.4] * 9, "known badly from so few"),
        ((0.0, 1.0), [0.0, 1.0], "with both, 0.50 (0.00 to 1.00)"),
    ],
)
def test_refits_say_what_they_move(ends, values, said):
    assert said in lawful(str(weigh_refits(Score("macro_f1", 0.5, *ends), values)))
    assert "known badly" not in str(weigh_refits(Score("macro_f1", 0.5, 0.4, 0.6), [0.4, 0.6] * 5))


def test_annotators_are_said_beside_the_classifier_and_doubts_stand_at_the_end():
    score, own = Score("macro_f1", 1.0, 0.29, 1.0), Score("macro_f1", 0.2, 0.1, 0.3)
    said = lawful(str(Ceiling((score,), pd.DataFrame(), 1, 0, 1200)))
    assert said == (
        "one annotator against the majority of the others: macro_f1 1.00 (0.29 to 1.00) over 1 vote; left out: 0 where "
        "others were divided evenly, 1,200 where there were none"
    )
    doubted = Score("macro_f1", 1.0, 0.29, 1.0, DOUBT)
    said = lawful(str(Ceiling((doubted,), pd.DataFrame(), 48, 0, 0, (own,))))
    assert "over 48 votes; the classifier against the same majorities: macro_f1 0.20 (0.10 to 0.30); left out" in said
    assert said.endswith(f"; these intervals are not to be trusted: {DOUBT}")
    assert "macro_f1 1.00 (no interval)" in lawful(str(Ceiling((Score("macro_f1", 1.0, NAN, NAN),), None, 2, 0, 0)))


def gaps(*rows):
    columns = ["site", "metric", "gap", "gap_low", "gap_high", "told"]
    return ByValue("site", pd.DataFrame(), pd.DataFrame(rows, columns=columns))


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([], ""),
        (
            [("x", "accuracy", 0.1, NAN, NAN, False)],
            "By site, gaps have no interval: each value, or all others, are of",
        ),
        ([("x", "accuracy", 0.1, -0.1, 0.3, False)], "By site, no value can be told from all others in accuracy."),
        (
            [("x", "macro_f1", 0.1, -0.1, 0.3, False), ("x", "accuracy", 0.1, 0.0, 0.2, False)],
            "By site, no value can be told from all others in macro_f1 or accuracy.",
        ),
        (
            [("x", "accuracy", -0.2, -0.3, -0.1, True), ("y", "accuracy", 0.1, -0.1, 0.3, False)],
            "By site, accuracy differs from that of all others for x -0.20 (-0.30 to -0.10).",
        ),
    ],
)
def test_a_gap_between_values_is_said_only_where_it_is_told(rows, said):
    found = lawful(*gaps(*rows).said())
    assert found.startswith(said)
    assert bool(found) == bool(said)


@pytest.mark.parametrize("shift", [0.0, 1.0])
def test_held_out_targets_are_said_with_their_shift(shift):
    table = pd.DataFrame({"held_out": [0.0, 1.0], "shift": [shift, shift]})
    drop, equal = Score("d", 0.1, NAN, NAN), Score("d", -0.1, -0.3, 0.1)
    said = lawful(CrossTarget("macro_f1", table, drop, equal).said("macro F1"))
    assert "(-0.30 to +0.10): other label shares may be all there is to it." in said
    told = CrossTarget("macro_f1", table, drop, Score("d", 0.2, 0.1, 0.3)).said("macro F1")
    assert "by +0.20 (+0.10 to +0.30), which other label shares do not explain." in told
    assert "macro F1 0.50 on average over 2 targets" in said
    assert "by +0.10 (no interval); with each label of a target weighing alike, by -0.10 (-0.30 to +0.10)" in said
    assert f"label shares are {shift:.2f} from those of the others" in said


# --- of comparisons


def difference(name="logreg", value=0.1, low=-0.1, high=0.3, p=0.2, told=False, folds="by_author", verdict="x"):
    return {"classifier": name, "first": name, "second": "svm", "folds": folds, "difference": value, "low": low} | {
        "high": high,
        "p": p,
        "p_holm": p,
        "told_apart": told,
        "verdict": verdict,
    }


def baseline(rows, n_groups=9, n_examples=None):
    n = n_examples or max(n_groups, 1)
    table = pd.DataFrame({"example_id": range(n), "group": [number % n_groups for number in range(n)]})
    scores = pd.DataFrame({"folds": ["by_author"], "run_id": ["r"]})
    return _verdict.baseline_verdict(scores, pd.DataFrame(rows), {"r": table}, "majority", "macro_f1")


@pytest.mark.parametrize(
    ("rows", "n_groups", "said"),
    [
        ([], 9, "9 comments in 9 groups: no run of 'majority' under the same folds, so nothing is compared with it."),
        ([], 1, "1 comment in 1 group: no run of"),
        (
            [difference(told=True, low=0.01)],
            9,
            "tell from majority in macro_f1: +0.10 (+0.01 to +0.30, p 0.2) by logreg under",
        ),
        ([difference(told=True), difference("svm")], 9, "No more can be told of the other 1."),
        ([difference()], 9, "cannot tell any classifier from majority: the largest difference in macro_f1 is +0.10"),
        ([difference(), difference("svm", -0.2)], 9, "is -0.20 (-0.10 to +0.30, p 0.2) by svm under by_author."),
        ([difference(), difference("svm")], 9, "(at 95 % for all 2 rows together, Bonferroni; p is Holm's)"),
        (
            [difference(low=NAN, high=NAN)],
            9,
            "is +0.10 (no interval, p 0.2) by logreg under by_author. There are no intervals.",
        ),
        ([difference(value=NAN, low=NAN, high=NAN)], 9, "no difference in macro_f1 is defined."),
        ([difference()], 5, "Over 5 groups (least p 0.062) no difference whatever could be told."),
        ([difference()], 1, "1 comment in 1 group cannot tell any"),
        ([difference()], 1, "Over 1 group (least p 1) no difference whatever could be told."),
        ([difference()], 6, "Intervals reach 0.20 to each side."),
        (
            [difference()] * 2,
            6,
            "Over 6 groups (least p 0.031, after Holm for 2 rows 0.062) no difference whatever could be told.",
        ),
    ],
)
def test_a_comparison_says_what_can_be_told(rows, n_groups, said):
    assert said in lawful(baseline(rows, n_groups))


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([], ""),
        (
            [difference()],
            "Of 1 pair of those that read, and of these with the best that cheats, none can be told apart in",
        ),
        ([difference(p=NAN)], "none can be told apart in macro_f1."),
        ([difference(p=0.3), difference("nb", p=0.2)], "the clearest is nb +0.10"),
        ([difference(told=True)] * 3, "3 can be told apart in macro_f1"),
        ([difference(told=True)] * 4, "; and 1 more."),
    ],
)
def test_pairs_are_said_with_the_clearest_first(rows, said):
    assert said in lawful(*_verdict.pair_remarks(pd.DataFrame(rows), "macro_f1"))


GOOD, NO_WORSE = "as good as svm to within 0.05", "no worse than svm by 0.05 or more"


@pytest.mark.parametrize(
    ("margin", "rows", "said"),
    [
        (None, [difference(verdict=GOOD)], ""),
        (0.05, [], ""),
        (
            0.05,
            [difference()],
            "not to matter: of the pair that is compared it cannot be told whether they differ by less.",
        ),
        (0.05, [difference()] * 2, "of the 2 pairs that are compared it cannot be told"),
        (0.05, [difference(verdict=GOOD)], "not to matter: logreg is as good as svm to within 0.05 under by_author."),
        (0.05, [difference(verdict=NO_WORSE)], "logreg is no worse than svm by 0.05 or more under by_author."),
        (0.05, [difference(verdict=GOOD), difference()], "; this cannot be told of the other 1."),
        (
            0.05,
            [difference(verdict="better than svm, and by less than 0.05")],
            "logreg is better than svm, and by less than",
        ),
    ],
)
def test_a_declared_margin_is_in_words(margin, rows, said):
    found = lawful(*_verdict.margin_remarks(pd.DataFrame(), pd.DataFrame(rows), "macro_f1", margin))
    assert said in found
    assert bool(found) == bool(said)


@pytest.mark.parametrize(
    ("ends", "told", "few", "said"),
    [
        ((-0.05, 0.04), False, "", "cannot be told apart from svm with this data"),
        ((-0.049, 0.05), False, "", "no worse than svm by 0.05 or more"),
        ((-0.049, 0.049), False, "", "as good as svm to within 0.05"),
        ((0.001, 0.049), True, "", "better than svm, and by less than 0.05"),
        ((0.001, 0.05), True, "", "better than svm"),
        ((-0.06, -0.01), True, "", "worse than svm"),
        (
            (-0.049, 0.049),
            False,
            "they differ in 1 group only",
            "cannot be told apart from svm with this data: they differ in 1 group",
        ),
        ((NAN, NAN), False, "", "cannot be told apart from svm with this data"),
    ],
)
def test_a_margin_decides_at_its_edge(ends, told, few, said):
    pairing = SimpleNamespace(metric="macro_f1", margin=0.05)
    found = _differences._told({"low": ends[0], "high": ends[1], "told_apart": told}, "svm", pairing, few)
    assert found == said or (few and found.startswith(said))
    assert _differences.tells_of(0.05, found) == ("0.05" in said)


@pytest.mark.parametrize(
    ("much", "said"),
    [(0.0, "less than 0.001"), (-0.1, "less than 0.001"), (0.0011, "about 0.001"), (0.03, "about 0.030")],
)
def test_what_picking_adds_is_never_said_to_be_nothing(much, said):
    assert _verdict._about(much) == said


def test_intervals_of_a_comparison_that_are_not_to_be_trusted_are_named():
    scores = pd.DataFrame(
        {"classifier": ["majority", "logreg", "svm"], "folds": ["a", "a", "b"], "doubt": [DOUBT, DOUBT, ""]}
    )
    assert [*_verdict.doubt_remarks(scores, "accuracy")] == [
        f"Under a the intervals of accuracy of all are not to be trusted: {DOUBT}."
    ]
    scores["folds"] = "a"
    (said,) = _verdict.doubt_remarks(scores, "accuracy")
    assert "of majority, logreg are not to be trusted" in lawful(said)
    assert not [*_verdict.doubt_remarks(scores.assign(doubt=""), "accuracy")]


@pytest.mark.parametrize(
    ("cheat", "told"),
    [
        ((0.5, 0.4, 0.6), "no better"),
        ((0.6, 0.5, 0.7), "no better"),
        ((0.3, 0.2, 0.4), "better, and the intervals overlap"),
        ((0.3, 0.2, 0.39), "better, and the intervals do not overlap"),
        ((0.3, NAN, NAN), "better, and without intervals it is not known whether by more than chance"),
    ],
)
def test_the_best_that_reads_beside_the_best_that_cheats(cheat, told):
    rows = [("logreg", False, 0.5, 0.4, 0.6), ("majority", True, *cheat)]
    scores = pd.DataFrame(rows, columns=["classifier", "cheats", "score", "low", "high"]).assign(folds="a")
    (said,) = _comparison._beside_cheating(SimpleNamespace(metric="macro_f1", scores=scores))
    assert lawful(said).endswith(f": {told}.")


# --- of more comments, and of shares


def curve(over=(0.1, 0.2), gain=(0.01, 0.0, 0.02), p=0.5, n_groups=9, low=0.4, high=0.6):
    points = pd.DataFrame({"examples": [5, 1200], "score": 0.5, "score_low": low, "score_high": high, "majority": 0.2})
    points["over_majority_low"] = over
    steps = pd.DataFrame([dict(zip(("gain", "gain_low", "gain_high"), gain, strict=True), before=5, after=1200, p=p)])
    return lawful(*LearningCurve("macro_f1", points, steps, n_groups, 1).verdict())


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "told from majority at every size that was tried, of which 5 examples is the smallest."),
        ({"over": (0.0, 0.1)}, "told from majority from 1,200 training examples on."),
        ({"over": (0.1, 0.0)}, "cannot be told from majority with this data, not even with all training examples."),
        ({"low": NAN, "high": NAN}, "With all 1,200 training examples macro_f1 is 0.50 (no interval); the most"),
        ({"n_groups": 4}, "4 groups are tested, fewer than 5: these intervals are too narrow to trust."),
        ({"gain": (0.01, 0.001, 0.02), "p": 0.049}, "the curve is still rising where it ends"),
        (
            {"gain": (0.01, 0.001, 0.05), "p": 0.05},
            "cannot tell whether the curve is still rising or flat; the last step may have brought as much as 0.05",
        ),
        ({"gain": (-0.01, -0.02, -0.001), "p": 0.01}, "the curve falls where it ends"),
        ({"gain": (0.0, -0.019, 0.019)}, "flat where it ends, to within 0.02 either way"),
        ({"gain": (0.0, -0.02, 0.019)}, "cannot tell whether the curve is still rising or flat"),
    ],
)
def test_a_curve_says_whether_it_rises(changes, said):
    assert said in curve(**changes)


def power(powers=(0.1, 0.9), tried=(0.5, 0.9), **others):
    steps = pd.DataFrame({"difference": [0.1, 0.3], "power": powers})
    sizes = pd.DataFrame({"groups": [9, 90], "comments": [16, 1600], "power": tried})
    return lawful(str(Power("macro_f1", 0.1, 0.8, 16, 9, steps, sizes, **others)))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "16 comments in 9 groups can show a difference in macro_f1 of 0.28 or more with 80 % power."),
        ({"powers": (0.0, 0.0)}, "not even one of 0.30, which they would show in 0 of 100 studies."),
        ({"powers": (0.8, 0.9)}, "of 0.10 or more with 80 % power"),
        ({"tried": (0.1, 0.79)}, "A difference of 0.10 would take more than 1,600 comments."),
        ({"comparisons": 3}, "as one of 3 comparisons"),
        ({"need": (400.0, np.inf)}, "(of pilots like this one 90 % say 400 to more than"),
        ({"need": (np.inf, np.inf)}, "(of pilots like this one 90 % say more than"),
    ],
)
def test_power_says_what_could_be_shown(changes, said):
    assert said in power(**changes)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "favor: 50.0 % of the comments (40.0 to 60.0); counting predictions would say 30.0 %"),
        ({"share": 0.0, "low": 0.0}, "favor: 0.0 % of the comments (0.0 to 60.0)"),
        ({"share": 1.0, "high": 1.0}, "favor: 100.0 % of the comments (40.0 to 100.0)"),
        ({"low": NAN, "high": NAN}, "favor: 50.0 % of the comments, with no interval"),
        (
            {"assumes": "assumes that errors are the same"},
            "(40.0 to 60.0 only if what it rests on is so); it assumes that",
        ),
        ({"caution": "few labels"}, "(40.0 to 60.0, a rough interval: few labels)"),
    ],
)
def test_a_share_is_said_with_what_it_rests_on(changes, said):
    share = {"label": "favor", "share": 0.5, "low": 0.4, "high": 0.6, "naive": 0.3, "assumes": "", "caution": ""}
    assert said in lawful(of_shares._sentence(share | changes, SimpleNamespace(of="comments")))


def test_values_with_too_few_labels_are_named_up_to_ten():
    table = pd.DataFrame({"month": [f"m{number:02}" for number in range(12)], "low": NAN})
    (said,) = of_shares.without_interval(table, "month")
    assert lawful(said).startswith("Too few labels for an interval in 12 of 12: m00, m01, ")
    assert " and 2 more. Only" in said
    assert of_shares.without_interval(table.assign(low=0.1), "month") == []


@pytest.mark.parametrize("ends", [(0.5, NAN, 0.6), (0.5, 0.4, NAN), (0.5, NAN, NAN)])
def test_half_an_interval_is_none(ends):
    assert show_interval(*ends) == "0.50 (no interval)"
