"""What intervals draw: the coarsest groups that the data knows, the same under any folds."""

import numpy as np
import pandas as pd
import pytest

from stance.evaluation import evaluation_groups
from stance.folds import Fold, by_author, by_target, by_thread, leave_one_out, official, repeated_stratified, strictest

LABELS = ("against", "none", "favor")


def talked(n_threads=12, each=6, **columns):
    """Comments of threads, each by an author of that thread alone who speaks twice."""
    rows = [
        (f"t{thread:02}#{n}", f"t{thread:02}", f"author-{thread:02}-{n // 2}", LABELS[(thread + n) % 3])
        for thread in range(n_threads)
        for n in range(each)
    ]
    frame = pd.DataFrame(rows, columns=["example_id", "thread_id", "author", "label"])
    frame = frame.assign(target="the ferry", comment_id=frame["example_id"], text="x")
    return frame.assign(split=["train", "test"] * (len(frame) // 2), **columns)


@pytest.mark.parametrize(
    "make", [repeated_stratified, leave_one_out, by_author, by_thread, strictest, official], ids=lambda f: f.__name__
)
def test_threads_are_drawn_under_any_folds(make):
    examples = talked()
    assert evaluation_groups(examples, make(examples)).tolist() == examples["thread_id"].tolist()


def test_threads_are_drawn_where_no_author_is_known():
    examples = talked(author=None)
    assert evaluation_groups(examples, repeated_stratified(examples)).tolist() == examples["thread_id"].tolist()


def test_where_authors_and_threads_cross_the_coarser_of_them_is_drawn_under_any_folds():
    # 9 authors, each in every one of 12 threads: linked they are one group
    crossed = talked(each=9)
    crossed["author"] = [f"author-{n % 9}" for n in range(len(crossed))]
    for make in (by_author, by_thread, leave_one_out):
        assert evaluation_groups(crossed, make(crossed)).nunique() == 9
    # 36 comments by one author and 12 by each of six: effectively 5.4 groups, fewer than 12 threads
    few = talked(each=9)
    few["author"] = [f"author-{0 if n % 3 == 0 else n % 9}" for n in range(len(few))]
    assert evaluation_groups(few, by_thread(few)).nunique() == 7


def test_many_targets_are_drawn_and_a_few_only_where_folds_hold_them_out():
    claims = talked(24, 3, author=None, thread_id=None)
    claims["target"] = [f"claim {place // 3}" for place in range(len(claims))]
    assert evaluation_groups(claims, repeated_stratified(claims)).nunique() == 24
    five = claims.assign(target=[f"claim {place % 5}" for place in range(len(claims))])
    assert evaluation_groups(five, repeated_stratified(five)).nunique() == len(five)
    assert evaluation_groups(five, by_target(five)).nunique() == 5


def test_groups_too_few_or_too_unequal_to_be_drawn_are_passed_over():
    examples = talked(4, 6)
    rows = np.arange(len(examples))
    random = [Fold(0, place, rows[rows % 2 != place], rows[rows % 2 == place]) for place in (0, 1)]
    assert evaluation_groups(examples, random).tolist() == examples["author"].tolist()
    unequal = talked().assign(thread_id=lambda table: table["thread_id"].where(table.index >= 40, "t00"))
    assert evaluation_groups(unequal, leave_one_out(unequal)).tolist() == unequal["author"].tolist()
