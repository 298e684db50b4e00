"""What runs work on: data and folds that a config describes, made once for all jobs of a sweep."""

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from stance.commands.config import build, factory_of

if TYPE_CHECKING:
    import pandas as pd

    from stance.dataset import StanceDataset
    from stance.folds import Fold

DATA = ("dataset", "sources", "label_maps")
log = logging.getLogger("train")


@dataclass(frozen=True)
class Data:
    """What a run works on: the dataset, its examples with those of the sources below them, and the sha of all."""

    dataset: "StanceDataset"
    examples: "pd.DataFrame"
    sha: str


@cache
def read_data(config: str) -> Data:
    """Build the dataset that a config in JSON describes, and its sources, once for all jobs of a sweep."""
    from stance.folds.transfer import with_sources

    plain = json.loads(config)
    dataset: StanceDataset = build(plain["dataset"])
    if not plain["sources"]:
        return Data(dataset, dataset.to_frame(), dataset.sha)
    sources = {name: build(source) for name, source in plain["sources"].items()}
    combined = with_sources(dataset, sources, plain["label_maps"])
    for name, counts in combined.dropped.items():
        if counts:
            log.info("Dropped of %s: %s", name, counts)
    return Data(dataset, combined.examples, "+".join([dataset.sha, *(sources[name].sha for name in sorted(sources))]))


def mark_of_folds(plain: Mapping[str, Any]) -> str:
    """Return what stands behind the name of folds: that they are random where the strictest hold out nothing."""
    from stance.errors import InputError
    from stance.evaluation.leaks import RANDOM
    from stance.folds import strictest

    if factory_of(plain["folds"])[0] is not strictest:
        return ""
    try:
        return RANDOM if read_folds(*split_of(plain)).hold_nothing else ""
    except InputError:
        return ""  # folds that cannot be made fail the run, which begins after this


@dataclass(frozen=True)
class Split:
    """The folds of a run, the name of their scheme, what is said of them, and whether they hold out nothing."""

    folds: "Sequence[Fold]"
    scheme: str
    said: tuple[str, ...]
    hold_nothing: bool

    @property
    def why(self) -> str:
        """What is said of the folds, in one string."""
        return self.said[0] if len(self.said) == 1 else " ".join(f"{one.rstrip('.')}." for one in self.said)


def split_of(plain: Mapping[str, Any]) -> tuple[str, str, tuple[str, ...]]:
    """Return what folds hang on: data and folds in JSON, and what is purged."""
    return json.dumps({key: plain[key] for key in DATA}), json.dumps(plain["folds"]), tuple(plain["purge"])


@cache
def read_folds(data: str, config: str, purged: tuple[str, ...]) -> Split:
    """Make the folds that a config in JSON describes, once for all classifiers of a sweep."""
    from stance.folds import strictest
    from stance.folds.held_out import hold_out
    from stance.folds.purging import purge

    examples = read_data(data).examples
    make_folds, settings = factory_of(json.loads(config))
    why, hold_nothing = "", False
    if make_folds is strictest:
        held_out, folds = hold_out(examples, **settings)
        why, hold_nothing = held_out.why, not held_out.columns
    else:
        folds = make_folds(examples, **settings)
    folds, left_out = purge(examples, folds, purged)
    return Split(folds, make_folds.__name__, tuple(filter(None, (why, left_out))), hold_nothing)


@cache
def read_cheating(data: str, folds: str, purged: tuple[str, ...] = ()) -> Any:
    """Predict by the rows that cheat, once for all classifiers of a sweep under the same folds."""
    from stance.evaluation.leaks import predict_cheating

    found = read_data(data)
    return predict_cheating(found.examples, read_folds(data, folds, purged).folds, found.dataset.labels)
