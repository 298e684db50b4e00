"""Scores by value: gaps by hand, what is told and what is not, and a law that both sides obey."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance.errors import InputError
from stance.evaluation.scores import Score, gaps_by, score_by_value
from stance.evaluation.scores._by_value import ByValue

LABELS = ("against", "none", "favor")
BY_LETTER = {label[0]: label for label in LABELS}


def predicted(given_labels, said, values, groups=None, sure=None):
    """A table of predictions from the first letters of labels, a column `site`, and the group of each example."""
    ids = [f"t#{number:04}" for number in range(len(given_labels))]
    table = pd.DataFrame(
        {
            "example_id": ids,
            "repeat": 0,
            "fold": 0,
            "label": [BY_LETTER[letter] for letter in given_labels],
            "predicted": [BY_LETTER[letter] for letter in said],
            "site": list(values),
        }
    )
    if sure is not None:
        for label in LABELS:
            table[f"score_{label}"] = np.where(table["predicted"] == label, sure, (1 - np.asarray(sure)) / 2)
    return table, pd.Series(list(groups) if groups else ids, index=ids)


def test_gaps_by_hand():
    # x: 3 of 4 right, 0.8 sure; y: 1 of 4 right, 0.5 sure
    sure = np.array([0.8] * 4 + [0.5] * 4)
    table, groups = predicted("aafnaafn", "aafanfff", "xxxxyyyy", sure=sure)
    found = gaps_by(table, "site", groups, LABELS).set_index(["site", "metric"])
    assert found.loc[("x", "accuracy"), ["value", "others", "gap"]].tolist() == [0.75, 0.25, 0.5]
    assert found.loc[("y", "accuracy"), "gap"] == -0.5
    assert found.loc[("x", "overconfidence"), "value"] == pytest.approx(0.8 - 0.75)
    assert found.loc[("y", "overconfidence"), "value"] == pytest.approx(0.5 - 0.25)
    assert found.loc[("x", "overconfidence"), "gap"] == pytest.approx(0.05 - 0.25)
    # 4 comments each: nothing can be told
    assert not found["told"].any()


def test_two_values_are_one_gap_turned_round():
    table, groups = predicted("afn" * 20, "aff" * 10 + "nna" * 10, "x" * 30 + "y" * 30)
    found = gaps_by(table, "site", groups, LABELS).set_index(["site", "metric"])
    for metric in ("macro_f1", "accuracy"):
        one, other = found.loc[("x", metric)], found.loc[("y", metric)]
        assert one["gap"] == pytest.approx(-other["gap"])
        assert (one["gap_low"], one["gap_high"]) == pytest.approx((-other["gap_high"], -other["gap_low"]))
        assert one["gap_low"] < one["gap"] < one["gap_high"]


def test_a_real_gap_is_told_and_said_and_an_equal_one_is_not():
    given_labels, generator = "aafn" * 100, np.random.default_rng(0)
    wrong = {"a": "f", "f": "n", "n": "a"}
    halves = [
        "".join(wrong[letter] if generator.random() < share else letter for letter in given_labels[:200])
        for share in (0.15, 0.5)
    ]
    table, groups = predicted(given_labels, "".join(halves), "x" * 200 + "y" * 200)
    by_site = score_by_value(table, "site", groups, LABELS)
    assert by_site.gaps["told"].all()
    assert by_site.said()[1].startswith("By site, accuracy differs from that of all others for x +0.")
    assert [gap.metric for gap in by_site.widest()] == ["gap/site/macro_f1", "gap/site/accuracy"]
    table, groups = predicted(given_labels[:200] * 2, halves[1] * 2, "x" * 200 + "y" * 200)
    alike = score_by_value(table, "site", groups, LABELS)
    assert alike.gaps["gap"].tolist() == [0] * 4
    assert alike.said() == ["By site, no value can be told from all others in macro_f1 or accuracy."]


def test_one_value_has_no_gap_and_nothing_to_say():
    by_site = score_by_value(*_of_one("x"), LABELS)
    assert by_site.gaps.empty
    assert (by_site.said(), by_site.widest()) == ([], [])


def _of_one(value):
    table, groups = predicted("afn", "afn", value * 3)
    return table, "site", groups


@pytest.mark.parametrize(
    ("groups", "doubt"),
    [
        ("pp" + "qrstuvwxyz", "has no interval"),
        ("pq" + "qrstuvwxyz", "known from 2 groups"),
    ],
)
def test_a_side_of_few_groups_tells_nothing(groups, doubt):
    table, of = predicted("af" + "afnafnafna", "fa" + "afnafnafna", "x" * 2 + "y" * 10, groups)
    found = gaps_by(table, "site", of, LABELS)
    assert not found["told"].any()
    if doubt == "has no interval":
        assert found["gap_low"].isna().all()
    else:
        assert set(found["not_to_be_trusted"]) == {doubt}


def test_many_values_have_wider_intervals_than_two():
    said = "afnn" * 50
    two, groups = predicted("afnf" * 50, said, ["x"] * 100 + ["y"] * 100)
    many, _ = predicted("afnf" * 50, said, ["x"] * 100 + ["y"] * 50 + ["z"] * 50)
    widths = [
        frame.loc[0, "gap_high"] - frame.loc[0, "gap_low"]
        for frame in (gaps_by(table, "site", groups, LABELS) for table in (two, many))
    ]
    assert widths[0] < widths[1]


def test_a_column_that_is_not_there_is_refused_with_the_near_miss():
    table, groups = predicted("af", "af", "xy")
    with pytest.raises(InputError, match="Did you mean 'site'"):
        gaps_by(table, "sites", groups, LABELS)


@given(st.lists(st.tuples(*[st.sampled_from("anf")] * 2, st.sampled_from("xyz"), st.sampled_from("pqrs")), min_size=2))
def test_accuracy_of_all_lies_between_a_value_and_the_others(rows):
    given_labels, said, values, groups = map("".join, zip(*rows, strict=True))
    table, of = predicted(given_labels, said, values, groups)
    whole = float((table["label"] == table["predicted"]).mean())
    found = gaps_by(table, "site", of, LABELS)
    assert len(found) == (0 if len(set(values)) == 1 else 2 * len(set(values)))
    for row in found[found["metric"] == "accuracy"].to_dict("records"):
        share = values.count(row["site"]) / len(values)
        assert share * row["value"] + (1 - share) * row["others"] == pytest.approx(whole)
        if row["gap_low"] == row["gap_low"]:
            assert row["gap_low"] <= row["gap"] <= row["gap_high"]


def test_the_widest_gap_is_that_farthest_from_none_to_either_side():
    rows = [("x", 0.1, 0.0, 0.2), ("y", -0.3, -0.4, -0.2)]
    gaps = pd.DataFrame(rows, columns=["site", "gap", "gap_low", "gap_high"])
    gaps = gaps.assign(metric="accuracy", not_to_be_trusted="")
    assert ByValue("site", pd.DataFrame(), gaps).widest() == [Score("gap/site/accuracy", -0.3, -0.4, -0.2)]
