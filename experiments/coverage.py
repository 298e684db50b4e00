"""How often intervals of macro F1 hold the truth: every construction on simulated data whose truth is known.

python experiments/coverage.py                                          # prints both tables; about four minutes
python experiments/coverage.py --write docs/intervals.md                # and puts them into the page
python experiments/coverage.py --groups 5 --examples 16 --datasets 100  # a look
"""

import argparse
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from constructions import CONSTRUCTIONS
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import Progress

from stance.evaluation.scores import Metric
from stance.evaluation.scores._metrics import difference_of, make_metrics
from stance.evaluation.scores.intervals import LEVEL, Resampled, resample_groups

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LABELS = ("against", "none", "favor")
N_LABELS = len(LABELS)
# How often the second classifier of a pair repeats what the first one says.
REPEATED = 0.6
EQUAL = 1e-12
BLOCK = 4_000_000  # floats of the largest array


@dataclass(frozen=True, slots=True)
class Setting:
    """A population of groups, such as authors, and a classifier.

    `shares`: of the labels; `predicted`: for each label the shares of what is predicted. `labels_alike` and
    `errors_alike`: the correlation within groups. `unequal`: the standard deviation of the logarithm of the
    groups' sizes. `loud`: the larger a group is, the more often it is against.
    """

    shares: tuple[float, ...]
    predicted: tuple[tuple[float, ...], ...]
    labels_alike: float
    errors_alike: float
    unequal: float
    loud: bool = False


USUAL = ((0.75, 0.15, 0.10), (0.35, 0.50, 0.15), (0.35, 0.20, 0.45))
WEAK = ((0.92, 0.05, 0.03), (0.80, 0.15, 0.05), (0.75, 0.10, 0.15))
GOOD = ((0.95, 0.03, 0.02), (0.05, 0.93, 0.02), (0.05, 0.05, 0.90))
PERFECT = ((0.99, 0.005, 0.005), (0.01, 0.98, 0.01), (0.01, 0.01, 0.98))
ALWAYS = ((1.0, 0.0, 0.0), (1.0, 0.0, 0.0), (1.0, 0.0, 0.0))
SETTINGS: Mapping[str, Setting] = {
    "authors": Setting((0.55, 0.30, 0.15), USUAL, 1 / 3, 0.09, 1.0),
    "even": Setting((0.50, 0.25, 0.25), ((0.8, 0.1, 0.1), (0.2, 0.6, 0.2), (0.2, 0.1, 0.7)), 0.05, 0.02, 0.5),
    "threads": Setting((0.55, 0.30, 0.15), ((0.7, 0.2, 0.1), (0.35, 0.5, 0.15), (0.35, 0.25, 0.4)), 0.5, 0.2, 1.5),
    "loud": Setting((0.55, 0.30, 0.15), USUAL, 1 / 3, 0.09, 1.0, loud=True),
    "weak": Setting((0.70, 0.20, 0.10), WEAK, 1 / 3, 0.09, 1.0),
    "good": Setting((0.50, 0.30, 0.20), GOOD, 1 / 3, 0.09, 1.0),
    "perfect": Setting((0.50, 0.30, 0.20), PERFECT, 1 / 3, 0.09, 1.0),
    "majority": Setting((0.70, 0.20, 0.10), ALWAYS, 1 / 3, 0.09, 1.0),
}
# The classifier that a difference is taken to.
OTHER = WEAK


def make_sizes(generator: np.random.Generator, setting: Setting, shape: tuple[int, int], n_examples: int) -> Ints:
    """Draw the sizes of groups, (n_datasets, n_groups): each has one example, the others fall as weights say."""
    weights = np.exp(generator.normal(0, setting.unequal, shape))
    sizes: Ints = 1 + generator.multinomial(n_examples - shape[1], weights / weights.sum(axis=1, keepdims=True))
    return sizes


def shares_of_groups(setting: Setting, sizes: Ints) -> Floats:
    """Return the expected shares of the labels in groups of these sizes, (…, n_labels)."""
    shares = np.broadcast_to(np.array(setting.shares), (*sizes.shape, N_LABELS))
    if not setting.loud:
        return shares
    above = np.clip(sizes / sizes.mean(axis=1, keepdims=True) - 1, 0, 3)[..., np.newaxis] / 6
    mixed: Floats = shares * (1 - above) + above * np.array([1.0, 0.0, 0.0])
    return mixed


def make_joint(generator: np.random.Generator, setting: Setting, sizes: Ints) -> Floats:
    """Return counts by group of label, first and second prediction: (n_datasets, n_groups, labels, labels, labels)."""
    given = generator.multinomial(sizes, _around(generator, shares_of_groups(setting, sizes), setting.labels_alike))
    rows = np.broadcast_to(np.array(setting.predicted), (*sizes.shape, N_LABELS, N_LABELS))
    first = generator.multinomial(given, _around(generator, rows, setting.errors_alike))
    joint = np.zeros((*first.shape, N_LABELS))
    repeated = generator.binomial(first, REPEATED)
    joint[..., range(N_LABELS), range(N_LABELS)] += repeated
    others = np.broadcast_to(np.array(OTHER)[:, np.newaxis, :], joint.shape)
    return joint + generator.multinomial(first - repeated, others)


def _around(generator: np.random.Generator, shares: Floats, alike: float) -> Floats:
    """Draw shares from a Dirichlet distribution around these; draws from one of them correlate by `alike`."""
    drawn = generator.standard_gamma(shares * (1 / alike - 1)) + 1e-300
    found: Floats = drawn / drawn.sum(axis=-1, keepdims=True)
    return found


def true_sums(setting: Setting, n_groups: int, n_examples: int) -> Floats:
    """Return the expected confusion matrices of both classifiers, one after the other, over very many data sets."""
    sizes = make_sizes(np.random.default_rng(99), setting, (20_000, n_groups), n_examples)
    given = (shares_of_groups(setting, sizes) * sizes[..., np.newaxis]).mean(axis=0).sum(axis=0)
    first = np.array(setting.predicted)
    second = REPEATED * first + (1 - REPEATED) * np.array(OTHER)
    return np.concatenate([(given[:, np.newaxis] * table).ravel() for table in (first, second)])


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


def put_into(page: str, name: str, table: str) -> str:
    """Return a page with a table between its two marks."""
    start, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
    before, _, rest = page.partition(start)
    return f"{before}{start}\n{table}\n{end}{rest.partition(end)[2]}"


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
        _show({"rare": rare_labels(arguments)}, arguments.write)
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
    _show(tables, arguments.write)


def _show(tables: Mapping[str, str], write: Path | None) -> None:
    """Print tables, and put them into a page where one is given."""
    for name, table in tables.items():
        Console().print(f"\n{name}\n{table}", highlight=False, soft_wrap=True)
    if write:
        page = write.read_text(encoding="utf-8")
        for name, table in tables.items():
            page = put_into(page, name, table)
        write.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
