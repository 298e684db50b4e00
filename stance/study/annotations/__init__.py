"""Annotations: what people or models said of comments. In: a CSV and the threads. Out: annotations, or all problems."""

from stance.study.annotations._annotation import (
    OPTIONAL_COLUMNS,
    REQUIRED_COLUMNS,
    Annotation,
    Problem,
    refuse,
    text_fingerprint,
)
from stance.study.annotations._review import check_annotations, read_annotations, review_annotations
from stance.study.annotations._sheet import read_cells
from stance.study.annotations._spreadsheet import escape_formula, unescape_formula

__all__ = [
    "OPTIONAL_COLUMNS",
    "REQUIRED_COLUMNS",
    "Annotation",
    "Problem",
    "check_annotations",
    "escape_formula",
    "read_annotations",
    "read_cells",
    "refuse",
    "review_annotations",
    "text_fingerprint",
    "unescape_formula",
]
