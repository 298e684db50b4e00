"""Where units come from: what studies and published tables have in common before they become examples."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias, overload

if TYPE_CHECKING:
    import pyarrow as pa

# makes a chunk of units, in whatever process
MakeUnits: TypeAlias = Callable[[], "pa.Table"]


@dataclass(frozen=True, slots=True)
class Dropped:
    """A unit that did not become an example, and the reason in snake_case."""

    example_id: str
    thread_id: str
    comment_id: str
    reason: str


class DroppedUnits(Sequence[Dropped]):
    """What was dropped, in a table: as many as there are, a million included, take little memory."""

    def __init__(self, table: "pa.Table") -> None:
        self.table = table

    def __len__(self) -> int:
        return int(self.table.num_rows)

    @overload
    def __getitem__(self, place: int) -> Dropped: ...

    @overload
    def __getitem__(self, place: slice) -> "DroppedUnits": ...

    def __getitem__(self, place: int | slice) -> "Dropped | DroppedUnits":
        if isinstance(place, slice):
            return DroppedUnits(self.table.take(list(range(len(self))[place])))
        (row,) = self.table.slice(range(len(self))[place], 1).to_pylist()
        return Dropped(**row)


@dataclass(frozen=True, slots=True)
class Source:
    """Units as they were read, and what is known of them.

    `chunks` are tables of `units_schema()`, or what makes them, and can be gone through once. `dropped` are the
    units that are left out of them already. `annotators` maps names to "person" or "model". `about` is plain JSON
    data: what the card says and how the dataset is built. `extra` are columns
    beside those of every unit, with the names of their types. `names` are the authors of each thread by its id, where
    they are masked in texts.
    """

    name: str
    targets: tuple[str, ...]
    labels: tuple[str, ...]
    chunks: "Iterable[pa.Table | MakeUnits]"
    dropped: Sequence[Dropped]
    annotators: Mapping[str, str]
    about: dict[str, Any]
    extra: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False)
