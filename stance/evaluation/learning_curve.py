"""Learning curves: how a score grows with the number of training examples, and whether it is still growing."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from stance.classifiers import majority
from stance.errors import InputError, did_you_mean
from stance.evaluation._significance import randomisation_p
from stance.evaluation.predictions import cross_predict
from stance.evaluation.scores._metrics import make_metrics
from stance.evaluation.scores._pairs import pair_predictions
from stance.evaluation.scores._resampling import leave_groups_out, resample_metrics
from stance.evaluation.scores._scoring import BY_TARGET, list_metrics, show_interval
from stance.evaluation.scores.intervals import FEW_GROUPS, bootstrap_t, jackknife_t
from stance.folds import Fold
from stance.folds.fold import row_order
from stance.folds.groups import value_codes

if TYPE_CHECKING:
    from stance.evaluation.scores._metrics import Metric
    from stance.evaluation.scores._sums import Sums

SIGNIFICANT = 0.05
FLAT = 0.02  # a step whose interval lies within this, either way, is called flat
COLUMNS = ["example_id", "repeat", "fold", "label", "predicted"]
LIMITS = (
    "Each size is drawn from the same data set: the curve says what more comments like these bring, not what those of "
    "another site, time or target would.",
    "It ends at all the training examples that there are; beyond them it is not known, and a step that cannot be told "
    "from none may be small or be hidden by too few test groups.",
    "Intervals are of the test groups, for the training examples that were drawn; how far one draw differs from the "
    "next is what the columns least and most show. Smaller sizes are parts of larger ones, so draws differ less the "
    "larger they are.",
    "The classifier's settings are the same at each size; those that are best for few examples may be others.",
)


@dataclass(frozen=True, slots=True, eq=False)
class LearningCurve:
    """Scores of one classifier by the number of its training examples, smallest first.

    `points`: one row a size: examples and groups in training (the mean over folds and draws); score, with
    score_low and score_high; least and most, of single draws; majority and over_majority, the most frequent label on
    the same training examples and the paired difference to it, with their ends. `steps`: one row for each size and
    the one before: before, after (examples), gain, gain_low, gain_high, p; paired by example, over whole groups.
    `n_groups`: groups that are tested.
    """

    metric: str
    points: pd.DataFrame
    steps: pd.DataFrame
    n_groups: int
    n_repeats: int

    @property
    def beats_majority_from(self) -> int | None:
        """The number of examples from which on every size is told from majority, None where the whole is not."""
        told = (self.points["over_majority_low"] > 0).to_numpy()
        trailing = int(told[::-1].cumprod().sum())
        return int(self.points["examples"].iloc[-trailing]) if trailing else None

    def _told_from(self, least: int) -> str:
        if least == int(self.points["examples"].iloc[0]):
            return (
                f"It is told from majority at every size that was tried, of which {least:,} examples is the smallest."
            )
        return f"It is told from majority from {least:,} training examples on."

    def verdict(self) -> list[str]:
        """Say in plain words what the curve shows, and what it cannot tell."""
        whole = self.points.iloc[-1]
        least = self.beats_majority_from
        few = f"{self.n_groups} groups are tested, fewer than {FEW_GROUPS}: these intervals are too narrow to trust."
        return [
            f"With all {whole['examples']:,.0f} training examples {self.metric} is "
            f"{show_interval(whole['score'], whole['score_low'], whole['score_high'])}; the most frequent label alone "
            f"scores {whole['majority']:.2f}.",
            _last_step(self.steps.iloc[-1].to_dict(), self.metric),
            self._told_from(least)
            if least is not None
            else "It cannot be told from majority with this data, not even with all training examples.",
            *([few] if 1 < self.n_groups < FEW_GROUPS else []),
        ]


def make_subsets(
    examples: pd.DataFrame,
    folds: Sequence[Fold],
    groups: pd.Series,
    n_sizes: int = 6,
    n_repeats: int = 5,
    random_state: int = 0,
) -> list[list[Fold]]:
    """Return the folds of each size, smallest first: their training rows are halved again and again, by whole groups.

    `groups`: the group of each example, with the index of `examples`. A half keeps the proportions of the labels as
    well as groups allow (the splitter of the grouped schemes, with two folds); a smaller size is part of the larger.
    Each size but the whole is drawn `n_repeats` times, numbered on as repeats. There are fewer than `n_sizes` where
    some fold's groups cannot be halved so often. Neither the order of rows nor the names of groups matter.

    Raises InputError if a fold cannot be halved once, and for numbers that make no curve.
    """
    if n_sizes < 2 or n_repeats < 1:
        raise InputError(f"learning curve: expected n_sizes >= 2 and n_repeats >= 1, found {n_sizes}, {n_repeats}")
    order, given = row_order(examples), examples["label"].to_numpy()
    drawn: dict[int, list[Fold]] = {}
    fewest = n_sizes - 1
    for fold in folds:
        for draw in range(n_repeats):
            seed = (random_state, fold.repeat, fold.fold, draw)
            halves = list(_halves(_in_order(fold.train, order), given, groups, seed, n_sizes - 1))
            fewest = min(fewest, len(halves))
            for depth, rows in enumerate(halves, start=1):
                part = replace(fold, repeat=fold.repeat * n_repeats + draw, train=rows)
                drawn.setdefault(depth, []).append(part)
    if not fewest:
        raise InputError(
            "learning curve: expected folds that train on at least 2 groups and 2 examples of a label, found one that "
            "cannot be halved; use other folds, such as folds=by_author, or annotate more"
        )
    return [*(drawn[depth] for depth in range(fewest, 0, -1)), list(folds)]


def _in_order(rows: np.ndarray, order: np.ndarray) -> np.ndarray:
    """Return row numbers in the order of example ids."""
    wanted = np.zeros(len(order), dtype=bool)
    wanted[rows] = True
    found: np.ndarray = order[wanted[order]]
    return found


def _halves(
    rows: np.ndarray, given: np.ndarray, groups: pd.Series, seed: tuple[int, ...], most: int
) -> Iterator[np.ndarray]:
    """Yield a half of the rows, a half of that, and so on, as row numbers in ascending order; at most `most`."""
    from stance.folds.splitter import GroupedKFold

    generator = np.random.default_rng(seed)
    for _ in range(most):
        labels, codes = given[rows], value_codes(groups.iloc[rows])
        if codes.max() < 1 or np.unique(labels, return_counts=True)[1].max() < 2:
            return
        splitter = GroupedKFold(2, random_state=int(generator.integers(2**31)))
        pairs = list(splitter.split(labels, labels, codes))
        # either half: the splitter puts the largest group into the first
        rows = rows[np.sort(pairs[generator.integers(2)][1])]
        yield np.sort(rows)


def measure_curve(
    classifier: Any,
    examples: pd.DataFrame,
    subsets: Sequence[Sequence[Fold]],
    labels: Sequence[str],
    groups: pd.Series,
    metric: str = "macro_f1",
    n_resamples: int = 10_000,
    random_state: int = 0,
    on_fold: Callable[[], object] = lambda: None,
) -> LearningCurve:
    """Fit and test a classifier, and majority beside it, on each size of `make_subsets`, and compare the sizes.

    `groups`: what intervals draw, with the index of `examples`. A score is the mean over the draws and repeats; its
    interval is the symmetric bootstrap-t over groups, that of a difference the jackknife's (see `intervals`). p
    is that of approximate randomisation over whole groups, not adjusted for the number of steps. `on_fold` is called
    after each fold of the classifier.

    Raises InputError for an unknown metric; of those of probabilities there is no curve.
    """
    _check_metric(metric, examples.iloc[[row for fold in subsets[-1] for row in fold.test]], labels)
    by_id = groups.set_axis(examples["example_id"])
    n_repeats = _n_repeats(subsets[0]) // _n_repeats(subsets[-1])
    tables: list[pd.DataFrame] = []
    points: list[dict[str, float]] = []
    for folds in subsets:
        draws = n_repeats if folds is subsets[-1] else 1
        own = _predict(classifier, examples, folds, labels, by_id, draws, on_fold)
        beside = _predict(majority(), examples, folds, labels, by_id, draws)
        scored = [_score(table, by_id, labels, metric, n_resamples, random_state) for table in (own, beside)]
        least = {f"majority{end}": scored[1][f"score{end}"] for end in ("", "_low", "_high")}
        over = _with_ends("over_majority", _difference(own, beside, labels, metric)[1])
        points.append(_sizes(folds, groups) | scored[0] | least | over)
        tables.append(own)
    steps = []
    for place in range(1, len(tables)):
        pair, gain = _difference(tables[place], tables[place - 1], labels, metric)
        sizes = {"before": points[place - 1]["examples"], "after": points[place]["examples"]}
        p = randomisation_p(*pair, n_resamples, random_state)
        steps.append(sizes | _with_ends("gain", gain) | {"p": p})
    n_groups = int(tables[-1]["group"].nunique())
    return LearningCurve(metric, pd.DataFrame(points), pd.DataFrame(steps), n_groups, n_repeats)


def _check_metric(metric: str, tested: pd.DataFrame, labels: Sequence[str]) -> None:
    known = list(make_metrics(labels))
    if "favor_against_f1" in known and "target" in tested and tested["target"].nunique() > 1:
        known.append(BY_TARGET)
    if metric not in known:
        raise InputError(f"expected a metric of {known}, found {metric!r}.{did_you_mean(metric, known)}")


def _n_repeats(folds: Sequence[Fold]) -> int:
    return len({fold.repeat for fold in folds})


def _sizes(folds: Sequence[Fold], groups: pd.Series) -> dict[str, float]:
    examples = [len(fold.train) for fold in folds]
    of_groups = [groups.iloc[fold.train].nunique() for fold in folds]
    return {"examples": round(sum(examples) / len(folds)), "groups": round(sum(of_groups) / len(folds))}


def _with_ends(name: str, found: tuple[float, float, float]) -> dict[str, float]:
    return dict(zip((name, f"{name}_low", f"{name}_high"), found, strict=True))


def _predict(
    classifier: Any,
    examples: pd.DataFrame,
    folds: Sequence[Fold],
    labels: Sequence[str],
    groups: pd.Series,
    draws: int,
    on_fold: Callable[[], object] = lambda: None,
) -> pd.DataFrame:
    """Return predictions with their group and target, once for each draw: of the whole all draws are the same."""
    once = cross_predict(classifier, examples, folds, labels, on_fold)[COLUMNS]
    once["group"] = groups.loc[once["example_id"]].to_numpy()
    if "target" in examples:
        once["target"] = examples.set_index("example_id")["target"].loc[once["example_id"]].to_numpy()
    repeats = (once.assign(repeat=once["repeat"] * draws + draw) for draw in range(draws))
    return pd.concat(repeats, ignore_index=True)


def _score(
    predictions: pd.DataFrame,
    groups: pd.Series,
    labels: Sequence[str],
    metric: str,
    n_resamples: int,
    random_state: int,
) -> dict[str, float]:
    (scored,) = (pair for pair in list_metrics(predictions, groups, labels) if pair[0].name == metric)
    (resampled,) = resample_metrics([scored], n_resamples, random_state)
    low, high = bootstrap_t(resampled)
    of_parts = scored[0].value(scored[1].by_group.sum(axis=1)).reshape(-1, scored[1].n_parts)
    of_draws = np.nanmean(of_parts, axis=1)
    found = {"score": resampled.value, "score_low": low, "score_high": high}
    found |= {"least": of_draws.min(), "most": of_draws.max()}
    return {name: float(value) for name, value in found.items()}


def _difference(
    first: pd.DataFrame, second: pd.DataFrame, labels: Sequence[str], metric: str
) -> "tuple[tuple[Metric, Sums], tuple[float, float, float]]":
    """Return a pair of classifiers' predictions as sums, and the difference of their scores with its ends."""
    pair = pair_predictions(first, second, labels, metric)
    left_out = leave_groups_out(*pair)
    low, high = jackknife_t(left_out)
    return pair, (float(left_out.value), float(low), float(high))


def _last_step(step: Mapping[Any, Any], metric: str) -> str:
    """Say whether the curve is still rising where it ends."""
    low, high = step["gain_low"], step["gain_high"]
    sizes = f"From {step['before']:,.0f} to {step['after']:,.0f} training examples {metric} changed by"
    said = f"{sizes} {step['gain']:+.3f} ({low:+.3f} to {high:+.3f}, p = {step['p']:.2g})"
    if low != low:
        return f"{said}: one group only is tested, and nothing says whether that is more than chance."
    if step["p"] < SIGNIFICANT and low > 0:
        return f"{said}: the curve is still rising where it ends, and more comments like these should help."
    if step["p"] < SIGNIFICANT and high < 0:
        return f"{said}: the curve falls where it ends, which more comments like these do not mend by themselves."
    if max(abs(low), abs(high)) < FLAT:
        return f"{said}: the curve is flat where it ends, to within {FLAT:.2f} either way."
    return (
        f"{said}: this data cannot tell whether the curve is still rising or flat; the last step may have brought as "
        f"much as {max(high, 0):.2f}, or nothing."
    )
