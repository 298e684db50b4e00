"""The first pass over units: each chunk is masked and put aside, and only what the whole must know is kept."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from stance.dataset.fingerprints import fingerprint_column
from stance.dataset.masking import mask_chunk
from stance.privacy import Mask
from stance.units import units_schema
from stance.votes import Votes, votes_of_lists

if TYPE_CHECKING:
    import pyarrow as pa

ROWS_AT_ONCE = 50_000


@dataclass(frozen=True, slots=True)
class ToPrepare:
    """A chunk of units as read, the file that it is put aside in (None: memory), and what to do with it."""

    chunk: "pa.Table | Path"
    path: Path | None
    labels: tuple[str, ...]
    mask: tuple[Mask, ...]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A chunk that was put aside, and what is kept of it: `ledger` has a row for each unit.

    Columns of the ledger: example_id, thread_id, comment_id, author, target and split (dictionaries), label (the
    code of a published one), blank, reply, characters, fingerprint.
    """

    chunk: "pa.Table | Path"
    ledger: "pa.Table"
    votes: Votes


def even_chunks(chunks: Iterable["pa.Table"], rows: int = ROWS_AT_ONCE) -> Iterator["pa.Table"]:
    """Cut tables anew so that each but the last has `rows` rows, whatever they were cut like before."""
    import pyarrow as pa

    waiting: list[pa.Table] = []
    held = 0
    for chunk in chunks:
        if not held and chunk.num_rows == rows:
            yield chunk
            continue
        waiting.append(chunk)
        held += chunk.num_rows
        while held >= rows:
            together = pa.concat_tables(waiting)
            yield together.slice(0, rows).combine_chunks()
            waiting, held = [together.slice(rows)], held - rows
    if held:
        yield pa.concat_tables(waiting).combine_chunks()


def prepare(job: ToPrepare) -> Prepared:
    """Mask a chunk, put it aside with labels as codes, and return what the whole must know of it."""
    import pyarrow as pa

    chunk = take_away(job.chunk)
    chunk = mask_chunk(chunk, job.mask) if job.mask else chunk
    labels = pa.array(job.labels, pa.string())
    votes = votes_of_lists(chunk["annotators"], chunk["annotator_labels"], job.labels)
    aside = put_aside(_with_codes(chunk.drop_columns(["label"]), labels), job.path)
    return Prepared(aside, _ledger(chunk, labels), votes)


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


def put_aside(table: "pa.Table", path: Path | None) -> "pa.Table | Path":
    """Write a table to a file of Arrow's stream format and return its path, or the table itself without one."""
    import pyarrow as pa

    if path is None:
        return table
    with pa.OSFile(str(path), "wb") as file, pa.ipc.new_stream(file, table.schema) as writer:
        writer.write_table(table)
    return path


def take_back(aside: "pa.Table | Path") -> "pa.Table":
    """Return a table that was put aside; a file is read, not mapped, so that its memory is given back."""
    import pyarrow as pa

    if isinstance(aside, pa.Table):
        return aside
    with pa.OSFile(str(aside), "rb") as file:
        return pa.ipc.open_stream(file).read_all()


def take_away(aside: "pa.Table | Path") -> "pa.Table":
    """Return a table that was put aside, and remove its file."""
    table = take_back(aside)
    if isinstance(aside, Path):
        aside.unlink()
    return table


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
