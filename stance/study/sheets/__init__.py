"""Sheets: what an annotator is given to label, and the annotations that come back filled in."""

from stance.study.sheets._collecting import Collected, collect_annotations
from stance.study.sheets._csv_sheets import annotations_csv, read_sheet, sheet_csv
from stance.study.sheets._rows import (
    FILLED_COLUMNS,
    FilledRow,
    Sheet,
    SheetRow,
    blank_annotations,
    make_sheet,
    place_of,
    row_name,
)

__all__ = [
    "FILLED_COLUMNS",
    "Collected",
    "FilledRow",
    "Sheet",
    "SheetRow",
    "annotations_csv",
    "blank_annotations",
    "collect_annotations",
    "make_sheet",
    "place_of",
    "read_sheet",
    "row_name",
    "sheet_csv",
]
