"""The whole evaluation on examples whose words, authors and threads are made to tell or not to tell the label."""

from typing import ClassVar

import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin

from stance.classifiers import author_prior, complement_nb, linear_svm, majority
from stance.classifiers.tuning import grid
from stance.errors import InputError
from stance.evaluation import describe_folds, evaluate, evaluation_groups
from stance.evaluation._evaluate import COLUMNS
from stance.evaluation._significance import permutation_test
from stance.evaluation.leaks import compared_folds, make_leak_report, predict_cheating
from stance.evaluation.mistakes import column_importance
from stance.evaluation.predictions import cross_predict, fit_classifier
from stance.evaluation.scores import score_predictions
from stance.evaluation.scores._ceiling import score_annotators
from stance.folds import Fold, by_author, by_target, by_thread, leave_one_author_out, leave_one_out, official
from stance.folds.groups import connected_groups
from stance.study.votes import votes_of

LABELS = ("against", "none", "favor")


@pytest.fixture
def spoken():
    """36 examples by 12 authors in 3 threads; a word of each tells its label, and each author has all labels."""
    rows = [
        (f"t{number % 3}#{number:02}", f"author-{number // 3:02}", f"t{number % 3}", label, f"{word} number {number}")
        for number, (label, word) in enumerate(list(zip(LABELS, ("dear", "when", "joy"), strict=True)) * 12)
    ]
    frame = pd.DataFrame(rows, columns=["example_id", "author", "thread_id", "label", "text"])
    return frame.assign(target="the ferry", context="", split=["train"] * 24 + ["test"] * 12)


def evaluated(examples, classifier, folds, name="complement_nb", scheme="by_author", **more):
    groups = connected_groups(examples, ["author"])
    return evaluate(classifier, examples, folds, LABELS, groups, name=name, scheme=scheme, n_resamples=100, **more)


def test_a_classifier_that_understands_scores_all_and_beats_all_that_cheat(spoken):
    found = evaluated(spoken, complement_nb(), by_author(spoken))
    assert {score.metric: score.value for score in found.scores}["macro_f1"] == 1.0
    assert len(found.predictions) == 36
    assert found.predictions["group"].nunique() == 12
    assert set(found.predictions["target"]) == {"the ferry"}
    cheating = found.leaks.rows[found.leaks.rows["cheats"]]
    assert cheating["name"].tolist() == ["majority", "length_only", "author_prior"]
    assert (cheating["macro_f1"] < 0.7).all()
    assert found.leaks.gap_scores()[0].metric == "leak/macro_f1"
    assert found.leaks.gap_scores()[0].value == 0.0
    assert found.fitted.predict(spoken)[:3].tolist() == list(LABELS)
    assert found.importance.empty


def test_rows_that_cheat_are_predicted_once_for_all_classifiers(spoken):
    folds = by_author(spoken)
    cheating = predict_cheating(spoken, folds, LABELS)
    seen = []
    given = evaluated(spoken, majority(), folds, "majority", cheating=cheating, on_fold=lambda: seen.append(1))
    assert len(seen) == len(folds)
    made = evaluated(spoken, majority(), folds, "majority")
    pd.testing.assert_frame_equal(given.leaks.rows, made.leaks.rows)


def test_only_what_the_scheme_tests_is_scored(spoken):
    found = evaluated(spoken, complement_nb(), official(spoken), scheme="official", why="It came with the data.")
    assert len(found.predictions) == 12
    assert found.tested.notes == ("It came with the data.", "12 of 36 examples are tested, 24 only trained on")
    assert found.tested.summary["test_groups"].tolist() == [4]


def test_a_tuned_classifier_says_what_each_fold_chose_and_what_is_kept(spoken):
    tuned = grid(linear_svm, {}, {"linear_svm": {"C": [0.1, 1]}}, n_folds=3)
    found = evaluated(spoken, tuned, by_author(spoken, 3), "linear_svm")
    assert found.tuned["fold"].tolist() == [0, 1, 2]
    assert set(found.tuned["C"]) <= {"0.1", "1"}
    assert found.tuning.startswith("The classifier that is kept was tuned once on all 36 examples: C=")
    assert found.importance.empty, "its weights can be read"


def test_what_has_no_weights_says_which_column_it_looks_at(spoken):
    habitual = spoken.assign(label=[LABELS[int(author[-2:]) % 3] for author in spoken["author"]])
    found = evaluated(habitual, author_prior(), by_author(habitual), "author_prior")
    assert set(found.importance["column"]) == {"text", "context", "target", "author"}
    loss = found.importance.set_index("column")["loss"]
    # the name of an author who is held out tells nothing, that of another one does: shuffled names are better
    assert loss["author"] < -0.1
    assert loss[["text", "context", "target"]].tolist() == pytest.approx([0, 0, 0])
    without = evaluated(habitual.drop(columns="context"), author_prior(), by_author(habitual), "author_prior")
    assert set(without.importance["column"]) == {"text", "target", "author"}


def test_the_order_of_rows_does_not_change_a_score(spoken):
    found = evaluated(spoken, complement_nb(), leave_one_author_out(spoken), scheme="leave_one_author_out")
    back = spoken[::-1].reset_index(drop=True)
    again = evaluated(back, complement_nb(), leave_one_author_out(back), scheme="leave_one_author_out")
    assert repr(found.scores) == repr(again.scores)  # an end that is not a number is not equal to itself
    pd.testing.assert_frame_equal(found.leaks.rows, again.leaks.rows)


def test_annotators_who_share_examples_are_the_ceiling(spoken):
    assert evaluated(spoken, majority(), by_author(spoken), "majority").ceiling is None
    alone = spoken.assign(annotators=[["a1"]] * 36, annotator_labels=[[label] for label in spoken["label"]])
    assert evaluated(alone, majority(), by_author(alone), "majority").ceiling is None
    agreed = spoken.assign(annotators=[["a1", "a2"]] * 36, annotator_labels=[[label] * 2 for label in spoken["label"]])
    ceiling = evaluated(agreed, majority(), by_author(agreed), "majority").ceiling
    assert ceiling.scores[0].value == 1.0
    assert ceiling.n_votes == 72
    # where one annotator was alone, or an example is never tested, there is nothing to say
    first = spoken.assign(annotators=[["a1"], ["a1", "a2"]] * 18, annotator_labels=[["none"], ["none", "favor"]] * 18)
    ceiling = evaluated(first, majority(), official(first), "majority", "official").ceiling
    assert (ceiling.n_votes, ceiling.n_alone) == (2 * 6, 0)
    # whoever of three is left out, the other two are divided
    divided = spoken.assign(annotators=[["a1", "a2", "a3"]] * 36, annotator_labels=[list(LABELS)] * 36)
    assert evaluated(divided, majority(), by_author(divided), "majority").ceiling is None


def test_chance_is_tested_if_asked_for(spoken):
    seen = []
    found = evaluated(
        spoken, complement_nb(), by_author(spoken), n_permutations=19, n_jobs=1, on_permutation=lambda: seen.append(1)
    )
    assert len(seen) == 19
    assert found.chance.value == 1.0
    assert found.chance.p == 0.05


def test_the_classifier_that_is_kept_is_fitted_on_all_examples_by_their_weights(spoken):
    ordered = spoken.sort_values("example_id", ignore_index=True)
    weights = pd.Series([5.0, 1.0, 1.0, 0.5] * 9)
    expected = fit_classifier(complement_nb(), ordered, weights).predict_proba(ordered).tolist()
    assert expected != fit_classifier(complement_nb(), ordered).predict_proba(ordered).tolist()
    back = ordered[::-1]
    found = evaluated(back, complement_nb(), by_author(back), weights=weights[::-1])
    assert found.fitted.predict_proba(ordered).tolist() == expected


class Listening(ClassifierMixin, BaseEstimator):
    """Predict the first label, and keep what each fit was given beside the rows."""

    heard: ClassVar[list[tuple[list[str], object, object]]] = []

    def fit(self, X, y, groups=None, sample_weight=None):
        self.classes_ = np.unique(y)
        given = [None if one is None else one.tolist() for one in (groups, sample_weight)]
        self.heard.append((X["example_id"].tolist(), *given))
        return self

    def predict(self, X):
        return np.full(len(X), self.classes_[0])


def test_groups_and_weights_reach_every_fit_that_is_scored_or_kept(spoken):
    groups, weights = connected_groups(spoken, ["author"]), pd.Series(np.arange(1.0, 37), index=spoken.index)
    folds = by_author(spoken, 3)
    Listening.heard = []
    evaluated(spoken, Listening(), folds, weights=weights, cheating=({}, ()))
    of_id = pd.DataFrame({"group": groups, "weight": weights}).set_axis(spoken["example_id"])
    # these folds, the shuffled ones of five times, all examples; the rest tells which column the classifier looks at
    for ids, heard_groups, heard_weights in Listening.heard[: 3 + 15 + 1]:
        assert heard_groups == of_id.loc[ids, "group"].tolist()
        assert heard_weights == of_id.loc[ids, "weight"].tolist()
    assert len(Listening.heard) == 3 + 15 + 1
    assert sorted(Listening.heard[18][0]) == sorted(spoken["example_id"])


def test_each_part_is_made_of_the_same_predictions_and_the_seed(spoken):
    habitual = spoken.assign(label=[LABELS[int(author[-2:]) * 2 % 5 % 3] for author in spoken["author"]])
    habitual["target"] = ["the ferry", "the bridge", "the ferry", "the ferry"] * 9
    habitual["annotators"] = [["a1", "a2"]] * 36
    habitual["annotator_labels"] = [[label, LABELS[place % 3]] for place, label in enumerate(habitual["label"])]
    folds, by_id = by_author(habitual, 3), connected_groups(habitual, ["author"]).set_axis(habitual["example_id"])
    cheating = ({"majority": cross_predict(majority(), habitual, folds, LABELS)}, ("what is given is taken",))
    settings = {"random_state": 4, "cheating": cheating, "n_permutations": 5, "n_jobs": 1}
    found = evaluated(habitual, author_prior(), folds, "author_prior", **settings)
    predictions = cross_predict(author_prior(), habitual, folds, LABELS)
    ids = predictions["example_id"]
    assert found.predictions[predictions.columns].equals(predictions)
    assert found.predictions["group"].tolist() == by_id.loc[ids].tolist()
    assert found.predictions["target"].tolist() == habitual.set_index("example_id").loc[ids, "target"].tolist()
    # a score that rests on nothing has ends that are not numbers, and these are not equal to themselves
    assert repr(list(found.scores)) == repr(score_predictions(found.predictions, by_id, LABELS, 100, 4))
    word, others, note = compared_folds(habitual, folds, "by_author", 4)
    beside = (word, cross_predict(author_prior(), habitual, others, LABELS), note)
    leaks = make_leak_report("author_prior", predictions, beside, cheating, by_id, LABELS, 4)
    assert found.leaks.rows.equals(leaks.rows)
    assert (found.leaks.gaps, found.leaks.note, found.leaks.left_out) == (leaks.gaps, leaks.note, leaks.left_out)
    assert found.importance.equals(column_importance(author_prior(), habitual, folds, COLUMNS, 4))
    chance = permutation_test(author_prior(), habitual, folds, LABELS, by_id, "macro_f1", 5, 4)
    assert (found.chance.p, found.chance.shuffled.tolist()) == (chance.p, chance.shuffled.tolist())
    votes = votes_of(np.repeat(np.arange(36), 2), ["a1", "a2"] * 36, habitual["annotator_labels"].sum(), LABELS, 36)
    assert found.ceiling.scores == score_annotators(votes, habitual["example_id"], by_id, random_state=4).scores


def test_intervals_draw_what_the_folds_keep_apart_else_authors(spoken):
    def groups(examples, folds):
        return evaluation_groups(examples, folds).tolist()

    rows = np.arange(len(spoken))
    random = [Fold(0, place, rows[rows % 2 != place], rows[rows % 2 == place]) for place in (0, 1)]
    assert groups(spoken, by_author(spoken)) == spoken["author"].tolist()
    assert groups(spoken, random) == spoken["author"].tolist()
    apart = spoken.assign(author="p")
    assert groups(apart, by_thread(apart, 3)) == spoken["thread_id"].tolist()
    # one page is tested, others are lent to train on: its thread is one group, which says nothing
    lent = [Fold(0, 0, rows[rows % 3 != 0], rows[rows % 3 == 0])]
    assert groups(spoken, lent) == spoken["author"].tolist()
    # of what is tested half is of no thread, each a group of its own
    half = spoken.assign(thread_id=[None if row % 6 == 0 else f"t{row % 3}" for row in rows])
    assert groups(half, lent)[:7] == ["t0#00", "t1", "t2", "t0", "t1", "t2", "t0#06"]


def test_a_column_with_another_value_in_every_row_makes_no_groups(spoken):
    alone = spoken.assign(thread_id=spoken["example_id"])
    assert evaluation_groups(alone, leave_one_out(alone)).nunique() == 12
    nobody = alone.assign(author=None)
    assert evaluation_groups(nobody, leave_one_out(nobody)).nunique() == 36


def test_beside_random_folds_the_stricter_ones_are_drawn_by_their_own_groups(spoken):
    habitual = spoken.assign(label=[LABELS[int(author[-2:]) % 3] for author in spoken["author"]])
    folds = leave_one_out(habitual)
    alone = pd.Series(range(36), index=habitual.index)
    found = evaluate(
        author_prior(), habitual, folds, LABELS, alone, name="author_prior", scheme="leave_one_out", n_resamples=100
    )
    word, others, note = compared_folds(habitual, folds, "leave_one_out")
    strict = evaluation_groups(habitual, others).set_axis(habitual["example_id"])
    assert (word, strict.nunique()) == ("strictest", 12)
    predictions = cross_predict(author_prior(), habitual, folds, LABELS)
    beside = (word, cross_predict(author_prior(), habitual, others, LABELS), note)
    by_id, cheating = alone.set_axis(habitual["example_id"]), predict_cheating(habitual, folds, LABELS)
    expected = make_leak_report("author_prior", predictions, beside, cheating, by_id, LABELS, 0, strict)
    assert found.leaks.rows.equals(expected.rows)
    assert found.leaks.gaps == expected.gaps
    assert found.leaks.gaps != make_leak_report("author_prior", predictions, beside, cheating, by_id, LABELS).gaps


def test_what_is_tested_is_told_with_its_groups_and_targets(spoken):
    spoken["target"] = ["the ferry", "the bridge"] * 18
    folds, groups = by_author(spoken, 3), connected_groups(spoken, ["author"])
    tested = describe_folds(spoken, folds, LABELS, groups, "by_author", "")
    assert (tested.scheme, tested.notes) == ("by_author", ())
    assert tested.summary.columns[:5].tolist() == ["repeat", "fold", "train", "test", "test_groups"]
    assert tested.summary["test_groups"].tolist() == [groups.iloc[fold.test].nunique() for fold in folds] == [4, 4, 4]
    assert tested.targets["fold"].tolist() == [0, 0, 1, 1, 2, 2]


# the model that is kept, and what is fitted again


def test_the_model_of_an_official_split_has_not_seen_the_test(spoken):
    folds = official(spoken)
    found = evaluated(spoken, complement_nb(), folds, scheme="official")
    assert found.fitted_on == (
        "The model that is kept was fitted on 24 examples, none of them a tested one; the scores are those of the "
        "procedure that made it."
    )
    # so it predicts of the test what was scored
    tested = spoken.set_index("example_id").loc[found.predictions["example_id"]].reset_index()
    assert found.fitted.predict(tested).tolist() == found.predictions["predicted"].tolist()
    assert found.fitted.predict_proba(tested) == pytest.approx(
        found.predictions[[f"score_{label}" for label in found.fitted.classes_]].to_numpy()
    )


def test_the_model_of_a_cross_validation_is_fitted_on_all_and_said_not_to_have_its_score(spoken):
    assert evaluated(spoken, complement_nb(), by_author(spoken)).fitted_on == (
        "The model that is kept was fitted on 36 examples, 36 of the 36 tested ones among them; the scores are those "
        "of the procedure that made it, each example predicted by a classifier without it, and not those of this model."
    )
    windows = [
        Fold(0, 0, np.arange(12), np.arange(12, 24)),
        Fold(0, 1, np.arange(24), np.arange(24, 36)),
    ]
    said = evaluated(spoken, complement_nb(), windows, scheme="time").fitted_on
    assert "24 examples, 12 of the 24 tested ones among them (12 tested ones were kept from it);" in said


class HeaviestLabel(BaseEstimator, ClassifierMixin):
    """Predicts the label whose training rows weigh most; without weights it cannot be fitted."""

    def fit(self, examples, labels, sample_weight=None):
        assert sample_weight is not None
        totals = pd.Series(sample_weight, index=labels.to_numpy()).groupby(level=0).sum()
        self.classes_, self.heaviest_ = np.unique(labels), totals.idxmax()
        return self

    def predict(self, examples):
        return np.full(len(examples), self.heaviest_)


def test_what_is_fitted_again_is_fitted_by_the_same_weights_as_what_is_reported(spoken):
    weights = pd.Series([3.0 if label == "favor" else 1.0 for label in spoken["label"]], index=spoken.index)
    found = evaluated(spoken, HeaviestLabel(), by_author(spoken), weights=weights, n_permutations=3, n_jobs=1)
    assert set(found.predictions["predicted"]) == {"favor"}
    # favor throughout: its F1 is 2 * 12 / (12 + 36) = 0.5, the mean over three labels a third of it
    assert found.chance.value == pytest.approx(0.5 / 3) == found.scores[0].value
    assert found.importance["loss"].abs().max() == 0


def test_a_metric_that_these_labels_do_not_have_is_refused_with_the_near_miss(spoken):
    with pytest.raises(InputError, match=r"metric: expected for the labels .* found 'macro_f2'\. Did you mean"):
        evaluated(spoken, majority(), by_author(spoken), metric="macro_f2")


def test_what_is_lost_on_targets_that_were_held_out_is_measured(spoken):
    many = pd.concat([spoken.assign(example_id=spoken["example_id"] + f"/{copy}") for copy in "ab"], ignore_index=True)
    many["target"] = ["the ferry"] * 36 + ["the bridge"] * 36
    cross = evaluated(many, complement_nb(), by_target(many), scheme="by_target").cross_target
    assert cross.table["target"].tolist() == ["the bridge", "the ferry"]
    # the words tell the label whatever the target
    assert (cross.table["held_out"].tolist(), cross.drop.value) == ([1, 1], 0)
    assert evaluated(many, complement_nb(), by_author(many)).cross_target is None


def test_scores_are_told_apart_by_target_and_by_what_is_asked_for(spoken):
    mixed = spoken.assign(target=["the ferry", "the bridge"] * 18, site=["one"] * 18 + ["two"] * 17 + [None])
    found = evaluated(mixed, complement_nb(), by_author(mixed), by=["site", "thread_id"])
    assert [each.column for each in found.by] == ["target", "site", "thread_id"]
    by_site = found.by[1]
    assert by_site.scores["site"].tolist() == ["not given", "one", "two"]
    assert by_site.scores["examples"].tolist() == [1, 18, 17]
    assert set(by_site.gaps["metric"]) == {"macro_f1", "accuracy", "overconfidence"}
    assert [gap.metric for gap in by_site.widest()] == [
        f"gap/site/{name}" for name in ("macro_f1", "accuracy", "overconfidence")
    ]
    assert evaluated(spoken, majority(), by_author(spoken), "majority").by == ()


@pytest.mark.parametrize(
    ("column", "said"),
    [
        ("authr", "found 'authr'. Did you mean 'author'?"),
        ("number", "column 'number' has another value for every example: there is nothing to compare"),
    ],
)
def test_a_column_that_tells_nothing_apart_is_refused(spoken, column, said):
    numbered = spoken.assign(number=[f"n{place}" for place in range(len(spoken))])
    with pytest.raises(InputError) as caught:
        evaluated(numbered, majority(), by_author(numbered), "majority", by=[column])
    assert str(caught.value).startswith("by: ")
    assert str(caught.value).endswith(said)
