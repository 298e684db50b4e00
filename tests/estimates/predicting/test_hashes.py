"""Texts that are equal have equal hashes, wherever they stand in a column, and others have others."""

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from stance.estimates.predicting._hashes import hash_texts


@settings(max_examples=50)
@given(st.lists(st.one_of(st.none(), st.text(max_size=40)), min_size=1), st.integers(0, 5))
def test_hashes_are_equal_where_texts_are(texts, start):
    for kind in (pa.string(), pa.large_string()):
        column = pa.array(["of a slice", *texts], kind)[min(start, len(texts)) :]
        hashes, said = hash_texts(column).tolist(), column.to_pylist()
        assert len(set(hashes)) == len(set(said))
        assert len(set(zip(hashes, said, strict=True))) == len(set(said))


def test_a_text_is_not_taken_for_one_with_nothing_behind_it():
    texts = ["", "\0", "\0\0", "12345678", "12345678\0", "123456780", "1234567", "a" * 16, "a" * 17]
    assert len(set(hash_texts(pa.array(texts)).tolist())) == len(texts)
    assert hash_texts(pa.array(["a", "b"])).tolist() != hash_texts(pa.array(["b", "a"])).tolist()


def test_an_empty_column_has_none():
    assert hash_texts(pa.array([], pa.string())).tolist() == []
