"""Vectors on disk: what is written is read, by several processes at once, and a damaged file is refused."""

import subprocess
import sys

import numpy as np
import pytest

from stance.classifiers.embeddings._cache import AT_ONCE, VectorCache
from stance.errors import InputError

WRITER = """
import sys
from pathlib import Path
import numpy as np
from stance.classifiers.embeddings._cache import VectorCache
cache = VectorCache(Path(sys.argv[1]))
for start in range(int(sys.argv[2]), 400, 10):
    cache.write({b"%d" % key: np.full(8, key, dtype=np.float32) for key in range(start, start + 20)})
"""


def test_what_is_written_is_read_and_nothing_else(tmp_path):
    cache = VectorCache(tmp_path / "below" / "vectors.sqlite")
    assert cache.read([b"a"]) == {}
    assert not cache.path.exists()
    vectors = {b"%d" % key: np.array([key, -0.1], dtype=np.float32) for key in range(2 * AT_ONCE + 1)}
    cache.write(vectors)
    found = VectorCache(cache.path).read([*vectors, b"other"])
    assert found.keys() == vectors.keys()
    assert all(found[key].tolist() == vectors[key].tolist() for key in vectors)


def test_the_first_to_write_a_key_stays(tmp_path):
    cache = VectorCache(tmp_path / "vectors.sqlite")
    for value in (1, 2):
        cache.write({b"a": np.array([value], dtype=np.float32)})
    assert cache.read([b"a"])[b"a"].tolist() == [1.0]


def test_processes_may_write_at_once(tmp_path):
    path = tmp_path / "vectors.sqlite"
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, str(path), str(first)]) for first in (0, 0, 5)]
    assert [writer.wait(timeout=120) for writer in writers] == [0, 0, 0]
    found = VectorCache(path).read([b"%d" % key for key in range(410)])
    assert len(found) == 410
    assert all(vector.tolist() == [float(key)] * 8 for key, vector in found.items())


def test_a_file_that_is_no_cache_is_refused_by_name(tmp_path):
    path = tmp_path / "vectors.sqlite"
    path.write_bytes(b"no database at all, but some words" * 100)
    for act in (lambda: VectorCache(path).read([b"a"]), lambda: VectorCache(path).write({b"a": np.zeros(1)})):
        with pytest.raises(
            InputError, match=r"expected a cache of vectors, found none .* it may be deleted"
        ) as refused:
            act()
        assert str(path) in str(refused.value)
