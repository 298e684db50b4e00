"""What predictions cost: seconds of a clock that the test moves, and what classifiers count themselves."""

import pandas as pd
import pytest
from sklearn.dummy import DummyClassifier

from stance.classifiers import costs, ensemble, majority
from stance.classifiers.costs import Cost
from stance.evaluation import cross_predict, evaluate
from stance.evaluation.leaks import SLOW_NOTE
from stance.folds import Fold, leave_one_author_out
from tests.tables import LABELS


class Slow(DummyClassifier):
    """The majority, on a clock that moves 3 seconds in each fit and 1 in each prediction, for 10 tokens."""

    costly = ("fit", "predict")
    now = 0.0
    n_fits = 0

    def fit(self, X, y, sample_weight=None):
        Slow.now += 3
        Slow.n_fits += 1
        self.cost_ = {}
        return super().fit(X, y)

    def predict_proba(self, X):
        Slow.now += 1
        self.cost_ = {"tokens": 10.0}
        return super().predict_proba(X)


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    Slow.now, Slow.n_fits = 0.0, 0
    monkeypatch.setattr(costs, "perf_counter", lambda: Slow.now)


def test_seconds_and_tokens_are_those_of_all_folds(examples):
    cost, folds = Cost(), leave_one_author_out(examples)
    cross_predict(Slow(), examples, folds, LABELS, cost=cost)
    n = len(folds)
    assert cost.metrics() == {
        "fit_seconds": 3.0 * n,
        "predict_seconds": 1.0 * n,
        "examples_per_second": len(examples) / n,
        "tokens": 10.0 * n,
    }


def test_what_took_no_time_has_no_rate_and_what_was_not_counted_is_left_out(examples):
    cost = Cost()
    cross_predict(majority(), examples, leave_one_author_out(examples), LABELS, cost=cost)
    assert cost.metrics() == {"fit_seconds": 0.0, "predict_seconds": 0.0}


def test_the_members_of_an_ensemble_are_counted_each(examples):
    cost = Cost()
    both = ensemble({"one": majority(), "two": majority()}).fit(examples, examples["label"])
    for member in both.members_:
        member.cost_ = {"tokens": 4.0, "money": 0.5}
    with cost.predicting(both, 8):
        Slow.now += 2
    assert cost.metrics() == {
        "fit_seconds": 0.0,
        "predict_seconds": 2.0,
        "examples_per_second": 4.0,
        "tokens": 8.0,
        "money": 1.0,
    }


def test_a_slow_classifier_is_fitted_no_more_often_than_it_must(examples):
    examples = examples.assign(target="the ferry")
    fold = Fold(0, 0, train=examples.index[:6].to_numpy(), test=examples.index[6:].to_numpy())
    groups = pd.Series(examples["example_id"].to_numpy(), index=examples.index)
    found = evaluate(Slow(), examples, [fold], LABELS, groups, name="slow", scheme="official", n_resamples=200)
    assert Slow.n_fits == 1, "the model that is kept is the one of the only fold"
    assert found.leaks.note == SLOW_NOTE
    assert found.cost["fit_seconds"] == 3.0
    assert "6 examples, none of them a tested one" in found.fitted_on
