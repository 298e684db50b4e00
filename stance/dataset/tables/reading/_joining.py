"""Joins by key: rows get what stands in a second table under the same key."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stance.dataset.tables._batches import (
    BETWEEN,
    FILE,
    ROW,
    Wanted,
    as_given,
    as_name,
    as_text,
    batch_of,
    plain_numbers,
)
from stance.dataset.tables._cards import MADE, Join
from stance.dataset.tables._problems import Notes
from stance.dataset.tables.reading._batches_of import read_tables, with_file

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

MEANT = (f"label{MADE}", f"split{MADE}")  # what a value means is declared, and may be spelt as programs write nothing


@dataclass(slots=True)
class Joined:
    """A second table that has been read: its keys by their hashes in ascending order, and what it gives.

    `used` says which of its rows somebody has asked for; `asked` and `found` count the rows of the first table.
    """

    join: Join
    hashes: "np.ndarray"
    keys: "pa.Array"
    columns: "Mapping[str, pa.Array]"
    used: "np.ndarray"
    asked: int = 0
    found: int = 0

    def onto(self, table: "pa.Table") -> "pa.Table":
        """Return a table with the columns of this one beside; where it has them, values go before those from here."""
        import numpy as np
        import pyarrow as pa
        import pyarrow.compute as pc

        keys = key_of({name: table[name] for name in self.join.key}, list(self.join.key))
        index = np.zeros(table.num_rows, dtype=np.int64)
        if self.hashes.size:
            asked = hashes_of_keys(keys)
            index = np.minimum(np.searchsorted(self.hashes, asked), self.hashes.size - 1)
        places = pa.array(index)
        # the key itself decides: two keys may have one hash
        there = pc.fill_null(pc.equal(self.keys.take(places), keys), False) if self.hashes.size else None
        found = np.zeros(table.num_rows, dtype=bool) if there is None else there.to_numpy(zero_copy_only=False)
        self.asked += table.num_rows
        self.found += int(found.sum())
        self.used[index[found]] = True
        places = pa.array(index, mask=~found)
        for name, values in self.columns.items():
            given = values.take(places)
            if name in table.column_names:
                place = table.column_names.index(name)
                table = table.set_column(place, name, pc.coalesce(table[name].combine_chunks(), given))
            else:
                table = table.append_column(name, given)
        return table


def read_join(join: Join, notes: Notes) -> Joined:
    """Read a second table; note keys that stand there twice with different values, and those that were rounded."""
    import numpy as np
    import pyarrow as pa

    wanted = Wanted(tuple(dict.fromkeys([*join.key.values(), *join.columns.values()])))
    parts = [
        with_file(table, number)
        for number, file in enumerate(join.files)
        for table in read_tables(file, join.layout, wanted, notes)
    ]
    if not sum(part.num_rows for part in parts):
        notes.problems.add("empty tables", f"{join.name}: expected rows, found none")
        return Joined(join, np.zeros(0, np.uint64), pa.array([], pa.string()), {}, np.zeros(0, bool))
    rows = pa.concat_tables(parts).combine_chunks()
    keys = key_of({own: rows[own] for own in join.key.values()}, list(join.key.values()))
    hashes = hashes_of_keys(keys)
    order = np.argsort(hashes, kind="stable")
    hashes = hashes[order]
    columns = {name: _values(rows[own], name) for name, own in join.columns.items()}
    if join.split is not None:
        columns[f"split{MADE}"] = pa.array([join.split] * rows.num_rows, pa.string())
    places = pa.array(order)
    _note_doubled(join, hashes, order, columns, keys, rows.select([ROW, FILE]), notes)
    return Joined(
        join,
        hashes,
        keys.take(places),
        {name: values.take(places) for name, values in columns.items()},
        np.zeros(len(hashes), dtype=bool),
    )


def _values(column: "pa.ChunkedArray", name: str) -> "pa.Array":
    return as_text(column) if name in MEANT else as_given(column)


def key_of(columns: "Mapping[str, pa.ChunkedArray]", names: Sequence[str]) -> "pa.Array":
    """Return one string a row that is its key, null where a part of it is missing; 7 and 7.0 are one key."""
    import pyarrow.compute as pc

    parts = [plain_numbers(as_name(columns[name])) for name in names]
    return pc.binary_join_element_wise(*parts, BETWEEN) if len(parts) > 1 else parts[0]


def hashes_of_keys(keys: "pa.Array") -> "np.ndarray":
    """Return a 64-bit hash of each key, the same in every process."""
    from pandas.util import hash_array

    return hash_array(keys.fill_null("").to_numpy(zero_copy_only=False), categorize=False)


def _note_doubled(
    join: Join,
    hashes: "np.ndarray",
    order: "np.ndarray",
    columns: "Mapping[str, pa.Array]",
    keys: "pa.Array",
    rows: "pa.Table",
    notes: Notes,
) -> None:
    """Note keys that stand twice and do not give the same; rows without a key are asked for by nobody."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    again = np.flatnonzero(np.diff(hashes) == 0) + 1
    if not again.size:
        return
    first, second = order[again - 1], order[again]
    differ = np.zeros(len(again), dtype=bool)
    for values in columns.values():
        one, other = values.take(pa.array(first)), values.take(pa.array(second))
        same = pc.or_(pc.fill_null(pc.equal(one, other), False), pc.and_(one.is_null(), other.is_null()))
        differ |= ~same.to_numpy(zero_copy_only=False)
    differ &= pc.fill_null(pc.equal(keys.take(pa.array(first)), keys.take(pa.array(second))), False).to_numpy(
        zero_copy_only=False
    )
    batch = batch_of(join.files, rows)

    def say(number: int) -> str:
        one, other = sorted((int(first[number]), int(second[number])))
        key = keys[other].as_py().replace(BETWEEN, ", ")
        return f"{batch.place(other)}: the key {key!r} stands already in {batch.place(one)}, with other values"

    notes.problems.add_rows("doubled keys", np.flatnonzero(differ).tolist(), say)


def joined_facts(joined: Sequence[Joined]) -> dict[str, dict[str, int]]:
    """Return for each second table its rows and how many were used, how many rows asked and how many found none."""
    return {
        entry.join.name: {
            "rows": len(entry.hashes),
            "used": int(entry.used.sum()),
            "asked": entry.asked,
            "rows_without": entry.asked - entry.found,
        }
        for entry in joined
        if entry.join.split is None or entry.columns.keys() != {f"split{MADE}"}
    }
