"""Checks of a whole table before anything is made of it, and the facts that are found on the way."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING, Any

from stance.dataset.chunks._chunking import put_aside
from stance.dataset.chunks._workers import Workers
from stance.dataset.tables._batches import Batch, StoredBatch, Wanted, as_given, as_text, meaning_of, name_of
from stance.dataset.tables._cards import LISTS, SPLITS, TableCard
from stance.dataset.tables._defects import defects, without_defects
from stance.dataset.tables._extra import count_types, type_of
from stance.dataset.tables._long_form import LongAnnotations
from stance.dataset.tables._mapping import (
    Known,
    cells,
    comment_hashes,
    hashes_of,
    list_lengths,
    parents,
    splits,
    targets,
    thread_and_comment,
    wanted_columns,
)
from stance.dataset.tables._problems import MOST_SHOWN, Notes, Problems, UnknownValues
from stance.dataset.tables._seen import Seen, find_replies
from stance.dataset.tables.reading import Shaper, joined_facts, note_unwanted, read_batches, read_join

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

WITHOUT_IDS = "without comment_id in `columns` ids are made of file and row, and duplicates are found"


def check_rows(
    card: TableCard,
    long_form: LongAnnotations | None,
    labels: UnknownValues,
    notes: Notes,
    workers: Workers,
    on_rows: Callable[[str, int], None],
) -> tuple[Seen, Known, list[StoredBatch]]:
    """Read every row once, note what cannot be used; return what was seen, what units need, and the rows."""
    import numpy as np

    seen, stored, problems, unread = Seen(), list[StoredBatch](), notes.problems, replace(notes, problems=Problems())
    check = partial(check_batch, without_frames(card), long_form)
    seconds = [read_join(join, unread) for join in card.shape.joins]
    shaper = Shaper(card.shape, seconds)
    jobs = _stored(card, workers, unread, shaper, stored)
    # annotations of a second file are many, and are not sent to other processes with every batch
    for found in workers.in_order(check, jobs) if long_form is None else map(check, jobs):
        seen.add(found)
        on_rows("checking", found.counts["rows"])
    problems.add_all(unread.problems)
    problems.add_all(seen.problems)
    labels.add_all(seen.labels)
    if not seen.counts["rows"] and not problems:
        problems.add("empty tables", "expected rows, found none" + shaper.left_nothing())
    note_unwanted(shaper, problems)
    seen.names.report("split", f"name it in `split_values`, as one of {', '.join(SPLITS)}", SPLITS, problems)
    several = _note_doubled(card, seen, stored, problems)
    made = _note_replies(card, seen, stored, problems) if "parent_id" in card.columns else None
    if long_form is not None:
        sizes = np.diff(long_form.ends, prepend=0)
        seen.annotators |= set(long_form.rows["annotator"].unique().to_pylist())
        annotated = np.isin(np.arange(len(sizes)), seen.all("annotated"))
        seen.counts["annotations_outside"] = int(sizes[~annotated].sum())
    seen.counts.update(notes.counts)
    seen.joined = joined_facts(seconds)
    extra = {name: type_of(seen.extra.get(name, {})) for name in card.extra}
    return seen, Known(several, made, long_form, extra), stored


def without_frames(card: TableCard) -> TableCard:
    """Return a card without the table itself, where that is in memory: cards go to other processes."""
    return replace(card, files=tuple(replace(file, frame=None) for file in card.files))


def _stored(
    card: TableCard, workers: Workers, unread: Notes, shaper: Shaper, stored: list[StoredBatch]
) -> Iterator[StoredBatch]:
    """Read all declared columns, and put the rows aside for the making of units."""
    wanted, start = wanted_columns(card, [*card.columns, *LISTS]), 0
    for number, batch in enumerate(workers.sized(read_all(card, wanted, unread, shaper))):
        batch = without_defects(batch, card, unread) if unread.drop else batch
        rows = put_aside(batch.rows, workers.path_of(f"rows-{number:05}.arrow"))
        stored.append(StoredBatch(batch.without_rows(), rows))
        stored[-1] = replace(stored[-1], where=replace(stored[-1].where, start=start))
        start += batch.rows.num_rows
        yield stored[-1]


def check_batch(card: TableCard, long_form: LongAnnotations | None, stored: StoredBatch) -> Seen:
    """Return what is seen in the rows of a batch, and what is wrong with them."""
    batch, seen = stored.take_back(), Seen(batches=[stored.where])
    threads, comments = thread_and_comment(batch, card)
    about = targets(batch, card)
    seen.targets |= set(about.unique().to_pylist()) - {None}
    for kind, rows, say in defects(batch, card):
        seen.problems.add_rows(kind, rows.tolist(), say)
    hashes = comment_hashes(threads, comments, card)
    seen.hashes["comments"].append(hashes)
    if not card.one_target:
        hashes = hashes_of(threads, comments, about.fill_null(""))
    seen.hashes["units"].append(hashes)
    _note_parents(batch, card, threads, seen)
    _note_values(batch, card, seen)
    _note_lists(batch, card, seen)
    for name in card.extra:
        seen.extra.setdefault(name, Counter()).update(count_types(as_given(batch.rows.column(name))))
    if long_form is not None:
        seen.hashes["annotated"].append(long_form.found(threads, comments, about))
    seen.counts["rows"] += batch.rows.num_rows
    seen.counts["without_text"] += cells(batch, card, "text").null_count
    return seen


def read_all(card: TableCard, wanted: Wanted, notes: Notes, shaper: Shaper) -> Iterator[Batch]:
    """Read the wanted columns of every file, in the order of the card; those of one entry together."""
    for _, together in groupby(card.files, key=lambda file: file.entry):
        yield from read_batches(list(together), card.layout, wanted, notes, shaper)


def _note_parents(batch: Batch, card: TableCard, threads: "pa.Array", seen: Seen) -> None:
    import numpy as np

    if "parent_id" not in card.columns:
        return
    found = parents(batch, card)
    hashes = comment_hashes(threads, found.fill_null(""), card)
    # 0 stands for no parent
    seen.hashes["parents"].append(np.where(found.is_valid().to_numpy(zero_copy_only=False), hashes, 0))


def _note_values(batch: Batch, card: TableCard, seen: Seen) -> None:
    found = [cells(batch, card, "label"), *(as_text(batch.rows.column(name)) for name in card.annotator_columns)]
    for values in found:
        strange = meaning_of(values, card.values.meanings, card.values.ranges)[1]
        seen.labels.note(values, strange, batch.place_of_label)
    seen.annotators |= set(card.annotator_columns)
    meant, strange = meaning_of(splits(batch, card), card.values.splits)
    seen.names.note(splits(batch, card), strange, batch.place)
    seen.splits.update({entry["values"].as_py(): entry["counts"].as_py() for entry in meant.drop_null().value_counts()})


def _note_lists(batch: Batch, card: TableCard, seen: Seen) -> None:
    import numpy as np
    import pyarrow as pa

    if "annotators" not in card.columns:
        return
    found = {word: batch.rows.column(card.columns[word]).combine_chunks() for word in LISTS if word in card.columns}
    lengths = {word: list_lengths(lists) for word, lists in found.items()}
    for word, sizes in lengths.items():
        wrong = np.flatnonzero(sizes != lengths["annotators"]).tolist()
        seen.problems.add_rows("lists", wrong, partial(_say_lengths, batch, word, sizes, lengths["annotators"]))
    said = found["annotator_labels"].flatten().cast(pa.string())
    rows = np.repeat(np.arange(batch.rows.num_rows), lengths["annotator_labels"])
    strange = meaning_of(said, card.values.meanings, card.values.ranges)[1]
    seen.labels.note(said, strange, lambda place: batch.place(int(rows[place])))
    seen.annotators |= set(found["annotators"].flatten().unique().cast(pa.string()).to_pylist()) - {None}


def _say_lengths(batch: Batch, word: str, sizes: "np.ndarray", expected: "np.ndarray", row: int) -> str:
    return f"{batch.place(row)}: expected {expected[row]} {word}, one an annotator, found {sizes[row]}"


def _note_doubled(card: TableCard, seen: Seen, stored: list[StoredBatch], problems: Problems) -> "np.ndarray":
    """Note comments that stand twice with one target; return the hashes of those with several targets."""
    import numpy as np

    units = seen.all("units")
    before: dict[int, int] = {}
    # which row stands first is asked only where one stands twice: it takes ten times as long to sort
    if (np.diff(np.sort(units)) == 0).any():
        order = np.argsort(units, kind="stable")
        again = np.flatnonzero(np.diff(units[order]) == 0) + 1
        before = dict(sorted(zip(order[again].tolist(), order[again - 1].tolist(), strict=True)))
    doubled = list(before)
    ids = _ids_at(card, stored, doubled[:MOST_SHOWN])

    def say(row: int) -> str:
        return f"{seen.place(row)}: the comment {ids[row]!r} stands already in {seen.place(before[row])}"

    if "rounded ids" in problems:
        doubled = []  # which is what comes of it
    problems.add_rows("doubled ids", doubled, say)
    if doubled and "comment_id" in card.columns:
        problems.add("remedies", WITHOUT_IDS)
    if card.one_target:
        return np.zeros(0, np.uint64)
    hashes, counts = np.unique(seen.all("comments"), return_counts=True)
    return hashes[counts > 1]


def _ids_at(card: TableCard, stored: list[StoredBatch], rows: list[int]) -> dict[int, str]:
    """Look up the ids of some rows again, for messages; only their hashes are kept."""
    found: dict[int, str] = {}
    for entry in stored:
        start, end = entry.where.start, entry.where.start + entry.where.rows.num_rows
        if here := [row for row in rows if start <= row < end]:
            _, comments = thread_and_comment(entry.take_back(), card)
            found |= {row: comments[row - start].as_py() for row in here}
    return found


def _note_replies(card: TableCard, seen: Seen, stored: list[StoredBatch], problems: Problems) -> "pa.Array | None":
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
    for batch in (entry.take_back() for entry in stored):
        rows = slice(batch.start, batch.start + batch.rows.num_rows)
        is_answer = pa.array(found.is_reply[rows] & (found.above[rows] < 0))
        names.append(pc.if_else(is_answer, parents(batch, card), thread_and_comment(batch, card)[1]))
    # comments that answer one that is not in the table are together under its id
    return pa.concat_arrays(names).take(pa.array(found.top))


def make_facts(seen: Seen, digests: Mapping[str, str]) -> dict[str, Any]:
    """Return what was counted, as plain JSON; `digests`: what `digest_files` returns."""
    sizes: Counter[str] = Counter()
    for batch in seen.batches:
        sizes[batch.name] += batch.rows.num_rows
    sizes.update({name: counts["rows"] for name, counts in seen.joined.items()})
    files = [
        {"name": name, "rows": rows} | ({"sha256": digests[name]} if name in digests else {})
        for name, rows in sizes.items()
    ]
    counts = {"rows": seen.counts["rows"], "without_text": seen.counts["without_text"], **seen.counts}
    joined = {"joined": seen.joined} if seen.joined else {}
    return {"files": files, **counts, "splits": dict(sorted(seen.splits.items())), **joined}


def digest_files(card: TableCard) -> dict[str, str]:
    """Return the SHA-256 of each file that is one, by name; of several files of a pattern that of all theirs."""
    found: dict[str, list[str]] = {}
    second = [card.annotations.file] if card.annotations is not None else []
    of_joins = [file for join in card.shape.joins for file in join.files]
    for _, together in groupby([*card.files, *second, *of_joins], key=lambda file: file.entry or file.name):
        files = list(together)
        for path in [file.origin or file.path for file in files]:
            if path.is_file():
                with path.open("rb") as stream:
                    digest = hashlib.file_digest(stream, "sha256").hexdigest()
                found.setdefault(name_of(files), []).append(digest)
    return {
        name: each[0] if len(each) == 1 else hashlib.sha256("".join(each).encode()).hexdigest()
        for name, each in found.items()
    }
