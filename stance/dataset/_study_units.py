"""The comments of threads as units: which part of them, with what context, and which annotations belong there."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, get_args

from stance.dataset._source import Dropped
from stance.errors import InputError
from stance.study.annotations import Annotation
from stance.thread import Comment, Thread
from stance.thread.context import ContextKind, contexts_of
from stance.thread.units import Unit, all_units, cut_units, place_annotation, units_schema

if TYPE_CHECKING:
    import pyarrow as pa

MOST_NAMED = 10
# thread_id and comment_id, and the target
Labelled = dict[tuple[str, str, str], list[Annotation]]


@dataclass(frozen=True, slots=True)
class Cutting:
    """How comments become units: which part, with what context (`limit` in characters), and who took theirs back.

    `language` (ISO 639) is what sentences are cut by. `erased` holds (thread_id, comment_id). `adjudicator` is the
    annotator whose label a unit has for good, and who is no annotator among the others.
    """

    unit: Unit = "comment"
    context: ContextKind = "none"
    limit: int = 0
    language: str = "en"
    erased: frozenset[tuple[str, str]] = frozenset()
    adjudicator: str | None = None


@dataclass(frozen=True, slots=True)
class StudyUnits:
    """The units of a study, those left out with their reason, and the number of annotations that fit no unit."""

    table: "pa.Table"
    dropped: tuple[Dropped, ...]
    unplaced: int


def units_of_study(
    threads: Sequence[Thread],
    annotations: Iterable[Annotation],
    targets: Sequence[str],
    cutting: Cutting,
    split: Mapping[str, str] | None = None,
) -> StudyUnits:
    """Cut the comments of threads into units, one for each target, each with the annotations that belong to it.

    Pings, erased comments and comments without text have no units and are dropped once for each target. Fitting
    no unit are annotations of another unit than `cutting` asks for, and of a whole comment that has several units
    where their evidence does not say which. `split` gives threads their official split.

    Raises InputError if two comments have one id, or if no annotation fits a unit.
    """
    import pyarrow as pa

    only = targets[0] if len(targets) == 1 else ""
    given: Labelled = {}
    for annotation in sorted(annotations, key=lambda annotation: annotation.annotator):
        key = (annotation.thread_id, annotation.comment_id, annotation.target or only)
        given.setdefault(key, []).append(annotation)
    rows: list[dict[str, Any]] = []
    dropped: list[Dropped] = []
    unplaced: list[tuple[str, Annotation]] = []
    for thread in threads:
        left = without_erased(thread, cutting.erased)
        contexts = contexts_of(left, cutting.context, cutting.limit)
        depths = depths_of(left)
        for comment, context in zip(left.comments, contexts, strict=True):
            if reason := _reason_to_drop(thread, comment, cutting):
                dropped += _dropped(thread, comment, targets, reason)
                continue
            shared = _shared_cells(thread, comment, depths[comment.comment_id], context)
            shared["split"] = (split or {}).get(thread.thread_id)
            for target in targets:
                about = given.get((thread.thread_id, comment.comment_id, target), [])
                cut, lost = _rows_of_comment(comment.text, shared, target, len(targets) > 1, about, cutting)
                rows += cut
                unplaced += ((comment.text, annotation) for annotation in lost)
    if unplaced and not any(row["annotators"] or row["label"] for row in rows):
        _refuse_another_unit(unplaced, cutting)
    _refuse_doubled_ids([row["example_id"] for row in rows] + [entry.example_id for entry in dropped])
    schema = units_schema()
    if any("draw" in row for row in rows):
        schema = schema.append(pa.field("probability", pa.float64())).append(pa.field("draw", pa.string()))
    return StudyUnits(pa.Table.from_pylist(rows, schema=schema), tuple(dropped), len(unplaced))


def _refuse_another_unit(unplaced: Sequence[tuple[str, Annotation]], cutting: Cutting) -> None:
    """Raise InputError that says of which units the annotations are, each beside the text of its comment."""
    found: Counter[str] = Counter()
    for text, annotation in unplaced:
        if annotation.start is None or annotation.end is None:
            found["comment, without evidence that says which part"] += 1
        else:
            found[all_units(text, cutting.language)[annotation.start, annotation.end]] += 1
    of_units = ", ".join(f"{number} of a {unit}" for unit, number in sorted(found.items()))
    raise InputError(
        f"expected annotations of a {cutting.unit}, found {of_units}; set `unit` to what was annotated, one of "
        f"{list(get_args(Unit))}"
    )


def _refuse_doubled_ids(ids: Sequence[str]) -> None:
    if doubled := sorted(example_id for example_id, times in Counter(ids).items() if times > 1):
        more = f" and {len(doubled) - MOST_NAMED} more" if len(doubled) > MOST_NAMED else ""
        raise InputError(
            f"expected units with ids of their own, found more than one of {doubled[:MOST_NAMED]}{more}; is a page "
            "read twice?"
        )


def without_erased(thread: Thread, erased: frozenset[tuple[str, str]]) -> Thread:
    """Return the thread with erased comments in their place, since others answer them, but without a word of them."""
    kept = (
        replace(comment, author=None, text="") if (thread.thread_id, comment.comment_id) in erased else comment
        for comment in thread.comments
    )
    return replace(thread, comments=tuple(kept))


def depths_of(thread: Thread) -> dict[str, int]:
    """Return how deep each comment stands in its thread: 0 for an answer to the post, 1 for an answer to that."""
    parents = {comment.comment_id: comment.parent_id for comment in thread.comments}
    depths: dict[str, int] = {}
    for comment_id in parents:
        chain = []
        current: str | None = comment_id
        while current is not None and current not in depths:
            chain.append(current)
            current = parents.get(current)
        above = -1 if current is None else depths[current]
        for steps, member in enumerate(reversed(chain), start=1):
            depths[member] = above + steps
    return depths


def _reason_to_drop(thread: Thread, comment: Comment, cutting: Cutting) -> str | None:
    if (thread.thread_id, comment.comment_id) in cutting.erased:
        return "erased"
    if comment.kind == "ping":
        return "ping"
    return None if comment.text.strip() else "no_text"


def _dropped(thread: Thread, comment: Comment, targets: Sequence[str], reason: str) -> Iterator[Dropped]:
    whole = f"{thread.thread_id}#{comment.comment_id}"
    for target in targets:
        example_id = f"{whole}@{target}" if len(targets) > 1 else whole
        yield Dropped(example_id, thread.thread_id, comment.comment_id, reason)


def _shared_cells(thread: Thread, comment: Comment, depth: int, context: str) -> dict[str, Any]:
    return {
        "thread_id": thread.thread_id,
        "comment_id": comment.comment_id,
        "parent_id": comment.parent_id,
        "depth": depth,
        "author": comment.author or None,
        "published": comment.published,
        "context": context,
        "split": None,
        "label": None,
    }


def _rows_of_comment(
    text: str, shared: dict[str, Any], target: str, several: bool, about: Sequence[Annotation], cutting: Cutting
) -> tuple[list[dict[str, Any]], list[Annotation]]:
    """Return the rows of a comment for one target, and the annotations that fit none of them."""
    spans = cut_units(text, cutting.unit, cutting.language)
    ends = ("annotators", "annotator_labels", "confidence", "evidence", "evidence_start")
    whole = f"{shared['thread_id']}#{shared['comment_id']}"
    rows: list[dict[str, Any]] = []
    for start, end in spans:
        part = "" if cutting.unit == "comment" else f"[{start}:{end}]"
        example_id = f"{whole}{part}" + (f"@{target}" if several else "")
        row = {"example_id": example_id, **shared, "target": target, "text": text[start:end]}
        rows.append(row | {column: [] for column in ends})
    lost = []
    for annotation in about:
        places = place_annotation(text, spans, annotation.evidence, annotation.start, annotation.end)
        lost += [] if places else [annotation]
        for placed in places:
            row = rows[placed.unit]
            if annotation.draw:
                row |= {"probability": float(annotation.probability), "draw": annotation.draw}
            if annotation.annotator == cutting.adjudicator:
                row["label"] = annotation.label
                continue
            row["annotators"].append(annotation.annotator)
            row["annotator_labels"].append(annotation.label)
            row["confidence"].append(annotation.confidence)
            row["evidence"].append(placed.evidence)
            row["evidence_start"].append(placed.evidence_start)
    return rows, lost
