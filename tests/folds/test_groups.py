"""Groups: what a chain of shared authors, threads, targets or texts links."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance.errors import InputError
from stance.folds.groups import author_groups, connected_groups, is_given, value_codes
from tests.folds.linked import linked_tables, shuffled

COLUMNS = st.lists(st.sampled_from(["author", "thread_id", "target"]), unique=True)


def table(**columns):
    size = len(next(iter(columns.values())))
    return pd.DataFrame({"example_id": [f"t#{number}" for number in range(size)], **columns})


def by_definition(examples, columns):
    """Return the sets of ids that are linked, joined one pair at a time."""
    sets = [{row} for row in range(len(examples))]
    # texts join no targets
    for column in [*columns, *(["duplicate_group"] if "target" not in columns else [])]:
        values = examples[column].tolist()
        for one in range(len(values)):
            for other in range(one):
                if values[one] is not None and values[one] == values[other]:
                    joined = sets[one] | sets[other]
                    for row in joined:
                        sets[row] = joined
    return {frozenset(examples["example_id"].iloc[row] for row in group) for group in sets}


def partition(examples, groups):
    return {frozenset(examples["example_id"][groups == name]) for name in groups.unique()}


def test_authors_and_threads_are_linked_by_a_chain_of_comments():
    examples = table(author=["p", "q", "q", "r", None, None], thread_id=["1", "1", "2", "3", "3", None])
    assert connected_groups(examples, ["author"]).tolist() == ["p", "q", "q", "r", "t#4", "t#5"]
    assert connected_groups(examples, ["thread_id"]).tolist() == ["1", "1", "2", "3", "3", "t#5"]
    assert connected_groups(examples, ["author", "thread_id"]).tolist() == ["p", "p", "p", "r", "r", "t#5"]
    assert connected_groups(examples).tolist() == ["t#0", "t#1", "t#2", "t#3", "t#4", "t#5"]


def test_duplicates_link_whatever_the_columns_are():
    examples = table(author=["q", "p", None, None], duplicate_group=["t#0", None, "t#0", None])
    assert author_groups(examples).tolist() == ["q", "p", "q", "t#3"]
    assert connected_groups(examples).tolist() == ["t#0", "t#1", "t#0", "t#3"]


def test_an_empty_value_links_nothing():
    examples = table(author=["", "", None, "p"])
    assert author_groups(examples).tolist() == ["t#0", "t#1", "t#2", "p"]
    assert is_given(examples["author"]).tolist() == [False, False, False, True]
    assert value_codes(pd.Series(["b", None, "a", "", "b"])).tolist() == [0, -1, 1, -1, 0]


def test_an_author_who_is_called_like_an_example_is_not_taken_for_it():
    examples = table(author=["t#1", None, "t#1"])
    assert author_groups(examples).tolist() == ["t#0", "t#1", "t#0"]


def test_the_index_of_the_examples_is_kept():
    examples = table(author=["p", "q", "p"]).set_axis([7, 3, 5])
    groups = author_groups(examples)
    assert groups.index.tolist() == [7, 3, 5]
    assert groups.name == "group"


@given(linked_tables(), COLUMNS)
def test_groups_are_those_that_joining_pairs_makes(examples, columns):
    groups = connected_groups(examples, columns)
    assert partition(examples, groups) == by_definition(examples, columns)


@given(linked_tables(), COLUMNS, st.integers(0, 2**16))
def test_the_order_of_rows_changes_no_group_and_no_name(examples, columns, seed):
    other = shuffled(examples, seed)
    of = [dict(zip(rows["example_id"], connected_groups(rows, columns), strict=True)) for rows in (examples, other)]
    assert of[0] == of[1]


def test_groups_of_many_rows_are_found_without_a_loop_over_pairs():
    links = np.arange(100_000)
    chain = table(author=(links // 2).astype(str), thread_id=((links + 1) // 2).astype(str))
    assert connected_groups(chain, ["author", "thread_id"]).nunique() == 1
    assert connected_groups(chain, ["author"]).nunique() == 50_000


def test_a_column_that_is_not_there_is_named_with_the_near_miss():
    with pytest.raises(InputError) as caught:
        connected_groups(table(author=["p"]), ["auhtor"])
    assert str(caught.value) == (
        "expected examples with the column(s) ['auhtor'], found ['example_id', 'author']. Did you mean 'author'?"
    )
