"""From what a YAML declares to a card: files found, headers read, every column looked for."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from stance.cells import UNIX, same_letters
from stance.dataset.tables._cards import CELLS, LISTS, MADE, Layout, TableCard, TableFile, Values
from stance.dataset.tables._problems import Problems
from stance.dataset.tables.declared._columns import check_columns, check_lists
from stance.dataset.tables.declared._files import find_annotations, find_files
from stance.dataset.tables.declared._layouts import make_layout
from stance.dataset.tables.declared._places import Places
from stance.dataset.tables.declared._shape import make_shape
from stance.dataset.tables.reading._batches_of import read_header
from stance.errors import did_you_mean

BAD_ROWS = ("refuse", "drop")
UNIT = (*CELLS, *LISTS, "example_id", "label_share", "duplicate_group")
WITH_LISTS = ("json", "jsonl", "parquet", "datasets", "frame")


def make_card(
    path: Path,
    values: Values,
    *,
    declared: Mapping[str, Any],
    frame: Any,
    places: Places,
) -> TableCard:
    """Return the card of a table whose files and columns are there; note everything that is not.

    `declared`: what `read_table` takes. `frame`: the table itself, where it is in memory.
    """
    files, problems = declared["files"], places.problems
    layout = _layout(path, declared, frame is not None, problems)
    columns = check_columns(declared["columns"], problems)
    where, below = declared["where"] or {}, declared["label_columns"] or {}
    keys = [entry.get("key") for entry in declared["join"]]
    of_joins = [name for key in keys for name in (key if isinstance(key, Mapping) else [key]) if name is not None]
    others = [str(name) for name in (*of_joins, *where, *below, *declared["annotator_columns"], *declared["extra"])]
    if frame is not None:
        found: tuple[TableFile, ...] = (TableFile(path, path.name, frame=frame),)
    else:
        found = find_files(path, files, layout, columns, others, declared["sheet"], places, problems)
    shape = make_shape(
        path,
        columns,
        layout,
        join=declared["join"],
        where=where,
        label_columns=below,
        separator=declared["separator"],
        others=others,
        places=places,
        problems=problems,
    )
    check_lists(columns.by_word, problems)
    annotations = declared["annotations"]
    second = find_annotations(path, annotations, layout, places, problems) if annotations else None
    raters = tuple(str(name) for name in declared["annotator_columns"])
    extra = tuple(str(name) for name in declared["extra"])
    _check_extra(extra, problems)
    _check_choices(declared, problems)
    times, target = declared["published_format"], same_letters(declared["target"] or "") or None
    card = TableCard(found, layout, columns.by_word, target, values, raters, second, shape, times, extra)
    _check_sources(card, files, bool(annotations), problems)
    if not problems:
        _check_headers(card, problems)
    return card


def _layout(path: Path, declared: Mapping[str, Any], in_memory: bool, problems: Problems) -> Layout:
    if in_memory:
        return Layout("frame", declared["encoding"], ",", True)
    names = [str(entry.get("path", "")) for entry in declared["files"]] or [path.name]
    format = declared["format"]
    if format is None and path.is_dir() and not declared["files"]:
        format = "datasets"
    written = {name: declared[name] for name in ("encoding", "delimiter", "quoting")}
    return make_layout(names, format, **written, problems=problems)


def _check_extra(extra: tuple[str, ...], problems: Problems) -> None:
    """Note columns to be kept that every example has already."""
    for name in extra:
        if name in UNIT or extra.count(name) > 1:
            problems.add("sources", f"`extra` has {name!r}, which every example has already; leave it out")


def _check_choices(declared: Mapping[str, Any], problems: Problems) -> None:
    """Note a format of times that nobody can read by, and a way with bad rows that does not exist."""
    times, bad = declared["published_format"], declared["bad_rows"]
    if times is not None and times not in UNIX and not _is_strptime(times):
        expected = "expected a `published_format` of strptime such as %d.%m.%Y %H:%M, or unix or unix_ms"
        problems.add("choices", f"{expected}, found {times!r}.{did_you_mean(times, UNIX)}")
    if bad not in BAD_ROWS:
        problems.add(
            "choices", f"expected `bad_rows` of refuse or drop, found {bad!r}.{did_you_mean(str(bad), BAD_ROWS)}"
        )


def _is_strptime(format: str) -> bool:
    try:
        datetime.strptime("", format)
    except ValueError as error:
        return "%" in format and "does not match" in str(error)
    return True


def _check_sources(card: TableCard, files: Sequence[Mapping[str, Any]], is_annotated: bool, problems: Problems) -> None:
    """Note a table without targets, labels or texts, and what is declared in more than one way."""
    per_file = [entry.get("target") for entry in files]
    ways = [bool(card.target), "target" in card.columns, any(per_file)]
    if sum(ways) != 1:
        expected = "expected the target in one place: `target`, a column, `target` of each file, or `label_columns`"
        problems.add("sources", f"{expected}; found {sum(ways)} of them")
    elif any(per_file) and not all(per_file):
        problems.add("sources", f"`files` entry {per_file.index(None) + 1} lacks the `target` that the others have")
    if "text" not in card.columns and "comment_id" not in card.columns:
        problems.add("words", "`columns` must say which column is the text, as in `text: comment_body`")
    kinds = {
        "a list column `annotators`": "annotators" in card.columns,
        "`annotator_columns`": bool(card.annotator_columns),
        "`annotations`": is_annotated,
    }
    given = [kind for kind, is_given in kinds.items() if is_given]
    if len(given) > 1:
        problems.add("sources", f"expected annotators in one form, found {' and '.join(given)}")
    if not given and "label" not in card.columns and card.layout.format != "lines":
        problems.add("sources", f"expected labels: a column `label`, `label_columns`, or one of {', '.join(kinds)}")
    if "split" in card.columns and any(entry.get("split") for entry in files):
        problems.add("sources", "expected the split in one place: a column, or `split` of the files")
    lists = [word for word in LISTS if not card.columns.get(word, MADE).endswith(MADE)]
    if lists and card.layout.format not in WITH_LISTS:
        hint = "; set `separator` where a cell has several values"
        problems.add(
            "sources", f"format {card.layout.format} has no lists in cells, which {', '.join(lists)} need{hint}"
        )


def _check_headers(card: TableCard, problems: Problems) -> None:
    """Note each declared column that a file does not have, with the near miss from its header."""
    made = card.shape.made
    columns = {word: name for word, name in card.columns.items() if name not in made}
    columns |= {name: name for name in (*card.annotator_columns, *card.shape.sources, *card.extra) if name not in made}
    for file in card.files:
        own = {word: file.columns.get(name, name) for word, name in columns.items() if name not in file.lacks}
        _check_header(file, card.layout, own, problems)
    if card.annotations is not None:
        _check_header(card.annotations.file, card.annotations.layout, card.annotations.columns, problems)
    for join in card.shape.joins:
        own = {f"the key {ours}": theirs for ours, theirs in join.key.items()}
        own |= {name.removesuffix(MADE): theirs for name, theirs in join.columns.items()}
        for file in join.files:
            _check_header(file, join.layout, own, problems)


def _check_header(file: TableFile, layout: Layout, columns: Mapping[str, str], problems: Problems) -> None:
    header = read_header(file, layout, list(columns.values()), problems)
    if not header:
        if not problems:
            problems.add("empty tables", f"{file.name}: expected rows, found none")
        return
    if len(header) == 1 and len(columns) > 1 and (other := next((d for d in ";\t|," if d in header[0]), None)):
        found = f"{file.name} row 1: found one column, cut at {layout.delimiter!r}"
        problems.add("headers", f"{found}; its header has {other!r} in it, set `delimiter` to that")
        return
    for word, column in columns.items():
        if column not in header:
            named = "" if word == column else f" for {word}"
            hint = did_you_mean(column, header) or f" The columns are {', '.join(header)}."
            problems.add("columns", f"{file.name}: expected the column {column!r}{named}, found none.{hint}")
        elif header.count(column) > 1:
            problems.add("columns", f"{file.name}: expected one column {column!r}, found {header.count(column)}")
