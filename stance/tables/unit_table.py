"""A table that has been checked, as chunks of units."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from stance.errors import InputError, did_you_mean
from stance.tables.cards import TableCard
from stance.tables.checks import read_all
from stance.tables.mapping import Known, make_units, wanted_columns
from stance.tables.problems import Problems

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True, eq=False)
class UnitTable:
    """A published table whose declaration and rows have been checked.

    `targets` and `annotators` are sorted, `annotators` empty where the table has only published labels.
    `facts` is plain JSON: `files` (name, rows, sha256 where it is a file), `rows`, `without_text`, `splits`
    (rows by split), and where they are declared `parents`, `parents_outside` (parents that are not in the
    table) and `annotations_outside` (annotations of comments that are not in the table). Picklable; reading can
    start again in another process.
    """

    card: TableCard
    targets: tuple[str, ...]
    annotators: tuple[str, ...]
    facts: dict[str, Any]
    known: Known

    @property
    def labels(self) -> tuple[str, ...]:
        """The label set in its order."""
        return self.card.values.labels

    def chunks(self, columns: Sequence[str] | None = None) -> Iterator["pa.Table"]:
        """Read the units in the table's order: pyarrow Tables of `stance.units.units_schema()`.

        At most 50,000 rows each, cut at the same rows every time. With `columns` only those columns of the
        schema, in the order asked for; what they are not made of is not read. All rows come, also those without
        text ("") or without a label and annotators (null and empty lists).

        Raises InputError where the files have changed since they were checked.
        """
        from stance.units import units_schema

        known = units_schema().names
        words = known if columns is None else list(columns)
        for word in words:
            if word not in known:
                raise InputError(f"expected columns of {known}, found {word!r}.{did_you_mean(word, known)}")
        problems = Problems()
        for batch in read_all(self.card, wanted_columns(self.card, words), problems):
            problems.refuse("the table has changed since it was checked")
            yield make_units(batch, self.card, self.known, words)
        problems.refuse("the table has changed since it was checked")
