"""The second pass: each chunk gets what the whole has decided, loses what is dropped, and is digested."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from stance.dataset._digests import row_digests
from stance.dataset.chunks._chunking import put_aside, take_away

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class ToRewrite:
    """A chunk that was put aside, the columns decided for it, and the file it goes to (None: memory).

    `decided` has author, label, label_share and duplicate_group, and reason: null for an example.
    """

    chunk: "pa.Table | Path"
    decided: "pa.Table | Path"
    schema: "pa.Schema"
    path: Path | None


@dataclass(frozen=True, slots=True)
class Rewritten:
    """The examples of a chunk, their digests, and the units that were dropped with their reasons."""

    examples: "pa.Table | Path"
    digests: "npt.NDArray[np.bytes_]"
    dropped: "pa.Table"


def rewrite(job: ToRewrite) -> Rewritten:
    """Put the decided columns into a chunk, part examples from what is dropped, and digest the examples."""
    import pyarrow as pa
    import pyarrow.compute as pc

    units, decided = take_away(job.chunk), take_away(job.decided)
    given = {name: units[name] for name in units.column_names} | {n: decided[n] for n in decided.column_names}
    kept = decided["reason"].is_null()
    examples = pa.table({name: given[name] for name in job.schema.names}).filter(kept).cast(job.schema)
    named = units.select(["example_id", "thread_id", "comment_id"]).append_column("reason", decided["reason"])
    dropped = named.filter(pc.invert(kept)).cast(dropped_schema())
    return Rewritten(put_aside(examples, job.path), row_digests(examples), dropped)


def dropped_schema() -> "pa.Schema":
    """Return the columns of what was dropped."""
    import pyarrow as pa

    return pa.schema([(name, pa.string()) for name in ("example_id", "thread_id", "comment_id", "reason")])
