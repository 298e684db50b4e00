"""Pictures of predictions and comparisons, readable in grey: position and text say it, colour only helps."""

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from matplotlib.figure import Figure

    from stance.comparison import Comparison

MARKERS = "osD^v<>P"


def plot_confusion(matrix: "np.ndarray", labels: Sequence[str], title: str) -> "Figure":
    """Draw a confusion matrix, (n_labels, n_labels) with the given label in rows, the counts written in it."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(4.6, 3.8))
    axes = figure.subplots()
    figure.subplots_adjust(left=0.2, right=0.96, bottom=0.16, top=0.9)
    axes.imshow(matrix, cmap="Greys", vmin=0, vmax=max(1, matrix.max()))
    for row in range(len(labels)):
        for column in range(len(labels)):
            colour = "white" if matrix[row, column] > matrix.max() / 2 else "black"
            axes.text(column, row, f"{matrix[row, column]:g}", ha="center", va="center", color=colour)
    axes.set_xticks(range(len(labels)), labels)
    axes.set_yticks(range(len(labels)), labels)
    axes.set_xlabel("predicted")
    axes.set_ylabel("label")
    axes.set_title(title, fontsize=9)
    return figure


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


def _not_negative(below: "pd.Series", above: "pd.Series") -> "np.ndarray":
    """Return the arms of error bars: a percentile interval need not hold its own value."""
    import numpy as np

    arms: np.ndarray = np.clip(np.nan_to_num(np.array([below, above])), 0, None)
    return arms


def figure_bytes(figure: "Figure", kind: Literal["png", "svg"]) -> bytes:
    """Return a figure as a file's bytes, the same bytes for the same figure."""
    import matplotlib

    buffer = io.BytesIO()
    # the salt and the missing date keep an SVG from changing from run to run
    with matplotlib.rc_context({"svg.hashsalt": "stance"}):
        figure.savefig(buffer, format=kind, dpi=120, metadata={"Date": None} if kind == "svg" else None)
    return buffer.getvalue()
