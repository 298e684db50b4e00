"""Calibration: Brier and ECE by hand and against other code, and probabilities that are none."""

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from sklearn.calibration import calibration_curve
from sklearn.metrics import brier_score_loss

from stance.errors import InputError
from stance.evaluation.scores import score_predictions
from stance.evaluation.scores.calibration import (
    bin_rows,
    brier_losses,
    log_losses,
    read_off_probabilities,
    reliability_table,
)
from tests.tables import LABELS, prediction_tables


def table_of(*rows, labels=("against", "favor")):
    """Return predictions from (label, probability of each label); what is predicted is the likeliest."""
    return pd.DataFrame(
        [
            {
                "example_id": f"t#{number}",
                "repeat": 0,
                "fold": 0,
                "label": label,
                "predicted": labels[int(np.argmax(shares))],
            }
            | {f"score_{name}": share for name, share in zip(labels, shares, strict=True)}
            for number, (label, *shares) in enumerate(rows)
        ]
    )


def scores_of(table, labels=("against", "favor")):
    groups = pd.Series(table["example_id"].to_numpy(), index=table["example_id"])
    return {score.metric: score.value for score in score_predictions(table, groups, labels, n_resamples=5)}


# by hand


def test_brier_and_log_loss_by_hand():
    shares, given_labels = np.array([[0.5, 0.3, 0.2], [0.0, 0.0, 1.0]]), np.array([0, 1])
    assert brier_losses(shares, given_labels) == pytest.approx([0.25 + 0.09 + 0.04, 2.0])
    assert log_losses(shares, given_labels) == pytest.approx([np.log(2), -np.log(np.finfo(float).eps)])


def test_expected_calibration_error_by_hand():
    # bin 0.9 to 1: probabilities 0.9 and 0.95, one right: gap 0.85 in sum; bin 0.6 to 0.7: 0.65, right: gap 0.35
    table = table_of(("against", 0.9, 0.1), ("favor", 0.95, 0.05), ("favor", 0.35, 0.65))
    assert scores_of(table)["ece"] == pytest.approx((0.85 + 0.35) / 3)


def test_gaps_of_one_bin_cancel_out():
    assert scores_of(table_of(("against", 0.75, 0.25), ("favor", 0.75, 0.25)))["ece"] == pytest.approx(0.25)
    half = table_of(*[("against", 0.75, 0.25)] * 3, ("favor", 0.75, 0.25))
    assert scores_of(half)["ece"] == pytest.approx(0)


@settings(max_examples=40)
@given(prediction_tables())
def test_ece_is_what_its_definition_says_row_by_row(drawn):
    table, groups = drawn
    confidence = [row[f"score_{row['predicted']}"] for _, row in table.iterrows()]
    right = (table["label"] == table["predicted"]).to_numpy()
    edges = np.linspace(0, 1, 11)
    total = 0.0
    for low, high in itertools.pairwise(edges):
        inside = [low <= round(value, 9) < high or (high == 1 and value >= low) for value in np.round(confidence, 10)]
        if any(inside):
            total += abs(np.mean(np.array(confidence)[inside]) - right[inside].mean()) * np.mean(inside)
    found = {score.metric: score.value for score in score_predictions(table, groups, LABELS, n_resamples=5)}
    assert found["ece"] == pytest.approx(total)


@settings(max_examples=40)
@given(prediction_tables(labels=("against", "favor")))
def test_with_two_labels_brier_is_twice_that_of_scikit_learn(drawn):
    table, groups = drawn
    found = {score.metric: score.value for score in score_predictions(table, groups, ("against", "favor"), 5)}
    expected = brier_score_loss(table["label"] == "favor", table["score_favor"], pos_label=True, scale_by_half=True)
    assert found["brier"] == pytest.approx(2 * expected)


# the reliability table


def test_the_reliability_table_has_every_bin_empty_or_not():
    found = reliability_table(
        table_of(("against", 0.9, 0.1), ("favor", 0.95, 0.05), ("favor", 0.35, 0.65)), ("against", "favor")
    )
    assert found["low"].tolist() == pytest.approx(np.arange(10) / 10)
    assert found["rows"].tolist() == [0, 0, 0, 0, 0, 0, 1, 0, 0, 2]
    assert found.loc[9, ["probability", "right"]].tolist() == pytest.approx([0.925, 0.5])
    assert found.loc[6, ["probability", "right"]].tolist() == pytest.approx([0.65, 1])
    assert found.loc[0, ["probability", "right"]].isna().all()


@settings(max_examples=30)
@given(prediction_tables(labels=("against", "favor")))
def test_the_reliability_table_is_scikit_learns_curve(drawn):
    table = drawn[0].assign(predicted="favor")
    found = reliability_table(table, ("against", "favor"))
    # scikit-learn's bins hold their upper end, ours their lower: shares on an edge are moved off it
    confidence = table["score_favor"].to_numpy()
    if np.isclose(confidence * 10, np.round(confidence * 10)).any():
        return
    right, probability = calibration_curve(table["label"] == "favor", confidence, n_bins=10)
    filled = found[found["rows"] > 0]
    assert filled["right"].to_numpy() == pytest.approx(right)
    assert filled["probability"].to_numpy() == pytest.approx(probability)


def test_a_tenth_begins_its_bin_however_it_is_stored():
    assert bin_rows(np.array([0.1 + 0.2, 0.3, 0.7, 0.1 * 7, 0.0, 1.0])).tolist() == [3, 3, 7, 7, 0, 9]


# what is refused


def test_without_probabilities_there_is_nothing_to_read_off():
    bare = table_of(("against", 0.9, 0.1)).drop(columns=["score_against", "score_favor"])
    assert read_off_probabilities(bare, ("against", "favor")) is None
    assert {"log_loss", "brier", "ece"} & set(scores_of(bare)) == set()
    with pytest.raises(InputError) as caught:
        reliability_table(bare, ("against", "favor"))
    assert "expected columns score_<label>, found none" in str(caught.value)


def test_a_missing_column_is_named():
    with pytest.raises(InputError) as caught:
        read_off_probabilities(table_of(("against", 0.9, 0.1)).drop(columns="score_favor"), ("against", "favor"))
    assert "found no column ['score_favor']; give them all, or none" in str(caught.value)


def test_all_rows_with_probabilities_that_are_none_are_named_in_one_pass():
    table = table_of(
        ("against", 0.9, 0.1),
        ("against", 0.9, 0.3),
        ("favor", float("nan"), 0.5),
        ("favor", 0.2, float("inf")),
        ("favor", -0.5, 1.5),
    )
    with pytest.raises(InputError) as caught:
        scores_of(table)
    assert str(caught.value) == (
        "predictions: 2 row(s) with probabilities that are not finite numbers: 't#2' [nan, 0.5], 't#3' [0.2, inf]; "
        "1 row(s) with probabilities that are not between 0 and 1: 't#4' [-0.5, 1.5]; "
        "1 row(s) with probabilities that do not sum to one: 't#1' [0.9, 0.3]. "
        "Mend predict_proba, or leave the scores out"
    )


def test_only_the_first_rows_are_named_and_the_rest_counted():
    table = table_of(*[("against", 0.9, 0.3)] * 8)
    with pytest.raises(InputError, match=r"^predictions: 8 row\(s\) .* 't#4' \[0\.9, 0\.3\] and 3 more\."):
        read_off_probabilities(table, ("against", "favor"))


def test_single_precision_is_precise_enough():
    table = table_of(("against", np.float32(0.7), np.float32(0.3)), ("favor", 1 / 3 + 3e-5, 2 / 3))
    assert read_off_probabilities(table, ("against", "favor")).shape == (2, 2)
