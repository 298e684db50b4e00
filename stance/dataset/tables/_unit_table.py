"""A table that has been checked, as chunks of units."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from stance.dataset.chunks import _chunking as chunking
from stance.dataset.tables._batches import StoredBatch
from stance.dataset.tables._cards import TableCard
from stance.dataset.tables._mapping import Known, make_units
from stance.errors import InputError, did_you_mean

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True, eq=False)
class UnitTable:
    """A published table whose declaration and rows have been checked.

    `targets` and `annotators` are sorted, `annotators` empty where the table has only published labels.
    `facts` is plain JSON: `files` (name, rows, sha256 where it is a file), `rows`, `without_text`, `splits`
    (rows by split), and where they are declared `parents`, `parents_outside` (parents that are not in the
    table) and `annotations_outside` (annotations of comments that are not in the table). `joined` counts, for each
    second table, its rows, those that were used, how many rows asked and how many found none. `stored` are the rows as
    they were read: what becomes of the files after that changes nothing. `left_out` has example_id, thread_id,
    comment_id and reason of rows that are no units.
    """

    card: TableCard
    targets: tuple[str, ...]
    annotators: tuple[str, ...]
    facts: dict[str, Any]
    known: Known
    stored: tuple[StoredBatch, ...]
    left_out: "pa.Table"

    @property
    def labels(self) -> tuple[str, ...]:
        """The label set in its order."""
        return self.card.values.labels

    def chunks(self, columns: Sequence[str] | None = None) -> Iterator["pa.Table"]:
        """Make the units in the table's order: pyarrow Tables of `stance.thread.units.units_schema()`.

        At most 50,000 rows each, cut at the same rows every time. With `columns` only those columns of the schema,
        in the order asked for. All rows come, also those without text ("") or without a label and annotators (null
        and empty lists).

        Raises InputError for a column that units have not.
        """
        from stance.thread.units import units_schema

        known = units_schema(self.known.extra).names
        words = known if columns is None else list(columns)
        for word in words:
            if word not in known:
                raise InputError(f"expected columns of {known}, found {word!r}.{did_you_mean(word, known)}")
        for stored in self.stored:
            yield make_units(stored.take_back(), self.card, self.known, words)

    def makers(self) -> "Iterator[Callable[[], pa.Table]]":
        """Yield what makes all units, in the table's order, in whatever process: about 50,000 of them at each call."""
        waiting: list[StoredBatch] = []
        for stored in self.stored:
            waiting.append(stored)
            if sum(entry.where.rows.num_rows for entry in waiting) >= chunking.CHUNK_ROWS:
                yield partial(_make_together, tuple(waiting), self.card, self.known)
                waiting = []
        if waiting:
            yield partial(_make_together, tuple(waiting), self.card, self.known)


def _make_together(batches: Sequence[StoredBatch], card: TableCard, known: Known) -> "pa.Table":
    import pyarrow as pa

    from stance.thread.units import units_schema

    words = units_schema(known.extra).names
    return pa.concat_tables([make_units(stored.take_back(), card, known, words) for stored in batches]).combine_chunks()
