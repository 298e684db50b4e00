"""A language model as one more annotator: the rows of its sheet asked about, and filled in as a person fills them."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from stance.classifiers.language_models.asking import Asking, ask_all
from stance.classifiers.language_models.prompts import Task, make_prompt
from stance.classifiers.language_models.reading import read_explained
from stance.study.sheets import FilledRow, Sheet, SheetRow
from stance.thread.units import folded


@dataclass(frozen=True, slots=True)
class FilledSheet:
    """A sheet with labels, quotations and reasons in it, and the same rows as they are collected.

    `n_unreadable` rows are empty, since what was answered is no label; `n_invented` quotations are left out, since
    they are not in the comment.
    """

    sheet: Sheet
    rows: tuple[FilledRow, ...]
    n_unreadable: int
    n_invented: int


def fill_sheet(asking: Asking, sheet: Sheet, task: Task, on_answer: Callable[[], object] = lambda: None) -> FilledSheet:
    """Ask a language model about each row of a sheet. Raises InputError as `ask_all` does."""
    prompts = [make_prompt(task, _shown(row)) for row in sheet.rows]
    replies = ask_all(asking, prompts, on_answer)
    filled, n_unreadable, n_invented = [], 0, 0
    for row, reply in zip(sheet.rows, replies, strict=True):
        label, evidence, rationale = read_explained(reply, tuple(task.labels)) or ("", "", "")
        n_unreadable += not label
        if folded(evidence) not in folded(row.text):
            evidence, n_invented = "", n_invented + 1
        reason = " ".join(rationale.split())
        blank = replace(row.blank, label=label, evidence=evidence.strip(), rationale=reason if label else "")
        filled.append(replace(row, blank=blank))
    rows = tuple(_collected(row, f"{sheet.annotator}, row {number}") for number, row in enumerate(filled, start=1))
    return FilledSheet(replace(sheet, rows=tuple(filled)), rows, n_unreadable, n_invented)


def _shown(row: SheetRow) -> dict[str, str]:
    answers = f"The comment answers this one:\n{row.answers}" if row.answers else ""
    return {
        "text": row.text,
        "target": row.blank.target,
        "context": "\n\n".join(filter(None, (row.context, answers))),
        "example_id": f"{row.blank.thread_id}#{row.blank.comment_id}",
    }


def _collected(row: SheetRow, source: str) -> FilledRow:
    blank = row.blank
    cells = {"label": blank.label, "confidence": "", "evidence": blank.evidence, "rationale": blank.rationale}
    return FilledRow(source, 0, row.row, blank.annotator, row.text, cells, blank.probability, blank.draw)
