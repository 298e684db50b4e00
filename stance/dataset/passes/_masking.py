"""Masks for a whole chunk of units: text, context and evidence, with the offsets of evidence following."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from stance.thread.privacy import Mask, mask_evidence, mask_text

if TYPE_CHECKING:
    import pyarrow as pa

# what every mention, address and URL has: a row without any of it is left as it is, unread
SIGNED = frozenset({"mentions", "emails", "urls"})
_SIGNS = r"@|＠|://|[wW][wW][wW]"


def mask_chunk(
    chunk: "pa.Table", kinds: Sequence[Mask], names: Mapping[str, tuple[str, ...]]
) -> "tuple[pa.Table, Counter[str]]":
    """Return units with the masks of `kinds` in text, context and evidence, and how many of each kind in texts.

    `names`: a thread's authors by its id.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    suspect = pc.or_(
        pc.match_substring_regex(chunk["text"], _SIGNS), pc.match_substring_regex(chunk["context"], _SIGNS)
    )
    quoted = _suspect_lists(chunk["evidence"])
    rows = pc.indices_nonzero(pc.or_(suspect, quoted))
    if not {*kinds} <= SIGNED:
        rows = pa.array(range(chunk.num_rows), pa.uint64())
    if not len(rows):
        return chunk, Counter()
    columns = chunk.select(["text", "context", "evidence", "evidence_start"])
    asked = zip(columns.take(rows).to_pylist(), chunk["thread_id"].take(rows).to_pylist(), strict=True)
    counts: Counter[str] = Counter()
    made = [_mask_row(row, kinds, names.get(thread_id, ()), counts) for row, thread_id in asked]
    masked = pa.Table.from_pylist(made, columns.schema)
    order = _in_place(chunk.num_rows, rows)
    together = pa.concat_tables([columns, masked]).take(order)
    for name in columns.column_names:
        chunk = chunk.set_column(chunk.schema.get_field_index(name), chunk.schema.field(name), together[name])
    return chunk, counts


def _mask_row(
    row: "dict[str, object]", kinds: Sequence[Mask], names: tuple[str, ...], counts: Counter[str]
) -> "dict[str, object]":
    masked = mask_text(str(row["text"]), kinds, names)
    counts.update(masked.kinds)
    quotations, starts = row["evidence"], row["evidence_start"]
    assert isinstance(quotations, list)
    assert isinstance(starts, list)
    pairs = [
        mask_evidence(masked, quotation or "", start, kinds, names)
        for quotation, start in zip(quotations, starts, strict=True)
    ]
    return {
        "text": masked.text,
        "context": mask_text(str(row["context"]), kinds, names).text,
        "evidence": [quotation for quotation, _ in pairs],
        "evidence_start": [start for _, start in pairs],
    }


def _suspect_lists(column: "pa.ChunkedArray") -> "pa.Array":
    """Say of each list whether one of its entries has a sign of what is masked."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    lists = column.combine_chunks()
    found = pc.fill_null(pc.match_substring_regex(lists.flatten(), _SIGNS), False).to_numpy(zero_copy_only=False)
    suspect = np.zeros(len(lists), bool)
    suspect[pc.list_parent_indices(lists).to_numpy()[found]] = True
    return pa.array(suspect)


def _in_place(n_rows: int, rows: "pa.Array") -> "pa.Array":
    """Return the order that takes each of `rows` from behind the table, and every other from its own place."""
    import numpy as np
    import pyarrow as pa

    order = np.arange(n_rows)
    order[rows.to_numpy()] = n_rows + np.arange(len(rows))
    return pa.array(order)
