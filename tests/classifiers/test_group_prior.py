"""GroupPriorClassifier, judged by scikit-learn's own checks and by hand."""

import numpy as np
import pandas as pd
import pytest
from sklearn.exceptions import NotFittedError
from sklearn.utils.estimator_checks import parametrize_with_checks

from stance.classifiers._group_prior import GroupPriorClassifier


@parametrize_with_checks([GroupPriorClassifier()])
def test_scikit_learn_finds_nothing_wrong(estimator, check):
    assert check(estimator) is None


def predicted(groups, labels, asked):
    """Return the predictions for `asked`, a group each, after training on one column of groups."""
    fitted = GroupPriorClassifier("author").fit(frame(groups), labels)
    return fitted.predict(frame(asked)).tolist()


def frame(groups):
    return pd.DataFrame({"text": ["word"] * len(groups), "author": groups})


def test_a_known_group_has_its_majority_and_an_unknown_one_the_overall():
    assert predicted(list("aaabbc"), list("xxyyyy"), list("abcz")) == ["x", "y", "y", "y"]


def test_a_row_without_a_group_has_the_overall_majority_and_makes_no_group():
    missing = [None, float("nan"), pd.NA]
    assert predicted([*missing, "a", "a", "a"], list("xxxyyx"), [*missing, "a"]) == ["x", "x", "x", "y"]
    assert len(GroupPriorClassifier("author").fit(frame([*missing, "a"]), list("xyxy")).groups_) == 1


def test_a_tie_in_a_group_goes_to_the_label_more_frequent_overall():
    assert predicted(list("aabb"), list("xyyy"), ["a"]) == ["y"]


def test_a_tie_in_a_group_and_overall_goes_to_the_label_that_sorts_first():
    assert predicted(list("aa"), list("yx"), ["a", "z"]) == ["x", "x"]


def test_where_the_column_is_missing_no_row_has_a_group():
    fitted = GroupPriorClassifier("author").fit(frame(list("aab")), list("xxy"))
    assert fitted.predict(pd.DataFrame({"text": ["word"] * 2})).tolist() == ["x", "x"]


def test_a_group_may_be_a_row_in_several_columns():
    rows = [["a", "p"], ["a", "p"], ["a", "q"], ["b", "q"]]
    assert GroupPriorClassifier().fit(rows, list("xxyx")).predict([["a", "q"], ["b", "p"]]).tolist() == ["y", "x"]


def test_what_is_learned_can_be_read():
    fitted = GroupPriorClassifier("author").fit(frame(list("aab")), list("xxy"))
    assert fitted.classes_.tolist() == ["x", "y"]
    assert fitted.groups_.tolist() == [["a"], ["b"]]
    assert fitted.group_labels_.tolist() == ["x", "y"]
    assert fitted.overall_ == "x"


def test_the_order_of_rows_changes_no_prediction():
    generator = np.random.default_rng(5)
    groups, labels = generator.choice(list("abcd"), 40), generator.choice(list("xyz"), 40)
    order = generator.permutation(40)
    asked = list("abcdz")
    assert predicted(groups, labels, asked) == predicted(groups[order], labels[order], asked)


def test_predicting_before_fitting_is_refused():
    with pytest.raises(NotFittedError, match="not fitted yet"):
        GroupPriorClassifier("author").predict(frame(["a"]))
