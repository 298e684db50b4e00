"""Show how a classifier's score grows with the number of training examples, and whether it is still growing."""

import json
import logging
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stance.config import build, factory_of, launch, launched, to_plain

if TYPE_CHECKING:
    import pandas as pd

    from stance.dataset import StanceDataset
    from stance.evaluation.learning_curve import LearningCurve
    from stance.folds import Fold
    from stance.report import Report

ACROSS = "training examples"
BESIDE = ("score", "majority")
CONFIGS = Path(__file__).resolve().parent.parent / "configs"
POINTS_NOTE = (
    "examples, groups: in training, the mean over folds and draws. least, most: single draws. majority: the most "
    "frequent label of the same training examples, which never reads a comment; over_majority: the paired difference "
    "to it. Intervals: 95 % over groups that are tested, of each row by itself."
)
STEPS_NOTE = (
    "Paired by example, over whole groups; no interval is narrower than that of a single draw with independent "
    "comments. p: approximate randomisation (Noreen 1989), not adjusted for the number of steps; the verdict goes by "
    "the last one only, and by both its interval and its p."
)
log = logging.getLogger("learning_curve")


def learning_curve(config: Any) -> None:
    """Fit and test the classifier on ever more training examples, print the curve and write its report."""
    from stance.console import progress
    from stance.evaluation import evaluation_groups
    from stance.evaluation.learning_curve import make_subsets, measure_curve
    from stance.report import report_files, write_files
    from stance.tracking import make_identity

    plain = to_plain(config)
    dataset = build(plain["dataset"])
    examples = dataset.to_frame()
    scheme, folds, why = choose_folds(plain, examples)
    log.info("Folds: %s. %s", scheme, why)
    identity = make_identity(plain, {**launched().choices, "folds": scheme}, dataset.sha)
    groups = evaluation_groups(examples, folds)
    subsets = make_subsets(examples, folds, groups, config.n_sizes, config.n_repeats, config.seed)
    with progress(identity.name, sum(map(len, subsets))) as advance:
        curve = measure_curve(
            build(plain["classifier"]),
            examples,
            subsets,
            dataset.labels,
            groups,
            metric=config.metric,
            **plain["bootstrap"],
            on_fold=advance,
        )
    report = curve_report(curve, dataset, plain, f"{scheme}. {why}".strip(), identity.name, str(identity))
    made_by = json.dumps({**plain, "choices": launched().choices, **identity.shas}, indent=2, ensure_ascii=False)
    files = {**report_files(report), "config.json": made_by.encode()}
    folder = write_files(files, Path(config.folder) / identity.name)
    print_curve(curve)
    print(f"report: {folder / 'report.html'}")


def choose_folds(plain: Mapping[str, Any], examples: "pd.DataFrame") -> "tuple[str, Sequence[Fold], str]":
    """Return the name of the fold scheme, its folds and the reason for it: the config's, or the data's own."""
    from stance.folds import choose_held_out, official, strictest

    if plain["folds"] is not None:
        make_folds, settings = factory_of(plain["folds"])
        return make_folds.__name__, make_folds(examples, **settings), ""
    if {"train", "test"} <= set(examples["split"].dropna()):
        return "official", official(examples), "The split that came with the data."
    return "strictest", strictest(examples, random_state=plain["seed"]), choose_held_out(examples).why


def curve_report(
    curve: "LearningCurve", dataset: "StanceDataset", plain: Mapping[str, Any], folds: str, name: str, made_by: str
) -> "Report":
    """Return the report of a learning curve; `folds` says under which folds, `made_by` how it came about."""
    from stance.evaluation.learning_curve import LIMITS
    from stance.evaluation.scores import define
    from stance.evaluation.scores.intervals import interval_note
    from stance.plots import plot_curve
    from stance.report import Report, Section, Table, draw

    factory, settings = factory_of(plain["classifier"])
    shown = curve.points.rename(columns={"examples": ACROSS, "score_low": "low", "score_high": "high"})
    figure = plot_curve(shown, ACROSS, curve.metric, f"{name}: {curve.metric} by training examples")
    words = "; ".join(
        f"{row[ACROSS]:,} examples {row['score']:.2f} ({row['low']:.2f} to {row['high']:.2f})"
        for row in shown.to_dict("records")
    )
    said = ", ".join(f"{key}={value}" for key, value in settings.items() if value is not None)
    method = (
        f"{factory.__name__} ({said}) was fitted on all training examples of each fold, and on parts of them. Folds: "
        f"{folds} Each part is a half of the next larger one, made of whole groups, with the labels in proportion as "
        f"well as groups allow; each was drawn {curve.n_repeats} times (seed {plain['seed']}), and tested on all test "
        f"examples of the fold. {interval_note(curve.n_groups)}"
    )
    formats = dict.fromkeys(("over_majority", "over_majority_low", "over_majority_high"), "{:+.3f}")
    points = Table("points", f"{curve.metric} by training examples", curve.points, POINTS_NOTE, formats)
    formats = {**dict.fromkeys(("gain", "gain_low", "gain_high"), "{:+.3f}"), "p": "{:.2g}"}
    steps = Table("steps", "What each step brought", curve.steps, STEPS_NOTE, formats)
    data = f"The data are {len(dataset.examples):,} examples of stance toward {dataset.about_what}."
    sections = [
        Section("Methods", [data, method]),
        Section("Curve", [define(curve.metric)], [draw("curve", figure, f"{curve.metric}: {words}")], [points]),
        Section("Steps", tables=[steps]),
        Section("What the curve cannot tell", LIMITS),
    ]
    return Report(f"{name}: learning curve", curve.verdict(), sections, made_by)


def print_curve(curve: "LearningCurve") -> None:
    """Print the sizes with their scores, majority beside them, and what the curve shows."""
    from rich.console import Console
    from rich.table import Table

    console = Console()
    print(f"{curve.metric} by training examples (95 % interval over groups)")
    table = Table()
    for heading in ("examples", "groups", "score", "majority (cheats)"):
        table.add_column(heading, justify="right")
    for row in curve.points.to_dict("records"):
        scores = (f"{row[name]:.2f} ({row[f'{name}_low']:.2f} to {row[f'{name}_high']:.2f})" for name in BESIDE)
        table.add_row(f"{row['examples']:,}", f"{row['groups']:,}", *scores)
    console.print(table)
    for line in curve.verdict():
        console.print(line, highlight=False, soft_wrap=not console.is_terminal)


if __name__ == "__main__":
    sys.exit(launch(learning_curve, "learning_curve", CONFIGS))
