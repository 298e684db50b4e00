"""Paired differences: every run that reads beside a baseline, beside each other, and beside the best that cheats."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from stance.evaluation._significance import holm, mcnemar_p, randomisation_p
from stance.evaluation.scores._metrics import LOWER_IS_BETTER, Metric, make_metrics
from stance.evaluation.scores._pairs import pair_predictions, require_same_rows
from stance.evaluation.scores._resampling import leave_groups_out
from stance.evaluation.scores._scoring import BY_TARGET, list_metrics, near_end
from stance.evaluation.scores._sums import Sums
from stance.evaluation.scores.intervals import Resampled, differ_in_few, jackknife_t, resample_groups

SIGNIFICANT = 0.05
MOST_PAIRED = 8  # of those that read, the best under each scheme: 28 pairs
PICKING_RESAMPLES = 1_000
PAIR_EXCHANGES = 2_000  # at most, of each pair of a table that may have dozens
PAIR_COLUMNS = ["first", "second", "folds", "difference", "low", "high", "p", "p_holm", "told_apart", "verdict"]
DIFFERENCE_COLUMNS = [
    "classifier",
    "folds",
    "difference",
    "low",
    "high",
    "p",
    "p_holm",
    "p_mcnemar_accuracy",
    "told_apart",
    "verdict",
]


@dataclass(frozen=True, slots=True, eq=False)
class Pairing:
    """What runs are paired by: their predictions by run id, the label set, the metric, exchanges and seed.

    `margin`: a difference that does not matter to the user, None where none was declared.
    """

    predictions: Mapping[str, pd.DataFrame]
    labels: Sequence[str]
    metric: str
    n_resamples: int
    random_state: int
    margin: float | None

    def of(self, first: str, second: str, names: tuple[str, str], n_exchanges: int) -> tuple[Resampled, float, str]:
        """Return the difference of two runs, by run id, without each group, its p, and why not to trust its interval.

        Raises InputError that calls them by `names` if they are not of the same rows.
        """
        tables = self.predictions[first], self.predictions[second]
        require_same_rows(*tables, names)
        pair = pair_predictions(*tables, self.labels, self.metric)
        p = randomisation_p(*pair, n_exchanges, self.random_state)
        left_out = leave_groups_out(*pair)
        near = _both_near(self.metric, self.labels, pair[1])
        return left_out, p, _few(left_out, differing_groups(*tables, self.metric), near, self)


def differences_to(scores: pd.DataFrame, pairing: Pairing, baseline: str) -> pd.DataFrame:
    """Return one row for each run that reads and has the baseline beside it under the same folds."""
    base = scores[scores["classifier"] == baseline].set_index("folds")["run_id"]
    tested = scores[~scores["cheats"] & (scores["classifier"] != baseline) & scores["folds"].isin(base.index)]
    level = 1 - SIGNIFICANT / max(1, len(tested))
    rows, few = [], []
    for classifier, folds, run_id in zip(tested["classifier"], tested["folds"], tested["run_id"], strict=True):
        names = f"{classifier} under {folds}", f"{baseline} under {folds}"
        left_out, p, doubt = pairing.of(run_id, base[folds], names, pairing.n_resamples)
        few.append(doubt)
        low, high = jackknife_t(left_out, level)
        better = float(left_out.value) * (-1 if pairing.metric in LOWER_IS_BETTER else 1)
        beside = _mcnemar(pairing.predictions[run_id], pairing.predictions[base[folds]], better)
        rows.append((classifier, folds, float(left_out.value), float(low), float(high), p, beside))
    table = pd.DataFrame(
        rows, columns=[name for name in DIFFERENCE_COLUMNS if name not in ("p_holm", "told_apart", "verdict")]
    )
    _tell_apart(table)
    table["verdict"] = [
        _told(row, baseline, pairing, doubt) for row, doubt in zip(table.to_dict("records"), few, strict=True)
    ]
    return table[DIFFERENCE_COLUMNS]


def differing_groups(first: pd.DataFrame, second: pd.DataFrame, metric: str) -> int:
    """Return in how many groups two classifiers say different labels of a row that a metric is about.

    That of one label is about the rows of which it is given, or said by either.
    """
    keys = ["repeat", "example_id"]
    one, other = (table.set_index(keys) for table in (first, second))
    said = other["predicted"].loc[one.index]
    counted = (one["predicted"] != said).to_numpy()
    if (label := metric.partition("/")[2]) in set(one["label"]):
        counted &= (one[["label", "predicted"]] == label).any(axis=1).to_numpy() | (said == label).to_numpy()
    return len(set(one["group"].to_numpy()[counted]))


def _both_near(name: str, labels: Sequence[str], sums: Sums) -> bool:
    """Return whether both scores of a difference, of a confusion matrix, are near one end of the metric's span."""
    metric = make_metrics(labels).get("favor_against_f1" if name == BY_TARGET else name)
    if metric is None:
        return False
    halves = np.split(sums.by_group.sum(axis=1), 2, axis=-1)
    one, other = (float(np.nanmean(_value(metric, half[np.newaxis], sums))) for half in halves)
    return near_end(one, other, metric.span)


def pairs_among(scores: pd.DataFrame, pairing: Pairing, baseline: str) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Return one row for each pair of the best that read under one scheme, and of these with the best that cheats.

    The first of a pair is the better one. Pairs with the baseline are left to `differences_to`. Also returned: a note
    for each scheme under which more read than are paired.
    """
    lower = pairing.metric in LOWER_IS_BETTER
    known = scores.dropna(subset="score").sort_values("score", ascending=lower, kind="stable")
    rows, notes, few = [], [], []
    for folds, here in known.groupby("folds", sort=True):
        reading, cheating = here[~here["cheats"]].to_dict("records"), here[here["cheats"]].to_dict("records")
        if len(reading) > MOST_PAIRED:
            notes.append(f"Paired with each other under {folds}: the best {MOST_PAIRED} of {len(reading)} that read.")
        best = reading[:MOST_PAIRED]
        for one, other in [*combinations(best, 2), *((row, cheat) for row in best for cheat in cheating[:1])]:
            if baseline in (one["classifier"], other["classifier"]):
                continue
            first, second = (one, other) if (one["score"] >= other["score"]) != lower else (other, one)
            names = tuple(f"{row['classifier']} under {folds}" for row in (first, second))
            n_exchanges = min(pairing.n_resamples, PAIR_EXCHANGES)
            left_out, p, doubt = pairing.of(first["run_id"], second["run_id"], (names[0], names[1]), n_exchanges)
            few.append(doubt)
            rows.append((first["classifier"], second["classifier"], folds, left_out, p))
    level = 1 - SIGNIFICANT / max(1, len(rows))
    ends = [jackknife_t(left_out, level) for *_, left_out, _ in rows]
    table = pd.DataFrame(
        [
            (*row[:3], float(row[3].value), float(low), float(high), row[4])
            for row, (low, high) in zip(rows, ends, strict=True)
        ],
        columns=PAIR_COLUMNS[:7],
    )
    _tell_apart(table)
    table["verdict"] = [
        _told(row, str(row["second"]), pairing, doubt) for row, doubt in zip(table.to_dict("records"), few, strict=True)
    ]
    return table[PAIR_COLUMNS], tuple(notes)


def picked_too_high(tables: Sequence[pd.DataFrame], labels: Sequence[str], metric: str, seed: int) -> float:
    """Return by how much the best of several scores is too good, because it was picked by these very scores.

    Groups are drawn with replacement, and the run that is best on them is scored on the groups that were not drawn: on
    average it scores less there than the best of all does (bias-corrected picking, Tsamardinos, Greasidou and
    Borboudakis 2018). `tables`: the best first. Not a number where the metric cannot be made from the tables.
    """
    scored = []
    for table in tables:
        groups = table.drop_duplicates("example_id").set_index("example_id")["group"]
        scored += [pair for pair in list_metrics(table, groups, labels) if pair[0].name == metric]
    if len(scored) < len(tables):
        return float("nan")
    sign = -1 if metric in LOWER_IS_BETTER else 1
    lost = []
    for weights in resample_groups(len(scored[0][1].sizes), PICKING_RESAMPLES, seed):
        drawn, rest = (
            sign * np.stack([_value(made, np.tensordot(of, sums.by_group, axes=(1, 1)), sums) for made, sums in scored])
            for of in (weights, (weights == 0).astype(float))
        )
        defined = ~np.isnan(drawn).any(axis=0) & ~np.isnan(rest).any(axis=0)
        picked = drawn[:, defined].argmax(axis=0)
        lost.append(rest[0, defined] - np.take_along_axis(rest[:, defined], picked[np.newaxis], axis=0)[0])
    found = np.concatenate(lost)
    return float(found.mean()) if found.size else float("nan")


def _value(metric: Metric, totals: np.ndarray, sums: Sums) -> np.ndarray:
    """Return a metric of sums (…, n_slices, n_sums), the mean over the repeats, and the targets that have any rows."""
    values = metric.value(totals)
    there = ~np.isnan(values)
    if sums.n_parts == 1:
        return np.asarray(values.mean(axis=-1))
    summed = np.where(there, values, 0).sum(axis=-1)
    return np.asarray(np.where(there.any(axis=-1), summed / np.maximum(there.sum(axis=-1), 1), np.nan))


def _tell_apart(table: pd.DataFrame) -> None:
    """Add to a table of differences the p values adjusted for all of it, and whether each can be told from none."""
    table["p_holm"] = holm(table["p"].to_numpy(dtype=float))
    outside = (table["low"] > 0) | (table["high"] < 0)
    table["told_apart"] = outside & (table["p_holm"] < SIGNIFICANT)


def _mcnemar(first: pd.DataFrame, second: pd.DataFrame, better: float) -> float:
    """Return McNemar's p on the first repeat, in which every example stands once.

    It tests accuracy: not a number where the first has more right and `better` is below 0, or the other way round.
    """
    repeat = first["repeat"].min()
    right = [
        (table["label"] == table["predicted"])[table["repeat"] == repeat].set_axis(
            table.loc[table["repeat"] == repeat, "example_id"]
        )
        for table in (first, second)
    ]
    one, other = right[0].to_numpy(), right[1].loc[right[0].index].to_numpy()
    if (int(one.sum()) - int(other.sum())) * better < 0:
        return float("nan")
    return mcnemar_p(one, other)


def _few(left_out: Resampled, differ: int, near: bool, pairing: Pairing) -> str:
    """Say that two classifiers differ in too few groups for the interval of their difference, "" where they do not.

    Nor where accuracy is compared, which differs by no more than they do, and the share of groups in which they may
    differ (Clopper and Pearson 1934, 97.5 %) is below the declared margin.
    """
    from scipy.special import betaincinv  # type: ignore[import-untyped, unused-ignore]

    n_groups = len(left_out.sizes)
    if near:
        return "both are so near the best or worst value that few groups decide"
    if not differ_in_few(differ, n_groups):
        return ""
    most = float(betaincinv(differ + 1, n_groups - differ, 0.975))
    if pairing.metric == "accuracy" and pairing.margin is not None and most < pairing.margin:
        return ""
    where = "no group" if not differ else "1 group only" if differ == 1 else f"{differ} groups only"
    return f"they differ in {where}"


def tells_of(margin: float, verdict: str) -> bool:
    """Return whether a verdict of a difference says how it lies to the margin.

    >>> tells_of(0.05, "as good as majority to within 0.05"), tells_of(0.05, "better than majority")
    (True, False)
    """
    return verdict.endswith((f"to within {margin:g}", f"by less than {margin:g}", f"by {margin:g} or more"))


def _told(row: Mapping[Hashable, Any], other: str, pairing: Pairing, few: str) -> str:
    """Say of a difference what it tells: better, worse, within the declared margin, no worse than it, or nothing.

    `few`: why its interval is not to be trusted, which then tells nothing of a margin.
    """
    low, high = (-row["high"], -row["low"]) if pairing.metric in LOWER_IS_BETTER else (row["low"], row["high"])
    margin = None if few else pairing.margin
    alike = margin is not None and -margin < low and high < margin
    if row["told_apart"]:
        told = f"{'better' if low > 0 else 'worse'} than {other}"
        return f"{told}, and by less than {margin:g}" if alike else told
    if alike:
        return f"as good as {other} to within {margin:g}"
    if margin is not None and -margin < low:
        return f"no worse than {other} by {margin:g} or more"
    return f"cannot be told apart from {other} with this data" + (f": {few}" if few else "")
