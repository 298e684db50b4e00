"""Train a classifier, test it on what it has not seen, and track the run; with -m or a preset, as a sweep."""

import json
import logging
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stance.config import Launched, build, launch, launched, to_plain

if TYPE_CHECKING:
    from stance.dataset import StanceDataset
    from stance.tracking import RunIdentity, RunRecord

ROOT = Path(__file__).resolve().parent.parent
log = logging.getLogger("train")


def train(config: Any) -> float:
    """Run one job and return its macro F1; a run that is finished already is not done again."""
    from stance.console import print_where
    from stance.tracking import (
        find_finished,
        flat_params,
        git_state,
        log_run,
        make_identity,
        mark_reused,
        open_store,
        start_run,
    )

    job, plain = launched(), to_plain(config)
    store = open_store(config.tracking.uri, config.tracking.experiment_name)
    dataset = build_dataset(json.dumps(plain["dataset"]))
    if job.number == 0:
        log_findings(dataset)
    identity = make_identity(plain, job.choices, dataset.sha)
    if finished := find_finished(store, identity):
        score = finished.metrics["macro_f1"]
        log.info("Skipping: run %s finished on %s with macro_f1 %.2f", finished.name, finished.started, score)
        if job.sweep_id:
            mark_reused(store, finished, job.sweep_id)
        return score
    tags = git_state(ROOT) | {"folds": job.choices["folds"]} | ({"sweep_id": job.sweep_id} if job.sweep_id else {})
    params = {**job.choices, **flat_params(plain), "labels": ", ".join(dataset.labels)}
    with start_run(store, identity, tags, params) as run_id:
        record = evaluate(config, plain, job, dataset, identity)
        log_run(store, run_id, record)
    macro_f1 = record.scores[0]
    log.info("%s: macro_f1 %.2f (%.2f to %.2f)", identity.name, macro_f1.value, macro_f1.low, macro_f1.high)
    if not job.sweep_id:
        print_where(job.output_dir / "report" / "report.html", store.uri)
    return macro_f1.value


@cache
def build_dataset(config: str) -> "StanceDataset":
    """Build the dataset that a config in JSON describes, once for all jobs of a sweep."""
    dataset: StanceDataset = build(json.loads(config))
    return dataset


def evaluate(
    config: Any, plain: Mapping[str, Any], job: Launched, dataset: "StanceDataset", identity: "RunIdentity"
) -> "RunRecord":
    """Predict every example out of fold, score and report it, and gather all that the run logs."""
    from stance.annotations import Agreement
    from stance.console import progress
    from stance.folds import author_groups, fold_summary
    from stance.predictions import cross_predict
    from stance.report import RunReport, run_files, write_files
    from stance.scores import score_by_fold, score_predictions
    from stance.tracking import RunRecord

    examples, labels = dataset.to_frame(), dataset.labels
    classifier = build(plain["classifier"])
    folds = build(plain["folds"], examples=examples)
    summary = fold_summary(examples, folds, labels)
    for finding in sorted({finding for finding in summary["finding"] if finding}):
        log.info("Folds: %s (%d folds)", finding, (summary["finding"] == finding).sum())
    with progress(identity.name, len(folds)) as advance:
        predictions = cross_predict(classifier, examples, folds, labels, advance)
    groups = author_groups(examples).set_axis(examples["example_id"])
    scores = score_predictions(predictions, groups, labels, config.bootstrap.n_resamples, config.bootstrap.random_state)
    report = RunReport(
        title=identity.name,
        target=dataset.target,
        labels=labels,
        examples=examples,
        predictions=predictions,
        folds=summary,
        scores=scores,
        n_groups=groups.nunique(),
        agreement=str(Agreement(**dataset.stats["agreement"])),
        made_by=str(identity),
    )
    made_by = {**plain, "choices": job.choices, **identity.shas}
    shared = {
        "config.json": json.dumps(made_by, indent=2, ensure_ascii=False).encode(),
        "folds.csv": summary.to_csv(index=False).encode(),
    }
    predictions = predictions.assign(group=groups.loc[predictions["example_id"]].to_numpy())
    here = {**shared, **run_files(report, texts=True), "predictions.csv": predictions.to_csv(index=False).encode()}
    local = write_files(here, job.output_dir / "report")
    tracked = local
    if not config.tracking.texts:
        without_texts = predictions.drop(columns="features").to_csv(index=False).encode()
        there = {**shared, **run_files(report, texts=False), "predictions.csv": without_texts}
        tracked = write_files(there, job.output_dir / "tracked")
    return RunRecord(
        scores=scores,
        steps=score_by_fold(predictions, labels),
        files=tracked,
        summary=(tracked / "report.md").read_text(encoding="utf-8")[:5000],
        examples=examples,
        dataset_name=dataset.name,
        dataset_source=plain["dataset"]["study"],
        dataset_sha=identity.dataset_sha,
        model=classifier.fit(examples, examples["label"]),
        input_example=invented_example(),
    )


def invented_example() -> Any:
    """Return what the model takes, in invented words: no comment's text goes into a model's metadata."""
    import pandas as pd

    return pd.DataFrame({"text": ["These are the words of no one."], "author": ["author-01"]})


def log_findings(dataset: "StanceDataset") -> None:
    """Say what the readers found on the pages, and what was dropped."""
    for finding in dataset.stats.get("findings", []):
        log.info("Page: %s", finding)
    if dataset.dropped:
        log.info("Dropped: %s", dataset.stats["dropped"])


def compare_sweep(config: Any, job: Launched) -> None:
    """Print and store the comparison of a sweep, the runs included that it did not have to do again."""
    from compare import show_comparison

    from stance.tracking import find_sweep, open_store

    assert job.sweep_id is not None
    assert job.sweep_dir is not None
    store = open_store(config.tracking.uri, config.tracking.experiment_name)
    runs = find_sweep(store, job.sweep_id)
    show_comparison(store, runs, job.sweep_dir / "comparison", "majority", "macro_f1", config.bootstrap)


if __name__ == "__main__":
    sys.exit(launch(train, "train", ROOT / "configs", after_sweep=compare_sweep))
