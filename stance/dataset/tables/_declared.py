"""From what a YAML declares to a card: files found, headers read, every column looked for."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from stance.dataset.tables._cards import (
    ANNOTATION_KEYS,
    FILE_KEYS,
    HUB_NAME,
    LISTS,
    SPLITS,
    AnnotationsFile,
    Layout,
    TableCard,
    TableFile,
    Values,
    check_keys,
    find_file,
    make_layout,
)
from stance.dataset.tables._problems import Problems
from stance.dataset.tables._reading import read_header
from stance.errors import did_you_mean


def make_card(
    path: Path,
    columns: Mapping[str, str],
    values: Values,
    *,
    target: str | None,
    files: Sequence[Mapping[str, str]],
    annotator_columns: tuple[str, ...],
    annotations: Mapping[str, str] | None,
    written: Mapping[str, Any],
    problems: Problems,
) -> TableCard:
    """Return the card of a table whose files and columns are there; note everything that is not."""
    names = [str(entry.get("path", "")) for entry in files] or [path.name]
    format = written["format"] or ("datasets" if path.is_dir() and not files else None)
    layout = make_layout(names, **{**written, "format": format}, problems=problems)
    found = _find_files(path, files, layout, problems)
    second = _find_annotations(path, annotations, layout, problems) if annotations else None
    card = TableCard(found, layout, columns, target, values, annotator_columns, second)
    _check_sources(card, files, problems)
    if not problems:
        _check_headers(card, problems)
    return card


def _find_files(
    path: Path, entries: Sequence[Mapping[str, str]], layout: Layout, problems: Problems
) -> tuple[TableFile, ...]:
    """Return the files of a table; note entries that are not known and files that are not there."""
    if layout.format == "datasets":
        _check_dataset(path, problems)
    elif not entries:
        folder, name = path.parent, path.name
        if path.is_dir():
            problems.add("files", f"expected `files` with the names of the files in the folder {path}, found none")
        elif layout.format == "lines":
            problems.add("files", "format lines needs `files`, each with a `path` and its `labels`")
        else:
            find_file(folder, name, problems)
        return (TableFile(path, name),)
    elif not path.is_dir():
        near = [str(other) for other in path.parent.glob("*/")] if path.parent.is_dir() else []
        problems.add("files", f"expected a folder that holds the files, found none.{did_you_mean(str(path), near)}")
        return ()
    if not entries:
        return (TableFile(path, path.name),)
    return tuple(_find_entry(path, entry, number, layout, problems) for number, entry in enumerate(entries, start=1))


def _find_entry(folder: Path, entry: Mapping[str, str], number: int, layout: Layout, problems: Problems) -> TableFile:
    name, where = str(entry.get("path", "")), f"`files` entry {number}"
    check_keys(entry, FILE_KEYS, where, 1, problems)
    split = entry.get("split")
    if split is not None and split not in SPLITS:
        hint = did_you_mean(split, SPLITS)
        problems.add("keys", f"{where} ({name}): expected a split of {', '.join(SPLITS)}, found {split!r}.{hint}")
    labels = None
    if layout.format == "lines":
        if not entry.get("labels"):
            problems.add("keys", f"{where} ({name}) lacks `labels`, the file with a label for each line")
        else:
            labels = TableFile(find_file(folder, entry["labels"], problems), entry["labels"])
    elif entry.get("labels"):
        problems.add("keys", f"{where} ({name}) has `labels`, which only format lines reads")
    path = folder if layout.format == "datasets" else find_file(folder, name, problems) if name else folder
    return TableFile(path, name, entry.get("target"), split, labels, entry.get("prefix", ""))


def _check_dataset(path: Path, problems: Problems) -> None:
    """Note a path that is neither a folder nor like a name on the hub."""
    if path.is_dir() or (HUB_NAME.fullmatch(str(path)) and not path.exists()):
        return
    problems.add("files", f"expected a folder or a name on the hub such as owner/name, found {str(path)!r}")


def _find_annotations(
    path: Path, declared: Mapping[str, str], layout: Layout, problems: Problems
) -> AnnotationsFile | None:
    check_keys(declared, ANNOTATION_KEYS, "`annotations`", 4, problems)
    name = str(declared.get("path", ""))
    if not name:
        return None
    # as the first file is written, unless its ending says otherwise
    own = layout if Path(name).suffix == path.suffix else None
    folder = path if path.is_dir() else path.parent
    file = TableFile(find_file(folder, name, problems), name)
    if own is None:
        own = make_layout([name], None, layout.encoding, None, layout.quoting, problems)
    columns = {word: column for word, column in declared.items() if word != "path"}
    return AnnotationsFile(file, own, columns)


def _check_sources(card: TableCard, files: Sequence[Mapping[str, str]], problems: Problems) -> None:
    """Note a table without targets or labels, and what is declared in more than one way."""
    per_file = [entry.get("target") for entry in files]
    ways = [bool(card.target), "target" in card.columns, any(per_file)]
    if sum(ways) != 1:
        expected = "expected the target in one place: `target`, a column, or `target` of each file"
        problems.add("sources", f"{expected}; found {sum(ways)} of them")
    elif any(per_file) and not all(per_file):
        problems.add("sources", f"`files` entry {per_file.index(None) + 1} lacks the `target` that the others have")
    kinds = {
        "a list column `annotators`": "annotators" in card.columns,
        "`annotator_columns`": bool(card.annotator_columns),
        "`annotations`": card.annotations is not None,
    }
    given = [kind for kind, is_given in kinds.items() if is_given]
    if len(given) > 1:
        problems.add("sources", f"expected annotators in one form, found {' and '.join(given)}")
    if not given and "label" not in card.columns and card.layout.format != "lines":
        problems.add("sources", f"expected labels: a column `label`, or one of {', '.join(kinds)}")
    if "split" in card.columns and any(entry.get("split") for entry in files):
        problems.add("sources", "expected the split in one place: a column, or `split` of the files")
    lists = [word for word in LISTS if word in card.columns]
    if lists and card.layout.format not in ("jsonl", "parquet", "datasets"):
        problems.add("sources", f"format {card.layout.format} has no lists in cells, which {', '.join(lists)} need")


def _check_headers(card: TableCard, problems: Problems) -> None:
    """Note each declared column that a file does not have, with the near miss from its header."""
    for file in card.files:
        _check_header(file, card.layout, {**card.columns, **{name: name for name in card.annotator_columns}}, problems)
    if card.annotations is not None:
        _check_header(card.annotations.file, card.annotations.layout, card.annotations.columns, problems)


def _check_header(file: TableFile, layout: Layout, columns: Mapping[str, str], problems: Problems) -> None:
    header = read_header(file, layout, problems)
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
