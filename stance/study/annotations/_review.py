"""Annotations: what people or models said of a comment; reading them, and checking them against the threads."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from stance.study.annotations._annotation import (
    Annotation,
    Problem,
    refuse,
)
from stance.study.annotations._checks import Comments, check_annotators, check_doubled, check_rows
from stance.study.annotations._sheet import read_sheet
from stance.thread import Thread


def read_annotations(path: Path) -> list[Annotation]:
    """Read a CSV of annotations: one row per comment (or part of it), target and annotator.

    Columns: thread_id, comment_id, annotator, label, and if kept target, start, end, confidence, evidence,
    rationale, text_sha. UTF-8, or UTF-16 with its byte order mark; commas, semicolons or tabs.
    Raises InputError that lists every problem of the file, not only the first.
    """
    annotations, problems = read_sheet(path)
    refuse([*problems, *check_doubled(annotations, (), str(path))])
    return annotations


def check_annotations(
    annotations: Iterable[Annotation],
    threads: Iterable[Thread],
    labels: Sequence[str],
    source: str = "annotations",
    targets: Sequence[str] = (),
    language: str | None = None,
) -> None:
    """Check every annotation against the comments it names, the label set, the targets and the others.

    With one target an annotation may leave it out; without `targets` none is checked. `language` (ISO 639) is what
    sentences are cut by; None leaves offsets that are no unit's where they are. Raises InputError that lists every
    problem: an unknown comment, a label or target outside the set, offsets outside the comment or of no unit,
    evidence that does not occur in it, a comment whose text is not the one that was annotated, and an annotator who
    labels the same thing twice.
    """
    annotations = list(annotations)
    refuse(
        [
            *check_rows(annotations, Comments(threads, language), labels, targets, source),
            *check_doubled(annotations, targets, source),
        ]
    )


def review_annotations(
    path: Path,
    threads: Iterable[Thread] | None,
    labels: Sequence[str],
    targets: Sequence[str] = (),
    annotators: Sequence[str] | None = None,
    language: str | None = None,
) -> tuple[list[Annotation], list[Problem]]:
    """Read and check a CSV of annotations in one pass; return the rows that are sound, and all problems by line.

    `threads` None leaves the comments unchecked, for a study whose pages cannot be read; so does
    `annotators` None with the names. `language` (ISO 639) is what sentences are cut by: offsets must then be
    those of the comment, a paragraph or a sentence. None leaves them where they are.
    """
    found, problems = read_sheet(path)
    source = str(path)
    comments = None if threads is None else Comments(threads, language)
    problems += check_rows(found, comments, labels, targets, source)
    problems += check_doubled(found, targets, source)
    if annotators is not None:
        problems += check_annotators(found, annotators, source)
    lines = {problem.line for problem in problems}
    known = {annotation.annotator for annotation in found} if annotators is None else set(annotators)
    sound = [annotation for annotation in found if annotation.line not in lines and annotation.annotator in known]
    return sound, sorted(problems, key=lambda problem: problem.line)
