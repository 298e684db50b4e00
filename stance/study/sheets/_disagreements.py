"""Disagreements: the units that annotators label differently, as a sheet for the person who decides."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import get_args

from stance.study._study import Study
from stance.study.annotations._annotation import Annotation
from stance.study.sheets._rows import Sheet, SheetRow, make_sheet, place_of
from stance.thread.units import Unit


def make_disagreements(study: Study, adjudicator: str, context_limit: int = 2000) -> Sheet:
    """Lay out what annotators label differently and the adjudicator has not decided, with what each has said beside.

    Units are those that were annotated, comments, paragraphs and sentences alike. `context_limit` is in characters, 0
    for none. Left out are units that all label `alike`, those of `one_annotator`, and `labelled_before` by the
    adjudicator, each counted. Raises InputError if the adjudicator is not on the study's card.
    """
    by_place: dict[object, list[Annotation]] = defaultdict(list)
    decided = set()
    for annotation in study.annotations:
        place = place_of(annotation, study.card.targets)
        if annotation.annotator == adjudicator:
            decided.add(place)
        else:
            by_place[place].append(annotation)
    contested = {place: given for place, given in by_place.items() if len({a.label for a in given}) > 1}
    finer = any(annotation.start is not None for given in contested.values() for annotation in given)
    units: Sequence[Unit] = get_args(Unit) if finer else ("comment",)
    rows: dict[str, SheetRow] = {}
    for unit in units:
        for row in make_sheet(study, adjudicator, unit, context_limit).rows:
            given = contested.get(place_of(row.blank, study.card.targets), [])
            if given:
                rows[row.row] = replace(row, given=tuple(sorted(given, key=lambda a: a.annotator)))
    left_out = {
        "alike": sum(len(given) > 1 for place, given in by_place.items() if place not in contested),
        "one_annotator": sum(len(given) == 1 for given in by_place.values()),
        "labelled_before": len(contested.keys() & decided),
    }
    left_out["erased"] = len(contested) - len(rows) - left_out["labelled_before"]
    return Sheet(adjudicator, tuple(_in_order(study, rows.values())), left_out)


def _in_order(study: Study, rows: Iterable[SheetRow]) -> list[SheetRow]:
    """Return rows in the order of the threads, and of the characters of a comment."""
    comments = ((thread.thread_id, comment.comment_id) for thread in study.threads for comment in thread.comments)
    order = {key: place for place, key in enumerate(comments)}
    return sorted(rows, key=lambda row: (order[row.blank.thread_id, row.blank.comment_id], row.blank.start or 0))
