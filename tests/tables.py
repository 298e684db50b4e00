"""Tables of examples and predictions for property tests."""

import pandas as pd
from hypothesis import strategies as st

LABELS = ("against", "none", "favor")


@st.composite
def example_tables(draw, min_size=2, max_size=12):
    """Draw examples with few authors, some without one, in any order of rows."""
    size = draw(st.integers(min_size, max_size))
    authors = draw(st.lists(st.none() | st.sampled_from("pqrs"), min_size=size, max_size=size))
    labels = draw(st.lists(st.sampled_from(LABELS), min_size=size, max_size=size))
    order = draw(st.permutations(range(size)))
    table = pd.DataFrame(
        {
            "example_id": [f"t#{number:02}" for number in range(size)],
            "author": pd.array(authors, dtype=object),
            "label": labels,
            "text": [f"{label} word" for label in labels],
        }
    )
    return table.iloc[list(order)].reset_index(drop=True)


@st.composite
def prediction_tables(draw, labels=LABELS, max_size=14):
    """Draw predictions of one repeat with probabilities, labels missing or not, and the group of each example."""
    size = draw(st.integers(1, max_size))
    given, predicted = (draw(st.lists(st.sampled_from(labels), min_size=size, max_size=size)) for _ in range(2))
    weights = draw(st.lists(st.tuples(*[st.integers(0, 9)] * len(labels)), min_size=size, max_size=size))
    groups = draw(st.lists(st.sampled_from("pqrst"), min_size=size, max_size=size))
    # a tenth for each label keeps a row's sum from being nothing to divide by
    shares = [[(weight + 0.1) / (sum(row) + 0.1 * len(row)) for weight in row] for row in weights]
    table = pd.DataFrame(
        {
            "example_id": [f"t#{number:02}" for number in range(size)],
            "repeat": 0,
            "fold": 0,
            "label": given,
            "predicted": predicted,
            **{f"score_{label}": [row[place] for row in shares] for place, label in enumerate(labels)},
        }
    )
    return table, pd.Series(groups, index=table["example_id"])
