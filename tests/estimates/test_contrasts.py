"""Differences between groups: those of the shares, and intervals that hold for all of them together."""

import numpy as np
import pandas as pd
import pytest

from stance.errors import InputError
from stance.estimates import contrast_shares, estimate_shares
from tests.estimates.frames import LABELS, make_frame


def frame(seed=0, n=600, n_labelled=300):
    made = make_frame(n, n_labelled, seed)
    return made.assign(month=[f"2020-{1 + number % 3:02}" for number in range(n)])


def test_differences_are_those_of_the_shares():
    comments = frame()
    found = contrast_shares(comments, LABELS, by="month", to="before", method="labelled")
    share = estimate_shares(comments, LABELS, by=["month"], method="labelled").pivot(
        index="label", columns="month", values="share"
    )
    for label, own in found.groupby("label"):
        first, second, third = share.loc[label]
        assert own["contrast"].tolist() == [
            "2020-02 against 2020-01",
            "2020-03 against 2020-02",
            "trend per step from 2020-01 to 2020-03",
        ]
        assert own["difference"].tolist() == pytest.approx([second - first, third - second, (third - first) / 2])
    rest = contrast_shares(comments, LABELS, by="month", method="labelled")
    own = rest[rest["label"] == "none"]["difference"].tolist()
    first, second, third = share.loc["none"]
    assert own[0] == pytest.approx(first - (second + third) / 2)


def test_where_nothing_differs_all_intervals_together_hold_0_in_nineteen_of_twenty():
    held = []
    for seed in range(120):
        made = contrast_shares(frame(seed), LABELS, by="month", method="labelled", population="groups")
        held.append(not made["told_apart"].any())
    assert np.mean(held) >= 0.95 - 3 * np.sqrt(0.05 * 0.95 / 120)


def test_a_real_difference_is_told_apart():
    comments = frame()
    later = comments["month"] == "2020-03"
    changed = comments["label"].where(~later | comments["label"].isna(), "favor")
    found = contrast_shares(comments.assign(label=changed), LABELS, by="month")
    assert found.set_index(["label", "contrast"]).loc[("favor", "2020-03 against the rest"), "told_apart"]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"method": "em"}, "since differences need intervals, found 'em'"),
        ({"to": "befor"}, "to: expected one of ['before', 'rest', 'pairs'], found 'befor'. Did you mean 'before'?"),
    ],
)
def test_what_has_no_interval_has_no_difference(asked, said):
    with pytest.raises(InputError) as refused:
        contrast_shares(frame(), LABELS, by="month", **asked)
    assert said in str(refused.value)


def test_pairs_are_each_against_each_and_people_go_together_in_them():
    """Where each writes the same about three targets there is no difference, and it is sure: people cancel out."""
    one = make_frame(300, 300).assign(group=[f"reader-{number % 60}" for number in range(300)], probability=1.0)
    about = [one.assign(target=target, example_id=one["example_id"] + target) for target in ("a", "b", "c")]
    found = contrast_shares(pd.concat(about, ignore_index=True), LABELS, by="target", to="pairs", method="labelled")
    assert found["contrast"].tolist() == ["a against b", "a against c", "b against c"] * len(LABELS)
    assert found[["difference", "low", "high"]].abs().to_numpy().max() < 1e-9
    apart = pd.concat([*about[:2], about[2].assign(label="favor")], ignore_index=True)
    again = contrast_shares(apart, LABELS, by="target", to="pairs", method="labelled").set_index(["label", "contrast"])
    share = (one["label"] == "favor").mean()
    assert again.loc[("favor", "a against c"), "difference"] == pytest.approx(share - 1)
    assert again["told_apart"].sum() == 2 * len(LABELS)
