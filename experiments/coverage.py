"""How often intervals hold the truth: every construction and every metric on simulated data whose truth is known.

python experiments/coverage.py                                          # every construction, for macro F1
python experiments/coverage.py --only-metrics                           # every metric, as its interval is shown
python experiments/coverage.py --write docs/intervals.md                # and puts the tables into the page
python experiments/coverage.py --groups 5 --examples 16 --datasets 100  # a look
"""

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from constructions import CONSTRUCTIONS
from metric_coverage import tables_of_metrics
from page_tables import show
from populations import LABELS, N_LABELS, SETTINGS, Floats, Setting, true_sums
from rich.console import Console
from rich.progress import Progress
from simulated import blocks, holding, kinds_of_rows, resample

from stance.evaluation.scores._metrics import difference_of, make_metrics
from stance.evaluation.scores.intervals import LEVEL


@dataclass(frozen=True, slots=True)
class Cell:
    """One line of a table: of one number of examples and groups, for each construction and setting."""

    n_examples: int
    n_groups: int
    held: dict[str, list[float]]
    width: dict[str, list[float]]


def simulate(n_examples: int, n_groups: int, arguments: Any, advance: Callable[[], object]) -> tuple[Cell, Cell]:
    """Return how often, and how widely, intervals of a score and of a difference of two hold the truth."""
    cells = (Cell(n_examples, n_groups, {}, {}), Cell(n_examples, n_groups, {}, {}))
    for number, setting in enumerate(SETTINGS.values()):
        generator = np.random.default_rng([arguments.seed, n_examples, n_groups, number])
        for cell, tally in zip(cells, _tally(generator, setting, n_examples, n_groups, arguments), strict=True):
            for name, parts in tally.items():
                held, width = np.nanmean(np.concatenate(parts, axis=1), axis=1)
                cell.held.setdefault(name, []).append(float(held))
                cell.width.setdefault(name, []).append(float(width))
        advance()
    return cells


def _tally(
    generator: np.random.Generator, setting: Setting, n_examples: int, n_groups: int, arguments: Any
) -> tuple[dict[str, list[Floats]], dict[str, list[Floats]]]:
    """Return for a score and a difference, by construction, whether each interval holds the truth, and its width."""
    macro_f1 = make_metrics(LABELS)["macro_f1"]
    sums = true_sums(setting, n_groups, n_examples)
    sought = ((macro_f1, sums[: N_LABELS**2]), (difference_of(macro_f1), sums))
    tallies: tuple[dict[str, list[Floats]], dict[str, list[Floats]]] = ({}, {})
    for joint, weights in blocks(generator, setting, n_examples, n_groups, arguments):
        tables = (joint.sum(axis=-1), joint)
        for (metric, expected), table, kinds, tally in zip(sought, tables, kinds_of_rows(), tallies, strict=True):
            truth = metric.value(expected)
            resampled = resample(metric, table.reshape(*table.shape[:2], -1), kinds, weights)
            for name, construct in CONSTRUCTIONS.items():
                low, high = construct(resampled, LEVEL)
                tally.setdefault(name, []).append(np.stack([holding(low, high, truth), high - low]))
    return tallies


def table_of(cells: Sequence[Cell]) -> str:
    """Return cells as a Markdown table: coverage in per cent, mean over the settings (lowest setting), width."""
    names = list(CONSTRUCTIONS)
    lines = ["| examples | groups | " + " | ".join(names) + " |", "|--:|--:|" + "--:|" * len(names)]
    for cell in cells:
        shown = [
            f"{100 * np.mean(cell.held[name]):.1f} ({100 * min(cell.held[name]):.1f}) {np.mean(cell.width[name]):.2f}"
            for name in names
        ]
        lines.append(f"| {cell.n_examples} | {cell.n_groups} | " + " | ".join(shown) + " |")
    return "\n".join(lines)


def by_setting(cells: Sequence[Cell], construction: str) -> str:
    """Return the coverage of one construction for each setting as a Markdown table."""
    lines = ["| examples | groups | " + " | ".join(SETTINGS) + " |", "|--:|--:|" + "--:|" * len(SETTINGS)]
    for cell in cells:
        shown = " | ".join(f"{100 * held:.1f}" for held in cell.held[construction])
        lines.append(f"| {cell.n_examples} | {cell.n_groups} | {shown} |")
    return "\n".join(lines)


def main() -> None:
    """Simulate, print the tables, and put them into a page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--groups", type=int, nargs="+", default=[3, 5, 10, 20, 30, 100])
    parser.add_argument("--examples", type=int, nargs="+", default=[16, 100, 1000])
    parser.add_argument("--datasets", type=int, default=2000, help="simulated data sets for each cell and setting")
    parser.add_argument("--resamples", type=int, default=1000, help="of each data set")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--write", type=Path, help="the page whose tables are replaced")
    parser.add_argument("--only-metrics", action="store_true", help="the tables of every metric alone")
    arguments = parser.parse_args()
    if arguments.only_metrics:
        show(tables_of_metrics(arguments), arguments.write)
        return
    sizes = [(n, groups) for n in arguments.examples for groups in arguments.groups if groups <= n]
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("simulating", total=len(sizes) * len(SETTINGS))
        cells = [simulate(n, groups, arguments, lambda: bar.advance(task)) for n, groups in sizes]
    scores, differences = ([pair[place] for pair in cells] for place in range(2))
    tables = {
        "scores": table_of(scores),
        "settings": by_setting(scores, "bootstrap-t"),
        "differences": table_of(differences),
    }
    show(tables, arguments.write)


if __name__ == "__main__":
    main()
