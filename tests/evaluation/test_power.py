"""Power: what follows from the way data sets are simulated, by hand and in the limit."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from stance.errors import InputError
from stance.evaluation._significance import draw_exchanges
from stance.evaluation._simulation import (
    N_STEPS,
    SIGNIFICANT,
    Simulation,
    count_as_large,
    gain,
    search,
    share_to_right,
)
from stance.evaluation.power import ASSUMPTIONS, Power, _crossing, _joint_counts, _rounded, measure_power
from stance.evaluation.scores._metrics import make_metrics
from tests.tables import LABELS

ACCURACY = make_metrics(LABELS)["accuracy"]


def pair(n_examples, n_groups, agree=0.8, right=0.5, seed=0):
    """Return two classifiers that are right in about half of the comments and agree in most."""
    generator = np.random.default_rng(seed)
    labels = generator.choice(LABELS, n_examples)
    first = np.where(generator.random(n_examples) < right, labels, generator.choice(LABELS, n_examples))
    second = np.where(generator.random(n_examples) < agree, first, generator.choice(LABELS, n_examples))
    table = pd.DataFrame(
        {
            "example_id": [f"t#{number:04}" for number in range(n_examples)],
            "repeat": 0,
            "fold": 0,
            "label": labels,
            "group": np.arange(n_examples) % n_groups,
        }
    )
    return table.assign(predicted=first), table.assign(predicted=second)


def measured(tables, **options):
    settings = {"metric": "accuracy", "n_simulations": 100} | options
    return measure_power(*tables, LABELS, **settings)


# by hand


def test_what_is_gained_by_righting_errors():
    # 6 of 10 right: righting half of the 4 errors gains 0.2
    matrix = np.array([[3, 1, 0], [0, 2, 2], [1, 0, 1]])
    assert gain(ACCURACY, matrix, 0.5) == pytest.approx(0.2)
    assert gain(ACCURACY, matrix, 1) == pytest.approx(0.4)
    assert share_to_right(ACCURACY, matrix, 0.1) == pytest.approx(0.25)


def test_where_power_is_first_reached():
    places, powers = np.array([0.1, 0.2, 0.3]), np.array([0.2, 0.6, 1.0])
    assert _crossing(places, powers, 0.8) == pytest.approx(0.25)
    assert _crossing(places, powers, 0.1) == 0.1
    assert _crossing(places, powers / 2, 0.8) == np.inf
    assert _crossing(places, powers, 1.0) == pytest.approx(0.3)


def test_two_digits_count():
    assert [_rounded(number) for number in (7.2, 83, 1234, 99_100)] == [8, 83, 1300, 100_000]


def test_what_both_say_is_counted_by_group_label_first_and_second():
    columns = ["example_id", "repeat", "label", "predicted", "group"]
    rows = [("t#1", 0, "favor", "none", "p"), ("t#2", 0, "favor", "none", "q"), ("t#3", 0, "none", "favor", "q")]
    first = pd.DataFrame(rows, columns=columns)
    second = first.assign(predicted=["against", "against", "favor"])[::-1]
    joint, sizes = _joint_counts(first, second, LABELS)
    against, none, favor = range(3)
    found = {tuple(place): int(joint[tuple(place)]) for place in np.argwhere(joint).tolist()}
    assert found == {(0, favor, none, against): 1, (1, favor, none, against): 1, (1, none, favor, favor): 1}
    assert sizes.tolist() == [1, 2]


def simulation(joint, **changes):
    settings = {"metric": ACCURACY, "joint": joint, "alike": np.ones((3, 3)), "n_simulations": 10, "random_state": 0}
    return Simulation(**(settings | changes))


def test_groups_are_drawn_anew_and_exchanged_and_only_errors_of_the_first_are_righted():
    joint = np.zeros((2, 3, 3, 3), dtype=int)
    joint[0, 2, 1, 0] = 1  # favor, of which the first says none and the second against
    joint[1, 1, 0, 1] = 2  # none, of which the first says against twice and the second none
    first, second = (
        table.reshape(-1, 2, 3, 3) for table in simulation(joint)._draw(np.random.default_rng(0), 4000, 2, 1.0)
    )
    assert first[..., 2, 2].max() == 1
    assert not first[..., ~np.eye(3, dtype=bool)].any(), "all is right in the first"
    assert (first.sum(axis=-1) == second.sum(axis=-1)).all(), "both have the same examples"
    assert not second[..., 2, 2].any(), "nothing is righted in the second"
    # exchanged in half of the groups: the second says what the first said
    assert second[..., 2, 1].sum() / first[..., 2, 2].sum() == pytest.approx(0.5, abs=0.03)
    assert second[..., 1, 1].sum() / first[..., 1, 1].sum() == pytest.approx(0.5, abs=0.03)
    # of each group either, whatever the other one is
    assert [(first[..., 2, 2].sum(axis=1) == n).mean() for n in (0, 1, 2)] == pytest.approx([0.25, 0.5, 0.25], abs=0.03)


def test_a_difference_is_as_large_whichever_is_better():
    right, wrong = np.zeros((2, 1, 3, 9), dtype=int)
    right[..., 0], wrong[..., 1] = 1, 1  # three groups of one, against as against or as none
    exchanges = (np.arange(8)[:, np.newaxis] >> np.arange(3) & 1).astype(np.float32)
    for tables in ((right, wrong), (wrong, right)):
        assert count_as_large(ACCURACY, *tables, exchanges).tolist() == [2]
    assert count_as_large(ACCURACY, right, right, exchanges).tolist() == [8]


@pytest.mark.parametrize(
    ("n_groups", "as_large", "power"),
    # of 2^8 exchanges all are counted, of more 399 with the one that was observed: 20 / 400 is not below 0.05
    [(8, 12, 1.0), (8, 13, 0.0), (40, 18, 1.0), (40, 19, 0.0)],
)
def test_a_difference_is_shown_where_p_is_below_what_is_assumed(monkeypatch, n_groups, as_large, power):
    counted = "stance.evaluation._simulation.count_as_large"
    monkeypatch.setattr(counted, lambda metric, first, *_: np.full(len(first), as_large))
    assert simulation(np.ones((2, 3, 3, 3), dtype=int)).power(0.1, n_groups) == power
    assert f"gives p < {SIGNIFICANT:.2f}," in ASSUMPTIONS


def tried(start, enough_from, most=10_000):
    """Return the numbers of groups that are tried where the wanted power is reached at `enough_from`."""
    powers = {}
    for number in search(powers, start, 0.8, most):
        assert number not in powers, "none is tried twice"
        powers[number] = float(number >= enough_from)
    return list(powers)


def test_numbers_of_groups_are_doubled_or_halved_and_then_tried_between_two():
    # between two is their geometric mean: 113 of 80 and 160, 95 of 80 and 113, 104 of 95 and 113
    assert tried(10, 100) == [10, 20, 40, 80, 160, 113, 95, 104]
    assert tried(640, 100) == [640, 320, 160, 80, 113, 95, 104]
    assert tried(2, 3) == [2, 4, 3]
    assert tried(10, 1) == [10, 5, 2], "fewer than two groups show nothing"
    assert tried(10, 1000, most=100) == [10, 20, 40, 80]
    assert tried(500, 1000, most=100) == [100]
    assert len(tried(10, 10**9, most=10**9)) == N_STEPS - 3


# what must be


def test_power_grows_with_the_difference_and_with_the_number_of_comments():
    found = measured(pair(200, 100), effect=0.10)
    assert found.curve["difference"].is_monotonic_increasing
    assert found.curve["power"].iloc[0] < 0.2
    assert found.curve["power"].iloc[-1] == 1
    assert 0.02 < found.smallest_difference < 0.2
    few, many = found.sizes["power"].iloc[[0, -1]]
    assert few < 0.8 <= many
    assert found.sizes["groups"].is_monotonic_increasing


def test_a_difference_that_is_not_there_is_shown_no_oftener_than_the_test_allows(monkeypatch):
    monkeypatch.setattr("stance.evaluation.power.MOST_COMMENTS", 800)
    tiny = measured(pair(200, 50), effect=1e-9, n_simulations=400)
    assert tiny.sizes["groups"].tolist() == [50, 100, 200]
    monkeypatch.setattr("stance.evaluation.power.MOST_COMMENTS", 100)
    assert measured(pair(200, 50), effect=1e-9).sizes["groups"].tolist() == [25]
    assert 0.005 < tiny.sizes["power"].mean() < 0.08
    assert tiny.comments_needed == np.inf


def test_fewer_comments_are_needed_where_classifiers_agree_more():
    often, seldom = (measured(pair(400, 200, agree=agree), effect=0.10).comments_needed for agree in (0.95, 0.2))
    assert often < 0.7 * seldom


def test_comments_of_few_large_groups_show_less_than_as_many_of_small_ones():
    # within a group the two classifiers' rights and wrongs are all alike
    first, second = pair(60, 60)
    copies = [table.loc[table.index.repeat(5)].reset_index(drop=True) for table in (first, second)]
    ids = [f"t#{number:04}" for number in range(300)]
    large = [table.assign(example_id=ids) for table in copies]
    small = [table.assign(group=range(300)) for table in large]
    assert measured(small).smallest_difference < 0.7 * measured(large).smallest_difference


def test_differences_lie_closer_the_smaller_they_are_up_to_all_that_is_left_to_gain():
    # the first has 9 of 12 right and the second 3: a classifier like both errs in half
    table = pd.DataFrame(
        {"example_id": list("abcdefghijkl"), "repeat": 0, "label": "favor", "group": list("ppqqrrssttuu")}
    )
    first, second = (table.assign(predicted=["favor"] * n + ["none"] * (12 - n)) for n in (9, 3))
    steps = [0.5 * (step / 12) ** 2 for step in range(1, 13)]
    found = measured((first, second), effect=steps[8], wanted=0.5)
    assert found.curve["difference"].tolist() == pytest.approx(steps)
    assert (found.n_examples, found.n_groups) == (12, 6)
    assert (found.sizes["comments"] == 2 * found.sizes["groups"]).all()
    # the curve is of this data: the same difference is shown as often as with its number of groups
    (here,) = found.sizes.loc[found.sizes["groups"] == 6, "power"]
    assert 0 < found.curve["power"].iloc[8] == here < 1
    with pytest.raises(InputError, match=r"below 0\.50, which is what is left to gain in accuracy"):
        measured((first, second), effect=0.51)


def test_both_the_data_sets_and_their_exchanges_are_drawn_by_the_seed(monkeypatch):
    few = pair(24, 8)
    # all exchanges of eight groups are gone through, so nothing but the data sets is drawn
    curves = [measured(few, random_state=seed).curve for seed in (0, 1)]
    assert not curves[0].equals(curves[1])
    seeds = set()

    def recorded(n_groups, n_permutations, exact, random_state):
        seeds.add((n_permutations, exact, random_state))
        return draw_exchanges(n_groups, n_permutations, exact, random_state)

    monkeypatch.setattr("stance.evaluation._simulation.draw_exchanges", recorded)
    measured(pair(60, 30), random_state=7, n_simulations=2)
    assert (399, False, 7) in seeds
    assert {seed for _, _, seed in seeds} == {7}


def test_power_is_that_of_the_sign_test_where_one_classifier_knows_nothing():
    # 8 comments, each a group; the second is always wrong and so was the first: righting 3 of 4 errors shows a
    # difference where 6 or more of 8 are righted: two-sided p of 6 is 2 / 2^6
    table = pd.DataFrame(
        {
            "example_id": list("abcdefgh"),
            "repeat": 0,
            "fold": 0,
            "label": "favor",
            "predicted": "none",
            "group": range(8),
        }
    )
    found = measured((table, table), effect=0.75, n_simulations=2000)
    exact = sum(np.prod(range(k + 1, 9)) / np.prod(range(1, 9 - k)) * 0.75**k * 0.25 ** (8 - k) for k in (6, 7, 8))
    (at_hand,) = found.sizes.loc[found.sizes["groups"] == 8, "power"]
    assert at_hand == pytest.approx(exact, abs=0.05)


def test_the_same_seed_finds_the_same_whatever_the_order_of_rows():
    tables = pair(60, 30)
    moved = [table.sample(frac=1, random_state=seed) for seed, table in enumerate(tables)]
    first, second = measured(tables), measured(moved)
    assert first.curve.equals(second.curve)
    assert first.sizes.equals(second.sizes)
    assert not measured(tables, random_state=1).curve.equals(first.curve)


def test_only_the_first_repeat_counts():
    tables = pair(60, 30)
    repeated = [pd.concat([table, table.assign(repeat=1, predicted="none")]) for table in tables]
    assert measured(repeated).curve.equals(measured(tables).curve)


def test_steps_are_reported_and_bounded():
    steps = []
    found = measured(pair(60, 30), on_step=lambda: steps.append(1))
    assert len(steps) == len(found.curve) + len(found.sizes) <= 2 * N_STEPS


# what is said


def said(curve, sizes):
    curve = pd.DataFrame(curve, columns=["difference", "power"])
    return str(Power("macro_f1", 0.1, 0.8, 16, 8, curve, pd.DataFrame(sizes, columns=["groups", "comments", "power"])))


def test_what_is_found_is_said_in_words():
    assert said([(0.2, 0.4), (0.4, 1.0)], [(8, 16, 0.1), (400, 800, 0.7), (600, 1200, 0.9)]) == (
        "16 comments in 8 groups can show a difference in macro_f1 of 0.33 or more with 80 % power. A difference of "
        "0.10 would take about 1,000 comments in 500 groups like these."
    )


def test_what_cannot_be_shown_is_said_in_words():
    assert said([(0.2, 0.1), (0.4, 0.25)], [(8, 16, 0.1), (50_000, 100_000, 0.7)]) == (
        "16 comments in 8 groups cannot show any difference in macro_f1 with 80 % power: not even one of 0.40, which "
        "they would show in 25 of 100 studies. A difference of 0.10 would take more than 100,000 comments."
    )

    # what is shown most often need not be the largest: simulations are uncertain
    assert "not even one of 0.20, which they would show in 30 of 100 studies" in said(
        [(0.2, 0.3), (0.4, 0.25)], [(8, 16, 0.1)]
    )


# what is refused


def test_one_group_is_refused():
    with pytest.raises(InputError, match="power: expected at least 2 groups, found 1; nothing says how groups differ"):
        measured(pair(20, 1))


@pytest.mark.parametrize(
    ("options", "found"), [({"effect": 0.9}, "effect 0.9"), ({"effect": 0}, "effect 0"), ({"wanted": 1}, "power 1")]
)
def test_an_effect_or_power_that_cannot_be_is_refused(options, found):
    with pytest.raises(InputError) as caught:
        measured(pair(200, 50), **options)
    assert str(caught.value).startswith("expected 0 < power < 1 and an effect above 0 and below 0.")
    assert found in str(caught.value)


def test_an_unknown_metric_is_refused_with_the_near_miss():
    with pytest.raises(InputError, match=r"found 'acuracy'\. Did you mean 'accuracy'\?"):
        measured(pair(20, 5), metric="acuracy")


def test_tables_of_other_rows_are_refused():
    first, second = pair(20, 5)
    with pytest.raises(InputError, match="not the same examples: 1 only in the first, 0 only in the second"):
        measured((first, second.iloc[1:]))


def test_where_nothing_can_be_shown_the_largest_difference_is_named():
    curve = pd.DataFrame({"difference": [0.01, 0.2, 0.4], "power": [0.0, 0.0, 0.0]})
    sizes = pd.DataFrame({"groups": [5], "comments": [20], "power": [0.0]})
    assert "not even one of 0.40, which they would show in 0 of 100 studies" in str(
        Power("macro_f1", 0.1, 0.8, 20, 5, curve, sizes)
    )


# how uncertain the need is


def test_pilots_like_this_one_put_the_need_between_two_numbers():
    tables = pair(60, 30)
    steps = []
    found = measured(tables, n_pilots=10, on_step=lambda: steps.append(1))
    low, high = found.need
    assert low < found.comments_needed < high
    assert len(steps) == len(found.curve) + len(found.sizes) + 10
    assert found.need == measured(tables, n_pilots=10).need
    assert np.isnan(measured(tables).need).all()
    assert f"groups like these (of pilots like this one 90 % say {_rounded(low):,} to " in str(found)


def test_a_need_that_some_pilots_do_not_find_has_no_upper_end():
    found = measured(pair(60, 30))
    few, none = replace(found, need=(123.0, np.inf)), replace(found, need=(np.inf, np.inf))
    assert str(few).endswith(" (of pilots like this one 90 % say 130 to more than 5,000).")
    assert str(none).endswith(" (of pilots like this one 90 % say more than 5,000).")


def test_as_one_of_several_comparisons_less_is_shown():
    tables = pair(60, 30)
    alone, among = measured(tables), measured(tables, comparisons=10)
    assert (among.curve["power"] <= alone.curve["power"]).all()
    assert among.comments_needed > alone.comments_needed
    assert " % power, as one of 10 comparisons" in str(among)
    with pytest.raises(InputError, match="comparisons: expected 1 to 20, found 21"):
        measured(tables, comparisons=21)
