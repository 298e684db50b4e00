"""Adjudication: one label an item from the votes on it, or the reason why there is none."""

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

from stance.cells import same_letters
from stance.errors import InputError, did_you_mean
from stance.study.votes import Votes

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Codes = npt.NDArray[np.int64]
    Shares = npt.NDArray[np.float64]

How = Literal["majority", "unanimous", "dawid_skene", "mace", "annotator"]
HOWS: tuple[How, ...] = get_args(How)
# probabilities nearer than this are a tie: what parts them is the order in which a machine adds
TIE = 1e-6
# of mace: each restart is from another beginning, and the likeliest is kept
RESTARTS, ITERATIONS = 10, 50


@dataclass(frozen=True, slots=True, eq=False)
class Adjudicated:
    """The outcome for each item: `label` is its place in the label set, -1 where there is none.

    `reason` says in snake_case why there is none, None where there is one. `share` holds the shares of the
    labels among the votes, (n_items, n_labels) floats that add up to 1, to 0 for an item without votes; it
    is the same however labels are decided.
    """

    label: "Codes"
    reason: "npt.NDArray[np.object_]"
    share: "Shares"


def adjudicate(votes: Votes, how: How, annotator: str | None = None, random_state: int = 0) -> Adjudicated:
    """Decide on one label an item.

    `how`: "majority" takes the label given most often, and where the first place is shared the one that
    `annotator` gave, if any is named; "unanimous" the label that all gave; "annotator" that of the one named;
    "dawid_skene" (Dawid and Skene 1979) and "mace" (Hovy and others 2013) weigh annotators by how far they
    can be trusted, as estimated from all votes by crowd-kit. An item's own votes decide, not the order of
    items or votes; `random_state` is for the restarts of mace.

    Reasons: `not_annotated`, `no_majority`, `not_unanimous`, `not_by_annotator`, and `undecided` where two
    labels are equally probable. Raises InputError for an unknown `how` or annotator, and where crowd-kit is
    needed and not installed.

    >>> from stance.study.votes import votes_of
    >>> votes = votes_of([0, 0, 1, 1, 1], ["a1", "a2", "a1", "a2", "a3"], [*"fafaf"], ("a", "f"), 3)
    >>> found = adjudicate(votes, "majority")
    >>> found.label.tolist(), found.reason.tolist()
    ([-1, 1, -1], ['no_majority', None, 'not_annotated'])
    """
    import numpy as np

    spelt = {same_letters(name): name for name in votes.annotators}
    annotator = spelt.get(same_letters(annotator), annotator) if annotator is not None else None
    _refuse_unknown(votes, how, annotator)
    counts = votes.counts()
    given = counts.sum(axis=1)
    if how == "annotator":
        label, why = _labels_by(votes, annotator), "not_by_annotator"
    elif how == "unanimous":
        label, why = np.where(counts.max(axis=1) == given, counts.argmax(axis=1), -1), "not_unanimous"
    elif how == "majority":
        label, why = _first_place(counts, 0.5), "no_majority"
        if annotator is not None:
            label = np.where(label < 0, _labels_by(votes, annotator), label)
    else:
        label, why = _first_place(_probabilities(votes, how, random_state), TIE), "undecided"
    label = np.where(given > 0, label, -1)
    reason = np.full(votes.n_items, None, dtype=object)
    reason[label < 0] = why
    reason[given == 0] = "not_annotated"
    return Adjudicated(label, reason, counts / np.maximum(given, 1)[:, np.newaxis])


def _refuse_unknown(votes: Votes, how: str, annotator: str | None) -> None:
    if how not in HOWS:
        raise InputError(f"expected a way to adjudicate of {list(HOWS)}, found {how!r}.{did_you_mean(how, HOWS)}")
    if annotator is None:
        if how == "annotator":
            raise InputError(f"adjudication by annotator: name one of {list(votes.annotators)}")
    elif how not in ("annotator", "majority"):
        raise InputError(f"{how!r} takes no annotator, found {annotator!r}; 'annotator' and 'majority' (for ties) do")
    elif annotator not in votes.annotators:
        hint = did_you_mean(annotator, votes.annotators)
        raise InputError(f"expected an annotator of {list(votes.annotators)}, found {annotator!r}.{hint}")


def _labels_by(votes: Votes, annotator: str | None) -> "Codes":
    import numpy as np

    label = np.full(votes.n_items, -1, dtype=np.int64)
    own = votes.annotator == votes.annotators.index(str(annotator))
    label[votes.item[own]] = votes.label[own]
    return label


def _first_place(weights: Any, tie: float) -> "Codes":
    """Return the place of the largest weight in each row, -1 where another comes within `tie` of it."""
    import numpy as np

    first = weights.max(axis=1, initial=0)
    shared = (weights > first[:, np.newaxis] - tie).sum(axis=1) > 1
    place: Codes = np.where(shared, -1, weights.argmax(axis=1))
    return place


def _probabilities(votes: Votes, how: str, random_state: int) -> "Shares":
    """Return the probability of each label for each item, (n_items, n_labels), as crowd-kit estimates it."""
    import numpy as np
    import pandas as pd

    probabilities = np.zeros((votes.n_items, len(votes.labels)))
    if not len(votes.item):
        return probabilities
    aggregation = _crowdkit()
    rank = _ranks(votes)
    frame = pd.DataFrame({"task": rank[votes.item], "worker": votes.annotator, "label": votes.label})
    frame = frame.sort_values(["task", "worker"], ignore_index=True)
    if how == "dawid_skene":
        aggregator = aggregation.DawidSkene(n_iter=100)
    else:
        # crowd-kit 1.4 starts every restart alike from an integer, and each otherwise from a generator
        aggregator = aggregation.MACE(
            n_restarts=RESTARTS, n_iter=ITERATIONS, random_state=np.random.default_rng(random_state)
        )
    with warnings.catch_warnings():
        # crowd-kit 1.4.2 uses keywords that pandas 3.1 is about to drop
        warnings.simplefilter("ignore", pd.errors.Pandas4Warning)
        found = aggregator.fit_predict_proba(frame)
    found = found.reindex(index=range(votes.n_items), columns=range(len(votes.labels)), fill_value=0.0)
    return np.asarray(found, dtype=np.float64)[rank]


def _ranks(votes: Votes) -> "Codes":
    """Return each item's place when items are sorted by the votes on them, so that their own order is without effect.

    Items with the same votes are interchangeable: what is estimated from them is bit for bit the same.
    """
    import numpy as np

    place = np.arange(len(votes.item)) - np.searchsorted(votes.item, votes.item)
    given = np.full((votes.n_items, int(place.max()) + 1), -1, dtype=np.int64)
    given[votes.item, place] = votes.annotator * len(votes.labels) + votes.label
    rank = np.empty(votes.n_items, dtype=np.int64)
    rank[np.lexsort(given.T[::-1])] = np.arange(votes.n_items)
    return rank


def _crowdkit() -> Any:
    try:
        import crowdkit.aggregation
    except ModuleNotFoundError as error:
        raise InputError(
            f"adjudication by dawid_skene or mace needs crowd-kit, and {error.name!r} is not installed; "
            "install it with: pip install 'stance-threads[crowd]'"
        ) from None
    return crowdkit.aggregation
