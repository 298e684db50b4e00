"""Collecting: filled rows, of sheets or of Label Studio, checked all at once and made into annotations."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import get_args

from stance.errors import InputError
from stance.study._study import Study
from stance.study.annotations._annotation import Annotation, Problem
from stance.study.annotations._checks import Comments, check_annotators, check_rows
from stance.study.sheets._rows import FilledRow, blank_annotations, place_of, row_name
from stance.thread.units import Unit, folded

# a spreadsheet program cuts what is longer
LONGEST_CELL = 32_767


@dataclass(frozen=True, slots=True)
class Collected:
    """What filled rows make: annotations in the order of the threads, how many rows were empty, how many known.

    `n_known` rows say what the study's annotations say already.
    """

    annotations: tuple[Annotation, ...]
    n_empty: int
    n_known: int


@dataclass(frozen=True, slots=True)
class _Named:
    """A unit by its name: the annotation without a label, its text, and its place in the study."""

    blank: Annotation
    text: str
    place: int


def collect_annotations(study: Study, filled: Iterable[FilledRow], problems: Iterable[Problem] = ()) -> Collected:
    """Make annotations of filled rows: each is checked against the study, the other rows and its annotations.

    `problems` are those that were found in reading the rows. Raises InputError that lists them all.
    """
    filled = list(filled)
    rows = [row for row in filled if any(row.cells.values())]
    named = _named_units(study, {row.row for row in rows})
    wrong = list(problems)
    made = [(row, _annotation(row, named[row.row], study)) for row in rows if row.row in named]
    wrong += [Problem(row.source, row.line, message) for row in rows for message in _row_problems(row, named, study)]
    comments = Comments(study.threads)
    for row, annotation in made:
        if annotation.label:
            wrong += check_rows([annotation], comments, study.card.labels, study.card.targets, row.source)
    by_source: dict[str, list[Annotation]] = defaultdict(list)
    for row, annotation in made:
        by_source[row.source] += [annotation] if annotation.annotator else []
    for source, given in by_source.items():
        wrong += check_annotators(given, list(study.card.annotators), source)
    new, contradictions = _new_ones(made, study)
    if wrong := [*wrong, *contradictions]:
        places = {source: number for number, source in enumerate(dict.fromkeys(row.source for row in filled))}
        # what is wrong with a whole file comes before what is wrong in the others
        wrong.sort(key=lambda problem: (places.get(problem.source, -1), problem.line))
        raise InputError("\n".join(map(str, wrong)))
    order = {annotation: named[row.row].place for row, annotation in made}
    new.sort(key=lambda annotation: (order[annotation], annotation.annotator))
    return Collected(tuple(new), len(filled) - len(rows), len(made) - len(new))


def _named_units(study: Study, names: set[str]) -> dict[str, _Named]:
    """Return the units of a study by their names; finer ones are cut only where coarser ones do not have all names."""
    named: dict[str, _Named] = {}
    for unit in get_args(Unit):
        if names <= named.keys():
            break
        named |= _units_by_name(study, unit)
    return named


def _units_by_name(study: Study, unit: Unit) -> dict[str, _Named]:
    erased = study.erased
    units = (
        (blank, comment.text[blank.start : blank.end])
        for thread in study.threads
        for comment in thread.comments
        for blank in blank_annotations(study.card, thread, comment, unit, erased)
    )
    return {row_name(blank): _Named(blank, text, place) for place, (blank, text) in enumerate(units)}


def _annotation(row: FilledRow, unit: _Named, study: Study) -> Annotation:
    target = unit.blank.target if len(study.card.targets) > 1 else ""
    return replace(
        unit.blank,
        annotator=row.annotator,
        target=target,
        label=_meant_label(row.cells["label"], study.card.labels),
        confidence=re.sub(r"^(\d+)[.,]0$", r"\1", row.cells["confidence"]),
        evidence=row.cells["evidence"],
        rationale=row.cells["rationale"],
        probability=row.probability,
        draw=row.draw,
        line=row.line,
    )


def _meant_label(cell: str, labels: Sequence[str]) -> str:
    """Return the label that a cell means: programs write `Favor` for favor, TRUE for true and 1.0 for 1."""
    if cell in labels:
        return cell
    meant = [label for label in labels if cell.casefold() in (label.casefold(), f"{label}.0", f"{label},0")]
    return meant[0] if len(meant) == 1 else cell


def _row_problems(row: FilledRow, named: Mapping[str, _Named], study: Study) -> Iterator[str]:
    """Yield what is wrong with a row by itself, in words."""
    if not row.annotator:
        yield "column 'annotator' is empty; every annotation needs one"
    if not row.cells["label"]:
        others = [name for name, cell in row.cells.items() if cell]
        yield f"{others} is filled in, but no label; give one of {list(study.card.labels)}, or empty the row"
    unit = named.get(row.row)
    if not row.row:
        yield "the row has no name (column 'row'), so its comment is not known; restore it from the sheet as made"
    elif unit is None:
        yield (
            f"row {row.row!r} is no unit of this study: the sheet is another study's, or a page or target has "
            "changed since it was made; make the sheet again"
        )
    elif not _same_text(row.text, unit.text):
        yield (
            f"row {row.row!r} is of comment {unit.blank.comment_id!r}, but another text stands beside it; was a "
            "column sorted by itself? Restore the order, or make the sheet again"
        )


def _same_text(shown: str, text: str) -> bool:
    cell, whole = folded(shown), folded(text)
    return not cell or cell == whole or (len(shown) >= LONGEST_CELL and whole.startswith(cell))


def _new_ones(made: Sequence[tuple[FilledRow, Annotation]], study: Study) -> tuple[list[Annotation], list[Problem]]:
    """Return the annotations that the study does not have yet, and the rows that contradict or repeat one."""
    path = study.folder / study.card.annotations
    before = {
        (place_of(a, study.card.targets), a.annotator): (a.label, f"in {path} line {a.line}") for a in study.annotations
    }
    of_study, new, wrong = set(before), [], []
    for row, annotation in made:
        key = (place_of(annotation, study.card.targets), annotation.annotator)
        if not annotation.label or not annotation.annotator:
            continue
        if key not in before:
            before[key] = (annotation.label, f"in {row.source}" + (f" line {row.line}" if row.line else ""))
            new.append(annotation)
            continue
        label, where = before[key]
        who = f"annotator {annotation.annotator!r} has labelled comment {annotation.comment_id!r} before, {where}"
        if label != annotation.label:
            message = f"{who}, as {label!r} and here as {annotation.label!r}; keep the one that holds"
            wrong.append(Problem(row.source, row.line, message))
        elif key not in of_study:
            wrong.append(Problem(row.source, row.line, f"{who}, with the same label; keep one of the two"))
    return new, wrong
