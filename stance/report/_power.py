"""The report of a simulation of power: what can be shown now, and how many comments it would take."""

from stance.evaluation.power import ASSUMPTIONS, Power
from stance.report._page import Report, Section
from stance.report._table import Table


def power_report(found: Power, dataset: str, method: str, made_by: str) -> Report:
    """Return the report of a simulation: how it was made, what can be shown now, how many comments it would take."""
    percent = round(100 * found.wanted)
    curve = found.curve[["difference", "power"]]
    sizes = found.sizes[["comments", "groups", "power"]]
    shown = {"difference": "{:.2f}", "power": "{:.2f}", "comments": "{:,.0f}", "groups": "{:,.0f}"}
    now = Table(
        "differences", f"A true difference in {found.metric}, and how often this data shows it", curve, "", shown
    )
    note = f"Wanted: a difference of {found.effect:.2f} shown in {percent} of 100 studies."
    more = Table("comments", f"Comments, and how often they show {found.effect:.2f}", sizes, note, shown)
    sections = [Section("Power", [method, ASSUMPTIONS], (), [now, more])]
    return Report(f"{dataset}: what could be shown", [str(found)], sections, made_by)
