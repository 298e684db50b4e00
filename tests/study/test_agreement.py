"""Agreement: published examples to three decimals, the data beside the project, intervals, and what is undefined."""

import json
import os
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import krippendorff
import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from sklearn.metrics import cohen_kappa_score

from stance.study.agreement import (
    Agreement,
    Estimate,
    agreement,
    gwet_ac1,
    hardest_items,
    krippendorff_alpha,
    measure_agreement,
    repeated_items,
)
from stance.study.agreement import _coefficients as coefficients
from stance.study.agreement._coefficients import ac1_with_interval, alpha_with_interval
from stance.study.annotations import Annotation
from stance.study.votes import votes_of

DATA = Path(os.environ.get("STANCE_DATA", Path(__file__).parents[3] / "shared" / "data"))
LABELS = ("against", "none", "favor")
FIVE = ("1", "2", "3", "4", "5")
# Krippendorff (2011), Computing Krippendorff's Alpha-Reliability: four observers, twelve units, values missing
KRIPPENDORFF = """
    1 2 3 3 2 1 4 1 2 . . .
    1 2 3 3 2 2 4 1 2 5 . 3
    . 3 3 3 2 3 4 2 2 5 1 .
    1 2 3 3 2 4 4 1 2 5 1 ."""


def votes_in(table, labels):
    """Return the votes of a table with a row an annotator, a column an item, "." for none."""
    rows = [line.split() for line in table.strip().splitlines()]
    votes = [(item, f"a{n}", label) for n, row in enumerate(rows, 1) for item, label in enumerate(row) if label != "."]
    return votes_of(*zip(*votes, strict=True), labels, len(rows[0]))


def votes_of_pair(table, labels):
    """Return the votes of two annotators from their table: how often the first said the row, the second the column."""
    said = [(a, b) for i, a in enumerate(labels) for j, b in enumerate(labels) for _ in range(table[i][j])]
    items = [item for item in range(len(said)) for _ in "ab"]
    return votes_of(items, ["a", "b"] * len(said), [label for both in said for label in both], labels, len(said))


def alpha_by_hand(counts, ordinal):
    """Return alpha as defined: observed over expected disagreement, pair by pair, nothing vectorised."""
    items = [row for row in counts.tolist() if sum(row) > 1]
    used = [sum(row[label] for row in items) for label in range(counts.shape[1])]

    def distance(a, b):
        if not ordinal:
            return float(a != b)
        low, high = min(a, b), max(a, b)
        return (sum(used[low : high + 1]) - (used[a] + used[b]) / 2) ** 2

    observed = 0.0
    for row in items:
        given_labels = [label for label, times in enumerate(row) for _ in range(times)]
        pairs = list(combinations(given_labels, 2))
        observed += 2 * sum(distance(a, b) for a, b in pairs) / (len(given_labels) - 1)
    total = sum(used)
    expected = sum(used[a] * used[b] * distance(a, b) for a in range(len(used)) for b in range(len(used)))
    return 1 - (total - 1) * observed / expected


tables_of_counts = arrays.arrays(np.int64, st.tuples(st.integers(2, 9), st.integers(2, 4)), elements=st.integers(0, 4))


# published examples


def test_alpha_and_ac1_are_those_of_the_published_example_with_missing_labels():
    found = measure_agreement(votes_in(KRIPPENDORFF, FIVE), {})
    assert found.alpha["nominal"].value == pytest.approx(0.743, abs=0.0005)
    assert found.alpha["ordinal"].value == pytest.approx(0.815, abs=0.0005)
    # Gwet's irrCAC prints 0.77544 for the same ratings (Handbook of Inter-Rater Reliability, 4th edition, page 120)
    assert found.ac1.value == pytest.approx(0.77544, abs=0.000005)
    assert (found.n_items, found.n_annotators) == (11, 4)


def test_alpha_is_that_of_the_published_example_of_three_observers():
    # Krippendorff (1980), as in Hayes and Krippendorff (2007): nominal 0.691 with values missing
    table = """
        . . . . . 3 4 1 2 1 1 3 3 . 3
        1 . 2 1 3 3 4 3 . . . . . . .
        . . 2 1 3 4 4 . 2 1 1 3 3 . 4"""
    assert measure_agreement(votes_in(table, FIVE[:4]), {}).alpha["nominal"].value == pytest.approx(0.691, abs=0.0005)


def test_two_annotators_are_those_of_the_published_table():
    # Gwet's irrCAC, cont3x3abstractors: kappa 0.7964094, AC1 0.8493305, alpha 0.7972585, 89 percent
    votes = votes_of_pair([[13, 0, 0], [0, 20, 7], [0, 4, 56]], ("ectopic", "abnormal", "normal"))
    found = measure_agreement(votes, {})
    (pair,) = found.pairs
    assert (pair.a, pair.b, pair.n, pair.percent) == ("a", "b", 100, 89.0)
    assert pair.kappa == pytest.approx(0.7964094, abs=0.000001)
    assert found.ac1.value == pytest.approx(0.8493305, abs=0.000001)
    assert found.alpha["nominal"].value == pytest.approx(0.7972585, abs=0.000001)


def test_high_agreement_on_one_label_is_the_published_paradox():
    # Gwet (2002), Kappa Statistic is not Satisfactory: kappa -0.0234 and AC1 0.9408 at 94.4 percent
    found = measure_agreement(votes_of_pair([[118, 5], [2, 0]], ("yes", "no")), {})
    assert found.pairs[0].percent == 94.4
    assert found.pairs[0].kappa == pytest.approx(-0.0234, abs=0.00005)
    assert found.ac1.value == pytest.approx(0.9408, abs=0.00005)


# data beside the project


def wanted(path):
    path = DATA / path
    if not path.exists():
        pytest.skip(f"{path.name} is not there; it may not be redistributed")
    return path


def test_alpha_of_gwsd_is_the_known_one_without_its_control_sentences():
    table = pd.read_csv(wanted("gwsd_annotators/GWSD.tsv"), sep="\t")
    workers = [column for column in table if column.startswith("worker_")]
    labels = ("disagrees", "neutral", "agrees")

    def measured(rows):
        long = rows.reset_index(drop=True)[workers].melt(ignore_index=False)
        votes = votes_of(long.index.to_numpy(), long["variable"], long["value"], labels, len(rows))
        return measure_agreement(votes, {}, n_resamples=100)

    # five sentences, s0 to s4, stand in each of the 50 batches to see whether workers pay attention
    found = measured(table[~table["sent_id"].str.startswith("s")])
    assert (found.n_items, found.alpha["nominal"].value) == (2050, pytest.approx(0.330, abs=0.0005))
    assert found.alpha["nominal"].low < 0.330 < found.alpha["nominal"].high
    whole = measured(table)
    assert (whole.n_items, whole.alpha["nominal"].value) == (2300, pytest.approx(0.368, abs=0.0005))


def test_alpha_of_the_arc_pilot_is_that_computed_by_hand():
    long = pd.read_csv(wanted("arc_nyt_comments/pilot_annotations_long.csv"), dtype=str)
    items = pd.factorize(long["comment_id"])[0]
    votes = votes_of(items, long["annotator"], long["choice"], ("0", "1", "2", "3"), 100)
    found = measure_agreement(votes, {}, n_resamples=100)
    assert (found.n_items, found.n_annotators, len(votes.item)) == (100, 84, 1800)
    counts = pd.crosstab(items, long["choice"]).to_numpy()
    assert found.alpha["nominal"].value == pytest.approx(alpha_by_hand(counts, ordinal=False), abs=1e-6)
    assert found.alpha["nominal"].value == pytest.approx(0.378, abs=0.0005)
    assert found.alpha["ordinal"].value == pytest.approx(alpha_by_hand(counts, ordinal=True), abs=1e-6)
    assert found.pairs == ()


# alpha


@given(tables_of_counts, st.sampled_from(["nominal", "ordinal"]))
def test_alpha_is_the_librarys_the_one_by_hand_and_the_one_from_patterns(counts, level):
    pairable = counts[counts.sum(axis=1) > 1]
    assume(len(pairable) and (pairable.sum(axis=0) > 0).sum() > 1)
    expected = pytest.approx(krippendorff.alpha(value_counts=pairable, level_of_measurement=level), abs=2e-6)
    assert krippendorff_alpha(counts, level).value == expected
    assert alpha_by_hand(counts, level == "ordinal") == expected
    assert coefficients._alphas(*in_one_row(coefficients._patterns(pairable)), level)[0] == expected


def in_one_row(patterns_and_times):
    patterns, _, times = patterns_and_times
    return patterns, times.reshape(1, -1)


def test_many_items_are_measured_without_the_library_and_alike(monkeypatch):
    counts = votes_in(KRIPPENDORFF, FIVE).counts()
    found = [krippendorff_alpha(counts, level) for level in ("nominal", "ordinal")]
    monkeypatch.setattr(coefficients, "MAX_LIBRARY_CELLS", 0)
    monkeypatch.setattr(krippendorff, "alpha", None)
    assert [krippendorff_alpha(counts, level) for level in ("nominal", "ordinal")] == found


@given(tables_of_counts, st.randoms())
def test_neither_the_order_of_items_nor_unused_labels_change_anything(counts, random):
    order = random.sample(range(len(counts)), len(counts))
    shuffled = np.insert(counts[order], 0, 0, axis=1)
    for level in ("nominal", "ordinal"):
        pairable, others = (table[table.sum(axis=1) > 1] for table in (counts, shuffled))
        assert alpha_with_interval(pairable, level, 50, 3) == alpha_with_interval(others, level, 50, 3)


def test_patterns_too_many_for_one_number_a_row_are_counted_alike():
    narrow = np.array([[2, 0, 1], [0, 2, 0], [2, 0, 1]])
    wide = np.concatenate([narrow, np.zeros((3, 40), dtype=np.int64)], axis=1)
    patterns, of_item, times = coefficients._patterns(wide)
    found = [[0, 2, 0], [2, 0, 1]], [1, 0, 1], [1, 2]
    assert (patterns[:, :3].tolist(), of_item.tolist(), times.tolist()) == found
    assert [part.tolist() for part in coefficients._patterns(narrow)] == [*found]


def test_a_label_against_the_rest_is_alpha_of_two_labels():
    votes = votes_in(KRIPPENDORFF, FIVE)
    merged = votes_in(KRIPPENDORFF.replace("2", "1").replace("4", "1").replace("5", "1"), FIVE)
    alone = measure_agreement(votes, {}).by_label
    assert list(alone) == list(FIVE)
    assert alone["3"].value == measure_agreement(merged, {}).alpha["nominal"].value
    assert alone["3"].low < alone["3"].value < alone["3"].high


# intervals


def test_the_interval_is_that_of_resampled_items():
    counts = votes_in(KRIPPENDORFF, FIVE).counts()
    pairable = counts[counts.sum(axis=1) > 1]
    random = np.random.default_rng(5)
    alphas = [
        krippendorff.alpha(value_counts=pairable[random.integers(0, 11, 11)], level_of_measurement="nominal")
        for _ in range(4000)
    ]
    found = alpha_with_interval(pairable, "nominal", 20_000, 1)
    assert (found.low, found.high) == pytest.approx(tuple(np.percentile(alphas, (2.5, 97.5))), abs=0.02)


def test_the_seed_decides_and_blocks_of_draws_do_not(monkeypatch):
    votes = votes_in(KRIPPENDORFF, FIVE)
    found = measure_agreement(votes, {}, random_state=1)
    assert found == measure_agreement(votes, {}, random_state=1)
    assert found.alpha["nominal"].low != measure_agreement(votes, {}, random_state=2).alpha["nominal"].low
    monkeypatch.setattr(coefficients, "BLOCK", 100)
    assert found == measure_agreement(votes, {}, random_state=1)


def by_texts(counts, texts, measure, n_resamples):
    """Return the percentiles of a coefficient over resamples of texts, drawn and measured one by one."""
    random = np.random.default_rng(5)
    items = [np.flatnonzero(texts == text) for text in np.unique(texts)]
    drawn = [
        measure(counts[np.concatenate([items[number] for number in random.integers(0, len(items), len(items))])])
        for _ in range(n_resamples)
    ]
    return tuple(np.percentile(drawn, (2.5, 97.5)))


def test_items_of_one_text_are_drawn_together():
    # ten texts under four targets each, on which annotators agree or do not
    counts = np.repeat([[3, 0, 0], [1, 2, 0], [0, 0, 3], [1, 1, 1], [0, 3, 0], [2, 0, 1], [3, 0, 0]] * 4, 4, axis=0)
    texts = np.repeat(np.arange(28), 4)
    alpha = alpha_with_interval(counts, "nominal", 4000, 1, texts)
    ac1 = ac1_with_interval(counts, 4000, 1, texts)
    assert (alpha.low, alpha.high) == pytest.approx(
        by_texts(counts, texts, lambda rows: krippendorff_alpha(rows).value, 1000), abs=0.03
    )
    assert (ac1.low, ac1.high) == pytest.approx(
        by_texts(counts, texts, lambda rows: gwet_ac1(rows).value, 2000), abs=0.03
    )
    alone = alpha_with_interval(counts, "nominal", 4000, 1, np.arange(len(counts)))
    assert alone == alpha_with_interval(counts, "nominal", 4000, 1)
    assert alpha.high - alpha.low == pytest.approx(2 * (alone.high - alone.low), rel=0.15)
    assert alpha_with_interval(counts, "nominal", 100, 1, np.zeros(len(counts))).reason == "one text has no interval"


def test_the_interval_of_ac1_counts_items_with_one_label_for_their_shares():
    counts = votes_in(KRIPPENDORFF, FIVE).counts()
    expected = by_texts(counts, np.arange(len(counts)), lambda rows: gwet_ac1(rows).value, 2000)
    found = measure_agreement(votes_in(KRIPPENDORFF, FIVE), {}, n_resamples=4000).ac1
    assert (found.low, found.high) == pytest.approx(expected, abs=0.03)
    assert found.value == gwet_ac1(counts).value


def test_an_item_that_repeats_another_counts_once_and_it_is_said():
    # the last item stands five times
    table = "1 2 1 3 3 3 3 3\n1 2 2 3 3 3 3 3"
    once = measure_agreement(votes_in("1 2 1 3\n1 2 2 3", FIVE), {})
    repeats = np.array([False] * 4 + [True] * 4)
    found = measure_agreement(votes_in(table, FIVE), {}, repeats=repeats, texts=np.array([0, 1, 2, 3, 3, 3, 3, 3]))
    assert found == replace(once, note=found.note)
    with_all = measure_agreement(votes_in(table, FIVE), {}).alpha["nominal"].value
    assert found.note == (
        "nothing is known of whether they are people or models; 4 items repeat the text of another under one target "
        f"and count once (nominal alpha with all: {with_all:.3f})"
    )
    one = measure_agreement(votes_in(table, FIVE), {}, repeats=np.array([False] * 7 + [True]))
    assert "; 1 item repeats the text of another under one target and counts once (" in one.note
    nobody = measure_agreement(votes_in(table, FIVE), {}, repeats=np.zeros(8, dtype=bool))
    assert nobody == measure_agreement(votes_in(table, FIVE), {})


def test_which_items_repeat_another_does_not_depend_on_their_order():
    texts, targets, ids = np.array([4, 4, 1, 4, 4]), np.array([0, 0, 0, 1, 0]), ["t#3", "t#1", "t#0", "t#4", "t#2"]
    found = dict(zip(ids, repeated_items(texts, targets, ids).tolist(), strict=True))
    assert found == {"t#3": True, "t#1": False, "t#0": False, "t#4": False, "t#2": True}
    order = [3, 0, 4, 2, 1]
    again = repeated_items(texts[order], targets[order], [ids[place] for place in order])
    assert again.tolist() == [found[ids[place]] for place in order]
    assert repeated_items(np.array([], dtype=np.int64), np.array([], dtype=np.int64), []).tolist() == []


def test_columns_are_not_called_people():
    found = measure_agreement(votes_in(KRIPPENDORFF, FIVE), {}, columns=True)
    assert " items, 4 columns of labels: nothing is known" in str(found)
    assert found.note.endswith("; a column need not be one person")
    assert Agreement.from_dict(json.loads(json.dumps(found.to_dict()))) == found
    before = {name: value for name, value in found.to_dict().items() if name != "columns"}
    assert not Agreement.from_dict(before).columns


def test_one_item_has_no_interval():
    assert alpha_with_interval(np.array([[2, 1]]), "nominal", 100, 0) == Estimate(
        0.0, reason="one item has no interval"
    )


def test_where_many_resamples_are_undefined_there_is_no_interval():
    # a third of the resamples are without the one item that differs; a fiftieth without four such items
    one, four = (np.array([[2, 0]] * (40 - n) + [[0, 2]] * n) for n in (1, 4))
    found = alpha_with_interval(one, "nominal", 1000, 0)
    undefined, said = found.reason.split(" ", 1)
    assert 300 < int(undefined) < 430
    assert (found.value, found.low, found.high) == (1.0, None, None)
    assert said == "of 1000 resamples of the items hold one label only"
    assert alpha_with_interval(four, "nominal", 1000, 0) == Estimate(1.0, 1.0, 1.0)


# what is undefined


def test_what_is_undefined_is_none_with_the_reason():
    alone = measure_agreement(votes_in("1 2 3", FIVE), {})
    assert alone.alpha["nominal"] == alone.ac1 == Estimate(None, reason="no item has two labels")
    assert (alone.n_items, alone.pairs) == (0, ())
    same = measure_agreement(votes_in("1 1 .\n1 1 1", FIVE), {})
    reason = "every label is the same, so no disagreement is expected by chance"
    assert same.alpha["nominal"] == same.alpha["ordinal"] == same.by_label["3"] == Estimate(None, reason=reason)
    assert same.ac1 == Estimate(1.0, 1.0, 1.0)
    assert (same.pairs[0].percent, same.pairs[0].kappa) == (100.0, None)
    assert gwet_ac1(np.array([[2]])).reason == "the label set has one label"
    nobody = measure_agreement(votes_of([], [], [], LABELS, 0), {})
    assert str(nobody) == (
        "nominal alpha undefined (no item has two labels), ordinal alpha undefined (no item has two labels), AC1 "
        "undefined (no item has two labels) on 0 items, 0 annotators: nobody has labelled yet"
    )


@given(tables_of_counts)
def test_no_number_is_ever_nan(counts):
    given_votes = [
        (item, f"a{place}-{time}", str(place + 1))
        for item, row in enumerate(counts.tolist())
        for place, times in enumerate(row)
        for time in range(times)
    ]
    votes = votes_of(*(zip(*given_votes, strict=True) if given_votes else ([], [], [])), FIVE, len(counts))
    found = measure_agreement(votes, {}, n_resamples=20)
    assert "NaN" not in json.dumps(found.to_dict())


# pairs


def test_pairs_are_those_that_share_items_and_kappa_is_the_librarys():
    generator = np.random.default_rng(0)
    table = generator.choice([".", "1", "2", "3"], size=(6, 40), p=[0.4, 0.2, 0.2, 0.2])
    table[5] = np.where(np.arange(40) < 3, table[5], ".")
    votes = votes_in("\n".join(" ".join(row) for row in table), FIVE[:3])
    expected = {}
    for a, b in combinations(range(6), 2):
        shared = (table[a] != ".") & (table[b] != ".")
        if shared.any():
            both = table[a][shared], table[b][shared]
            expected[f"a{a + 1}", f"a{b + 1}"] = (int(shared.sum()), float((both[0] == both[1]).mean() * 100), *both)
    found = {(pair.a, pair.b): pair for pair in measure_agreement(votes, {}, n_resamples=10).pairs}
    assert list(found) == list(expected)
    for names, (n, percent, first, second) in expected.items():
        assert (found[names].n, found[names].percent) == (n, pytest.approx(percent, abs=1e-6))
        if len({*first, *second}) > 1:
            assert found[names].kappa == pytest.approx(cohen_kappa_score(first, second), abs=1e-6)


def test_pairs_of_more_than_fifty_annotators_are_left_out_and_that_is_said():
    crowd = [f"a{n}" for n in range(51)]
    votes = votes_of([0] * 51, crowd, ["none"] * 50 + ["favor"], LABELS, 1)
    found = measure_agreement(votes, dict.fromkeys(crowd, "person"))
    assert found.pairs == ()
    assert found.note == "all of them people; pairs are left out, for there are more than 50 annotators"
    fewer = votes_of([0] * 50, crowd[:50], ["none"] * 49 + ["favor"], LABELS, 1)
    assert len(measure_agreement(fewer, {}).pairs) == 50 * 49 / 2


# what stands beside the numbers, and what is kept


def test_the_kind_of_annotators_stands_beside_the_numbers():
    said = [
        Annotation("t", item, name, "favor" if item < "5" else "none") for item in "12345678" for name in ("a1", "a2")
    ]
    models = agreement(said, LABELS, {"a1": "model", "a2": "model"})
    assert str(models) == (
        "nominal alpha 1.000 (1.000 to 1.000), ordinal alpha 1.000 (1.000 to 1.000), AC1 1.000 (1.000 to 1.000) on "
        "8 items, 2 annotators: all of them language models, so this is the agreement of one kind of annotator with "
        "itself; no person has labelled yet"
    )
    assert agreement(said, LABELS, {"a1": "person", "a2": "person"}).note == "all of them people"
    assert agreement(said, LABELS, {"a1": "person", "a2": "model"}).note == "of different kinds (model, person)"
    assert agreement(said, LABELS, {"a1": "person"}).note == "of different kinds (person, unknown)"
    assert agreement(said, LABELS).note == "nothing is known of whether they are people or models"


def test_a_label_set_without_order_has_no_ordinal_alpha():
    assert list(measure_agreement(votes_in(KRIPPENDORFF, FIVE), {}, ordered=False).alpha) == ["nominal"]


def test_what_is_kept_as_json_comes_back():
    found = measure_agreement(votes_in(KRIPPENDORFF, FIVE), {"a1": "person"})
    assert Agreement.from_dict(json.loads(json.dumps(found.to_dict()))) == found


def test_hardest_items_come_first_and_those_with_one_label_not_at_all():
    table = """
        1 1 1 1 . 1
        1 2 2 2 . 2
        1 1 3 . 4 2"""
    items, entropy = hardest_items(votes_in(table, FIVE))
    assert items.tolist() == [2, 3, 1, 5, 0]
    assert entropy.tolist() == pytest.approx([np.log2(3), 1.0, 0.918296, 0.918296, 0.0], abs=1e-6)
    assert not np.signbit(entropy).any()
