"""Comparisons: classifiers side by side by fold scheme, paired with a baseline, and what the data can tell."""

import hashlib
import json
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from stance.classifiers import CHEATING
from stance.classifiers.costs import COST_METRICS
from stance.errors import InputError, did_you_mean
from stance.evaluation._differences import Pairing, differences_to, pairs_among
from stance.evaluation._verdict import (
    baseline_verdict,
    doubt_remarks,
    margin_remarks,
    metric_remarks,
    pair_remarks,
    picking_remarks,
)
from stance.evaluation.scores._metrics import make_metrics
from stance.evaluation.scores._pairs import differing_rows
from stance.evaluation.scores._scoring import BY_TARGET, doubt_of, list_metrics, with_intervals
from stance.evaluation.scores._sums import code_rows

BESIDE = ("favor_against_f1", BY_TARGET, "macro_f1")  # the metrics that stand beside the one that is compared


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

    `scores`: one row a run: classifier, folds, cheats, score, low, high, run_id, as far as they were tracked the
    metrics of BESIDE and what it cost (COST_METRICS), and doubt: why the interval is not to be trusted, "" where it
    may be. `differences`: one row for each classifier that does not cheat and fold scheme: difference to the
    baseline with its interval, p of approximate randomisation, the same adjusted for the table (Holm), p of
    McNemar's exact test of accuracy (missing where accuracy differs the other way, and so says nothing of this
    metric), whether the two can be told apart, and that in words. `pairs`: the same of each pair of those that read
    under one scheme, and of these with the best that cheats, adjusted for its own table. `verdict`: what these
    examples can and cannot tell; `remarks`: of pairs, of metrics that disagree, and of picking the best. `notes`:
    what was left out and why. `margin`: a difference that the user has declared not to matter, None where none was.
    """

    metric: str
    baseline: str
    scores: pd.DataFrame
    differences: pd.DataFrame
    pairs: pd.DataFrame
    verdict: str
    remarks: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    margin: float | None = None


def choose_runs(runs: Sequence[ComparedRun], metric: str) -> tuple[list[ComparedRun], tuple[str, ...]]:
    """Keep the runs on the newest run's data, and of runs that look alike the newest; `runs` come newest first.

    Returns the runs and a note for each kind that was left out. Raises InputError if there are no runs, or for a
    metric that no run has tracked and that cannot be made from predictions.
    """
    if not runs:
        raise InputError("no finished runs to compare; run stance train, or widen the filter")
    tracked = {name for run in runs for name in run.metrics if not re.search(r"^(low|high)/|_(low|high)$", name)}
    known = sorted({tracked_name(name) for name in make_metrics(_tracked_labels(runs[0]))} | {BY_TARGET, *tracked})
    if tracked_name(metric) not in known:
        raise InputError(f"metric {metric!r} is not known; there are {known}.{did_you_mean(metric, known)}")
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
    predictions: Mapping[str, pd.DataFrame],
    baseline: str = "majority",
    metric: str = "macro_f1",
    n_resamples: int = 10_000,
    random_state: int = 0,
    notes: Sequence[str] = (),
    margin: float | None = None,
) -> Comparison:
    """Compare runs on the same examples under the same folds: with the baseline, and with each other.

    `predictions` by run id, each with a column `group`; a metric that a run has not tracked is made from them. A
    difference is paired: the same groups are left out for both runs. Its interval is jackknife-t (see `intervals`) at
    95 % for all differences of its table together (Bonferroni), its p that of `n_resamples` exchanges of whole
    groups, adjusted after Holm. Two classifiers are told apart where that p is below 0.05 and the interval leaves out
    0. `margin`: a difference that does not matter; what lies within it either way is called as good, what is above
    its lower end no worse.

    Raises InputError, naming all that differs, if the runs are of different data, labels or rows, and for a margin
    that is none.
    """
    if margin is not None and not margin > 0:
        raise InputError(f"margin: expected a difference above 0 that does not matter, found {margin}")
    _require_same_data(runs, predictions)
    labels = _tracked_labels(runs[0])
    classifiers, folds = (name_runs(runs, group) for group in ("classifier", "folds"))
    rows, doubts = [], []
    for run in runs:
        found = _score_of(run, predictions[run.run_id], labels, metric, n_resamples, random_state)
        cheats = run.params["classifier"] in CHEATING
        doubts.append(doubt_about(metric, found, predictions[run.run_id], labels))
        rows.append((classifiers[run.run_id], folds[run.run_id], cheats, *found, run.run_id))
    made = pd.DataFrame(rows, columns=["classifier", "folds", "cheats", "score", "low", "high", "run_id"])
    for name in (*BESIDE, *COST_METRICS):
        if name != metric and any(name in run.metrics for run in runs):
            made[name] = [run.metrics.get(name, float("nan")) for run in runs]
    made["doubt"] = doubts
    scores = made.sort_values(["cheats", "classifier", "folds"], ascending=[False, True, True], ignore_index=True)
    pairing = Pairing(predictions, labels, metric, n_resamples, random_state, margin)
    differences = differences_to(scores, pairing, baseline)
    pairs, left_out = pairs_among(scores, pairing, baseline)
    remarks = [
        *pair_remarks(pairs, metric),
        *margin_remarks(differences, pairs, metric, margin),
        *doubt_remarks(scores, metric),
        *metric_remarks(scores, {run.run_id: run.metrics for run in runs}, metric),
        *picking_remarks(scores, predictions, labels, metric, random_state),
    ]
    verdict = baseline_verdict(scores, differences, predictions, baseline, metric)
    return Comparison(
        metric, baseline, scores, differences, pairs, verdict, tuple(remarks), (*notes, *left_out), margin
    )


def _score_of(
    run: ComparedRun,
    predictions: pd.DataFrame,
    labels: Sequence[str],
    metric: str,
    n_resamples: int,
    random_state: int,
) -> tuple[float, float, float]:
    """Return a run's score and the ends of its interval: as tracked, or made from its predictions, else no numbers."""
    none = float("nan")
    value = run.metrics.get(tracked_name(metric), none)
    ends = [_end_of(run, metric, end) for end in ("low", "high")]
    # of what is no main metric a run has the value at its top and the ends in a file; one of before has all it had
    whole = not any(name.startswith("low/") for name in run.metrics) and value == value
    if whole or any(end is not None for end in ends):
        low, high = (none if end is None else end for end in ends)
        return value, low, high
    groups = predictions.drop_duplicates("example_id").set_index("example_id")["group"]
    found = [pair for pair in list_metrics(predictions, groups, labels) if pair[0].name == metric]
    if not found:
        return value, none, none
    (score,) = with_intervals(found, n_resamples, random_state)
    return (score.value if value != value else value), score.low, score.high


def doubt_about(
    metric: str, found: tuple[float, float, float], predictions: pd.DataFrame, labels: Sequence[str]
) -> str:
    """Return why the interval of a run's score is not to be trusted, "" where it may be or where there is none."""
    value, low, _ = found
    made = make_metrics(labels).get("favor_against_f1" if metric == BY_TARGET else metric)
    if made is None or low != low:
        return ""
    groups = predictions.drop_duplicates("example_id").set_index("example_id")["group"]
    return doubt_of(made, value, code_rows(predictions, groups, labels), labels)


def _end_of(run: ComparedRun, metric: str, end: str) -> float | None:
    """Return an end of an interval that a run has tracked, under the name of before too, None where it has not."""
    for name in (f"{end}/{tracked_name(metric)}", tracked_name(f"{metric}_{end}")):
        if name in run.metrics:
            return run.metrics[name]
    return None


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


def _require_same_data(runs: Sequence[ComparedRun], predictions: Mapping[str, pd.DataFrame]) -> None:
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
