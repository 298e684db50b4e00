"""What a comparison tells in words: of the baseline, of pairs, of metrics that disagree, and of picking the best."""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from stance.evaluation._differences import SIGNIFICANT, picked_too_high, tells_of
from stance.evaluation.scores._metrics import LOWER_IS_BETTER
from stance.evaluation.scores._scoring import MAIN_METRICS, show_interval
from stance.evaluation.scores.intervals import FEW_GROUPS

if TYPE_CHECKING:
    import pandas as pd

MOST_SAID = 3


def baseline_verdict(
    scores: "pd.DataFrame",
    differences: "pd.DataFrame",
    predictions: Mapping[str, "pd.DataFrame"],
    baseline: str,
    metric: str,
) -> str:
    """Say in words what the examples can and cannot tell."""
    by_folds = scores.drop_duplicates("folds").set_index("folds")["run_id"]
    tested = {folds: predictions[run_id] for folds, run_id in by_folds.items()}
    n_groups = {folds: table["group"].nunique() for folds, table in tested.items()}
    n_examples = {folds: table["example_id"].nunique() for folds, table in tested.items()}
    data = _data_in_words(n_examples, n_groups)
    if differences.empty:
        return f"{data}: no run of {baseline!r} under the same folds, so nothing is compared with it."
    told = [row for row in differences.to_dict("records") if row["told_apart"]]
    if told:
        found = "; ".join(_said(row) for row in told)
        what = f"tell from {baseline} in {metric}: {found}"
        if rest := len(differences) - len(told):
            what += f". No more can be told of the other {rest}"
    else:
        known = differences.dropna(subset="difference").to_dict("records")
        what = f"cannot tell any classifier from {baseline}: "
        if known:
            largest = max(known, key=lambda row: abs(row["difference"]))
            what += f"the largest difference in {metric} is {_said(largest)}. {_reach(differences)}"
        else:
            what += f"no difference in {metric} is defined"
    if blind := _blind(differences, n_groups):
        what += f". {blind}"
    elif min(n_groups.values()) < FEW_GROUPS:
        what += f"; with fewer than {FEW_GROUPS} groups even these intervals are too narrow"
    return f"{data} {what}."


def _data_in_words(n_examples: Mapping[Hashable, int], n_groups: Mapping[Hashable, int]) -> str:
    """Say what was tested, by scheme where schemes test other comments or draw other groups."""
    if len(set(n_examples.values())) > 1:
        parts = [f"{_comments(n_examples[folds])} in {_groups(n_groups[folds])} under {folds}" for folds in n_groups]
        return " and ".join(parts)
    alike = len(set(n_groups.values())) == 1
    in_groups = [f"{_groups(number)}{'' if alike else f' under {folds}'}" for folds, number in n_groups.items()]
    return f"{_comments(next(iter(n_examples.values())))} in {' and '.join(dict.fromkeys(in_groups))}"


def _comments(number: int) -> str:
    return f"{number:,} comment{'' if number == 1 else 's'}"


def _groups(number: int) -> str:
    return f"{number:,} group{'' if number == 1 else 's'}"


def _reach(differences: "pd.DataFrame") -> str:
    """Say how far the intervals reach, and under which adjustment: not what stays hidden, which power tells."""
    halves = ((differences["high"] - differences["low"]) / 2).dropna()
    if halves.empty:
        return "There are no intervals"
    least, most = f"{halves.min():.2f}", f"{halves.max():.2f}"
    many = len(differences)
    adjusted = f" (at 95 % for all {many} rows together, Bonferroni; p is Holm's)" if many > 1 else ""
    return f"Intervals reach {least if least == most else f'{least} to {most}'} to each side{adjusted}"


def _blind(differences: "pd.DataFrame", n_groups: Mapping[Hashable, int]) -> str:
    """Say where groups are so few that no difference, however large, could be told; "" where there are enough.

    Exchanging whole groups gives no p below 2 / 2 ** n_groups, and Holm multiplies the least by the rows of the table.
    """
    said = []
    for folds in dict.fromkeys(differences["folds"]):
        p, many = min(2 / 2 ** n_groups[folds], 1.0), len(differences)
        where = "" if len(n_groups) == 1 else f" under {folds}"
        if p >= SIGNIFICANT:
            said.append(f"{_groups(n_groups[folds])}{where} (least p {p:.2g})")
        elif p * many >= SIGNIFICANT:
            adjusted = f"least p {p:.2g}, after Holm for {many} rows {min(p * many, 1):.2g}"
            said.append(f"{_groups(n_groups[folds])}{where} ({adjusted})")
    return f"Over {' and over '.join(said)} no difference whatever could be told" if said else ""


def _said(row: Mapping[Hashable, Any]) -> str:
    interval = show_interval(row["difference"], row["low"], row["high"], "+.2f").removesuffix(")")
    return f"{interval}, p {row['p_holm']:.2g}) by {row['classifier']} under {row['folds']}"


def pair_remarks(pairs: "pd.DataFrame", metric: str) -> Iterator[str]:
    """Say which pairs can be told apart, the clearest first, and of how many this cannot be said."""
    if pairs.empty:
        return
    told = sorted((row for row in pairs.to_dict("records") if row["told_apart"]), key=lambda row: row["p"])
    many = (
        f"{len(pairs)} pair{'' if len(pairs) == 1 else 's'} of those that read, and of these with the best that cheats"
    )
    if not told:
        known = pairs.dropna(subset="p").to_dict("records")
        clearest = f"; the clearest is {_pair(min(known, key=lambda row: row['p']))}" if known else ""
        yield f"Of {many}, none can be told apart in {metric}{clearest}."
        return
    said = "; ".join(_pair(row) for row in told[:MOST_SAID])
    more = len(told) - MOST_SAID
    yield f"Of {many}, {len(told)} can be told apart in {metric}: {said}{f'; and {more} more' if more > 0 else ''}."


def _pair(row: Mapping[Hashable, Any]) -> str:
    found = show_interval(row["difference"], row["low"], row["high"], "+.2f").removesuffix(")")
    return f"{row['first']} {found}, p {row['p_holm']:.2g}) against {row['second']} under {row['folds']}"


def metric_remarks(scores: "pd.DataFrame", metrics: Mapping[str, Mapping[str, float]], metric: str) -> Iterator[str]:
    """Say of each scheme in which other metrics the best that reads and the best that cheats stand the other way round.

    `metrics`: what each run has tracked, by run id.
    """
    lower = metric in LOWER_IS_BETTER
    known = scores.dropna(subset="score").sort_values("score", ascending=lower, kind="stable")
    for folds, here in known.groupby("folds", sort=True):
        reading, cheating = here[~here["cheats"]], here[here["cheats"]]
        if reading.empty or cheating.empty:
            continue
        first = reading.iloc[0]
        best = cheating.iloc[0]
        more = first["score"] < best["score"] if lower else first["score"] > best["score"]
        others = []
        for other in (name for name in MAIN_METRICS if name != metric):
            value = metrics[first["run_id"]].get(other)
            rivals = [
                (metrics[row["run_id"]][other], row["classifier"])
                for row in cheating.to_dict("records")
                if other in metrics[row["run_id"]]
            ]
            if value is None or not rivals:
                continue
            greatest, name = max(rivals)
            if (value > greatest) != more:
                others.append(f"{other} ({value:.3f} against {greatest:.3f} of {name})")
        if others:
            yield (
                f"Under {folds} {first['classifier']} has {'more' if more else 'no more'} than the best that cheats in "
                f"{metric}, but {'no more' if more else 'more'} in {' and '.join(others)}: the metrics disagree."
            )


def picking_remarks(
    scores: "pd.DataFrame", predictions: "Mapping[str, pd.DataFrame]", labels: Sequence[str], metric: str, seed: int
) -> Iterator[str]:
    """Say of each scheme under which several read by how much the best of them is too good for having been picked."""
    lower = metric in LOWER_IS_BETTER
    known = scores[~scores["cheats"]].dropna(subset="score").sort_values("score", ascending=lower, kind="stable")
    for folds, here in known.groupby("folds", sort=True):
        if len(here) < 2 or predictions[here["run_id"].iloc[0]]["group"].nunique() < 2:
            continue
        much = picked_too_high([predictions[run_id] for run_id in here["run_id"]], labels, metric, seed)
        if much == much:
            best = here.iloc[0]
            yield (
                f"{best['classifier']} is the best of {len(here)} that read under {folds}. Whoever picks it by these "
                f"scores gets one that is too {'low' if lower else 'high'}, by {_about(much)} of {best['score']:.3f} "
                f"(what is best on drawn groups loses on those that were not drawn)."
            )


def _about(much: float) -> str:
    """Return an amount in words, that is not said to be nothing where it is small."""
    return f"about {much:.3f}" if much >= 0.001 else "less than 0.001"


def margin_remarks(
    differences: "pd.DataFrame", pairs: "pd.DataFrame", metric: str, margin: float | None
) -> Iterator[str]:
    """Say which differences the declared margin tells something of, and of how many it tells nothing."""
    if margin is None:
        return
    rows = [
        *((row["classifier"], row) for row in differences.to_dict("records")),
        *((row["first"], row) for row in pairs.to_dict("records")),
    ]
    if not rows:
        return
    told = [
        f"{name} is {row['verdict']} under {row['folds']}" for name, row in rows if tells_of(margin, row["verdict"])
    ]
    declared = f"A difference of less than {margin:g} in {metric} was declared not to matter"
    if not told:
        of = "the pair that is compared" if len(rows) == 1 else f"the {len(rows)} pairs that are compared"
        yield f"{declared}: of {of} it cannot be told whether they differ by less."
        return
    rest = f"; this cannot be told of the other {len(rows) - len(told)}" if len(rows) > len(told) else ""
    yield f"{declared}: {'; '.join(told)}{rest}."


def doubt_remarks(scores: "pd.DataFrame", metric: str) -> Iterator[str]:
    """Say which intervals of a comparison are not to be trusted, by scheme and reason."""
    doubted = scores[scores["doubt"] != ""]
    for (folds, doubt), part in doubted.groupby(["folds", "doubt"], sort=True):
        names = ", ".join(part["classifier"])
        whose = "all" if len(part) == (scores["folds"] == folds).sum() else names
        yield f"Under {folds} the intervals of {metric} of {whose} are not to be trusted: {doubt}."
