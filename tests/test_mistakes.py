"""Error analysis on predictions made by hand: order, kinds, doubted labels, and what a classifier looks at."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance.classifiers import author_prior
from stance.errors import InputError
from stance.folds import Fold
from stance.mistakes import column_importance, example_kinds, hardest_examples, suspected_labels

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


def test_without_probabilities_and_annotators_the_order_is_by_share_and_id():
    bare = FOUR.drop(columns=[f"score_{label}" for label in LABELS])
    found = hardest_examples(GIVEN.drop(columns="label_share"), bare, LABELS, n_hardest=2)
    assert found["example_id"].tolist() == ["t#1", "t#4"]
    assert found[["surety", "disagreement"]].isna().all(axis=None)


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


def test_a_label_that_all_alike_speak_against_is_doubted():
    rows = [(f"t#{n:02}", 0, "against", "against", (0.9, 0.05, 0.05)) for n in range(10)]
    rows += [(f"t#{n:02}", 0, "favor", "favor", (0.05, 0.05, 0.9)) for n in range(10, 20)]
    rows += [("t#99", 0, "favor", "against", (0.95, 0.03, 0.02))]
    examples = pd.DataFrame({"example_id": [row[0] for row in rows], "label": [row[2] for row in rows]})
    found = suspected_labels(examples, predicted(rows), LABELS)
    assert found[["example_id", "label", "suggested"]].to_numpy().tolist() == [["t#99", "favor", "against"]]
    # none occurs in no label, so its share is left out and the rest adds up to one
    assert found["probability"].tolist() == pytest.approx([0.02 / 0.97])


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


def test_importance_needs_a_fold_to_learn_from():
    examples = pd.DataFrame({"example_id": ["t#1", "t#2"], "author": ["p", "q"], "label": ["favor", "favor"]})
    with pytest.raises(InputError) as refused:
        column_importance(author_prior(), examples, [Fold(0, 0, np.array([0]), np.array([1]))], ["author"])
    assert str(refused.value) == "column_importance: expected a fold with two labels or more in training, found none"
