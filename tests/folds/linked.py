"""Tables of examples with authors, threads, targets and duplicates, for property tests."""

import pandas as pd
from hypothesis import strategies as st

from tests.tables import LABELS


@st.composite
def linked_tables(draw, min_size=2, max_size=16):
    """Draw examples in any order of rows; authors, threads and duplicates may be missing."""
    size = draw(st.integers(min_size, max_size))

    def column(values):
        return pd.array(draw(st.lists(values, min_size=size, max_size=size)), dtype=object)

    table = pd.DataFrame(
        {
            "example_id": [f"t#{number:02}" for number in range(size)],
            "author": column(st.none() | st.sampled_from("pqrstu")),
            "thread_id": column(st.none() | st.sampled_from(["t1", "t2", "t3", "t4"])),
            "target": column(st.sampled_from(["x", "y", "z"])),
            "label": column(st.sampled_from(LABELS)),
            "duplicate_group": column(st.sampled_from([None, None, None, "d1", "d2"])),
        }
    )
    return table.iloc[draw(st.permutations(range(size)))].reset_index(drop=True)


def shuffled(examples, seed):
    return examples.sample(frac=1, random_state=seed).reset_index(drop=True)


def by_ids(examples, folds):
    """Return what folds are but for the order of rows."""
    ids = examples["example_id"].to_numpy()
    return [(fold.repeat, fold.fold, set(ids[fold.train]), set(ids[fold.test])) for fold in folds]


def by_hand(folds):
    return [(fold.repeat, fold.fold, fold.train.tolist(), fold.test.tolist()) for fold in folds]
