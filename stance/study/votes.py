"""Votes: who gave which label to which item, as arrays of codes; what agreement and adjudication work on."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from stance.errors import InputError, did_you_mean
from stance.study.annotations._annotation import Annotation

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

# thread_id, comment_id, target, start and end of a unit that was annotated
ItemKey = tuple[str, str, str, int | None, int | None]


@dataclass(frozen=True, slots=True, eq=False)
class Votes:
    """Labels given by annotators to items: three int arrays of one length, one entry a vote, sorted by item.

    `item` counts from 0 to `n_items` - 1, and an item may be without votes. `annotator` and `label` are
    places in `annotators` (sorted by name) and `labels` (the label set in its order). No annotator votes
    twice on an item.
    """

    item: "npt.NDArray[np.int64]"
    annotator: "npt.NDArray[np.int64]"
    label: "npt.NDArray[np.int64]"
    n_items: int
    annotators: tuple[str, ...]
    labels: tuple[str, ...]

    def counts(self) -> "npt.NDArray[np.int64]":
        """Return how many annotators gave each label to each item: (n_items, n_labels) ints."""
        import numpy as np

        n_labels = len(self.labels)
        cells = np.bincount(self.item * n_labels + self.label, minlength=self.n_items * n_labels)
        return cells.reshape(self.n_items, n_labels)

    def by(self, annotators: Collection[str]) -> "Votes":
        """Return the votes of some of the annotators, on the same items.

        >>> votes_of([0, 0], ["a1", "m1"], ["none", "favor"], ("none", "favor"), 1).by(["a1"]).counts().tolist()
        [[1, 0]]
        """
        import numpy as np

        own = np.isin(self.annotator, [self.annotators.index(name) for name in annotators if name in self.annotators])
        names = tuple(name for name in self.annotators if name in annotators)
        places = np.array([names.index(name) if name in names else -1 for name in self.annotators], dtype=np.int64)
        return Votes(self.item[own], places[self.annotator[own]], self.label[own], self.n_items, names, self.labels)

    def beside(self, label: "npt.NDArray[np.int64]", name: str) -> "Votes":
        """Return the votes with one more annotator, called `name`: a label for each item, (n_items,), -1 for none.

        >>> import numpy as np
        >>> one = votes_of([0, 1], ["m1", "m1"], ["none", "favor"], ("none", "favor"), 2)
        >>> one.beside(np.array([1, -1]), "people").counts().tolist()
        [[1, 1], [0, 1]]
        """
        import numpy as np

        said = np.flatnonzero(label >= 0)
        names = tuple(sorted([*self.annotators, name]))
        old = np.array([names.index(one) for one in self.annotators], dtype=np.int64)
        item = np.concatenate([self.item, said])
        annotator = np.concatenate([old[self.annotator], np.full(len(said), names.index(name))])
        order = np.lexsort((annotator, item))
        given = np.concatenate([self.label, label[said]])
        return Votes(item[order], annotator[order], given[order], self.n_items, names, self.labels)


def votes_of(
    items: Sequence[int], annotators: Sequence[str], given: Sequence[str | None], labels: Sequence[str], n_items: int
) -> Votes:
    """Make votes from three sequences of one length: the item's number, the annotator's name, the label given.

    Lists, arrays and columns of a DataFrame will do. A label that is None, NaN or "" is missing, and is no
    vote. Raises InputError for a label outside `labels`, an item outside 0 to `n_items` - 1, a missing
    annotator, or two votes of one annotator on one item.

    >>> votes_of([0, 0, 1], ["a1", "a2", "a1"], ["favor", "none", None], ("none", "favor"), 2).counts().tolist()
    [[1, 1], [0, 0]]
    """
    import numpy as np
    import pyarrow as pa

    item = np.asarray(items, dtype=np.int64)
    names, said = (pa.array(values, pa.string(), from_pandas=True) for values in (annotators, given))
    if not len(item) == len(names) == len(said):
        raise InputError(
            f"expected one item, annotator and label a vote, found {len(item)} items, {len(names)} annotators and "
            f"{len(said)} labels"
        )
    if len(item) and not 0 <= item.min() <= item.max() < n_items:
        raise InputError(f"expected items from 0 to {n_items - 1}, found {item.min()} to {item.max()}")
    return _encoded(item, names, said, tuple(labels), n_items)


def votes_of_lists(annotators: Any, given: Any, labels: Sequence[str]) -> Votes:
    """Make votes from two Arrow columns of lists, one row an item: `annotators` and `annotator_labels` of units.

    Chunked or not; a missing list is an item without votes. Raises InputError as `votes_of` does, and where
    the two lists of a row differ in length.

    >>> import pyarrow as pa
    >>> votes = votes_of_lists(pa.array([["a1", "a2"], []]), pa.array([["favor", "none"], []]), ("none", "favor"))
    >>> votes.item.tolist(), votes.label.tolist(), votes.n_items
    ([0, 0], [1, 0], 2)
    """
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    columns = [
        column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column for column in (annotators, given)
    ]
    lengths = [pc.fill_null(pc.list_value_length(column), 0).to_numpy(zero_copy_only=False) for column in columns]
    if len(lengths[0]) != len(lengths[1]):
        rows = f"{len(lengths[0])} and {len(lengths[1])}"
        raise InputError(f"expected as many rows of annotators as of labels, found {rows}")
    if uneven := np.flatnonzero(lengths[0] != lengths[1]).tolist():
        row = uneven[0]
        raise InputError(
            f"expected one label an annotator in each row, found {lengths[0][row]} annotators and {lengths[1][row]} "
            f"labels in row {row} and {len(uneven) - 1} rows more like it"
        )
    item = np.repeat(np.arange(len(lengths[0]), dtype=np.int64), lengths[0])
    names, said = (pc.cast(pc.list_flatten(column), pa.string()) for column in columns)
    return _encoded(item, names, said, tuple(labels), len(lengths[0]))


def votes_of_annotations(annotations: Iterable[Annotation], labels: Sequence[str]) -> tuple[Votes, tuple[ItemKey, ...]]:
    """Make votes from annotations; return them and what each item is, sorted by thread, comment, target and place.

    >>> votes, items = votes_of_annotations([Annotation("t", "1", "a1", "favor")], ("against", "favor"))
    >>> items[0], votes.counts().tolist()
    (('t', '1', '', None, None), [[0, 1]])
    """
    annotations = list(annotations)
    named = {annotation.target for annotation in annotations} - {""}
    # an annotation without a target is about the only one
    only = named.pop() if len(named) == 1 else ""
    rows = [((a.thread_id, a.comment_id, a.target or only, a.start, a.end), a.annotator, a.label) for a in annotations]
    keys = sorted({key for key, _, _ in rows}, key=_by_place)
    number = {key: place for place, key in enumerate(keys)}
    items = [number[key] for key, _, _ in rows]
    votes = votes_of(items, [name for _, name, _ in rows], [said for _, _, said in rows], labels, len(keys))
    return votes, tuple(keys)


def _by_place(key: ItemKey) -> tuple[str, str, str, int, int]:
    thread_id, comment_id, target, start, end = key
    return thread_id, comment_id, target, -1 if start is None else start, -1 if end is None else end


def _encoded(item: "npt.NDArray[np.int64]", names: Any, said: Any, labels: tuple[str, ...], n_items: int) -> Votes:
    """Turn names and labels into codes, leave missing labels out, and sort by item and annotator."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    if not labels or len(set(labels)) < len(labels) or "" in labels:
        raise InputError(f"expected a label set of different strings that are not empty, found {list(labels)}")
    given = pc.fill_null(pc.not_equal(said, ""), False)
    voted = given.to_numpy(zero_copy_only=False)
    item, names, said = item[voted], names.filter(given), said.filter(given)
    codes = pc.index_in(said, value_set=pa.array(labels, pa.string()))
    _refuse_unknown(said, codes, labels)
    if names.null_count or pc.any(pc.equal(names, "")).as_py():
        raise InputError("expected the annotator's name with each label, found labels without one")
    annotators = tuple(sorted(pc.unique(names).to_pylist()))
    annotator = pc.index_in(names, value_set=pa.array(annotators, pa.string())).to_numpy().astype(np.int64)
    label = codes.to_numpy().astype(np.int64)
    pair = item * len(annotators) + annotator
    order = np.argsort(pair, kind="stable")
    pair = pair[order]
    if (doubled := np.flatnonzero(pair[1:] == pair[:-1])).size:
        first = order[doubled[0]]
        raise InputError(
            f"annotator {annotators[annotator[first]]!r} has labelled item {item[first]} twice, and {doubled.size - 1} "
            "votes more are like it; keep one of each"
        )
    return Votes(item[order], annotator[order], label[order], n_items, annotators, labels)


def _refuse_unknown(said: Any, codes: Any, labels: tuple[str, ...]) -> None:
    if codes.null_count:
        unknown = sorted(said.filter(codes.is_null()).unique().to_pylist())
        problems = [
            f"label {label!r} is not in the label set {list(labels)}.{did_you_mean(label, labels)}" for label in unknown
        ]
        raise InputError("\n".join(problems))
