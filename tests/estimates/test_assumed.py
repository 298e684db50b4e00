"""What rests on an assumption has an interval that holds if the assumption does, and says so in words."""

import numpy as np
import pandas as pd
import pytest

from stance.estimates import estimate_shares
from tests.estimates.frames import LABELS, make_frame

SHARES = np.array([0.5, 0.3, 0.2])
METHODS = ["adjusted_count", "em"]


def calibrated(seed, n=600, n_labelled=120, n_groups=150):
    """Return comments whose labels go together within groups, and the scores of a classifier that knows the shares."""
    generator = np.random.default_rng(seed)
    group = generator.integers(0, n_groups, n)
    leaning = generator.dirichlet(SHARES * 2, n_groups)
    label = (generator.random((n, 1)) > leaning[group].cumsum(axis=1)[:, :-1]).sum(axis=1)
    scores = SHARES * np.exp(2 * (2 * np.eye(3)[label] + generator.normal(0, 1, (n, 3))))
    scores /= scores.sum(axis=1, keepdims=True)
    frame = pd.DataFrame({f"score_{name}": scores[:, number] for number, name in enumerate(LABELS)})
    frame["label"] = np.where(generator.permutation(n) < n_labelled, np.array(LABELS, dtype=object)[label], None)
    return frame.assign(group=group), np.bincount(label, minlength=3) / n


@pytest.mark.parametrize("population", ["frame", "groups"])
def test_where_the_assumption_holds_intervals_are_as_wide_as_shares_are_apart(population):
    away, widths, held = [], [], []
    for seed in range(40):
        frame, own = calibrated(seed)
        truth = SHARES if population == "groups" else own
        found = estimate_shares(frame, LABELS, method=METHODS, population=population)
        shares, low, high = (found[name].to_numpy().reshape(2, 3) for name in ("share", "low", "high"))
        away.append(shares - truth)
        widths.append((high - low) / 2 / 1.98)
        held.append((low <= truth) & (truth <= high))
    apart = np.sqrt(np.mean(np.square(away), axis=0))
    np.testing.assert_allclose(np.mean(widths, axis=0), apart, rtol=0.35)
    assert np.mean(held) > 0.9


def test_counting_predictions_has_no_interval_and_the_others_say_what_theirs_rest_on():
    found = estimate_shares(make_frame(300, 100).drop(columns="probability"), LABELS, method=[*METHODS, "naive"])
    assert found.groupby("method")["low"].apply(lambda low: low.notna().all()).to_dict() == {
        "adjusted_count": True,
        "em": True,
        "naive": False,
    }
    assert found["assumes"].str.startswith("assumes that ").all()
    assert (found["low"].fillna(0) <= found["share"]).all()
    assert (found["share"] <= found["high"].fillna(1)).all()


def test_a_label_that_nobody_gave_leaves_the_adjusted_count_without_a_share_and_an_interval():
    frame = make_frame(300, 60, 1).drop(columns="probability")
    frame.loc[frame["label"] == LABELS[2], "label"] = None
    found = estimate_shares(frame, LABELS, method="adjusted_count")
    assert found[["share", "low", "high"]].isna().all(axis=None)


def test_intervals_of_cells_are_those_of_their_rows():
    frame, _ = calibrated(1)
    frame["month"] = np.where(np.arange(len(frame)) % 3, "2020-01", "2020-02")
    by = estimate_shares(frame, LABELS, method=METHODS, by=["month"], population="groups")
    assert (by["high"] - by["low"] > 0).all()
    whole = estimate_shares(frame, LABELS, method=METHODS, population="groups")
    wide = by[by["month"] == "2020-02"]
    assert ((wide["high"] - wide["low"]).to_numpy() > (whole["high"] - whole["low"]).to_numpy() * 0.9).all()
