"""Duplicates: texts that are the same but for case and spacing, or nearly the same, and where they straddle a split."""

import hashlib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from stance.cells import is_nothing
from stance.errors import InputError

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

_LEAST_NEAR = 0.5
_N_PERMUTATIONS = 128
FEW_WORDS = 5  # fewer than these two people write without having read each other
# Chinese and Japanese put no white space between words: each of their characters is taken for one
_WORD = re.compile("[\u3040-\u30ff\u3400-\u9fff]|[^\\W\u3040-\u30ff\u3400-\u9fff]+")
_CHUNK = 10_000
# where str.split() changes a text: white space that is no single space between words
_LOOSE_SPACE = r"[\x09-\x0d\x1c-\x1f]|  |^ | $"


def fingerprint(text: str) -> bytes:
    """Return 16 bytes that texts share which are the same but for case, width of characters and white space.

    With these, texts can be compared that never are in memory together (`group_fingerprints`).

    >>> fingerprint("Yes,  INDEED") == fingerprint("yes, indeed ")
    True
    """
    return hashlib.blake2b(_folded(text).encode("utf-8", "surrogatepass"), digest_size=16).digest()


def group_fingerprints(fingerprints: Iterable[bytes]) -> "NDArray[np.intp]":
    """Return a code for each fingerprint, equal for equal ones, numbered from 0 by first appearance."""
    import numpy as np

    return _by_appearance(np.fromiter(fingerprints, dtype="S16"))


def find_duplicates(texts: Sequence[str], near: float | None = None, random_state: int = 0) -> "NDArray[np.intp]":
    """Return the cluster of each text, numbered from 0 by first appearance; a text on its own is one, too.

    Texts are in one cluster if they are the same for `fingerprint`, and with `near` (0.5 to 1; 0.7 finds most copies
    with a word or a link more) if a chain of texts leads from one to the other in which neighbours share that much:
    the Jaccard index of their sets of word pairs, punctuation aside. Candidates come from MinHash by the library
    rensa, in bands that miss at most one in 1,000 pairs (Leskovec, Rajaraman and Ullman 2020, Mining of Massive
    Datasets, chapter 3); each is checked by its true index, so that none is in a cluster by chance. Which texts
    are together does not depend on their order.

    >>> find_duplicates(["Not in my name!", "Yes", "not in MY name!", "Not in my name"], near=0.7).tolist()
    [0, 1, 0, 0]

    Raises InputError if `near` is not between 0.5 and 1.
    """
    import numpy as np

    if near is not None and not _LEAST_NEAR <= near <= 1:
        raise InputError(f"expected near duplicates to share {_LEAST_NEAR} to 1 of their word pairs, found {near}")
    same = group_fingerprints(map(fingerprint, texts))
    if near is None or not len(same):
        return same
    _, firsts = np.unique(same, return_index=True)
    different = [texts[place] for place in firsts]
    return _by_appearance(_near_clusters(different, near, random_state)[same])


def name_clusters(clusters: "NDArray[np.intp]", example_ids: Sequence[str]) -> list[str | None]:
    """Return for each example the smallest id of its cluster, None for an example that has no duplicate.

    >>> import numpy as np
    >>> name_clusters(np.array([0, 1, 0]), ["t#3", "t#2", "t#1"])
    ['t#1', None, 't#1']
    """
    members = _members(clusters, example_ids)
    return [min(members[code]) if len(members[code]) > 1 else None for code in clusters.tolist()]


def says_little(text: str) -> bool:
    """Tell whether two people may write a text without one copying the other: fewer than five words, or none left.

    >>> texts = ("Happy cake day!", "\N{FACE WITH TEARS OF JOY}", "[deleted by user]", "Not in my name, not now")
    >>> [says_little(text) for text in texts]
    [True, True, True, False]
    """
    return is_nothing(text) or len(_WORD.findall(text)) < FEW_WORDS


def across_split(
    clusters: "NDArray[np.intp]", splits: Sequence[str | None], example_ids: Sequence[str]
) -> list[dict[str, list[str]]]:
    """Return each cluster that has examples in two or more splits, as its example ids by split.

    Examples without a split do not count. Splits, ids and clusters are in alphabetical order (clusters by the first
    id of their first split), so that the order of rows does not matter.

    >>> import numpy as np
    >>> across_split(np.array([0, 1, 0, 1]), ["train", "train", "test", "train"], ["a", "b", "c", "d"])
    [{'test': ['c'], 'train': ['a']}]
    """
    by_split: dict[int, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for code, split, example_id in zip(clusters.tolist(), splits, example_ids, strict=True):
        if split is not None:
            by_split[code][split].append(example_id)
    found = [
        {split: sorted(ids) for split, ids in sorted(sides.items())} for sides in by_split.values() if len(sides) > 1
    ]
    return sorted(found, key=lambda sides: list(sides.items()))


def _folded(text: str) -> str:
    if text.isascii():
        return " ".join(text.lower().split())
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return " ".join(folded.split())


def _word_pairs(text: str) -> frozenset[str]:
    """Return the pairs of neighbouring words of a text, its word if it has only one."""
    words = _WORD.findall(_folded(text))
    return frozenset(map(" ".join, pairwise(words))) if len(words) > 1 else frozenset(words)


def _members(clusters: "NDArray[np.intp]", example_ids: Sequence[str]) -> dict[int, list[str]]:
    members: dict[int, list[str]] = defaultdict(list)
    for code, example_id in zip(clusters.tolist(), example_ids, strict=True):
        members[code].append(example_id)
    return members


def _by_appearance(keys: "NDArray[np.generic]") -> "NDArray[np.intp]":
    """Number equal keys alike, from 0 in the order of their first appearance."""
    import numpy as np

    _, firsts, codes = np.unique(keys, return_index=True, return_inverse=True)
    numbers = np.empty(len(firsts), dtype=np.intp)
    numbers[np.argsort(firsts)] = np.arange(len(firsts))
    numbered: NDArray[np.intp] = numbers[codes]
    return numbered


def _near_clusters(texts: Sequence[str], near: float, random_state: int) -> "NDArray[np.intp]":
    """Return clusters of texts no two of which are the same.

    Of each bucket all are compared with its first. What is joined by that needs no further comparing, which leaves
    few pairs even where thousands of texts are copies of one; the clusters are those of all pairs nonetheless.
    The library's own index names each candidate of each text: 25 million for 5,000 copies of one, so buckets are ours.
    """
    import numpy as np

    pairs_of = lru_cache(maxsize=50_000)(lambda place: _word_pairs(texts[place]))
    keys = np.concatenate(list(_band_keys(texts, _rows_of_band(near), random_state)))
    worded = np.flatnonzero(np.fromiter((_WORD.search(text) is not None for text in texts), dtype=bool))
    edges = _verified(_with_first(keys, worded), pairs_of, near, len(texts))
    clusters = _components(edges, len(texts))
    edges = np.concatenate([edges, _verified(_apart(keys, worded, clusters), pairs_of, near, len(texts))])
    return _components(edges, len(texts))


def _rows_of_band(near: float) -> int:
    """Return the most rows a band may have for one pair in 1,000 at most to be missed at the threshold."""

    def missed(rows: int) -> float:
        return float((1 - near**rows) ** (_N_PERMUTATIONS // rows))

    return max(rows for rows in range(1, _N_PERMUTATIONS // 8 + 1) if missed(rows) <= 0.001)


def _band_keys(texts: Sequence[str], n_rows: int, random_state: int) -> "Iterator[NDArray[np.uint64]]":
    """Yield a number for each text and band, a chunk of texts at a time."""
    import numpy as np
    from rensa import RMinHash

    n_bands = _N_PERMUTATIONS // n_rows
    # odd factors lose nothing modulo 2**64; a band hit by chance costs only one more pair to check
    factors = np.random.default_rng(random_state).integers(2**63, size=n_rows, dtype=np.uint64) * 2 + 1
    for start in range(0, len(texts), _CHUNK):
        pairs = [list(_word_pairs(text)) for text in texts[start : start + _CHUNK]]
        digests = RMinHash.digests_from_token_sets(pairs, _N_PERMUTATIONS, random_state)
        rows = np.array(digests, dtype=np.uint64)[:, : n_bands * n_rows].reshape(len(pairs), n_bands, n_rows)
        yield rows @ factors


def _buckets(
    keys: "NDArray[np.uint64]", worded: "NDArray[np.intp]"
) -> "Iterator[tuple[NDArray[np.intp], NDArray[np.intp]]]":
    """Yield for each band the texts that share their key with another, and beside them the number of their bucket.

    Those of one bucket stand together in their order. Texts without words are in none.
    """
    import numpy as np

    for band in keys.T:
        _, codes, counts = np.unique(band[worded], return_inverse=True, return_counts=True)
        shared = np.flatnonzero(counts[codes] > 1)
        shared = shared[np.argsort(codes[shared], kind="stable")]
        yield worded[shared], codes[shared]


def _with_first(keys: "NDArray[np.uint64]", worded: "NDArray[np.intp]") -> "Iterator[NDArray[np.intp]]":
    """Yield the pairs of each text of a bucket with the first of it, a pair as one number."""
    import numpy as np

    for texts, codes in _buckets(keys, worded):
        firsts = texts[np.searchsorted(codes, codes)]
        yield (firsts * len(keys) + texts)[firsts != texts]


def _apart(
    keys: "NDArray[np.uint64]", worded: "NDArray[np.intp]", clusters: "NDArray[np.intp]"
) -> "Iterator[NDArray[np.intp]]":
    """Yield the pairs of texts of a bucket that are not in one cluster, a pair as one number."""
    import numpy as np

    for texts, codes in _buckets(keys, worded):
        firsts = texts[np.searchsorted(codes, codes)]
        for code in np.unique(codes[clusters[texts] != clusters[firsts]]):
            bucket = texts[slice(*np.searchsorted(codes, [code, code + 1]))]
            for at, text in enumerate(bucket):
                others = bucket[at + 1 :]
                yield text * len(keys) + others[clusters[others] != clusters[text]]


def _verified(
    pairs: "Iterable[NDArray[np.intp]]", word_pairs: Callable[[int], frozenset[str]], near: float, n_texts: int
) -> "NDArray[np.intp]":
    """Return those of the pairs whose Jaccard index is `near` or more, an array of shape (n_pairs, 2)."""
    import numpy as np

    numbers = np.unique(np.concatenate([np.empty(0, dtype=np.intp), *pairs]))
    candidates: NDArray[np.intp] = np.stack(np.divmod(numbers, n_texts), axis=1)
    kept = [_jaccard(word_pairs(first), word_pairs(second)) >= near for first, second in candidates.tolist()]
    verified: NDArray[np.intp] = candidates[np.array(kept, dtype=bool)]
    return verified


def _jaccard(first: frozenset[str], second: frozenset[str]) -> float:
    shared = len(first & second)
    return shared / (len(first) + len(second) - shared)


def _components(edges: "NDArray[np.intp]", n_texts: int) -> "NDArray[np.intp]":
    import numpy as np
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    graph = coo_array((np.ones(len(edges), dtype=bool), (edges[:, 0], edges[:, 1])), shape=(n_texts, n_texts))
    codes: NDArray[np.intp] = connected_components(graph, directed=False)[1]
    return codes


def fingerprint_column(texts: "pa.Array") -> "pa.Array":
    """Return the 16 bytes that `fingerprint` gives each text.

    Plain ASCII with single spaces is folded as a column, which is most comments in English; the rest one by one.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    plain = pc.and_(pc.string_is_ascii(texts), pc.invert(pc.match_substring_regex(texts, _LOOSE_SPACE)))
    found = _digests(pc.ascii_lower(texts.filter(plain)))
    if len(found) == len(texts):
        return found
    loose = pc.invert(plain)
    one_by_one = pa.array([fingerprint(text) for text in texts.filter(loose).to_pylist()], pa.binary())
    together = pc.replace_with_mask(pa.nulls(len(texts), pa.binary()), plain, found)
    return pc.replace_with_mask(together, loose, one_by_one)


def _digests(folded: "pa.Array") -> "pa.Array":
    """Return 16 bytes of BLAKE2 for each text, taken from the column without making strings of it."""
    import numpy as np
    import pyarrow as pa

    texts = folded.cast(pa.large_string())
    _, ends, content = texts.buffers()
    starts = np.frombuffer(ends, np.int64)[texts.offset :][: len(texts) + 1].tolist() if len(texts) else [0]
    bytes_of, blake2b = memoryview(content or b""), hashlib.blake2b
    digests = [blake2b(bytes_of[start:end], digest_size=16).digest() for start, end in pairwise(starts)]
    return pa.array(digests, pa.binary())
