"""Shaping: between reading and numbering rows are joined, kept by value, and cells and columns become rows or lists."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from stance.cells import same_letters
from stance.dataset.tables._batches import as_text, plain_numbers
from stance.dataset.tables._cards import MADE, Shape
from stance.dataset.tables._problems import Problems
from stance.errors import did_you_mean

if TYPE_CHECKING:
    import pyarrow as pa

LABEL, TARGET = f"label{MADE}", f"target{MADE}"
MOST_VALUES = 1_000
MOST_NAMED = 10


class Second(Protocol):
    """A second table, whose columns are put beside those of the first."""

    def onto(self, table: "pa.Table") -> "pa.Table":
        """Return a table with its columns beside."""
        ...


@dataclass(slots=True)
class Shaper:
    """What is done to the rows of a table, and what is seen on the way.

    `values`: how often each value of a column of `where` stands there, for what is said where nothing is left.
    """

    asked: Shape
    seconds: Sequence[Second] = ()
    values: dict[str, Counter[str]] = field(default_factory=dict)

    def shape(self, table: "pa.Table") -> "tuple[pa.Table, pa.Table]":
        """Return the rows that are kept and those that are left out, both as they are to be numbered."""
        for second in self.seconds:
            table = second.onto(table)
        kept, left_out = self._parted(table) if self.asked.where else (table, table.slice(0, 0))
        if self.asked.lists:
            kept, left_out = self._cut(kept), self._cut(left_out)
        if self.asked.label_columns:
            kept, left_out = self._set_below(kept), self._set_below(left_out)
        return kept, left_out

    def _parted(self, table: "pa.Table") -> "tuple[pa.Table, pa.Table]":
        import numpy as np
        import pyarrow as pa

        wanted = np.ones(table.num_rows, dtype=bool)
        for name, values in self.asked.where.items():
            column = plain_numbers(as_text(table[name])).dictionary_encode()
            words = [same_letters(word) for word in column.dictionary.to_pylist()]
            seen = self.values.setdefault(name, Counter())
            codes = column.indices.fill_null(len(words)).to_numpy()
            for word, count in zip([*words, ""], np.bincount(codes, minlength=len(words) + 1).tolist(), strict=True):
                if count and (word in seen or len(seen) < MOST_VALUES):
                    seen[word] += count
            wanted &= np.array([word in values for word in [*words, ""]])[codes]
        kept = pa.array(wanted)
        return table.filter(kept), table.filter(pa.array(~wanted))

    def _cut(self, table: "pa.Table") -> "pa.Table":
        """Return a table with the cells of some columns as lists, cut at the separator."""
        import numpy as np
        import pyarrow as pa

        assert self.asked.separator is not None
        for name, made in self.asked.lists.items():
            cells = [(cell or "").split(self.asked.separator) for cell in as_text(table[name]).to_pylist()]
            lists = [[part.strip() for part in parts if part.strip()] for parts in cells]
            table = table.append_column(made, pa.array(lists, pa.list_(pa.string())))
        if list(self.asked.lists.values()) == [
            f"annotator_labels{MADE}"
        ]:  # labels of nobody that is named: they are told apart by their place
            sizes = [len(entry) for entry in lists]
            places = [[str(place) for place in np.arange(1, size + 1)] for size in sizes]
            table = table.append_column(f"annotators{MADE}", pa.array(places, pa.list_(pa.string())))
        return table

    def _set_below(self, table: "pa.Table") -> "pa.Table":
        """Return a table with a row for each row and column of labels, the targets of a row one below the other."""
        import numpy as np
        import pyarrow as pa

        names = list(self.asked.label_columns)
        size, width = table.num_rows, len(names)
        order = np.arange(size * width).reshape(width, size).T.ravel()
        labels = pa.concat_arrays([as_text(table[name]) for name in names]).take(pa.array(order))
        targets = pa.array([self.asked.label_columns[name] for name in names], pa.string())
        table = table.take(pa.array(np.repeat(np.arange(size), width)))
        table = table.append_column(LABEL, labels)
        return table.append_column(TARGET, targets.take(pa.array(np.tile(np.arange(width), size))))

    def left_nothing(self) -> str:
        """Return in words that `where` may be why there are no rows, nothing where it is not asked for."""
        return "" if not self.asked.where else " that `where` keeps"


def note_unwanted(shaper: Shaper, problems: Problems) -> None:
    """Note values of `where` that no row has, with the near miss among those that are there."""
    for name, wanted in shaper.asked.where.items():
        seen = shaper.values.get(name, Counter())
        for value in wanted:
            if value in seen or not seen:
                continue
            common = ", ".join(repr(word) for word, _ in seen.most_common(MOST_NAMED))
            hint = did_you_mean(value, list(seen)) or f" Its values are {common}."
            problems.add(
                "where", f"`where`: expected {value!r} in {name.removesuffix(MADE)!r}, found no such row.{hint}"
            )
