"""Adjudication: labels and reasons by hand, the estimates of crowd-kit, and that no order decides."""

import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance.errors import InputError
from stance.study import adjudication
from stance.study.adjudication import HOWS, adjudicate
from stance.study.votes import votes_of

LABELS = ("against", "none", "favor")
FOUR = (*LABELS, "unclear")
# six items a column, three annotators a row: all agree, two of three, all differ, one alone, none, two differ
TABLE = """
    against favor against .       .  favor
    against favor none    favor   .  .
    against none  favor   .       .  none"""


@pytest.fixture(autouse=True)
def fewer_restarts(monkeypatch):
    """Let mace begin twice and go on for ten rounds, since a round takes some time."""
    monkeypatch.setattr(adjudication, "RESTARTS", 2)
    monkeypatch.setattr(adjudication, "ITERATIONS", 10)


def votes_in(table, labels=LABELS):
    rows = [line.split() for line in table.strip().splitlines()]
    votes = [(item, f"a{n}", label) for n, row in enumerate(rows, 1) for item, label in enumerate(row) if label != "."]
    return votes_of(*zip(*votes, strict=True), labels, len(rows[0]))


def outcome(votes, how, annotator=None, random_state=0):
    found = adjudicate(votes, how, annotator, random_state)
    return [
        votes.labels[label] if label >= 0 else reason for label, reason in zip(found.label, found.reason, strict=True)
    ]


def refusal(*arguments):
    with pytest.raises(InputError) as caught:
        adjudicate(votes_in(TABLE), *arguments)
    return str(caught.value)


@pytest.mark.parametrize(
    ("how", "annotator", "expected"),
    [
        ("majority", None, ["against", "favor", "no_majority", "favor", "not_annotated", "no_majority"]),
        ("majority", "a2", ["against", "favor", "none", "favor", "not_annotated", "no_majority"]),
        ("majority", "a3", ["against", "favor", "favor", "favor", "not_annotated", "none"]),
        ("unanimous", None, ["against", "not_unanimous", "not_unanimous", "favor", "not_annotated", "not_unanimous"]),
        ("annotator", "a3", ["against", "none", "favor", "not_by_annotator", "not_annotated", "none"]),
    ],
)
def test_labels_and_reasons_are_those_by_hand(how, annotator, expected):
    assert outcome(votes_in(TABLE), how, annotator) == expected


@pytest.mark.parametrize("how", HOWS)
def test_shares_are_those_of_the_votes_however_labels_are_decided(how):
    found = adjudicate(votes_in(TABLE), how, "a1" if how == "annotator" else None)
    thirds, halves = [1 / 3, 1 / 3, 1 / 3], [0, 1 / 2, 1 / 2]
    expected = [[1, 0, 0], [0, 1 / 3, 2 / 3], thirds, [0, 0, 1], [0, 0, 0], halves]
    assert found.share == pytest.approx(np.array(expected))
    assert ((found.label == -1) == [reason is not None for reason in found.reason]).all()


def test_an_adjudicator_decides_ties_and_no_majority_of_others():
    votes = votes_in("favor favor\nfavor against\nagainst none")
    assert outcome(votes, "majority", "a3") == ["favor", "none"]


@given(
    st.lists(st.sampled_from([None, *LABELS]), min_size=12, max_size=12),
    st.permutations(range(4)),
    st.permutations(range(12)),
    st.sampled_from([("majority", None), ("majority", "a1"), ("unanimous", None), ("annotator", "a1")]),
)
def test_no_order_of_votes_or_items_decides(said, items, order, how):
    names = [f"a{place % 3}" for place in range(12)]
    votes = votes_of([place // 3 for place in range(12)], names, said, LABELS, 4)
    if how[1] and how[1] not in votes.annotators:
        return
    moved = votes_of(
        [items[place // 3] for place in order], [names[p] for p in order], [said[p] for p in order], LABELS, 4
    )
    found, other = outcome(votes, *how), outcome(moved, *how)
    assert [other[items[item]] for item in range(4)] == found


# estimates of whom to trust


def careless(n_items=60, seed=0):
    """Return votes of two annotators who are nearly always right and three who mostly guess, and what is right."""
    generator = np.random.default_rng(seed)
    truth = generator.integers(0, 3, n_items)
    guesses = generator.integers(0, 3, (n_items, 5))
    right = generator.random((n_items, 5)) < [0.97, 0.95, 0.15, 0.15, 0.15]
    said = np.where(right, truth[:, np.newaxis], guesses)
    rows = [(item, f"a{n}", LABELS[said[item, n]]) for item in range(n_items) for n in range(5)]
    return rows, [LABELS[label] for label in truth]


@pytest.mark.parametrize("how", ["dawid_skene", "mace"])
def test_annotators_who_guess_weigh_less_than_by_majority(how):
    rows, truth = careless(200)
    votes = votes_of(*zip(*rows, strict=True), LABELS, 200)

    def right(found):
        return sum(label == true for label, true in zip(found, truth, strict=True))

    assert right(outcome(votes, how)) > right(outcome(votes, "majority")) + 10


@pytest.mark.parametrize("how", ["dawid_skene", "mace"])
def test_estimates_do_not_depend_on_the_order_of_votes_or_items_by_a_single_bit(how):
    generator = np.random.default_rng(3)
    rows = [(item, f"a{n}", LABELS[generator.integers(0, 3)]) for item in range(40) for n in range(3)]
    votes = votes_of(*zip(*rows, strict=True), LABELS, 40)
    items = generator.permutation(40)
    moved = [(int(items[rows[place][0]]), *rows[place][1:]) for place in generator.permutation(len(rows))]
    elsewhere = votes_of(*zip(*moved, strict=True), LABELS, 40)
    found, other = (adjudication._probabilities(each, how, 0) for each in (votes, elsewhere))
    assert np.array_equal(found, other[items])
    assert np.isclose(found.sum(axis=1), 1).all()


def test_a_label_that_nobody_used_changes_no_estimate():
    rows, _ = careless()
    found = [outcome(votes_of(*zip(*rows, strict=True), labels, 60), "dawid_skene") for labels in (LABELS, FOUR)]
    assert found[0] == found[1]


def test_the_restarts_of_mace_differ_and_their_seed_is_passed_on(monkeypatch):
    import crowdkit.aggregation

    starts = []
    initialize = crowdkit.aggregation.MACE._initialize

    def noting(self, *sizes):
        initialize(self, *sizes)
        starts.append(float(self.thetas_[0, 0]))

    monkeypatch.setattr(crowdkit.aggregation.MACE, "_initialize", noting)
    votes = votes_in(TABLE)
    adjudicate(votes, "mace", random_state=1)
    first, starts[:] = list(starts), []
    adjudicate(votes, "mace", random_state=1)
    assert (len(set(first)), starts) == (2, first)
    starts.clear()
    adjudicate(votes, "mace", random_state=2)
    assert set(first).isdisjoint(starts)


def test_two_who_contradict_each_other_throughout_decide_nothing():
    votes = votes_in("favor against favor against\nagainst favor against favor", ("against", "favor"))
    assert outcome(votes, "dawid_skene") == ["undecided"] * 4


@pytest.mark.parametrize("how", ["dawid_skene", "mace"])
def test_one_label_one_annotator_or_nothing_at_all_can_be_estimated(how):
    assert outcome(votes_in("favor favor ."), how) == ["favor", "favor", "not_annotated"]
    nothing = votes_of([], [], [], LABELS, 2)
    assert outcome(nothing, how) == ["not_annotated"] * 2


# what is refused


def test_what_is_not_known_is_refused_with_the_near_miss():
    assert refusal("dawid_skeen") == (
        "expected a way to adjudicate of ['majority', 'unanimous', 'dawid_skene', 'mace', 'annotator'], found "
        "'dawid_skeen'. Did you mean 'dawid_skene'?"
    )
    assert refusal("majority", "a33") == (
        "expected an annotator of ['a1', 'a2', 'a3'], found 'a33'. Did you mean 'a3'?"
    )
    assert refusal("annotator") == "adjudication by annotator: name one of ['a1', 'a2', 'a3']"
    assert refusal("mace", "a1") == ("'mace' takes no annotator, found 'a1'; 'annotator' and 'majority' (for ties) do")


@pytest.mark.parametrize("missing", ["crowdkit", "crowdkit.aggregation"])
def test_without_crowd_kit_the_extra_that_brings_it_is_named(monkeypatch, missing):
    monkeypatch.setitem(sys.modules, missing, None)
    assert refusal("mace") == (
        f"adjudication by dawid_skene or mace needs crowd-kit, and {missing!r} is not installed; install it with: "
        "pip install 'stance-threads[crowd]'"
    )
    assert outcome(votes_in(TABLE), "majority")[0] == "against"
