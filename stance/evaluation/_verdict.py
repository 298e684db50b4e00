"""What a comparison tells in words: of the baseline, of pairs, of metrics that disagree, and of picking the best."""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from stance.evaluation._differences import SIGNIFICANT, picked_too_high
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
    data = _data_in_words({folds: table["example_id"].nunique() for folds, table in tested.items()}, n_groups)
    if differences.empty:
        return f"{data}: no run of {baseline!r} under the same folds, so nothing is compared with it."
    told = [row for row in differences.to_dict("records") if row["told_apart"]]
    if told:
        found = "; ".join(_said(row) for row in told)
        what = f"tell from {baseline} in {metric}: {found}"
        if rest := len(differences) - len(told):
            what += f". No more can be told of the other {rest}"
    else:
        largest = max(differences.to_dict("records"), key=lambda row: abs(row["difference"]))
        what = (
            f"cannot tell any classifier from {baseline}: the largest difference in {metric} is {_said(largest)}. "
            f"{_reach(differences)}"
        )
    if blind := _blind(differences, n_groups):
        what += f". {blind}"
    elif min(n_groups.values()) < FEW_GROUPS:
        what += f"; with fewer than {FEW_GROUPS} groups even these intervals are too narrow"
    return f"{data} {what}."


def _data_in_words(n_examples: Mapping[Hashable, int], n_groups: Mapping[Hashable, int]) -> str:
    """Say what was tested, by scheme where schemes test other comments or draw other groups."""
    if len(set(n_examples.values())) > 1:
        parts = [f"{n_examples[folds]:,} comments in {n_groups[folds]:,} groups under {folds}" for folds in n_groups]
        return " and ".join(parts)
    alike = len(set(n_groups.values())) == 1
    in_groups = [f"{number:,} groups{'' if alike else f' under {folds}'}" for folds, number in n_groups.items()]
    return f"{next(iter(n_examples.values())):,} comments in {' and '.join(dict.fromkeys(in_groups))}"


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
        p, many = 2 / 2 ** n_groups[folds], len(differences)
        if p >= SIGNIFICANT:
            said.append(f"{n_groups[folds]} groups{'' if len(n_groups) == 1 else f' under {folds}'} (least p {p:.2g})")
        elif p * many >= SIGNIFICANT:
            adjusted = f"least p {p:.2g}, after Holm for {many} rows {min(p * many, 1):.2g}"
            said.append(f"{n_groups[folds]} groups{'' if len(n_groups) == 1 else f' under {folds}'} ({adjusted})")
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
        closest = min(pairs.to_dict("records"), key=lambda row: row["p"])
        yield f"Of {many}, none can be told apart in {metric}; the clearest is {_pair(closest)}."
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
                f"{metric}, but not so in {' and '.join(others)}: the metrics disagree."
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
                f"scores gets one that is too {'low' if lower else 'high'}, by about {max(much, 0):.3f} of "
                f"{best['score']:.3f} (what is best on drawn groups loses on those that were not drawn)."
            )
