"""Tables that others published: their columns, as one YAML declares them, become units in chunks."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from tempfile import gettempdir
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from stance.dataset.chunks._workers import Workers
from stance.dataset.tables._cards import TableCard
from stance.dataset.tables._checks import check_rows, digest_files, make_facts, without_frames
from stance.dataset.tables._left_out import left_out_units
from stance.dataset.tables._long_form import read_long_annotations
from stance.dataset.tables._problems import Notes, Problems, UnknownValues
from stance.dataset.tables._seen import Seen
from stance.dataset.tables._unit_table import UnitTable
from stance.dataset.tables.declared import Places, check_labels, check_values, make_card
from stance.dataset.tables.reading import frame_of
from stance.errors import InputError
from stance.files import unfinished_folder

if TYPE_CHECKING:
    import datasets
    import pandas as pd

BadRows: TypeAlias = Literal["refuse", "drop"]
HOW = ("path", "labels", "name", "workers", "on_rows")  # what says nothing of files, columns and rows
UNPACKED = "stance-unpacked-"


def read_table(
    path: "str | Path | pd.DataFrame | datasets.Dataset",
    labels: Sequence[str | bool],
    columns: Mapping[str, str | int],
    *,
    target: str | None = None,
    label_values: Mapping[str, str] | None = None,
    split_values: Mapping[str, str] | None = None,
    files: Sequence[Mapping[str, Any]] = (),
    annotator_columns: Sequence[str] = (),
    annotations: Mapping[str, str] | None = None,
    label_columns: Mapping[str, str] | None = None,
    separator: str | None = None,
    bins: Mapping[str, Sequence[float | None]] | None = None,
    join: Sequence[Mapping[str, Any]] = (),
    where: Mapping[str, Any] | None = None,
    extra: Sequence[str] = (),
    published_format: str | None = None,
    bad_rows: BadRows = "refuse",
    format: str | None = None,
    sheet: str | None = None,
    encoding: str = "utf-8",
    delimiter: str | None = None,
    quoting: bool = True,
    name: str = "table",
    workers: Workers | None = None,
    on_rows: Callable[[str, int], None] = lambda stage, n_rows: None,
) -> UnitTable:
    """Check a whole table against its declaration and return it as chunks of units (see `UnitTable`).

    `path`: a file; a folder, with `files` in it; a folder or hub name of the datasets library; a DataFrame or
    a Dataset, whose rows are counted from 1 and called by `name`.
    `labels`: the label set in its order. `columns`: which column of the table a column of the units is;
    keys: text, label, target, author, thread_id, comment_id, parent_id, depth, published, split, context, and
    with a list in each cell annotators, annotator_labels, confidence, evidence, evidence_start.
    Without comment_id an id is made of file and row; without thread_id each comment is a thread of its own.

    `target`: the target of all rows, where it is in no column. `label_values`: the label for a value of the
    table; a value that is a label need not be named. Annotators' labels go through it too. `split_values`: the
    same for train, validation and test. `files`: entries with `path` and, where these hold for a whole file,
    `target`, `split`, `labels` (the file with the labels, for format lines) and `prefix` (set before thread
    ids, where files number their threads alike).

    `annotator_columns`: columns that hold one annotator's labels each. `annotations`: a second file with one
    row per comment and annotator: its `path` and the columns `comment_id`, `annotator`, `label`, and where it
    has them `thread_id`, `target`, `confidence`, `evidence`.

    `format`: csv, tsv, jsonl, parquet, lines or datasets; None goes by the file's ending. `encoding`,
    `delimiter` (None: the format's own) and `quoting` are those of text files.

    `workers`: who checks, and where the rows are put aside; None: this process and memory. `on_rows` is told of the
    stage, "checking", and of the number of rows that are through.

    Raises InputError that lists every problem: columns, files and values that are not there or not declared,
    rows with the wrong number of cells, bytes of another encoding, doubled ids.
    """
    declared = {key: value for key, value in locals().items() if key not in HOW}
    problems = Problems()
    values = check_values(check_labels(labels, problems), label_values, split_values, bins, problems)
    with ExitStack() as stack:
        places = Places(cache(lambda: stack.enter_context(unfinished_folder(Path(gettempdir()), UNPACKED))), problems)
        frame = frame_of(path)
        path = Path(name) if frame is not None else Path(str(path))
        card = make_card(path, values, declared=declared, frame=frame, places=places)
        problems.refuse(str(path))
        notes = Notes(problems, drop=bad_rows == "drop")
        return _checked(str(path), card, notes, workers or Workers(in_memory=True), on_rows)


def _checked(
    path: str, card: TableCard, notes: Notes, workers: Workers, on_rows: Callable[[str, int], None]
) -> UnitTable:
    """Return the table of a card once all of its rows have been read; raise InputError that lists what is wrong."""
    unknown, problems = UnknownValues(), notes.problems
    long_form = read_long_annotations(card.annotations, card.values, unknown, problems) if card.annotations else None
    # a digest leaves the interpreter free for what is checked meanwhile
    with ThreadPoolExecutor(1) as beside:
        digests = beside.submit(digest_files, card)
        seen, known, stored = check_rows(card, long_form, unknown, notes, workers, on_rows)
        remedy = "no range of `bins` has it" if card.values.ranges else "name it in `label_values`"
        unknown.report("label", remedy, card.values.meanings, problems)
        problems.refuse(path)
        _refuse_textless(path, seen)
        facts = make_facts(seen, digests.result())
    card, left_out = without_frames(card), left_out_units(card, known, notes)
    targets, annotators = tuple(sorted(seen.targets)), tuple(sorted(seen.annotators))
    return UnitTable(card, targets, annotators, facts, known, tuple(stored), left_out)


def _refuse_textless(path: str, seen: Seen) -> None:
    """Raise InputError where no row has a text, as in data that is published as ids only."""
    rows = seen.counts["rows"]
    if rows and seen.counts["without_text"] == rows:
        raise InputError(
            f"{path}: expected texts, found none in {rows} rows. Where terms of service keep the texts out, get them "
            "by their ids and `join` them: join: [{path: texts.jsonl, key: {comment_id: id}, columns: {text: text}}]"
        )
