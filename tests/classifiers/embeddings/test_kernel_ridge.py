"""Kernel ridge, judged by scikit-learn's own checks, by hand, and by leaving rows out one by one."""

import numpy as np
import pytest
from sklearn.kernel_ridge import KernelRidge
from sklearn.metrics import log_loss
from sklearn.utils.estimator_checks import parametrize_with_checks

from stance.classifiers.embeddings._kernel_ridge import KernelRidgeClassifier

RNG = np.random.default_rng(0)
ROWS = RNG.normal(size=(30, 4))
KERNEL = np.exp(-0.5 * np.square(ROWS[:, None] - ROWS).sum(axis=2))
LABELS = np.array(["against", "favor", "none"])[(ROWS[:, 0] > 0).astype(int) + (ROWS[:, 1] > 0.5)]


# what is no longer true fails: the list is strict
EXPECTED = dict.fromkeys(
    ("check_positive_only_tag_during_fit", "check_estimators_dtypes", "check_decision_proba_consistency"),
    "the check fits on numbers that are no kernel",
)


@parametrize_with_checks([KernelRidgeClassifier()], expected_failed_checks=lambda _: EXPECTED, xfail_strict=True)
def test_scikit_learn_finds_nothing_wrong_but_what_is_named(estimator, check):
    assert check(estimator) is None


def test_two_rows_are_solved_as_by_hand():
    # (I + I) c = ±1, so that each coefficient is a half of its sign
    made = KernelRidgeClassifier(alpha=1).fit(np.eye(2), ["a", "b"])
    assert made.dual_coef_.tolist() == pytest.approx(np.array([[0.5, -0.5], [-0.5, 0.5]]))
    # a row that is left out is like no other
    assert made.left_out_scores_ == pytest.approx(np.zeros((2, 2)))


@pytest.mark.parametrize("weights", [None, RNG.uniform(0.5, 2, 30)])
def test_scores_are_those_of_ridge_label_by_label(weights):
    made = KernelRidgeClassifier(alpha=0.3).fit(KERNEL, LABELS, weights)
    for place, label in enumerate(made.classes_):
        signs = np.where(label == LABELS, 1.0, -1.0)
        plain = KernelRidge(alpha=0.3, kernel="precomputed").fit(KERNEL, signs, sample_weight=weights)
        assert made.decision_function(KERNEL)[:, place] == pytest.approx(plain.predict(KERNEL))


@pytest.mark.parametrize("weights", [None, RNG.uniform(0.5, 2, 30)])
def test_the_score_of_a_row_left_out_is_that_of_a_fit_without_it(weights):
    made = KernelRidgeClassifier(alpha=0.3).fit(KERNEL, LABELS, weights)
    for row in range(30):
        others = np.delete(np.arange(30), row)
        given = None if weights is None else weights[others]
        without = KernelRidgeClassifier(alpha=0.3).fit(KERNEL[np.ix_(others, others)], LABELS[others], given)
        assert made.left_out_scores_[row] == pytest.approx(without.decision_function(KERNEL[[row]][:, others])[0])


def test_the_sharpness_has_the_smallest_log_loss_on_rows_left_out():
    made = KernelRidgeClassifier(alpha=0.3).fit(KERNEL, LABELS)

    def loss(sharpness):
        powers = np.exp(sharpness * made.left_out_scores_)
        return log_loss(LABELS, powers / powers.sum(axis=1, keepdims=True))

    assert 0.01 < made.sharpness_ < 100
    assert loss(made.sharpness_) < min(loss(made.sharpness_ * factor) for factor in (0.8, 0.95, 1.05, 1.25))


def test_balanced_labels_weigh_the_same_in_sum():
    labels = np.array(["a"] * 27 + ["b"] * 3)
    weights = np.where(labels == "a", 30 / 2 / 27, 30 / 2 / 3)
    balanced = KernelRidgeClassifier(balanced=True).fit(KERNEL, labels)
    weighted = KernelRidgeClassifier().fit(KERNEL, labels, weights)
    assert balanced.dual_coef_ == pytest.approx(weighted.dual_coef_)
    assert balanced.dual_coef_ != pytest.approx(KernelRidgeClassifier().fit(KERNEL, labels).dual_coef_)


def test_a_kernel_that_is_not_square_and_one_label_are_refused():
    with pytest.raises(ValueError, match=r"expected a square kernel of the training rows, found \(30, 29\)"):
        KernelRidgeClassifier().fit(KERNEL[:, :29], LABELS)
    with pytest.raises(ValueError, match="expected a kernel, which is positive semidefinite"):
        KernelRidgeClassifier().fit(-10 * KERNEL, LABELS)
    with pytest.raises(ValueError, match=r"found one class: \['a'\]"):
        KernelRidgeClassifier().fit(KERNEL, ["a"] * 30)
