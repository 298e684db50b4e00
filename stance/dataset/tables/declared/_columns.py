"""What a YAML declares of columns: which word of a unit each is, by name or by number, and in which file."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from stance.dataset.tables._cards import CELLS, LISTS, MADE
from stance.dataset.tables._problems import Problems
from stance.errors import did_you_mean

WORDS = (*CELLS, *LISTS)


@dataclass(slots=True)
class Columns:
    """The columns of a table by the words of a unit, and the names that a file of its own calls them by.

    `by_word`: the table's name of each word's column. `numbers`: names that are numbers of columns.
    """

    by_word: dict[str, str] = field(default_factory=dict)
    numbers: set[str] = field(default_factory=set)

    def name_of(self, name: str) -> str:
        """Return the table's name of a column that is named by a word, or by its own name."""
        return self.by_word.get(name, name)


def check_columns(columns: Mapping[str, str | int], problems: Problems) -> Columns:
    """Return the declared columns; note words that a unit does not have, and lists that lack each other."""
    found = Columns()
    for word, column in columns.items():
        check_word(word, WORDS, "`columns`", problems)
        if check_number(column, f"`columns`: {word}", problems):
            found.numbers.add(str(column))
        found.by_word[str(word)] = str(column)
    return found


def check_word(word: object, known: Sequence[str], where: str, problems: Problems) -> None:
    """Note a word that a unit does not have."""
    if word not in known:
        problems.add("words", f"{where} has {word!r}; a unit has {', '.join(known)}.{did_you_mean(str(word), known)}")


def check_number(column: object, where: str, problems: Problems) -> bool:
    """Say whether a column is given by its number; note one that is neither name nor number, or below 1."""
    if isinstance(column, bool) or not isinstance(column, str | int) or column == "":
        expected = "expected the name of a column, or its number where there is no header"
        problems.add("words", f"{where}: {expected}, found {column!r}")
        return False
    if isinstance(column, int) and column < 1:
        problems.add("words", f"{where}: columns are counted from 1, found {column}")
    return isinstance(column, int)


def check_lists(words: Iterable[str], problems: Problems) -> None:
    """Note list columns without the two that all need."""
    lists = [word for word in LISTS if word in words]
    if lists and not {"annotators", "annotator_labels"} <= set(lists):
        problems.add("words", f"`columns` has {lists}; lists need both `annotators` and `annotator_labels`")


def own_columns(
    entry: Mapping[str, Any], columns: Columns, others: Sequence[str], where: str, problems: Problems
) -> tuple[dict[str, str], bool]:
    """Return a file's own names by the table's names, and whether they are numbers; note a mixture of both.

    `others` are the names of columns that are no word's, for one those of `where`.
    """
    own: dict[str, str] = {}
    numbered: dict[str, bool] = {name: name in columns.numbers for name in columns.by_word.values()}
    said = entry.get("columns") or {}
    if not isinstance(said, Mapping):
        problems.add("keys", f"{where}: expected `columns` as a word and a column each, found {said!r}")
        said = {}
    for word, column in said.items():
        check_word(word, (*WORDS, *others), f"{where}: `columns`", problems)
        is_number = check_number(column, f"{where}: {word}", problems)
        name = columns.by_word.get(str(word), str(word) if word in others else f"{word}{MADE}")
        own[name] = str(column)
        numbered[name] = is_number
    by_number = any(numbered.values())
    if by_number and not all(numbered.values()):
        shown = {True: "by number", False: "by name"}
        found = ", ".join(f"{name.removesuffix(MADE)} {shown[is_number]}" for name, is_number in numbered.items())
        problems.add("keys", f"{where}: a file without a header has all columns by number, found {found}")
    return own, by_number
