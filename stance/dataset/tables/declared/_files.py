"""What a YAML declares of files: where each is, what holds for all of its rows, and what it calls its columns."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from stance.cells import same_letters
from stance.dataset.tables._cards import MADE, SPLITS, AnnotationsFile, Layout, TableFile
from stance.dataset.tables._problems import Problems
from stance.dataset.tables.declared._columns import Columns, own_columns
from stance.dataset.tables.declared._layouts import ending_of, make_layout
from stance.dataset.tables.declared._places import PATTERN, Places
from stance.dataset.tables.declared._values import check_keys
from stance.dataset.tables.declared.keys import ANNOTATIONS, FILES
from stance.errors import did_you_mean

HUB_NAME = r"[\w.-]+(/[\w.-]+)?"


def find_files(
    path: Path,
    entries: Sequence[Mapping[str, Any]],
    layout: Layout,
    columns: Columns,
    others: Sequence[str],
    sheet: str | None,
    places: Places,
    problems: Problems,
) -> tuple[TableFile, ...]:
    """Return the files of a table; note entries that are not known and files that are not there."""
    if layout.format == "datasets":
        _check_dataset(path, problems)
    elif not entries:
        return _single(path, layout, columns, sheet, places, problems)
    elif not path.is_dir() and path.suffix.lower() != ".zip":
        near = [str(other) for other in path.parent.glob("*/")] if path.parent.is_dir() else []
        problems.add("files", f"expected a folder that holds the files, found none.{did_you_mean(str(path), near)}")
        return ()
    if not entries:
        return (TableFile(path, path.name),)
    found = [
        file
        for number, entry in enumerate(entries, start=1)
        for file in _entry(path, entry, number, layout, columns, others, sheet, places, problems)
    ]
    _note_own(found, columns)
    return tuple(found)


def _single(
    path: Path, layout: Layout, columns: Columns, sheet: str | None, places: Places, problems: Problems
) -> tuple[TableFile, ...]:
    if path.is_dir():
        problems.add("files", f"expected `files` with the names of the files in the folder {path}, found none")
        return (TableFile(path, path.name),)
    if layout.format == "lines":
        problems.add("files", "format lines needs `files`, each with a `path` and its `labels`")
        return (TableFile(path, path.name),)
    # a pattern may have folders in it, and an archive stands before what is wanted of it
    folder, name = path.parent, path.name
    while any(sign in str(folder) for sign in PATTERN) or any(p.suffix.lower() == ".zip" for p in [folder]):
        folder, name = folder.parent, f"{folder.name}/{name}"
    _, by_number = own_columns({}, columns, (), "`columns`", problems)
    return tuple(
        TableFile(readable, said, entry=f"1 {name}", origin=origin, by_number=by_number, sheet=sheet)
        for said, readable, origin in places.find(folder, name)
    )


def _entry(
    folder: Path,
    entry: Mapping[str, Any],
    number: int,
    layout: Layout,
    columns: Columns,
    others: Sequence[str],
    sheet: str | None,
    places: Places,
    problems: Problems,
) -> list[TableFile]:
    name, where = str(entry.get("path", "")), f"`files` entry {number}"
    check_keys(entry, tuple(FILES), where, 1, problems)
    split = entry.get("split")
    if split is not None and split not in SPLITS:
        hint = did_you_mean(str(split), SPLITS)
        problems.add("keys", f"{where} ({name}): expected a split of {', '.join(SPLITS)}, found {split!r}.{hint}")
    labels = None
    if layout.format == "lines":
        if not entry.get("labels"):
            problems.add("keys", f"{where} ({name}) lacks `labels`, the file with a label for each line")
        else:
            beside = places.find(folder, entry["labels"])
            labels = TableFile(beside[0][1], entry["labels"]) if beside else None
    elif entry.get("labels"):
        problems.add("keys", f"{where} ({name}) has `labels`, which only format lines reads")
    own, by_number = own_columns(entry, columns, others, f"{where} ({name})", problems)
    said = TableFile(
        folder,
        name,
        target=same_letters(str(entry["target"])) if entry.get("target") else None,
        split=split,
        labels=labels,
        prefix=str(entry.get("prefix", "")),
        entry=f"{number} {name}",
        columns=own,
        by_number=by_number,
        sheet=entry.get("sheet", sheet),
    )
    if layout.format == "datasets" or not name:
        return [said]
    return [
        replace(said, path=readable, name=called, origin=origin)
        for called, readable, origin in places.find(folder, name)
    ]


def _note_own(files: list[TableFile], columns: Columns) -> None:
    """Give words that only some files have a column of the table, which the others lack."""
    every = {name for file in files for name in file.columns}
    for name in sorted(every):
        if name.endswith(MADE):
            columns.by_word.setdefault(name.removesuffix(MADE), name)
    for place, file in enumerate(files):
        lacks = frozenset(name for name in every - set(file.columns) if name.endswith(MADE))
        if lacks:
            files[place] = replace(file, lacks=lacks)


def _check_dataset(path: Path, problems: Problems) -> None:
    """Note a path that is neither a folder nor like a name on the hub."""
    import re

    if path.is_dir() or (re.fullmatch(HUB_NAME, str(path)) and not path.exists()):
        return
    problems.add("files", f"expected a folder or a name on the hub such as owner/name, found {str(path)!r}")


def find_annotations(
    path: Path, declared: Mapping[str, str], layout: Layout, places: Places, problems: Problems
) -> AnnotationsFile | None:
    """Return the second file with annotations in the long form, None where it is not there or not named."""
    check_keys(declared, tuple(ANNOTATIONS), "`annotations`", 4, problems)
    name = str(declared.get("path", ""))
    if not name:
        return None
    file, own = find_second(path, name, None, layout, places, problems)
    if not file:
        return None
    columns = {word: column for word, column in declared.items() if word != "path"}
    return AnnotationsFile(file[0], own, columns)


def find_second(
    path: Path, name: str, format: str | None, layout: Layout, places: Places, problems: Problems
) -> tuple[list[TableFile], Layout]:
    """Return the files of a second table beside the first, and how they are written.

    As the first file is written, unless its ending or `format` says otherwise.
    """
    own = layout
    if format is not None or ending_of(name) != ending_of(path.name):
        own = make_layout([name], format, layout.encoding, None, layout.quoting, problems)
    folder = path if path.is_dir() or path.suffix.lower() == ".zip" else path.parent
    found = [
        TableFile(readable, called, entry=f"0 {name}", origin=origin)
        for called, readable, origin in places.find(folder, name)
    ]
    return found, own
