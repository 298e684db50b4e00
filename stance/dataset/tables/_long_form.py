"""Annotations in the long form: a second file with one row per comment and annotator."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from stance.dataset.tables._batches import BETWEEN, Batch, Wanted, as_given, as_name, as_text, make_lists, meaning_of
from stance.dataset.tables._cards import AnnotationsFile, Values
from stance.dataset.tables._problems import Notes, Problems, UnknownValues
from stance.dataset.tables.reading import read_batches

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

KEYS = ("thread_id", "comment_id", "target")
_READERS = {**dict.fromkeys((*KEYS, "annotator"), as_name), "label": as_text}
WORDS = {"annotator": "annotators", "label": "annotator_labels", "confidence": "confidence", "evidence": "evidence"}


@dataclass(frozen=True, slots=True)
class LongAnnotations:
    """Annotations by the comment they are about: its key, where its rows begin and end, and the rows.

    `words` are the columns a comment's key is made of. Rows of a comment are in the order of annotators.
    """

    words: tuple[str, ...]
    keys: "pa.Array"
    ends: "np.ndarray"
    rows: "Mapping[str, pa.Array]"

    def lists_of(self, threads: "pa.Array", comments: "pa.Array", targets: "pa.Array") -> "dict[str, pa.Array]":
        """Return the lists of annotators, labels and so on for each comment."""
        import numpy as np
        import pyarrow as pa

        found = self.found(threads, comments, targets)
        starts = np.concatenate([[0], self.ends])[np.where(found < 0, 0, found)]
        counts = np.where(found < 0, 0, self.ends[found] - starts if self.ends.size else 0)
        # the place of each entry: where its comment's rows begin, plus how far it is into them
        into = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
        places = pa.array(np.repeat(starts, counts) + into)
        return make_lists(counts, {WORDS[word]: array.take(places) for word, array in self.rows.items()})

    def found(self, threads: "pa.Array", comments: "pa.Array", targets: "pa.Array") -> "np.ndarray":
        """Return the number of each comment's key, -1 where nobody annotated it."""
        import pyarrow.compute as pc

        key = key_of({"thread_id": threads, "comment_id": comments, "target": targets}, self.words)
        index = pc.index_in(key, value_set=self.keys, skip_nulls=True)
        found: np.ndarray = pc.fill_null(index, -1).to_numpy(zero_copy_only=False)
        return found


def key_of(columns: "Mapping[str, pa.Array]", words: tuple[str, ...]) -> "pa.Array":
    """Return one string a row that names the comment."""
    import pyarrow.compute as pc

    parts = [columns[word] for word in words]
    return pc.binary_join_element_wise(*parts, BETWEEN) if len(parts) > 1 else parts[0]


def read_long_annotations(
    declared: AnnotationsFile, values: Values, unknown: UnknownValues, problems: Problems
) -> LongAnnotations:
    """Read the second file; note labels without a meaning, empty ids, and annotators twice at a comment."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    words = tuple(word for word in KEYS if word in declared.columns)
    rows, batches = _read_rows(declared, values, unknown, problems)
    keys = key_of(rows, words).dictionary_encode()
    table = pa.table({"key": keys.indices, "annotator": rows["annotator"]})
    order = pc.sort_indices(table, sort_keys=[("key", "ascending"), ("annotator", "ascending")])
    table = table.take(order)
    again = np.flatnonzero(_as_before(table["key"]) & _as_before(table["annotator"])) + 1
    for index in again.tolist():
        first, second = sorted(order[place].as_py() for place in (index - 1, index))
        found = f"{_place(batches, first)} and {_place(batches, second)}: {table['annotator'][index].as_py()!r}"
        problems.add("doubled annotations", f"{found} has labelled one comment twice")
    codes = table["key"].to_numpy()
    ends = np.searchsorted(codes, np.arange(len(keys.dictionary)), side="right")
    return LongAnnotations(
        words, keys.dictionary, ends, {word: rows[word].take(order) for word in WORDS if word in rows}
    )


def _as_before(column: "pa.ChunkedArray") -> "np.ndarray":
    """Say of each row but the first whether it has the value of the row before it."""
    import pyarrow.compute as pc

    same: np.ndarray = pc.equal(column[1:], column[:-1]).fill_null(False).to_numpy()
    return same


def _read_rows(
    declared: AnnotationsFile, values: Values, unknown: UnknownValues, problems: Problems
) -> "tuple[dict[str, pa.Array], list[Batch]]":
    import pyarrow as pa

    wanted = Wanted(tuple(dict.fromkeys(declared.columns.values())))
    parts, batches = [], list[Batch]()
    for batch in read_batches([declared.file], declared.layout, wanted, Notes(problems)):
        columns = {
            word: _READERS.get(word, as_given)(batch.rows.column(name)) for word, name in declared.columns.items()
        }
        for word in (*KEYS, "annotator"):
            if word in columns and columns[word].null_count:
                rows = columns[word].is_null().to_numpy(zero_copy_only=False).nonzero()[0].tolist()
                problems.add_rows("empty ids", rows, partial(_say_empty, batch, word))
                columns[word] = columns[word].fill_null("")
        found = columns["label"]
        columns["label"], strange = meaning_of(found, values.meanings, values.ranges)
        unknown.note(found, strange, batch.place)
        parts.append(pa.table(columns))
        batches.append(batch.without_rows())
    if not parts:
        problems.add("empty tables", f"{declared.file.name}: expected rows, found none")
        return {word: pa.array([], pa.string()) for word in declared.columns}, []
    whole = pa.concat_tables(parts)
    return {word: whole[word].combine_chunks() for word in declared.columns}, batches


def _say_empty(batch: Batch, word: str, row: int) -> str:
    return f"{batch.place(row)}: expected the {word}, found an empty cell"


def _place(batches: Sequence[Batch], row: int) -> str:
    for batch in batches:
        if row < batch.rows.num_rows:
            return batch.place(row)
        row -= batch.rows.num_rows
    raise IndexError(row)
