"""Texts that occur more than once among the examples: their groups, and which of them can be spared."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stance.dataset.duplicates import across_split, find_duplicates, group_fingerprints

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pyarrow as pa


@dataclass(frozen=True, slots=True, eq=False)
class Repeated:
    """The units whose text another example has too, as rows of a table that is sorted by group and then by rank.

    Columns: row (the unit's number), group, example_id, target, split, label, and unit: what is labelled, whatever
    the target. Units of one group are different ones: a unit that is an example for each of two targets is no
    duplicate of itself. `n_units` counts all units.
    """

    members: "pa.Table"
    n_units: int

    @property
    def spare(self) -> "npt.NDArray[np.int64]":
        """The units that can be dropped: all but the first of each group and target.

        First is one of the official test split, else the smallest example_id, so that a published test set stays
        whole.
        """
        import numpy as np

        group, target = self.members["group"].to_numpy(), self.members["target"].to_numpy()
        later = np.zeros(len(group), bool)
        later[1:] = (group[1:] == group[:-1]) & (target[1:] == target[:-1])
        rows: npt.NDArray[np.int64] = self.members["row"].to_numpy()[later]
        return rows

    def groups(self, left: "npt.NDArray[np.bool_]") -> "pa.Array":
        """Return the group of each unit, the smallest example_id in it, null where no other of it is `left`."""
        import numpy as np
        import pyarrow as pa

        here = _with_others(self.members.filter(pa.array(left[self.members["row"].to_numpy()])))
        named = here.group_by("group").aggregate([("example_id", "min")])
        joined = here.select(["row", "group"]).join(named, "group")
        place = np.full(self.n_units, -1)
        place[joined["row"].to_numpy()] = np.arange(joined.num_rows)
        where = pa.array(place, mask=place < 0)
        names: pa.ChunkedArray = joined["example_id_min"].take(where)
        return names.combine_chunks()

    def counts(self) -> dict[str, object]:
        """Return as plain JSON how many groups and examples there are, and which examples straddle a split."""
        import pyarrow.compute as pc

        by_target = self.members.group_by(["group", "target"]).aggregate([("label", "count_distinct")])
        different = by_target.filter(pc.greater(by_target["label_count_distinct"], 1))
        group, split, ids = (self.members[name] for name in ("group", "split", "example_id"))
        return {
            "groups": pc.count_distinct(group).as_py(),
            "examples": self.members.num_rows,
            "groups_with_different_labels": pc.count_distinct(different["group"]).as_py(),
            "across_splits": across_split(group.to_numpy(), split.to_pylist(), ids.to_pylist()),
        }


def find_repeated(
    ledger: "pa.Table",
    label: "npt.NDArray[np.int64]",
    kept: "npt.NDArray[np.bool_]",
    near: float | None,
    texts: Callable[[], Sequence[str]],
) -> Repeated:
    """Find the units among the kept ones whose texts are the same, or nearly so if `near` is given."""
    import numpy as np
    import pyarrow as pa

    rows = np.flatnonzero(kept)
    if near is None:
        rows, group = _same_fingerprint(rows, ledger["fingerprint"])
    else:
        every = texts()
        group = find_duplicates([every[row] for row in rows.tolist()], near)
    several = np.bincount(group)[group] > 1
    rows, group = rows[several], group[several]
    members = ledger.select(["example_id", "target", "split"]).take(pa.array(rows))
    members = members.set_column(1, "target", members["target"].unify_dictionaries().cast(pa.string()))
    members = members.set_column(2, "split", members["split"].unify_dictionaries().cast(pa.string()))
    members = members.append_column("row", pa.array(rows)).append_column("group", pa.array(group))
    members = members.append_column("label", pa.array(label[rows]))
    outside_test = pa.compute.fill_null(pa.compute.not_equal(members["split"], "test"), True)
    members = members.append_column("outside_test", outside_test.cast(pa.int8()))
    pairs = zip(members["example_id"].to_pylist(), members["target"].to_pylist(), strict=True)
    units = [example_id.removesuffix(f"@{target}") for example_id, target in pairs]
    members = members.append_column("unit", pa.array(units, pa.string()))
    order = [(name, "ascending") for name in ("group", "target", "outside_test", "example_id")]
    return Repeated(_with_others(members).sort_by(order).combine_chunks(), len(kept))


def _with_others(members: "pa.Table") -> "pa.Table":
    """Return the members of those groups that have two different units or more."""
    import pyarrow.compute as pc

    sizes = members.group_by("group").aggregate([("unit", "count_distinct")])
    large = sizes.filter(pc.greater(sizes["unit_count_distinct"], 1))["group"]
    return members.filter(pc.is_in(members["group"], value_set=large.combine_chunks()))


def _same_fingerprint(
    rows: "npt.NDArray[np.int64]", fingerprints: "pa.ChunkedArray"
) -> "tuple[npt.NDArray[np.int64], npt.NDArray[np.intp]]":
    """Return those of the rows that may share their fingerprint with another, and their groups.

    Numbers sort much faster than bytes: the first 8 bytes say for nearly all rows that they stand alone.
    """
    import numpy as np
    import pyarrow as pa

    parts = [np.frombuffer(part.buffers()[1], "<u8")[::2][part.offset :][: len(part)] for part in fingerprints.chunks]
    halves = np.concatenate(parts)
    order = np.argsort(halves[rows])
    sorted_halves = halves[rows][order]
    same = sorted_halves[1:] == sorted_halves[:-1]
    again = np.zeros(len(rows), bool)
    again[order[1:][same]] = again[order[:-1][same]] = True
    rows = rows[again]
    return rows, group_fingerprints(fingerprints.take(pa.array(rows)).to_pylist())
