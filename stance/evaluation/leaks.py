"""The leak report: what a classifier gains when groups straddle folds, and how far one gets without reading at all."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from stance.classifiers import author_prior, length_only, majority, target_only, target_prior
from stance.classifiers.costs import is_costly
from stance.errors import InputError
from stance.evaluation.predictions import cross_predict
from stance.evaluation.scores._metrics import difference_of, make_metrics
from stance.evaluation.scores._scoring import MAIN_METRICS, Score, show_interval, with_intervals
from stance.evaluation.scores._sums import CodedRows, code_rows, confusion_sums, paired_sums
from stance.folds import Fold, choose_held_out, columns_apart, strictest
from stance.folds.groups import all_single
from stance.folds.shuffling import shuffle_folds

RANDOM_SCHEMES = ("leave_one_out", "repeated_stratified")
RANDOM = " (random)"
AUTHORS_TELL = "Who writes tells the label here; purge=[author] or folds by author leave that out."
N_RESAMPLES = 2_000
SLOW_NOTE = (
    "No other folds beside these, since each fit of this classifier takes minutes; run it under them to see what these "
    "give away."
)
N_SHUFFLES = 5  # at least: one shuffle may lie anywhere within some points of the next


@dataclass(frozen=True, slots=True, eq=False)
class LeakReport:
    """What folds give away.

    `rows`: one row a classifier and folds: name, cheats, folds ("these", "shuffled" or "strictest"), and of each main
    metric its value, `_low` and `_high`. `gaps`: by how much random folds look better, by metric. `note`: which
    folds were put beside these and why, or why none were. `left_out`: rows that cheat and have nothing to know.
    `findings`: what a reader must know of the rows, a sentence each.
    """

    rows: pd.DataFrame
    gaps: tuple[Score, ...]
    note: str
    left_out: tuple[str, ...]
    findings: tuple[str, ...] = ()

    def gap_scores(self) -> list[Score]:
        """Return the gaps as scores of a run, called `leak/<metric>`."""
        return [replace(gap, metric=f"leak/{gap.metric}") for gap in self.gaps]


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


def marked(scheme: str, examples: pd.DataFrame) -> str:
    """Return the name of a scheme, marked as random where the strictest can hold out nothing."""
    return f"{scheme}{RANDOM}" if scheme == "strictest" and not choose_held_out(examples).columns else scheme


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
    held_out = choose_held_out(examples)
    if not held_out.columns:
        return "", [], "No stricter folds beside these: the examples have no author, thread or target to hold out."
    note = f"These folds are random, so the strictest that the data supports stand beside them. {held_out.why}"
    try:
        return "strictest", strictest(examples, random_state=random_state), note
    except InputError as error:
        # nobody asked for these folds: what asked for the others must not fail for them
        return "", [], f"No stricter folds beside these: they could not be made, because {in_a_line(error)}"


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


def make_leak_report(
    name: str,
    predictions: pd.DataFrame,
    beside: tuple[str, pd.DataFrame | None, str],
    cheating: tuple[Mapping[str, pd.DataFrame], tuple[str, ...]],
    groups: pd.Series,
    labels: Sequence[str],
    random_state: int = 0,
    strict_groups: pd.Series | None = None,
    metric: str = "macro_f1",
    seen_authors: tuple[float, float] = (0.0, 0.0),
) -> LeakReport:
    """Put a classifier's predictions beside those under other folds and those of the rows that cheat.

    `beside`: the word of the other folds, the same classifier's predictions under them (None if there are none),
    and the note, as `compared_folds` gives them; `cheating`: what `predict_cheating` returns; `groups`: indexed
    by example_id; `strict_groups`: those of the other folds where these are the stricter ones, which gaps then draw
    too (None: the same). `metric` leads the main metrics. `seen_authors`: the shares of tested rows whose author is
    trained on too, under these folds and under the others. Intervals are the symmetric bootstrap-t over groups with
    2,000 resamples. A gap is paired where both folds test the same examples, else made from the two intervals (Zou
    and Donner 2008). Where folds were shuffled several times it is the mean, and its interval is widened by how far
    one differs from the next.
    """
    word, other, note = beside
    of_other = groups if strict_groups is None else strict_groups
    names = _main_metrics(labels, metric)
    rows = [_row(name, False, "these", predictions, groups, labels, names, random_state)]
    gaps: tuple[Score, ...] = ()
    if other is not None:
        rows.append(_row(name, False, word, other, of_other, labels, names, random_state))
        random, strict = (predictions, other) if word == "strictest" else (other, predictions)
        gaps = tuple(_gaps(random, strict, of_other, labels, names, random_state))
    rows += [
        _row(each, True, "these", table, groups, labels, names, random_state)
        for each, table in cheating[0].items()
        if each != name
    ]
    findings = [
        *_same_as_majority(cheating[0]),
        *_owed_to_authors(cheating[0], groups, labels, metric, word, seen_authors, random_state),
    ]
    return LeakReport(pd.DataFrame(rows), gaps, note, cheating[1], tuple(findings))


def _same_as_majority(tables: Mapping[str, pd.DataFrame]) -> Iterator[str]:
    """Say which rows that cheat predict what majority does, throughout, and so are majority under another name."""
    if "majority" not in tables:
        return
    for name, table in tables.items():
        if name != "majority" and table["predicted"].equals(tables["majority"]["predicted"]):
            yield f"{name} predicts what majority does, throughout: under these folds it has nothing to go by."


def _owed_to_authors(
    tables: Mapping[str, pd.DataFrame],
    groups: pd.Series,
    labels: Sequence[str],
    metric: str,
    word: str,
    seen: tuple[float, float],
    random_state: int,
) -> Iterator[str]:
    """Say how many tested rows have an author who is trained on too, and what knowing the author is worth there.

    Folds that part authors and shuffled ones that part them as well show no gap for it.
    """
    if not seen[0] or not {"author_prior", "majority"} <= set(tables):
        return
    first, second = (code_rows(tables[name], groups, labels) for name in ("author_prior", "majority"))
    difference = difference_of(make_metrics(labels)[metric])
    sums = paired_sums(first, second, len(labels))
    [more] = with_intervals([(difference, sums)], N_RESAMPLES, random_state)
    said = f"{100 * seen[0]:.0f} % of what is tested" if seen[0] >= 0.01 else "Less than 1 % of what is tested"
    said += " has an author who is trained on too"
    if word == "shuffled" and seen[1]:
        said += f" ({100 * seen[1]:.0f} % under the shuffled folds, so the gap does not show what that is worth)"
    found = show_interval(more.value, more.low, more.high, "+.2f")
    said += f": author_prior, which knows nothing but the author, scores {found} against majority."
    if more.low > 0:
        said += f" {AUTHORS_TELL}"
    yield said


def _row(
    name: str,
    cheats: bool,
    folds: str,
    predictions: pd.DataFrame,
    groups: pd.Series,
    labels: Sequence[str],
    names: Sequence[str],
    random_state: int,
) -> dict[str, Any]:
    row: dict[str, Any] = {"name": name, "cheats": cheats, "folds": folds}
    for score in _main_scores(code_rows(predictions, groups, labels), labels, names, random_state):
        row |= {score.metric: score.value, f"{score.metric}_low": score.low, f"{score.metric}_high": score.high}
    return row


def _main_metrics(labels: Sequence[str], metric: str) -> list[str]:
    """Return the main metrics that these labels have, ahead of them what the task is judged by."""
    return [metric, *(name for name in MAIN_METRICS if name in make_metrics(labels) and name != metric)]


def _main_scores(rows: CodedRows, labels: Sequence[str], names: Sequence[str], random_state: int) -> list[Score]:
    named, sums = make_metrics(labels), confusion_sums(rows, len(labels))
    scored = [(named[name], sums) for name in names]
    return with_intervals(scored, N_RESAMPLES, random_state)


def _gaps(
    random: pd.DataFrame,
    strict: pd.DataFrame,
    groups: pd.Series,
    labels: Sequence[str],
    names: Sequence[str],
    random_state: int,
) -> list[Score]:
    """Return by how much each main metric is higher under random folds."""
    strict = _as_often(strict, random)
    coded = [code_rows(table, groups, labels) for table in (random, strict)]
    keys = [table[["repeat", "example_id"]].reset_index(drop=True) for table in (random, strict)]
    named = make_metrics(labels)
    by_draw = [confusion_sums(rows, len(labels)).by_group.sum(axis=1) for rows in coded]
    if keys[0].equals(keys[1]):
        sums = paired_sums(coded[0], coded[1], len(labels))
        gaps = with_intervals([(difference_of(named[name]), sums) for name in names], N_RESAMPLES, random_state)
        draws = [named[name].value(by_draw[0]) - named[name].value(by_draw[1]) for name in names]
    else:
        pairs = zip(*(_main_scores(rows, labels, names, random_state) for rows in coded), strict=True)
        gaps = [_apart(first, second) for first, second in pairs]
        draws = [named[name].value(by_draw[0]) for name in names]
    return [_widened(gap, of_draws) for gap, of_draws in zip(gaps, draws, strict=True)]


def _as_often(strict: pd.DataFrame, random: pd.DataFrame) -> pd.DataFrame:
    """Return predictions once for each shuffle that was made of their folds; of as many repeats as they are."""
    times, rest = divmod(random["repeat"].nunique(), strict["repeat"].nunique())
    if rest or times < 2:
        return strict
    copies = [strict.assign(repeat=strict["repeat"] * times + draw) for draw in range(times)]
    return pd.concat(copies).sort_values(["repeat", "example_id"], kind="stable", ignore_index=True)


def _widened(gap: Score, draws: np.ndarray) -> Score:
    """Return a gap whose interval also holds how far its mean over some draws may lie from that over all of them."""
    from scipy.stats import t  # type: ignore[import-untyped, unused-ignore]

    if len(draws) < 2:
        return gap
    reach = float(t.ppf(0.975, len(draws) - 1) * np.std(draws, ddof=1) / len(draws) ** 0.5)
    low, high = (gap.value - np.hypot(gap.value - gap.low, reach), gap.value + np.hypot(gap.high - gap.value, reach))
    return replace(gap, low=float(low), high=float(high))


def _apart(first: Score, second: Score) -> Score:
    """Return the difference of two scores that rest on other examples (Zou and Donner 2008, method of variances)."""
    difference = first.value - second.value
    below = ((first.value - first.low) ** 2 + (second.high - second.value) ** 2) ** 0.5
    above = ((first.high - first.value) ** 2 + (second.value - second.low) ** 2) ** 0.5
    return Score(first.metric, difference, difference - below, difference + above)
