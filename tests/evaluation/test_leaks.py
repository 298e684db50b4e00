"""The leak report on examples whose authors give their label away, and on folds shuffled by hand."""

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.dummy import DummyClassifier

from stance.classifiers import author_prior, majority
from stance.evaluation import _evaluate, describe_folds, evaluate, evaluation_groups
from stance.evaluation.leaks import _beside, compared_folds, make_leak_report, predict_cheating
from stance.evaluation.leaks._beside import cheating_rows, predict_beside
from stance.evaluation.leaks._gaps import _apart, widened
from stance.evaluation.predictions import cross_predict
from stance.evaluation.scores import Score, score_predictions
from stance.folds import Fold, author_groups, by_author, by_thread, choose_held_out, leave_one_out, strictest
from stance.folds.held_out import HeldOut
from stance.folds.shuffling import shuffle_folds
from stance.report._verdict import is_random

LABELS = ("against", "none", "favor")


def habitual(n_authors=30, each=4):
    """Examples of authors who always say the same, in words that say nothing."""
    rows = [
        (f"t#{author:02}{n}", f"author-{author:02}", LABELS[author % 3], "the same words")
        for author in range(n_authors)
        for n in range(each)
    ]
    frame = pd.DataFrame(rows, columns=["example_id", "author", "label", "text"])
    return frame.assign(target="the ferry", thread_id="t")


def reported(examples, scheme="by_author", folds=None):
    folds = by_author(examples) if folds is None else folds
    groups = author_groups(examples).set_axis(examples["example_id"])
    classifier = author_prior()
    word, other, note = compared_folds(examples, folds, scheme)
    beside = predict_beside(classifier, examples, other, LABELS) if other else None
    predictions = cross_predict(classifier, examples, folds, LABELS)
    cheating = predict_cheating(examples, folds, LABELS)
    return make_leak_report("author_prior", predictions, (word, beside, note), cheating, groups, LABELS)


def test_what_authors_give_away_is_seen_as_a_gap():
    report = reported(habitual())
    rows = report.rows.set_index(["name", "folds"])
    # under shuffled folds an author's other comments are nearly always in training, and always tell the label
    assert rows.loc[("author_prior", "shuffled"), "macro_f1"] == 1.0
    # an author who is held out is unknown: the majority of what is left, which is never that author's label
    assert rows.loc[("author_prior", "these"), "macro_f1"] < 0.4
    gap = next(score for score in report.gaps if score.metric == "macro_f1")
    assert gap.value == pytest.approx(1.0 - rows.loc[("author_prior", "these"), "macro_f1"])
    assert 0.5 < gap.low < gap.value < gap.high
    assert "shuffled folds have the sizes" in report.note.lower()


def test_rows_that_cheat_stand_beside_but_not_twice():
    report = reported(habitual())
    assert report.rows["name"].tolist() == ["author_prior", "author_prior", "majority", "length_only"]
    assert report.rows["cheats"].tolist() == [False, False, True, True]
    assert report.left_out == ("target_prior and target_only, since all examples have one target",)


def test_what_is_called_random_is_known_by_its_name():
    assert is_random("strictest (random) n_folds=5")
    assert not is_random("strictest n_folds=5")


def test_random_folds_get_the_strictest_ones_beside_them():
    examples = habitual()
    order = np.arange(len(examples))
    random = [Fold(0, 0, order[order % 2 == 0], order[order % 2 == 1]), Fold(0, 1, order[1::2], order[::2])]
    report = reported(examples, "repeated_stratified", random)
    assert report.rows["folds"].tolist()[:2] == ["these", "strictest"]
    assert report.gaps[0].value > 0.5  # random less strict, as before
    beside = "These folds are random, so the strictest that the data supports stand beside them."
    assert report.note == f"{beside} {choose_held_out(examples).why}"


@pytest.mark.parametrize(
    ("scheme", "made"),
    [("by_author", shuffle_folds), ("leave_one_out", strictest), ("repeated_stratified", strictest)],
)
def test_other_folds_are_drawn_by_the_seed(scheme, made):
    examples = habitual()
    folds = by_author(examples, n_folds=3)

    def parts(folds):
        return [(fold.train.tolist(), fold.test.tolist()) for fold in folds]

    def drawn(seed):
        several = [replace(fold, repeat=draw) for draw in range(5) for fold in folds]
        return made(examples, several, seed) if made is shuffle_folds else made(examples, random_state=seed)

    assert parts(compared_folds(examples, folds, scheme, 5)[1]) == parts(drawn(5)) != parts(drawn(0))


def test_without_anything_to_hold_out_or_with_transfer_nothing_is_put_beside():
    examples = habitual().assign(author=None)
    assert compared_folds(examples, [], "leave_one_out") == (
        "",
        [],
        "No stricter folds beside these: the examples have no author, thread or target to hold out.",
    )
    word, folds, note = compared_folds(examples, [], "transfer")
    assert (word, folds) == ("", [])
    assert note == "No random folds beside these: what is trained on comes from other data sets."
    made, left_out = cheating_rows(examples)
    assert list(made) == ["majority", "length_only"]
    assert left_out[1] == "author_prior, since no example shows an author"


def test_rows_about_targets_need_two_targets():
    examples = habitual()
    examples.loc[::2, "target"] = "the harbour"
    made, left_out = cheating_rows(examples)
    assert list(made) == ["majority", "length_only", "target_prior", "target_only", "author_prior"]
    assert left_out == ()


def test_one_known_author_is_enough_to_guess_by_authors():
    examples = habitual(6, 2)
    examples.loc[1:, "author"] = None
    assert "author_prior" in cheating_rows(examples)[0]


def test_each_fold_of_each_row_that_cheats_is_told_of():
    examples = habitual(6, 2)
    folds, seen = by_author(examples, n_folds=3), []
    made, _ = predict_cheating(examples, folds, LABELS, lambda: seen.append(1))
    assert len(seen) == len(made) * 3 == 9


def test_scores_on_other_examples_are_told_apart_by_their_own_intervals():
    examples = habitual()
    rows = np.arange(len(examples))
    official = [Fold(0, 0, rows[30:], rows[:30])]
    report = reported(examples, "official", official)
    first, second = (report.rows.iloc[place] for place in (1, 0))
    (gap,) = [score for score in report.gaps if score.metric == "accuracy"]
    assert gap.value == pytest.approx(first["accuracy"] - second["accuracy"])
    below = np.hypot(first["accuracy"] - first["accuracy_low"], second["accuracy_high"] - second["accuracy"])
    assert gap.low == pytest.approx(gap.value - below)
    assert isinstance(gap, Score)


def test_the_interval_of_a_difference_made_from_two_by_hand():
    # 0.3 - hypot(0.6 - 0.5, 0.54 - 0.3) and 0.3 + hypot(0.8 - 0.6, 0.3 - 0.15)
    gap = _apart(Score("accuracy", 0.6, 0.5, 0.8), Score("accuracy", 0.3, 0.15, 0.54))
    assert (gap.metric, gap.value) == ("accuracy", pytest.approx(0.3))
    assert (gap.low, gap.high) == (pytest.approx(0.04), pytest.approx(0.55))


def test_every_interval_is_that_of_2000_resamples_of_the_seed():
    examples = habitual(12, 3).assign(text=[f"{'word ' * (number % 4)}here" for number in range(36)])
    groups = author_groups(examples).set_axis(examples["example_id"])
    folds = by_author(examples, n_folds=3)
    tables = {
        each: cross_predict(author_prior(), examples, each_folds, LABELS)
        for each, each_folds in (("these", folds), ("shuffled", shuffle_folds(examples, folds)))
    }
    cheating = predict_cheating(examples, folds, LABELS)
    beside = ("shuffled", tables["shuffled"], "")
    made = {
        seed: make_leak_report("author_prior", tables["these"], beside, cheating, groups, LABELS, seed)
        for seed in (0, 7)
    }
    for seed, report in made.items():
        for row in report.rows.to_dict("records"):
            predictions = cheating[0][row["name"]] if row["cheats"] else tables[row["folds"]]
            scores = {one.metric: one for one in score_predictions(predictions, groups, LABELS, 2_000, seed)}
            for metric in ("macro_f1", "accuracy"):
                found = (row[metric], row[f"{metric}_low"], row[f"{metric}_high"])
                assert found == (scores[metric].value, scores[metric].low, scores[metric].high)
    assert made[0].gaps[0].value == made[7].gaps[0].value
    # a gap is a difference: nothing is drawn for it
    assert made[0].gaps[0].low == made[7].gaps[0].low


def test_a_gap_on_the_same_examples_is_paired():
    examples = habitual(12, 3)
    groups = author_groups(examples).set_axis(examples["example_id"])
    predictions = cross_predict(majority(), examples, by_author(examples), LABELS)
    report = make_leak_report("majority", predictions, ("shuffled", predictions, ""), ({}, ()), groups, LABELS)
    # the same predictions twice: no author's comments differ, whatever each score's own interval is
    own = report.rows.iloc[0]
    for gap in report.gaps:
        assert gap.value == 0
        assert gap.high - gap.low < 0.5 * (own[f"{gap.metric}_high"] - own[f"{gap.metric}_low"])


@given(st.integers(0, 2**32 - 1), st.permutations(range(24)))
def test_shuffled_folds_keep_sizes_and_labels_and_do_not_look_at_the_order_of_rows(seed, order):
    examples = habitual(6, 4)
    folds = by_author(examples, n_folds=3)
    shuffled = shuffle_folds(examples, folds, seed)
    given_labels = examples["label"].to_numpy()
    for before, after in zip(folds, shuffled, strict=True):
        assert (before.repeat, before.fold) == (after.repeat, after.fold)
        assert not set(after.train) & set(after.test)
        assert (np.diff(after.train) > 0).all()
        for old, new in ((before.train, after.train), (before.test, after.test)):
            assert sorted(given_labels[old]) == sorted(given_labels[new])
    assert sorted(np.concatenate([fold.test for fold in shuffled])) == list(range(24))
    place = np.array(order)
    back = np.argsort(place)
    moved = [Fold(fold.repeat, fold.fold, np.sort(back[fold.train]), np.sort(back[fold.test])) for fold in folds]
    again = shuffle_folds(examples.iloc[place].reset_index(drop=True), moved, seed)
    for one, two in zip(shuffled, again, strict=True):
        assert sorted(place[two.test]) == one.test.tolist()


def test_each_repeat_and_each_seed_is_shuffled_anew():
    examples = habitual()
    folds = by_author(examples, n_folds=3)
    same = [Fold(repeat, fold.fold, fold.train, fold.test) for repeat in (0, 1) for fold in folds]

    def tests(seed, repeat):
        return [fold.test.tolist() for fold in shuffle_folds(examples, same, seed) if fold.repeat == repeat]

    assert tests(0, 0) == tests(0, 0)
    assert tests(0, 0) != tests(0, 1)
    assert tests(0, 0) != tests(1, 0)


def test_what_no_fold_uses_stays_unused():
    examples = habitual()
    rows = np.arange(len(examples))
    folds = [Fold(0, 0, rows[20:60], rows[10:20])]
    (shuffled,) = shuffle_folds(examples, folds)
    assert sorted([*shuffled.train, *shuffled.test]) == list(range(10, 60))


def test_groups_straddle_once_folds_are_shuffled():
    examples = habitual()
    authors = examples["author"].to_numpy()
    straddling = [set(authors[f.train]) & set(authors[f.test]) for f in shuffle_folds(examples, by_author(examples))]
    assert all(straddling)


def test_majority_scores_the_same_under_shuffled_folds():
    examples = habitual()
    folds = by_author(examples)
    one, two = (cross_predict(majority(), examples, each, LABELS) for each in (folds, shuffle_folds(examples, folds)))
    assert (one["label"] == one["predicted"]).sum() == (two["label"] == two["predicted"]).sum()


def test_a_row_that_predicts_what_majority_does_is_said_to_be_majority():
    said = "author_prior predicts what majority does, throughout: under these folds it has nothing to go by."
    assert said in reported(habitual()).findings
    order = np.arange(120)
    random = [Fold(0, 0, order[order % 2 == 0], order[order % 2 == 1]), Fold(0, 1, order[1::2], order[::2])]
    assert said not in reported(habitual(), "repeated_stratified", random).findings


@pytest.mark.parametrize("tells", [True, False])
def test_authors_who_are_on_both_sides_of_all_folds_are_found_and_said(tells):
    # threads part no author: each of thirty writes in all of four, and under shuffled folds as well
    examples = habitual()
    examples["thread_id"] = [f"t{row % 4}" for row in range(len(examples))]
    if not tells:
        examples["label"] = [LABELS[(row // 4 + row) % 3] for row in range(len(examples))]
    found = evaluate(
        majority(),
        examples,
        by_thread(examples, n_folds=4),
        LABELS,
        author_groups(examples),
        name="majority",
        scheme="by_thread",
        n_resamples=100,
    )
    [said] = [finding for finding in found.leaks.findings if "trained on too" in finding]
    assert re.match(
        r"100 % of what is tested has an author who is trained on too \((100|99) % under the shuffled folds, so the "
        r"gap does not show what that is worth\): author_prior, which knows nothing but the author, scores macro_f1 ",
        said,
    )
    assert said.endswith("Who writes tells the label here; purge=[author] or folds by author leave that out.") == tells
    more = float(re.search(r"scores macro_f1 ([+-][0-9.]+) ", said)[1])
    rows = found.leaks.rows.set_index(["name", "folds"])["macro_f1"]
    assert more == pytest.approx(rows["author_prior", "these"] - rows["majority", "these"], abs=0.005)
    apart = reported(examples)
    assert not any("trained on too" in finding for finding in apart.findings)


def test_folds_that_found_nothing_to_hold_out_are_random_and_nothing_is_shuffled_beside_them():
    examples = habitual().assign(author=None)
    examples["thread_id"] = examples["example_id"]
    folds = strictest(examples)
    note = "No shuffled folds beside these: they hold out nothing but duplicates, and are random themselves."
    assert compared_folds(examples, folds, "strictest") == ("", [], note)
    groups = examples["example_id"]
    assert describe_folds(examples, folds, LABELS, groups, "strictest", "").parted
    assert describe_folds(examples, folds, LABELS, groups, "repeated_stratified", "").parted
    by = habitual()
    assert not describe_folds(by, strictest(by), LABELS, groups, "strictest", "").parted


def test_folds_are_shuffled_at_least_five_times_and_repeats_count_with_them():
    examples = habitual()
    for n_repeats, expected in ((1, 5), (2, 6), (7, 7)):
        folds = by_author(examples, n_repeats=n_repeats)
        _, others, note = compared_folds(examples, folds, "by_author")
        assert {fold.repeat for fold in others} == set(range(expected))
        assert f"with examples drawn at random, {expected} times; how far one draw differs" in note


def test_a_gap_is_the_mean_over_the_shuffles_and_its_interval_holds_how_they_differ():
    # one of four authors is right under the run's folds; of two shuffles the first has all right, the second none
    examples = pd.DataFrame({"example_id": list("abcd")})
    groups = pd.Series(list("pqrs"), index=examples["example_id"])
    strict = examples.assign(repeat=0, fold=0, label="favor", predicted=["favor", "none", "none", "none"])
    one, other = (strict.assign(repeat=draw, predicted=word) for draw, word in ((0, "favor"), (1, "none")))
    alike = (one, one.assign(repeat=1))

    def gap(*tables):
        report = make_leak_report("x", strict, ("shuffled", pd.concat(tables), ""), ({}, ()), groups, LABELS)
        return next(gap for gap in report.gaps if gap.metric == "accuracy")

    differing, same, single = gap(one, other), gap(*alike), gap(one)
    assert (differing.value, same.value, single.value) == (0.25, 0.75, 0.75)
    assert (same.low, same.high) == (pytest.approx(single.low), pytest.approx(single.high))
    # 12.7 standard errors of the mean of 0.75 and -0.25, which is 0.5
    assert differing.high - differing.value > 12.7 * 0.5 > differing.value - single.low


def test_the_interval_of_a_gap_is_widened_by_hand():
    # draws 0.1, 0.2, 0.3: the mean is 0.2, the standard error 0.1 / sqrt(3), Student's quantile with 2 degrees 4.3027
    reach = 4.302653 * 0.1 / 3**0.5
    gap = widened(Score("accuracy", 0.2, 0.1, 0.5), np.array([0.1, 0.2, 0.3]))
    assert gap.low == pytest.approx(0.2 - np.hypot(0.1, reach))
    assert gap.high == pytest.approx(0.2 + np.hypot(0.3, reach))
    assert widened(gap, np.array([0.2])) == gap


class FewFail(DummyClassifier):
    """Fails on fewer than nine rows, as an inner search does."""

    def fit(self, X, y, sample_weight=None):
        if len(X) < 9:
            raise ValueError("n_splits=9 cannot be greater than the number of members in each class.\nmore")
        return super().fit(X, y, sample_weight)


def test_what_nobody_asked_for_may_fail_and_is_said(monkeypatch):
    texts = [f"comment number {number}" for number in range(12)]
    table = pd.DataFrame(
        {
            "example_id": [f"t#{number}" for number in range(12)],
            "thread_id": [f"t{number // 6}" for number in range(12)],
            "author": [f"reader-{number}" for number in range(12)],
            "label": ["against", "favor", "none"] * 4,
            "text": texts,
            "context": "",
            "target": "the ferry",
        }
    )
    folds = leave_one_out(table)
    groups = evaluation_groups(table, folds)
    few = [Fold(0, 0, np.arange(4), np.arange(4, 12)), Fold(0, 1, np.arange(4, 12), np.arange(4))]
    held_out = HeldOut(("author",), 2, "Held out: author.")
    monkeypatch.setattr(_beside, "hold_out", lambda examples, random_state: (held_out, few))
    monkeypatch.setattr(_beside, "length_only", FewFail)
    monkeypatch.setattr(_evaluate, "column_importance", fails)
    asked = {"name": "own", "scheme": "leave_one_out", "n_resamples": 200}
    found = _evaluate.evaluate(FewFail(), table, folds, LABELS, groups, **asked)
    assert len(found.predictions) == 12
    assert found.leaks.note == (
        "No strictest folds beside these: they could not be made, because n_splits=9 cannot be greater than the "
        "number of members in each class."
    )
    assert (found.leaks.gaps, len(found.importance)) == ((), 0)
    _, left_out = predict_cheating(table, few, LABELS)
    assert "length_only, which could not be made, because n_splits=9 cannot be greater" in left_out[-1]


def fails(*_arguments, **_named):
    raise ValueError("too few")
