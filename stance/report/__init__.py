"""Reports for people. In: evaluations, comparisons, curves. Out: pages, pictures, tables, lines on a screen."""

from stance.report._comparison import CHEATING_NOTE, comparison_report, comparison_table
from stance.report._methods import first_sentence
from stance.report._more_comments import curve_report, power_report
from stance.report._page import Picture, Report, Section, draw, report_files
from stance.report._reported import Reported
from stance.report._run import run_report
from stance.report._table import Table

__all__ = [
    "CHEATING_NOTE",
    "Picture",
    "Report",
    "Reported",
    "Section",
    "Table",
    "comparison_report",
    "comparison_table",
    "curve_report",
    "draw",
    "first_sentence",
    "power_report",
    "report_files",
    "run_report",
]
