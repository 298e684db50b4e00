"""Intervals: numbers by hand, and what each construction does with too little."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from stance.evaluation.scores.intervals import (
    FEW_GROUPS,
    Resampled,
    bootstrap_t,
    interval_note,
    jackknife_t,
    resample_groups,
)
from tests.resampled import changed, mean_of

seeds = st.integers(0, 2**16)


# weights


@pytest.mark.parametrize("block", [1, 10, 10**6])
def test_every_resample_draws_as_many_groups_as_there_are(block, monkeypatch):
    monkeypatch.setattr("stance.evaluation.scores.intervals.BLOCK_SIZE", block)
    weights = np.concatenate(list(resample_groups(4, 25, 0)))
    assert weights.shape == (25, 4)
    assert weights.sum(axis=1).tolist() == [4] * 25
    assert (weights >= 0).all()


# against scipy's Student


@settings(max_examples=25)
@given(st.lists(st.floats(-50, 50), min_size=4, max_size=25).filter(lambda rows: np.std(rows) > 1e-3))
def test_jackknife_t_of_a_mean_is_students_interval(rows):
    # the span is so wide that its logit is straight, and the groups are of equal size
    low, high = jackknife_t(mean_of(rows, 2, span=(-1e6, 1e6)))
    assert (low, high) == pytest.approx(stats.t.interval(0.95, len(rows) - 1, np.mean(rows), stats.sem(rows)), abs=1e-2)


# by hand


def test_bootstrap_t_counts_standard_errors_as_far_as_the_resamples_do():
    # distances of 1, 2, 3 and 4 standard errors; 95 % of the way along them is 3.85; the jackknife's error is 2
    made = changed(
        mean_of([0.0, 4.0], 2, span=(-1e6, 1e6)),
        drawn=np.array([3.0, 0.0, 5.0, -2.0]),
        spreads=np.array([1.0, 1.0, 1.0, 1.0]),
    )
    assert bootstrap_t(made) == pytest.approx((2 - 3.85 * 2, 2 + 3.85 * 2), abs=1e-3)


def test_resamples_without_spread_or_score_are_left_out_of_bootstrap_t():
    made = changed(
        mean_of([0.0, 4.0], 2, span=(-1e6, 1e6)),
        drawn=np.array([3.0, 3.0, 500.0, np.nan]),
        spreads=np.array([1.0, 1.0, 0.0, 1.0]),
    )
    assert bootstrap_t(made) == pytest.approx((0, 4), abs=1e-3)


def test_where_no_resample_has_a_spread_students_quantile_counts():
    made = changed(mean_of([0.0, 4.0], 2, span=(-1e6, 1e6)), spreads=np.zeros(2))
    assert bootstrap_t(made) == pytest.approx((2 - 12.706 * 2, 2 + 12.706 * 2), abs=1e-2)


def test_unequal_groups_count_as_fewer_in_jackknife_t():
    made = mean_of([0.0, 1.0, 2.0, 3.0], 2)
    equal, unequal = (jackknife_t(changed(made, sizes=np.array(sizes))) for sizes in ([5, 5, 5, 5], [17, 1, 1, 1]))
    assert unequal[0] < equal[0]
    assert unequal[1] > equal[1]


@pytest.mark.parametrize("construction", [bootstrap_t, jackknife_t])
def test_no_interval_is_narrower_than_that_of_independent_rows(construction):
    # groups that are all alike have no spread: 1.984 standard errors of 100 rows
    alike = changed(mean_of([2.0] * 5, 10, span=(-1e6, 1e6)), floor=np.array(1.0), sizes=np.full(5, 20))
    assert construction(alike) == pytest.approx((2 - 1.984, 2 + 1.984), abs=1e-2)


@pytest.mark.parametrize("construction", [bootstrap_t, jackknife_t])
def test_one_group_has_no_interval(construction):
    alone = Resampled(0.5, np.full(9, 0.5), np.zeros(9), np.array([np.nan]), np.array(0.1), (0, 1), np.array([12]))
    assert np.isnan(construction(alone)).all()


def test_ends_stay_within_the_span_and_the_score_within_the_ends():
    for rows in ([0, 0, 0, 1], [1, 1, 1, 1], [0, 0, 0, 0], [0, 1, 1, 1, 1, 1]):
        for construction in (bootstrap_t, jackknife_t):
            low, high = construction(changed(mean_of(rows, 500, span=(0, 1)), floor=np.array(0.1)))
            assert 0 <= low <= np.mean(rows) <= high <= 1
            assert high - low > 0.1


def test_a_score_without_greatest_value_is_stretched_by_its_logarithm():
    low, high = jackknife_t(mean_of([1.0, 2.0, 3.0, 4.0], 2, span=(0, np.inf)))
    assert low * high == pytest.approx(2.5**2)
    assert low > 0


# what is said


def test_few_groups_are_said_to_be_few():
    assert interval_note(FEW_GROUPS) == f"Intervals: 95 %, symmetric bootstrap-t over {FEW_GROUPS} groups."
    assert interval_note(FEW_GROUPS - 1).endswith(f"With fewer than {FEW_GROUPS} groups they are too narrow to trust.")
    assert interval_note(1) == "Intervals: none, since all examples are of one group."


@pytest.mark.parametrize("construction", [bootstrap_t, jackknife_t])
def test_what_happened_in_no_group_may_happen_in_no_more_than_clopper_and_pearson_allow(construction):
    # 1 - 0.025 ** (1 / 10) = 0.3085, where the floor alone would go nearly as far as the span
    never = changed(mean_of(np.zeros(10), span=(0.0, 1.0)), floor=np.array(0.5))
    assert construction(never, 0.95) == (0.0, pytest.approx(0.3085, abs=1e-4))
    always = changed(mean_of(np.ones(10), span=(0.0, 1.0)), floor=np.array(0.5))
    assert construction(always, 0.95) == (pytest.approx(1 - 0.3085, abs=1e-4), 1.0)
