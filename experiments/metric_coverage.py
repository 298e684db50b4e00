"""How often the interval of every reported metric holds the truth, where it is shown without a mark.

The tables that `coverage.py --only-metrics` makes.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from populations import LABELS, N_LABELS, SETTINGS, USUAL, Floats, Ints, Setting, around, true_sums
from rich.console import Console
from rich.progress import Progress
from simulated import blocks, holding, kinds_of_rows, resample

from stance.evaluation.scores import Metric
from stance.evaluation.scores._metrics import difference_of, make_metrics, probability_metrics
from stance.evaluation.scores._scoring import BY_TARGET, end_doubt, label_doubt, near_end
from stance.evaluation.scores.calibration import (
    brier_losses,
    jensen_shannon_distances,
    log_losses,
    soft_cross_entropies,
)
from stance.evaluation.scores.intervals import Ends, Resampled, bootstrap_t, differ_in_few, jackknife_t

# Beside the settings of macro F1 two in which a label is rare: shares of against, none and favor.
RARE = {"70/24/6": (0.70, 0.24, 0.06), "60/25/15": (0.60, 0.25, 0.15)}
ALL_SETTINGS: Mapping[str, Setting] = {
    **SETTINGS,
    **{name: Setting(shares, USUAL, 1 / 3, 0.09, 1.0) for name, shares in RARE.items()},
}
SIZES = ((16, 5), (100, 5), (100, 9), (100, 20), (100, 100), (1000, 9), (1000, 20), (1000, 50))
LEAST = 100  # data sets: of fewer no share is shown
# How sure the classifier is of what it predicts, how often where that is right and where it is wrong.
SURE = (0.4, 0.6, 0.9)
SURE_IF_RIGHT, SURE_IF_WRONG = (0.2, 0.3, 0.5), (0.5, 0.3, 0.2)
# The annotators of an example: one, three who agree, three of whom one says the next label; and how often.
ANNOTATED = (0.3, 0.4, 0.3)
N_TARGETS = 2
TARGETS_ALIKE = 0.5  # who writes of one target writes of it again


Marks = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Sought:
    """A metric to be tried: by which kinds of rows it is counted, what each adds to its sums, and its interval."""

    metric: Metric
    kinds: str
    cells: Floats
    construct: Callable[[Resampled], Ends] = bootstrap_t


@dataclass(slots=True)
class Found:
    """What was found of a metric at one size, by setting: the coverage where it is shown unmarked, and the share."""

    held: dict[str, float] = field(default_factory=dict)
    shown: list[float] = field(default_factory=list)


def mean_over_targets(metric: Metric) -> Metric:
    """Return a metric as the mean over two targets; its sums are the first's, then the second's."""

    def halves(sums: Floats) -> tuple[Floats, Floats]:
        size = sums.shape[-1] // N_TARGETS
        return sums[..., :size], sums[..., size:]

    def value(sums: Floats) -> Floats:
        values = np.stack([metric.value(half) for half in halves(sums)])
        there = ~np.isnan(values)
        found: Floats = np.where(there, values, 0).sum(axis=0) / np.where(there.any(axis=0), there.sum(axis=0), np.nan)
        return found

    def gradient(sums: Floats) -> Floats:
        there = [~np.isnan(metric.value(half)) for half in halves(sums)]
        share = 1 / np.maximum(np.sum(there, axis=0), 1)
        parts = [
            metric.gradient(half) * (known * share)[..., np.newaxis]
            for half, known in zip(halves(sums), there, strict=True)
        ]
        return np.concatenate(parts, axis=-1)

    assert metric.parts is not None
    return Metric(BY_TARGET, value, gradient, metric.span, np.hstack([metric.parts] * N_TARGETS))


@cache
def sure_rows() -> Mapping[str, Floats]:
    """Return what a row of each label, prediction, sureness and annotators adds to the sums of its probabilities."""
    given, predicted, sureness, annotated = np.indices((N_LABELS, N_LABELS, len(SURE), len(ANNOTATED))).reshape(4, -1)
    sure = np.array(SURE)[sureness]
    probabilities = np.repeat(((1 - sure) / (N_LABELS - 1))[:, np.newaxis], N_LABELS, axis=1)
    probabilities[np.arange(len(sure)), predicted] = sure
    unit = np.eye(N_LABELS)
    shares = np.where(
        (annotated == 2)[:, np.newaxis], (2 * unit[given] + unit[(given + 1) % N_LABELS]) / 3, unit[given]
    )
    known = (annotated > 0).astype(float)
    ones = np.ones(len(given))
    made = {
        "log_loss": (log_losses(probabilities, given), ones),
        "brier": (brier_losses(probabilities, given), ones),
        "soft_cross_entropy": (soft_cross_entropies(probabilities, shares) * known, known),
        "soft_jensen_shannon": (jensen_shannon_distances(probabilities, shares) * known, known),
    }
    return {name: np.column_stack(columns) for name, columns in made.items()}


def list_sought() -> tuple[list[Sought], list[Sought]]:
    """Return every score that a run reports with an interval, and the differences that are made of them."""
    metrics, both = make_metrics(LABELS), kinds_of_rows()[1]
    plain, split = np.eye(N_LABELS**2), np.eye(N_TARGETS * N_LABELS**2)
    scores = [Sought(metric, "plain", plain) for metric in metrics.values()]
    scores.insert(2, Sought(mean_over_targets(metrics["favor_against_f1"]), "split", split))
    scores += [Sought(probability_metrics()[name], "sure", cells) for name, cells in sure_rows().items()]
    differences = [
        Sought(difference_of(metric), kinds, cells, jackknife_t)
        for kinds, cells in (("joint", both), ("split", split))
        for metric in metrics.values()
    ]
    return scores, differences


def true_kinds(setting: Setting, n_groups: int, n_examples: int) -> dict[str, Floats]:
    """Return the expected counts of all kinds of rows, as `make_kinds` draws them."""
    first, second = true_sums(setting, n_groups, n_examples).reshape(2, N_LABELS**2)
    sureness = np.where(np.eye(N_LABELS)[..., np.newaxis] > 0, SURE_IF_RIGHT, SURE_IF_WRONG).reshape(-1, len(SURE))
    sure = first[:, np.newaxis, np.newaxis] * sureness[..., np.newaxis] * np.array(ANNOTATED)
    return {
        "plain": first,
        "both": np.concatenate([first, second]),
        "split": np.tile(first / N_TARGETS, N_TARGETS),
        "sure": sure.ravel(),
    }


def make_kinds(generator: np.random.Generator, joint: Floats) -> dict[str, Floats]:
    """Return the counts of all kinds of rows by group, each (n_datasets, n_groups, n_cells)."""
    shape = joint.shape[:2]
    plain = joint.sum(axis=-1)
    share = around(generator, np.broadcast_to(np.full(N_TARGETS, 1 / N_TARGETS), (*shape, N_TARGETS)), TARGETS_ALIKE)
    first = generator.binomial(plain.astype(int), share[..., :1, np.newaxis])
    levels = np.where(np.eye(N_LABELS)[..., np.newaxis] > 0, SURE_IF_RIGHT, SURE_IF_WRONG)
    sureness = around(generator, np.broadcast_to(levels, (*shape, *levels.shape)), 0.1)
    sure = generator.multinomial(plain.astype(int), sureness)
    annotated = generator.multinomial(sure, np.array(ANNOTATED))
    return {
        "plain": plain.reshape(*shape, -1),
        "joint": joint.reshape(*shape, -1),
        "split": np.stack([first, plain - first], axis=2).reshape(*shape, -1),
        "sure": annotated.reshape(*shape, -1).astype(float),
    }


def marked(sought: Sought, kinds: Mapping[str, Floats], values: Floats) -> Marks:
    """Return where a metric's interval is marked as not to be trusted, (n_datasets,); `values`: the metric's.

    A difference of two classifiers is marked where they differ in few groups, a gap between two groups of examples
    where either side is marked.
    """
    if sought.kinds == "joint":
        few: Marks = np.asarray(differ_in_few(differing(kinds["joint"], sought.metric.name), kinds["joint"].shape[1]))
        made, sums = make_metrics(LABELS)[sought.metric.name], kinds["joint"].sum(axis=1) @ sought.cells
        sides = [made.value(side) for side in np.split(sums, 2, axis=-1)]
        both_near: Marks = np.array([near_end(one, other, made.span) for one, other in zip(*sides, strict=True)])
        return few | both_near
    of_label = [_in_groups(side) for side in _sides(sought, kinds)]
    said = [
        [
            bool(_doubt(sought.metric.name, tuple(row), tuple(other)))
            for row, other in zip(given, predicted, strict=True)
        ]
        for given, predicted in of_label
    ]
    near = [len(of_label) == 1 and bool(end_doubt(value, sought.metric.span)) for value in values.tolist()]
    found: Marks = np.array(said).any(axis=0) | np.array(near)
    return found


def differing(joint: Floats, metric: str) -> Ints:
    """Return in how many groups two classifiers say different labels of a row that the metric is about; (n_datasets,).

    That of one label is about the rows of which it is given, or said by either.
    """
    pairs = joint.reshape(*joint.shape[:2], N_LABELS, N_LABELS, N_LABELS)
    about = np.indices((N_LABELS,) * 3)
    counted = about[1] != about[2]
    if "/" in metric:
        counted &= (about == LABELS.index(metric.partition("/")[2])).any(axis=0)
    differ = (pairs * counted).sum(axis=(2, 3, 4))
    found: Ints = (differ > 0).sum(axis=1)
    return found


@cache
def _doubt(metric: str, given: tuple[int, ...], predicted: tuple[int, ...]) -> str:
    return label_doubt(metric, dict(zip(LABELS, given, strict=True)), dict(zip(LABELS, predicted, strict=True)))


def _in_groups(matrices: Floats) -> tuple[Ints, Ints]:
    """Return in how many groups each label is given, and is predicted; `matrices`: (n_datasets, n_groups, 3, 3)."""
    return (matrices.sum(axis=-1) > 0).sum(axis=1), (matrices.sum(axis=-2) > 0).sum(axis=1)


def _sides(sought: Sought, kinds: Mapping[str, Floats]) -> Iterator[Floats]:
    """Yield the confusion matrices by group of each side of a metric."""
    counts = kinds[sought.kinds]
    shape = (*counts.shape[:2], N_LABELS, N_LABELS)
    if sought.kinds == "split":
        yield from (part.reshape(shape) for part in np.split(counts, N_TARGETS, axis=-1))
    else:
        yield kinds["plain"].reshape(shape)


def try_size(
    sought: Sequence[Sought], n_examples: int, n_groups: int, arguments: Any, advance: Callable[[], object]
) -> list[Found]:
    """Return for each metric how often it holds the truth in data sets of a size, setting by setting."""
    found = [Found() for _ in sought]
    for number, (name, setting) in enumerate(ALL_SETTINGS.items()):
        generator = np.random.default_rng([arguments.seed, n_examples, n_groups, number])
        expected = true_kinds(setting, n_groups, n_examples)
        held: list[list[Floats]] = [[] for _ in sought]
        for joint, weights in blocks(generator, setting, n_examples, n_groups, arguments):
            kinds = make_kinds(generator, joint)
            for each, parts in zip(sought, held, strict=True):
                sums = expected["both"] if each.kinds == "joint" else expected[each.kinds] @ each.cells
                with np.errstate(invalid="ignore"):
                    resampled = resample(each.metric, kinds[each.kinds], each.cells, weights)
                    low, high = each.construct(resampled)
                    holds = holding(low, high, each.metric.value(sums))
                parts.append(np.where(marked(each, kinds, resampled.value), np.nan, holds))
        for one, parts in zip(found, held, strict=True):
            holds = np.concatenate(parts)
            shown = ~np.isnan(holds)
            one.shown.append(float(shown.mean()))
            if shown.sum() >= LEAST:
                one.held[name] = float(holds[shown].mean())
        advance()
    return found


def table_of_metrics(sought: Sequence[Sought], names: Sequence[str], columns: Sequence[Sequence[Found]]) -> str:
    """Return coverage in per cent, mean over the settings (lowest, its setting), and the share shown unmarked."""
    lines = [
        "| metric | " + " | ".join(f"{n} in {groups}" for n, groups in SIZES) + " |",
        "|---|" + "--:|" * len(SIZES),
    ]
    for place, name in enumerate(names):
        cells = []
        for column in columns:
            one = column[place]
            if not one.held:
                cells.append(f"– {np.mean(one.shown):.2f}")
                continue
            least = min(one.held, key=one.held.__getitem__)
            mean = 100 * np.mean(list(one.held.values()))
            cells.append(f"{mean:.1f} ({100 * one.held[least]:.1f} {least}) {np.mean(one.shown):.2f}")
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def tables_of_metrics(arguments: Any) -> dict[str, str]:
    """Return the tables of scores, of differences of two classifiers and of gaps between two groups of examples."""
    scores, differences = list_sought()
    sought = [*scores, *differences]
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("simulating", total=len(SIZES) * len(ALL_SETTINGS))
        columns = [try_size(sought, *size, arguments, lambda: bar.advance(task)) for size in SIZES]
    made = {}
    starts = {"metrics": (0, scores), "metric differences": (len(scores), differences)}
    for title, (start, part) in starts.items():
        names = [one.metric.name for one in part]
        if title == "metric differences":
            half = len(part) // 2
            names = [*names[:half], *(f"{name}, gap" for name in names[half:])]
        made[title] = table_of_metrics(part, names, [column[start : start + len(part)] for column in columns])
    return made
