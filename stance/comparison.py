"""Comparisons: classifiers side by side by fold scheme, paired with a baseline, and what the data can tell."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from stance.classifiers import CHEATING
from stance.errors import InputError, did_you_mean
from stance.scores import resample_metric

if TYPE_CHECKING:
    import pandas as pd

# Below this many groups the percentile bootstrap is known to give intervals that are too narrow.
FEW_GROUPS = 30
DIFFERENCE_COLUMNS = ["classifier", "folds", "difference", "low", "high", "told_apart"]


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
    each classifier that does not cheat and fold scheme: difference to the baseline with its interval.
    `verdict`: what these examples can and cannot tell. `notes`: what was left out and why.
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
        raise InputError("no finished runs to compare; run experiments/train.py, or widen the filter")
    if metric not in runs[0].metrics:
        known = sorted(name for name in runs[0].metrics if not name.endswith(("_low", "_high")))
        raise InputError(f"metric {metric!r} is not tracked; there are {known}.{did_you_mean(metric, known)}")
    on_same_data = [run for run in runs if run.dataset_sha == runs[0].dataset_sha]
    newest: dict[tuple[str, str], ComparedRun] = {}
    for run in on_same_data:
        newest.setdefault((_shown(run, on_same_data, "classifier"), _shown(run, on_same_data, "folds")), run)
    notes = []
    if other := len(runs) - len(on_same_data):
        notes.append(f"Left out: {other} run(s) on other data than {runs[0].dataset_sha[:8]}.")
    if older := len(on_same_data) - len(newest):
        notes.append(f"Left out: {older} older run(s) of the same classifier and folds.")
    return list(newest.values()), tuple(notes)


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

    `predictions` by run id, each with a column `group`. A difference is paired: the same groups are drawn
    for both runs. Its interval is the percentile bootstrap at 95 % for all differences of the table together
    (Bonferroni). Raises InputError if the runs have not predicted the same examples.
    """
    import pandas as pd

    _require_same_examples(runs, predictions)
    rows = [
        {
            "classifier": _shown(run, runs, "classifier"),
            "folds": _shown(run, runs, "folds"),
            "cheats": run.params["classifier"] in CHEATING,
            "score": run.metrics.get(metric, float("nan")),
            "low": run.metrics.get(f"{metric}_low", float("nan")),
            "high": run.metrics.get(f"{metric}_high", float("nan")),
            "run_id": run.run_id,
        }
        for run in runs
    ]
    scores = pd.DataFrame(rows).sort_values(
        ["cheats", "classifier", "folds"], ascending=[False, True, True], ignore_index=True
    )
    labels = runs[0].params["labels"].split(", ")
    differences = _differences(scores, predictions, labels, baseline, metric, n_resamples, random_state)
    verdict = _verdict(differences, predictions[runs[0].run_id], baseline, metric)
    return Comparison(metric, baseline, scores, differences, verdict, tuple(notes))


def _differences(
    scores: "pd.DataFrame",
    predictions: Mapping[str, "pd.DataFrame"],
    labels: Sequence[str],
    baseline: str,
    metric: str,
    n_resamples: int,
    random_state: int,
) -> "pd.DataFrame":
    import numpy as np
    import pandas as pd

    base = scores[scores["classifier"] == baseline].set_index("folds")["run_id"]
    tested = scores[~scores["cheats"] & scores["folds"].isin(base.index)]
    tail = 2.5 / max(1, len(tested))
    compared = [*base, *tested["run_id"]]
    tables = [predictions[run_id] for run_id in compared]
    if not tables:
        return pd.DataFrame(columns=DIFFERENCE_COLUMNS)
    resampled = dict(zip(compared, resample_metric(tables, labels, metric, n_resamples, random_state), strict=True))
    rows = []
    for classifier, folds, run_id in zip(tested["classifier"], tested["folds"], tested["run_id"], strict=True):
        value, drawn = resampled[run_id]
        base_value, base_drawn = resampled[base[folds]]
        low, high = np.nanpercentile(drawn - base_drawn, [tail, 100 - tail])
        rows.append((classifier, folds, value - base_value, low, high, bool(low > 0 or high < 0)))
    return pd.DataFrame(rows, columns=DIFFERENCE_COLUMNS)


def _verdict(differences: "pd.DataFrame", predictions: "pd.DataFrame", baseline: str, metric: str) -> str:
    """Say in words what the examples can and cannot tell."""
    n_examples = predictions["example_id"].nunique()
    n_groups = predictions["group"].nunique()
    data = f"{n_examples} comments in {n_groups} groups (an author's comments, or one comment without an author)"
    if differences.empty:
        return f"{data}: no run of {baseline!r} under the same folds, so nothing is compared with it."
    told = [row for row in differences.to_dict("records") if row["told_apart"]]
    widest = ((differences["high"] - differences["low"]) / 2).max()
    if told:
        found = "; ".join(_said(row) for row in told)
        what = f"tell from {baseline} in {metric}: {found}"
        if rest := len(differences) - len(told):
            what += f". No more can be told of the other {rest}"
    else:
        largest = max(differences.to_dict("records"), key=lambda row: abs(row["difference"]))
        what = (
            f"cannot tell any classifier from {baseline}: the largest difference in {metric} is {_said(largest)}. "
            f"With so few, differences below about {widest:.2f} stay invisible"
        )
    if n_groups < FEW_GROUPS:
        what += f"; with fewer than {FEW_GROUPS} groups even these intervals are too narrow"
    return f"{data} {what}."


def _said(row: Mapping[Hashable, Any]) -> str:
    interval = f"{row['low']:+.2f} to {row['high']:+.2f}"
    return f"{row['difference']:+.2f} ({interval}) by {row['classifier']} under {row['folds']}"


def _require_same_examples(runs: Sequence[ComparedRun], predictions: Mapping[str, "pd.DataFrame"]) -> None:
    first = set(predictions[runs[0].run_id]["example_id"])
    for run in runs:
        found = set(predictions[run.run_id]["example_id"])
        if found != first:
            raise InputError(
                f"runs {runs[0].name!r} and {run.name!r} have not predicted the same examples: "
                f"{len(first - found)} only in the first, {len(found - first)} only in the second"
            )


def _shown(run: ComparedRun, runs: Sequence[ComparedRun], group: str) -> str:
    """Name a run's classifier or folds, with the settings in which runs of that name differ."""
    alike = [other for other in runs if other.params[group] == run.params[group]]
    differing = sorted(
        name
        for name in run.params
        if name.startswith(f"{group}.") and len({other.params.get(name) for other in alike}) > 1
    )
    settings = [f"{name.removeprefix(f'{group}.')}={run.params[name]}" for name in differing]
    return " ".join([run.params[group], *settings])
