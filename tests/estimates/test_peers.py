"""Equal to what others have made of the same papers, and to a plain reading of them."""

import json
import warnings
from pathlib import Path

import matplotlib
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stance.estimates import estimate_shares
from stance.estimates._corrected import _difference, _of_all, tuned_power
from stance.estimates._dsl import PER_COEFFICIENT, RIDGE
from stance.estimates._frame import read_frame
from tests.estimates.frames import LABELS, make_frame

SEEDS = st.integers(0, 10**6)


def peer(name):
    # on import theirs warn, and set the fonts of all pictures
    with warnings.catch_warnings(), matplotlib.rc_context():
        warnings.simplefilter("ignore")
        return pytest.importorskip(name, reason=f"{name} is a peer of the tests (extra `dev`)")


# ppi-python is not installed with the tests: it brings a package `tests` of its own, which hides ours
THEIRS = json.loads((Path(__file__).parent / "ppi_python.json").read_text(encoding="utf-8"))["results"]
POWER = {"labelled": 0.0, "half": 0.5, "ppi": 1.0}


def parts(frame, label):
    """Return what a label's indicator, its score there, and the score of unlabelled rows are."""
    labelled = frame["label"].notna()
    score = frame[f"score_{label}"].to_numpy()
    return (frame["label"][labelled] == label).to_numpy(float), score[labelled], score[~labelled]


def ours(read, number, power):
    """Return the share, and its variance with the divisor of the papers, n."""
    found = _difference(read, number, "groups", _of_all(read, power), 1)
    n = len(read.rows)
    return found.value[0], found.spread.variance[0] * (n - 1) / n


@pytest.mark.parametrize("theirs", THEIRS, ids=lambda row: f"{row['seed']}-{row['label']}")
def test_prediction_powered_shares_are_those_of_ppi_python(theirs):
    frame = make_frame(200, theirs["n_labelled"], theirs["seed"], theirs["sees"])
    read, number = read_frame(frame, LABELS, (), "comments"), LABELS.index(theirs["label"])
    for method in ("labelled", "half", "ppi", "ppi++"):
        share, low, high = theirs[method]
        value, variance = ours(read, number, POWER.get(method, tuned_power(read, number)))
        assert value == pytest.approx(share, abs=1e-9)
        assert variance == pytest.approx(((high - low) / 2 / 1.959963984540054) ** 2, abs=1e-9)
    found = estimate_shares(frame, LABELS, method=["labelled", "ppi", "ppi++"])
    mine = found[found["label"] == theirs["label"]]
    expected = [theirs[method][0] for method in mine["method"]]
    assert mine["share"].tolist() == pytest.approx(np.clip(expected, 0, 1).tolist(), abs=1e-9)


@settings(max_examples=25)
@given(seed=SEEDS, n_labelled=st.integers(10, 100), sees=st.floats(0, 4), power=st.floats(0, 1))
def test_prediction_powered_shares_are_the_formula_of_the_paper(seed, n_labelled, sees, power):
    frame = make_frame(200, n_labelled, seed, sees)
    read = read_frame(frame, LABELS, (), "comments")
    for number, label in enumerate(LABELS):
        known, score, others = parts(frame, label)
        value, variance = ours(read, number, power)
        assert value == pytest.approx(power * others.mean() + (known - power * score).mean(), abs=1e-9)
        spread = power**2 * others.var() / len(others) + (known - power * score).var() / len(known)
        assert variance == pytest.approx(spread, abs=1e-9)
        slope = np.cov(known, score, ddof=0)[0, 1] / np.var(np.r_[score, others], ddof=1)
        assert tuned_power(read, number) == pytest.approx(np.clip(slope / (1 + len(known) / len(others)), 0, 1))


@settings(max_examples=10)
@given(seed=SEEDS, n_groups=st.sampled_from([0, 15, 70]))
def test_supervised_shares_are_mean_pseudo_outcomes_of_fits_without_each_group(seed, n_groups):
    frame = make_frame(150, 90, seed, n_groups=n_groups)
    frame["probability"] = np.random.default_rng(seed).uniform(0.2, 0.9, len(frame))
    group = frame["group"] if n_groups else frame["example_id"]
    labelled = frame["label"].notna().to_numpy()
    for number, label in enumerate(LABELS):
        few = group[labelled].nunique() < PER_COEFFICIENT * 3
        others = [name for name in LABELS if name != label][: 0 if few else 1]
        design = np.column_stack([np.ones(len(frame)), *(frame[f"score_{name}"] for name in (label, *others))])
        y = (frame["label"] == label).to_numpy(float)
        weight = labelled / frame["probability"].to_numpy()
        ridge = RIDGE * weight[labelled].mean() * np.diag([0.0] + [1.0] * (design.shape[1] - 1))
        pseudo = np.empty(len(frame))
        for row in range(len(frame)):
            train = labelled & (group != group[row]).to_numpy()
            fitted = np.linalg.solve(
                design[train].T @ (weight[train, None] * design[train]) + ridge,
                design[train].T @ (weight[train] * y[train]),
            )
            expected = design[row] @ fitted
            pseudo[row] = expected + weight[row] * (y[row] - expected)
        found = estimate_shares(frame, LABELS, method="dsl")["share"][number]
        assert found == pytest.approx(np.clip(pseudo.mean(), 0, 1), abs=1e-9)


@settings(max_examples=10)
@given(seed=SEEDS)
def test_label_shift_is_estimated_as_quapy_does(seed):
    aggregative = peer("quapy.method.aggregative")
    frame = make_frame(300, 100, seed)
    scores = frame[[f"score_{label}" for label in LABELS]].to_numpy()
    labelled = frame["label"].notna().to_numpy()
    given_ = frame["label"][labelled].map(LABELS.index).to_numpy()
    found = estimate_shares(frame, LABELS, method=["adjusted_count", "em"]).set_index("method")["share"]
    prior = np.bincount(given_, minlength=3) / len(given_)
    theirs, _ = aggregative.EMQ.EM(prior, scores, epsilon=1e-10)
    assert found["em"].tolist() == pytest.approx(theirs.tolist(), abs=1e-5)
    predicted = scores.argmax(axis=1)
    taken = np.array([[(predicted[labelled][given_ == j] == i).mean() for j in range(3)] for i in range(3)])
    exact = np.linalg.solve(taken, np.bincount(predicted, minlength=3) / len(predicted))
    if (exact >= 0).all():
        assert found["adjusted_count"].tolist() == pytest.approx(exact.tolist(), abs=1e-5)
