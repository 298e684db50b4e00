"""Sheets as CSV: written so that spreadsheet programs open them and run nothing, read as they save them again."""

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path

from stance.study.annotations._annotation import OPTIONAL_COLUMNS, REQUIRED_COLUMNS, Annotation, Problem
from stance.study.annotations._sheet import read_cells
from stance.study.annotations._spreadsheet import escape_formula
from stance.study.sheets._rows import FILLED_COLUMNS, FilledRow, Sheet

SHOWN_COLUMNS = ("row", "context", "answers", "author", "text")
BLANK_COLUMNS = ("target", *FILLED_COLUMNS, "annotator", "thread_id", "comment_id", "start", "end", "text_sha")

# what each annotator has said of a row, beside it for who decides
SAID_COLUMNS = ("label", "evidence", "rationale")

# how the row was drawn, where it was
DRAWN_COLUMNS = ("probability", "draw")


def sheet_csv(sheet: Sheet) -> bytes:
    """Return a sheet as a CSV that spreadsheet programs open: UTF-8 with a byte order mark, no cell a formula.

    What others have said stands in columns such as `a1: label` before those to be filled in.
    """
    drawn = DRAWN_COLUMNS if any(row.blank.draw for row in sheet.rows) else ()
    said = [{(a.annotator, name): getattr(a, name) for a in row.given for name in SAID_COLUMNS} for row in sheet.rows]
    # what an annotator has said nowhere needs no column
    others = sorted({key for given in said for key, cell in given.items() if cell}, key=_place_of_said)
    rows = (
        [getattr(row, name) for name in SHOWN_COLUMNS]
        + [given.get(key, "") for key in others]
        + [getattr(row.blank, name) for name in (*BLANK_COLUMNS, *drawn)]
        for row, given in zip(sheet.rows, said, strict=True)
    )
    beside = tuple(escape_formula(f"{annotator}: {name}") for annotator, name in others)
    return _csv(SHOWN_COLUMNS + beside + BLANK_COLUMNS + drawn, rows, "\r\n").encode("utf-8-sig")


def _place_of_said(key: tuple[str, str]) -> tuple[str, int]:
    annotator, name = key
    return annotator, SAID_COLUMNS.index(name)


def annotations_csv(path: Path, new: Sequence[Annotation]) -> bytes:
    """Return a study's CSV of annotations with new rows at its end, no cell a formula; its own columns are kept."""
    there, _ = read_cells(path, REQUIRED_COLUMNS, ())
    used = [name for name in OPTIONAL_COLUMNS if any(getattr(a, name) not in ("", None) for a in new)]
    columns = list(dict.fromkeys([*(there[0][1] if there else REQUIRED_COLUMNS), *used]))
    rows = [[cells.get(name, "") for name in columns] for _, cells in there]
    rows += [[getattr(annotation, name, "") for name in columns] for annotation in new]
    return _csv(columns, rows, "\n").encode()


def read_sheet(path: Path) -> tuple[list[FilledRow], list[Problem]]:
    """Read a filled sheet, also as a spreadsheet program saved it; return its rows and what is wrong with the file."""
    cells, problems = read_cells(
        path, ("row", "annotator", *FILLED_COLUMNS), SHOWN_COLUMNS + BLANK_COLUMNS + DRAWN_COLUMNS
    )
    rows = [
        FilledRow(
            str(path),
            line,
            row["row"].strip(),
            row["annotator"].strip(),
            row.get("text", ""),
            {name: row[name].strip() for name in FILLED_COLUMNS},
            *(row.get(name, "").strip() for name in DRAWN_COLUMNS),
        )
        for line, row in cells
    ]
    return rows, problems


def _csv(columns: Sequence[str], rows: Iterable[Sequence[object]], line_end: str) -> str:
    file = io.StringIO(newline="")
    table = csv.writer(file, lineterminator=line_end)
    table.writerow(columns)
    table.writerows(["" if cell is None else escape_formula(str(cell)) for cell in row] for row in rows)
    return file.getvalue()
