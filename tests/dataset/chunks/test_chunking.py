"""Chunks: even, whole, and the same after they were put aside."""

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance.dataset.chunks import _chunking as chunking
from stance.dataset.chunks._chunking import even_chunks, put_aside, take_away, take_back


@given(st.lists(st.integers(0, 9), max_size=6), st.integers(1, 7))
def test_even_chunks_are_even_whatever_they_were_cut_like(sizes, rows):
    starts = [sum(sizes[:place]) for place in range(len(sizes))]
    tables = [
        pa.table({"n": pa.array(range(start, start + size), pa.int64())})
        for start, size in zip(starts, sizes, strict=True)
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(chunking, "CHUNK_ROWS", rows)
        found = [chunk["n"].to_pylist() for chunk in even_chunks(iter(tables))]
    assert [n for chunk in found for n in chunk] == list(range(sum(sizes)))
    assert all(len(chunk) == rows for chunk in found[:-1])
    assert all(chunk for chunk in found)


def test_a_table_comes_back_as_it_was_put_aside_and_is_taken_away_once(tmp_path):
    table = pa.table({"text": ["a", None, ""], "lists": [["x"], [], None]})
    path = put_aside(table, tmp_path / "aside.arrow")
    assert take_back(path).equals(table)
    assert take_away(path).equals(table)
    assert not path.exists()
    assert put_aside(table, None) is table
    assert take_away(table) is table
