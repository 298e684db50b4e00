"""Problems of a table: collected while it is read, said all at once."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from stance.errors import InputError, did_you_mean

if TYPE_CHECKING:
    import pyarrow as pa

    from stance.dataset.tables._batches import Batch

MOST_SHOWN = 20
MOST_KEPT = 1_000


class Problems:
    """What is wrong with a table, by kind; of each kind the first 20 are told and the others counted."""

    def __init__(self) -> None:
        self._shown: dict[str, list[str]] = {}
        self._more: dict[str, int] = {}

    def add(self, kind: str, message: str) -> None:
        """Note one problem; `kind` in the plural, as in "doubled ids"."""
        shown = self._shown.setdefault(kind, [])
        if len(shown) < MOST_SHOWN:
            shown.append(message)
        else:
            self._more[kind] = self._more.get(kind, 0) + 1

    def add_rows(self, kind: str, rows: Sequence[int], say: Callable[[int], str]) -> None:
        """Note one problem in several rows; `say` is asked only for those that are told."""
        shown = self._shown.setdefault(kind, []) if len(rows) else []
        told = [say(int(row)) for row in rows[: MOST_SHOWN - len(shown)]]
        shown += told
        if more := len(rows) - len(told):
            self._more[kind] = self._more.get(kind, 0) + more

    def add_all(self, others: "Problems") -> None:
        """Note what was noted elsewhere, behind what is noted here."""
        for kind, messages in others._shown.items():
            for message in messages:
                self.add(kind, message)
            self._more[kind] = self._more.get(kind, 0) + others._more.get(kind, 0)

    def __contains__(self, kind: str) -> bool:
        return kind in self._shown

    def __bool__(self) -> bool:
        return bool(self._shown)

    def refuse(self, where: str) -> None:
        """Raise InputError with all that was noted, one a line; nothing happens where there is nothing."""
        if not self:
            return
        lines = []
        for kind, shown in self._shown.items():
            more = self._more.get(kind)
            lines += [*shown, *([f"and {more} more {kind}"] if more else [])]
        if len(lines) == 1:
            raise InputError(f"{where}: {lines[0]}")
        raise InputError("\n".join([f"{where}: {len(lines)} problems", *(f"  {line}" for line in lines)]))


@dataclass(slots=True)
class Notes:
    """What is noted while a table is read: problems, counts, and where `drop` says so rows that cannot be used.

    `left_out`: name of the file, its stem, number of the row, and the reason, of rows that were never more than that.
    `left_out_batches`: rows that were read and are not wanted, and the reason.
    """

    problems: Problems = field(default_factory=Problems)
    drop: bool = False
    counts: Counter[str] = field(default_factory=Counter)
    left_out: list[tuple[str, str, int, str]] = field(default_factory=list)
    left_out_batches: "list[tuple[Batch, str]]" = field(default_factory=list)

    def bad_row(self, name: str, stem: str, number: int, kind: str, message: str) -> None:
        """Note a row that cannot be read, as a problem or as left out; `kind` in the plural, as in "ragged rows"."""
        if self.drop:
            self.left_out.append((name, stem, number, reason_of(kind)))
        else:
            self.problems.add(kind, message)


def reason_of(kind: str) -> str:
    """Return the reason in snake_case for which a row of this kind of problem is dropped.

    >>> reason_of("ragged rows")
    'ragged_row'
    """
    return kind.removesuffix("s").replace(" ", "_")


class UnknownValues:
    """Values of a column that have no declared meaning: each with its count and the first place it stands at."""

    def __init__(self) -> None:
        self._counts: dict[str, int] = {}
        self._places: dict[str, str] = {}

    def note(self, values: "pa.Array", unknown: "pa.Array", place: Callable[[int], str]) -> None:
        """Count the values that are unknown; `place` says where a row stands."""
        import pyarrow.compute as pc

        if not unknown.true_count:
            return
        trimmed = pc.utf8_trim_whitespace(values)
        for entry in pc.value_counts(trimmed.filter(unknown)):
            value = entry["values"].as_py()
            if value not in self._places and len(self._places) < MOST_KEPT:
                self._places[value] = place(pc.index(trimmed, value).as_py())
            if value in self._places:
                self._counts[value] = self._counts.get(value, 0) + entry["counts"].as_py()

    def add_all(self, others: "UnknownValues") -> None:
        """Count what was noted elsewhere, in rows that come behind those noted here."""
        for value, place in others._places.items():
            if len(self._places) < MOST_KEPT:
                self._places.setdefault(value, place)
            if value in self._places:
                self._counts[value] = self._counts.get(value, 0) + others._counts[value]

    def report(self, what: str, remedy: str, options: Iterable[str], problems: Problems) -> None:
        """Note each value once, in the order of its name."""
        options = list(options)
        for value in sorted(self._counts):
            count = self._counts[value]
            hint = did_you_mean(value, options) or did_you_mean(value.lower(), options)
            rows = "1 row" if count == 1 else f"{count} rows"
            problems.add(
                f"{what} values", f"{self._places[value]}: {what} {value!r} ({rows}) has no meaning; {remedy}.{hint}"
            )
