"""The whole evaluation on examples whose words, authors and threads are made to tell or not to tell the label."""

import pandas as pd
import pytest

from stance.classifiers import author_prior, complement_nb, linear_svm, majority
from stance.evaluation import evaluate
from stance.folds import by_author, leave_one_author_out, official
from stance.groups import connected_groups
from stance.leaks import predict_cheating
from stance.predictions import fit_classifier
from stance.tuning import grid

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


def test_what_has_no_weights_says_which_column_it_looks_at(spoken):
    habitual = spoken.assign(label=[LABELS[int(author[-2:]) % 3] for author in spoken["author"]])
    found = evaluated(habitual, author_prior(), by_author(habitual), "author_prior")
    assert set(found.importance["column"]) == {"text", "context", "target", "author"}
    loss = found.importance.set_index("column")["loss"]
    # the name of an author who is held out tells nothing, that of another one does: shuffled names are better
    assert loss["author"] < -0.1
    assert loss[["text", "context", "target"]].tolist() == pytest.approx([0, 0, 0])


def test_the_order_of_rows_does_not_change_a_score(spoken):
    found = evaluated(spoken, complement_nb(), leave_one_author_out(spoken), scheme="leave_one_author_out")
    back = spoken[::-1].reset_index(drop=True)
    again = evaluated(back, complement_nb(), leave_one_author_out(back), scheme="leave_one_author_out")
    assert found.scores == again.scores
    pd.testing.assert_frame_equal(found.leaks.rows, again.leaks.rows)


def test_annotators_who_share_examples_are_the_ceiling(spoken):
    assert evaluated(spoken, majority(), by_author(spoken), "majority").ceiling is None
    alone = spoken.assign(annotators=[["a1"]] * 36, annotator_labels=[[label] for label in spoken["label"]])
    assert evaluated(alone, majority(), by_author(alone), "majority").ceiling is None
    agreed = spoken.assign(annotators=[["a1", "a2"]] * 36, annotator_labels=[[label] * 2 for label in spoken["label"]])
    ceiling = evaluated(agreed, majority(), by_author(agreed), "majority").ceiling
    assert ceiling.scores[0].value == 1.0
    assert ceiling.n_votes == 72


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
