"""Reports for people: of a run, of a comparison; pages, Markdown, pictures, CSV and LaTeX."""

from stance.report.comparison import CHEATING_NOTE, comparison_report, comparison_table
from stance.report.files import write_files
from stance.report.page import Picture, Report, Section, draw, report_files
from stance.report.run import Reported, run_report
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
    "draw",
    "report_files",
    "run_report",
    "write_files",
]
