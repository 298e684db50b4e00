"""Samples: how likely each comment was drawn is true, and draws add up."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stance.errors import InputError
from stance.estimates import draw_number, draw_sample, joined_probabilities, labels_needed
from tests.estimates.frames import LABELS, make_frame


def frame(n=60):
    made = make_frame(n, 5)[["example_id", *(f"score_{label}" for label in LABELS)]]
    return made.assign(thread=[f"t{number % 4}" for number in range(n)])


@pytest.mark.parametrize(
    "asked", [{}, {"by": ["thread"]}, {"how": "uncertainty"}, {"how": "uncertainty", "by": ["thread"]}], ids=str
)
def test_comments_are_drawn_as_often_as_their_probability_says(asked):
    comments = frame()
    times = pd.Series(0.0, index=comments["example_id"])
    said = pd.Series(np.nan, index=comments["example_id"])
    for seed in range(600):
        drawn = draw_sample(comments, 15, labels=LABELS, random_state=seed, **asked)
        assert len(drawn) == drawn["example_id"].nunique() == 15
        times[drawn["example_id"]] += 1 / 600
        said[drawn["example_id"]] = drawn["probability"].to_numpy()
    assert said.sum() == pytest.approx(15)
    assert np.abs(times - said).max() < 5 * np.sqrt(0.25 / 600)


def test_the_less_sure_the_scores_the_likelier_a_comment():
    drawn = draw_sample(frame(500), 100, how="uncertainty", labels=LABELS)
    scores = drawn[[f"score_{label}" for label in LABELS]].to_numpy()
    unsure = np.sqrt((scores * (1 - scores)).sum(axis=1))
    assert np.corrcoef(unsure, drawn["probability"])[0, 1] == pytest.approx(1)
    # half of the sample is drawn alike everywhere
    assert drawn["probability"].min() > 0.5 * 100 / 500


@settings(max_examples=20)
@given(seed=st.integers(0, 999), n=st.integers(1, 59), by=st.sampled_from([[], ["thread"]]))
def test_the_order_of_rows_changes_nothing(seed, n, by):
    comments = frame()
    other = comments.sample(frac=1, random_state=seed)
    first, second = (draw_sample(one, n, by=by, random_state=seed) for one in (comments, other))
    assert first["example_id"].tolist() == second["example_id"].tolist()


def test_strata_get_their_share_and_those_too_small_for_two_are_drawn_together():
    sizes = {"large": 70, "middle": 26, "tiny": 2, "small": 2}
    names = [name for name, size in sizes.items() for _ in range(size)]
    comments = pd.DataFrame({"example_id": [f"{number:03}" for number in range(100)], "thread": names})
    drawn = draw_sample(comments, 50, by=["thread"])
    assert drawn["draw"].value_counts().to_dict() == {"1:large": 35, "1:middle": 13, "1:others": 2}
    assert (drawn["probability"].round(9) == 0.5).all()


def test_draws_that_follow_leave_out_what_was_drawn_and_add_up():
    comments = frame(100)
    first = draw_sample(comments, 20)
    comments["draw"] = comments["example_id"].map(first.set_index("example_id")["draw"])
    second = draw_sample(comments, 30)
    assert not set(first["example_id"]) & set(second["example_id"])
    assert second["draw"].unique().tolist() == ["2"]
    assert second["probability"].to_numpy() == pytest.approx(30 / 80)
    both = pd.concat([first, second])
    numbers = np.array([draw_number(draw) for draw in both["draw"]])
    assert joined_probabilities(both["probability"].to_numpy(), numbers, 100) == pytest.approx(0.5)


@settings(max_examples=30)
@given(sizes=st.lists(st.integers(1, 40), min_size=1, max_size=4), by_hand=st.integers(0, 30))
def test_simple_draws_one_after_the_other_are_one_simple_draw(sizes, by_hand):
    n_frame, left, probability, draws = 300, 300 - by_hand, [1.0] * by_hand, [0] * by_hand
    for number, size in enumerate(sizes, start=1):
        probability += [size / left] * size
        draws += [number] * size
        left -= size
    found = joined_probabilities(np.array(probability), np.array(draws), n_frame)
    assert found[:by_hand] == pytest.approx(1)
    assert found[by_hand:] == pytest.approx(sum(sizes) / (n_frame - by_hand))


def test_unequal_draws_one_after_the_other_still_stand_for_the_frame():
    comments, totals = frame(200), []
    for seed in range(400):
        first = draw_sample(comments, 30, how="uncertainty", labels=LABELS, random_state=seed)
        known = comments["example_id"].map(first.set_index("example_id")["draw"])
        second = draw_sample(comments.assign(draw=known), 30, random_state=seed)
        both = pd.concat([first, second])
        weights = 1 / joined_probabilities(
            both["probability"].to_numpy(), np.array([draw_number(draw) for draw in both["draw"]]), 200
        )
        totals.append((weights * both["score_none"]).sum())
    truth = comments["score_none"].sum()
    assert np.mean(totals) == pytest.approx(truth, abs=4 * np.std(totals) / 20)


def test_how_many_labels_it_takes_is_what_a_simple_sample_of_so_many_has():
    def half_width(n, n_frame):
        return 1.96 * np.sqrt(0.25 * (1 / n - 1 / n_frame))

    needed = labels_needed(200, 10_000, half_width(200, 10_000), 0.03)
    assert half_width(needed, 10_000) <= 0.03 < half_width(needed - 1, 10_000)
    assert labels_needed(200, 10_000, 0.02, 0.03) == 200
    assert labels_needed(20, 50, half_width(20, 50), 0.001) == 50


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"n": 61}, "n: expected from 1 to 60, the comments that were not drawn yet, found 61"),
        ({"n": 0}, "found 0"),
        ({"by": ["tread"]}, "expected the columns ['tread'], found ['example_id', 'score_against', 'score_none', "),
        ({"by": ["tread"]}, "Did you mean 'thread'?"),
        ({"how": "stratifed"}, "found 'stratifed'. Did you mean 'stratified'?"),
        ({"how": "stratified"}, "by: expected the columns of the strata, found none"),
        ({"how": "simple", "by": ["thread"]}, "expected no columns where how='simple', found ['thread']"),
        ({"how": "uncertainty", "labels": ["for", "against"]}, "expected scores of ['for', 'against'] only, found"),
    ],
)
def test_what_cannot_be_drawn_is_refused_in_words(asked, said):
    with pytest.raises(InputError) as refused:
        draw_sample(frame(), **{"n": 5, **asked})
    assert said in str(refused.value)
