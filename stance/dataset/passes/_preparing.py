"""The first pass over units: each chunk is masked and put aside, and only what the whole must know is kept."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from stance.dataset._source import MakeUnits
from stance.dataset.chunks._chunking import put_aside, take_away
from stance.dataset.duplicates import fingerprint_column
from stance.dataset.passes._masking import mask_chunk
from stance.study.votes import Votes, votes_of_lists
from stance.thread.privacy import Mask
from stance.thread.units import units_schema

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class ToPrepare:
    """A chunk of units, or what makes it, the file that it is put aside in (None: memory), and what to do with it."""

    chunk: "pa.Table | Path | MakeUnits"
    path: Path | None
    labels: tuple[str, ...]
    mask: tuple[Mask, ...]
    names: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A chunk that was put aside, and what is kept of it: `ledger` has a row for each unit.

    Columns of the ledger: example_id, thread_id, comment_id, author, target and split (dictionaries), label (the
    code of a published one), blank, reply, characters, fingerprint. `masked`: masks in its texts, by kind.
    """

    chunk: "pa.Table | Path"
    ledger: "pa.Table"
    votes: Votes
    masked: Counter[str]


def prepare(job: ToPrepare) -> Prepared:
    """Mask a chunk, put it aside with labels as codes, and return what the whole must know of it."""
    import pyarrow as pa

    chunk = job.chunk() if callable(job.chunk) else take_away(job.chunk)
    chunk, masked = mask_chunk(chunk, job.mask, job.names) if job.mask else (chunk, Counter())
    labels = pa.array(job.labels, pa.string())
    votes = votes_of_lists(chunk["annotators"], chunk["annotator_labels"], job.labels)
    aside = put_aside(_with_codes(chunk.drop_columns(["label"]), labels), job.path)
    return Prepared(aside, _ledger(chunk, labels), votes, masked)


def empty_ledger() -> "pa.Table":
    """Return the ledger of no units."""
    import pyarrow as pa

    return _ledger(units_schema().empty_table(), pa.array([], pa.string()))


def _ledger(chunk: "pa.Table", labels: "pa.Array") -> "pa.Table":
    import pyarrow as pa
    import pyarrow.compute as pc

    text = chunk["text"]
    return pa.table(
        {
            **{column: chunk[column] for column in ("example_id", "thread_id", "comment_id")},
            **{column: _dictionary(chunk[column]) for column in ("author", "target", "split")},
            "label": pc.index_in(chunk["label"], value_set=labels),
            "blank": pc.or_(pc.utf8_is_space(text), pc.equal(text, "")),
            "reply": chunk["parent_id"].is_valid(),
            "characters": pc.utf8_length(text),
            "fingerprint": fingerprint_column(text.combine_chunks()).cast(pa.binary(16)),
        }
    )


def _with_codes(chunk: "pa.Table", labels: "pa.Array") -> "pa.Table":
    """Return the chunk with annotators' labels as the codes of ClassLabel."""
    import pyarrow as pa
    import pyarrow.compute as pc

    said = chunk["annotator_labels"].combine_chunks()
    codes = pc.index_in(said.values, value_set=labels).cast(pa.int64())
    place = chunk.schema.get_field_index("annotator_labels")
    return chunk.set_column(place, "annotator_labels", pa.ListArray.from_arrays(said.offsets, codes))


def _dictionary(column: "pa.ChunkedArray") -> "pa.Array":
    import pyarrow.compute as pc

    return pc.dictionary_encode(column.combine_chunks())
