"""The human ceiling: how one annotator scores against the others, by the scores that classifiers get."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from stance.errors import InputError
from stance.evaluation.scores._metrics import make_metrics
from stance.evaluation.scores._resampling import score
from stance.evaluation.scores._scoring import MAIN_METRICS, Score, with_intervals
from stance.evaluation.scores._sums import Sums, code_rows, confusion_sums
from stance.study.votes import Votes, votes_of


@dataclass(frozen=True, slots=True, eq=False)
class Ceiling:
    """The scores of one annotator against the others.

    `scores`: over all annotators together, each vote counting once. `annotators`: one row an annotator:
    annotator, examples, macro_f1 and the other main scores. `n_votes`: how many votes were compared; `n_ties`:
    how many were left out because the others were divided evenly; `n_alone`: because there were no others.
    """

    scores: tuple[Score, ...]
    annotators: pd.DataFrame
    n_votes: int
    n_ties: int
    n_alone: int

    def __str__(self) -> str:
        """Say in a sentence what was found."""
        first = self.scores[0]
        return (
            f"one annotator against the majority of the others: {first.metric} {first.value:.2f} "
            f"({first.low:.2f} to {first.high:.2f}) over {self.n_votes:,} votes; left out: {self.n_ties:,} where "
            f"others were divided evenly, {self.n_alone:,} where there were none"
        )


def votes_of_several(examples: pd.DataFrame, labels: Sequence[str]) -> Votes | None:
    """Return the votes on examples that several annotators have labelled, None where no example has several."""
    if "annotator_labels" not in examples:
        return None
    given = [
        (place, annotator, label)
        for place, (names, said) in enumerate(zip(examples["annotators"], examples["annotator_labels"], strict=True))
        for annotator, label in zip(names, said, strict=True)
        if len(names) > 1
    ]
    if not given:
        return None
    items, annotators, said = zip(*given, strict=True)
    return votes_of(items, annotators, said, labels, len(examples))


def score_annotators(
    votes: Votes,
    example_ids: Sequence[str],
    groups: pd.Series,
    n_resamples: int = 10_000,
    random_state: int = 0,
) -> Ceiling:
    """Score each vote as a prediction of the label that most of the example's other annotators gave.

    `example_ids`: of the items of `votes`; `groups`: the group of each example, indexed by example_id. Where
    the others are divided evenly there is no label to predict, and the vote is left out. What no annotator
    reaches against the others, no classifier can be asked to reach against them all. Intervals are the wider of those
    that draw groups of comments and those that draw annotators; votes on one comment count as one row.

    Raises InputError where no vote has others to be compared with.
    """
    table, n_ties, n_alone = annotator_predictions(votes, example_ids)
    if table.empty:
        raise InputError(
            "human ceiling: expected examples with two annotators or more of whom most agree, found none; "
            "have more examples annotated twice"
        )
    named = {name: metric for name, metric in make_metrics(votes.labels).items() if name in MAIN_METRICS}
    rows = code_rows(table, groups, votes.labels)
    of_each = confusion_sums(rows, len(votes.labels))
    pooled = confusion_sums(replace(rows, slices=np.zeros_like(rows.slices), n_slices=1), len(votes.labels))
    totals = of_each.by_group.sum(axis=1)
    annotators = (
        table.groupby("repeat")
        .agg(annotator=("annotator", "first"), examples=("example_id", "size"))
        .reset_index(drop=True)
        .assign(**{name: metric.value(totals) for name, metric in named.items()})
    )
    by_annotator = replace(
        rows, slices=np.zeros_like(rows.slices), n_slices=1, groups=rows.slices, sizes=np.bincount(rows.slices)
    )
    # fifty votes on a comment are not fifty comments: rows count as many as there are comments
    share = table["example_id"].nunique() / len(table)
    both = [
        with_intervals([(metric, _scaled(sums, share)) for metric in named.values()], n_resamples, random_state)
        for sums in (pooled, confusion_sums(by_annotator, len(votes.labels)))
    ]
    values = [float(score(metric, pooled)) for metric in named.values()]
    scores = [
        Score(one.metric, value, float(np.minimum(one.low, other.low)), float(np.maximum(one.high, other.high)))
        for value, one, other in zip(values, *both, strict=True)
    ]
    return Ceiling(tuple(scores), annotators, len(table), n_ties, n_alone)


def _scaled(sums: Sums, share: float) -> Sums:
    """Return sums as if there were `share` times as many rows of each kind, and one more spread over the cells."""
    n_sums = sums.by_group.shape[2]
    by_group = sums.by_group * share
    total = by_group.sum(axis=1) + 1 / n_sums
    return Sums(by_group, total, total[:, :, np.newaxis] * np.eye(n_sums), sums.sizes * share, sums.n_parts)


def annotator_predictions(votes: Votes, example_ids: Sequence[str]) -> tuple[pd.DataFrame, int, int]:
    """Return votes as a table of predictions, and how many are left out since others are divided or missing.

    Columns: example_id, repeat (the annotator's place), annotator, label (of most others), predicted (the vote).
    """
    others = votes.counts()[votes.item]
    others[np.arange(len(others)), votes.label] -= 1
    most = others.max(axis=1, initial=0)
    alone = most == 0
    tied = ~alone & ((others == most[:, np.newaxis]).sum(axis=1) > 1)
    kept = ~alone & ~tied
    labels, ids, names = (
        np.array(list(values), dtype=object) for values in (votes.labels, example_ids, votes.annotators)
    )
    table = pd.DataFrame(
        {
            "example_id": ids[votes.item[kept]],
            "repeat": votes.annotator[kept],
            "annotator": names[votes.annotator[kept]],
            "label": labels[others[kept].argmax(axis=1)],
            "predicted": labels[votes.label[kept]],
        }
    )
    return table, int(tied.sum()), int(alone.sum())
