"""What is put beside a classifier's predictions: the same under other folds, and rows that cheat."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from stance.classifiers import author_prior, length_only, majority, target_only, target_prior
from stance.classifiers.costs import is_costly
from stance.errors import InputError
from stance.evaluation.predictions import cross_predict
from stance.folds import Fold, columns_apart
from stance.folds.groups import all_single
from stance.folds.held_out import hold_out
from stance.folds.shuffling import shuffle_folds

RANDOM_SCHEMES = ("leave_one_out", "repeated_stratified")
RANDOM = " (random)"
SLOW_NOTE = (
    "No other folds beside these, since each fit of this classifier takes minutes; run it under them to see what these "
    "give away."
)
N_SHUFFLES = 5  # at least: one shuffle may lie anywhere within some points of the next
# what data that is too small for a side calculation ends in: our own errors, and those of scikit-learn
BESIDE = (InputError, ValueError)


def cheating_rows(examples: pd.DataFrame) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return by name the classifiers that never read a comment and have something to know, and why others have not."""
    made: dict[str, Any] = {"majority": majority(), "length_only": length_only()}
    left_out = []
    if examples["target"].nunique() > 1:
        made |= {"target_prior": target_prior(), "target_only": target_only()}
    else:
        left_out.append("target_prior and target_only, since all examples have one target")
    if examples["author"].notna().any():
        made["author_prior"] = author_prior()
    else:
        left_out.append("author_prior, since no example shows an author")
    return made, tuple(left_out)


def predict_cheating(
    examples: pd.DataFrame,
    folds: Sequence[Fold],
    labels: Sequence[str],
    on_fold: Callable[[], object] = lambda: None,
) -> tuple[dict[str, pd.DataFrame], tuple[str, ...]]:
    """Return the predictions of every row that cheats under the same folds, and why some are left out."""
    made, left_out = cheating_rows(examples)
    tables = {}
    for name, each in made.items():
        try:
            tables[name] = cross_predict(each, examples, folds, labels, on_fold)
        except BESIDE as error:
            left_out += (f"{name}, which could not be made, because {in_a_line(error)}",)
    return tables, left_out


def compared_folds(
    examples: pd.DataFrame, folds: Sequence[Fold], scheme: str, random_state: int = 0
) -> tuple[str, list[Fold], str]:
    """Return what to put beside folds: its word, the folds (none if nothing is comparable), and the reason."""
    if scheme == "transfer":
        return "", [], "No random folds beside these: what is trained on comes from other data sets."
    apart = known_apart(examples, folds)
    if scheme == "strictest" and not apart:
        return (
            "",
            [],
            "No shuffled folds beside these: they hold out nothing but duplicates, and are random themselves.",
        )
    if scheme not in RANDOM_SCHEMES:
        n_repeats = len({fold.repeat for fold in folds})
        times = -(-N_SHUFFLES // n_repeats)
        several = [replace(fold, repeat=fold.repeat * times + draw) for draw in range(times) for fold in folds]
        note = (
            "Shuffled folds have the sizes and the labels of these, with examples drawn at random, "
            f"{times * n_repeats} times; how far one draw differs from the next is in the interval of the gap. "
        )
        if apart:
            kept = " and ".join("thread" if column == "thread_id" else column for column in apart)
            note += f"These keep each {kept} on one side: what is scored more under shuffled ones may be owed to that."
        else:
            note += (
                "These keep neither authors, threads nor targets on one side, so a gap is no leak: these train and "
                "test on other comments than a draw at random does."
            )
        return "shuffled", shuffle_folds(examples, several, random_state), note
    try:
        held_out, folds = hold_out(examples, random_state=random_state)
    except InputError as error:
        # nobody asked for these folds: what asked for the others must not fail for them
        return "", [], f"No stricter folds beside these: they could not be made, because {in_a_line(error)}"
    if not held_out.columns:
        return "", [], "No stricter folds beside these: the examples have no author, thread or target to hold out."
    note = f"These folds are random, so the strictest that the data supports stand beside them. {held_out.why}"
    return "strictest", folds, note


def in_a_line(error: Exception) -> str:
    """Return the first line of an error, for a note on what could not be made."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


def known_apart(examples: pd.DataFrame, folds: Sequence[Fold]) -> list[str]:
    """Return what folds keep on one side, but for threads that are single comments each, which any folds keep."""
    return [column for column in columns_apart(examples, folds) if column != "thread_id" or not all_single(examples)]


def put_beside(
    classifier: Any,
    examples: pd.DataFrame,
    folds: Sequence[Fold],
    scheme: str,
    labels: Sequence[str],
    weights: pd.Series | None = None,
    groups: pd.Series | None = None,
    random_state: int = 0,
) -> tuple[tuple[str, pd.DataFrame | None, str], list[Fold]]:
    """Return the word of the folds beside these, the classifier's predictions under them and the note; and the folds.

    Nobody asked for them: where they, or the predictions, cannot be made, there are none and the note says why.
    """
    if is_costly(classifier, "fit"):
        return ("", None, SLOW_NOTE), []
    word, others, note = compared_folds(examples, folds, scheme, random_state)
    if not others:
        return (word, None, note), []
    try:
        return (word, predict_beside(classifier, examples, others, labels, weights, groups), note), others
    except BESIDE as error:
        return ("", None, f"No {word} folds beside these: they could not be made, because {in_a_line(error)}"), []


def predict_beside(
    classifier: Any,
    examples: pd.DataFrame,
    folds: Sequence[Fold],
    labels: Sequence[str],
    weights: pd.Series | None = None,
    groups: pd.Series | None = None,
) -> pd.DataFrame:
    """Return the predictions under the folds of `compared_folds`, whose repeats need not test the same examples.

    An official split that is shuffled tests other examples each time.
    """
    repeats = sorted({fold.repeat for fold in folds})
    parts = [[fold for fold in folds if fold.repeat == repeat] for repeat in repeats]
    tables = [cross_predict(classifier, examples, part, labels, weights=weights, groups=groups) for part in parts]
    return pd.concat(tables, ignore_index=True)
