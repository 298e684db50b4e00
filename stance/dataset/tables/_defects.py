"""Defects of rows: what makes a row that was read unusable, for being told of, or for leaving the row out."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from stance.dataset.tables._batches import Batch, as_text, meaning_of
from stance.dataset.tables._cards import TableCard
from stance.dataset.tables._mapping import cells, label_meanings, list_lengths, splits, targets, times
from stance.dataset.tables._problems import Notes, reason_of

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

# a kind in the plural, the rows, and what is said of one of them
Defect: TypeAlias = "tuple[str, np.ndarray, Callable[[int], str]]"
IDS = ("comment_id", "thread_id", "parent_id")
ROUNDED = r"^\d[\d.,]*[eE]\+\d+$"  # as a spreadsheet shows a number of many digits


def defects(batch: Batch, card: TableCard) -> Iterator[Defect]:
    """Yield the kinds of defects of a batch, each with its rows and what is said of a row."""
    about = targets(batch, card)
    yield "missing targets", _rows(about.is_null()), lambda row: f"{batch.place(row)}: {NO_TARGET}"
    yield from _numbers(batch, card)
    if "published" in card.columns:
        found = cells(batch, card, "published")
        _, unread = times(found, card.published_format)
        yield "unreadable times", _rows(unread), partial(_say_time, batch, card, found)
    for word in IDS:
        if word in card.columns:
            yield _rounded(batch, cells(batch, card, word), word)


NO_TARGET = "expected a target, found an empty cell"


def _rows(mask: "pa.Array") -> "np.ndarray":
    found: np.ndarray = mask.fill_null(False).to_numpy(zero_copy_only=False).nonzero()[0]
    return found


def _numbers(batch: Batch, card: TableCard) -> Iterator[Defect]:
    import pyarrow.compute as pc

    if "depth" not in card.columns:
        return
    found = cells(batch, card, "depth")
    wrong = pc.invert(pc.match_substring_regex(found, r"^\d{1,9}$").fill_null(True))
    expected = "expected a depth as a whole number, 0 or more"
    say = lambda row: f"{batch.place(row)}: {expected}, found {found[row].as_py()!r}"  # noqa: E731
    yield "unreadable depths", _rows(wrong), say


def _say_time(batch: Batch, card: TableCard, found: "pa.Array", row: int) -> str:
    expected = "expected a time such as 2016-09-20 or 2016-09-20T15:30"
    remedy = "; where it is written otherwise, say how in `published_format`, as in %d.%m.%Y or unix"
    if card.published_format is not None:
        expected, remedy = f"expected a time written as `published_format` says, {card.published_format}", ""
    return f"{batch.place(row)}: {expected}, found {found[row].as_py()!r}{remedy}"


def _rounded(batch: Batch, ids: "pa.Array", word: str) -> Defect:
    import pyarrow.compute as pc

    return "rounded ids", _rows(pc.match_substring_regex(ids, ROUNDED)), partial(_say_rounded, batch, ids, word)


def _say_rounded(batch: Batch, ids: "pa.Array", word: str, row: int) -> str:
    found = f"found {ids[row].as_py()!r}, which a spreadsheet has rounded: other rows may have the same"
    remedy = "take the ids from a file that no spreadsheet has saved"
    if word == "comment_id":
        remedy += ", or leave comment_id out of `columns`: ids are then made of file and row"
    return f"{batch.place(row)}: expected the {word} as it was given, {found}; {remedy}"


def without_defects(batch: Batch, card: TableCard, notes: Notes) -> Batch:
    """Return a batch without the rows that cannot be used; these are noted, each for its first defect."""
    import numpy as np

    kept = np.ones(batch.rows.num_rows, dtype=bool)
    for kind, rows in [*((kind, rows) for kind, rows, _ in defects(batch, card)), *_unknown(batch, card)]:
        wrong = np.zeros(len(kept), dtype=bool)
        wrong[rows] = True
        wrong &= kept
        if wrong.any():
            notes.left_out_batches.append((_filtered(batch, wrong), reason_of(kind)))
            kept &= ~wrong
    return batch if kept.all() else _filtered(batch, kept)


def _filtered(batch: Batch, mask: "np.ndarray") -> Batch:
    import numpy as np
    import pyarrow as pa

    parts, of = (None if beside is None else beside[mask] for beside in (batch.parts, batch.of))
    rows = batch.rows.filter(pa.array(mask)).combine_chunks()
    return replace(batch, rows=rows, numbers=np.asarray(batch.numbers)[mask], parts=parts, of=of)


def _unknown(batch: Batch, card: TableCard) -> "Iterator[tuple[str, np.ndarray]]":
    """Yield rows whose label or split has no declared meaning, and those whose lists are not of one length."""
    import numpy as np
    import pyarrow as pa

    values = card.values
    yield "unknown labels", _rows(label_meanings(batch, card)[1])
    for name in card.annotator_columns:
        said = as_text(batch.rows.column(name))
        yield "unknown labels", _rows(meaning_of(said, values.meanings, values.ranges)[1])
    if "annotators" in card.columns:
        lists = batch.rows.column(card.columns["annotator_labels"]).combine_chunks()
        strange = meaning_of(lists.flatten().cast(pa.string()), values.meanings, values.ranges)[1]
        sizes = list_lengths(lists)
        yield "unknown labels", np.unique(np.repeat(np.arange(len(sizes)), sizes)[_rows(strange)])
        expected = list_lengths(batch.rows.column(card.columns["annotators"]).combine_chunks())
        yield "uneven lists", np.flatnonzero(sizes != expected)
    yield "unknown splits", _rows(meaning_of(splits(batch, card), values.splits)[1])
