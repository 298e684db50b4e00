"""Pictures of predictions and comparisons, readable in grey: position and text say it, colour only helps."""

import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from textwrap import shorten
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from stance.evaluation.comparison import Comparison

MARKERS = "osD^v<>P"
HATCHES = ("", "///", "...", "xx", "oo", "++")
# more fold numbers than this would stand on each other
MOST_NAMED_FOLDS = 40
MOST_OF_A_NAME = 24


@contextmanager
def own_style() -> Iterator[None]:
    """Draw as matplotlib does by itself, whatever other libraries or the user have set; `$` is a sign as any other."""
    import matplotlib

    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        # the salt keeps an SVG from changing from run to run
        matplotlib.rcParams.update({"svg.hashsalt": "stance", "text.parse_math": False})
        yield


@own_style()
def plot_confusion(matrix: np.ndarray, labels: Sequence[str], title: str) -> "Figure":
    """Draw a confusion matrix, (n_labels, n_labels) with the given label in rows, the counts written in it.

    A cell is the darker, the more of its row it holds.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(4.6, 3.8))
    axes = figure.subplots()
    figure.subplots_adjust(left=0.2, right=0.96, bottom=0.16, top=0.9)
    shares = matrix / np.maximum(matrix.sum(axis=1, keepdims=True), 1)
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    for row in range(len(labels)):
        for column in range(len(labels)):
            colour = "white" if shares[row, column] > 0.5 else "black"
            axes.text(column, row, f"{matrix[row, column]:g}", ha="center", va="center", color=colour)
    axes.set_xticks(range(len(labels)), labels)
    axes.set_yticks(range(len(labels)), labels)
    axes.set_xlabel("predicted")
    axes.set_ylabel("label")
    axes.set_title(title, fontsize=9)
    return figure


@own_style()
def plot_comparison(comparison: "Comparison") -> "Figure":
    """Draw each classifier's score with its interval, one marker a fold scheme; rows that cheat are named so."""
    from matplotlib.figure import Figure

    table = comparison.scores
    names = list(dict.fromkeys(table["classifier"]))
    schemes = list(dict.fromkeys(table["folds"]))
    figure = Figure(figsize=(7, 1.2 + 0.3 * len(names) * max(1, len(schemes) * 0.6)), layout="constrained")
    axes = figure.subplots()
    for number, scheme in enumerate(schemes):
        rows = table[table["folds"] == scheme]
        shift = (number - (len(schemes) - 1) / 2) * 0.22
        places = [names.index(name) + shift for name in rows["classifier"]]
        below, above = rows["score"] - rows["low"], rows["high"] - rows["score"]
        axes.errorbar(
            rows["score"],
            places,
            xerr=_not_negative(below, above),
            fmt=MARKERS[number % len(MARKERS)],
            label=scheme,
            capsize=2,
            color=str(0.15 + 0.45 * number / max(1, len(schemes) - 1)),
        )
    cheats = dict(zip(table["classifier"], table["cheats"], strict=True))
    axes.set_yticks(range(len(names)), [f"{name} (cheats)" if cheats[name] else name for name in names])
    axes.invert_yaxis()
    axes.set_xlabel(f"{comparison.metric}, 95 % interval over groups")
    axes.grid(axis="x", alpha=0.3)
    figure.legend(loc="outside lower center", ncols=len(schemes), fontsize=8, frameon=False)
    return figure


@own_style()
def plot_scores(rows: pd.DataFrame, metric: str, title: str) -> "Figure":
    """Draw scores with their intervals, one row each: columns name, cheats, score, low, high.

    Rows that cheat are hollow; what is compared with them is solid.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 1.1 + 0.34 * len(rows)), layout="constrained")
    axes = figure.subplots()
    for place, row in enumerate(rows.to_dict("records")):
        below, above = row["score"] - row["low"], row["high"] - row["score"]
        face = "white" if row["cheats"] else "black"
        marker = "D" if row["cheats"] else "o"
        arms = _not_negative([below], [above])
        axes.errorbar([row["score"]], [place], xerr=arms, fmt=marker, color="black", markerfacecolor=face, capsize=2)
    names = [f"{row['name']} (cheats)" if row["cheats"] else row["name"] for row in rows.to_dict("records")]
    axes.set_yticks(range(len(rows)), names)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_xlabel(f"{metric}, 95 % interval over groups")
    axes.set_title(title, fontsize=9)
    axes.grid(axis="x", alpha=0.3)
    return figure


@own_style()
def plot_reliability(table: pd.DataFrame, title: str) -> "Figure":
    """Draw how often predictions were right against how sure they were, by bin: the table of `reliability_table`.

    The area of a point is the share of predictions in its bin; on the diagonal sureness is earned.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(4.4, 4.2), layout="constrained")
    axes = figure.subplots()
    filled = table[table["rows"] > 0]
    axes.plot([0, 1], [0, 1], linestyle="--", color="0.6", label="sure and right alike")
    sizes = 20 + 380 * filled["rows"] / max(1, filled["rows"].sum())
    axes.plot(filled["probability"], filled["right"], color="0.4", linewidth=1)
    axes.scatter(
        filled["probability"],
        filled["right"],
        s=sizes,
        color="0.25",
        edgecolors="black",
        label="a bin, the larger the more predictions",
    )
    axes.set_xlim(-0.02, 1.02)
    axes.set_ylim(-0.02, 1.02)
    axes.set_xlabel("probability of the predicted label")
    axes.set_ylabel("share that was right")
    axes.set_title(title, fontsize=9)
    axes.legend(loc="upper left", fontsize=8, frameon=False)
    return figure


@own_style()
def plot_folds(folds: pd.DataFrame, targets: pd.DataFrame, labels: Sequence[str], title: str) -> "Figure":
    """Draw what each fold of the first repeat tests, by label and by target, with its number of groups.

    `folds` and `targets` are the tables of `fold_summary` and `fold_targets`; one target, or more than can be
    told apart, get no panel.
    """
    from matplotlib.figure import Figure

    first = folds[folds["repeat"] == folds["repeat"].min()]
    tested = targets[(targets["repeat"] == targets["repeat"].min()) & (targets["test"] > 0)]
    by_target = tested.pivot(index="fold", columns="target", values="test")
    panels = 2 if 1 < by_target.shape[1] <= len(HATCHES) else 1
    figure = Figure(figsize=(7, panels * (1.4 + 0.22 * min(len(first), MOST_NAMED_FOLDS))), layout="constrained")
    axes = figure.subplots(panels, 1, sharey=True, squeeze=False)[:, 0]
    _stacked(axes[0], {label: first[f"test/{label}"].to_numpy(dtype=float) for label in labels})
    axes[0].set_xlabel("test examples by label")
    if panels == 2:
        counts = by_target.loc[first["fold"]].fillna(0)
        _stacked(axes[1], {str(name): counts[name].to_numpy(dtype=float) for name in counts})
        axes[1].set_xlabel("test examples by target")
    for panel in axes:
        if len(first) <= MOST_NAMED_FOLDS:
            names = [
                f"{fold} ({groups:,} group{'' if groups == 1 else 's'})"
                for fold, groups in zip(first["fold"], first["test_groups"], strict=True)
            ]
            panel.set_yticks(range(len(first)), names)
        panel.set_ylim(len(first) - 0.4, -0.6)
        panel.set_ylabel("fold")
    figure.suptitle(title, fontsize=9)
    return figure


def _stacked(axes: "Axes", counts: Mapping[str, np.ndarray]) -> None:
    """Draw one bar a fold, its parts told apart by grey and by hatching."""
    from matplotlib.ticker import MaxNLocator

    ends: np.ndarray = np.zeros(len(next(iter(counts.values()))))
    for number, (name, values) in enumerate(counts.items()):
        grey = str(0.25 + 0.65 * number / max(1, len(counts) - 1))
        hatch = HATCHES[number % len(HATCHES)]
        axes.barh(
            np.arange(len(ends)),
            values,
            left=ends,
            color=grey,
            edgecolor="black",
            linewidth=0.4,
            hatch=hatch,
            label=shorten(name, MOST_OF_A_NAME, placeholder="…"),
        )
        ends = ends + values
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=3, fontsize=7, frameon=False)


@own_style()
def plot_curve(table: pd.DataFrame, across: str, metric: str, title: str) -> "Figure":
    """Draw a score with its interval against a number: columns `across`, score, low, high, one row a point.

    A column `majority` is drawn beside it, dashed and hollow.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6, 3.8), layout="constrained")
    axes = figure.subplots()
    axes.fill_between(table[across], table["low"], table["high"], color="0.85", label="95 % interval over groups")
    axes.plot(table[across], table["score"], color="black", marker="o", markersize=4, label=metric)
    if "majority" in table:
        axes.plot(
            table[across],
            table["majority"],
            color="0.4",
            linestyle="--",
            marker="D",
            markersize=4,
            markerfacecolor="white",
            label="majority (cheats)",
        )
    axes.set_xlabel(across)
    axes.set_ylabel(metric)
    axes.set_title(title, fontsize=9)
    axes.grid(alpha=0.3)
    axes.legend(loc="best", fontsize=8, frameon=False)
    return figure


def _not_negative(below: pd.Series | list[float], above: pd.Series | list[float]) -> np.ndarray:
    """Return the arms of error bars: a percentile interval need not hold its own value."""
    arms: np.ndarray = np.clip(np.nan_to_num(np.array([below, above])), 0, None)
    return arms


@own_style()
def settle(figure: "Figure") -> None:
    """Lay a figure out once for all files that it is written to; matplotlib would do so twice for each."""
    engine = figure.get_layout_engine()
    if engine is not None:
        engine.execute(figure)
        # with "none" something would stand in its place, for which matplotlib draws each file twice all the same
        figure.set_layout_engine(None)


@own_style()
def figure_bytes(figure: "Figure", kind: Literal["png", "svg"]) -> bytes:
    """Return a figure as a file's bytes, the same bytes for the same figure."""
    buffer = io.BytesIO()
    # without the date an SVG does not change from run to run
    figure.savefig(buffer, format=kind, dpi=120, metadata={"Date": None} if kind == "svg" else None)
    return buffer.getvalue()
