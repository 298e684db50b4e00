"""Batches of a table's rows, made into units: whole columns at a time."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from stance.cells import UNIX, read_times
from stance.dataset.tables._batches import (
    BETWEEN,
    WHOLE,
    Batch,
    Wanted,
    as_given,
    as_name,
    as_text,
    make_lists,
    meaning_of,
    plain_numbers,
)
from stance.dataset.tables._cards import LISTS, TableCard, Values
from stance.dataset.tables._extra import typed
from stance.dataset.tables._long_form import LongAnnotations

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa


# Which words of a card a column of the units is made from.
SOURCES = {
    "example_id": ("thread_id", "comment_id", "target"),
    "thread_id": ("thread_id", "comment_id", "parent_id"),
    **{word: (word,) for word in LISTS},
}


# what is compared with what stands elsewhere
NAMES = ("thread_id", "comment_id", "parent_id", "target")


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """What is known of a table only when all of it has been read.

    `several`: the comments that stand there with several targets, as hashes in ascending order. `threads`: the
    thread of each row, where the table has parents and no threads. `long_form`: annotations of a second file.
    `extra`: the types of the columns that are kept beside those of every unit.
    """

    several: "np.ndarray"
    threads: "pa.Array | None" = None
    long_form: LongAnnotations | None = None
    extra: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_small(self) -> bool:
        """Whether it may be sent to another process with every batch."""
        return self.threads is None and self.long_form is None


def wanted_columns(card: TableCard, words: Iterable[str]) -> Wanted:
    """Return the table's columns that the given columns of the units are made from."""
    needed = {source for word in words for source in SOURCES.get(word, (word,))}
    if needed & set(LISTS) and card.annotations is not None:
        needed |= {"thread_id", "comment_id", "target"}
    columns = [column for word, column in card.columns.items() if word in needed]
    if needed & set(LISTS):
        columns += card.annotator_columns
    made = card.shape.made
    unique = tuple(dict.fromkeys(name for name in (*columns, *card.shape.sources, *card.extra) if name not in made))
    lists = (card.columns[word] for word in LISTS if word in card.columns)
    return Wanted(unique, frozenset(name for name in lists if name not in made))


def label_meanings(batch: Batch, card: TableCard) -> "tuple[pa.Array, pa.Array]":
    """Return what the published labels mean, and for each whether it has no declared meaning."""
    return meaning_of(cells(batch, card, "label"), card.values.meanings, card.values.ranges)


def cells(batch: Batch, card: TableCard, word: str) -> "pa.Array":
    """Return a declared column of the batch as text, null where it is empty or not declared."""
    if word not in batch.read:
        batch.read[word] = _cells(batch, card, word)
    return batch.read[word]


def _cells(batch: Batch, card: TableCard, word: str) -> "pa.Array":
    import pyarrow as pa

    name = card.columns.get(word)
    if name is None or name not in batch.rows.column_names:
        return pa.nulls(batch.rows.num_rows, pa.string())
    column = batch.rows.column(name)
    if word in NAMES:
        return as_name(column)
    # what a label or a split means is declared, and may be spelt as programs write nothing
    return as_text(column) if word in ("label", "split") else as_given(column)


def thread_and_comment(batch: Batch, card: TableCard) -> "tuple[pa.Array, pa.Array]":
    """Return thread and comment ids: made from file and row where the table has none, a thread from its comment."""
    import pyarrow.compute as pc

    prefix = batch.file.prefix
    comments = cells(batch, card, "comment_id")
    if "thread_id" not in card.columns:
        comments = with_prefix(comments, prefix)
    if comments.null_count:
        comments = pc.coalesce(comments, batch.made_ids())
    if "thread_id" not in card.columns:
        return comments, comments
    return pc.coalesce(with_prefix(cells(batch, card, "thread_id"), prefix), comments), comments


def with_prefix(ids: "pa.Array", prefix: str) -> "pa.Array":
    """Return ids with `prefix/` before each, as they are where there is no prefix."""
    import pyarrow.compute as pc

    return pc.binary_join_element_wise(prefix, ids, "/") if prefix else ids


def targets(batch: Batch, card: TableCard) -> "pa.Array":
    """Return each row's target: its own, its file's, or the card's."""
    import pyarrow as pa
    import pyarrow.compute as pc

    constant = batch.file.target or card.target
    return pc.coalesce(cells(batch, card, "target"), pa.scalar(constant, pa.string()))


def splits(batch: Batch, card: TableCard) -> "pa.Array":
    """Return each row's value for its split: its own or its file's."""
    import pyarrow as pa

    if "split" in card.columns:
        return cells(batch, card, "split")
    return pa.array([batch.file.split] * batch.rows.num_rows, pa.string())


def hashes_of(*parts: "pa.Array") -> "np.ndarray":
    """Return a 64-bit hash of each row's parts, the same in every process."""
    import pyarrow.compute as pc
    from pandas.util import hash_array

    joined = pc.binary_join_element_wise(*parts, BETWEEN) if len(parts) > 1 else parts[0]
    return hash_array(joined.to_numpy(zero_copy_only=False), categorize=False)


def make_units(batch: Batch, card: TableCard, known: Known, words: Iterable[str]) -> "pa.Table":
    """Make a batch into the given columns of the units."""
    import pyarrow as pa

    from stance.thread.units import units_schema

    schema = units_schema(known.extra)
    makers: dict[str, Callable[[], pa.Array]] = {
        "example_id": partial(example_ids, batch, card, known),
        "thread_id": partial(_threads, batch, card, known),
        "comment_id": lambda: thread_and_comment(batch, card)[1],
        "parent_id": partial(parents, batch, card),
        "depth": lambda: cells(batch, card, "depth").cast(pa.int32()),
        "target": partial(targets, batch, card),
        "text": lambda: cells(batch, card, "text").fill_null(""),
        "context": lambda: cells(batch, card, "context").fill_null(""),
        "split": lambda: meaning_of(splits(batch, card), card.values.splits)[0],
        "published": partial(_published, batch, card),
        "label": lambda: label_meanings(batch, card)[0],
    }
    for name, kind in known.extra.items():
        makers[name] = partial(_extra_column, batch, name, kind)
    words = list(words)
    lists = _lists(batch, card, known.long_form) if set(words) & set(LISTS) else {}
    arrays = [lists[word] if word in LISTS else makers.get(word, partial(cells, batch, card, word))() for word in words]
    return pa.table(arrays, schema=pa.schema([schema.field(word) for word in words]))


def _extra_column(batch: Batch, name: str, kind: str) -> "pa.Array":
    return typed(as_given(batch.rows.column(name)), kind)


def _published(batch: Batch, card: TableCard) -> "pa.Array":
    found = cells(batch, card, "published")
    # ISO 8601 stays as it is, and was looked at in the first pass
    return found if card.published_format is None else times(found, card.published_format)[0]


def times(found: "pa.Array", format: str | None) -> "tuple[pa.Array, pa.Array]":
    """Return times as ISO 8601, and for each whether it is given and cannot be read; ISO 8601 stays as it is."""
    import pandas as pd
    import pyarrow as pa

    known = found.dictionary_encode()
    words = pd.Series(known.dictionary.to_pylist(), dtype=object)
    moments = read_times(words, format)
    unread = pa.array(moments.isna().to_numpy(), pa.bool_()).take(known.indices)
    if format is None:
        return found, unread
    zoned = format in UNIX or "%z" in format
    shown = [None if pd.isna(at) else (at if zoned else at.tz_localize(None)).isoformat() for at in moments]
    return pa.array(shown, pa.string()).take(known.indices), unread


def parents(batch: Batch, card: TableCard) -> "pa.Array":
    """Return the id of each row's parent, written as comment ids are.

    Programs write the ids of a column in which some are missing as floats, 100.0 for 100.
    """
    import pyarrow.compute as pc

    found = cells(batch, card, "parent_id")
    if not pc.any(pc.match_substring_regex(cells(batch, card, "comment_id"), WHOLE)).as_py():
        found = plain_numbers(found)
    return found if "thread_id" in card.columns else with_prefix(found, batch.file.prefix)


def comment_hashes(threads: "pa.Array", comments: "pa.Array", card: TableCard) -> "np.ndarray":
    """Return what tells comments apart: thread and id, the id alone where the table has no threads."""
    return hashes_of(threads, comments) if "thread_id" in card.columns else hashes_of(comments)


def _threads(batch: Batch, card: TableCard, known: Known) -> "pa.Array":
    if known.threads is None:
        return thread_and_comment(batch, card)[0]
    return known.threads.slice(batch.start, batch.rows.num_rows)


def example_ids(batch: Batch, card: TableCard, known: Known) -> "pa.Array":
    """Return the id of each row's unit: of thread and comment, and of the target where a comment has several."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    threads, comments = thread_and_comment(batch, card)
    ids = pc.binary_join_element_wise(threads, comments, "#") if "thread_id" in card.columns else comments
    if not known.several.size:
        return ids
    again = pa.array(np.isin(comment_hashes(threads, comments, card), known.several))
    return pc.if_else(again, pc.binary_join_element_wise(ids, targets(batch, card), "@"), ids)


def _lists(batch: Batch, card: TableCard, long_form: LongAnnotations | None) -> "dict[str, pa.Array]":
    """Return the annotators of each row, their labels, and what else they said, as lists of one length."""
    if long_form is not None:
        threads, comments = thread_and_comment(batch, card)
        return long_form.lists_of(threads, comments, targets(batch, card))
    if card.annotator_columns:
        return wide_lists(batch, card.annotator_columns, card.values)
    return own_lists(batch, card)


def wide_lists(batch: Batch, columns: tuple[str, ...], values: Values) -> "dict[str, pa.Array]":
    """Return lists from columns that hold one annotator's labels each, empty cells left out."""
    import numpy as np
    import pyarrow as pa

    size, width = batch.rows.num_rows, len(columns)
    arrays = [meaning_of(as_text(batch.rows.column(column)), values.meanings, values.ranges)[0] for column in columns]
    by_row = np.arange(size * width).reshape(width, size).T.ravel()
    names = pa.array(list(columns), pa.string()).take(pa.array(np.tile(np.arange(width), size)))
    flat = {"annotators": names, "annotator_labels": pa.concat_arrays(arrays).take(pa.array(by_row))}
    return make_lists(np.full(size, width), flat)


def own_lists(batch: Batch, card: TableCard) -> "dict[str, pa.Array]":
    """Return lists from columns that hold a list in each cell, one length in each row."""
    import numpy as np
    import pyarrow as pa

    if "annotators" not in card.columns:
        return make_lists(np.zeros(batch.rows.num_rows, dtype=np.int64), {})
    found = {word: batch.rows.column(card.columns[word]).combine_chunks() for word in LISTS if word in card.columns}
    flat = {word: array.flatten() for word, array in found.items()}
    said, values = flat["annotator_labels"].cast(pa.string()), card.values
    flat["annotator_labels"] = meaning_of(said, values.meanings, values.ranges)[0]
    return make_lists(list_lengths(found["annotators"]), flat)


def list_lengths(lists: "pa.Array") -> "np.ndarray":
    """Return how many entries each list has, 0 where there is no list."""
    import pyarrow.compute as pc

    lengths: np.ndarray = pc.fill_null(pc.list_value_length(lists), 0).to_numpy(zero_copy_only=False)
    return lengths
