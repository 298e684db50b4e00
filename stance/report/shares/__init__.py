"""Reports of shares. In: tables of shares and differences. Out: a page with pictures, and what it cannot tell."""

from stance.report.shares._report import Estimated, shares_report, without_interval

__all__ = ["Estimated", "shares_report", "without_interval"]
