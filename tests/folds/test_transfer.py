"""Training on other data sets: what is taken over, under which labels, and what stays apart."""

from types import SimpleNamespace

import pandas as pd
import pytest

from stance.classifiers import complement_nb
from stance.errors import InputError
from stance.evaluation.predictions import cross_predict, make_weights
from stance.folds import transfer
from stance.folds.transfer import with_sources
from stance.thread.privacy import make_pseudonyms
from tests.folds.linked import by_hand, by_ids, shuffled
from tests.tables import LABELS

KEYED = make_pseudonyms(["reader-1"], "keyed", b"a key for tests only")["reader-1"]


def dataset(labels, rows, **columns):
    """Return what `with_sources` reads of a dataset: its labels and its examples."""
    table = pd.DataFrame(rows, columns=["example_id", "author", "label", "text"]).assign(target="the ferry", **columns)
    return SimpleNamespace(labels=labels, to_frame=lambda: table)


@pytest.fixture
def own():
    return dataset(
        LABELS,
        [
            ("t#1", "author-01", "against", "late and dear and slow again"),
            ("t#2", "author-02", "favor", "a joy"),
            ("t#3", KEYED, "none", "is there a timetable"),
            ("t#4", None, "against", "late"),
        ],
        label_share=[[1.0, 0.0, 0.0], [0.0, 0.5, 0.5], [0.2, 0.8, 0.0], [1.0, 0.0, 0.0]],
    )


@pytest.fixture
def trains():
    return dataset(
        ("PRO", "CON", "other", "unclear"),
        [
            ("t#1", "author-01", "PRO", "what a train"),
            ("t#2", "author-01", "CON", "Late  and DEAR and slow again"),
            ("t#3", KEYED, "other", "which train"),
            ("t#4", None, "unclear", "hm"),
            ("t#5", None, "CON", "the train is late"),
        ],
        label_share=[[0.5, 0.25, 0.25, 0.0], [0, 1, 0, 0], None, [0, 0, 0, 1], [0.25, 0.5, 0.0, 0.25]],
        votes=3,
    )


MAPS = {"trains": {"PRO": "favor", "CON": "against", "other": "none", "unclear": None}}


def test_other_examples_come_under_our_labels_and_columns_with_ids_of_their_own(own, trains):
    combined = with_sources(own, {"trains": trains}, MAPS)
    table = combined.examples
    assert combined.dropped == {"trains": {"unclear": 1}}
    assert table["example_id"].tolist() == ["t#1", "t#2", "t#3", "t#4", *(f"trains/t#{n}" for n in (1, 2, 3, 5))]
    assert table["source"].fillna("").tolist() == [""] * 4 + ["trains"] * 4
    assert table["label"].tolist() == ["against", "favor", "none", "against", "favor", "against", "none", "against"]
    assert list(table.columns) == [*own.to_frame().columns, "source", "duplicate_group"]


def test_sequential_pseudonyms_are_other_people_and_keyed_ones_the_same(own, trains):
    authors = with_sources(own, {"trains": trains}, MAPS).examples["author"].fillna("")
    expected = ["author-01", "author-02", KEYED, "", "trains/author-01", "trains/author-01", KEYED, ""]
    assert authors.tolist() == expected


def test_shares_follow_their_labels(own, trains):
    shares = with_sources(own, {"trains": trains}, MAPS).examples["label_share"].tolist()
    assert shares[0] == [1.0, 0.0, 0.0]
    assert shares[4].tolist() == [0.25, 0.25, 0.5]
    assert shares[6] is None
    assert shares[7].tolist() == [0.5, 0.0, 0.25]


def test_texts_that_occur_in_both_are_duplicates(own, trains):
    copied = own.to_frame().assign(duplicate_group=[None, "t#2", None, "t#2"])
    own.to_frame = lambda: copied
    groups = with_sources(own, {"trains": trains}, MAPS).examples["duplicate_group"].tolist()
    assert groups == ["t#1", "t#2", None, "t#2", None, "t#1", None, None]


def test_only_our_examples_are_tested_by_others_who_share_neither_text_nor_author(own, trains):
    examples = with_sources(own, {"trains": trains}, MAPS).examples
    # trains/t#2 has the text of t#1 and its author's other comment goes with it; trains/t#3 the author of t#3
    assert by_hand(transfer(examples)) == [(0, 0, [7], [0, 1, 2, 3])]
    table = cross_predict(complement_nb(), examples, transfer(examples), LABELS)
    assert table["example_id"].tolist() == ["t#1", "t#2", "t#3", "t#4"]


def test_our_own_training_folds_are_added(own, trains):
    examples = with_sources(own, {"trains": trains}, MAPS).examples
    found = {tuple(test): train for _, _, train, test in by_hand(transfer(examples, add_own=True))}
    # each author of ours is tested in turn, and of the others is left out who shares a text or an author with it
    assert found == {
        (0,): [1, 2, 3, 6, 7],
        (1,): [0, 2, 3, 4, 5, 6, 7],
        (2,): [0, 1, 3, 4, 5, 7],
        (3,): [0, 1, 2, 4, 5, 6, 7],
    }


def test_the_order_of_rows_changes_no_transfer(own, trains):
    examples = with_sources(own, {"trains": trains}, MAPS).examples
    other = shuffled(examples, 3)
    for settings in ({}, {"add_own": True}):
        assert by_ids(other, transfer(other, **settings)) == by_ids(examples, transfer(examples, **settings))


def test_our_own_may_weigh_more(own, trains):
    examples = with_sources(own, {"trains": trains}, MAPS).examples
    assert make_weights(examples, LABELS, own=5).tolist() == [5, 5, 5, 5, 1, 1, 1, 1]


def test_labels_that_fit_nothing_are_all_named(own, trains):
    other = dataset(("favour", "none"), [("u#1", None, "none", "so")])
    maps = {"trains": {"PRO": "favor", "CON": "agianst", "othr": "none"}, "planes": {}}
    with pytest.raises(InputError) as caught:
        with_sources(own, {"trains": trains, "other": other}, maps)
    assert str(caught.value) == (
        "expected labels of ['against', 'none', 'favor'], or label_maps.<source>.<label> to name one or null, which "
        "drops the label's examples, found planes: not a source.; "
        "trains: 'CON' mapped to 'agianst'. Did you mean 'against'?; trains: 'other'.; trains: 'unclear'.; "
        "trains: 'othr', which is no label of it. Did you mean 'other'?; other: 'favour'. Did you mean 'favor'?"
    )


def test_without_sources_there_is_nothing_to_transfer(own):
    with pytest.raises(InputError, match="transfer: expected examples of other data sets to train on, found none"):
        transfer(own.to_frame())
    with pytest.raises(InputError, match="transfer: expected examples of other data sets to train on, found none"):
        transfer(with_sources(own, {}).examples)


def test_sources_that_are_all_in_the_test_set_are_refused(own):
    with pytest.raises(InputError) as caught:
        transfer(with_sources(own, {"copy": own}).examples.query("source.isna() or text == 'late'"))
    assert str(caught.value) == (
        "transfer: expected rows of a source to train on, found only duplicates of those tested"
    )
