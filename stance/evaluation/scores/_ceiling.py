"""The human ceiling: how one annotator scores against the others, by the scores that classifiers get."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from stance.errors import InputError
from stance.evaluation.scores._metrics import Metric, make_metrics
from stance.evaluation.scores._resampling import score
from stance.evaluation.scores._scoring import MAIN_METRICS, Score, doubt_of, with_intervals
from stance.evaluation.scores._sums import CodedRows, Sums, code_rows, confusion_sums, label_codes
from stance.study.votes import Votes, votes_of


@dataclass(frozen=True, slots=True, eq=False)
class Ceiling:
    """The scores of one annotator against the others.

    `scores`: over all annotators together, each vote counting once. `annotators`: one row an annotator:
    annotator, examples, macro_f1 and the other main scores. `n_votes`: how many votes were compared; `n_ties`:
    how many were left out because the others were divided evenly; `n_alone`: because there were no others.
    `classifier`: the scores of a classifier against the same majorities, each counted as often as votes are compared
    with it; () where there is none.
    """

    scores: tuple[Score, ...]
    annotators: pd.DataFrame
    n_votes: int
    n_ties: int
    n_alone: int
    classifier: tuple[Score, ...] = ()

    def __str__(self) -> str:
        """Say in a sentence what was found."""
        beside = "" if not self.classifier else f"; the classifier against the same majorities: {self.classifier[0]}"
        doubt = self.scores[0].doubt
        doubted = f"; these intervals are not to be trusted: {doubt}" if doubt else ""
        return (
            f"one annotator against the majority of the others: {self.scores[0]} over {self.n_votes:,} "
            f"vote{'' if self.n_votes == 1 else 's'}{beside}; left out: {self.n_ties:,} where others were "
            f"divided evenly, {self.n_alone:,} where there were none{doubted}"
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
    predictions: pd.DataFrame | None = None,
) -> Ceiling:
    """Score each vote as a prediction of the label that most of the example's other annotators gave.

    `example_ids`: of the items of `votes`; `groups`: the group of each example, indexed by example_id. Where
    the others are divided evenly there is no label to predict, and the vote is left out. What no annotator
    reaches against the others, no classifier can be asked to reach against them all. Intervals are the wider of those
    that draw groups of comments and those that draw annotators; votes on one comment count as one row. `predictions`:
    those of a classifier, scored beside them against the same majorities.

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
    totals = confusion_sums(rows, len(votes.labels)).by_group.sum(axis=1)
    annotators = (
        table.groupby("repeat")
        .agg(annotator=("annotator", "first"), examples=("example_id", "size"))
        .reset_index(drop=True)
        .assign(**{name: metric.value(totals) for name, metric in named.items()})
    )
    pooled = replace(rows, slices=np.zeros_like(rows.slices), n_slices=1)
    # fifty votes on a comment are not fifty comments: rows count as many as there are comments
    share = table["example_id"].nunique() / len(table)
    drawn = (votes.labels, share, n_resamples, random_state)
    scores = _by_comments_and_annotators(named, pooled, rows.slices, *drawn)
    classifier: tuple[Score, ...] = ()
    if predictions is not None:
        beside, who = _in_place_of_votes(rows, table, predictions, votes.labels)
        classifier = _by_comments_and_annotators(named, beside, who, *drawn)
    return Ceiling(scores, annotators, len(table), n_ties, n_alone, classifier)


def _by_comments_and_annotators(
    named: Mapping[str, Metric],
    rows: CodedRows,
    annotators: np.ndarray,
    labels: Sequence[str],
    share: float,
    n_resamples: int,
    random_state: int,
) -> tuple[Score, ...]:
    """Return scores with the wider of the intervals that draw comments and those that draw annotators."""
    sizes = np.bincount(annotators) / rows.n_slices
    by_comment, by_annotator = (
        with_intervals(
            [(metric, _scaled(confusion_sums(of, len(labels)), share)) for metric in named.values()],
            *(n_resamples, random_state),
        )
        for of in (rows, replace(rows, groups=annotators, sizes=sizes))
    )
    counts = confusion_sums(rows, len(labels))
    values = [float(score(metric, counts)) for metric in named.values()]
    return tuple(
        Score(
            *(one.metric, value),
            low=float(np.minimum(one.low, other.low)),
            high=float(np.maximum(one.high, other.high)),
            doubt=doubt_of(metric, value, rows, labels),
        )
        for metric, value, one, other in zip(named.values(), values, by_comment, by_annotator, strict=True)
    )


def _in_place_of_votes(
    rows: CodedRows, table: pd.DataFrame, predictions: pd.DataFrame, labels: Sequence[str]
) -> tuple[CodedRows, np.ndarray]:
    """Return the rows of votes with a classifier's prediction in place of each, a slice a repeat; and whose they were.

    Raises InputError where an example that was voted on was not predicted.
    """
    said = predictions.pivot(index="repeat", columns="example_id", values="predicted")
    if missing := sorted(set(table["example_id"]) - set(said.columns)):
        raise InputError(f"human ceiling: expected predictions of every example with votes, found none of {missing[0]}")
    codes = label_codes(pd.Series(said[table["example_id"]].to_numpy().ravel()), labels)
    times = len(said)
    made = replace(
        rows,
        slices=np.repeat(np.arange(times), len(table)),
        groups=np.tile(rows.groups, times),
        given=np.tile(rows.given, times),
        predicted=codes,
        n_slices=times,
    )
    return made, np.tile(rows.slices, times)


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
