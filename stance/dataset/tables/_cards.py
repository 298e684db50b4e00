"""Cards: what a YAML declares of a table, checked against the files that are there."""

import codecs
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from stance.cells import same_letters
from stance.dataset.tables._problems import Problems
from stance.errors import did_you_mean

FORMATS = ("csv", "tsv", "jsonl", "parquet", "lines", "datasets")
ENDINGS = {".csv": "csv", ".tsv": "tsv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".parquet": "parquet"}
SPLITS = ("train", "validation", "test")
CELLS = (
    "text",
    "label",
    "target",
    "author",
    "thread_id",
    "comment_id",
    "parent_id",
    "depth",
    "published",
    "split",
    "context",
)
LISTS = ("annotators", "annotator_labels", "confidence", "evidence", "evidence_start")
FILE_KEYS = ("path", "target", "split", "labels", "prefix")
ANNOTATION_KEYS = ("path", "comment_id", "annotator", "label", "thread_id", "target", "confidence", "evidence")
HUB_NAME = re.compile(r"[\w.-]+(/[\w.-]+)?")


@dataclass(frozen=True, slots=True)
class TableFile:
    """One file of a table and what holds for all its rows; for format datasets one of its configs.

    `name` is the path as declared, what messages and made-up ids say.
    """

    path: Path
    name: str
    target: str | None = None
    split: str | None = None
    labels: "TableFile | None" = None
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class Layout:
    """How the files of a table are written."""

    format: str
    encoding: str
    delimiter: str
    quoting: bool

    @property
    def headed(self) -> bool:
        """Whether the first row names the columns."""
        return self.format in ("csv", "tsv")

    @property
    def is_text(self) -> bool:
        """Whether the files are text in an encoding."""
        return self.format in ("csv", "tsv", "jsonl", "lines")


@dataclass(frozen=True, slots=True)
class Values:
    """The label set in its order, and what the table's values for labels and splits mean; "" is no label."""

    labels: tuple[str, ...]
    meanings: Mapping[str, str]
    splits: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class AnnotationsFile:
    """A second file with one row per comment and annotator, and its columns by the words of a unit."""

    file: TableFile
    layout: Layout
    columns: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class TableCard:
    """What is declared of a table: files, layout, columns by the words of a unit, values, annotators."""

    files: tuple[TableFile, ...]
    layout: Layout
    columns: Mapping[str, str]
    target: str | None
    values: Values
    annotator_columns: tuple[str, ...]
    annotations: AnnotationsFile | None

    @property
    def one_target(self) -> bool:
        """Whether all rows have the target of the card."""
        return "target" not in self.columns and not any(file.target for file in self.files)


def check_labels(labels: Sequence[str], problems: Problems) -> tuple[str, ...]:
    """Return the label set as strings; note it where it is empty, has one label only, or one twice."""
    names = tuple(same_letters(str(label)) for label in labels)
    if len(set(names)) < max(2, len(names)) or "" in names:
        problems.add("label sets", f"`labels` must be two or more different labels in their order, found {list(names)}")
    return names


def check_values(
    labels: tuple[str, ...],
    label_values: Mapping[str, str] | None,
    split_values: Mapping[str, str] | None,
    problems: Problems,
) -> Values:
    """Return what the table's values mean; a label and a split mean themselves."""
    # YAML reads 0 and True as a number and a truth value; in the table they are text
    meanings = {str(value): same_letters(str(label)) for value, label in (label_values or {}).items()}
    splits = {str(value): str(split) for value, split in (split_values or {}).items()}
    for value, label in meanings.items():
        if label and label not in labels:
            hint = did_you_mean(label, labels)
            found = f"`label_values` gives {value!r} the label {label!r}, which is not in {list(labels)}.{hint}"
            problems.add("meanings", found)
    for value, split in splits.items():
        if split not in SPLITS:
            hint = did_you_mean(split, SPLITS)
            found = f"`split_values` gives {value!r} the split {split!r}, which is not in {list(SPLITS)}.{hint}"
            problems.add("meanings", found)
    themselves = {label: label for label in labels}
    return Values(labels, themselves | meanings, {split: split for split in SPLITS} | splits)


def check_columns(columns: Mapping[str, str], problems: Problems) -> dict[str, str]:
    """Return the declared columns; note words that a unit does not have, and what no table can do without."""
    known = (*CELLS, *LISTS)
    for word in columns:
        if word not in known:
            problems.add(
                "words", f"`columns` has {word!r}; a unit has {', '.join(known)}.{did_you_mean(str(word), known)}"
            )
    if "text" not in columns:
        problems.add("words", "`columns` must say which column is the text, as in `text: comment_body`")
    lists = [word for word in LISTS if word in columns]
    if lists and not {"annotators", "annotator_labels"} <= set(lists):
        problems.add("words", f"`columns` has {lists}; lists need both `annotators` and `annotator_labels`")
    return {str(word): str(column) for word, column in columns.items()}


def check_keys(found: Mapping[str, str], known: Sequence[str], where: str, needed: int, problems: Problems) -> None:
    """Note keys of an entry that are not known, and those of the first `needed` known ones that are missing."""
    for key in found:
        if key not in known:
            problems.add("keys", f"{where} has {key!r}; known are {', '.join(known)}.{did_you_mean(str(key), known)}")
    if missing := [key for key in known[:needed] if not found.get(key)]:
        problems.add("keys", f"{where} lacks {', '.join(missing)}")


def make_layout(
    names: Iterable[str], format: str | None, encoding: str, delimiter: str | None, quoting: bool, problems: Problems
) -> Layout:
    """Return how the files are written, the format by their ending where none is declared."""
    if format is None:
        endings = sorted({Path(name).suffix for name in names})
        format = ENDINGS.get(endings[0], "") if len(endings) == 1 else ""
        if not format:
            problems.add(
                "formats", f"the format does not show from the endings {endings}; set `format` to one of {FORMATS}"
            )
    elif format not in FORMATS:
        problems.add(
            "formats",
            f"expected a `format` of {', '.join(FORMATS)}, found {format!r}.{did_you_mean(format, FORMATS)}",
        )
    try:
        codecs.lookup(encoding)
    except LookupError:
        problems.add("formats", f"expected an `encoding` such as utf-8 or cp1252, found {encoding!r}")
    if delimiter is not None and len(delimiter) != 1:
        problems.add("formats", f"expected a `delimiter` of one character, found {delimiter!r}")
    return Layout(format, encoding, delimiter or ("\t" if format == "tsv" else ","), quoting)


def find_file(folder: Path, name: str, problems: Problems) -> Path:
    """Return the path of a declared file; note it with the near miss in the folder where it is not there."""
    path = folder / name
    if not path.is_file():
        there = [other.relative_to(folder).as_posix() for other in folder.rglob("*") if other.is_file()]
        problems.add("files", f"{name}: expected a file in {folder}, found none.{did_you_mean(name, there)}")
    return path
