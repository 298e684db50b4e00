"""Tables that others published: their columns, as one YAML declares them, become units in chunks."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from stance.dataset.chunks._workers import Workers
from stance.dataset.tables._cards import check_columns, check_labels, check_values
from stance.dataset.tables._checks import check_rows, digest_files, make_facts
from stance.dataset.tables._declared import make_card
from stance.dataset.tables._long_form import read_long_annotations
from stance.dataset.tables._problems import Problems, UnknownValues
from stance.dataset.tables._unit_table import UnitTable


def read_table(
    path: str | Path,
    labels: Sequence[str],
    columns: Mapping[str, str],
    *,
    target: str | None = None,
    label_values: Mapping[str, str] | None = None,
    split_values: Mapping[str, str] | None = None,
    files: Sequence[Mapping[str, str]] = (),
    annotator_columns: Sequence[str] = (),
    annotations: Mapping[str, str] | None = None,
    format: str | None = None,
    encoding: str = "utf-8",
    delimiter: str | None = None,
    quoting: bool = True,
    workers: Workers | None = None,
    on_rows: Callable[[str, int], None] = lambda stage, n_rows: None,
) -> UnitTable:
    """Check a whole table against its declaration and return it as chunks of units (see `UnitTable`).

    `path`: a file; a folder, with `files` in it; a folder or hub name of the datasets library.
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
    problems = Problems()
    card = make_card(
        Path(path),
        check_columns(columns, problems),
        check_values(check_labels(labels, problems), label_values, split_values, problems),
        target=target,
        files=files,
        annotator_columns=tuple(annotator_columns),
        annotations=annotations,
        written={"format": format, "encoding": encoding, "delimiter": delimiter, "quoting": quoting},
        problems=problems,
    )
    problems.refuse(str(path))
    unknown = UnknownValues()
    long_form = read_long_annotations(card.annotations, card.values, unknown, problems) if card.annotations else None
    # a digest leaves the interpreter free for what is checked meanwhile
    with ThreadPoolExecutor(1) as beside:
        digests = beside.submit(digest_files, card)
        seen, known, stored = check_rows(
            card, long_form, unknown, problems, workers or Workers(in_memory=True), on_rows
        )
        unknown.report("label", "name it in `label_values`", card.values.meanings, problems)
        problems.refuse(str(path))
        facts = make_facts(seen, digests.result())
    return UnitTable(card, tuple(sorted(seen.targets)), tuple(sorted(seen.annotators)), facts, known, tuple(stored))
