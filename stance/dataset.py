"""The dataset: examples with declared features, what was dropped and why, counts, and the folder written."""

import hashlib
import json
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from stance.annotations import Annotation, agreement, check_annotations, majority_label
from stance.errors import InputError
from stance.study import Study, read_study
from stance.thread import Comment, Thread

if TYPE_CHECKING:
    import datasets
    import pandas as pd

Context = Literal["none", "title", "parent"]
CONTEXTS: tuple[Context, ...] = ("none", "title", "parent")


@dataclass(frozen=True, slots=True)
class Dropped:
    """A comment that did not become an example, and the reason in snake_case."""

    thread_id: str
    comment_id: str
    reason: Literal["ping", "not_annotated", "no_majority", "no_text"]


@dataclass(frozen=True, slots=True)
class StanceDataset:
    """Labelled examples of one target, what was dropped, and counts of both.

    `name` is the study's. `labels` are in the order of the label set. `stats` is plain JSON data.
    """

    name: str
    target: str
    labels: tuple[str, ...]
    examples: "datasets.Dataset"
    dropped: tuple[Dropped, ...]
    stats: dict[str, Any]

    @property
    def sha(self) -> str:
        """The SHA-256 of target, label set and examples, independent of the order of rows."""
        rows = sorted(self.examples.to_list(), key=lambda row: str(row["example_id"]))
        content = {"target": self.target, "labels": self.labels, "examples": rows}
        return hashlib.sha256(_canonical(content).encode()).hexdigest()

    def to_frame(self) -> "pd.DataFrame":
        """Return the examples as a DataFrame with labels as strings, what classifiers and folds work on."""
        frame: pd.DataFrame = self.examples.to_pandas()
        frame["label"] = [self.labels[code] for code in frame["label"]]
        return frame


def build_dataset(
    threads: Iterable[Thread],
    annotations: Iterable[Annotation],
    *,
    target: str,
    labels: Sequence[str],
    context: Context = "none",
    name: str = "dataset",
) -> StanceDataset:
    """Build one example from each comment that annotators agree on by majority.

    The comments of `threads` become either an example or are dropped with a reason: examples + dropped =
    comments. Authors leave as `author-01`, `author-02`, … in the order of first appearance. `context` is
    the post's title, the parent's text, or nothing.

    Raises InputError if the target or the label set is empty, the context is unknown, an annotation does not
    fit the threads or the label set, or no example is left.
    """
    threads, annotations = list(threads), list(annotations)
    check_annotations(annotations, threads, labels)
    return _build(threads, annotations, target, tuple(labels), context, name)


def build_from_study(study: str | Path | Study, context: Context = "none") -> StanceDataset:
    """Read a study's folder (or take a Study) and build its dataset, agreement included in the stats."""
    study = study if isinstance(study, Study) else read_study(study)
    card = study.card
    name = study.folder.resolve().name
    built = _build(study.threads, study.annotations, card.target, card.labels, context, name)
    built.stats["agreement"] = asdict(agreement(study.annotations, dict(card.annotators)))
    built.stats["findings"] = [f"{f.name}: {f.message}" for thread in study.threads for f in thread.findings]
    return built


def _build(
    threads: Sequence[Thread],
    annotations: Sequence[Annotation],
    target: str,
    labels: tuple[str, ...],
    context: Context,
    name: str,
) -> StanceDataset:
    """Build a dataset from annotations that are known to fit the threads."""
    if not target.strip() or len(labels) < 2:
        raise InputError(f"expected a target and two or more labels, found target {target!r} and labels {list(labels)}")
    if context not in CONTEXTS:
        raise InputError(f"expected a context of {list(CONTEXTS)}, found {context!r}")
    if len({thread.thread_id for thread in threads}) < len(threads):
        raise InputError("expected threads with ids of their own, found one twice; is a page read twice?")
    given: dict[tuple[str, str], list[Annotation]] = defaultdict(list)
    for annotation in sorted(annotations, key=lambda annotation: annotation.annotator):
        given[annotation.thread_id, annotation.comment_id].append(annotation)
    pseudonyms = make_pseudonyms(comment.author for thread in threads for comment in thread.comments)
    rows, dropped = [], []
    for thread in threads:
        texts = {comment.comment_id: comment.text for comment in thread.comments}
        for comment in thread.comments:
            about = given[thread.thread_id, comment.comment_id]
            label = majority_label([annotation.label for annotation in about]) if about else None
            if reason := _reason_to_drop(comment, about, label):
                dropped.append(Dropped(thread.thread_id, comment.comment_id, reason))
                continue
            author = pseudonyms[_name(comment.author)] if comment.author else None
            context_text = _context_of(thread, comment, texts, context)
            rows.append(_row(thread, comment, author, target, context_text, label, about))
    if not rows:
        raise InputError(f"no example is left of {len(dropped)} comments, dropped for {_reasons(dropped)}")
    stats = _count(threads, rows, dropped, labels)
    return StanceDataset(name, target, labels, _with_features(rows, labels), tuple(dropped), stats)


def _row(
    thread: Thread,
    comment: Comment,
    author: str | None,
    target: str,
    context: str,
    label: str | None,
    about: Sequence[Annotation],
) -> dict[str, Any]:
    return {
        "example_id": f"{thread.thread_id}#{comment.comment_id}",
        "thread_id": thread.thread_id,
        "comment_id": comment.comment_id,
        "parent_id": comment.parent_id,
        "author": author,
        "published": comment.published,
        "target": target,
        "text": comment.text,
        "context": context,
        "label": label,
        "annotators": [annotation.annotator for annotation in about],
        "annotator_labels": [annotation.label for annotation in about],
        "evidence": [annotation.evidence for annotation in about],
    }


def make_pseudonyms(authors: Iterable[str | None]) -> dict[str, str]:
    """Map each author's name to `author-01`, `author-02`, … in the order of first appearance.

    >>> make_pseudonyms(["reader-2", None, "reader-1", "reader-2"])
    {'reader-2': 'author-01', 'reader-1': 'author-02'}
    """
    names = dict.fromkeys(_name(author) for author in authors if author)
    width = max(2, len(str(len(names))))
    return {name: f"author-{number:0{width}}" for number, name in enumerate(names, start=1)}


def _reason_to_drop(
    comment: Comment, about: Sequence[Annotation], label: str | None
) -> Literal["ping", "not_annotated", "no_majority", "no_text"] | None:
    if comment.kind == "ping":
        return "ping"
    if not comment.text.strip():
        return "no_text"
    if not about:
        return "not_annotated"
    return "no_majority" if label is None else None


def _context_of(thread: Thread, comment: Comment, texts: dict[str, str], context: Context) -> str:
    if context == "title":
        return thread.title or ""
    if context == "parent" and comment.parent_id is not None:
        return texts.get(comment.parent_id, "")
    return ""


def _with_features(rows: list[dict[str, Any]], labels: Sequence[str]) -> "datasets.Dataset":
    from datasets import ClassLabel, Dataset, Features, List, Value

    stance = ClassLabel(names=list(labels))
    strings = ["example_id", "thread_id", "comment_id", "parent_id", "author", "published", "target", "text", "context"]
    features = Features(
        {column: Value("string") for column in strings}
        | {
            "label": stance,
            "annotators": List(Value("string")),
            "annotator_labels": List(stance),
            "evidence": List(Value("string")),
        }
    )
    return Dataset.from_list(rows, features=features)


def _count(
    threads: Sequence[Thread], rows: Sequence[dict[str, Any]], dropped: Sequence[Dropped], labels: Sequence[str]
) -> dict[str, Any]:
    by_label = Counter(row["label"] for row in rows)
    return {
        "threads": len(threads),
        "comments": sum(len(thread.comments) for thread in threads),
        "examples": len(rows),
        "dropped": _reasons(dropped),
        "labels": {label: by_label[label] for label in labels},
        "authors": len({row["author"] for row in rows} - {None}),
        "examples_without_author": sum(row["author"] is None for row in rows),
        "replies": sum(row["parent_id"] is not None for row in rows),
        "characters": sum(len(row["text"]) for row in rows),
    }


def _reasons(dropped: Sequence[Dropped]) -> dict[str, int]:
    return dict(sorted(Counter(entry.reason for entry in dropped).items()))


def _name(author: str) -> str:
    return " ".join(unicodedata.normalize("NFC", author).split())


def _canonical(content: object) -> str:
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
