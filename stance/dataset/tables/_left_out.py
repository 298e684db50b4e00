"""Rows that are left out of a table, as units that were dropped: each with its id and its reason."""

from typing import TYPE_CHECKING

from stance.dataset.tables._cards import TableCard
from stance.dataset.tables._mapping import Known, example_ids, thread_and_comment
from stance.dataset.tables._problems import Notes

if TYPE_CHECKING:
    import pyarrow as pa


def left_out_units(card: TableCard, known: Known, notes: Notes) -> "pa.Table":
    """Return example_id, thread_id, comment_id and reason of each row that was left out while the table was read.

    A row that could not be read has an id made of file and row.
    """
    import pyarrow as pa

    schema = pa.schema([(name, pa.string()) for name in ("example_id", "thread_id", "comment_id", "reason")])
    made = [f"{stem}:{number}" for _, stem, number, _ in notes.left_out]
    parts = [pa.table([made, made, made, [reason for *_, reason in notes.left_out]], schema=schema)]
    for batch, reason in notes.left_out_batches:
        threads, comments = thread_and_comment(batch, card)
        reasons = pa.array([reason] * batch.rows.num_rows, pa.string())
        parts.append(pa.table([example_ids(batch, card, known), threads, comments, reasons], schema=schema))
    return pa.concat_tables(parts)
