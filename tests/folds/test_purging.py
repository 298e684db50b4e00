"""Purged folds by hand: who is left out of training, and that what is tested stays."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance.errors import InputError
from stance.folds import Fold, by_thread
from stance.folds.purging import purge

EXAMPLES = pd.DataFrame(
    {
        "example_id": [f"t#{n}" for n in range(6)],
        "author": ["p", "q", None, "p", "r", ""],
        "thread_id": ["t", "t", "t", "u", "u", "u"],
    }
)
FOLDS = [Fold(0, 0, np.array([0, 1, 2]), np.array([3, 4, 5])), Fold(0, 1, np.array([3, 4, 5]), np.array([0, 1, 2]))]


def test_training_rows_of_an_author_who_is_tested_are_left_out():
    folds, said = purge(EXAMPLES, FOLDS, ["author"])
    assert [fold.train.tolist() for fold in folds] == [[1, 2], [4, 5]]
    assert [fold.test.tolist() for fold in folds] == [[3, 4, 5], [0, 1, 2]]
    assert said == "Purged: 2 of 6 training rows shared their author with a test row of the fold and were left out"


def test_without_columns_folds_stay_as_they_are():
    assert purge(EXAMPLES, FOLDS) == (FOLDS, "")


def test_what_cannot_be_purged_is_said():
    with pytest.raises(InputError) as caught:
        purge(EXAMPLES, FOLDS, ["auhtor"])
    assert str(caught.value) == (
        "purge: expected columns of the examples, such as author or thread_id, found ['auhtor']. Did you mean 'author'?"
    )
    with pytest.raises(InputError, match="purge: expected examples that name their author, found none; take it out"):
        purge(EXAMPLES.assign(author=None), FOLDS, ["author"])
    with pytest.raises(InputError) as caught:
        purge(EXAMPLES.assign(author="p"), FOLDS, ["author"])
    assert str(caught.value) == (
        "purge: expected rows to train on in fold 0 of repeat 0, found that all 3 share their author with a test row; "
        "use more folds, or purge less"
    )


@given(st.lists(st.sampled_from("pqrstuvw"), min_size=24, max_size=24), st.integers(0, 5))
def test_no_author_is_ever_on_both_sides(authors, seed):
    examples = pd.DataFrame(
        {
            "example_id": [f"t#{n:02}" for n in range(24)],
            "author": authors,
            "thread_id": [f"t{n // 3}" for n in range(24)],
            "label": ["favor", "none"] * 12,
        }
    )
    folds = by_thread(examples, 4, random_state=seed)
    try:
        purged, _ = purge(examples, folds, ["author"])
    except InputError:
        return
    named = examples["author"].to_numpy()
    for before, after in zip(folds, purged, strict=True):
        assert not set(named[after.train]) & set(named[after.test])
        gone = sorted(set(before.train) - set(after.train))
        assert set(named[gone]) <= set(named[before.test])
        assert (before.test == after.test).all()
