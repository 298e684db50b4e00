"""Refits: what training anew adds to an interval, by hand, and folds whose training groups are drawn anew."""

import pytest
from sklearn.dummy import DummyClassifier

from stance.classifiers import complement_nb, majority
from stance.errors import InputError
from stance.evaluation import evaluate
from stance.evaluation.scores import Score
from stance.evaluation.scores._refits import weigh_refits
from stance.folds import author_groups, leave_one_author_out
from stance.folds.shuffling import redraw_training
from tests.tables import LABELS


def evaluated(examples, classifier, **settings):
    folds = leave_one_author_out(examples)
    return evaluate(
        classifier,
        examples.assign(target="the ferry", thread_id="t"),
        folds,
        LABELS,
        author_groups(examples),
        name="own",
        scheme="by_author",
        n_resamples=100,
        **settings,
    )


def test_the_interval_with_training_is_that_made_by_hand():
    found = weigh_refits(Score("macro_f1", 0.5, 0.3, 0.6), [0.4, 0.5, 0.6])
    # the standard deviation is 0.1, Student's quantile with two degrees of freedom 4.30265
    assert found.spread == pytest.approx(0.1)
    assert found.score.metric == "refitted/macro_f1"
    assert found.score.low == pytest.approx(0.5 - (0.2**2 + 0.430265**2) ** 0.5, abs=1e-5)
    assert found.score.high == pytest.approx(0.5 + (0.1**2 + 0.430265**2) ** 0.5, abs=1e-5)
    tested = 0.3 / (2 * 1.959964)
    assert found.share == pytest.approx(0.01 / (0.01 + tested**2))
    assert str(found) == (
        "0.40 to 0.60 over 3 refits (standard deviation 0.100, about 63 % of the variance of the score, "
        "known badly from so few); with both, 0.50 (0.03 to 0.94)"
    )


@pytest.mark.parametrize(
    ("ends", "values", "said"),
    [
        ((0.5, 0.5), (0.4, 0.6), ", nearly all of the variance of the score, known badly"),
        ((0.3, 0.7), (0.5, 0.5), ", less than 1 % of the variance of the score, known"),
        (
            (float("nan"), float("nan")),
            (0.4, 0.6),
            "(standard deviation 0.141, known badly from so few); with both, 0.50 (no interval)",
        ),
        ((0.5, 0.5), (0.5, 0.5), "(standard deviation 0.000, known badly from so few); with both, 0.50 (0.50 to 0.50)"),
    ],
)
def test_the_sentence_holds_at_its_edges(ends, values, said):
    assert said in str(weigh_refits(Score("macro_f1", 0.5, *ends), values))


def test_no_interval_goes_beyond_what_a_score_can_be():
    found = weigh_refits(Score("macro_f1", 0.1, 0.05, 0.95), [0.0, 1.0])
    assert (found.score.low, found.score.high) == (0.0, 1.0)
    assert weigh_refits(Score("mcc", 0.1, 0.05, 0.95), [0.0, 1.0], (-1.0, 1.0)).score.low == -1.0


def test_training_groups_are_drawn_whole_and_tests_stay(examples):
    groups = author_groups(examples)
    folds = leave_one_author_out(examples)
    made = redraw_training(folds, groups, 1)
    assert [fold.test.tolist() for fold in made] == [fold.test.tolist() for fold in folds]
    for fold, before in zip(made, folds, strict=True):
        assert set(fold.train) <= set(before.train)
        times = groups.iloc[fold.train].value_counts() / groups.iloc[before.train].value_counts()
        assert (times.dropna() % 1 == 0).all()
        assert times.sum() == groups.iloc[before.train].nunique()
    assert [fold.train.tolist() for fold in redraw_training(folds, groups, 1)] == [f.train.tolist() for f in made]
    assert [fold.train.tolist() for fold in redraw_training(folds, groups, 2)] != [f.train.tolist() for f in made]


def test_refits_move_the_score_and_widen_its_interval(examples):
    moved = evaluated(examples, complement_nb(), repeats=4)
    assert len(moved.refits.values) == 4
    assert moved.refits.spread > 0
    assert moved.refits.score.low < moved.primary.low <= moved.primary.high < moved.refits.score.high
    assert moved.refits.score.value == moved.primary.value
    assert moved.refits == evaluated(examples, complement_nb(), repeats=4).refits
    assert evaluated(examples, majority()).refits is None


def test_refits_draw_with_other_seeds(examples):
    drawn = DummyClassifier(strategy="uniform", random_state=0)
    values = evaluated(examples, drawn, repeats=5).refits.values
    assert len(set(values)) > 1


@pytest.mark.parametrize("repeats", [1, -1])
def test_one_refit_says_nothing_of_how_far_they_differ(examples, repeats):
    with pytest.raises(InputError) as caught:
        evaluated(examples, majority(), repeats=repeats)
    assert str(caught.value) == f"repeats: expected 0, or 2 and more to see how far they differ, found {repeats}"
