"""Tests of differences and against chance: by hand, against other libraries, and whatever the order and the cores."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import BaseEstimator, ClassifierMixin
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests

from stance.classifiers import logreg, majority
from stance.errors import InputError
from stance.evaluation._significance import (
    PermutationTest,
    draw_exchanges,
    exchangeable,
    holm,
    mcnemar_p,
    permutation_test,
    randomisation_p,
    shuffle_labels,
)
from stance.evaluation.predictions import cross_predict
from stance.evaluation.scores import score_predictions
from stance.evaluation.scores._pairs import pair_predictions
from stance.folds import Fold, leave_one_author_out, leave_one_out
from stance.folds.groups import author_groups
from tests.tables import LABELS

bits = st.lists(st.booleans(), min_size=1, max_size=40)


def predicted(groups, right):
    """Return predictions of favor for each letter of `groups`, right where `right` has a 1."""
    return pd.DataFrame(
        {
            "example_id": [f"t#{number:02}" for number in range(len(groups))],
            "repeat": 0,
            "fold": 0,
            "label": "favor",
            "predicted": ["favor" if digit == "1" else "none" for digit in right],
            "group": list(groups),
        }
    )


def p_of(groups, first, second, metric="accuracy", **options):
    return randomisation_p(
        *pair_predictions(predicted(groups, first), predicted(groups, second), LABELS, metric), **options
    )


# Holm and McNemar against statsmodels


@settings(max_examples=50)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_holm_is_that_of_statsmodels(p_values):
    assert holm(p_values) == pytest.approx(multipletests(p_values, method="holm")[1])


def test_holm_by_hand_leaves_what_is_no_number():
    assert holm([0.04, float("nan"), 0.01]) == pytest.approx([0.04, float("nan"), 0.02], nan_ok=True)
    assert holm([]).tolist() == []


@settings(max_examples=50)
@given(bits, bits)
def test_mcnemar_is_that_of_statsmodels(first, second):
    size = min(len(first), len(second))
    first, second = np.array(first[:size]), np.array(second[:size])
    table = [[(first & second).sum(), (first & ~second).sum()], [(~first & second).sum(), (~first & ~second).sum()]]
    expected = mcnemar(table, exact=True).pvalue if (first != second).any() else 1.0
    assert mcnemar_p(first, second) == pytest.approx(expected)


# approximate randomisation


def test_every_exchange_is_gone_through_where_there_are_few():
    # four groups of one, always the first right: of 16 exchanges two give a difference as large
    assert p_of("pqrs", "1111", "0000") == 2 / 16
    # three against one: as large are those in which three or all four agree: 2 * (1 + 4)
    assert p_of("pqrs", "1110", "0001") == 10 / 16


def test_groups_are_exchanged_as_wholes():
    # eight rows in two groups: of 4 exchanges two give a difference as large, whatever McNemar says of the rows
    assert p_of("ppppqqqq", "1" * 8, "0" * 8) == 2 / 4
    assert mcnemar_p(np.ones(8, bool), np.zeros(8, bool)) == 2 / 2**8


def test_groups_in_which_both_are_alike_do_not_matter():
    assert p_of("pqrs" + "t" * 30, "1111" + "0" * 30, "0000" + "0" * 30) == 2 / 16
    assert p_of("pqrs", "1010", "1010") == 1
    # nor do they make of few exchanges so many that some are drawn
    assert p_of("pqrs" + "abcdefghijklmno", "1111" + "0" * 15, "0000" + "0" * 15) == 2 / 16


def test_of_several_repeats_the_mean_counts():
    once = [predicted("pqrs", right) for right in ("1111", "0000")]
    # the second time both are wrong: of all 16 exchanges only none and all give a mean difference of 1/2 again
    tables = [pd.concat([table, predicted("pqrs", "0000").assign(repeat=1)]) for table in once]
    assert randomisation_p(*pair_predictions(*tables, LABELS, "accuracy")) == 2 / 16
    # the second time the other one is right: in the mean there is no difference
    turned = [pd.concat([table, other.assign(repeat=1)]) for table, other in zip(once, once[::-1], strict=True)]
    assert randomisation_p(*pair_predictions(*turned, LABELS, "accuracy")) == 1


def test_a_metric_that_is_undefined_has_no_p():
    assert np.isnan(p_of("pqrs", "1111", "0000", "recall/against"))


def test_drawn_exchanges_come_near_all_of_them():
    groups = [chr(ord("a") + number) for number in range(12)]
    exact = p_of(groups, "111111111000", "000000000111")
    assert exact == pytest.approx(2 * (1 + 12 + 66 + 220) / 2**12)
    drawn = p_of(groups, "111111111000", "000000000111", n_permutations=4000)
    assert drawn == pytest.approx(exact, abs=0.02)
    assert drawn * 4001 == pytest.approx(round(drawn * 4001))
    assert p_of(groups, "111111111000", "000000000111", n_permutations=4000, random_state=1) != drawn
    # as many as there are is not too many to go through
    assert p_of(groups, "111111111000", "000000000111", n_permutations=2**12) == exact


def test_as_many_exchanges_are_drawn_as_asked_for_a_block_at_a_time():
    blocks = list(draw_exchanges(400, 6000, False, 0))
    assert [block.shape for block in blocks] == [(2500, 400), (2500, 400), (1000, 400)]
    assert {*np.unique(np.concatenate(blocks))} == {0, 1}
    assert not (blocks[0] == blocks[1]).all()


def test_no_drawn_p_is_nothing():
    groups = [f"g{number}" for number in range(40)]
    assert p_of(groups, "1" * 40, "0" * 40, n_permutations=99) == 1 / 100


@settings(max_examples=20)
@given(
    st.lists(st.tuples(st.sampled_from("pqrst"), st.booleans(), st.booleans()), min_size=2, max_size=20), st.randoms()
)
def test_neither_order_of_rows_nor_names_of_groups_nor_which_is_first_changes_p(rows, random):
    groups, first, second = zip(*rows, strict=True)
    tables = [predicted(groups, ["01"[bit] for bit in right]) for right in (first, second)]
    p = randomisation_p(*pair_predictions(*tables, LABELS, "macro_f1"))
    names = dict(zip("pqrst", random.sample("pqrst", 5), strict=True))
    moved = [table.assign(group=table["group"].map(names)).sample(frac=1, random_state=7) for table in tables]
    assert randomisation_p(*pair_predictions(*moved, LABELS, "macro_f1")) == p
    assert randomisation_p(*pair_predictions(*tables[::-1], LABELS, "macro_f1")) == p


def test_under_the_null_p_is_uniform():
    generator = np.random.default_rng(0)
    groups = np.repeat(np.arange(20), 3)
    p_values = []
    for seed in range(150):
        first, second = (["01"[bit] for bit in generator.integers(0, 2, 60)] for _ in range(2))
        p_values.append(p_of(groups, first, second, n_permutations=199, random_state=seed))
    assert np.mean(np.array(p_values) < 0.05) < 0.10
    assert np.mean(p_values) == pytest.approx(0.5, abs=0.1)


# against chance


class TellsWords(ClassifierMixin, BaseEstimator):
    """Predict the label that its training rows mostly have of a row's first word."""

    def fit(self, X, y):
        self.classes_ = np.unique(y)
        words = X["text"].str.split().str[0]
        self.known_ = {word: pd.Series(y[(words == word).to_numpy()]).mode()[0] for word in set(words)}
        self.most_ = pd.Series(y).mode()[0]
        return self

    def predict(self, X):
        return np.array([self.known_.get(word, self.most_) for word in X["text"].str.split().str[0]])


def many_examples(telling, n_examples=24):
    labels = [("against", "favor")[number % 2] for number in range(n_examples)]
    return pd.DataFrame(
        {
            "example_id": [f"t#{number:02}" for number in range(n_examples)],
            "author": [f"reader-{number // 2}" for number in range(n_examples)],
            "label": labels,
            "text": [f"{label} word" if telling else "the same word" for label in labels],
        }
    )


def outcome(examples, **options):
    groups = author_groups(examples).set_axis(examples["example_id"])
    settings = {"metric": "accuracy", "n_permutations": 60} | options
    return permutation_test(TellsWords(), examples, leave_one_author_out(examples), LABELS, groups, **settings)


def test_a_classifier_that_reads_is_told_from_chance_and_one_that_cannot_is_not():
    reads, cannot = outcome(many_examples(True)), outcome(many_examples(False))
    assert (reads.value, reads.p) == (1.0, 1 / 61)
    assert reads.shuffled.max() < 1
    assert cannot.p > 0.05
    assert str(reads).endswith("shufflings of the labels (p = 0.016): more than chance")
    assert str(cannot).endswith("no more than chance, as far as this data can tell")


def test_cores_and_order_of_rows_change_nothing_and_another_seed_does():
    examples = many_examples(True)
    alone = outcome(examples)
    assert outcome(examples, n_jobs=2).shuffled.tolist() == alone.shuffled.tolist()
    moved = examples.sample(frac=1, random_state=3, ignore_index=True)
    assert outcome(moved).shuffled.tolist() == alone.shuffled.tolist()
    assert outcome(examples, random_state=1).shuffled.tolist() != alone.shuffled.tolist()


def test_groups_are_found_by_the_id_of_the_example():
    examples = many_examples(True)
    groups = author_groups(examples).set_axis(examples["example_id"])
    moved = groups.sample(frac=1, random_state=0)
    folds = leave_one_author_out(examples)
    found = permutation_test(TellsWords(), examples, folds, LABELS, moved, "accuracy", 10)
    assert found.shuffled.tolist() == outcome(examples, n_permutations=10).shuffled.tolist()


def test_what_is_found_against_chance_is_said_in_a_sentence():
    shuffled = np.array([0.2, 0.25, 0.45])
    assert str(PermutationTest("macro_f1", 0.5, shuffled, 0.049)) == (
        "macro_f1 0.50, against 0.30 on average over 3 shufflings of the labels (p = 0.049): more than chance"
    )
    assert str(PermutationTest("macro_f1", 0.5, shuffled, 0.05)).endswith(
        "(p = 0.05): no more than chance, as far as this data can tell"
    )


def test_progress_is_reported_once_a_permutation():
    done = []
    # so many that several make one part
    outcome(many_examples(True, 8), n_permutations=24, on_done=lambda: done.append(1))
    assert len(done) == 24


def test_each_shuffling_is_both_learnt_and_tested():
    # of two and two the one that is left out always has the rarer label of the four, however they are shuffled
    examples = many_examples(True, 4)
    groups = pd.Series("p", index=examples["example_id"])
    found = permutation_test(majority(), examples, leave_one_out(examples), LABELS, groups, "accuracy", 10)
    assert (found.value, found.shuffled.tolist()) == (0, [0] * 10)


def test_a_score_against_chance_is_the_one_that_is_reported():
    examples = many_examples(True).assign(label=[*(["favor", "none"] * 6), *(["favor"] * 12)])
    groups = author_groups(examples).set_axis(examples["example_id"])
    rows = np.arange(24)
    sides = [rows < 12, rows >= 12, rows % 2 == 0, rows % 2 == 1]
    folds = [Fold(place // 2, place % 2, rows[~side], rows[side]) for place, side in enumerate(sides)]
    scores = score_predictions(cross_predict(TellsWords(), examples, folds, LABELS), groups, LABELS, 10)
    of_repeats = {
        score_predictions(cross_predict(TellsWords(), examples, part, LABELS), groups, LABELS, 10)[0].value
        for part in (folds[:2], folds[2:])
    }
    assert len(of_repeats) == 2, "what is meant is the mean of two scores that differ"
    for metric in ("macro_f1", "recall/favor", "precision/favor"):
        found = permutation_test(TellsWords(), examples, folds, LABELS, groups, metric, 1)
        assert found.value == pytest.approx(next(score.value for score in scores if score.metric == metric))


def test_the_classifiers_of_the_project_can_be_tested(examples):
    groups = author_groups(examples).set_axis(examples["example_id"])
    found = permutation_test(logreg(), examples, leave_one_out(examples), LABELS, groups, n_permutations=5)
    assert isinstance(found, PermutationTest)
    assert len(found.shuffled) == 5
    constant = permutation_test(majority(), examples, leave_one_out(examples), LABELS, groups, n_permutations=5)
    assert constant.p == 1


@settings(max_examples=30)
@given(st.lists(st.sampled_from("pqrst"), min_size=2, max_size=20), st.integers(0, 2**16))
def test_labels_stay_together_as_their_groups_had_them(groups, seed):
    groups = np.array(groups)
    given_labels = np.array([f"{group}{number}" for number, group in enumerate(groups)])
    blocks = exchangeable(groups, np.array([f"t#{number:02}" for number in range(len(groups))]))
    assert sorted(np.concatenate([rows.ravel() for rows in blocks])) == list(range(len(groups)))
    shuffled = shuffle_labels(given_labels, blocks, np.random.default_rng(seed))
    assert sorted(shuffled) == sorted(given_labels)
    for group in set(groups):
        came_from = {label[0] for label in shuffled[groups == group]}
        assert len(came_from) == 1
        assert (groups == came_from.pop()).sum() == (groups == group).sum()


def test_labels_are_shuffled_within_groups_and_single_ones_among_each_other():
    groups = np.array(list("ppp") + list("qr"))
    blocks = exchangeable(groups, np.array([f"t#{number}" for number in range(5)]))
    assert [rows.tolist() for rows in blocks] == [[[3], [4]], [[0, 1, 2]]]
    found = {tuple(shuffle_labels(np.array(list("abcxy")), blocks, np.random.default_rng(seed))) for seed in range(200)}
    assert len(found) == 6 * 2


def test_what_no_shuffling_changes_is_refused():
    examples = many_examples(True, 6).assign(
        author=["reader-1"] * 4 + ["reader-2"] * 2, label=["favor"] * 4 + ["none"] * 2
    )
    with pytest.raises(InputError) as caught:
        outcome(examples)
    assert str(caught.value).startswith(
        "permutation test: no shuffling would change a label, since every group has one"
    )


def test_an_unknown_metric_is_refused_with_the_near_miss():
    with pytest.raises(InputError, match=r"found 'acuracy'\. Did you mean 'accuracy'\?"):
        outcome(many_examples(True), metric="acuracy")
