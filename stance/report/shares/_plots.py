"""Pictures of shares: a row a label or a group, and bands over months, a panel a label; in black and grey only."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from stance.report._plots import own_style

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

TARGET = "target"
MOST_ROWS = 30
MOST_TICKS = 6
MOST_SIGNS = 34
SMALL = 8
BELOW: dict[str, Any] = {"loc": "outside lower center", "fontsize": SMALL, "frameon": False}
PANEL_WIDTH, PANELS_IN_A_ROW = 2.6, 4


@own_style()
def plot_shares(table: "pd.DataFrame", title: str) -> "Figure":
    """Draw the share of each label, and of each target where there are several, with its interval.

    The naive count is a cross.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6.4, 1.3 + 0.4 * len(table)), layout="constrained")
    axes = figure.subplots()
    rows = table.to_dict("records")
    for place, row in enumerate(rows):
        _draw_row(axes, place, row, size=6, first=place == 0)
    names = [f"{_short(row[TARGET], TARGET)}: {row['label']}" if TARGET in row else row["label"] for row in rows]
    axes.set_yticks(range(len(table)), names)
    axes.set_ylim(len(table) - 0.5, -0.5)
    _percent(axes.xaxis)
    axes.grid(axis="x", alpha=0.3)
    axes.tick_params(labelsize=SMALL + 1)
    figure.suptitle(title, fontsize=9, wrap=True)
    figure.legend(**BELOW, ncols=2)
    return figure


@own_style()
def plot_over_time(table: "pd.DataFrame", column: str, labels: Sequence[str], title: str) -> "Figure":
    """Draw the share of each label over the values of a column in their order, a panel a label, with a band.

    The naive counts are a dotted line. Where a value has no interval, band and line have a gap.
    """
    import numpy as np

    names = list(dict.fromkeys(table[column].astype(str)))
    figure, panels = _panels(labels, 2.3)
    step = -(-len(names) // MOST_TICKS)
    for axes, label in zip(panels, labels, strict=False):
        own = table[table["label"] == label]
        places = range(len(own))
        axes.fill_between(places, own["low"], own["high"], color="0.82", linewidth=0, label="interval")
        # a value between two gaps has no band: its interval is a line
        alone = own[own["low"].shift(1).isna() & own["low"].shift(-1).isna()]
        axes.vlines(np.flatnonzero(own.index.isin(alone.index)), alone["low"], alone["high"], color="0.6", linewidth=2)
        axes.plot(places, own["naive"], ":x", color="0.4", markersize=5, label="predictions counted")
        axes.plot(places, own["share"].where(own["low"].notna()), "-o", color="black", markersize=4, label="estimate")
        axes.set_xticks(range(0, len(names), step), names[::step], rotation=40, ha="right")
        axes.grid(axis="y", alpha=0.3)
        axes.set_ylim(bottom=0)
        _percent(axes.yaxis)
    figure.suptitle(title, fontsize=9)
    figure.legend(*panels[0].get_legend_handles_labels(), **BELOW, ncols=3)
    return figure


@own_style()
def plot_by(table: "pd.DataFrame", column: str, labels: Sequence[str], title: str) -> "Figure":
    """Draw the share of each label for each value of a column, a panel a label; the first 30 values, which it says."""
    all_names = list(dict.fromkeys(table[column].astype(str)))
    names = all_names[:MOST_ROWS]
    figure, panels = _panels(labels, 0.7 + 0.24 * len(names))
    for number, (axes, label) in enumerate(zip(panels, labels, strict=False)):
        own = table[table["label"] == label].head(MOST_ROWS)
        for place, row in enumerate(own.to_dict("records")):
            _draw_row(axes, place, row, size=4, first=place + number == 0)
        axes.grid(axis="x", alpha=0.3)
        _percent(axes.xaxis)
    panels[0].set_yticks(range(len(names)), [_short(name, column) for name in names])
    panels[0].set_ylim(len(names) - 0.5, -0.5)
    more = f", the first {MOST_ROWS} of {len(all_names):,}" if len(all_names) > MOST_ROWS else ""
    figure.suptitle(title + more, fontsize=9)
    figure.legend(*panels[0].get_legend_handles_labels(), **BELOW, ncols=2)
    return figure


def _panels(labels: Sequence[str], height: float) -> "tuple[Figure, list[Axes]]":
    """Return a figure with a panel for each label, four in a row, on one scale."""
    from matplotlib.figure import Figure

    n_columns = min(len(labels), PANELS_IN_A_ROW)
    n_rows = -(-len(labels) // n_columns)
    size = (1.4 + PANEL_WIDTH * n_columns, 0.7 + (height + 0.4) * n_rows)
    figure = Figure(figsize=size, layout="constrained")
    panels = figure.subplots(n_rows, n_columns, sharey=True, sharex=True, squeeze=False).ravel().tolist()
    for axes, label in zip(panels, labels, strict=False):
        axes.set_title(label, fontsize=9)
        axes.tick_params(labelsize=SMALL)
    for spare in panels[len(labels) :]:
        spare.set_visible(False)
    return figure, panels


def _draw_row(axes: "Axes", place: int, row: "dict[Any, Any]", size: float, first: bool) -> None:
    """Draw one share with its interval, and the naive count as a cross, named for the legend where it is the first."""
    if row["low"] == row["low"]:
        axes.plot([row["low"], row["high"]], [place, place], color="black", linewidth=1.5)
        axes.plot(row["share"], place, "o", color="black", markersize=size)
    axes.plot(row["naive"], place, "x", color="0.4", markersize=size + 2)
    if first:
        axes.plot([], [], "-o", color="black", markersize=size, label="estimate with its interval")
        axes.plot([], [], "x", color="0.4", markersize=size + 2, label="predictions counted")


def _short(name: object, column: str) -> str:
    """Return a name for beside a row: of a long one the end, which tells threads of one place apart.

    Of a target the start, since it is a sentence.
    """
    said = str(name)
    if len(said) <= MOST_SIGNS:
        return said
    return said[: MOST_SIGNS - 1].rstrip() + "…" if column == TARGET else "…" + said[1 - MOST_SIGNS :]


def _percent(axis: Any) -> None:
    from matplotlib.ticker import PercentFormatter

    axis.set_major_formatter(PercentFormatter(1.0, decimals=0))
