"""A run in plain words: what its scores show, and what they do not say, read off what was tested."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from stance.classifiers import CHEATING
from stance.evaluation.leaks import AUTHORS_TELL, RANDOM, RANDOM_SCHEMES
from stance.evaluation.scores import MAIN_METRICS, show_interval
from stance.evaluation.scores.intervals import FEW_GROUPS

if TYPE_CHECKING:
    import pandas as pd

    from stance.evaluation import Evaluation, Tested
    from stance.evaluation.scores import Score

STRADDLING = "let authors, threads and targets stand on both sides: scores under them do not hold for new ones."
RANDOM_NOTE = f"Folds marked (random) {STRADDLING}"
FROM_ONE_GROUP = "All tested examples are of one group, so that no score has an interval."
FEW_NOTE = f"Rows of fewer than {FEW_GROUPS} groups have intervals that are too narrow to trust; one group has none."
ELSEWHERE = "Nothing is said of sites, times and languages other than those of the data."


def run_verdict(evaluation: "Evaluation", n_groups: int) -> list[str]:
    """Say in plain words what a run shows and what it cannot show."""
    rows, score, metric = evaluation.leaks.rows, evaluation.primary, evaluation.metric
    own, tested = rows.iloc[0], evaluation.tested
    name = f"{own['name']}, which never reads a comment," if own["name"] in CHEATING else own["name"]
    found = show_interval(score.value, score.low, score.high)
    said = [f"{name} scores {in_words(metric)} {found} under {tested.scheme}.{_doubted(score)}"]
    if evaluation.refits is not None:
        both = evaluation.refits.score
        said.append(
            f"With what training anew adds, from {len(evaluation.refits.values)} refits, that is "
            f"{show_interval(both.value, both.low, both.high)}."
        )
    said += _beside_cheating(own, rows[rows["cheats"]], metric)
    said += [_gap(gap, tested) for gap in evaluation.leaks.gaps[:1]]
    if is_random(tested.scheme):
        said += _straddling(tested.apart or ())
    elif tested.parted:
        said.append(
            f"These folds are random: {tested.scheme} found no author, thread or target to hold out, and "
            "keeps only repeated texts on one side."
        )
    else:  # random folds have the strictest beside them, and the gap says it
        said += [finding for finding in evaluation.leaks.findings if finding.endswith(AUTHORS_TELL)]
    if n_groups == 1:
        return [*said, FROM_ONE_GROUP]
    if n_groups < FEW_GROUPS:
        said.append(f"{n_groups} groups are fewer than {FEW_GROUPS}: every interval here is too narrow to trust.")
    return [*said, f"In brackets: 95 % intervals over {n_groups:,} groups."]


def _straddling(apart: Sequence[str]) -> Iterator[str]:
    """Say what random folds let stand on both sides, but for what they keep `apart`, as purged ones do."""
    known = {"author": "authors", "thread_id": "threads", "target": "targets"}
    words = [word for column, word in known.items() if column not in apart]
    if len(words) == len(known):
        yield f"Random folds {STRADDLING}"
    elif words:
        yield f"Random folds let {' and '.join(words)} stand on both sides: scores under them do not hold for new ones."


def _doubted(score: "Score") -> str:
    """Say why the interval of a score is not to be trusted, "" where it may be or where there is none."""
    if not score.doubt or score.low != score.low:
        return ""
    return f" That interval is not to be trusted: {score.doubt}."


def _beside_cheating(own: "pd.Series", cheats: "pd.DataFrame", metric: str) -> Iterator[str]:
    """Say how a score stands to the best row that cheats; of several that are best the first, as majority is."""
    known = cheats.dropna(subset=metric)
    if known.empty or own[metric] != own[metric]:
        return
    best = known.iloc[int(known[metric].to_numpy().argmax())]
    more = bool(own[metric] > best[metric])
    said = (
        f"That is {'more than' if more else 'no more than'} {best['name']}, which never reads a comment and scores "
        f"{show_interval(best[metric], best[f'{metric}_low'], best[f'{metric}_high'])} under the same folds."
    )
    if more:
        low, high = own[f"{metric}_low"], best[f"{metric}_high"]
        if low != low or high != high:
            said += " Without intervals it is not known whether that is more than chance."
        elif not low > high:
            said += " The intervals overlap: a comparison of both says whether they can be told apart."
        elif own[f"{metric}_doubt"] or best[f"{metric}_doubt"]:
            said += " The intervals do not overlap, but they are not to be trusted."
    yield said
    yield from _other_metrics(own, cheats, more, metric)


def _other_metrics(own: "pd.Series", cheats: "pd.DataFrame", more: bool, primary: str) -> Iterator[str]:
    """Say in which other metrics the best row that cheats stands the other way round, a sentence in all or none."""
    others = []
    for metric in MAIN_METRICS:
        if metric == primary or metric not in cheats or own[metric] != own[metric]:
            continue
        known = cheats.dropna(subset=metric)
        if known.empty:
            continue
        best = known.iloc[int(known[metric].to_numpy().argmax())]
        if (own[metric] > best[metric]) != more:
            others.append(f"{metric} ({own[metric]:.3f} against {best[metric]:.3f} of {best['name']})")
    if others:
        yield f"In {' and '.join(others)} it is {'no more' if more else 'more'}: the metrics disagree."


def _gap(gap: "Score", tested: "Tested") -> str:
    """Say by how much random folds flatter, that this cannot be told, or that it is no leak."""
    found, scheme = show_interval(gap.value, gap.low, gap.high, "+.2f"), tested.scheme
    if tested.apart == () and not is_random(scheme):
        told = gap.low > 0 or gap.high < 0
        return (
            f"Random folds change {in_words(gap.metric)} by {found} against {scheme}, which keeps no author, thread or "
            f"target on one side: {'that is other comments, and no leak' if told else 'no difference can be told'}."
        )
    if gap.low > 0:
        return f"Random folds look {found} {in_words(gap.metric)} better than {strict_folds(scheme)}."
    return f"Random folds change {in_words(gap.metric)} by {found} against {strict_folds(scheme)}: no leak can be told."


def strict_folds(scheme: str) -> str:
    """Return what random folds are compared with: the folds of the run, or the strictest where these are random."""
    return "the strictest folds" if is_random(scheme) else scheme


def run_limits(evaluation: "Evaluation") -> list[str]:
    """Return what a run cannot tell, a sentence each."""
    score = evaluation.primary
    n_examples = evaluation.predictions["example_id"].nunique()
    n_groups = evaluation.predictions["group"].nunique()
    examples = f"{n_examples:,} example{'' if n_examples == 1 else 's'}"
    if n_groups == 1:
        one = "The one tested example is" if n_examples == 1 else f"All {n_examples:,} tested examples are"
        return [
            f"{one} of one group: how far the score is from the truth is not known.",
            *_of_sides(evaluation.tested),
            ELSEWHERE,
        ]
    tested = f"{examples} in {n_groups:,} groups {'was' if n_examples == 1 else 'were'} tested"
    if score.low != score.low:
        first = f"{tested}: {in_words(score.metric)} has no interval, and how far it is from the truth is not known."
    else:
        ends = f"{in_words(score.metric)} from {score.low:.2f} to {score.high:.2f}"
        first = f"{tested}: any {ends} fits what was seen, for this trained classifier."
        why = score.doubt or (f"there are fewer than {FEW_GROUPS} groups" if n_groups < FEW_GROUPS else "")
        if why:
            first += f" Others may fit as well, since that interval is not to be trusted: {why}."
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
        many = " and ".join([", ".join(both[:-1]), both[-1]] if len(both) > 1 else both)
        yield f"{many.capitalize()} are on both sides of folds: for new ones scores may be lower."
