"""Constructions that are tried beside those in use: numbers by hand, and BCa against scipy's."""

import importlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from stance.evaluation.scores.intervals import Resampled
from tests.resampled import changed, mean_of

NAMES = ("bootstrap-t", "jackknife-t", "percentile", "expanded percentile", "BCa")
seeds = st.integers(0, 2**16)


@pytest.fixture(scope="module")
def constructions():
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(Path(__file__).parents[2] / "experiments"))
        return importlib.import_module("constructions")


@settings(max_examples=25)
@given(st.lists(st.floats(-50, 50), min_size=4, max_size=25).filter(lambda rows: np.std(rows) > 1e-3), seeds)
def test_bca_and_percentile_are_those_of_scipy_on_the_same_resamples(constructions, rows, seed):
    for ours, method in ((constructions.bca, "BCa"), (constructions.percentile, "percentile")):
        theirs = stats.bootstrap((rows,), np.mean, n_resamples=300, method=method, rng=np.random.default_rng(seed))
        low, high = ours(changed(mean_of(rows, 2), drawn=theirs.bootstrap_distribution), 0.95)
        expected = (theirs.confidence_interval.low, theirs.confidence_interval.high)
        assert (low, high) == pytest.approx(expected, rel=1e-6, abs=1e-9, nan_ok=True)


def test_percentiles_lie_on_straight_lines_between_resamples(constructions):
    made = changed(mean_of([0.0, 1.0], 2), drawn=np.array([3.0, 1.0, np.nan, 2.0]))
    assert constructions.percentile(made, 0.5) == pytest.approx((1.5, 2.5))


def test_the_expanded_percentile_goes_further_out_the_fewer_groups(constructions):
    # 3 groups: the root of 3 / 2 times Student's 4.303 is 5.27, beyond which lies next to nothing
    made = mean_of([0.0, 1.0, 2.0], 2000)
    assert constructions.expanded_percentile(made) == pytest.approx((0, 2), abs=1e-3)
    assert constructions.percentile(made) == pytest.approx((0.33, 1.67), abs=0.35)
    many = mean_of(np.linspace(0, 1, 400), 2000)
    assert np.array(constructions.expanded_percentile(many)) == pytest.approx(
        np.array(constructions.percentile(many)), abs=0.002
    )


@pytest.mark.parametrize("name", NAMES)
def test_many_scores_at_once_are_each_alone(constructions, name):
    generator = np.random.default_rng(0)
    parts = [mean_of(generator.random(6), 50, span=(0, 1)) for _ in range(3)]
    columns = ("value", "drawn", "spreads", "left_out", "floor", "sizes")
    stacked = {column: np.stack([getattr(part, column) for part in parts], axis=-1) for column in columns}
    together = constructions.CONSTRUCTIONS[name](Resampled(**stacked, span=(0, 1)), 0.9)
    alone = [constructions.CONSTRUCTIONS[name](part, 0.9) for part in parts]
    ends = np.array(together).T
    assert ends == pytest.approx(np.array(alone))


@pytest.mark.parametrize("name", NAMES)
def test_a_higher_level_is_wider(constructions, name):
    made = mean_of([0.1, 0.4, 0.2, 0.9, 0.5, 0.3, 0.7], 2000, span=(0, 1))
    narrow, wide = constructions.CONSTRUCTIONS[name](made, 0.5), constructions.CONSTRUCTIONS[name](made, 0.99)
    assert wide[0] < narrow[0] < narrow[1] < wide[1]
