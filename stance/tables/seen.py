"""What is seen of a table's rows: counts, names, hashes and problems, of one batch or of all so far."""

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from stance.tables.batches import Batch
from stance.tables.problems import Problems, UnknownValues

if TYPE_CHECKING:
    import numpy as np


@dataclass(slots=True)
class Seen:
    """What has been seen of the rows so far; hashes stand for ids, so that a million rows take few bytes.

    `hashes` by kind: units, comments and parents (0: none), and `annotated`, the numbers of the keys of a second
    file (-1: none). `labels` and `names` are the values without a meaning, of labels and of splits.
    """

    counts: Counter[str] = field(default_factory=Counter)
    splits: Counter[str] = field(default_factory=Counter)
    targets: set[str] = field(default_factory=set)
    annotators: set[str] = field(default_factory=set)
    batches: list[Batch] = field(default_factory=list)
    hashes: "dict[str, list[np.ndarray]]" = field(
        default_factory=lambda: {"units": [], "comments": [], "parents": [], "annotated": []}
    )
    problems: Problems = field(default_factory=Problems)
    labels: UnknownValues = field(default_factory=UnknownValues)
    names: UnknownValues = field(default_factory=UnknownValues)

    def add(self, others: "Seen") -> None:
        """Add what was seen of rows that come behind these."""
        self.counts.update(others.counts)
        self.splits.update(others.splits)
        self.targets |= others.targets
        self.annotators |= others.annotators
        self.batches += others.batches
        for kind, hashes in others.hashes.items():
            self.hashes[kind] += hashes
        self.problems.add_all(others.problems)
        self.labels.add_all(others.labels)
        self.names.add_all(others.names)

    def place(self, row: int) -> str:
        """Say where a row of the whole table stands."""
        for batch in self.batches:
            if row < batch.rows.num_rows:
                return batch.place(row)
            row -= batch.rows.num_rows
        raise IndexError(row)

    def all(self, kind: str) -> "np.ndarray":
        """Return the hashes of one kind for all rows."""
        import numpy as np

        found = self.hashes[kind]
        return np.concatenate(found) if found else np.zeros(0, np.uint64)
