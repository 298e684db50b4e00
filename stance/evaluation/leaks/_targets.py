"""Targets that were not seen: how much is lost, and how much of it is not owed to other label shares."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from stance.evaluation.leaks._gaps import as_often, widened
from stance.evaluation.scores._metrics import Metric, at_equal_shares, difference_of, make_metrics
from stance.evaluation.scores._resampling import leave_groups_out
from stance.evaluation.scores._scoring import Score, show_interval
from stance.evaluation.scores._sums import Sums, code_rows, paired_sums
from stance.evaluation.scores.intervals import jackknife_t

LEAST = 20  # examples of a target: of fewer a score of its own says nothing


@dataclass(frozen=True, slots=True, eq=False)
class CrossTarget:
    """What is lost on targets that were held out, beside shuffled folds, in which others of a target are trained on.

    `table`: one row a target of at least 20 examples: target, examples, shift (the total variation distance of its
    label shares to those of all other targets, 0 to 1), and held_out, known and drop twice: as the labels are, and
    `_at_equal_shares`, where each label of the target weighs alike. `drop`, `standardised`: the mean drops over these
    targets.
    """

    metric: str
    table: pd.DataFrame
    drop: Score
    standardised: Score

    def scores(self) -> list[Score]:
        """Return both drops as scores of a run, called `cross_target/<metric>`."""
        return [self.drop, self.standardised]

    def said(self, metric: str) -> str:
        """Say in words what is lost on targets that were not seen, and what of it other label shares do not explain.

        `metric`: its name as a sentence has it.
        """
        held, shift = self.table["held_out"].mean(), self.table["shift"].mean()
        drop, equal = (show_interval(one.value, one.low, one.high, "+.2f") for one in (self.drop, self.standardised))
        told = self.standardised.low > 0 or self.standardised.high < 0
        rest = ", which other label shares do not explain" if told else ": other label shares may be all there is to it"
        return (
            f"Targets that it was not trained on: {metric} {held:.2f} on average over {len(self.table):,} targets of "
            f"{LEAST} examples or more. Where others of the same target are trained on (shuffled folds) that changes "
            f"by {drop}; with each label of a target weighing alike, by {equal}{rest}. On average a target's label "
            f"shares are {shift:.2f} from those of the others (total variation distance, 0 to 1)."
        )


def measure_cross_target(
    predictions: pd.DataFrame, known: pd.DataFrame, groups: pd.Series, labels: Sequence[str], metric: str = "macro_f1"
) -> CrossTarget | None:
    """Return what is lost on held-out targets, None where fewer than two have 20 examples or the rows differ.

    `predictions`: those of folds that hold targets out, with a column `target`; `known`: those of shuffled folds, which
    test the same examples in each repeat. Standardising is Kitagawa's (1955): rates at equal shares. Intervals are
    jackknife-t over groups, widened by how far one shuffle differs from the next.
    """
    size = predictions.drop_duplicates("example_id")["target"].value_counts()
    targets = sorted(size.index[size >= LEAST])
    if len(targets) < 2:
        return None
    of = predictions.drop_duplicates("example_id").set_index("example_id")["target"]
    strict = as_often(predictions, known)
    tables = [table.assign(target=of.reindex(table["example_id"]).to_numpy()) for table in (known, strict)]
    tables = [table[table["target"].isin(targets)].reset_index(drop=True) for table in tables]
    if not tables[0][["repeat", "example_id"]].equals(tables[1][["repeat", "example_id"]]):
        return None
    coded = [code_rows(table, groups, labels, by="target") for table in tables]
    sums = paired_sums(coded[0], coded[1], len(labels))
    made = make_metrics(labels)[metric]
    kinds = {"": made, "_at_equal_shares": at_equal_shares(made, len(labels))}
    totals = sums.by_group.sum(axis=1).reshape(-1, len(targets), sums.by_group.shape[-1])
    shares = _label_shares(predictions, labels)
    rows: dict[str, object] = {
        "target": targets,
        "examples": [int(size[target]) for target in targets],
        "shift": [_shift(shares, target) for target in targets],
    }
    drops = []
    half = totals.shape[-1] // 2
    for ending, each in kinds.items():
        told, held = (np.nanmean(each.value(part), axis=0) for part in (totals[..., :half], totals[..., half:]))
        rows |= {f"held_out{ending}": held, f"known{ending}": told, f"drop{ending}": told - held}
        drops.append(_drop(each, sums, totals, f"cross_target/{metric}{ending}"))
    return CrossTarget(metric, pd.DataFrame(rows), *drops)


def _drop(metric: Metric, sums: Sums, totals: np.ndarray, name: str) -> Score:
    """Return the mean drop over targets; `totals`: (n_repeats, n_targets, n_sums)."""
    difference = difference_of(metric)
    left_out = leave_groups_out(difference, sums)
    low, high = jackknife_t(left_out)
    drop = Score(name, float(left_out.value), float(low), float(high))
    return widened(drop, np.nanmean(difference.value(totals), axis=1))


def _label_shares(predictions: pd.DataFrame, labels: Sequence[str]) -> pd.DataFrame:
    """Return how many examples of each target have each label."""
    once = predictions.drop_duplicates("example_id")
    return pd.crosstab(once["target"], once["label"]).reindex(columns=list(labels), fill_value=0)


def _shift(counts: pd.DataFrame, target: str) -> float:
    """Return the total variation distance of a target's label shares to those of all others."""
    own, others = counts.loc[target], counts.drop(index=target).sum()
    return float(np.abs(own / own.sum() - others / others.sum()).sum() / 2)
