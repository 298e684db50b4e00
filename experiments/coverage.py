"""How often intervals of macro F1 hold the truth: every construction on simulated data whose truth is known.

python experiments/coverage.py                                          # prints both tables; about four minutes
python experiments/coverage.py --write docs/intervals.md                # and puts them into the page
python experiments/coverage.py --groups 5 --examples 16 --datasets 100  # a look
"""

import argparse
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from constructions import CONSTRUCTIONS
from numpy.typing import NDArray
from page_tables import show
from populations import LABELS, N_LABELS, SETTINGS, USUAL, Floats, Ints, Setting, make_joint, make_sizes, true_sums
from rich.console import Console
from rich.progress import Progress

from stance.evaluation.scores import Metric
from stance.evaluation.scores._metrics import difference_of, make_metrics
from stance.evaluation.scores.intervals import LEVEL, Resampled, resample_groups

EQUAL = 1e-12
BLOCK = 4_000_000  # floats of the largest array


def resample(metric: Metric, by_group: Floats, cells: Floats, weights: Floats) -> Resampled:
    """Return what intervals of many data sets are made from; the library does the same for one.

    `by_group`: (n_datasets, n_groups, n_cells) counts of rows of one kind; `cells`: (n_cells, n_sums), what a
    row of each kind adds to the sums.
    """
    sums = by_group @ cells
    total = sums.sum(axis=1)
    n_groups = sums.shape[1]
    drawn = np.tensordot(weights, sums, axes=(1, 1))
    influence = np.matmul(metric.gradient(drawn).swapaxes(0, 1), sums.swapaxes(1, 2))
    spreads = np.sqrt(np.einsum("dbg,dbg,bg->bd", influence, influence, weights) * n_groups / (n_groups - 1))
    rows = by_group.sum(axis=1) + 1 / len(cells)
    squares = (metric.gradient(rows @ cells) @ cells.T) ** 2
    return Resampled(
        value=metric.value(total),
        drawn=metric.value(drawn),
        spreads=spreads,
        left_out=metric.value(total[:, np.newaxis] - sums).T,
        floor=np.sqrt((rows * squares).sum(axis=1)),
        span=metric.span,
        sizes=by_group.sum(axis=2).T,
        carriers=None if metric.parts is None else np.einsum("dgi,ri->rgd", sums, metric.parts),
    )


def kinds_of_rows() -> tuple[Floats, Floats]:
    """Return what a row adds to one confusion matrix, (9, 9), and a row of two classifiers to both, (27, 18)."""
    given, first, second = np.indices((N_LABELS,) * 3).reshape(3, -1)
    both = np.zeros((N_LABELS**3, 2 * N_LABELS**2))
    both[np.arange(len(both)), given * N_LABELS + first] = 1
    both[np.arange(len(both)), N_LABELS**2 + given * N_LABELS + second] = 1
    return np.eye(N_LABELS**2), both


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
                held, width = np.concatenate(parts, axis=1).mean(axis=1)
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
    for joint, weights in _blocks(generator, setting, n_examples, n_groups, arguments):
        tables = (joint.sum(axis=-1), joint)
        for (metric, expected), table, kinds, tally in zip(sought, tables, kinds_of_rows(), tallies, strict=True):
            truth = metric.value(expected)
            resampled = resample(metric, table.reshape(*table.shape[:2], -1), kinds, weights)
            for name, construct in CONSTRUCTIONS.items():
                low, high = construct(resampled, LEVEL)
                holds = (low <= truth + EQUAL) & (truth <= high + EQUAL)
                tally.setdefault(name, []).append(np.stack([holds, high - low]))
    return tallies


def _blocks(
    generator: np.random.Generator, setting: Setting, n_examples: int, n_groups: int, arguments: Any
) -> Iterator[tuple[Floats, Floats]]:
    """Yield data sets and the weights of their resamples, which at most a tenth of the data sets share."""
    most = max(1, BLOCK // (arguments.resamples * max(2 * N_LABELS**2, n_groups)))
    block = min(most, max(1, arguments.datasets // 10))
    for start in range(0, arguments.datasets, block):
        shape = (min(block, arguments.datasets - start), n_groups)
        joint = make_joint(generator, setting, make_sizes(generator, setting, shape, n_examples))
        drawn = resample_groups(n_groups, arguments.resamples, int(generator.integers(2**32)))
        yield joint, np.concatenate(list(drawn))


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


# Shares of against, none and favor; examples and groups: where a label is rare, and so in few groups.
RARE = {"70/24/6": (0.70, 0.24, 0.06), "60/25/15": (0.60, 0.25, 0.15)}
RARE_SIZES = ((100, 9), (100, 20), (1000, 9), (1000, 20), (1000, 50))
WITH_LABEL = (0, 3, 5, 8)


def rare_labels(arguments: Any) -> str:
    """Return how often bootstrap-t holds the truth of each metric, by the least number of groups with its labels."""
    lines = [
        "| labels | examples | groups | metric | " + " | ".join(f"at least {least}" for least in WITH_LABEL) + " |",
        "|---|--:|--:|---|" + "--:|" * len(WITH_LABEL),
    ]
    for name, shares in RARE.items():
        setting = Setting(shares, USUAL, 1 / 3, 0.09, 1.0)
        for n_examples, n_groups in RARE_SIZES:
            start = f"| {name} | {n_examples} | {n_groups} |"
            found = _held_by_label(setting, n_examples, n_groups, arguments)
            lines += [f"{start} {metric} | {' | '.join(cells)} |" for metric, cells in found.items()]
    return "\n".join(lines)


def _held_by_label(setting: Setting, n_examples: int, n_groups: int, arguments: Any) -> dict[str, list[str]]:
    """Return by metric the coverage in per cent, and in brackets the share of the data sets, for each of WITH_LABEL."""
    metrics = make_metrics(LABELS)
    named = [name for name in metrics if "/" not in name or name.endswith("/favor")]
    truths = true_sums(setting, n_groups, n_examples)[: N_LABELS**2]
    generator = np.random.default_rng([arguments.seed, n_examples, n_groups])
    held: dict[str, list[NDArray[np.bool_]]] = {name: [] for name in named}
    having: dict[str, list[Ints]] = {name: [] for name in named}
    for joint, weights in _blocks(generator, setting, n_examples, n_groups, arguments):
        table = joint.sum(axis=-1)
        given, predicted = ((table.sum(axis=axis) > 0).sum(axis=1) for axis in (-1, -2))
        for name in named:
            resampled = resample(metrics[name], table.reshape(*table.shape[:2], -1), np.eye(N_LABELS**2), weights)
            low, high = CONSTRUCTIONS["bootstrap-t"](resampled, LEVEL)
            truth = metrics[name].value(truths)
            held[name].append((low <= truth + EQUAL) & (truth <= high + EQUAL) | np.isnan(low))
            of_favor = np.minimum(given[:, 2], predicted[:, 2]) if name == "precision/favor" else given[:, 2]
            least = given.min(axis=1) if name in ("macro_f1", "balanced_accuracy") else of_favor
            least = np.minimum(given[:, 0], least) if name == "favor_against_f1" else least
            having[name].append(np.full(len(given), n_groups) if name in ("accuracy", "mcc") else least)
    cells: dict[str, list[str]] = {}
    for name in named:
        holds, groups = np.concatenate(held[name]), np.concatenate(having[name])
        parts = [holds[groups >= least] for least in WITH_LABEL]
        cells[name] = [
            f"{100 * part.mean():.1f} ({part.size / holds.size:.2f})" if part.size >= 100 else "–" for part in parts
        ]
    return cells


def main() -> None:
    """Simulate, print the tables, and put them into a page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--groups", type=int, nargs="+", default=[3, 5, 10, 20, 30, 100])
    parser.add_argument("--examples", type=int, nargs="+", default=[16, 100, 1000])
    parser.add_argument("--datasets", type=int, default=2000, help="simulated data sets for each cell and setting")
    parser.add_argument("--resamples", type=int, default=1000, help="of each data set")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--write", type=Path, help="the page whose tables are replaced")
    parser.add_argument("--only-rare", action="store_true", help="the table of rare labels alone")
    arguments = parser.parse_args()
    if arguments.only_rare:
        show({"rare": rare_labels(arguments)}, arguments.write)
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
