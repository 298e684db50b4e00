"""What only the whole can decide: the label of each unit, pseudonyms, duplicates, and what is dropped for what."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from stance.dataset.duplicates import find_duplicates
from stance.dataset.passes._repeated import Repeated, find_repeated
from stance.errors import InputError, did_you_mean
from stance.study.adjudication import HOWS, How, adjudicate
from stance.thread.privacy import Authors, Mask, fold_name, mask_text, pseudonyms_of_folded, read_pseudonym_key

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pyarrow as pa

    from stance.study.votes import Votes

DUPLICATES = ("group", "drop")


@dataclass(frozen=True, slots=True)
class Finishing:
    """How units become examples; the choices that a config makes for a study and a table alike.

    `adjudication` and `annotator`: see `stance.study.adjudication.adjudicate`. `pool`: whether language models vote
    with people where both have labelled. `authors`: sequential, keyed or keep.
    `mask`: of mentions, emails, urls, names. `duplicates`: group or drop. `near_duplicates`: the least share of common
    word sequences (Jaccard) that makes two texts near duplicates, None for exact ones only.
    """

    adjudication: How = "majority"
    annotator: str | None = None
    authors: Authors = "sequential"
    mask: tuple[Mask, ...] = ()
    duplicates: str = "group"
    near_duplicates: float | None = None
    pool: bool = False

    def voters(self, names: Sequence[str], kinds: Mapping[str, str]) -> list[str]:
        """Return whose votes decide: of annotators' names, those of people where people and models have labelled.

        `kinds` says of each whether it is a "person" or a "model". All where one annotator's label is taken, or the
        choice is to pool. Raises InputError if a model is to part the ties of people.
        """
        people = [name for name in names if kinds.get(name) == "person"]
        models = [name for name in names if kinds.get(name) == "model"]
        if self.pool or self.adjudication == "annotator" or not (people and models):
            return list(names)
        if self.annotator in models:
            raise InputError(
                f"annotator: expected one of the people {people} to part their ties, found the model "
                f"{self.annotator!r}; pool=true lets models vote, adjudication=annotator takes the label of one alone"
            )
        return [name for name in names if name not in models]


@dataclass(frozen=True, slots=True)
class Decided:
    """What was decided: `rows` has author, label, label_share, duplicate_group and reason for each unit.

    `reason` is null for an example. `repeated` are the duplicates that were found among the examples.
    """

    rows: "pa.Table"
    repeated: Repeated


def check_finishing(finishing: Finishing) -> None:
    """Raise InputError that lists every choice that does not exist, before any work is done."""
    key = read_pseudonym_key if finishing.authors == "keyed" else lambda: None
    checks: tuple[Callable[[], object], ...] = (
        lambda: _refuse_unknown("adjudication", finishing.adjudication, HOWS),
        lambda: pseudonyms_of_folded((), finishing.authors, key()),
        # without a sign of what is masked the kinds are not looked at
        lambda: mask_text("@", finishing.mask),
        lambda: _refuse_unknown("duplicates", finishing.duplicates, DUPLICATES),
        lambda: find_duplicates((), finishing.near_duplicates),
    )
    problems = []
    for check in checks:
        try:
            check()
        except InputError as error:
            problems.append(str(error))
    if problems:
        raise InputError("\n".join(problems))


def _refuse_unknown(key: str, found: str, known: Sequence[str]) -> None:
    if found not in known:
        raise InputError(f"{key}: expected one of {list(known)}, found {found!r}.{did_you_mean(found, known)}")


def decide(
    ledger: "pa.Table",
    votes: "Votes",
    finishing: Finishing,
    texts: Callable[[], Sequence[str]],
    kinds: Mapping[str, str],
) -> Decided:
    """Decide on every unit of the ledger (see `stance.dataset.passes._preparing.Prepared`).

    `texts` is called for all texts if near duplicates are asked for; `kinds` says of each annotator whether it is a
    "person" or a "model". Raises InputError as adjudication and pseudonyms do.
    """
    import pyarrow as pa

    label, reason, share = _labels(ledger, votes, finishing, kinds)
    repeated = find_repeated(ledger, label, is_none(reason), finishing.near_duplicates, texts)
    if finishing.duplicates == "drop":
        reason[repeated.spare] = "duplicate"
    left = is_none(reason)
    rows = pa.table(
        {
            "author": _pseudonyms(ledger, finishing.authors),
            "label": pa.array(label, pa.int64()),
            "label_share": share,
            "duplicate_group": repeated.groups(left),
            "reason": pa.array(reason, pa.string()),
        }
    )
    return Decided(rows, repeated)


def is_none(values: "npt.NDArray[np.object_]") -> "npt.NDArray[np.bool_]":
    """Say of each value whether it is None."""
    import pyarrow as pa

    found: npt.NDArray[np.bool_] = pa.array(values, pa.string()).is_null().to_numpy(zero_copy_only=False)
    return found


def _labels(
    ledger: "pa.Table", votes: "Votes", finishing: Finishing, kinds: Mapping[str, str]
) -> "tuple[npt.NDArray[np.int64], npt.NDArray[np.object_], pa.Array]":
    """Return the code of each unit's label, the reason why it has none, and the share of annotators by label."""
    import numpy as np

    voters = finishing.voters(votes.annotators, kinds)
    labelled = votes.counts().sum(axis=1) > 0
    votes = votes.by(voters) if len(voters) < len(votes.annotators) else votes
    adjudicated = adjudicate(votes, finishing.adjudication, finishing.annotator)
    published = ledger["label"].to_numpy()
    has_label = ~np.isnan(published) if published.dtype.kind == "f" else np.ones(len(published), bool)
    label = np.where(has_label, np.nan_to_num(published, nan=-1), adjudicated.label).astype(np.int64)
    reason: Any = np.array(adjudicated.reason, dtype=object)
    reason[(reason == "not_annotated") & labelled] = "not_annotated_by_people"
    reason[has_label] = None
    reason[ledger["blank"].to_numpy()] = "no_text"
    return label, reason, _shares(adjudicated.share, votes)


def _shares(share: "npt.NDArray[np.float64]", votes: "Votes") -> "pa.Array":
    """Return the shares as a column of lists, null for a unit that nobody labelled."""
    import numpy as np
    import pyarrow as pa

    n_items, n_labels = share.shape
    voted = np.zeros(n_items, bool)
    voted[votes.item] = True
    ends = np.concatenate([[0], np.cumsum(np.where(voted, n_labels, 0))]).astype(np.int32)
    values = pa.array(share[voted].ravel().astype(np.float32))
    return pa.ListArray.from_arrays(pa.array(ends), values, mask=pa.array(~voted))


def _pseudonyms(ledger: "pa.Table", how: Authors) -> "pa.Array":
    """Return the pseudonym of each unit's author, null where none is shown."""
    import pyarrow as pa

    author = ledger["author"].unify_dictionaries().combine_chunks()
    if isinstance(author, pa.ChunkedArray):
        author = author.chunk(0) if author.num_chunks else pa.array([], pa.dictionary(pa.int32(), pa.string()))
    names = [fold_name(name) for name in author.dictionary.to_pylist()]
    given = pseudonyms_of_folded(names, how, read_pseudonym_key() if how == "keyed" else None)
    return pa.array([given.get(name) for name in names], pa.string()).take(author.indices)
