"""Evaluation: a classifier predicted out of fold, scored, and put beside what needs no understanding."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from stance.classifiers.costs import Cost, is_costly
from stance.classifiers.features import strongest_by_label
from stance.classifiers.tuning import chosen_values, tuning_note
from stance.errors import InputError
from stance.evaluation._groups import evaluation_groups
from stance.evaluation._significance import PermutationTest, permutation_test
from stance.evaluation.leaks import (
    BESIDE,
    RANDOM_SCHEMES,
    CrossTarget,
    LeakReport,
    in_a_line,
    known_apart,
    make_leak_report,
    measure_cross_target,
    predict_cheating,
    put_beside,
)
from stance.evaluation.mistakes import column_importance, kind_columns
from stance.evaluation.predictions import cross_predict, fit_classifier, predict_refits, with_annotator_shares
from stance.evaluation.scores._by_value import ByValue, score_by_value
from stance.evaluation.scores._ceiling import Ceiling, annotator_predictions, score_annotators, votes_of_several
from stance.evaluation.scores._metrics import check_metric, make_metrics, metric_of
from stance.evaluation.scores._refits import Refits, weigh_refits
from stance.evaluation.scores._scoring import Score, score_predictions, score_value
from stance.folds import Fold, coverage_note, fold_summary, fold_targets
from stance.folds.fold import row_order
from stance.folds.purging import seen_in_training

log = logging.getLogger(__name__)
COLUMNS = ("text", "context", "target", "author")


@dataclass(frozen=True, slots=True, eq=False)
class Tested:
    """What was tested on what: the tables of `fold_summary` and `fold_targets`, and what a reader must know.

    `scheme` is the name of the fold scheme, `notes` say why it was taken and which examples it never tests. `parted`:
    examples are parted one by one, by a random scheme or by one that found nothing to hold out. `apart`: what they
    keep on one side of author, thread_id, target and kept columns.
    """

    scheme: str
    summary: pd.DataFrame
    targets: pd.DataFrame
    notes: tuple[str, ...]
    parted: bool = False
    apart: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Evaluation:
    """A classifier evaluated on a data set.

    `predictions`: the table of `cross_predict` with columns `group` and `target`; `tuned`: what each fold's search
    chose, empty where nothing was tuned; `fitted`: the classifier fitted on all that the folds train on, its tuning in
    words in `tuning`, what it was fitted on in `fitted_on`; `importance`: the table of `column_importance` where the
    classifier has no weights to read, else empty;
    `ceiling`: one annotator against the others, None where none shares an example with another; `chance`: the
    permutation test, None where it was not asked for; `metric`: what the task is judged by; `cost`:
    by the names of COST_METRICS, what the predictions cost; `refits`: how far training anew moves its score, None where
    it was not asked for; `by`: scores by target, where there are several, and by what was asked for, with the gaps;
    `cross_target`: what is lost on targets that were not seen, None unless the folds hold targets out.
    """

    name: str
    predictions: pd.DataFrame
    scores: tuple[Score, ...]
    tested: Tested
    leaks: LeakReport
    tuned: pd.DataFrame
    tuning: str
    fitted: Any
    fitted_on: str
    importance: pd.DataFrame
    ceiling: Ceiling | None
    chance: PermutationTest | None
    metric: str = "macro_f1"
    cost: Mapping[str, float] = field(default_factory=dict)
    refits: Refits | None = None
    by: tuple[ByValue, ...] = ()
    cross_target: CrossTarget | None = None

    @property
    def primary(self) -> Score:
        """The score that the task is judged by."""
        return next(score for score in self.scores if score.metric == self.metric)


def evaluate(
    classifier: Any,
    examples: pd.DataFrame,
    folds: Sequence[Fold],
    labels: Sequence[str],
    groups: pd.Series,
    *,
    name: str,
    scheme: str,
    why: str = "",
    metric: str = "macro_f1",
    weights: pd.Series | None = None,
    n_resamples: int = 10_000,
    random_state: int = 0,
    metrics: Mapping[str, Callable[[np.ndarray, Sequence[str]], float]] | None = None,
    cheating: tuple[Mapping[str, pd.DataFrame], tuple[str, ...]] | None = None,
    on_fold: Callable[[], object] = lambda: None,
    n_permutations: int = 0,
    n_jobs: int = -1,
    on_permutation: Callable[[], object] = lambda: None,
    repeats: int = 0,
    by: Sequence[str] = (),
) -> Evaluation:
    """Predict every tested example by a classifier that has not seen it, score it, and make the leak report.

    `groups`, `weights`: with the index of `examples`; groups are what intervals draw, what an inner search keeps
    together, and what no fold should part. `name`: the classifier's; `scheme`: the folds'; `why`: the reason for
    them. `metric`: what the task is judged by, one of a confusion matrix: what the verdict, the rows that cheat and
    the test against chance are about. `metrics`: further ones by name (see `metric_of`). `cheating`: what
    `predict_cheating` returns for these folds, made here if it is not given. `on_fold` is called after each fold of
    the classifier itself. `n_permutations`: of the test against chance (0: no test), run in `n_jobs` processes (-1:
    all cores); `on_permutation` is called after each. `repeats`: how often the classifier is trained anew, with
    another seed and on training groups drawn with replacement, to see how far that moves the score (0: not at all);
    `on_fold` is called for those folds too. `by`: columns of the examples, such as those that a table kept, or of
    `example_kinds`, by whose values scores are told apart; by target they are wherever there are several.

    Raises InputError if the folds, weights or probabilities are none, there is no such metric or column, or one
    repeat only.
    """
    check_metric(metric, labels)
    kinds = kind_columns(examples, by)
    if repeats < 0 or repeats == 1:
        raise InputError(f"repeats: expected 0, or 2 and more to see how far they differ, found {repeats}")
    fitted: list[tuple[Fold, Any]] = []
    cost = Cost()
    predictions = cross_predict(
        *(classifier, examples, folds, labels, on_fold, weights, groups),
        on_fitted=lambda fold, made: fitted.append((fold, made)),
        cost=cost,
    )
    by_id = groups.set_axis(examples["example_id"])
    found, others = put_beside(classifier, examples, folds, scheme, labels, weights, groups, random_state)
    cheating = predict_cheating(examples, folds, labels) if cheating is None else cheating
    strict = evaluation_groups(examples, others).set_axis(by_id.index) if found[0] == "strictest" else None
    seen = (_seen_authors(examples, folds), _seen_authors(examples, others))
    leaks = make_leak_report(name, predictions, found, cheating, by_id, labels, random_state, strict, metric, seen)
    ids, targets = predictions["example_id"], examples.set_index("example_id")["target"]
    predictions = predictions.assign(group=by_id.loc[ids].to_numpy(), target=targets.loc[ids].to_numpy())
    predictions = with_annotator_shares(predictions, examples, labels)
    own = [metric_of(name, function, labels) for name, function in (metrics or {}).items()]
    final, fitted_on = _fit_on_trained(classifier, examples, folds, weights, groups, fitted)
    chance = None
    if n_permutations:
        chance = permutation_test(
            classifier,
            examples,
            folds,
            labels,
            by_id,
            metric,
            n_permutations,
            random_state,
            n_jobs,
            on_permutation,
            weights,
        )
    scores = tuple(score_predictions(predictions, by_id, labels, n_resamples, random_state, own))
    cross = None
    if found[0] == "shuffled" and found[1] is not None and "target" in known_apart(examples, folds):
        cross = measure_cross_target(predictions, found[1], by_id, labels, metric)
    with_kinds = predictions.join(kinds, on="example_id")
    refits = None
    if repeats:
        named = make_metrics(labels)[metric]
        tables = predict_refits(classifier, examples, folds, labels, on_fold, weights, groups, random_state, repeats)
        values = [score_value(named, table, by_id, labels) for table in tables]
        refits = weigh_refits(next(score for score in scores if score.metric == metric), values, named.span)
    return Evaluation(
        name=name,
        predictions=predictions,
        scores=scores,
        tested=describe_folds(examples, folds, labels, groups, scheme, why),
        leaks=leaks,
        tuned=chosen_values(fitted),
        tuning=tuning_note(final),
        fitted=final,
        fitted_on=fitted_on,
        importance=_importance(classifier, final, examples, fitted, random_state),
        ceiling=_ceiling(examples[examples["example_id"].isin(ids)], by_id, labels, random_state, predictions),
        chance=chance,
        metric=metric,
        cost=cost.metrics(),
        refits=refits,
        by=tuple(score_by_value(with_kinds, column, by_id, labels, metric) for column in _asked_by(by, predictions)),
        cross_target=cross,
    )


def _asked_by(by: Sequence[str], predictions: pd.DataFrame) -> list[str]:
    """Return the columns by which scores are told apart: target where there are several, then what was asked for."""
    first = ["target"] if predictions["target"].nunique() > 1 else []
    return list(dict.fromkeys([*first, *by]))


def _seen_authors(examples: pd.DataFrame, folds: Sequence[Fold]) -> float:
    """Return the share of tested rows whose author is trained on too, 0 where no folds or no authors are."""
    return seen_in_training(examples, folds, "author") if folds and "author" in examples else 0.0


def _fit_on_trained(
    classifier: Any,
    examples: pd.DataFrame,
    folds: Sequence[Fold],
    weights: pd.Series | None,
    groups: pd.Series,
    fitted: Sequence[tuple[Fold, Any]],
) -> tuple[Any, str]:
    """Return the classifier fitted on every row that some fold trains on, and in words which rows these are.

    A fold that trains on all of them, as an official one does, has made it already: `fitted` has each fold's.

    In cross-validation that is every row; a test that no fold trains on, such as an official one, is kept from it.
    Rows are in the order of their ids: the order in which they came decides nothing.
    """
    trained = np.zeros(len(examples), dtype=bool)
    tested = np.zeros(len(examples), dtype=bool)
    for fold in folds:
        trained[fold.train] = True
        tested[fold.test] = True
    order = row_order(examples)
    order = order[trained[order]]
    of_all = [None if series is None else series.iloc[order] for series in (weights, groups)]
    kept, both = int((tested & ~trained).sum()), int((tested & trained).sum())
    said = f"The model that is kept was fitted on {len(order):,} examples"
    if both:
        said += f", {both:,} of the {int(tested.sum()):,} tested ones among them"
    else:
        said += ", none of them a tested one"
    if kept and both:
        said += f" ({kept:,} tested ones were kept from it)"
    said += "; the scores are those of the procedure that made it"
    if both:
        said += ", each example predicted by a classifier without it, and not those of this model"
    made = next((made for fold, made in fitted if len(fold.train) == len(order)), None)
    if made is None:
        made = fit_classifier(classifier, examples.iloc[order], *of_all)
    return made, f"{said}."


def _ceiling(
    examples: pd.DataFrame, groups: pd.Series, labels: Sequence[str], random_state: int, predictions: pd.DataFrame
) -> Ceiling | None:
    """Return how one annotator, and a classifier, score against the others, None where no example has several."""
    ids = examples["example_id"].tolist()
    votes = votes_of_several(examples, labels)
    # where that is empty, the others are divided evenly, whoever is left out
    if votes is None or annotator_predictions(votes, ids)[0].empty:
        return None
    try:
        return score_annotators(votes, ids, groups, random_state=random_state, predictions=predictions)
    except BESIDE as error:
        log.warning("One annotator against the others: could not be made, because %s", in_a_line(error))
        return None


def _importance(
    classifier: Any,
    fitted: Any,
    examples: pd.DataFrame,
    by_fold: Sequence[tuple[Fold, Any]],
    random_state: int,
) -> pd.DataFrame:
    """Return which columns a classifier without weights looks at; the table is empty for all others.

    So it is for one whose every prediction costs money: shuffling takes many. `by_fold`: what each fold has fitted.
    """
    if is_costly(classifier) or strongest_by_label(getattr(fitted, "best_estimator_", fitted)):
        return pd.DataFrame(columns=["column", "loss"])
    columns = [column for column in COLUMNS if column in examples]
    try:
        folds, made = zip(*by_fold, strict=True)
        return column_importance(classifier, examples, folds, columns, random_state, fitted=made)
    except BESIDE as error:
        log.warning("Importance of columns: could not be made, because %s", in_a_line(error))
        return pd.DataFrame(columns=["column", "loss"])


def describe_folds(
    examples: pd.DataFrame, folds: Sequence[Fold], labels: Sequence[str], groups: pd.Series, scheme: str, why: str
) -> Tested:
    """Return what folds hold, with the number of groups that each tests, and what a reader must know of them."""
    summary = fold_summary(examples, folds, labels)
    names = groups.to_numpy()
    summary.insert(4, "test_groups", [len(set(names[fold.test])) for fold in folds])
    notes = [note for note in (why, coverage_note(examples, folds)) if note]
    apart = tuple(known_apart(examples, folds))
    parted = scheme in RANDOM_SCHEMES or (scheme == "strictest" and not apart)
    return Tested(scheme, summary, fold_targets(examples, folds), tuple(notes), parted, apart)
