"""Populations of invented commenters and classifiers, whose every share is known: what intervals are tried on."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LABELS = ("against", "none", "favor")
N_LABELS = len(LABELS)
# How often the second classifier of a pair repeats what the first one says.
REPEATED = 0.6


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
    given = generator.multinomial(sizes, around(generator, shares_of_groups(setting, sizes), setting.labels_alike))
    rows = np.broadcast_to(np.array(setting.predicted), (*sizes.shape, N_LABELS, N_LABELS))
    first = generator.multinomial(given, around(generator, rows, setting.errors_alike))
    joint = np.zeros((*first.shape, N_LABELS))
    repeated = generator.binomial(first, REPEATED)
    joint[..., range(N_LABELS), range(N_LABELS)] += repeated
    others = np.broadcast_to(np.array(OTHER)[:, np.newaxis, :], joint.shape)
    return joint + generator.multinomial(first - repeated, others)


def around(generator: np.random.Generator, shares: Floats, alike: float) -> Floats:
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
