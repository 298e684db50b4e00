"""Digests of rows: equal for equal rows only, whatever the table is cut like."""

import hashlib

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from stance.dataset._digests import dataset_sha, row_digests

texts = st.none() | st.text(alphabet="ab\0é", max_size=3)
SCHEMA = pa.schema(
    [
        ("first", pa.string()),
        ("second", pa.string()),
        ("number", pa.int32()),
        ("words", pa.list_(pa.string())),
        ("places", pa.list_(pa.int32())),
        ("shares", pa.list_(pa.float32())),
    ]
)
rows = st.fixed_dictionaries(
    {
        "first": texts,
        "second": texts,
        "number": st.none() | st.integers(0, 2),
        "words": st.none() | st.lists(texts, max_size=2),
        "places": st.none() | st.lists(st.none() | st.integers(0, 2), max_size=2),
        "shares": st.none() | st.lists(st.sampled_from([0.0, 0.5]), max_size=2),
    }
)


def table(found):
    return pa.Table.from_pylist(found, schema=SCHEMA)


@given(st.lists(rows, max_size=8))
def test_two_rows_share_a_digest_only_if_all_of_their_cells_are_equal(found):
    digests = row_digests(table(found)).tolist()
    for one, first in zip(found, digests, strict=True):
        for two, second in zip(found, digests, strict=True):
            assert (first == second) == (one == two)


@given(st.lists(rows, min_size=1, max_size=8), st.data())
def test_a_digest_does_not_know_how_the_table_is_cut(found, data):
    start = data.draw(st.integers(0, len(found)))
    whole = table(found)
    pieces = pa.concat_tables([whole.slice(0, start), whole.slice(start)])
    assert row_digests(pieces).tolist() == row_digests(whole).tolist()
    assert row_digests(whole.slice(start)).tolist() == row_digests(whole).tolist()[start:]


def test_the_bytes_of_a_row_are_the_lengths_of_its_cells_and_then_the_cells():
    found = pa.table({"text": ["ab"], "nothing": pa.array([None], pa.string()), "list": [["c", None]]})
    expected = b"\2\0\0\0\xff\xff\xff\xff\2\0\0\0ab\1\0\0\0c\xff\xff\xff\xff"
    assert row_digests(found).tolist() == [hashlib.sha256(expected).digest()[:16]]


@given(st.lists(rows, max_size=6), st.randoms())
def test_the_sha_is_blind_to_the_order_of_rows_but_not_to_targets_and_labels(found, random):
    shuffled = random.sample(found, len(found))
    digests = row_digests(table(found))
    assert dataset_sha(["x"], ["a", "b"], row_digests(table(shuffled))) == dataset_sha(["x"], ["a", "b"], digests)
    others = [(["x"], ["b", "a"]), (["a", "b"], ["x"]), (["x", "a"], ["b"]), (["xa"], ["b"])]
    assert len({dataset_sha(*other, digests) for other in [(["x"], ["a", "b"]), *others]}) == 5


def test_a_row_that_is_there_twice_counts():
    one, two = (row_digests(pa.table({"text": ["a"] * times})) for times in (1, 2))
    assert dataset_sha(["x"], ["a", "b"], one) != dataset_sha(["x"], ["a", "b"], two)
