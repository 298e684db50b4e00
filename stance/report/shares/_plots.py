"""Pictures of shares: one row a label or a group, and bands over months; readable in grey."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from stance.report._plots import own_style

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

STYLES = ("-", "--", ":", "-.")
MARKERS = "osD^v<>P"
MOST_ROWS = 30
MOST_TICKS = 12


@own_style()
def plot_shares(table: "pd.DataFrame", title: str) -> "Figure":
    """Draw the share of each label with its interval, and the naive count as a cross."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6.4, 1.3 + 0.4 * len(table)), layout="constrained")
    axes = figure.subplots()
    for place, row in enumerate(table.to_dict("records")):
        axes.plot([row["low"], row["high"]], [place, place], color="black", linewidth=2)
        axes.plot(row["share"], place, "o", color="black", label="estimate" if place == 0 else None)
        axes.plot(
            row["naive"], place, "x", color="0.45", markersize=8, label="predictions counted" if place == 0 else None
        )
    axes.set_yticks(range(len(table)), table["label"])
    axes.set_ylim(len(table) - 0.5, -0.5)
    _percent(axes.xaxis)
    axes.grid(axis="x", alpha=0.3)
    axes.set_title(title, fontsize=9)
    figure.legend(loc="outside lower center", ncols=2, fontsize=8, frameon=False)
    return figure


@own_style()
def plot_over_time(table: "pd.DataFrame", column: str, labels: Sequence[str], title: str) -> "Figure":
    """Draw the share of each label over the values of a column in their order, with bands."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7.2, 4.0), layout="constrained")
    axes = figure.subplots()
    names = list(dict.fromkeys(table[column].astype(str)))
    for number, label in enumerate(labels):
        own = table[table["label"] == label]
        grey = str(0.1 + 0.6 * number / max(1, len(labels) - 1))
        line = STYLES[number % len(STYLES)] + MARKERS[number % len(MARKERS)]
        axes.plot(range(len(own)), own["share"], line, color=grey, label=label)
        axes.fill_between(range(len(own)), own["low"], own["high"], color=grey, alpha=0.18, linewidth=0)
    step = -(-len(names) // MOST_TICKS)
    axes.set_xticks(range(0, len(names), step), names[::step], rotation=30, ha="right", fontsize=8)
    _percent(axes.yaxis)
    axes.set_ylim(bottom=0)
    axes.grid(axis="y", alpha=0.3)
    axes.set_title(title, fontsize=9)
    figure.legend(loc="outside lower center", ncols=len(labels), fontsize=8, frameon=False)
    return figure


@own_style()
def plot_by(table: "pd.DataFrame", column: str, labels: Sequence[str], title: str) -> "Figure":
    """Draw the share of each label for each value of a column, a panel a label; the first 30 values."""
    from matplotlib.figure import Figure

    names = list(dict.fromkeys(table[column].astype(str)))[:MOST_ROWS]
    figure = Figure(figsize=(2.2 + 2.2 * len(labels), 1.2 + 0.3 * len(names)), layout="constrained")
    panels = figure.subplots(1, len(labels), sharey=True, sharex=True, squeeze=False)[0]
    for axes, label in zip(panels, labels, strict=True):
        own = table[table["label"] == label].head(MOST_ROWS)
        for place, row in enumerate(own.to_dict("records")):
            axes.plot([row["low"], row["high"]], [place, place], color="black", linewidth=1.5)
            axes.plot(row["share"], place, "o", color="black", markersize=4)
        axes.set_title(label, fontsize=9)
        axes.grid(axis="x", alpha=0.3)
        _percent(axes.xaxis)
    panels[0].set_yticks(
        range(len(names)), [name if len(name) < 34 else "…" + name[-32:] for name in names], fontsize=8
    )
    panels[0].set_ylim(len(names) - 0.5, -0.5)
    figure.suptitle(title, fontsize=9)
    return figure


def _percent(axis: object) -> None:
    from matplotlib.ticker import PercentFormatter

    axis.set_major_formatter(PercentFormatter(1.0, decimals=0))  # type: ignore[attr-defined]
