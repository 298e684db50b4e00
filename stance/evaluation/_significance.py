"""Tests: whether two classifiers differ on the same examples, and whether one has learnt anything at all."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from stance.errors import InputError, did_you_mean
from stance.evaluation.predictions import fit_classifier
from stance.evaluation.scores._metrics import Metric, metric_functions
from stance.evaluation.scores._sums import Sums
from stance.folds import Fold
from stance.folds.fold import row_order

# A difference that is equal but for the order in which it was added up counts as equal.
EQUAL = 1e-12


def randomisation_p(metric: Metric, sums: Sums, n_permutations: int = 10_000, random_state: int = 0) -> float:
    """Return the two-sided p of approximate randomisation (Noreen 1989) over whole groups.

    `metric`, `sums`: the difference of two classifiers, of `difference_of` and `pair_predictions`. If the two
    were alike, the predictions of a group might as well be exchanged between them; p is the share of exchanges
    that give a difference as large, the observed one counted with them. All exchanges are gone through where
    they are not more than `n_permutations`. So few groups allow no small p: five at best 2 / 2^5 = 0.06.
    """
    n_sums = sums.by_group.shape[2] // 2
    kept = sums.by_group.swapaxes(0, 1)
    swapped = np.concatenate([kept[..., n_sums:], kept[..., :n_sums]], axis=-1)
    differing = np.flatnonzero((kept != swapped).any(axis=(1, 2)))
    total = kept.sum(axis=0)
    observed = metric.value(total).mean()
    if np.isnan(observed):
        return float("nan")
    if not differing.size:
        return 1.0
    changes = (swapped - kept)[differing].reshape(len(differing), -1)
    as_large = tried = 0
    exact = 2 ** len(differing) <= n_permutations
    for exchange in draw_exchanges(len(differing), n_permutations, exact, random_state):
        permuted = metric.value(total + (exchange @ changes).reshape(-1, *total.shape)).mean(axis=-1)
        as_large += int((~(np.abs(permuted) < abs(observed) - EQUAL)).sum())
        tried += len(exchange)
    return as_large / tried if exact else (as_large + 1) / (tried + 1)


def draw_exchanges(n_groups: int, n_permutations: int, exact: bool, random_state: int) -> Iterable[np.ndarray]:
    """Yield blocks of zeros and ones, (n_in_block, n_groups): all that there are, or some drawn at random."""
    if exact:
        yield (np.arange(2**n_groups)[:, np.newaxis] >> np.arange(n_groups) & 1).astype(float)
        return
    generator = np.random.default_rng(random_state)
    block = max(1, 1_000_000 // n_groups)
    for start in range(0, n_permutations, block):
        shape = (min(block, n_permutations - start), n_groups)
        yield generator.integers(0, 2, size=shape).astype(float)


def mcnemar_p(first_right: np.ndarray, second_right: np.ndarray) -> float:
    """Return the exact two-sided p of McNemar's test (1947) from which rows each classifier has right.

    It takes every row for independent, which the comments of one author or thread are not; where groups have
    more than one row it says more than the data do.

    >>> import numpy as np
    >>> mcnemar_p(np.array([True] * 6), np.array([False] * 5 + [True]))
    0.0625
    """
    from scipy.special import bdtr  # type: ignore[import-untyped, unused-ignore]

    only_first, only_second = int((first_right & ~second_right).sum()), int((second_right & ~first_right).sum())
    fewer = min(only_first, only_second)
    return min(1.0, 2 * float(bdtr(fewer, only_first + only_second, 0.5)))


def holm(p_values: Sequence[float] | np.ndarray) -> np.ndarray:
    """Return p values adjusted for all of their table (Holm 1979); one that is not a number stays, and counts not.

    >>> holm([0.01, 0.04, 0.03]).tolist()
    [0.03, 0.06, 0.06]
    """
    given = np.asarray(p_values, dtype=float)
    order = np.argsort(given)[: int((~np.isnan(given)).sum())]
    adjusted = np.full(given.shape, np.nan)
    steps = given[order] * np.arange(len(order), 0, -1)
    adjusted[order] = np.minimum(np.maximum.accumulate(steps), 1.0)
    return adjusted


@dataclass(frozen=True, slots=True, eq=False)
class PermutationTest:
    """A classifier's score, its scores where labels were shuffled, and the share of these that is as good."""

    metric: str
    value: float
    shuffled: np.ndarray
    p: float

    def __str__(self) -> str:
        """Say in a sentence what was found."""
        middle = float(self.shuffled.mean())
        told = "more than chance" if self.p < 0.05 else "no more than chance, as far as this data can tell"
        return (
            f"{self.metric} {self.value:.2f}, against {middle:.2f} on average over {len(self.shuffled):,} "
            f"shuffling{'' if len(self.shuffled) == 1 else 's'} of the labels (p = {self.p:.2g}): {told}"
        )


def permutation_test(
    classifier: Any,
    examples: pd.DataFrame,
    folds: Sequence[Fold],
    labels: Sequence[str],
    groups: pd.Series,
    metric: str = "macro_f1",
    n_permutations: int = 1_000,
    random_state: int = 0,
    n_jobs: int = 1,
    on_done: Callable[[], object] = lambda: None,
    weights: pd.Series | None = None,
) -> PermutationTest:
    """Test a classifier against chance: shuffle the labels, fit and test it again on every fold, and compare.

    `groups`: the group of each example, indexed by example_id. What may be exchanged is what is alike but for
    its label: the labels within a group are shuffled, and groups of equal size exchange their labels as wholes
    (restricted permutation, Winkler et al. 2015). So labels stay as alike within groups as they are, and
    groups of one example, which have nothing to shuffle within, are shuffled among each other. p counts the
    observed score with the shuffled ones (Phipson and Smyth 2010), and is the same for every `n_jobs` (-1: all
    cores) and every order of rows. `on_done` is called after each permutation. `weights`: what each example weighs in
    training, with the index of `examples`; an inner search keeps `groups` together, as in `cross_predict`.

    Raises InputError for an unknown metric, and where no shuffling would change a label.
    """
    import joblib  # type: ignore[import-untyped, unused-ignore]

    named = metric_functions(labels)
    if metric not in named:
        raise InputError(f"expected a metric of {list(named)}, found {metric!r}.{did_you_mean(metric, named)}")
    blocks = exchangeable(groups.loc[examples["example_id"]].to_numpy(), examples["example_id"].to_numpy())
    given = examples["label"].to_numpy()
    if len(set(given)) < 2 or not _can_change(blocks, given):
        raise InputError(
            "permutation test: no shuffling would change a label, since every group has one label only and no group "
            "of its size another; use folds and groups with more examples, or other groups"
        )
    seeds = np.random.SeedSequence(random_state).spawn(n_permutations)
    fit = joblib.delayed(_score_shuffled)
    beside = (groups.loc[examples["example_id"]].set_axis(examples.index), weights)
    jobs = (fit(classifier, examples, folds, labels, metric, blocks, part, beside) for part in _parts(seeds, n_jobs))
    shuffled: list[float] = []
    for scores in joblib.Parallel(n_jobs=n_jobs, return_as="generator")(jobs):
        for score in scores:
            shuffled.append(score)
            on_done()
    value = _refit(classifier, examples, folds, labels, metric, given, beside)
    as_good = int((~(np.array(shuffled) < value - EQUAL)).sum())
    return PermutationTest(metric, value, np.array(shuffled), (as_good + 1) / (n_permutations + 1))


def exchangeable(groups: np.ndarray, example_ids: np.ndarray) -> list[np.ndarray]:
    """Return for each size of group the row numbers, (n_groups of that size, size), in the order of example ids."""
    members: dict[Any, list[int]] = {}
    for row in np.argsort(example_ids.astype(object), kind="stable"):
        members.setdefault(groups[row], []).append(int(row))
    by_size: dict[int, list[list[int]]] = {}
    for rows in members.values():
        by_size.setdefault(len(rows), []).append(rows)
    return [np.array(by_size[size]) for size in sorted(by_size)]


def shuffle_labels(given: np.ndarray, blocks: Sequence[np.ndarray], generator: np.random.Generator) -> np.ndarray:
    """Return labels shuffled within groups, and exchanged as wholes between groups of equal size."""
    shuffled = given.copy()
    for rows in blocks:
        exchanged = given[generator.permutation(rows, axis=0)]
        shuffled[rows] = generator.permuted(exchanged, axis=1)
    return shuffled


def _can_change(blocks: Sequence[np.ndarray], given: np.ndarray) -> bool:
    return any(len(set(given[rows].ravel())) > 1 for rows in blocks)


def _parts(seeds: Sequence[Any], n_jobs: int) -> "Iterable[Sequence[Any]]":
    """Yield the seeds in parts: small enough to share them out, large enough not to send the examples too often."""
    import joblib

    size = max(1, min(25, len(seeds) // (8 * joblib.effective_n_jobs(n_jobs))))
    return (seeds[start : start + size] for start in range(0, len(seeds), size))


def _score_shuffled(
    classifier: Any,
    examples: pd.DataFrame,
    folds: Sequence[Fold],
    labels: Sequence[str],
    metric: str,
    blocks: Sequence[np.ndarray],
    seeds: Sequence[Any],
    beside: tuple[pd.Series, pd.Series | None],
) -> list[float]:
    given = examples["label"].to_numpy()
    made = (shuffle_labels(given, blocks, np.random.default_rng(seed)) for seed in seeds)
    return [_refit(classifier, examples, folds, labels, metric, shuffled, beside) for shuffled in made]


def _refit(
    classifier: Any,
    examples: pd.DataFrame,
    folds: Sequence[Fold],
    labels: Sequence[str],
    metric: str,
    given: np.ndarray,
    beside: tuple[pd.Series, pd.Series | None],
) -> float:
    """Return the score over all folds of a classifier fitted on each with these labels, the mean over the repeats.

    `beside`: groups and weights, which the classifier that is reported was fitted with, and this one has to be.
    """
    groups, weights = beside
    place = np.empty(len(examples), dtype=int)
    place[row_order(examples)] = np.arange(len(examples))

    places = {label: place for place, label in enumerate(labels)}
    size = len(labels)
    counts: dict[int, np.ndarray] = {}
    labelled = examples.assign(label=given)
    for fold in folds:
        rows = fold.train[np.argsort(place[fold.train])]  # as cross_predict has them
        of_train = None if weights is None else weights.iloc[rows]
        fitted = fit_classifier(classifier, labelled.iloc[rows], of_train, groups.iloc[rows])
        predicted = fitted.predict(examples.iloc[fold.test])
        cells = [places[a] * size + places[b] for a, b in zip(given[fold.test], predicted, strict=True)]
        found = np.bincount(cells, minlength=size * size)
        counts[fold.repeat] = counts.get(fold.repeat, 0) + found
    matrices = np.array(list(counts.values()), dtype=float).reshape(-1, size, size)
    return float(metric_functions(labels)[metric](matrices).mean())
