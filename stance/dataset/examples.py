"""The dataset as an object: examples with declared features, what was dropped and why, and counts of both."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from stance.dataset._digests import dataset_sha, row_digests
from stance.dataset._source import Dropped
from stance.errors import InputError
from stance.study.agreement import Agreement

if TYPE_CHECKING:
    import datasets
    import numpy as np
    import numpy.typing as npt
    import pandas as pd

MOST_NAMED = 5
COLUMNS = (
    "example_id",
    "thread_id",
    "comment_id",
    "parent_id",
    "depth",
    "author",
    "published",
    "target",
    "text",
    "context",
    "split",
    "label",
    "label_share",
    "annotators",
    "annotator_labels",
    "confidence",
    "evidence",
    "evidence_start",
    "duplicate_group",
)


@dataclass(frozen=True, slots=True)
class StanceDataset:
    """Labelled examples of one or several targets, what was dropped, and counts of both.

    `name` is the study's or the table's. `labels` are in the order of the label set. `dropped` has each unit that
    did not become an example, with its reason. `stats` is plain JSON data, and so is `about`: the card's facts
    and how the dataset was built. A large dataset is mapped from a temporary file, which goes when `examples`
    does.
    """

    name: str
    targets: tuple[str, ...]
    labels: tuple[str, ...]
    examples: "datasets.Dataset"
    dropped: Sequence[Dropped]
    stats: dict[str, Any]
    about: dict[str, Any]

    @property
    def sha(self) -> str:
        """The SHA-256 of targets, label set and examples, independent of the order of rows."""
        return str(self.stats["sha"])

    @property
    def metric(self) -> str:
        """What its task is judged by: macro_f1, unless the dataset's config says otherwise."""
        return str(self.about.get("metric", "macro_f1"))

    @property
    def about_what(self) -> str:
        """The targets in words: their names, or their number where there are many."""
        return "; ".join(self.targets) if len(self.targets) <= MOST_NAMED else f"{len(self.targets)} targets"

    @property
    def agreement(self) -> Agreement | None:
        """How far the annotators agree, None where the labels are as published and nobody's own are known."""
        found = self.stats.get("agreement")
        return None if found is None else Agreement.from_dict(found)

    def to_frame(self) -> "pd.DataFrame":
        """Return the examples as a DataFrame with labels as strings, what classifiers and folds work on."""
        import numpy as np

        names = np.array(self.labels, dtype=object)
        frame: pd.DataFrame = self.examples.to_pandas()
        frame["label"] = names[frame["label"].to_numpy()].tolist()
        frame["annotator_labels"] = [names[codes].tolist() for codes in frame["annotator_labels"]]
        return frame

    def label_weights(self) -> "npt.NDArray[np.float64]":
        """Return for each example the share of its annotators who gave its label: scikit-learn's `sample_weight`.

        Raises InputError if an example has no annotators.
        """
        return label_weights(self.to_frame(), self.labels)


def example_features(labels: Sequence[str], extra: Mapping[str, str] | None = None) -> "datasets.Features":
    """Return the declared features of the examples of a label set; `extra`: columns beside, with their types."""
    from datasets import ClassLabel, Features, List, Value

    stance, text, number = ClassLabel(names=list(labels)), Value("string"), Value("int32")
    return Features(
        {
            "example_id": text,
            "thread_id": text,
            "comment_id": text,
            "parent_id": text,
            "depth": number,
            "author": text,
            "published": text,
            "target": text,
            "text": text,
            "context": text,
            "split": text,
            "label": stance,
            "label_share": List(Value("float32")),
            "annotators": List(text),
            "annotator_labels": List(stance),
            "confidence": List(text),
            "evidence": List(text),
            "evidence_start": List(number),
            "duplicate_group": text,
            **{name: Value(kind) for name, kind in (extra or {}).items()},
        }
    )


def extra_columns(examples: "pd.DataFrame") -> list[str]:
    """Return the columns that a table kept beside those of every example: its `extra`."""
    return [str(column) for column in examples.columns if column not in COLUMNS]


def label_shares(examples: "pd.DataFrame", labels: Sequence[str]) -> "npt.NDArray[np.float64]":
    """Return for each example the share of its annotators who gave its label, not a number where it has no shares.

    `examples`: label and label_share of `StanceDataset.to_frame`; `labels` in the order of the shares.
    """
    import numpy as np

    if "label_share" not in examples:
        return np.full(len(examples), np.nan)
    place = {label: number for number, label in enumerate(labels)}
    pairs = zip(examples["label_share"], examples["label"], strict=True)
    known = [
        float(shares[place[label]]) if shares is not None and np.shape(shares) == (len(place),) else np.nan
        for shares, label in pairs
    ]
    return np.array(known)


def label_weights(examples: "pd.DataFrame", labels: Sequence[str]) -> "npt.NDArray[np.float64]":
    """Return `label_shares` as weights: an example that annotators disagree about counts less.

    Raises InputError if an example has no shares, since what it weighs beside the others cannot be told.
    """
    import numpy as np

    weights = label_shares(examples, labels)
    if (without := examples["example_id"].to_numpy()[np.isnan(weights)]).size:
        raise InputError(
            f"label_share: expected {len(labels)} shares for each example, found {len(without)} without, "
            f"{without[0]} first; only examples with annotators have them. Leave the others out, or set "
            "weights.label_share=false"
        )
    return weights


def sha_of_examples(examples: "datasets.Dataset", targets: Sequence[str], labels: Sequence[str]) -> str:
    """Return the sha of examples that were read from a written folder, or changed; it reads all of them."""
    import numpy as np

    columns = list(example_features(labels) | examples.features)
    parts = examples.select_columns(columns).with_format("arrow").iter(batch_size=10_000)
    digests = [row_digests(table) for table in parts]
    return dataset_sha(targets, labels, np.concatenate(digests) if digests else row_digests(examples.data.table))
