"""Checks of a whole table before anything is made of it, and the facts that are found on the way."""

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stance.tables.batches import Batch, Wanted
from stance.tables.cards import LISTS, SPLITS, TableCard
from stance.tables.long_form import LongAnnotations
from stance.tables.mapping import (
    Known,
    as_text,
    cells,
    comment_hashes,
    hashes_of,
    list_lengths,
    meaning_of,
    parents,
    splits,
    targets,
    thread_and_comment,
    wanted_columns,
)
from stance.tables.problems import MOST_SHOWN, Problems, UnknownValues
from stance.tables.reading import read_batches
from stance.tables.replies import find_replies

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa


@dataclass(slots=True)
class Seen:
    """What has been seen of the rows so far; hashes stand for ids, so that a million rows take few bytes."""

    counts: "Counter[str]" = field(default_factory=Counter)
    splits: "Counter[str]" = field(default_factory=Counter)
    targets: set[str] = field(default_factory=set)
    annotators: set[str] = field(default_factory=set)
    batches: list[Batch] = field(default_factory=list)
    hashes: "dict[str, list[np.ndarray]]" = field(default_factory=lambda: {"units": [], "comments": [], "parents": []})

    def place(self, row: int) -> str:
        """Say where a row of the whole table stands."""
        for batch in self.batches:
            if row < batch.rows.num_rows:
                return batch.place(row)
            row -= batch.rows.num_rows
        raise IndexError(row)

    def all(self, kind: str) -> "np.ndarray":
        """Return the hashes of one kind for all rows."""
        import numpy as np

        return np.concatenate([np.zeros(0, np.uint64), *self.hashes[kind]])


def check_rows(
    card: TableCard, long_form: LongAnnotations | None, labels: UnknownValues, problems: Problems
) -> tuple[Seen, Known]:
    """Read every row once, note what cannot be used; return what was seen, and what is needed to make units."""
    import numpy as np

    seen, names = Seen(), UnknownValues()
    annotated = np.zeros(0 if long_form is None else len(long_form.keys), dtype=bool)
    for batch in read_all(card, wanted_columns(card, [*card.columns, *LISTS]), problems):
        threads, comments = thread_and_comment(batch, card)
        about = targets(batch, card)
        _note_targets(batch, about, seen, problems)
        seen.hashes["comments"].append(comment_hashes(threads, comments, card))
        seen.hashes["units"].append(hashes_of(threads, comments, about.fill_null("")))
        _note_parents(batch, card, threads, seen)
        _note_values(batch, card, labels, names, seen)
        _note_lists(batch, card, labels, seen, problems)
        _note_depth(batch, card, problems)
        if long_form is not None:
            found = long_form.found(threads, comments, about)
            annotated[found[found >= 0]] = True
        seen.counts["rows"] += batch.rows.num_rows
        seen.counts["without_text"] += cells(batch, card, "text").null_count
        seen.batches.append(batch.without_rows())
    if not seen.counts["rows"] and not problems:
        problems.add("empty tables", "expected rows, found none")
    names.report("split", f"name it in `split_values`, as one of {', '.join(SPLITS)}", SPLITS, problems)
    several = _note_doubled(card, seen, problems)
    made = _note_replies(card, seen, problems) if "parent_id" in card.columns else None
    if long_form is not None:
        sizes = np.diff(long_form.ends, prepend=0)
        seen.annotators |= set(long_form.rows["annotator"].unique().to_pylist())
        seen.counts["annotations_outside"] = int(sizes[~annotated].sum())
    return seen, Known(several, made, long_form)


def read_all(card: TableCard, wanted: Wanted, problems: Problems) -> Iterator[Batch]:
    """Read the wanted columns of every file, in the order of the card."""
    start = 0
    for file in card.files:
        for batch in read_batches(file, card.layout, wanted, problems):
            yield replace(batch, start=start)
            start += batch.rows.num_rows


def _note_targets(batch: Batch, about: "pa.Array", seen: Seen, problems: Problems) -> None:
    seen.targets |= set(about.unique().to_pylist()) - {None}
    missing = about.is_null().to_numpy(zero_copy_only=False).nonzero()[0].tolist()
    expected = "expected a target, found an empty cell"
    problems.add_rows("missing targets", missing, lambda row: f"{batch.place(row)}: {expected}")


def _note_parents(batch: Batch, card: TableCard, threads: "pa.Array", seen: Seen) -> None:
    import numpy as np

    if "parent_id" not in card.columns:
        return
    found = parents(batch, card)
    hashes = comment_hashes(threads, found.fill_null(""), card)
    # 0 stands for no parent
    seen.hashes["parents"].append(np.where(found.is_valid().to_numpy(zero_copy_only=False), hashes, 0))


def _note_values(batch: Batch, card: TableCard, labels: UnknownValues, names: UnknownValues, seen: Seen) -> None:
    found = [cells(batch, card, "label"), *(as_text(batch.rows.column(name)) for name in card.annotator_columns)]
    for values in found:
        labels.note(values, meaning_of(values, card.values.meanings)[1], batch.place_of_label)
    seen.annotators |= set(card.annotator_columns)
    meant, strange = meaning_of(splits(batch, card), card.values.splits)
    names.note(splits(batch, card), strange, batch.place)
    seen.splits.update({entry["values"].as_py(): entry["counts"].as_py() for entry in meant.drop_null().value_counts()})


def _note_lists(batch: Batch, card: TableCard, labels: UnknownValues, seen: Seen, problems: Problems) -> None:
    import numpy as np
    import pyarrow as pa

    if "annotators" not in card.columns:
        return
    found = {word: batch.rows.column(card.columns[word]).combine_chunks() for word in LISTS if word in card.columns}
    lengths = {word: list_lengths(lists) for word, lists in found.items()}
    for word, sizes in lengths.items():
        wrong = np.flatnonzero(sizes != lengths["annotators"]).tolist()
        problems.add_rows("lists", wrong, partial(_say_lengths, batch, word, sizes, lengths["annotators"]))
    said = found["annotator_labels"].flatten().cast(pa.string())
    rows = np.repeat(np.arange(batch.rows.num_rows), lengths["annotator_labels"])
    labels.note(said, meaning_of(said, card.values.meanings)[1], lambda place: batch.place(int(rows[place])))
    seen.annotators |= set(found["annotators"].flatten().unique().cast(pa.string()).to_pylist()) - {None}


def _say_lengths(batch: Batch, word: str, sizes: "np.ndarray", expected: "np.ndarray", row: int) -> str:
    return f"{batch.place(row)}: expected {expected[row]} {word}, one an annotator, found {sizes[row]}"


def _note_depth(batch: Batch, card: TableCard, problems: Problems) -> None:
    import pyarrow.compute as pc

    found = cells(batch, card, "depth")
    whole = pc.match_substring_regex(found, r"^\d{1,9}$")
    wrong = pc.invert(whole.fill_null(True)).to_numpy(zero_copy_only=False).nonzero()[0].tolist()
    expected = "expected a depth as a whole number, 0 or more"
    problems.add_rows("depths", wrong, lambda row: f"{batch.place(row)}: {expected}, found {found[row].as_py()!r}")


def _note_doubled(card: TableCard, seen: Seen, problems: Problems) -> "np.ndarray":
    """Note comments that stand twice with one target; return the hashes of those with several targets."""
    import numpy as np

    units = seen.all("units")
    order = np.argsort(units, kind="stable")
    again = np.flatnonzero(np.diff(units[order]) == 0) + 1
    before = dict(sorted(zip(order[again].tolist(), order[again - 1].tolist(), strict=True)))
    doubled = list(before)
    ids = _ids_at(card, doubled[:MOST_SHOWN])

    def say(row: int) -> str:
        return f"{seen.place(row)}: the comment {ids[row]!r} stands already in {seen.place(before[row])}"

    problems.add_rows("doubled ids", doubled, say)
    hashes, counts = np.unique(seen.all("comments"), return_counts=True)
    return hashes[counts > 1]


def _ids_at(card: TableCard, rows: list[int]) -> dict[int, str]:
    """Read the ids of some rows again, for messages; only their hashes are kept."""
    found: dict[int, str] = {}
    for batch in read_all(card, wanted_columns(card, ["comment_id"]), Problems()) if rows else ():
        _, comments = thread_and_comment(batch, card)
        end = batch.start + batch.rows.num_rows
        found |= {row: comments[row - batch.start].as_py() for row in rows if batch.start <= row < end}
    return found


def _note_replies(card: TableCard, seen: Seen, problems: Problems) -> "pa.Array | None":
    """Count parents that are not in the table, note circles; return the rows' threads where it has none itself."""
    import pyarrow as pa
    import pyarrow.compute as pc

    found = find_replies(seen.all("comments"), seen.all("parents"))
    expected = "expected parents that lead to a first comment, found a circle of them"
    problems.add_rows("circles", found.in_circle.tolist(), lambda row: f"{seen.place(row)}: {expected}")
    seen.counts["parents"] = int(found.is_reply.sum())
    seen.counts["parents_outside"] = int((found.is_reply & (found.above < 0)).sum())
    if "thread_id" in card.columns or problems:
        return None
    names = []
    for batch in read_all(card, wanted_columns(card, ["comment_id", "parent_id"]), Problems()):
        rows = slice(batch.start, batch.start + batch.rows.num_rows)
        is_answer = pa.array(found.is_reply[rows] & (found.above[rows] < 0))
        names.append(pc.if_else(is_answer, parents(batch, card), thread_and_comment(batch, card)[1]))
    # comments that answer one that is not in the table are together under its id
    return pa.concat_arrays(names).take(pa.array(found.top))


def make_facts(card: TableCard, seen: Seen) -> dict[str, Any]:
    """Return what was counted, as plain JSON."""
    sizes: Counter[str] = Counter()
    for batch in seen.batches:
        sizes[batch.file.name] += batch.rows.num_rows
    paths = {file.name: file.path for file in card.files}
    if card.annotations is not None:
        paths[card.annotations.file.name] = card.annotations.file.path
    files = [{"name": name, "rows": rows, **_digest(paths.get(name))} for name, rows in sizes.items()]
    counts = {"rows": seen.counts["rows"], "without_text": seen.counts["without_text"], **seen.counts}
    return {"files": files, **counts, "splits": dict(sorted(seen.splits.items()))}


def _digest(path: Path | None) -> dict[str, str]:
    if path is None or not path.is_file():
        return {}
    with path.open("rb") as stream:
        return {"sha256": hashlib.file_digest(stream, "sha256").hexdigest()}
