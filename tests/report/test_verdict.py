"""The limits of a run: what its counts do not say."""

from dataclasses import dataclass

import pandas as pd

from stance.evaluation.scores import Score
from stance.report._verdict import FEW_NOTE, few_note, run_limits


@dataclass
class Run:
    """As much of an evaluation as its limits are read off."""

    predictions: pd.DataFrame
    primary: Score
    tested: object


@dataclass
class Folds:
    """As much of what was tested as limits are read off."""

    summary: pd.DataFrame


def limits(**columns):
    predictions = pd.DataFrame({"example_id": ["t#1", "t#2", "t#3"] * 2, "group": ["p", "p", "q"] * 2})
    return run_limits(Run(predictions, Score("macro_f1", 0.5, 0.25, 0.75), Folds(pd.DataFrame(columns))))


def test_examples_and_groups_count_once_whatever_the_repeats():
    assert limits(fold=[0, 1]) == [
        "3 examples in 2 groups were tested: any macro F1 from 0.25 to 0.75 fits what was seen, for this trained "
        "classifier. Others may fit as well, since that interval is not to be trusted: there are fewer than 5 groups.",
        "Nothing is said of sites, times and languages other than those of the data.",
    ]


def test_what_stands_on_both_sides_of_any_fold_is_named_and_what_is_one_only_is_said_to_be():
    apart = {"train_authors": [3, 3], "test_authors": [1, 1], "shared_authors": [0, 0]}
    assert len(limits(**apart)) == 2
    once = apart | {"shared_authors": [0, 1]}
    assert limits(**once)[1] == "Authors are on both sides of folds: for new ones scores may be lower."
    # one thread is trained on, the same is tested; of one target there are others in training
    only = {"train_threads": [1, 1], "test_threads": [1, 1], "shared_threads": [1, 1]}
    several = {"train_targets": [2, 2], "test_targets": [1, 1], "shared_targets": [1, 1]}
    assert limits(**once, **only, **several)[1:3] == [
        "There is one thread only: nothing is said of another.",
        "Authors and targets are on both sides of folds: for new ones scores may be lower.",
    ]


def test_fewer_than_five_groups_in_any_row_are_cautioned():
    assert few_note(pd.DataFrame({"groups": [5, 9]})) == ""
    assert few_note(pd.DataFrame({"groups": [4, 9]})) == FEW_NOTE
    assert "fewer than 5 groups" in FEW_NOTE
