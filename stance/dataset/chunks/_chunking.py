"""Chunks of large tables: cut evenly, and put aside between two passes over them."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

CHUNK_ROWS = 50_000


def even_chunks(tables: Iterable["pa.Table"]) -> Iterator["pa.Table"]:
    """Cut tables anew so that each but the last has 50,000 rows, whatever they were cut like before."""
    import pyarrow as pa

    waiting: list[pa.Table] = []
    held = 0
    for table in tables:
        if not held and table.num_rows == CHUNK_ROWS:
            yield table
            continue
        waiting.append(table)
        held += table.num_rows
        if held < CHUNK_ROWS:
            continue
        together = pa.concat_tables(waiting)
        ends = range(CHUNK_ROWS, held + 1, CHUNK_ROWS)
        yield from (together.slice(end - CHUNK_ROWS, CHUNK_ROWS).combine_chunks() for end in ends)
        waiting, held = [together.slice(ends[-1])], held - ends[-1]
    if held:
        yield pa.concat_tables(waiting).combine_chunks()


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
