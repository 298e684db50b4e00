"""Say what a dataset could show of two classifiers, and how many comments it would take to show a difference."""

from pathlib import Path
from typing import Any

from stance.cells import say
from stance.commands.config import build, launch, launched, own_files, to_plain
from stance.errors import InputError


def power(config: Any) -> None:
    """Predict with both classifiers, simulate from their agreement, print what was found and write it down."""
    from stance.evaluation import evaluation_groups
    from stance.evaluation.power import N_STEPS, measure_power
    from stance.evaluation.predictions import cross_predict
    from stance.evaluation.scores import define
    from stance.files import refuse_foreign, write_files
    from stance.report import power_report, report_files
    from stance.report.console import progress
    from stance.tracking import make_identity

    plain = to_plain(config)
    for name, group in (("classifier", "classifier"), ("baseline", "classifier@baseline")):
        if not isinstance(plain[name], dict):
            found = plain[name]
            raise InputError(f"{name}: expected the settings of a classifier, found {found!r}; write {group}={found}")
    dataset = build(plain["dataset"])
    choices = launched().on(plain, dataset.name).choices
    identity = make_identity(plain, choices, dataset.sha, own_files(config))
    folder = Path(config.folder) / identity.name.replace("/", "-")
    refuse_foreign(folder)
    examples = dataset.to_frame()
    folds = build(plain["folds"], examples=examples)
    groups = evaluation_groups(examples, folds).set_axis(examples["example_id"])
    tables = []
    for name in ("classifier", "baseline"):
        with progress(f"{dataset.name}: {name}", len(folds)) as advance:
            predictions = cross_predict(build(plain[name]), examples, folds, dataset.labels, advance)
        tables.append(predictions.assign(group=groups.loc[predictions["example_id"]].to_numpy()))
    with progress("simulating", 2 * N_STEPS + config.n_pilots) as advance:
        found = measure_power(
            tables[0],
            tables[1],
            dataset.labels,
            effect=config.effect,
            metric=config.metric or dataset.metric,
            wanted=config.power,
            n_simulations=config.n_simulations,
            random_state=config.seed,
            comparisons=config.comparisons,
            n_pilots=config.n_pilots,
            on_step=advance,
        )
    names = tuple(plain[name]["_target_"].rsplit(".", 1)[-1] for name in ("classifier", "baseline"))
    method = (
        f"Simulated from the agreement of {names[0]} and {names[1]} on {len(examples):,} comments in "
        f"{groups.nunique():,} groups, under the folds {choices['folds']}: {plain['n_simulations']:,} simulated "
        f"studies for each row, seed {plain['seed']}. {define(found.metric)}"
    )
    report = power_report(found, dataset.name, method, str(identity))
    write_files(report_files(report, "power"), folder)
    say(f"{dataset.name}: {found}")
    say(f"report: {folder / 'power.html'}")


def main() -> int:
    """Run the command and return the process's exit code."""
    return launch(power, "power")
