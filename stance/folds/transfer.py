"""Transfer: train on other data sets, test on this one, alone or with this one's own training folds added."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stance.errors import InputError, did_you_mean
from stance.folds.fold import Fold
from stance.folds.groups import DUPLICATES, connected_groups, value_codes
from stance.folds.held_out import strictest

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from stance.dataset import StanceDataset

# A keyed pseudonym is the same person in every data set made with that key; author-01 is another one in each.
KEYED = re.compile(r"author-[0-9a-f]{16}")


@dataclass(frozen=True, slots=True, eq=False)
class Combined:
    """A data set's examples with those of others under them, and what was not taken over.

    `examples`: column `source` is the other data set's name, missing for this one's own. `dropped`: examples of
    the others by source and label whose label has no like here.
    """

    examples: "pd.DataFrame"
    dropped: dict[str, dict[str, int]]


def with_sources(
    dataset: "StanceDataset",
    sources: Mapping[str, "StanceDataset"],
    label_maps: Mapping[str, Mapping[str, str | None]] | None = None,
) -> Combined:
    """Put the examples of other data sets under those of this one, with this one's labels and columns.

    `label_maps`: for each source, this data set's label for a label of the source, None to drop its examples; a
    label that both have needs no entry. Ids, threads and authors of a source get its name in front, but for
    keyed pseudonyms, which name the same person everywhere. Texts that occur in several data sets are one
    duplicate group. Shares of annotators follow their labels.

    Raises InputError naming every label of every source that fits nothing.
    """
    import pandas as pd

    given = label_maps or {}
    maps = {name: _label_map(source.labels, given.get(name, {})) for name, source in sources.items()}
    problems = [f"{name}: not a source.{did_you_mean(name, sources)}" for name in given if name not in sources]
    for name, source in sources.items():
        problems += [f"{name}: {problem}" for problem in _problems(maps[name], source.labels, dataset.labels)]
    if problems:
        raise InputError(
            f"expected labels of {list(dataset.labels)}, or label_maps.<source>.<label> to name one or null, which "
            f"drops the label's examples, found {'; '.join(problems)}"
        )
    own = dataset.to_frame()
    frames, dropped = [own.assign(source=pd.Series(None, index=own.index, dtype=object))], {}
    for name, source in sources.items():
        frame = source.to_frame()
        kept = frame["label"].map(maps[name]).notna()
        dropped[name] = dict(sorted(Counter(frame["label"][~kept]).items()))
        frames.append(_taken_over(frame[kept], name, maps[name], source.labels, dataset.labels))
    columns = [*own.columns, "source"]
    together = pd.concat([frame.reindex(columns=columns).astype(object) for frame in frames], ignore_index=True)
    return Combined(together.assign(**{DUPLICATES: _duplicates(together)}), dropped)


def transfer(examples: "pd.DataFrame", add_own: bool = False, n_folds: int = 5, random_state: int = 0) -> list[Fold]:
    """Train on the examples that have a `source`, test on those that have none, each of them once.

    With `add_own` this data set's own training folds, made by `strictest`, are trained on as well. Rows of a
    source that share an author or a text with a fold's test rows are left out of that fold, but for texts that say
    little (see `connected_groups`). Raises InputError if the examples have no source: `with_sources` gives them one.
    """
    import numpy as np

    if "source" not in examples or examples["source"].isna().all():
        raise InputError(
            "transfer: expected examples of other data sets to train on, found none; name them as in "
            "`+dataset@sources.semeval2016=semeval2016`"
        )
    others, own = (np.flatnonzero(examples["source"].notna() == foreign) for foreign in (True, False))
    parts = [(np.array([], dtype=np.int64), own)]
    if add_own:
        made = strictest(examples.iloc[own], n_folds, random_state=random_state)
        parts = [(own[fold.train], own[fold.test]) for fold in made]
    groups = value_codes(connected_groups(examples, ["author"]))
    folds = []
    for number, (train, test) in enumerate(parts):
        apart = others[~np.isin(groups[others], groups[test])]
        if not len(apart):
            raise InputError("transfer: expected rows of a source to train on, found only duplicates of those tested")
        folds.append(Fold(0, number, np.concatenate([train, apart]), test))
    return folds


def _label_map(theirs: Sequence[str], given: Mapping[str, str | None]) -> dict[str, str | None]:
    """Return the label here for each label there; what is not mapped keeps its name."""
    same: dict[str, str | None] = {label: label for label in theirs}
    return {**same, **given}


def _problems(label_map: Mapping[str, str | None], theirs: Sequence[str], ours: Sequence[str]) -> list[str]:
    found = []
    for label, mapped in label_map.items():
        if label not in theirs:
            found.append(f"{label!r}, which is no label of it.{did_you_mean(label, theirs)}")
        elif mapped is not None and mapped not in ours:
            becomes = "" if label == mapped else f" mapped to {mapped!r}"
            found.append(f"{label!r}{becomes}.{did_you_mean(mapped, ours)}")
    return found


def _taken_over(
    frame: "pd.DataFrame",
    name: str,
    label_map: Mapping[str, str | None],
    theirs: Sequence[str],
    ours: Sequence[str],
) -> "pd.DataFrame":
    """Return a source's examples with our labels and shares, and with ids that are nobody else's."""
    import pandas as pd

    taken = frame.assign(label=frame["label"].map(label_map), source=name)
    for column in ("example_id", "thread_id", "author", DUPLICATES):
        if column in taken:
            taken[column] = [
                value if not isinstance(value, str) or KEYED.fullmatch(value) else f"{name}/{value}"
                for value in taken[column]
            ]
    if "label_share" in taken:
        shares = _shares(taken["label_share"], label_map, theirs, ours)
        taken["label_share"] = pd.Series(shares, index=taken.index, dtype=object)
    return taken


def _shares(
    shares: "pd.Series", label_map: Mapping[str, str | None], theirs: Sequence[str], ours: Sequence[str]
) -> list["np.ndarray | None"]:
    """Return shares in the order of our labels; what fell to labels that are dropped is lost."""
    import numpy as np

    places = np.array([[label_map[label] == ours_label for ours_label in ours] for label in theirs], dtype=float)
    return [None if share is None or len(share) == 0 else np.asarray(share) @ places for share in shares]


def _duplicates(examples: "pd.DataFrame") -> "pd.Series":
    """Return the duplicate group of each example over all data sets: its smallest example id, None where alone."""
    from stance.dataset.duplicates import find_duplicates

    columns = {"text_group": find_duplicates(examples["text"].tolist(), None).astype(str)}
    groups = connected_groups(examples.drop(columns="text").assign(**columns), ["text_group"])
    names = examples["example_id"].groupby(groups.to_numpy()).transform("min")
    alone = groups.map(groups.value_counts()) == 1
    return names.astype(object).where(~alone.to_numpy(), None)
