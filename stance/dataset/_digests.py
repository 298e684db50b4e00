"""The digest of a dataset: the same for the same examples in any order, in memory or from a folder."""

import hashlib
import json
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pyarrow as pa

DIGEST_BYTES = 16
MISSING = -1  # the length of a cell, or the number of entries of a list, that is null


def row_digests(table: "pa.Table") -> "npt.NDArray[np.bytes_]":
    """Return one digest of 16 bytes for each row: the first half of the SHA-256 of all of its cells.

    A row's bytes are the lengths of its cells and then the cells, so that no two rows share them: null is
    not "", and ["ab", "c"] is not ["a", "bc"]. The order of columns counts, how the table is cut does not.
    """
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    if not table.num_rows:
        return np.zeros(0, f"S{DIGEST_BYTES}")
    lengths, bodies = zip(*(_encoded(column.combine_chunks()) for column in table.columns), strict=True)
    head = np.ascontiguousarray(np.stack(lengths, axis=1).astype("<i4"))
    rows = pc.binary_join_element_wise(
        _cut(pa.py_buffer(head), np.arange(table.num_rows + 1, dtype=np.int64) * head.shape[1] * 4),
        *bodies,
        pa.scalar(b"", pa.large_binary()),
        null_handling="replace",
        null_replacement=b"",
    )
    ends = np.frombuffer(rows.buffers()[1], np.int64)[: table.num_rows + 1].tolist()
    content, sha256 = memoryview(rows.buffers()[2]), hashlib.sha256
    digests = [sha256(content[start:end]).digest() for start, end in pairwise(ends)]
    return np.frombuffer(b"".join(digests), "S32").astype(f"S{DIGEST_BYTES}")


def dataset_sha(targets: Sequence[str], labels: Sequence[str], digests: "npt.NDArray[np.bytes_]") -> str:
    """Return the SHA-256 of targets, label set and the digests of all rows, which may be in any order."""
    import numpy as np

    header = json.dumps({"targets": list(targets), "labels": list(labels)}, ensure_ascii=False, sort_keys=True)
    digest = hashlib.sha256(header.encode() + b"\n")
    digest.update(np.sort(digests).tobytes())
    return digest.hexdigest()


def _encoded(column: "pa.Array") -> "tuple[npt.NDArray[np.int64], pa.Array]":
    """Return the length of each cell (-1 where it is null), and the bytes of each cell as large_binary."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_list(column.type) or pa.types.is_large_list(column.type):
        return _encoded_lists(column)
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        cells = column.cast(pa.large_string()).cast(pa.large_binary())
        return _numbers(pc.binary_length(cells), MISSING), cells
    return _numbers(pc.if_else(column.is_null(), MISSING, column.type.bit_width), MISSING), _number_bytes(column)


def _encoded_lists(column: "pa.Array") -> "tuple[npt.NDArray[np.int64], pa.Array]":
    """Encode lists: the number of entries, and all entries, each behind its own length."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    numbers = _numbers(pc.list_value_length(column), MISSING)
    lengths, bodies = _encoded(column.flatten())
    heads = np.ascontiguousarray(lengths.astype("<i4"))
    entries = pc.binary_join_element_wise(
        _cut(pa.py_buffer(heads), np.arange(len(heads) + 1, dtype=np.int64) * 4),
        bodies,
        pa.scalar(b"", pa.large_binary()),
        null_handling="replace",
        null_replacement=b"",
    )
    ends = np.concatenate([[0], np.cumsum(np.maximum(numbers, 0))])
    starts = np.zeros(1, np.int64)
    if len(entries):
        starts = np.frombuffer(entries.buffers()[1], np.int64)[: len(entries) + 1]
    return numbers, _cut(entries.buffers()[2] or pa.py_buffer(b""), starts[ends])


def _number_bytes(column: "pa.Array") -> "pa.Array":
    """Return the little-endian bytes of each number, none where it is null."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    column = column.cast(pa.int8()) if pa.types.is_boolean(column.type) else column
    values: Any = pc.fill_null(column, 0).to_numpy(zero_copy_only=False)
    content = np.ascontiguousarray(values.astype(values.dtype.newbyteorder("<")))
    cells = _cut(pa.py_buffer(content), np.arange(len(column) + 1, dtype=np.int64) * content.itemsize)
    return pc.if_else(column.is_null(), pa.scalar(b"", pa.large_binary()), cells)


def _cut(content: "pa.Buffer", offsets: "npt.NDArray[np.int64]") -> "pa.Array":
    import numpy as np
    import pyarrow as pa

    ends = pa.py_buffer(np.ascontiguousarray(offsets, dtype=np.int64))
    return pa.LargeBinaryArray.from_buffers(pa.large_binary(), len(offsets) - 1, [None, ends, content])


def _numbers(column: "pa.Array", missing: int) -> "npt.NDArray[np.int64]":
    import numpy as np
    import pyarrow.compute as pc

    found: npt.NDArray[np.int64] = pc.fill_null(column, missing).to_numpy(zero_copy_only=False).astype(np.int64)
    return found
