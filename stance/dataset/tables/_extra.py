"""Columns that are kept beside those of every unit: of which type each is, and its cells as that type."""

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

WHOLE_NUMBERS = r"^-?(0|[1-9]\d{0,17})$"
NUMBERS = r"^-?(0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?$"
TRUTHS = r"^(?i:true|false)$"
TYPES = ("bool", "int64", "float64", "string")  # of which the first is taken that all cells are


def count_types(found: "pa.Array") -> Counter[str]:
    """Return how many cells of a column are of each type, and under "given" how many there are at all."""
    import pyarrow.compute as pc

    patterns = {"bool": TRUTHS, "int64": WHOLE_NUMBERS, "float64": NUMBERS}
    counts = {kind: pc.sum(pc.match_substring_regex(found, pattern)).as_py() for kind, pattern in patterns.items()}
    return Counter({"given": len(found) - found.null_count} | {kind: count or 0 for kind, count in counts.items()})


def type_of(counts: Mapping[str, int]) -> str:
    """Return the type of a column: truth values, whole numbers, numbers where all are, else text.

    >>> type_of({"given": 3, "int64": 2, "float64": 3})
    'float64'
    """
    given = counts.get("given", 0)
    return next((kind for kind in TYPES if given and counts.get(kind, 0) == given), "string")


def typed(found: "pa.Array", kind: str) -> "pa.Array":
    """Return a column as its type."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if kind == "bool":
        return pc.equal(pc.utf8_lower(found), "true")
    return found.cast(arrow_type(kind)) if kind != "string" else found.cast(pa.string())


def arrow_type(kind: str) -> "pa.DataType":
    """Return the Arrow type of a name among `TYPES`."""
    import pyarrow as pa

    return {"bool": pa.bool_(), "int64": pa.int64(), "float64": pa.float64(), "string": pa.string()}[kind]
