"""Agreement: how far annotators agree beyond chance, with intervals, and the items they disagree on most."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from stance.study.agreement._coefficients import (
    DECIMALS,
    Estimate,
    Level,
    Pair,
    ac1_with_interval,
    alpha_with_interval,
    krippendorff_alpha,
    pairs_of,
)
from stance.study.annotations._annotation import Annotation
from stance.study.votes import Votes, votes_of_annotations

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from stance.study.agreement._coefficients import Counts, Floats


MAX_PAIRED_ANNOTATORS = 50


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far annotators agree, and what kind of annotators they are.

    `alpha` is Krippendorff's by level of measurement: "nominal", and "ordinal" where the label set is
    ordered. `by_label` is the nominal alpha of each label against all others. `pairs` holds the pairs that
    share an item, if there are at most 50 annotators. `n_items` have two labels or more: the others say
    nothing of agreement. `n_annotators` are people (or models), but columns of a table where `columns` says so.
    `note` says in words who agreed; it belongs beside the numbers wherever they are shown.
    """

    alpha: Mapping[str, Estimate]
    by_label: Mapping[str, Estimate]
    ac1: Estimate
    pairs: tuple[Pair, ...]
    n_items: int
    n_annotators: int
    note: str
    columns: bool = False

    def __str__(self) -> str:
        """Return the numbers and what they are worth, in one line."""
        found = [f"{level} alpha {estimate}" for level, estimate in self.alpha.items()] + [f"AC1 {self.ac1}"]
        who = f"{self.n_annotators} columns of labels" if self.columns else f"{self.n_annotators} annotators"
        return f"{', '.join(found)} on {self.n_items:,} items, {who}: {self.note}"

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON data, which `from_dict` reads."""
        return asdict(self) | {"pairs": [asdict(pair) for pair in self.pairs]}

    @classmethod
    def from_dict(cls, found: Mapping[str, Any]) -> "Agreement":
        """Return the agreement that `to_dict` has written."""
        return cls(
            alpha={level: Estimate(**estimate) for level, estimate in found["alpha"].items()},
            by_label={label: Estimate(**estimate) for label, estimate in found["by_label"].items()},
            ac1=Estimate(**found["ac1"]),
            pairs=tuple(Pair(**pair) for pair in found["pairs"]),
            n_items=found["n_items"],
            n_annotators=found["n_annotators"],
            note=found["note"],
            columns=found.get("columns", False),
        )


def agreement(
    annotations: Iterable[Annotation],
    labels: Sequence[str],
    kinds: Mapping[str, str] | None = None,
    ordered: bool = True,
) -> Agreement:
    """Measure the agreement of annotations, for a notebook: the label set, and who is a "person" or a "model".

    An item is a comment, or the part of one that was labelled, under one target.
    """
    return measure_agreement(votes_of_annotations(annotations, labels)[0], kinds or {}, ordered)


def measure_agreement(
    votes: Votes,
    kinds: Mapping[str, str],
    ordered: bool = True,
    n_resamples: int = 1000,
    random_state: int = 0,
    texts: "npt.NDArray[np.int64] | None" = None,
    repeats: "npt.NDArray[np.bool_] | None" = None,
    columns: bool = False,
) -> Agreement:
    """Measure how far annotators agree; `kinds` says of each whether it is a "person" or a "model".

    Krippendorff's alpha (2019, Content Analysis, chapter 12), Gwet's AC1 (2008, British Journal of
    Mathematical and Statistical Psychology 61, 29-48, with his later rule for missing labels), Cohen's kappa
    (1960) by pair. Missing labels are allowed everywhere. The intervals are percentiles over resamples of
    items; where all agree they have no width, however few the items are.

    `texts`: a code for each item, (n_items,): items of one text, such as one comment under two targets, are drawn
    together (None: each by itself). `repeats`: which items repeat another, (n_items,); they are left out, and the note
    says how many, and what alpha is with them. `columns`: annotators are columns of a table, not people.
    """
    all_of_them = votes.counts()
    votes, left_out = _once(votes, repeats)
    counts = votes.counts()
    pairable = counts[counts.sum(axis=1) > 1]
    levels: tuple[Level, ...] = ("nominal", "ordinal") if ordered else ("nominal",)
    of_pairable = None if texts is None else texts[counts.sum(axis=1) > 1]
    draw: dict[str, Any] = {"n_resamples": n_resamples, "random_state": random_state}
    drawn = draw | {"texts": of_pairable}
    # one label against the rest is two columns, and nominal whatever the label set is
    against_rest = {
        label: _columns(pairable[:, place], pairable.sum(axis=1)) for place, label in enumerate(votes.labels)
    }
    crowd = len(votes.annotators) > MAX_PAIRED_ANNOTATORS
    note = _kinds_note({kinds.get(name, "unknown") for name in votes.annotators})
    if crowd:
        note += f"; pairs are left out, for there are more than {MAX_PAIRED_ANNOTATORS} annotators"
    if columns:
        note += "; a column need not be one person"
    if left_out:
        with_them = krippendorff_alpha(all_of_them)
        many, count = ("1 item repeats", "counts") if left_out == 1 else (f"{left_out:,} items repeat", "count")
        note += f"; {many} the text of another under one target and {count} once (nominal alpha with all: {with_them})"
    return Agreement(
        alpha={level: alpha_with_interval(pairable, level, **drawn) for level in levels},
        by_label={label: alpha_with_interval(table, "nominal", **drawn) for label, table in against_rest.items()},
        ac1=ac1_with_interval(counts, **draw, texts=texts),
        pairs=() if crowd else tuple(pairs_of(votes)),
        n_items=len(pairable),
        n_annotators=len(votes.annotators),
        note=note,
        columns=columns,
    )


def repeated_items(
    texts: "npt.NDArray[np.int64]", targets: "npt.NDArray[np.int64]", ids: Sequence[str]
) -> "npt.NDArray[np.bool_]":
    """Return which items repeat another: all of one text and target but the one with the smallest id.

    `texts`, `targets`: a code for each item, (n_items,); `ids`: what each item is called. The order of items decides
    nothing.

    >>> import numpy as np
    >>> repeated_items(np.array([0, 0, 1, 0]), np.array([0, 0, 0, 1]), ["t#2", "t#1", "t#3", "t#4"]).tolist()
    [True, False, False, False]
    """
    import numpy as np

    repeats = np.zeros(len(texts), dtype=bool)
    several = np.flatnonzero(np.bincount(texts)[texts] > 1) if len(texts) else np.array([], dtype=np.int64)
    first: dict[tuple[int, int], int] = {}
    for item in sorted(several.tolist(), key=lambda item: ids[item]):
        repeats[item] = first.setdefault((int(texts[item]), int(targets[item])), item) != item
    return repeats


def _once(votes: Votes, repeats: "npt.NDArray[np.bool_] | None") -> tuple[Votes, int]:
    """Return the votes on items that repeat no other, and how many items with two labels or more are left out."""
    if repeats is None or not repeats[votes.item].any():
        return votes, 0
    left_out = int((repeats & (votes.counts().sum(axis=1) > 1)).sum())
    kept = ~repeats[votes.item]
    votes = replace(votes, item=votes.item[kept], annotator=votes.annotator[kept], label=votes.label[kept])
    return votes, left_out


def hardest_items(votes: Votes) -> "tuple[Counts, Floats]":
    """Return the items with two labels or more by how much annotators disagree on them, most first, and how much.

    The measure is the entropy of the shares of the labels, in bits: 0 where all agree, 1 where two labels
    share an item evenly. Equal items stand in the order of their numbers.
    """
    import numpy as np

    counts = votes.counts()
    items = np.flatnonzero(counts.sum(axis=1) > 1)
    shares = counts[items] / counts[items].sum(axis=1, keepdims=True)
    logs = np.log2(shares, out=np.zeros_like(shares), where=shares > 0)
    # adding 0 turns -0 into 0
    entropy = (-(shares * logs).sum(axis=1)).round(DECIMALS) + 0.0
    order = np.argsort(-entropy, kind="stable")
    return items[order], entropy[order]


def _columns(label: "Counts", given: "Counts") -> "Counts":
    import numpy as np

    return np.stack([label, given - label], axis=1)


def _kinds_note(kinds: set[str]) -> str:
    if not kinds:
        return "nobody has labelled yet"
    if kinds == {"model"}:
        return (
            "all of them language models, so this is the agreement of one kind of annotator with itself; "
            "no person has labelled yet"
        )
    if kinds == {"person"}:
        return "all of them people"
    if kinds == {"unknown"}:
        return "nothing is known of whether they are people or models"
    return "of different kinds (" + ", ".join(sorted(kinds)) + ")"
