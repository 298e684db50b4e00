"""Train a classifier, test it on what it has not seen, and track the run; with -m or a preset, as a sweep."""

import json
import logging
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from stance.commands._inputs import DATA, Data, mark_of_folds, read_cheating, read_data, read_folds, split_of
from stance.commands.config import (
    OWN,
    Launched,
    build,
    factory_of,
    launch,
    launched,
    own_files,
    place_of,
    shown_config,
    to_plain,
)
from stance.commands.store.noting import ask, note_done
from stance.commands.store.sweep import compare_sweep, tracking_of

if TYPE_CHECKING:
    import pandas as pd

    from stance.dataset import StanceDataset
    from stance.evaluation import Evaluation
    from stance.evaluation.scores import Score
    from stance.tracking import RunIdentity, RunRecord, Tracking
    from stance.tracking.lifecycle import BegunRun

log = logging.getLogger("train")


def train(config: Any) -> float:
    """Run one job and return what its dataset is judged by; a run that is finished already is not done again."""
    from stance.files import refuse_foreign
    from stance.tracking import begin_run, claim_run, find_done, make_identity
    from stance.tracking.lifecycle import note_reused
    from stance.tracking.noted import find_noted

    job, plain = launched(), to_plain(config)
    for written in ("report", "tracked"):
        refuse_foreign(job.output_dir / written)
    asked = ask(config, plain, job)
    if asked is not None and (noted := find_noted(asked)):
        return skip(noted.name, noted.started, noted.metric, noted.score)
    # ahead of MLflow: skops, which saves models, looks for each of these functions in all modules, in order of loading
    import scipy.special  # type: ignore[import-untyped, unused-ignore]  # noqa: F401

    tracking = tracking_of(config, job)
    data = read_data(json.dumps({key: plain[key] for key in DATA}))
    job = job.on(plain, data.dataset.name)
    if job.number == 0:
        log_findings(data.dataset)
    identity = make_identity(plain, job.choices, data.sha, own_files(config))
    with claim_run(tracking.claims, identity):
        begun = None
        while begun is None:
            if finished := find_done(tracking, identity):
                metric = data.dataset.metric
                note_done(asked, ask(config, plain, job), finished.run_id, data.sha, metric)
                if job.sweep_id:
                    note_reused(tracking, identity, finished, job.sweep_id)
                return skip(finished.name, finished.started, metric, finished.metrics[metric])
            refuse_metric(data.dataset)
            refuse_columns(data.examples, plain["by"])
            begun = begin_run(tracking, identity, *tags_and_params(plain, job, data))
        primary = do_run(begun, plain, job, data)
        note_done(asked, ask(config, plain, job), begun.run_id, data.sha, data.dataset.metric)
    log.info("%s: %s", identity.name, primary)
    if not job.sweep_id:
        say_where(tracking, job, begun.run_id)
    return primary.value


def skip(name: str, started: str, metric: str, score: float) -> float:
    """Say that a run is done already, and return its score."""
    log.info("Skipping: run %s finished on %s with %s %.2f", name, started, metric, score)
    return score


def say_where(tracking: "Tracking", job: Launched, run_id: str | None) -> None:
    """Say where the report of a run is, and the run itself."""
    from stance.report.console import print_where
    from stance.tracking.ui import where

    shown = tracking.shown if tracking.store is None else where(tracking.store, run_id)
    print_where(job.output_dir / "report" / "report.html", shown)


def refuse_metric(dataset: "StanceDataset") -> None:
    """Raise InputError, before there is a run, if the dataset cannot be judged by what its config says."""
    from stance.evaluation.scores import check_metric

    check_metric(dataset.metric, dataset.labels)


def refuse_columns(examples: "pd.DataFrame", by: Sequence[str]) -> None:
    """Raise InputError, before there is a run, if scores are asked for by columns that the examples do not have."""
    from stance.evaluation.mistakes import kind_columns

    kind_columns(examples, by)


def tags_and_params(plain: Mapping[str, Any], job: Launched, data: Data) -> tuple[dict[str, str], dict[str, object]]:
    """Return what a run says of itself before it has any result."""
    from stance.tracking import flat_params, git_state

    folds = job.choices["folds"] + mark_of_folds(plain)
    tags = git_state() | {"folds": folds} | ({"sweep_id": job.sweep_id} if job.sweep_id else {})
    params = {
        **job.choices,
        "folds": folds,
        **flat_params(shown_config(plain)),
        "labels": json.dumps(data.dataset.labels, ensure_ascii=False),
    }
    return tags, params


def do_run(begun: "BegunRun", plain: Mapping[str, Any], job: Launched, data: Data) -> "Score":
    """Do a run that has begun: evaluate, report, track; return what the dataset is judged by."""
    from stance.tracking import doing, log_run

    with doing(begun):
        evaluation = evaluate_run(plain, data, begun.identity.name)
        log_run(begun, report_run(plain, job, data, evaluation, begun.identity))
    return evaluation.primary


def evaluate_run(plain: Mapping[str, Any], data: Data, name: str) -> "Evaluation":
    """Evaluate the classifier that a config describes under its folds."""
    from stance.evaluation import evaluate, evaluation_groups
    from stance.evaluation.predictions import make_weights
    from stance.report.console import progress

    examples, labels = data.examples, data.dataset.labels
    factory, settings = factory_of(plain["classifier"])
    tuned = plain["tune"] is not None
    classifier = build(plain["tune"], factory=factory, settings=settings) if tuned else factory(**settings)
    split = read_folds(*split_of(plain))
    folds = split.folds
    for said in split.said:
        log.info("Folds: %s", said)
    n_permutations, repeats = plain["permutations"], plain["repeats"]
    with progress(name, len(folds) * (1 + repeats) + n_permutations) as advance:
        return evaluate(
            classifier,
            examples,
            folds,
            labels,
            evaluation_groups(examples, folds),
            name=factory.__name__,
            scheme=split.scheme,
            why=split.why,
            metric=data.dataset.metric,
            weights=make_weights(examples, labels, **plain["weights"]),
            **plain["bootstrap"],
            metrics={name: OWN[target] for name, target in plain["metrics"].items()},
            cheating=read_cheating(*split_of(plain)),
            on_fold=advance,
            n_permutations=n_permutations,
            on_permutation=advance,
            repeats=repeats,
            by=plain["by"],
        )


def report_run(
    plain: Mapping[str, Any], job: Launched, data: Data, evaluation: "Evaluation", identity: "RunIdentity"
) -> "RunRecord":
    """Write the report of a run, and gather all that the run logs."""
    from stance.classifiers import CHEATING
    from stance.classifiers.words import without_words
    from stance.dataset.folder import known_limits
    from stance.evaluation.scores import score_by_fold
    from stance.files import write_files
    from stance.report import Reported, report_files, run_report
    from stance.tracking import RunRecord
    from stance.tracking.runs import predictions_csv

    dataset, tested = data.dataset, evaluation.tested.summary
    for finding in sorted({finding for finding in tested["finding"] if finding}):
        log.info("Folds: %s (%d folds)", finding, (tested["finding"] == finding).sum())
    reported = Reported(
        title=identity.name,
        evaluation=evaluation,
        examples=data.examples,
        labels=dataset.labels,
        stats=dataset.stats,
        agreement=str(dataset.agreement or ""),
        config=plain,
        sentences=own_sentences(plain),
    )
    report = run_report(reported, str(identity), known_limits(dataset))
    made_by = {**shown_config(plain), "choices": job.choices, **identity.shas}
    predictions = evaluation.predictions
    shared = {"config.json": json.dumps(made_by, indent=2, ensure_ascii=False).encode()}
    here = {**shared, **report_files(report), "predictions.csv": predictions_csv(predictions)}
    local = write_files(here, job.output_dir / "report")
    tracked = local
    if not plain["tracking"]["texts"]:
        wordless = predictions_csv(predictions.drop(columns="features"))
        there = {**shared, **report_files(report.without_words()), "predictions.csv": wordless}
        tracked = write_files(there, job.output_dir / "tracked")
    model = getattr(evaluation.fitted, "best_estimator_", evaluation.fitted) if plain["tracking"]["model"] else None
    refitted = [evaluation.refits.score] if evaluation.refits else []
    crossed = evaluation.cross_target.scores() if evaluation.cross_target else []
    gaps = [gap for by_value in evaluation.by for gap in by_value.widest()]
    return RunRecord(
        scores=[*evaluation.scores, *evaluation.leaks.gap_scores(), *refitted, *gaps, *crossed],
        steps=score_by_fold(predictions, dataset.labels),
        files=tracked,
        summary="\n\n".join(
            [
                *report.verdict,
                evaluation.fitted_on,
                "All of it, with pictures and tables: report.html among the artifacts.",
            ]
        ),
        examples=data.examples,
        dataset_name=dataset.name,
        dataset_source=place_of(plain["dataset"]),
        dataset_sha=identity.dataset_sha,
        model=model if plain["tracking"]["texts"] or model is None else without_words(model),
        input_example=invented_example(),
        trust=plain["trust"],
        metric=plain["dataset"].get("metric") or "macro_f1",
        cheats=job.choices["classifier"] in CHEATING,
        cost=evaluation.cost,
    )


def own_sentences(plain: Mapping[str, Any]) -> dict[str, str]:
    """Return what functions of the user's own say of themselves, by the name that the report has for each."""
    from stance.report import first_sentence

    factories = [factory_of(plain[group])[0] for group in ("classifier", "folds")]
    own = {factory.__name__: factory for factory in factories if factory in OWN.values()}
    own |= {name: OWN[target] for name, target in plain["metrics"].items()}
    return {name: first_sentence(function) for name, function in own.items()}


def invented_example() -> Any:
    """Return what the model takes, in invented words: no comment's text goes into a model's metadata."""
    import pandas as pd

    words = "These are the words of no one."
    return pd.DataFrame({"text": [words], "author": ["author-01"], "context": [words], "target": ["nothing"]})


def log_findings(dataset: "StanceDataset") -> None:
    """Say what the readers found on the pages, and what was dropped."""
    for finding in dataset.stats.get("findings", []):
        log.info("Page: %s", finding)
    if dataset.stats["dropped"]:
        log.info("Dropped: %s", dataset.stats["dropped"])


def main() -> int:
    """Run the command and return the process's exit code."""
    return launch(train, "train", after_sweep=compare_sweep)
