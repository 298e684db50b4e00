"""Reports for people. In: evaluations, comparisons, curves. Out: pages, pictures, tables, lines on a screen."""

from stance.report.comparison import CHEATING_NOTE, comparison_report, comparison_table
from stance.report.learning_curve import curve_report
from stance.report.page import Picture, Report, Section, draw, report_files
from stance.report.power import power_report
from stance.report.reported import Reported
from stance.report.run import run_report
from stance.report.table import Table

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
    "power_report",
    "report_files",
    "run_report",
]
