"""Compare tracked runs: a table of classifiers by fold scheme, and what the data can and cannot tell."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stance.commands.config import launch

if TYPE_CHECKING:
    from stance.evaluation.comparison import ComparedRun, Comparison
    from stance.tracking import Tracking


def compare(config: Any) -> None:
    """Compare the runs that the config asks for."""
    from stance.evaluation.comparison import refuse_no_runs
    from stance.files import refuse_foreign, refuse_path
    from stance.tracking import Tracking, find_runs, find_sweep, open_store
    from stance.tracking.runs import FINISHED, find_all_finished

    name = _experiment_name(config)
    refuse_path(name, "experiment_name")
    refuse_path(config.sweep or name, "sweep")
    folder = Path(config.folder) / (config.sweep or name)
    refuse_foreign(folder)
    store = open_store(config.tracking.uri, name, create=False, wait=config.tracking.wait)
    if config.sweep:
        runs = find_sweep(store, config.sweep)
    else:
        runs = find_runs(store, f"{FINISHED} and {config.filter}") if config.filter else find_all_finished(store)
        if not runs:
            refuse_no_runs(config.filter or "", find_all_finished(store))
    tracking = Tracking(store, name, Path(config.tracking.unsent))
    asked = config.baseline, config.metric, config.bootstrap, config.margin
    comparison, _ = write_comparison(tracking, runs, folder, *asked)
    show_comparison(tracking, comparison, folder)


def _experiment_name(config: Any) -> str:
    """Return under which name the runs stand: as the config says, or the only one that has runs, or the sweep."""
    from stance.errors import InputError
    from stance.tracking.runs import names_of_sweep, names_with_runs

    for said in (config.experiment_name, config.tracking.experiment_name):
        if said is not None:
            return str(said)
    names = names_with_runs(config.tracking.uri)
    names = (names_of_sweep(config.tracking.uri, config.sweep) if config.sweep else []) or names
    if len(names) > 1:
        raise InputError(f"experiment_name: expected one of {names}; say which, as in experiment_name={names[0]}")
    return names[0]


def show_comparison(tracking: "Tracking", comparison: "Comparison", folder: Path) -> None:
    """Print the table of a comparison, and say where its report is."""
    from stance.report.console import print_comparison, print_where
    from stance.tracking.ui import where

    print_comparison(comparison)
    shown = tracking.shown if tracking.store is None else where(tracking.store)
    print_where(folder.resolve() / "comparison.html", shown)


def write_comparison(
    tracking: "Tracking",
    runs: "Sequence[ComparedRun]",
    folder: Path,
    baseline: str,
    metric: str | None,
    bootstrap: Mapping[str, int],
    margin: float | None = None,
) -> "tuple[Comparison, str]":
    """Compare runs, and write the report into a folder; metric None: that of the newest's dataset.

    Returns the comparison, and what the examples can and cannot tell, a paragraph a line.
    """
    from stance.evaluation.comparison import compare_runs
    from stance.files import write_files
    from stance.report import comparison_report, report_files
    from stance.tracking.runs import leave_out_broken, missing_of, read_predictions
    from stance.tracking.ui import link_of

    whole, broken = leave_out_broken(tracking.store, runs, every_file=False)
    chosen, known, left_out = _choose(tracking, whole, metric)
    if any(missing_of(tracking.store, run) for run in chosen):
        whole, broken = leave_out_broken(tracking.store, runs)
        chosen, known, left_out = _choose(tracking, whole, metric)
    metric, notes = known, (*broken, *left_out)
    predictions = {run.run_id: read_predictions(tracking.store, run) for run in chosen}
    comparison = compare_runs(chosen, predictions, baseline, metric, **bootstrap, notes=notes, margin=margin)
    links = {run.run_id: link_of(tracking.store, run.run_id) for run in chosen} if tracking.store else {}
    report = comparison_report(comparison, f"{tracking.experiment_name}: classifiers compared", links)
    write_files(report_files(report, "comparison"), folder)
    shown = "All of it, with pictures and tables: comparison.html among the artifacts."
    return comparison, "\n\n".join([*report.verdict, shown])


def _choose(
    tracking: "Tracking", runs: "Sequence[ComparedRun]", metric: str | None
) -> "tuple[list[ComparedRun], str, tuple[str, ...]]":
    """Return which of some runs are compared, by which metric, and a note for each kind that is not."""
    from stance.evaluation.comparison import choose_runs
    from stance.tracking.runs import with_all_params

    metric = metric or (runs[0].params if runs else {}).get("dataset.metric", "macro_f1")
    chosen, left_out = choose_runs([with_all_params(tracking.store, run) for run in runs], metric)
    return chosen, metric, left_out


def main() -> int:
    """Run the command and return the process's exit code."""
    return launch(compare, "compare")
