"""What is seen of a table's rows: counts, names, hashes and problems, and which row answers which."""

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from stance.dataset.tables._batches import Batch
from stance.dataset.tables._problems import Problems, UnknownValues

if TYPE_CHECKING:
    import numpy as np


@dataclass(slots=True)
class Seen:
    """What has been seen of the rows so far; hashes stand for ids, so that a million rows take few bytes.

    `hashes` by kind: units, comments and parents (0: none), and `annotated`, the numbers of the keys of a second
    file (-1: none). `labels` and `names` are the values without a meaning, of labels and of splits. `extra` counts the
    cells of each type in columns that are kept. `joined`
    counts what was asked for of second tables.
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
    extra: dict[str, Counter[str]] = field(default_factory=dict)
    joined: dict[str, dict[str, int]] = field(default_factory=dict)

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
        for name, counts in others.extra.items():
            self.extra.setdefault(name, Counter()).update(counts)

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


@dataclass(frozen=True, slots=True, eq=False)
class Replies:
    """The row of each row's parent and of the comment its conversation begins with; -1 for a parent not there.

    `is_reply` says which rows name a parent. `in_circle` are rows that no parent leads out of.
    """

    above: "np.ndarray"
    top: "np.ndarray"
    is_reply: "np.ndarray"
    in_circle: "np.ndarray"


def find_replies(comments: "np.ndarray", parents: "np.ndarray") -> Replies:
    """Follow each row's parents to the top, from the hashes of comments and of their parents (0: none).

    >>> import numpy as np
    >>> found = find_replies(np.array([5, 6, 7, 8]), np.array([0, 5, 6, 99]))
    >>> found.above.tolist(), found.top.tolist()
    ([-1, 0, 1, -1], [0, 0, 0, 3])
    """
    import numpy as np

    order = np.argsort(comments)
    # parents in their order too: neighbours then look in the same place
    asked = np.argsort(parents)
    place = np.empty(len(parents), dtype=np.int64)
    place[asked] = np.minimum(np.searchsorted(comments[order], parents[asked]), max(len(comments) - 1, 0))
    is_reply = parents != 0
    above = np.where(is_reply & (comments[order][place] == parents), order[place], -1)
    top = np.where(above < 0, np.arange(len(comments)), above)
    # each step doubles how far up a row has looked
    for _ in range(len(comments).bit_length()):
        higher = top[top]
        if np.array_equal(higher, top):
            break
        top = higher
    return Replies(above, top, is_reply, np.flatnonzero(above[top] >= 0))
