"""Reports of a run and of a comparison, as one self-contained HTML page and as Markdown."""

import base64
import shutil
import tempfile
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stance.comparison import FEW_GROUPS, Comparison
from stance.plots import figure_bytes, plot_comparison, plot_confusion
from stance.scores import Score, confusion

if TYPE_CHECKING:
    import pandas as pd
    from jinja2 import Environment

CHEATING_NOTE = (
    "Rows marked (cheats) never read the comment; a classifier that does not beat them has understood nothing."
)


@dataclass(frozen=True, slots=True)
class RunReport:
    """All that the report of one run shows: `examples` and `predictions` share example_id.

    `made_by` names the config, data and code.
    """

    title: str
    target: str
    labels: Sequence[str]
    examples: "pd.DataFrame"
    predictions: "pd.DataFrame"
    folds: "pd.DataFrame"
    scores: Sequence[Score]
    n_groups: int
    agreement: str
    made_by: str


def run_files(report: RunReport, texts: bool) -> dict[str, bytes]:
    """Return the files of a run's report by name: report.html, report.md, confusion.png and confusion.svg.

    With `texts` the table of comments has each comment's text, evidence and strongest features; without,
    it has only ids, pseudonyms, labels and predictions.
    """
    matrix = confusion(report.predictions, report.labels)
    figure = plot_confusion(matrix, report.labels, report.title)
    png = figure_bytes(figure, "png")
    columns, rows = _comment_table(report, texts)
    values = {
        "title": report.title,
        "facts": _facts(report),
        "made_by": report.made_by,
        "scores": [score for score in report.scores if score.value == score.value],
        "interval_note": _interval_note(report.n_groups),
        "labels": report.labels,
        "confusion": matrix.tolist(),
        "confusion_words": _confusion_words(matrix.tolist(), report.labels),
        "plot": _embedded(png),
        "findings": _fold_findings(report.folds),
        "columns": columns,
        "rows": rows,
    }
    return {
        "report.html": _render("run.html.j2", values),
        "report.md": _render("run.md.j2", values),
        "confusion.png": png,
        "confusion.svg": figure_bytes(figure, "svg"),
    }


def comparison_files(comparison: Comparison, title: str) -> dict[str, bytes]:
    """Return the files of a comparison by name: comparison.html, .md, .png, .svg and .csv."""
    figure = plot_comparison(comparison)
    png = figure_bytes(figure, "png")
    schemes, rows = comparison_table(comparison)
    values = {
        "title": title,
        "verdict": comparison.verdict,
        "schemes": schemes,
        "rows": rows,
        "metric": comparison.metric,
        "cheating_note": CHEATING_NOTE,
        "plot": _embedded(png),
        "baseline": comparison.baseline,
        "differences": comparison.differences.to_dict("records"),
        "difference_note": (
            "Paired by example: the same groups are drawn for both. The intervals hold at 95 % for all rows of this "
            "table together (Bonferroni)."
        ),
        "notes": comparison.notes,
    }
    return {
        "comparison.html": _render("comparison.html.j2", values),
        "comparison.md": _render("comparison.md.j2", values),
        "comparison.png": png,
        "comparison.svg": figure_bytes(figure, "svg"),
        "comparison.csv": comparison.scores.to_csv(index=False).encode(),
    }


def comparison_table(comparison: Comparison) -> tuple[list[str], list[dict[str, Any]]]:
    """Return the fold schemes and, a row a classifier, its name, whether it cheats, and a cell for each scheme."""
    schemes = list(dict.fromkeys(comparison.scores["folds"]))
    rows = []
    for name, part in comparison.scores.groupby("classifier", sort=False):
        cheats = bool(part["cheats"].iloc[0])
        by_scheme = {row["folds"]: row for row in part.to_dict("records")}
        cells = [_cell(by_scheme.get(scheme)) for scheme in schemes]
        rows.append({"name": f"{name} (cheats)" if cheats else str(name), "cheats": cheats, "cells": cells})
    return schemes, rows


def _cell(row: Mapping[Hashable, Any] | None) -> str:
    if row is None:
        return ""
    if row["score"] != row["score"]:
        return "undefined"
    return f"{row['score']:.2f} ({row['low']:.2f} to {row['high']:.2f})"


def write_files(files: Mapping[str, bytes], folder: Path) -> Path:
    """Write files into a new folder that appears complete or not at all; one that is there is replaced."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        for name, content in files.items():
            (unfinished / name).write_bytes(content)
        unfinished.chmod(0o755)
        if folder.exists():
            shutil.rmtree(folder)
        unfinished.replace(folder)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
    return folder


def _facts(report: RunReport) -> str:
    counts = ", ".join(f"{number} {label}" for label, number in report.examples["label"].value_counts().items())
    repeats = report.predictions["repeat"].nunique()
    tested = "once" if repeats == 1 else f"{repeats} times"
    return (
        f"Stance toward {report.target}. {len(report.examples)} comments ({counts}) in {report.n_groups} groups: "
        f"an author's comments, or one comment without an author. Each comment was predicted {tested}, by a "
        f"classifier that had not seen it. Agreement of the labels: {report.agreement}."
    )


def _interval_note(n_groups: int) -> str:
    note = f"Intervals: percentile bootstrap over {n_groups} groups."
    return note + (
        f" With fewer than {FEW_GROUPS} groups they are too narrow to trust." if n_groups < FEW_GROUPS else ""
    )


def _fold_findings(folds: "pd.DataFrame") -> list[str]:
    found = [f"fold {row['fold']}: {row['finding']}" for row in folds.to_dict("records") if row["finding"]]
    shared = int((folds["shared_authors"] > 0).sum())
    sizes = f"{len(folds)} folds of {folds['test'].min()} to {folds['test'].max()} test comments"
    leak = f"in {shared} of them an author stands on both sides" if shared else "no author stands on both sides"
    return [f"{sizes}; {leak}", *found]


def _comment_table(report: RunReport, texts: bool) -> tuple[list[str], list[list[str]]]:
    first = report.predictions[report.predictions["repeat"] == report.predictions["repeat"].min()]
    joined = report.examples.merge(first, on="example_id", suffixes=("", "_given"))
    columns = ["comment", "label", "predicted", "right or wrong", "author"]
    columns += ["evidence", "strongest features", "text"] if texts else []
    rows = []
    for row in joined.to_dict("records"):
        right = "right" if row["label"] == row["predicted"] else "wrong"
        author = row["author"] if isinstance(row["author"], str) else "(none shown)"
        cells = [row["comment_id"], row["label"], row["predicted"], right, author]
        if texts:
            quotations = dict.fromkeys(quotation for quotation in row["evidence"] if quotation)
            cells += [" | ".join(f"“{quotation}”" for quotation in quotations), row["features"], row["text"]]
        rows.append(cells)
    return columns, rows


def _confusion_words(matrix: Sequence[Sequence[int]], labels: Sequence[str]) -> str:
    cells = [
        f"{count} {label} predicted as {predicted}"
        for label, row in zip(labels, matrix, strict=True)
        for predicted, count in zip(labels, row, strict=True)
        if count
    ]
    return ", ".join(cells)


def _embedded(png: bytes) -> str:
    return "data:image/png;base64," + base64.b64encode(png).decode()


def _render(template: str, values: Mapping[str, object]) -> bytes:
    return _environment(escaped=template.endswith(".html.j2")).get_template(template).render(values).encode()


@cache  # an environment keeps the templates that it has compiled, and a sweep renders them for each run
def _environment(escaped: bool) -> "Environment":
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("stance"), autoescape=escaped, undefined=StrictUndefined, trim_blocks=True
    )
    environment.filters["one_line"] = _one_line
    return environment


def _one_line(cell: object) -> str:
    """Return a text as it stands in a cell of Markdown, where `|` ends a cell and `<` begins a tag."""
    return " ".join(str(cell).split()).replace("|", "\\|").replace("<", "&lt;")
