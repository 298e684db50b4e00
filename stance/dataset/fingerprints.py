"""Fingerprints of a column of texts: those of `stance.duplicates.fingerprint`, most of them made columnwise."""

import hashlib
from itertools import pairwise
from typing import TYPE_CHECKING

from stance.duplicates import fingerprint

if TYPE_CHECKING:
    import pyarrow as pa

# where str.split() changes a text: white space that is no single space between words
_LOOSE_SPACE = r"[\x09-\x0d\x1c-\x1f]|  |^ | $"


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
