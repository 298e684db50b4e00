"""Say what a dataset could show of two classifiers, and how many comments it would take to show a difference."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stance.config import build, launch, launched, to_plain

if TYPE_CHECKING:
    from stance.evaluation.power import Power
    from stance.report import Report

CONFIGS = Path(__file__).resolve().parent.parent / "configs"


def power(config: Any) -> None:
    """Predict with both classifiers, simulate from their agreement, print what was found and write it down."""
    from stance.console import progress
    from stance.evaluation import evaluation_groups
    from stance.evaluation.power import N_STEPS, measure_power
    from stance.evaluation.predictions import cross_predict
    from stance.evaluation.scores import define
    from stance.report import report_files, write_files
    from stance.tracking import make_identity

    plain = to_plain(config)
    dataset = build(plain["dataset"])
    examples = dataset.to_frame()
    folds = build(plain["folds"], examples=examples)
    groups = evaluation_groups(examples, folds).set_axis(examples["example_id"])
    tables = []
    for name in ("classifier", "baseline"):
        with progress(f"{dataset.name}: {name}", len(folds)) as advance:
            predictions = cross_predict(build(plain[name]), examples, folds, dataset.labels, advance)
        tables.append(predictions.assign(group=groups.loc[predictions["example_id"]].to_numpy()))
    with progress("simulating", 2 * N_STEPS) as advance:
        found = measure_power(
            tables[0],
            tables[1],
            dataset.labels,
            effect=config.effect,
            metric=config.metric,
            wanted=config.power,
            n_simulations=config.n_simulations,
            random_state=config.seed,
            on_step=advance,
        )
    names = tuple(plain[name]["_target_"].rsplit(".", 1)[-1] for name in ("classifier", "baseline"))
    choices = launched().choices
    identity = make_identity(plain, choices, dataset.sha)
    method = (
        f"Simulated from the agreement of {names[0]} and {names[1]} on {len(examples):,} comments in "
        f"{groups.nunique():,} groups, under the folds {choices['folds']}: {plain['n_simulations']:,} simulated "
        f"studies for each row, seed {plain['seed']}. {define(found.metric)}"
    )
    report = power_report(found, dataset.name, method, str(identity))
    folder = write_files(report_files(report, "power"), Path(config.folder) / identity.name)
    print(f"{dataset.name}: {found}")
    print(f"report: {folder / 'power.html'}")


def power_report(found: "Power", dataset: str, method: str, made_by: str) -> "Report":
    """Return the report of a simulation: how it was made, what can be shown now, how many comments it would take."""
    from stance.evaluation.power import ASSUMPTIONS
    from stance.report import Report, Section, Table

    percent = round(100 * found.wanted)
    curve = found.curve[["difference", "power"]]
    sizes = found.sizes[["comments", "groups", "power"]]
    shown = {"difference": "{:.2f}", "power": "{:.2f}", "comments": "{:,.0f}", "groups": "{:,.0f}"}
    now = Table(
        "differences", f"A true difference in {found.metric}, and how often this data shows it", curve, "", shown
    )
    note = f"Wanted: a difference of {found.effect:.2f} shown in {percent} of 100 studies."
    more = Table("comments", f"Comments, and how often they show {found.effect:.2f}", sizes, note, shown)
    sections = [Section("Power", [method, ASSUMPTIONS], (), [now, more])]
    return Report(f"{dataset}: what could be shown", [str(found)], sections, made_by)


if __name__ == "__main__":
    sys.exit(launch(power, "power", CONFIGS))
