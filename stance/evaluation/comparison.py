"""Comparisons: classifiers side by side by fold scheme, paired with a baseline, and what the data can tell."""

import hashlib
import json
import re
from collections import Counter, defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from stance.classifiers import CHEATING
from stance.errors import InputError, did_you_mean
from stance.evaluation._significance import holm, mcnemar_p, randomisation_p
from stance.evaluation.scores._metrics import LOWER_IS_BETTER
from stance.evaluation.scores._pairs import differing_rows, pair_predictions, require_same_rows
from stance.evaluation.scores._resampling import leave_groups_out
from stance.evaluation.scores._scoring import show_interval
from stance.evaluation.scores.intervals import FEW_GROUPS, jackknife_t

if TYPE_CHECKING:
    import pandas as pd

SIGNIFICANT = 0.05
DIFFERENCE_COLUMNS = [
    "classifier",
    "folds",
    "difference",
    "low",
    "high",
    "p",
    "p_holm",
    "p_mcnemar_accuracy",
    "told_apart",
    "verdict",
]


@dataclass(frozen=True, slots=True)
class ComparedRun:
    """A tracked run as a comparison needs it: its identity, where its files are, flat params and metrics."""

    run_id: str
    name: str
    dataset_sha: str
    config_sha: str
    started: str
    sweep_id: str | None
    artifacts: str
    params: Mapping[str, str]
    metrics: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Classifiers by fold scheme on one dataset.

    `scores`: one row a run: classifier, folds, cheats, score, low, high, run_id. `differences`: one row for
    each classifier that does not cheat and fold scheme: difference to the baseline with its interval, p of
    approximate randomisation, the same adjusted for the table (Holm), p of McNemar's exact test of accuracy (missing
    where accuracy differs the other way, and so says nothing of this metric), whether the two can be told apart, and
    that in words. `verdict`: what these examples can and cannot tell. `notes`: what
    was left out and why.
    """

    metric: str
    baseline: str
    scores: "pd.DataFrame"
    differences: "pd.DataFrame"
    verdict: str
    notes: tuple[str, ...]


def choose_runs(runs: Sequence[ComparedRun], metric: str) -> tuple[list[ComparedRun], tuple[str, ...]]:
    """Keep the runs on the newest run's data, and of runs that look alike the newest; `runs` come newest first.

    Returns the runs and a note for each kind that was left out. Raises InputError if there are no runs, or
    if the newest has no such metric.
    """
    if not runs:
        raise InputError("no finished runs to compare; run stance train, or widen the filter")
    if metric not in runs[0].metrics:
        known = sorted(name for name in runs[0].metrics if not name.endswith(("_low", "_high")))
        raise InputError(f"metric {metric!r} is not tracked; there are {known}.{did_you_mean(metric, known)}")
    on_same_data = [run for run in runs if run.dataset_sha == runs[0].dataset_sha]
    classifiers, folds = (name_runs(on_same_data, group) for group in ("classifier", "folds"))
    newest: dict[tuple[str, str], ComparedRun] = {}
    for run in on_same_data:
        newest.setdefault((classifiers[run.run_id], folds[run.run_id]), run)
    notes = []
    if other := len(runs) - len(on_same_data):
        notes.append(f"Left out: {other} run(s) on other data than {runs[0].dataset_sha[:8]}.")
    if older := len(on_same_data) - len(newest):
        notes.append(f"Left out: {older} older run(s) of the same classifier and folds.")
    return list(newest.values()), tuple(notes)


def name_runs(runs: Sequence[ComparedRun], group: str) -> dict[str, str]:
    """Return by run id the name of each run's classifier or folds, with settings in which runs of that name differ."""
    values: dict[str, dict[str, set[str | None]]] = defaultdict(lambda: defaultdict(set))
    count = Counter(run.params[group] for run in runs)
    having: dict[str, Counter[str]] = defaultdict(Counter)
    for run in runs:
        for name, value in run.params.items():
            if name.startswith(f"{group}."):
                values[run.params[group]][name].add(value)
                having[run.params[group]][name] += 1
    differing = {
        choice: sorted(
            name for name, found in of_name.items() if len(found) > 1 or having[choice][name] < count[choice]
        )
        for choice, of_name in values.items()
    }
    return {
        run.run_id: " ".join(
            [
                run.params[group],
                *(
                    f"{name.removeprefix(f'{group}.')}={run.params[name]}"
                    for name in differing.get(run.params[group], [])
                    if name in run.params
                ),
            ]
        )
        for run in runs
    }


def refuse_no_runs(filter_string: str, known: Sequence[ComparedRun]) -> None:
    """Raise InputError because a filter has found none of the runs that are `known`, with its near misses.

    Each `params.x = 'value'` or `tags.x = 'value'` of the filter whose value no run has is named.
    """
    if not known:
        raise InputError("no finished runs to compare; run stance train first")
    missed = []
    params = {name for run in known for name in run.params}
    for name, value in re.findall(r"params\.[`\"]?([\w./-]+)[`\"]?\s*=\s*['\"]([^'\"]*)['\"]", filter_string):
        values = sorted({run.params[name] for run in known if name in run.params})
        if not values:
            missed.append(f"no run has a param {name!r}.{did_you_mean(name, params)}")
        elif value not in values:
            missed.append(f"params.{name} is never {value!r}, it is one of {values[:20]}.{did_you_mean(value, values)}")
    hint = " ".join(missed) or "every value of it occurs, but never all in one run; widen it"
    raise InputError(f"no finished run matches the filter {filter_string!r}, of {len(known)}: {hint}")


def compare_runs(
    runs: Sequence[ComparedRun],
    predictions: Mapping[str, "pd.DataFrame"],
    baseline: str = "majority",
    metric: str = "macro_f1",
    n_resamples: int = 10_000,
    random_state: int = 0,
    notes: Sequence[str] = (),
) -> Comparison:
    """Compare runs on the same examples with the baseline under the same folds.

    `predictions` by run id, each with a column `group`. A difference is paired: the same groups are left out
    for both runs. Its interval is jackknife-t (see `intervals`) at 95 % for all differences of the table
    together (Bonferroni), its p that of `n_resamples` exchanges of whole groups, adjusted after Holm. Two
    classifiers are told apart where that p is below 0.05 and the interval leaves out 0.

    Raises InputError, naming all that differs, if the runs are of different data, labels or rows.
    """
    import pandas as pd

    _require_same_data(runs, predictions)
    classifiers, folds = (name_runs(runs, group) for group in ("classifier", "folds"))
    rows = [
        {
            "classifier": classifiers[run.run_id],
            "folds": folds[run.run_id],
            "cheats": run.params["classifier"] in CHEATING,
            "score": run.metrics.get(tracked_name(metric), float("nan")),
            "low": run.metrics.get(tracked_name(f"{metric}_low"), float("nan")),
            "high": run.metrics.get(tracked_name(f"{metric}_high"), float("nan")),
            "run_id": run.run_id,
        }
        for run in runs
    ]
    scores = pd.DataFrame(rows).sort_values(
        ["cheats", "classifier", "folds"], ascending=[False, True, True], ignore_index=True
    )
    labels = _tracked_labels(runs[0])
    differences = _differences(scores, predictions, labels, baseline, metric, n_resamples, random_state)
    verdict = _verdict(scores, differences, predictions, baseline, metric)
    return Comparison(metric, baseline, scores, differences, verdict, tuple(notes))


def tracked_name(metric: str) -> str:
    """Return a metric's name as a store takes it: signs of a label that it refuses are `_`, and a digest parts labels.

    >>> tracked_name("f1/against"), tracked_name("f1/don't know")
    ('f1/against', 'f1/don_t know-b2b3')
    """
    cleaned = re.sub(r"[^A-Za-z0-9_.\- /:]", "_", metric)
    return metric if cleaned == metric else f"{cleaned}-{hashlib.sha256(metric.encode()).hexdigest()[:4]}"


def _tracked_labels(run: ComparedRun) -> list[str]:
    """Return the label set of a run, a list in JSON; runs of before have it between commas."""
    said = run.params["labels"]
    return list(json.loads(said)) if said.startswith('["') else said.split(", ")


def _differences(
    scores: "pd.DataFrame",
    predictions: Mapping[str, "pd.DataFrame"],
    labels: Sequence[str],
    baseline: str,
    metric: str,
    n_resamples: int,
    random_state: int,
) -> "pd.DataFrame":
    import pandas as pd

    base = scores[scores["classifier"] == baseline].set_index("folds")["run_id"]
    tested = scores[~scores["cheats"] & (scores["classifier"] != baseline) & scores["folds"].isin(base.index)]
    level = 1 - SIGNIFICANT / max(1, len(tested))
    rows = []
    for classifier, folds, run_id in zip(tested["classifier"], tested["folds"], tested["run_id"], strict=True):
        first, second = predictions[run_id], predictions[base[folds]]
        require_same_rows(first, second, (f"{classifier} under {folds}", f"{baseline} under {folds}"))
        pair = pair_predictions(first, second, labels, metric)
        left_out = leave_groups_out(*pair)
        low, high = jackknife_t(left_out, level)
        p = randomisation_p(*pair, n_resamples, random_state)
        better = float(left_out.value) * (-1 if metric in LOWER_IS_BETTER else 1)
        beside = _mcnemar(first, second, better)
        rows.append((classifier, folds, float(left_out.value), float(low), float(high), p, beside))
    table = pd.DataFrame(
        rows, columns=[name for name in DIFFERENCE_COLUMNS if name not in ("p_holm", "told_apart", "verdict")]
    )
    table["p_holm"] = holm(table["p"].to_numpy(dtype=float))
    outside = (table["low"] > 0) | (table["high"] < 0)
    table["told_apart"] = outside & (table["p_holm"] < SIGNIFICANT)
    table["verdict"] = [_told(row, baseline, metric) for row in table.to_dict("records")]
    return table[DIFFERENCE_COLUMNS]


def _mcnemar(first: "pd.DataFrame", second: "pd.DataFrame", better: float) -> float:
    """Return McNemar's p on the first repeat, in which every example stands once.

    It tests accuracy: not a number where the first has more right and `better` is below 0, or the other way round.
    """
    repeat = first["repeat"].min()
    right = [
        (table["label"] == table["predicted"])[table["repeat"] == repeat].set_axis(
            table.loc[table["repeat"] == repeat, "example_id"]
        )
        for table in (first, second)
    ]
    one, other = right[0].to_numpy(), right[1].loc[right[0].index].to_numpy()
    if (int(one.sum()) - int(other.sum())) * better < 0:
        return float("nan")
    return mcnemar_p(one, other)


def _told(row: Mapping[Hashable, Any], baseline: str, metric: str) -> str:
    if not row["told_apart"]:
        return f"cannot be told apart from {baseline} with this data"
    better = (row["difference"] > 0) != (metric in LOWER_IS_BETTER)
    return f"{'better' if better else 'worse'} than {baseline}"


def _verdict(
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


def _require_same_data(runs: Sequence[ComparedRun], predictions: Mapping[str, "pd.DataFrame"]) -> None:
    """Raise InputError that names all in which a run differs from the first: data, label set, and examples and labels.

    Examples are those of the first run under the same folds.
    """
    first, found = runs[0], []
    known = {run.params["folds"]: run for run in reversed(runs)}  # of each scheme the first
    for run in runs[1:]:
        differing = [
            f"{what} {other[:60]} and not {one[:60]}"
            for what, one, other in (
                ("data", first.dataset_sha[:8], run.dataset_sha[:8]),
                ("the labels", first.params["labels"], run.params["labels"]),
            )
            if one != other
        ]
        # another scheme may test other comments of the same data, as the official split does
        like = known[run.params["folds"]]
        differing += differing_rows(predictions[like.run_id], predictions[run.run_id], folds=False)
        if differing:
            found.append(f"{run.name!r} has {'; '.join(differing)}")
    if found:
        raise InputError(
            f"these runs cannot be compared with {first.name!r}: {'. '.join(found)}. Narrow the filter to one dataset"
        )
