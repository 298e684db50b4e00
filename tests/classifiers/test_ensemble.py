"""The ensemble: what its members say is averaged or stacked, calibrated on rows that were left out."""

import numpy as np
import pandas as pd
import pytest
from sklearn.dummy import DummyClassifier
from sklearn.linear_model import LogisticRegression, RidgeClassifier
from sklearn.naive_bayes import GaussianNB
from sklearn.utils.estimator_checks import parametrize_with_checks

from stance.classifiers import ensemble, linear_svm, logreg, majority, nb_svm, svm_ngrams, target_prior
from stance.classifiers._ensemble import EnsembleClassifier, _scores
from stance.errors import InputError
from stance.evaluation.predictions import fit_classifier

WORDS = {"against": "late dear", "favor": "joy cheap", "none": "timetable when"}
ROWS = pd.DataFrame(
    [
        {"example_id": f"t#{n:02}", "text": f"{WORDS[label]} number{n % 7}", "target": "ferry", "label": label}
        for n, label in enumerate(["against", "favor", "none"] * 10)
    ]
)
GROUPS = pd.Series(ROWS.index // 3, index=ROWS.index)


class Recorder(GaussianNB):
    """Naive Bayes that remembers by a number in its rows what it was fitted on."""

    seen: list = []  # noqa: RUF012  # of all clones

    def fit(self, X, y):
        Recorder.seen.append(set(X[:, 0].astype(int)))
        return super().fit(X, y)


EXPECTED = {"check_sample_weight_equivalence_on_dense_data": "a row twice is in other inner folds than one of weight 2"}


@parametrize_with_checks(
    [
        EnsembleClassifier([("a", LogisticRegression()), ("b", RidgeClassifier())], n_folds=2),
        EnsembleClassifier([("a", LogisticRegression()), ("b", RidgeClassifier())], "stacking", n_folds=2),
    ],
    expected_failed_checks=lambda _: EXPECTED,
    xfail_strict=True,
)
def test_scikit_learn_finds_nothing_wrong_but_what_is_named(estimator, check):
    assert check(estimator) is None


def test_probabilities_are_averaged_as_they_are():
    members = {"one": logreg(), "two": target_prior_with_shares()}
    made = ensemble(members).fit(ROWS, ROWS["label"])
    apart = [member.fit(ROWS, ROWS["label"]).predict_proba(ROWS) for member in members.values()]
    assert made.predict_proba(ROWS) == pytest.approx((apart[0] + apart[1]) / 2, abs=1e-5)
    assert made.calibrators_ == [None, None]


def target_prior_with_shares():
    return DummyClassifier(strategy="prior")


@pytest.mark.parametrize("combine", ["mean", "stacking"])
@pytest.mark.parametrize("member", [linear_svm, svm_ngrams, nb_svm, target_prior])
def test_members_without_probabilities_are_calibrated(member, combine):
    made = fit_classifier(ensemble({"a": member(), "b": logreg()}, combine), ROWS, groups=GROUPS)
    assert made.predict_proba(ROWS).sum(axis=1) == pytest.approx(np.ones(30))
    assert (made.predict(ROWS) == ROWS["label"]).all()
    if combine == "mean":
        assert made.calibrators_[0] is not None
        assert made.calibrators_[1] is None


def test_what_calibrates_was_left_out_with_its_whole_group():
    X = np.column_stack([np.arange(30), np.tile([0.0, 1.0, 2.0], 10)])
    Recorder.seen = []
    made = EnsembleClassifier([("a", Recorder()), ("b", Recorder())], "stacking", n_folds=5)
    made.fit(X, ROWS["label"], groups=GROUPS)
    inner = [seen for seen in Recorder.seen if len(seen) < 30]
    assert len(inner) == 10
    for seen in inner:
        assert {row // 3 for row in seen}.isdisjoint({row // 3 for row in set(range(30)) - seen})


def test_weights_reach_every_member():
    weights = pd.Series(np.where(ROWS["label"] == "favor", 1.0, 1e-9), index=ROWS.index)
    made = fit_classifier(ensemble({"a": logreg(class_weight=None), "b": majority()}), ROWS, weights, GROUPS)
    assert set(made.predict(ROWS)) == {"favor"}


def test_a_label_that_a_member_has_not_seen_is_as_unlikely_as_can_be():
    X, y = np.array([[0.0], [1.0]]), ["a", "c"]
    classes = np.array(["a", "b", "c"])
    assert _scores(LogisticRegression().fit(X, y), X, classes)[:, 1] == pytest.approx(np.log([1e-6] * 2))
    given = RidgeClassifier().fit(X, y)
    score = given.decision_function(X)
    assert _scores(given, X, classes) == pytest.approx(np.column_stack([-score, -np.abs(score), score]))


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"members": {"a": logreg()}}, r"classifier.members: expected two classifiers or more, found \['a'\]"),
        ({"combine": "stackin"}, "classifier.combine: expected one of .*found 'stackin'. Did you mean 'stacking'"),
        (
            {"members": {"a": logreg(), "b": {"_target_": "stance.classifiers.logre"}}},
            r"classifier.members.b._target_: expected one of .*Did you mean 'stance.classifiers.logreg'",
        ),
    ],
)
def test_what_is_no_ensemble_is_refused(settings, said):
    with pytest.raises(InputError, match=said):
        ensemble(**{"members": {"a": logreg(), "b": majority()}, **settings})
