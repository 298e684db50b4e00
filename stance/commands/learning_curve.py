"""Show how a classifier's score grows with the number of training examples, and whether it is still growing."""

import json
import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stance.cells import say
from stance.commands.config import build, factory_of, launch, launched, own_files, shown_config, to_plain

if TYPE_CHECKING:
    import pandas as pd

    from stance.folds import Fold

log = logging.getLogger("learning_curve")


def learning_curve(config: Any) -> None:
    """Fit and test the classifier on ever more training examples, print the curve and write its report."""
    from stance.evaluation import evaluation_groups
    from stance.evaluation.learning_curve import make_subsets, measure_curve
    from stance.files import refuse_foreign, write_files
    from stance.report import curve_report, report_files
    from stance.report.console import print_curve, progress
    from stance.tracking import make_identity

    plain = to_plain(config)
    dataset = build(plain["dataset"])
    examples = dataset.to_frame()
    scheme, folds, why = choose_folds(plain, examples)
    log.info("Folds: %s. %s", scheme, why)
    choices = launched().on(plain, dataset.name).choices | {"folds": scheme}
    identity = make_identity(plain, choices, dataset.sha, own_files(config))
    folder = Path(config.folder) / identity.name.replace("/", "-")
    refuse_foreign(folder)
    groups = evaluation_groups(examples, folds)
    subsets = make_subsets(examples, folds, groups, config.n_sizes, config.n_repeats, config.seed)
    with progress(identity.name, sum(map(len, subsets))) as advance:
        curve = measure_curve(
            build(plain["classifier"]),
            examples,
            subsets,
            dataset.labels,
            groups,
            metric=config.metric or dataset.metric,
            **plain["bootstrap"],
            on_fold=advance,
        )
    factory, settings = factory_of(plain["classifier"])
    said = ", ".join(f"{key}={value}" for key, value in settings.items() if value is not None)
    under = f"{scheme}. {why}".strip()
    report = curve_report(
        curve, dataset, f"{factory.__name__} ({said})", plain["seed"], under, identity.name, str(identity)
    )
    made_by = {**shown_config(plain), "choices": launched().choices, **identity.shas}
    files = {**report_files(report), "config.json": json.dumps(made_by, indent=2, ensure_ascii=False).encode()}
    write_files(files, folder)
    print_curve(curve)
    say(f"report: {folder / 'report.html'}")


def choose_folds(plain: Mapping[str, Any], examples: "pd.DataFrame") -> "tuple[str, Sequence[Fold], str]":
    """Return the name of the fold scheme, its folds and the reason for it: the config's, or the data's own."""
    from stance.folds import official
    from stance.folds.held_out import hold_out

    if plain["folds"] is not None:
        make_folds, settings = factory_of(plain["folds"])
        return make_folds.__name__, make_folds(examples, **settings), ""
    if {"train", "test"} <= set(examples["split"].dropna()):
        return "official", official(examples), "The split that came with the data."
    held_out, folds = hold_out(examples, random_state=plain["seed"])
    return "strictest", folds, held_out.why


def main() -> int:
    """Run the command and return the process's exit code."""
    return launch(learning_curve, "learning_curve")
