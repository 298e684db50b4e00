"""Error analysis on predictions made by hand: order, kinds, doubted labels, and what a classifier looks at."""

from typing import ClassVar

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.metrics import f1_score

from stance.classifiers import author_prior
from stance.errors import InputError
from stance.evaluation.mistakes import column_importance, example_kinds, hardest_examples, suspected_labels
from stance.folds import Fold

LABELS = ("against", "none", "favor")


def predicted(rows):
    """Make predictions from (example, repeat, label, predicted, probabilities of against, none, favor)."""
    columns = ["example_id", "repeat", "label", "predicted", *(f"score_{label}" for label in LABELS)]
    return pd.DataFrame([(*row[:4], *row[4]) for row in rows], columns=columns).assign(fold=0)


FOUR = predicted(
    [
        ("t#1", 0, "against", "favor", (0.2, 0.1, 0.7)),
        ("t#1", 1, "against", "favor", (0.3, 0.1, 0.6)),
        ("t#2", 0, "none", "against", (0.5, 0.4, 0.1)),
        ("t#2", 1, "none", "none", (0.3, 0.5, 0.2)),
        ("t#3", 0, "favor", "favor", (0.0, 0.1, 0.9)),
        ("t#3", 1, "favor", "favor", (0.0, 0.1, 0.9)),
        ("t#4", 0, "favor", "none", (0.1, 0.8, 0.1)),
        ("t#4", 1, "favor", "none", (0.1, 0.8, 0.1)),
    ]
)
GIVEN = pd.DataFrame(
    {
        "example_id": ["t#1", "t#2", "t#3", "t#4"],
        "label": ["against", "none", "favor", "favor"],
        "label_share": [[0.5, 0.0, 0.5], [0.0, 1.0, 0.0], [], [0.0, 0.25, 0.75]],
    }
)


def test_the_most_wrongly_predicted_come_first_with_the_disagreement_beside():
    found = hardest_examples(GIVEN, FOUR, LABELS)
    # t#4 is always wrong by 0.7, t#1 always by 0.4, t#2 once in two repeats; t#3 is never wrong
    assert found["example_id"].tolist() == ["t#4", "t#1", "t#2"]
    assert found["wrong"].tolist() == [1.0, 1.0, 0.5]
    assert found["surety"].tolist() == pytest.approx([0.7, 0.4, (0.1 + 0.0) / 2])
    assert found["predicted"].tolist() == ["none", "favor", "against"]
    assert found["disagreement"].tolist() == [0.25, 0.5, 0.0]
    assert found.index.tolist() == [0, 1, 2]


def test_how_often_counts_before_how_surely_and_what_was_predicted_most_often_is_named():
    seldom = [("t#1", 0, "favor", "none", (0.0, 1.0, 0.0))]
    seldom += [("t#1", repeat, "favor", "favor", (0.2, 0.3, 0.5)) for repeat in (1, 2)]
    always = [
        ("t#2", repeat, "favor", said, (0.4, 0.4, 0.2)) for repeat, said in enumerate(("none", "none", "against"))
    ]
    found = hardest_examples(GIVEN.drop(columns="label_share"), predicted(seldom + always), LABELS)
    # t#1 is wrong once in three, by 1.0; t#2 is always wrong, by 0.2
    assert found["example_id"].tolist() == ["t#2", "t#1"]
    assert found["wrong"].tolist() == pytest.approx([1, 1 / 3])
    assert found["surety"].tolist() == pytest.approx([0.2, 1 / 3])
    assert found["predicted"].tolist() == ["none", "favor"]


def test_ten_are_named_if_nothing_else_is_asked_for():
    rows = [(f"t#{n:02}", 0, "favor", "none", (0.0, 1.0, 0.0)) for n in range(12)]
    examples = pd.DataFrame({"example_id": [row[0] for row in rows], "label": "favor"})
    assert hardest_examples(examples, predicted(rows), LABELS)["example_id"].tolist() == [row[0] for row in rows[:10]]


def test_without_probabilities_and_annotators_the_order_is_by_share_and_id():
    bare = FOUR.drop(columns=[f"score_{label}" for label in LABELS])
    found = hardest_examples(GIVEN.drop(columns="label_share"), bare, LABELS, n_hardest=2)
    assert found["example_id"].tolist() == ["t#1", "t#4"]
    assert found[["surety", "disagreement"]].isna().all(axis=None)


@settings(max_examples=25)
@given(st.permutations(range(8)))
def test_the_order_of_rows_does_not_matter(order):
    shuffled = FOUR.iloc[list(order)].reset_index(drop=True)
    pd.testing.assert_frame_equal(
        hardest_examples(GIVEN[::-1], shuffled, LABELS), hardest_examples(GIVEN, FOUR, LABELS)
    )
    pd.testing.assert_frame_equal(suspected_labels(GIVEN, shuffled, LABELS), suspected_labels(GIVEN, FOUR, LABELS))


def test_examples_are_short_middle_or_long_at_some_depth_by_frequent_authors_or_not():
    examples = pd.DataFrame(
        {
            "example_id": [f"t#{n}" for n in range(6)],
            "text": ["a", "a b", "a b", "a b c d", "a b c d e f", "a b c d e f g"],
            "depth": [0, 1, None, 2, 3, 9],
            "author": ["p", "p", None, "q", "p", "r"],
        }
    )
    kinds = example_kinds(examples)
    assert kinds["length"].tolist() == [
        "short (to 2 words)",
        "short (to 2 words)",
        "short (to 2 words)",
        "middle (to 4 words)",
        "long (over 4 words)",
        "long (over 4 words)",
    ]
    assert kinds["depth"].tolist() == ["0", "1", "unknown", "2", "3 or more", "3 or more"]
    assert kinds["author_comments"].tolist() == ["2 to 4", "2 to 4", "no author", "1", "2 to 4", "1"]
    assert set(example_kinds(examples.drop(columns="depth"))["depth"]) == {"unknown"}
    # kinds that do not occur are no row of a table, and those that do stand in their order
    assert kinds["depth"].cat.categories.tolist() == ["0", "1", "2", "3 or more", "unknown"]
    assert kinds["author_comments"].cat.categories.tolist() == ["1", "2 to 4", "no author"]
    assert all(kinds[column].cat.ordered for column in kinds)


def test_words_are_what_white_space_parts():
    texts = ["so-so!", "it's", "no, :-)", "a\nb", "1.5 %  off"]
    kinds = example_kinds(pd.DataFrame({"example_id": list("abcde"), "text": texts, "author": "p"}))["length"]
    short, middle, long = "short (to 1 words)", "middle (to 2 words)", "long (over 2 words)"
    assert kinds.tolist() == [short, short, middle, middle, long]


@given(st.lists(st.integers(1, 9), min_size=1, max_size=20))
def test_equal_lengths_share_a_third_and_longer_ones_are_in_no_earlier(counts):
    texts = [" ".join("a" * count) for count in counts]
    kinds = example_kinds(pd.DataFrame({"example_id": range(len(texts)), "text": texts, "author": None}))["length"]
    thirds = sorted(zip(counts, kinds.cat.codes, strict=True))
    assert [third for _, third in thirds] == sorted(kinds.cat.codes)
    assert len(set(thirds)) == len(set(counts))
    words = [name.split()[0] for name in kinds]
    assert 3 * words.count("short") >= len(words) >= 3 * words.count("long")


def test_a_label_that_all_alike_speak_against_is_doubted():
    rows = [(f"t#{n:02}", 0, "against", "against", (0.9, 0.05, 0.05)) for n in range(10)]
    rows += [(f"t#{n:02}", 0, "favor", "favor", (0.05, 0.05, 0.9)) for n in range(10, 20)]
    rows += [("t#99", 0, "favor", "against", (0.95, 0.03, 0.02))]
    examples = pd.DataFrame({"example_id": [row[0] for row in rows], "label": [row[2] for row in rows]})
    found = suspected_labels(examples, predicted(rows), LABELS)
    assert found[["example_id", "label", "suggested"]].to_numpy().tolist() == [["t#99", "favor", "against"]]
    # none occurs in no label, so its share is left out and the rest adds up to one
    assert found["probability"].tolist() == pytest.approx([0.02 / 0.97])


def test_the_least_probable_label_is_doubted_first_whatever_the_repeats_and_the_ids():
    agreed = [
        (f"t#{n:02}", repeat, label, label, tuple(0.36 if label == one else 0.32 for one in LABELS))
        for n, label in enumerate(LABELS * 4)
        for repeat in (0, 1)
    ]
    # by the distance to the most probable label t#98, by its own probability t#99 would be first
    doubtful = [("t#98", repeat, "favor", "against", (0.75, 0.0, 0.25)) for repeat in (0, 1)]
    doubtful += [("t#99", 0, "favor", "against", (0.5, 0.4, 0.1)), ("t#99", 1, "favor", "none", (0.32, 0.38, 0.3))]
    examples = pd.DataFrame(agreed + doubtful).drop_duplicates(0)[[0, 2]].set_axis(["example_id", "label"], axis=1)
    found = suspected_labels(examples, predicted(agreed + doubtful), LABELS)
    assert found["example_id"].tolist() == ["t#99", "t#98"]
    assert found["suggested"].tolist() == ["against", "against"]
    assert found["probability"].tolist() == pytest.approx([0.2, 0.25])


def test_a_label_that_no_example_has_is_neither_suggested_nor_in_the_way():
    rows = [(f"t#{n:02}", 0, "none", "none", (0.0, 0.9, 0.1)) for n in range(10)]
    rows += [(f"t#{n:02}", 0, "favor", "favor", (0.0, 0.1, 0.9)) for n in range(10, 20)]
    rows += [("t#98", 0, "favor", "none", (0.1, 0.85, 0.05)), ("t#99", 0, "favor", "against", (1.0, 0.0, 0.0))]
    examples = pd.DataFrame({"example_id": [row[0] for row in rows], "label": [row[2] for row in rows]})
    found = suspected_labels(examples, predicted(rows), LABELS)
    # what has no probability but for against, which is no label here, tells nothing
    assert found[["example_id", "label", "suggested"]].to_numpy().tolist() == [["t#98", "favor", "none"]]


def test_no_label_is_doubted_without_probabilities_or_with_one_label():
    columns = ["example_id", "label", "suggested", "probability", "disagreement"]
    bare = FOUR.drop(columns=[f"score_{label}" for label in LABELS])
    for found in (suspected_labels(GIVEN, bare, LABELS), suspected_labels(GIVEN, FOUR.iloc[:2], LABELS)):
        assert (list(found), len(found)) == (columns, 0)


def test_a_classifier_that_knows_authors_loses_by_shuffled_authors_only():
    examples = pd.DataFrame(
        {
            "example_id": [f"t#{n}" for n in range(40)],
            "author": ["p", "q"] * 20,
            "text": "the same words",
            "label": ["against", "favor"] * 20,
        }
    )
    rows = np.arange(40)
    folds = [Fold(0, 0, rows[20:], rows[:20]), Fold(0, 1, rows[:20], rows[20:])]
    found = column_importance(author_prior(), examples, folds, ["text", "author"])
    assert found["column"].tolist() == ["author", "text"]
    assert found["loss"][0] > 0.2
    assert found["loss"][1] == 0


class Repeats(ClassifierMixin, BaseEstimator):
    """Say again what stands in the column `said`, and count how often it is asked."""

    asked: ClassVar[list[int]] = []

    def fit(self, X, y):
        self.classes_ = np.unique(y)
        return self

    def predict(self, X):
        self.asked.append(len(X))
        return X["said"].to_numpy()


def saying(n_examples=30):
    labels = [LABELS[min(n % 4, 2)] for n in range(n_examples)]
    ids = [f"t#{n * 7 % n_examples:02}" for n in range(n_examples)]
    return pd.DataFrame({"example_id": ids, "said": labels, "text": "the same words", "label": labels})


def halves(examples, repeats=(0,)):
    rows = np.arange(len(examples))
    return [Fold(repeat, place, rows[place::2], rows[1 - place :: 2]) for repeat in repeats for place in (0, 1)]


def test_the_loss_is_the_mean_over_five_shuffles_of_the_rows_by_id():
    examples, Repeats.asked = saying(), []
    found = column_importance(Repeats(), examples, halves(examples), ["said"], random_state=3)
    assert Repeats.asked == [15, 15, 5 * 15, 5 * 15], "a fold predicts all shuffles of a column at once"
    generator, by_id = np.random.default_rng(3), np.argsort(examples["example_id"])
    scores = []
    for _ in range(5):
        moved = examples["said"].to_numpy(copy=True)
        moved[by_id] = moved[generator.permutation(by_id)]
        scores.append(f1_score(examples["label"], moved, average="macro"))
    assert found["loss"].tolist() == pytest.approx([1 - np.mean(scores)])


def test_importance_is_that_of_the_first_repeat_and_of_its_seed_in_every_order_of_rows():
    examples = saying()
    found = column_importance(Repeats(), examples, halves(examples), ["said"])
    assert column_importance(Repeats(), examples, halves(examples, (0, 1)), ["said"]).equals(found)
    assert not column_importance(Repeats(), examples, halves(examples), ["said"], random_state=1).equals(found)
    place = np.random.default_rng(0).permutation(len(examples))
    back = np.argsort(place)
    moved = [Fold(f.repeat, f.fold, np.sort(back[f.train]), np.sort(back[f.test])) for f in halves(examples)]
    again = column_importance(Repeats(), examples.iloc[place].reset_index(drop=True), moved, ["said"])
    assert again["loss"].tolist() == pytest.approx(found["loss"].tolist())


def test_importance_needs_a_fold_to_learn_from():
    examples = pd.DataFrame({"example_id": ["t#1", "t#2"], "author": ["p", "q"], "label": ["favor", "favor"]})
    with pytest.raises(InputError) as refused:
        column_importance(author_prior(), examples, [Fold(0, 0, np.array([0]), np.array([1]))], ["author"])
    assert str(refused.value) == "column_importance: expected a fold with two labels or more in training, found none"
