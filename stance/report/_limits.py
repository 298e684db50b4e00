"""The limits of a run in plain words: what its scores do not say, read off what was tested."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from stance.evaluation.leaks import RANDOM, RANDOM_SCHEMES
from stance.evaluation.scores.intervals import FEW_GROUPS

if TYPE_CHECKING:
    import pandas as pd

    from stance.evaluation import Evaluation, Tested

STRADDLING = "let authors, threads and targets stand on both sides: scores under them do not hold for new ones."
RANDOM_NOTE = f"Folds marked (random) {STRADDLING}"
FEW_NOTE = f"Rows of fewer than {FEW_GROUPS} groups have intervals that are too narrow to trust; one group has none."
ELSEWHERE = "Nothing is said of sites, times and languages other than those of the data."


def run_limits(evaluation: "Evaluation") -> list[str]:
    """Return what a run cannot tell, a sentence each."""
    score = evaluation.primary
    n_examples = evaluation.predictions["example_id"].nunique()
    n_groups = evaluation.predictions["group"].nunique()
    if score.low == score.low:
        tested = f"{n_examples:,} examples in {n_groups:,} group{'' if n_groups == 1 else 's'} were tested"
        any_of = f"any {in_words(score.metric)} from {score.low:.2f} to {score.high:.2f} fits what was seen"
        first = f"{tested}: {any_of}, for this trained classifier."
    else:
        first = (
            f"All {n_examples:,} tested examples are of one group: how far the score is from the truth is not known."
        )
    return [first, *_of_sides(evaluation.tested), ELSEWHERE]


def in_words(metric: str) -> str:
    """Return the name of a metric as a sentence has it."""
    return "macro F1" if metric == "macro_f1" else metric


def is_random(scheme: str) -> bool:
    """Return whether folds draw examples one by one; `scheme`: their name, with settings behind it or without.

    >>> is_random("leave_one_out"), is_random("repeated_stratified n_folds=5"), is_random("by_author")
    (True, True, False)
    """
    return scheme.split(" ")[0] in RANDOM_SCHEMES or RANDOM in scheme


def few_note(table: "pd.DataFrame") -> str:
    """Return the caution that a table with a column `groups` needs, "" for none."""
    return FEW_NOTE if (table["groups"] < FEW_GROUPS).any() else ""


def _of_sides(tested: "Tested") -> Iterator[str]:
    """Say of authors, threads and targets whether the folds keep them apart, where they do not."""
    summary = tested.summary
    words = [word for word in ("authors", "threads", "targets") if f"shared_{word}" in summary]
    only = [word for word in words if summary[[f"train_{word}", f"test_{word}", f"shared_{word}"]].eq(1).all(axis=None)]
    both = [word for word in words if word not in only and (summary[f"shared_{word}"] > 0).any()]
    if only:
        one = " and one ".join(word.removesuffix("s") for word in only)
        yield f"There is one {one} only: nothing is said of another."
    if both:
        yield f"{' and '.join(both).capitalize()} are on both sides of folds: for new ones scores may be lower."
