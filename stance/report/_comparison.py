"""The report of a comparison: classifiers by fold scheme, and what can be told of their differences."""

import math
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from stance.evaluation.leaks import RANDOM
from stance.evaluation.scores import LOWER_IS_BETTER, define, show_interval
from stance.report._page import Report, Section, draw
from stance.report._plots import plot_comparison
from stance.report._table import Table
from stance.report._verdict import RANDOM_NOTE, is_random

if TYPE_CHECKING:
    from stance.evaluation.comparison import Comparison

CHEATING_NOTE = (
    "Rows marked (cheats) never read the comment; a classifier that does not beat them has understood nothing."
)
DIFFERENCE_NOTE = (
    "Paired by example, over whole groups. Intervals (jackknife-t) hold at 95 % for all rows of this table together "
    "(Bonferroni). p: approximate randomisation, predictions exchanged by whole groups (Noreen 1989); p_holm: the "
    "same, adjusted for the table (Holm 1979); p_mcnemar_accuracy: McNemar's exact test on the first "
    "repeat, which is of accuracy whatever is compared (left out where accuracy differs the other way), and takes "
    "comments for independent, so that it is too sure where groups are large. Told apart: p_holm below 0.05 and an "
    "interval without 0."
)
PAIR_NOTE = (
    "Those that read with each other, and with the best that cheats, under the same folds; the first of a pair has the "
    "better score. Intervals, p and p_holm as among differences to a baseline, for all pairs of this table together; p "
    "is of at most 2,000 exchanges."
)
RUN_NOTE = "How each run was made, and its leak report, are in its own report, which the store keeps with it."
COST_NOTE = (
    "Seconds are by the clock, of fitting and of predicting in all folds together, on the machine that did the run; "
    "vectors and answers that were kept before cost none."
)
COST_FORMATS = {
    **dict.fromkeys(("seconds", "fit_seconds", "predict_seconds"), "{:.1f}"),
    **dict.fromkeys(("examples_per_second", "tokens"), "{:,.0f}"),
    "money": "{:.2f}",
    "phrasings_agree": "{:.0%}",
}


def comparison_report(comparison: "Comparison", title: str, links: Mapping[str, str] | None = None) -> Report:
    """Return the report of a comparison; `links`: the addresses of runs by their ids, None: these are no links."""
    comparison = _mark_random(comparison)
    schemes, rows = comparison_table(comparison)
    costs = cost_columns(rows)
    shown = pd.DataFrame(
        [[row["name"], *row["cells"], *(row["cost"].get(name, "") for name in costs), row["cheats"]] for row in rows],
        columns=["classifier", *schemes, *costs, "cheats"],
    )
    note = " ".join(
        [f"{comparison.metric} with its 95 % interval over groups. {CHEATING_NOTE}", *([COST_NOTE] if costs else [])]
    )
    words = "; ".join(f"{row['name']}: {', '.join(filter(None, row['cells']))}" for row in rows)
    picture = draw("comparison", plot_comparison(comparison), f"{comparison.metric} by classifier: {words}")
    tables = [
        Table("by_folds", f"{comparison.metric} by classifier and folds", shown, note, marked="cheats"),
        Table(
            "scores", "Every run", _with_ends(comparison), RUN_NOTE, COST_FORMATS, links=links or {}, marked="cheats"
        ),
    ]
    sections = [
        Section("Scores", [define(comparison.metric), *_beside_cheating(comparison)], [picture], tables),
        _difference_section(comparison),
        *_pair_sections(comparison),
        Section("Left out", comparison.notes or ["Nothing."]),
    ]
    caution = [RANDOM_NOTE] if any(is_random(scheme) for scheme in schemes) else []
    return Report(
        title,
        [comparison.verdict, *comparison.remarks, *caution],
        sections,
        f"runs {', '.join(sorted(comparison.scores['run_id']))}",
    )


def comparison_table(comparison: "Comparison") -> tuple[list[str], list[dict[str, Any]]]:
    """Return the fold schemes and, a row a classifier, its name, whether it cheats, a cell for each scheme, its cost.

    The cost is that of the row's runs together: seconds, and tokens and money where there are any.
    """
    scores = _mark_random(comparison).scores
    schemes = list(dict.fromkeys(scores["folds"]))
    rows = []
    for name, part in scores.groupby("classifier", sort=False):
        cheats = bool(part["cheats"].iloc[0])
        by_scheme = {row["folds"]: row for row in part.to_dict("records")}
        cells = [_cell(by_scheme.get(scheme)) for scheme in schemes]
        rows.append(
            {
                "name": f"{name} (cheats)" if cheats else str(name),
                "cheats": cheats,
                "cells": cells,
                "cost": _costs(part),
            }
        )
    return schemes, rows


def cost_columns(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return which kinds of cost the rows of `comparison_table` have."""
    return [name for name in ("seconds", "tokens", "money") if any(name in row["cost"] for row in rows)]


def _costs(part: pd.DataFrame) -> dict[str, str]:
    """Return what runs have cost together, as cells; what was not tracked is left out."""
    known = {name: part[name].sum(min_count=1) for name in COST_FORMATS if name in part}
    known["seconds"] = known.get("fit_seconds", math.nan) + known.get("predict_seconds", math.nan)
    return {
        name: COST_FORMATS[name].format(known[name])
        for name in ("seconds", "tokens", "money")
        if name in known and known[name] == known[name]
    }


def mark_cheats(names: pd.Series, cheats: pd.Series) -> pd.Series:
    """Return the names of classifiers as tables have them, those that cheat called so."""
    marked: pd.Series = names.where(~cheats.astype(bool), names + " (cheats)")
    return marked


def _mark_random(comparison: "Comparison") -> "Comparison":
    """Return a comparison whose random folds are called so wherever they stand."""
    scores, differences, pairs = (
        table.assign(folds=[_marked(scheme) for scheme in table["folds"]]) if "folds" in table else table
        for table in (comparison.scores, comparison.differences, comparison.pairs)
    )
    return replace(comparison, scores=scores, differences=differences, pairs=pairs)


def _marked(scheme: str) -> str:
    return f"{scheme}{RANDOM}" if is_random(scheme) and RANDOM not in scheme else scheme


def _beside_cheating(comparison: "Comparison") -> Iterator[str]:
    """Say for each fold scheme how the best that reads stands to the best that cheats, which need not be majority."""
    lower = comparison.metric in LOWER_IS_BETTER
    known = comparison.scores.dropna(subset="score").sort_values("score", ascending=lower, kind="stable")
    for scheme in dict.fromkeys(comparison.scores["folds"]):
        here = known[known["folds"] == scheme]
        cheating, reading = here[here["cheats"]], here[~here["cheats"]]
        if cheating.empty or reading.empty:
            continue
        best, first = cheating.iloc[0], reading.iloc[0]
        better = first["score"] < best["score"] if lower else first["score"] > best["score"]
        apart = first["high"] < best["low"] if lower else first["low"] > best["high"]
        told = "no better" if not better else f"better, and the intervals {'do not ' if apart else ''}overlap"
        if better and math.isnan(first["low"] + best["high"]):
            told = "better, and without intervals it is not known whether by more than chance"
        yield (
            f"Under {scheme} the best that reads is {first['classifier']}, {_cell(first)}; the best that cheats is "
            f"{best['classifier']}, {_cell(best)}: {told}."
        )


def _with_ends(comparison: "Comparison") -> pd.DataFrame:
    """Return the table of runs with its interval named after the metric, as other tables have it."""
    metric = comparison.metric
    names = {"score": metric, "low": f"{metric}_low", "high": f"{metric}_high", "doubt": "not_to_be_trusted"}
    scores = comparison.scores
    if "doubt" in scores and not scores["doubt"].any():
        scores = scores.drop(columns="doubt")
    return scores.assign(classifier=mark_cheats(scores["classifier"], scores["cheats"])).rename(columns=names)


def _difference_section(comparison: "Comparison") -> Section:
    title = f"Difference to {comparison.baseline}"
    if comparison.differences.empty:
        return Section(title, [f"No run of {comparison.baseline!r} under the same folds: nothing is compared with it."])
    note = DIFFERENCE_NOTE + _margin_note(comparison)
    return Section(title, tables=[_paired_table("differences", title, comparison.differences, note)])


def _pair_sections(comparison: "Comparison") -> Iterator[Section]:
    """Yield the section of those that read, paired with each other and with the best that cheats, if there are any."""
    if comparison.pairs.empty:
        return
    title, note = "Each against each", PAIR_NOTE + _margin_note(comparison)
    yield Section(title, tables=[_paired_table("pairs", title, comparison.pairs, note)])


def _margin_note(comparison: "Comparison") -> str:
    if comparison.margin is None:
        return ""
    return (
        f" A difference of less than {comparison.margin:g} was declared not to matter: as good is what the whole "
        "interval puts within it, no worse what the interval puts above its lower end."
    )


def _paired_table(name: str, title: str, frame: pd.DataFrame, note: str) -> Table:
    formats = dict.fromkeys(("difference", "difference_low", "difference_high"), "{:+.3f}")
    formats |= dict.fromkeys(("p", "p_holm", "p_mcnemar_accuracy"), "{:.2g}")
    shown = frame.rename(columns={"low": "difference_low", "high": "difference_high"}).drop(columns="told_apart")
    return Table(name, title, shown, note, formats)


def _cell(row: Mapping[Hashable, Any] | pd.Series | None) -> str:
    return "" if row is None else show_interval(row["score"], row["low"], row["high"])
