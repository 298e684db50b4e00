"""What the builders are given from Python: values of another kind than they take are named, arrays serve as lists."""

import numpy as np
import pandas as pd
import pytest

from stance import read_dataset, write_dataset
from stance.dataset import build_dataset, build_from_study, load_table
from stance.errors import InputError

FRAME = pd.DataFrame({"text": ["late again", "a lovely boat"], "label": ["against", "favor"]})
TABLE = {"labels": ["against", "favor"], "columns": {"text": "text", "label": "label"}, "target": "the ferry"}


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"columns": "text"}, "`columns` must be a mapping, found 'text'"),
        ({"columns": ["text"]}, r"`columns` must be a mapping, found \['text'\]"),
        ({"labels": "favor"}, "`labels` must be a list, found 'favor'"),
        ({"labels": {"favor", "against"}}, "`labels` must be a list, found {"),
        ({"labels": None}, "`labels` must be a list, found None"),
        ({"target": 5}, "`target` must be text, found 5"),
        ({"near_duplicates": "high"}, "`near_duplicates` must be a number, found 'high'"),
        ({"num_proc": True}, "`num_proc` must be an integer, found True"),
        ({"quoting": "no"}, "`quoting` must be true or false, found 'no'"),
        ({"extra": "x" * 100}, "`extra` must be a list, found 'x{59}$"),
    ],
)
def test_a_setting_of_a_table_that_is_of_another_kind_is_named(settings, said):
    with pytest.raises(InputError, match=f"^{said}"):
        load_table(FRAME, **{**TABLE, **settings})


def test_a_study_and_threads_are_given_lists_too():
    with pytest.raises(InputError, match=r"^`targets` must be a list, found 'the ferry'"):
        build_from_study("seeds/nowhere", targets="the ferry")
    with pytest.raises(InputError, match=r"^`labels` must be a list, found 'favor'"):
        build_dataset([], [], targets=["the ferry"], labels="favor")


def test_an_array_of_labels_serves_as_a_list(tmp_path):
    found = load_table(FRAME, **{**TABLE, "labels": np.array(["against", "favor"])})
    assert found.labels == ("against", "favor")
    written = write_dataset(found, tmp_path / "made")
    assert read_dataset(written).labels == ("against", "favor")
