"""Which files of the cache of vectors were made with texts."""

from collections.abc import Sequence
from pathlib import Path

from stance.classifiers.embeddings._cache import VectorCache, key_of
from stance.classifiers.embeddings._model import cache_folder


def caches_with(texts: Sequence[str]) -> list[Path]:
    """Return the files of the cache that hold vectors of one of the texts, alone or with a target or a hypothesis.

    Raises InputError if a file there is no cache.
    """
    keys = [key_of(text) for text in texts]
    return [path for path in sorted(cache_folder().glob("*.sqlite")) if VectorCache(path).begins_with_any(keys)]
