"""The leak report: what a classifier gains when groups straddle folds, and how far one gets without reading at all."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from stance.evaluation.leaks._gaps import N_RESAMPLES, main_metrics, main_scores, measure_gaps
from stance.evaluation.scores._metrics import difference_of, make_metrics
from stance.evaluation.scores._scoring import Score, show_interval, with_intervals
from stance.evaluation.scores._sums import code_rows, paired_sums

AUTHORS_TELL = "Who writes tells the label here; purge=[author] or folds by author leave that out."


@dataclass(frozen=True, slots=True, eq=False)
class LeakReport:
    """What folds give away.

    `rows`: one row a classifier and folds: name, cheats, folds ("these", "shuffled" or "strictest"), and of each main
    metric its value, `_low`, `_high`, and `_doubt`: why the interval is not to be trusted, "" where it may be. `gaps`:
    by how much random folds look better, by metric. `note`: which folds were put beside these and why, or why none
    were. `left_out`: rows that cheat and have nothing to know. `findings`: what a reader must know of the rows, a
    sentence each.
    """

    rows: pd.DataFrame
    gaps: tuple[Score, ...]
    note: str
    left_out: tuple[str, ...]
    findings: tuple[str, ...] = ()

    def gap_scores(self) -> list[Score]:
        """Return the gaps as scores of a run, called `leak/<metric>`."""
        return [replace(gap, metric=f"leak/{gap.metric}") for gap in self.gaps]


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
    2,000 resamples. A gap is paired where both folds test the same examples, by jackknife-t as all differences, else
    made from the two intervals (Zou and Donner 2008). Where folds were shuffled several times it is the mean, and its
    interval is widened by how far one differs from the next.
    """
    word, other, note = beside
    of_other = groups if strict_groups is None else strict_groups
    names = main_metrics(labels, metric)
    rows = [_row(name, False, "these", predictions, groups, labels, names, random_state)]
    gaps: tuple[Score, ...] = ()
    if other is not None:
        rows.append(_row(name, False, word, other, of_other, labels, names, random_state))
        random, strict = (predictions, other) if word == "strictest" else (other, predictions)
        gaps = tuple(measure_gaps(random, strict, of_other, labels, names, random_state))
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
    said += f": author_prior, which knows nothing but the author, scores {metric} {found} against majority."
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
    for score in main_scores(code_rows(predictions, groups, labels), labels, names, random_state):
        row |= {score.metric: score.value, f"{score.metric}_low": score.low, f"{score.metric}_high": score.high}
        row[f"{score.metric}_doubt"] = score.doubt if score.low == score.low else ""
    return row
