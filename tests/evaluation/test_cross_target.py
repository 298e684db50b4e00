"""Cross-target: drops by hand, what other label shares explain and what they do not."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance.evaluation.leaks import _targets, measure_cross_target
from stance.evaluation.scores._metrics import at_equal_shares, make_metrics

LABELS = ("against", "none", "favor")


def table(rows, repeats=1):
    """Predictions from (target, label, predicted, how often)."""
    frame = pd.DataFrame(
        [(target, label, said) for target, label, said, times in rows for _ in range(times)],
        columns=["target", "label", "predicted"],
    )
    frame.insert(0, "example_id", [f"t#{number:03}" for number in range(len(frame))])
    return pd.concat([frame.assign(repeat=repeat, fold=0) for repeat in range(repeats)], ignore_index=True)


HELD = [
    ("p", "against", "against", 30),
    ("p", "favor", "against", 10),
    ("q", "against", "against", 10),
    ("q", "favor", "favor", 10),
    ("q", "favor", "against", 20),
]
KNOWN = [
    ("p", "against", "against", 30),
    ("p", "favor", "favor", 5),
    ("p", "favor", "against", 5),
    ("q", "against", "against", 10),
    ("q", "favor", "favor", 20),
    ("q", "favor", "against", 10),
]


def measured(held=HELD, known=KNOWN, repeats=5, metric="accuracy"):
    held, known = table(held), table(known, repeats)
    ids = held["example_id"]
    return measure_cross_target(held, known, pd.Series(ids.to_numpy(), index=ids), LABELS, metric)


def test_drops_by_hand():
    found = measured()
    rows = found.table.set_index("target")
    assert rows["examples"].tolist() == [40, 40]
    # p: 3 in 4 against, q: 1 in 4
    assert rows["shift"].tolist() == pytest.approx([0.5, 0.5])
    assert rows["held_out"].tolist() == pytest.approx([30 / 40, 20 / 40])
    assert rows["known"].tolist() == pytest.approx([35 / 40, 30 / 40])
    # recalls: p held out 1 and 0, known 1 and 1/2; q held out 1 and 1/3, known 1 and 2/3
    assert rows["held_out_at_equal_shares"].tolist() == pytest.approx([1 / 2, 2 / 3])
    assert rows["drop_at_equal_shares"].tolist() == pytest.approx([1 / 4, 1 / 6])
    assert found.drop.value == pytest.approx((5 + 10) / 80)
    assert found.standardised.value == pytest.approx((1 / 4 + 1 / 6) / 2)
    assert found.drop.low < found.drop.value < found.drop.high
    assert [score.metric for score in found.scores()] == [
        "cross_target/accuracy",
        "cross_target/accuracy_at_equal_shares",
    ]
    said = found.said("accuracy")
    assert said.startswith("Targets that it was not trained on: accuracy 0.62 on average over 2 targets of 20 examples")
    assert "that changes by +0.19 (" in said
    assert "by +0.21 (" in said
    assert "are 0.50 from those of the others" in said


def test_what_is_the_same_has_no_drop():
    found = measured(known=HELD)
    assert (found.drop.value, found.standardised.value) == (0, 0)


@pytest.mark.parametrize("known", [KNOWN[:-1], [("r", *row[1:]) for row in KNOWN]], ids=["rows", "targets"])
def test_other_rows_are_not_compared(known):
    held = table(HELD)
    ids = held["example_id"]
    found = measure_cross_target(held, table(known), pd.Series(ids.to_numpy(), index=ids), LABELS)
    assert found is None or found.table["target"].tolist() == ["p", "q"]
    assert (found is None) == (len(known) < len(KNOWN))


def test_targets_of_few_examples_are_left_out_and_one_alone_is_none():
    assert measured(held=HELD[:2], known=KNOWN[:3]) is None
    few = [("r", "against", "against", 19)]
    assert measured(held=HELD + few, known=KNOWN + few).table["target"].tolist() == ["p", "q"]


@given(st.lists(st.integers(0, 30), min_size=9, max_size=9).filter(lambda counts: sum(counts) > 0), st.integers(2, 9))
def test_at_equal_shares_it_does_not_matter_how_frequent_a_label_is(counts, times):
    matrix = np.array(counts, dtype=float).reshape(3, 3)
    more = matrix.copy()
    more[0] *= times
    for metric in make_metrics(LABELS).values():
        if metric.name.startswith("precision") or metric.name == "mcc":
            continue
        standard = at_equal_shares(metric, 3)
        assert standard.value(matrix.ravel()) == pytest.approx(float(standard.value(more.ravel())), nan_ok=True)
        # the gradient by small steps, where every label is given
        if (matrix.sum(axis=1) > 0).all():
            step = 1e-6
            moved = [float(standard.value(matrix.ravel() + step * unit)) for unit in np.eye(9)]
            if (matrix > 0).all():
                slopes = (np.array(moved) - float(standard.value(matrix.ravel()))) / step
                assert standard.gradient(matrix.ravel()) == pytest.approx(slopes, abs=1e-4)


def test_shuffles_that_differ_from_each_other_widen_the_interval(monkeypatch):
    held = table(HELD)
    # in one shuffle others of a target help, in the other they do not
    known = pd.concat([table(KNOWN), held.assign(repeat=1)], ignore_index=True)
    groups = pd.Series(held["example_id"].to_numpy(), index=held["example_id"])
    found = measure_cross_target(held, known, groups, LABELS, "accuracy")
    monkeypatch.setattr(_targets, "widened", lambda gap, draws: gap)
    alone = measure_cross_target(held, known, groups, LABELS, "accuracy")
    assert found.drop.value == alone.drop.value
    assert found.drop.high - found.drop.low > 2 * (alone.drop.high - alone.drop.low)
