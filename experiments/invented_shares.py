"""Invented comments whose every label is known, and classifiers from useless to very good: what shares are tried on."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from stance.estimates._frame import Frame

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LABELS = ("against", "none", "favor")
N_COMMENTS = 6_000
SHARES: Mapping[str, tuple[float, float, float]] = {
    "55/30/15": (0.55, 0.30, 0.15),
    "34/33/33": (0.34, 0.33, 0.33),
    "70/20/10": (0.70, 0.20, 0.10),
}
# how far apart the classifier sees two labels, in standard deviations of its noise
CLASSIFIERS: Mapping[str, float] = {"useless": 0.0, "weak": 0.8, "middling": 1.6, "good": 2.6, "very good": 3.8}
# what a shifted classifier believes of the labels: it was trained where they had other shares
BELIEVED = (0.20, 0.30, 0.50)


@dataclass(frozen=True, slots=True)
class Groups:
    """What comments come in: `n` of them, of sizes whose logarithms have a standard deviation of 1.

    `labels_alike` and `errors_alike`: how far labels, and what the classifier makes of them, correlate within one.
    """

    n: int
    labels_alike: float
    errors_alike: float


AUTHORS, THREADS = Groups(1_500, 1 / 3, 0.5), Groups(60, 0.1, 0.1)


@dataclass(frozen=True, slots=True)
class Population:
    """Groups whose comments have labels, and a classifier: `sees` it so far, `shifted` from other shares."""

    groups: Groups
    shares: tuple[float, float, float]
    sees: float
    shifted: bool


def draw_comments(generator: np.random.Generator, population: Population) -> tuple[Ints, Ints, tuple[Floats, ...]]:
    """Draw comments: the number of each one's group, that of its label, and its scores by label."""
    groups = population.groups
    sizes = np.exp(generator.normal(0, 1, groups.n))
    group = np.repeat(np.arange(groups.n), 1 + generator.multinomial(N_COMMENTS - groups.n, sizes / sizes.sum()))
    leaning = generator.dirichlet(np.array(population.shares) * (1 / groups.labels_alike - 1), groups.n)
    label = (generator.random((N_COMMENTS, 1)) > leaning[group].cumsum(axis=1)[:, :-1]).sum(axis=1)
    noise = np.sqrt(groups.errors_alike) * generator.normal(0, 1, (groups.n, 3))[group]
    own = np.sqrt(1 - groups.errors_alike) * generator.normal(0, 1, (*label.shape, 3))
    seen = population.sees * np.eye(3)[label] + noise + own
    believed = BELIEVED if population.shifted else population.shares
    logits = population.sees * seen + np.log(believed)
    # a classifier that sees nothing still says something
    logits = logits if population.sees else np.log(believed) + 0.5 * seen
    scores = np.exp(logits - logits.max(axis=1, keepdims=True))
    return group, label, tuple((scores / scores.sum(axis=1, keepdims=True)).T)


def make_frame(
    group: Ints | None, scores: tuple[Floats, ...], label: Ints, n: int, generator: np.random.Generator
) -> Frame:
    """Return a frame of which n rows were drawn and labelled."""
    rows = np.sort(generator.choice(len(label), n, replace=False))
    return Frame(
        labels=LABELS,
        scores=scores,
        cell=np.zeros(len(label), np.int64),
        names=pd.DataFrame(index=[0]),
        weight=np.ones(len(label)),
        group=group,
        rows=rows,
        given=label[rows],
        probability=np.full(n, n / len(label)),
        stratum=np.zeros(n, np.int64),
    )
