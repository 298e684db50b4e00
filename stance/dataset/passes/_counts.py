"""The counts of a dataset, as plain JSON: what stats.json holds and the card shows."""

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from stance.dataset._source import Dropped, Source

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pyarrow as pa


def count_units(source: Source, ledger: "pa.Table", rows: "pa.Table") -> dict[str, Any]:
    """Return the counts of units, examples and what was dropped.

    `units` = `examples` + all of `dropped`. `comments` are those of the source, however many units each has.
    """
    import numpy as np
    import pyarrow.compute as pc

    kept = rows["reason"].is_null()
    examples = ledger.select(["target", "split", "reply", "characters"]).filter(kept)
    codes = rows["label"].filter(kept).to_numpy()
    authors = rows["author"].filter(kept)
    by_label = np.bincount(codes, minlength=len(source.labels))
    counts = {
        "threads": count_distinct([ledger["thread_id"]], [(entry.thread_id,) for entry in source.dropped]),
        "comments": _count_comments(source, ledger),
        "units": ledger.num_rows + len(source.dropped),
        "examples": examples.num_rows,
        "dropped": count_reasons(rows, source.dropped),
        "labels": {label: int(number) for label, number in zip(source.labels, by_label, strict=True)},
        "authors": pc.count_distinct(authors).as_py(),
        "examples_without_author": authors.null_count,
        "replies": pc.sum(examples["reply"]).as_py(),
        "characters": pc.sum(examples["characters"]).as_py(),
    }
    if len(source.targets) > 1:
        counts["targets"] = _labels_by(examples["target"], codes, source.labels)
    if examples["split"].null_count < examples.num_rows:
        counts["splits"] = _labels_by(examples["split"], codes, source.labels)
    return counts


def _count_comments(source: Source, ledger: "pa.Table") -> int:
    config = source.about.get("config") or {}
    if len(source.targets) == 1 and config.get("unit", "comment") == "comment":
        return int(ledger.num_rows) + len(source.dropped)
    keys = [(entry.thread_id, entry.comment_id) for entry in source.dropped]
    return count_distinct([ledger["thread_id"], ledger["comment_id"]], keys)


def count_distinct(columns: "Sequence[pa.ChunkedArray]", others: Sequence[tuple[str, ...]]) -> int:
    """Return how many different values (or tuples of them) columns and other tuples have together."""
    import pyarrow as pa

    names = [f"column_{number}" for number in range(len(columns))]
    schema = pa.schema([(name, pa.string()) for name in names])
    rest = [dict(zip(names, values, strict=True)) for values in others]
    together = pa.concat_tables([pa.table(list(columns), schema=schema), pa.Table.from_pylist(rest, schema=schema)])
    return int(together.group_by(names).aggregate([]).num_rows)


def count_reasons(rows: "pa.Table", dropped: Sequence[Dropped]) -> dict[str, int]:
    """Return how many units were dropped for each reason, by its name."""
    import pyarrow.compute as pc

    found = pc.value_counts(rows["reason"].drop_null()).to_pylist()
    reasons = Counter({entry["values"]: entry["counts"] for entry in found})
    reasons.update(entry.reason for entry in dropped)
    return dict(sorted(reasons.items()))


def _labels_by(
    column: "pa.ChunkedArray", codes: "npt.NDArray[np.int64]", labels: Sequence[str]
) -> dict[str, dict[str, int]]:
    """Return the number of examples by label for each value of a column, sorted by value; "" where it is null."""
    import pyarrow as pa
    import pyarrow.compute as pc

    values = pc.fill_null(column.cast(pa.string()), "")
    table = pa.table({"value": values, "label": codes}).group_by(["value", "label"]).aggregate([([], "count_all")])
    found = {(row["value"], row["label"]): row["count_all"] for row in table.to_pylist()}
    return {
        value: {label: found.get((value, code), 0) for code, label in enumerate(labels)}
        for value in sorted({value for value, _ in found})
    }
