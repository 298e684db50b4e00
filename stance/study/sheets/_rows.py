"""The rows of a sheet: each unit of a study in its thread, ready to be labelled, and as it came back."""

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from stance.errors import InputError, did_you_mean
from stance.study._card import StudyCard
from stance.study._study import Study
from stance.study.annotations._annotation import Annotation, bare_fingerprint, text_fingerprint
from stance.thread import Comment, Thread
from stance.thread.context import contexts_of, cut_context
from stance.thread.privacy import fold_name, make_pseudonyms
from stance.thread.units import Unit, cut_units

FILLED_COLUMNS = ("label", "confidence", "evidence", "rationale")
NO_AUTHOR = "no name"
Key: TypeAlias = tuple[str, str]


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One comment, paragraph or sentence to label for one target, as an annotator sees it.

    `row` names it in letters and digits that no spreadsheet program takes for a number or a date; a comment
    whose text has changed has another. `blank` is the annotation without its label, its target filled in.
    `context` is the thread so far and `answers` the comment that this one answers, with pseudonyms. `given` is what
    others have said of it, for who decides between them.
    """

    row: str
    blank: Annotation
    context: str
    answers: str
    author: str
    text: str
    given: tuple[Annotation, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """What one annotator is given to label, in the order of the threads.

    `left_out` counts by reason what is not in it: `ping`, `erased`, `no_text`, and `labelled_before` by the
    annotator; of a sheet of disagreements also `alike` and `one_annotator`.
    """

    annotator: str
    rows: tuple[SheetRow, ...]
    left_out: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class FilledRow:
    """One row as it came back: where it stands, the name of its unit, the annotator, and the cells filled in.

    `line` is 0 where the source has no lines. `text` is the text beside the label, "" where it was not kept.
    `cells` has `label`, `confidence`, `evidence` and `rationale`, all "" for a row left empty. `probability` and `draw`
    say how it was drawn, "" where it was not.
    """

    source: str
    line: int
    row: str
    annotator: str
    text: str
    cells: Mapping[str, str]
    probability: str = ""
    draw: str = ""


def make_sheet(study: Study, annotator: str, unit: Unit = "comment", context_limit: int = 2000) -> Sheet:
    """Lay out for one annotator all units of a study that they have not labelled yet, for each target.

    `context_limit` is in characters, 0 for none. Raises InputError if the annotator is not on the study's card.
    """
    if annotator not in study.card.annotators:
        known = list(study.card.annotators)
        raise InputError(
            f"annotator {annotator!r} is not on the card, which has {known}; add the name to `annotators` in "
            f"{study.folder / 'study.yaml'}, with its kind.{did_you_mean(annotator, known)}"
        )
    targets, erased = study.card.targets, study.erased
    labelled = {place_of(a, targets) for a in study.annotations if a.annotator == annotator}
    left_out = dict.fromkeys(("ping", "erased", "no_text", "labelled_before"), 0)
    rows: list[SheetRow] = []
    for thread, speakers in _with_pseudonyms(study.threads):
        for comment, context, answers in _in_context(thread, speakers, erased, context_limit):
            blanks = list(blank_annotations(study.card, thread, comment, unit, erased))
            left = [blank for blank in blanks if place_of(blank, targets) not in labelled]
            if not blanks:
                left_out[_why_without(thread, comment, erased)] += 1
            left_out["labelled_before"] += len(blanks) - len(left)
            for blank in left:
                speaker = speakers[comment.comment_id]
                so_far = _with_beginning(context, speaker, comment.text[: blank.start or 0], context_limit)
                text = comment.text[blank.start : blank.end]
                named = replace(blank, annotator=annotator)
                rows.append(SheetRow(row_name(blank), named, so_far, answers, speaker, text))
    return Sheet(annotator, tuple(rows), left_out)


def drawn_rows(sheet: Sheet, drawn: Mapping[str, tuple[str, str]]) -> Sheet:
    """Return a sheet with the rows that were drawn only, each with its probability and draw.

    `drawn`: by the name of the row (`SheetRow.row`).
    """
    rows = (
        replace(row, blank=replace(row.blank, probability=drawn[row.row][0], draw=drawn[row.row][1]))
        for row in sheet.rows
        if row.row in drawn
    )
    return replace(sheet, rows=tuple(rows))


def blank_annotations(
    card: StudyCard, thread: Thread, comment: Comment, unit: Unit, erased: Collection[Key]
) -> Iterator[Annotation]:
    """Yield an annotation without annotator and label for each unit of a comment and each target of the study.

    A ping has none, nor has a comment that is `erased`.
    """
    if comment.kind == "ping" or (thread.thread_id, comment.comment_id) in erased:
        return
    sha = text_fingerprint(comment.text)
    for first, last in cut_units(comment.text, unit, card.language):
        start, end = (None, None) if unit == "comment" else (first, last)
        for target in card.targets:
            yield Annotation(thread.thread_id, comment.comment_id, "", "", target, start, end, text_sha=sha)


def row_name(blank: Annotation) -> str:
    """Return the name of a unit in a sheet: `r-` and 16 hex digits of what it is, the comment's text included."""
    # rows keep the names that they had when fingerprints were digits alone: sheets are out with them
    sha = bare_fingerprint(blank.text_sha)
    what = (blank.thread_id, blank.comment_id, blank.target, blank.start, blank.end, sha)
    return "r-" + hashlib.sha256(json.dumps(what).encode()).hexdigest()[:16]


def place_of(annotation: Annotation, targets: Sequence[str]) -> tuple[str, str, str, int | None, int | None]:
    """Return what an annotation labels: thread, comment, target (the only one where it names none) and characters."""
    target = annotation.target or (targets[0] if len(targets) == 1 else "")
    return annotation.thread_id, annotation.comment_id, target, annotation.start, annotation.end


def _with_pseudonyms(threads: Iterable[Thread]) -> Iterator[tuple[Thread, dict[str, str]]]:
    """Yield each thread and the pseudonym of who wrote each of its comments, one and the same in all threads."""
    threads = list(threads)
    names = make_pseudonyms(comment.author for thread in threads for comment in thread.comments)
    for thread in threads:
        authors = {comment.comment_id: fold_name(comment.author or "") for comment in thread.comments}
        yield thread, {comment_id: names.get(author, NO_AUTHOR) for comment_id, author in authors.items()}


def _in_context(
    thread: Thread, speakers: Mapping[str, str], erased: Collection[Key], limit: int
) -> Iterator[tuple[Comment, str, str]]:
    """Yield each comment, the thread before it, and the comment that it answers, each said by its speaker."""
    texts = ("" if (thread.thread_id, c.comment_id) in erased else c.text for c in thread.comments)
    spoken = tuple(
        replace(comment, text=_said(speakers[comment.comment_id], text))
        for comment, text in zip(thread.comments, texts, strict=True)
    )
    shown = replace(thread, comments=spoken)
    before, answered = contexts_of(shown, "thread", limit), contexts_of(shown, "parent", limit)
    yield from zip(thread.comments, before, answered, strict=True)


def _why_without(thread: Thread, comment: Comment, erased: Collection[Key]) -> str:
    if comment.kind == "ping":
        return "ping"
    return "erased" if (thread.thread_id, comment.comment_id) in erased else "no_text"


def _said(speaker: str, text: str) -> str:
    return f"{speaker}: {text.strip()}" if text.strip() else ""


def _with_beginning(context: str, speaker: str, beginning: str, limit: int) -> str:
    """Add to a context what the comment itself says before the unit."""
    return cut_context("\n\n".join(filter(None, (context, _said(speaker, beginning)))), limit)
