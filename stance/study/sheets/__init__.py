"""Sheets. In: a study. Out: what an annotator is given to label, and the annotations that come back filled in."""

from stance.study.sheets._collecting import collect_annotations
from stance.study.sheets._csv_sheets import annotations_csv, read_sheet, sheet_csv
from stance.study.sheets._disagreements import make_disagreements
from stance.study.sheets._rows import FILLED_COLUMNS, FilledRow, Sheet, SheetRow, drawn_rows, make_sheet, row_name

__all__ = [
    "FILLED_COLUMNS",
    "FilledRow",
    "Sheet",
    "SheetRow",
    "annotations_csv",
    "collect_annotations",
    "drawn_rows",
    "make_disagreements",
    "make_sheet",
    "read_sheet",
    "row_name",
    "sheet_csv",
]
