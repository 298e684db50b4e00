"""Votes: made from sequences, Arrow lists and annotations, sorted alike, and what is refused."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance.errors import InputError
from stance.study.annotations import Annotation
from stance.study.votes import votes_of, votes_of_annotations, votes_of_lists

LABELS = ("against", "none", "favor")


def as_rows(votes):
    return [
        (int(item), votes.annotators[annotator], votes.labels[label])
        for item, annotator, label in zip(votes.item, votes.annotator, votes.label, strict=True)
    ]


def refusal(make, *arguments):
    with pytest.raises(InputError) as caught:
        make(*arguments)
    return str(caught.value)


def test_votes_are_sorted_by_item_and_annotator_and_labels_keep_their_order():
    votes = votes_of([2, 0, 2], ["b", "b", "a"], ["favor", "against", "none"], LABELS, 4)
    assert as_rows(votes) == [(0, "b", "against"), (2, "a", "none"), (2, "b", "favor")]
    assert (votes.annotators, votes.labels, votes.n_items) == (("a", "b"), LABELS, 4)
    assert votes.counts().tolist() == [[1, 0, 0], [0, 0, 0], [0, 1, 1], [0, 0, 0]]


@given(st.permutations(range(6)))
def test_the_order_of_votes_is_without_effect(order):
    rows = [
        (0, "b", "favor"),
        (0, "a", "none"),
        (1, "c", "none"),
        (3, "a", "favor"),
        (3, "b", "none"),
        (3, "c", "none"),
    ]
    items, names, given_labels = zip(*(rows[place] for place in order), strict=True)
    assert as_rows(votes_of(items, names, given_labels, LABELS, 4)) == sorted(rows)


def test_a_label_that_is_missing_in_any_way_is_no_vote():
    frame = pd.DataFrame({"item": [0, 0, 1, 1], "name": list("abab"), "label": ["none", None, np.nan, ""]})
    votes = votes_of(frame["item"].to_numpy(), frame["name"], frame["label"], LABELS, 2)
    assert as_rows(votes) == [(0, "a", "none")]


def test_no_vote_at_all_is_no_error():
    votes = votes_of([], [], [], LABELS, 2)
    assert votes.counts().tolist() == [[0, 0, 0], [0, 0, 0]]
    assert (votes.annotators, votes_of_lists(pa.array([[], None]), pa.array([None, []]), LABELS).n_items) == ((), 2)


def test_arrow_lists_give_the_same_votes_in_one_piece_or_several():
    names = [["b", "a"], None, [], ["a", "c"]]
    labels = [["favor", "none"], None, [], [None, "against"]]
    whole = votes_of_lists(pa.array(names), pa.array(labels), LABELS)
    pieces = votes_of_lists(
        pa.chunked_array([names[:1], names[1:]], pa.list_(pa.string())),
        pa.chunked_array([labels[:3], labels[3:]], pa.list_(pa.string())),
        LABELS,
    )
    cut = votes_of_lists(pa.array([["z"], *names])[1:], pa.array([["none"], *labels])[1:], LABELS)
    assert (
        as_rows(whole) == as_rows(pieces) == as_rows(cut) == [(0, "a", "none"), (0, "b", "favor"), (3, "c", "against")]
    )
    assert whole.n_items == 4


def test_labels_in_arrow_as_codes_of_words_are_read():
    words = pa.array(["favor", "none"]).dictionary_encode()
    column = pa.ListArray.from_arrays(pa.array([0, 2], pa.int32()), words)
    assert as_rows(votes_of_lists(pa.array([["a", "b"]]), column, LABELS)) == [(0, "a", "favor"), (0, "b", "none")]


def test_annotations_become_items_by_comment_target_and_part():
    said = [
        Annotation("t", "2", "a1", "none"),
        Annotation("t", "10", "a2", "favor", "tram"),
        Annotation("t", "10", "a1", "favor", "ferry"),
        Annotation("t", "10", "a1", "none", "ferry", 3, 9),
    ]
    votes, items = votes_of_annotations(said, LABELS)
    assert items == (
        ("t", "10", "ferry", None, None),
        ("t", "10", "ferry", 3, 9),
        ("t", "10", "tram", None, None),
        ("t", "2", "", None, None),
    )
    assert as_rows(votes) == [(0, "a1", "favor"), (1, "a1", "none"), (2, "a2", "favor"), (3, "a1", "none")]


def test_an_annotation_without_a_target_is_about_the_only_one():
    said = [Annotation("t", "1", "a1", "none"), Annotation("t", "1", "a2", "none", "ferry")]
    assert votes_of_annotations(said, LABELS)[1] == (("t", "1", "ferry", None, None),)


def test_every_label_outside_the_set_is_named_with_the_near_miss():
    assert refusal(votes_of, [0, 0, 1], ["a", "b", "a"], ["favour", "pro", "favour"], LABELS, 2).splitlines() == [
        "label 'favour' is not in the label set ['against', 'none', 'favor']. Did you mean 'favor'?",
        "label 'pro' is not in the label set ['against', 'none', 'favor'].",
    ]


@pytest.mark.parametrize("labels", [(), ("none", "none"), ("none", "")])
def test_a_label_set_that_is_none_is_refused(labels):
    assert refusal(votes_of, [], [], [], labels, 0) == (
        f"expected a label set of different strings that are not empty, found {list(labels)}"
    )


def test_what_does_not_fit_together_is_refused():
    assert refusal(votes_of, [0], ["a", "b"], ["none"], LABELS, 1) == (
        "expected one item, annotator and label a vote, found 1 items, 2 annotators and 1 labels"
    )
    assert refusal(votes_of, [0, 2], ["a", "b"], ["none", "none"], LABELS, 2) == (
        "expected items from 0 to 1, found 0 to 2"
    )
    assert refusal(votes_of, [-1], ["a"], ["none"], LABELS, 2) == "expected items from 0 to 1, found -1 to -1"
    assert refusal(votes_of_lists, pa.array([["a"]]), pa.array([["none"], []]), LABELS) == (
        "expected as many rows of annotators as of labels, found 1 and 2"
    )
    names, labels = pa.array([["a"], ["a"], ["b"]]), pa.array([["none"], ["none", "favor"], []])
    assert refusal(votes_of_lists, names, labels, LABELS) == (
        "expected one label an annotator in each row, found 1 annotators and 2 labels in row 1 and 1 rows more like it"
    )


@pytest.mark.parametrize("name", ["", None])
def test_a_label_without_an_annotator_is_refused_and_nobody_without_a_label_is_not(name):
    assert refusal(votes_of, [0], [name], ["none"], LABELS, 1) == (
        "expected the annotator's name with each label, found labels without one"
    )
    assert as_rows(votes_of([0], [name], [None], LABELS, 1)) == []


def test_an_annotator_who_votes_twice_on_an_item_is_refused():
    given_labels = ["none", "favor", "none", "none"]
    assert refusal(votes_of, [1, 1, 0, 0], ["a", "a", "b", "b"], given_labels, LABELS, 2) == (
        "annotator 'b' has labelled item 0 twice, and 1 votes more are like it; keep one of each"
    )
