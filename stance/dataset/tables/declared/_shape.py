"""What a YAML declares of the shape of rows: second tables, values to keep, columns a target, several labels a cell."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from stance.cells import same_letters
from stance.dataset.tables._cards import LISTS, MADE, SPLITS, Join, Layout, Shape
from stance.dataset.tables._problems import Problems
from stance.dataset.tables.declared._columns import WORDS, Columns, check_number, check_word
from stance.dataset.tables.declared._files import find_second
from stance.dataset.tables.declared._places import Places
from stance.dataset.tables.declared._values import check_keys
from stance.dataset.tables.declared.keys import JOIN
from stance.errors import did_you_mean


def make_shape(
    path: Path,
    columns: Columns,
    layout: Layout,
    *,
    join: Sequence[Mapping[str, Any]],
    where: Mapping[str, Any],
    label_columns: Mapping[str, str],
    separator: str | None,
    others: Sequence[str],
    places: Places,
    problems: Problems,
) -> Shape:
    """Return what is done to rows; words that it makes get their columns in `columns`."""
    joins = [
        _join(path, entry, number, columns, layout, others, places, problems) for number, entry in enumerate(join, 1)
    ]
    kept = {columns.name_of(str(name)): _values(values) for name, values in where.items()}
    below = {str(name): same_letters(str(target)) for name, target in label_columns.items()}
    for name, target in below.items():
        if not target:
            problems.add("sources", f"`label_columns`: expected the target that {name!r} is about, found nothing")
    if below and "label" in columns.by_word:
        problems.add("sources", "expected labels in one form, found a column `label` and `label_columns`")
    if below:
        columns.by_word |= {"label": f"label{MADE}"}
        if "target" in columns.by_word:
            problems.add("sources", "`label_columns` say the target of each; found a column `target` too")
        columns.by_word["target"] = f"target{MADE}"
    lists = _cut_words(columns, separator, bool(below), problems) if separator is not None else {}
    return Shape(tuple(found for found in joins if found is not None), kept, below, separator, lists)


def _values(values: Any) -> tuple[str, ...]:
    """Return the values to be kept as text; null is an empty cell."""
    found = [values] if isinstance(values, str) or not isinstance(values, Sequence) else list(values)
    return tuple("" if value is None else same_letters(str(value)) for value in found)


def _cut_words(columns: Columns, separator: str, is_below: bool, problems: Problems) -> dict[str, str]:
    """Return the columns whose cells are cut into lists, and the lists' names; their words get these columns."""
    if not separator.strip() and separator not in (" ", "\t", "\n"):
        problems.add("sources", f"expected a `separator` of the labels in a cell, found {separator!r}")
    if is_below:
        problems.add("sources", "expected one label in each of the `label_columns`, found a `separator` too")
        return {}
    words = [word for word in LISTS if word in columns.by_word]
    cut = {word: columns.by_word[word] for word in words}
    if "annotator_labels" not in words and "label" in columns.by_word:
        cut["annotator_labels"] = columns.by_word.pop("label")
    if "annotator_labels" not in cut:
        problems.add("sources", "`separator` is for a column `label` or `annotator_labels`, found neither")
        return {}
    columns.by_word |= {word: f"{word}{MADE}" for word in (*cut, "annotators")}
    return {name: f"{word}{MADE}" for word, name in cut.items()}


def _join(
    path: Path,
    entry: Mapping[str, Any],
    number: int,
    columns: Columns,
    layout: Layout,
    others: Sequence[str],
    places: Places,
    problems: Problems,
) -> Join | None:
    where = f"`join` entry {number}"
    check_keys(entry, tuple(JOIN), where, 2, problems)
    name, said, key = str(entry.get("path", "")), entry.get("columns") or {}, entry.get("key") or {}
    split = entry.get("split")
    if split is not None and split not in SPLITS:
        hint = did_you_mean(str(split), SPLITS)
        problems.add("keys", f"{where}: expected a split of {', '.join(SPLITS)}, found {split!r}.{hint}")
    if not said and split is None:
        problems.add("keys", f"{where} ({name}) gives nothing: expected `columns`, or a `split` for the rows in it")
    pairs = {str(key): key} if isinstance(key, str | int) else dict(key) if isinstance(key, Mapping) else {}
    if not name or not pairs:
        return None
    given = _given(said, split, columns, where, others, problems)
    numbered = {own: check_number(own, f"{where}: {word}", problems) for word, own in [*pairs.items(), *said.items()]}
    if any(numbered.values()) and not all(numbered.values()):
        problems.add("keys", f"{where}: a file without a header has all columns by number, found {list(numbered)}")
    files, own_layout = find_second(path, name, entry.get("format"), layout, places, problems)
    if not files:
        return None
    sheet, by_number = entry.get("sheet"), any(numbered.values())
    found = tuple(replace(file, sheet=sheet, by_number=by_number) for file in files)
    by_name = {columns.name_of(str(word)): str(own) for word, own in pairs.items()}
    return Join(found, own_layout, by_name, given, split)


def _given(
    said: Mapping[str, Any],
    split: str | None,
    columns: Columns,
    where: str,
    others: Sequence[str],
    problems: Problems,
) -> dict[str, str]:
    """Return the columns that a join gives by the table's names; its words get these columns."""
    found = {}
    for word, own in said.items():
        check_word(word, (*WORDS, *others), f"{where}: `columns`", problems)
        if word in LISTS:
            problems.add("sources", f"{where}: a join gives one value a row, and no list as {word!r} needs")
        name = str(word) if word in others and word not in WORDS else f"{word}{MADE}"
        found[name] = str(own)
        _give(str(word), name, columns, where, problems)
    if split is not None:
        _give("split", f"split{MADE}", columns, where, problems)
    return found


def _give(word: str, name: str, columns: Columns, where: str, problems: Problems) -> None:
    if word not in WORDS:
        return
    if columns.by_word.get(word, name) != name:
        problems.add("sources", f"{where} gives {word!r}, which `columns` has already; leave it out of one of them")
    columns.by_word[word] = name
