"""Cards: what a YAML declares of a table, as it is known once it has been checked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from stance.thread import COMMENT_COLUMNS

SPLITS = ("train", "validation", "test")
_TEXT, *_WHO_AND_WHERE, _PUBLISHED = COMMENT_COLUMNS
CELLS = (_TEXT, "label", "target", *_WHO_AND_WHERE, "depth", _PUBLISHED, "split", "context")
LISTS = ("annotators", "annotator_labels", "confidence", "evidence", "evidence_start")
# set behind a word, for a column that no file has: it is made of others, or comes from another table
MADE = "\x1f"


@dataclass(frozen=True, slots=True)
class TableFile:
    """One file of a table and what holds for all its rows; for format datasets one of its configs.

    `name` is the path as declared, what messages and made-up ids say; `path` is where it can be read, which is
    another place than its `origin` where it was packed. `entry` is the entry of `files` that it was found by, a
    pattern for one. `columns` are its own names of columns that the table calls otherwise, `lacks` those that only
    other files have; `by_number` says that its own names are numbers, and that there is no header. `frame` is a table
    in memory instead of a file.
    """

    path: Path
    name: str
    target: str | None = None
    split: str | None = None
    labels: "TableFile | None" = None
    prefix: str = ""
    entry: str = ""
    origin: Path | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    lacks: frozenset[str] = frozenset()
    by_number: bool = False
    sheet: str | None = None
    frame: Any = None

    @property
    def pattern(self) -> str:
        """The name as it was declared, which may be a pattern."""
        return self.entry.split(" ", 1)[-1]

    @property
    def stem(self) -> str:
        """The name without the endings that say its format."""
        name = self.name.removesuffix(".gz")
        suffix = Path(name).suffix
        return name.removesuffix(suffix) if suffix else name


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
        return self.format in ("csv", "tsv", "xlsx")

    @property
    def is_text(self) -> bool:
        """Whether the files are text in an encoding."""
        return self.format in ("csv", "tsv", "json", "jsonl", "lines")


@dataclass(frozen=True, slots=True)
class Range:
    """The numbers that mean a label: from `low` to `high`, both included."""

    label: str
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Values:
    """The label set in its order, and what the table's values for labels and splits mean; "" is no label.

    `ranges`: the labels that numbers mean, from low to high. Where two touch, the number is of the upper one.
    """

    labels: tuple[str, ...]
    meanings: Mapping[str, str]
    splits: Mapping[str, str]
    ranges: tuple[Range, ...] = ()


@dataclass(frozen=True, slots=True)
class AnnotationsFile:
    """A second file with one row per comment and annotator, and its columns by the words of a unit."""

    file: TableFile
    layout: Layout
    columns: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Join:
    """A second table: `key` pairs a column of this table with one of its own, `columns` are what it gives.

    `columns`: the table's name of a column, and the second table's. `split`: what the rows that are found there have.
    """

    files: tuple[TableFile, ...]
    layout: Layout
    key: Mapping[str, str]
    columns: Mapping[str, str]
    split: str | None = None

    @property
    def name(self) -> str:
        """The path as declared."""
        return self.files[0].pattern


@dataclass(frozen=True, slots=True)
class Shape:
    """What is done to rows between reading and numbering: joined, kept by value, cells parted, labels set below.

    `where`: the values that a column must have one of. `label_columns`: columns that hold the label toward one target
    each, and that target. `lists`: columns whose cells are cut at `separator` into lists, and the list's name.
    """

    joins: tuple[Join, ...] = ()
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    label_columns: Mapping[str, str] = field(default_factory=dict)
    separator: str | None = None
    lists: Mapping[str, str] = field(default_factory=dict)

    @property
    def made(self) -> frozenset[str]:
        """The columns that no file of the table itself has."""
        joined = {name for join in self.joins for name in join.columns}
        joined |= {f"split{MADE}" for join in self.joins if join.split is not None}
        below = {f"label{MADE}", f"target{MADE}"} if self.label_columns else set()
        cut = {*self.lists.values(), f"annotators{MADE}"} if self.lists else set()
        return frozenset(joined | below | cut)

    @property
    def sources(self) -> tuple[str, ...]:
        """The columns that this needs, in the order in which they are declared."""
        keys = [name for join in self.joins for name in join.key]
        return tuple(dict.fromkeys([*keys, *self.where, *self.label_columns, *self.lists]))


NO_SHAPE = Shape()


@dataclass(frozen=True, slots=True)
class TableCard:
    """What is declared of a table: files, layout, columns by the words of a unit, values, annotators, shape.

    `published_format`: how times are written, None for ISO 8601. `extra`: columns to be kept beside.
    """

    files: tuple[TableFile, ...]
    layout: Layout
    columns: Mapping[str, str]
    target: str | None
    values: Values
    annotator_columns: tuple[str, ...] = ()
    annotations: AnnotationsFile | None = None
    shape: Shape = NO_SHAPE
    published_format: str | None = None
    extra: tuple[str, ...] = ()

    @property
    def one_target(self) -> bool:
        """Whether all rows have the target of the card."""
        return "target" not in self.columns and not any(file.target for file in self.files)
