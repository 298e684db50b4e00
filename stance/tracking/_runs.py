"""Runs: what one logs, as data, the loop that logs it, and finding runs again."""

import os
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

from stance.errors import InputError, did_you_mean
from stance.evaluation.comparison import ComparedRun, tracked_name
from stance.evaluation.scores import Score
from stance.tracking._identity import RunIdentity
from stance.tracking._store import Store, list_experiments, open_store

if TYPE_CHECKING:
    import pandas as pd
    from mlflow.entities import Run

METRICS_AT_ONCE = 1000  # the most that MLflow takes in one batch
# what a tracked classifier may hold beside scikit-learn's own
TRUSTED_TYPES = (
    "scipy.sparse._csr.csr_matrix",  # the n-grams of what a kernel compares with
    "stance.classifiers._group_prior.GroupPriorClassifier",
    "stance.classifiers._length.length_names",
    "stance.classifiers._length.text_lengths",
    "stance.classifiers._nb_svm.NBSVMClassifier",
    "stance.classifiers._per_target.PerTargetClassifier",
    "stance.classifiers.embeddings._encoder.SentenceEncoder",
    "stance.classifiers.embeddings._features.SentenceFeatures",
    "stance.classifiers.embeddings._kernel.SummedKernel",
    "stance.classifiers.embeddings._kernel_ridge.KernelRidgeClassifier",
)


@dataclass(frozen=True, slots=True)
class RunRecord:
    """All that a run logs: `files` is the folder that is uploaded, `steps` has one row a fold.

    `model` is the classifier fitted on all `examples`; `input_example` shows what it takes.
    """

    scores: Sequence[Score]
    steps: "pd.DataFrame"
    files: Path
    summary: str
    examples: "pd.DataFrame"
    dataset_name: str
    dataset_source: str
    dataset_sha: str
    model: Any
    input_example: "pd.DataFrame"
    trust: Sequence[str] = ()


def find_finished(store: Store, identity: RunIdentity) -> ComparedRun | None:
    """Return the newest finished run of the same config, data and code, None where there is none."""
    same = " and ".join(f"tags.{name} = '{value}'" for name, value in identity.shas.items())
    found = find_runs(store, f"{same} and attributes.status = 'FINISHED'")
    return found[0] if found else None


def find_runs(store: Store, filter_string: str = "") -> list[ComparedRun]:
    """Return the runs that an MLflow filter finds under the store's experiment name, the newest first.

    Raises InputError if MLflow cannot read the filter.
    """
    from mlflow.exceptions import MlflowException

    found: list[ComparedRun] = []
    token: str | None = None
    while True:
        try:
            page = store.client.search_runs(
                [store.experiment_id], filter_string, order_by=["attributes.start_time DESC"], page_token=token
            )
        except MlflowException as error:
            raise InputError(f"filter {filter_string!r}: {error.message}") from None
        found += [_compared(run) for run in page if "config_sha" in run.data.tags]
        token = page.token
        if not token:
            return found


def find_runs_on(uri: str, dataset_shas: Collection[str], place: str, after: str) -> list[ComparedRun]:
    """Return all runs that may have seen what was erased, under every experiment name of the store at `uri`.

    Those on datasets with these shas, and those whose dataset or source was built from the study or table at
    `place`, in whatever way, unless their data is what it is `after` the erasure. None where there is no store
    yet. Raises InputError if there is one and it cannot be asked.
    """
    stores = [open_store(uri, name, create=False) for name in list_experiments(uri)]
    return [run for store in stores for run in find_runs(store) if _rests_on(run, dataset_shas, place, after)]


def _rests_on(run: ComparedRun, dataset_shas: Collection[str], place: str, after: str) -> bool:
    shas = run.dataset_sha.split("+")  # a run that trains on other data sets names all of them
    places = {value for name, value in run.params.items() if name.endswith((".study", ".path"))}
    return not {*dataset_shas}.isdisjoint(shas) or (place in places and after not in shas)


def find_sweep(store: Store, sweep_id: str) -> list[ComparedRun]:
    """Return the finished runs of a sweep, those that it reused included.

    Raises InputError, with the near miss, if the store knows no such sweep.
    """
    found = {
        run.run_id: run
        for tag in (f"tags.sweep_id = '{sweep_id}'", f"tags.`reused_by/{sweep_id}` = 'true'")
        for run in find_runs(store, f"{tag} and attributes.status = 'FINISHED'")
    }
    known = set() if found else {run.sweep_id for run in find_runs(store) if run.sweep_id}
    if not found and sweep_id not in known:
        raise InputError(
            f"no run of sweep {sweep_id!r} under {store.experiment_name!r} in {store.uri}; it has the sweeps "
            f"{sorted(known)}.{did_you_mean(sweep_id, known)}"
        )
    return list(found.values())


def mark_reused(store: Store, run: ComparedRun, sweep_id: str) -> None:
    """Note on a run that a later sweep has reused it, so that the sweep's comparison finds it."""
    store.client.set_tag(run.run_id, f"reused_by/{sweep_id}", "true")


def read_predictions(store: Store, run: ComparedRun) -> "pd.DataFrame":
    """Read the predictions that a run has tracked."""
    import pandas as pd

    if run.artifacts.startswith("file://"):
        path = str(Path(url2pathname(urlsplit(run.artifacts).path)) / "predictions.csv")
    else:
        path = store.client.download_artifacts(run.run_id, "predictions.csv")
    # labels and ids may look like numbers or truth values, and are words
    words = dict.fromkeys(("example_id", "label", "predicted", "group", "thread_id"), str)
    return pd.read_csv(path, keep_default_na=False, dtype=words)


@contextmanager
def start_run(
    store: Store, identity: RunIdentity, tags: Mapping[str, str], params: Mapping[str, object]
) -> Iterator[str]:
    """Start a run, log its params and yield its id.

    It ends FINISHED, or FAILED (KILLED on Ctrl-C) with the reason as a tag.
    """
    import mlflow

    # log_model asks MLflow's global address, which is the environment's; both are as before when the run ends
    before = os.environ.get("MLFLOW_TRACKING_URI")
    mlflow.set_tracking_uri(store.uri)
    try:
        run = mlflow.start_run(
            experiment_id=store.experiment_id, run_name=identity.name, tags={**identity.shas, **tags}
        )
        try:
            mlflow.log_params({name: str(value) for name, value in params.items()})
            yield run.info.run_id
        except BaseException as error:
            mlflow.set_tag("exception", f"{type(error).__name__}: {error}"[:5000])
            mlflow.end_run("FAILED" if isinstance(error, Exception) else "KILLED")
            raise
        mlflow.end_run("FINISHED")
    finally:
        mlflow.set_tracking_uri(before)  # type: ignore[arg-type]  # None is what takes it back


def log_run(store: Store, run_id: str, record: RunRecord) -> None:
    """Log scores, scores by fold as steps, files, dataset and model of the run that is active."""
    from mlflow.entities import Metric

    now = int(time.time() * 1000)
    # a score that is not a number is left out: the store keeps it as 0 with a flag that the UI does not show
    metrics = [Metric(name, value, now, 0) for name, value in _flat_scores(record.scores) if value == value]
    metrics += [
        Metric(f"fold_{name}", float(value), now, step)
        for name in ("accuracy", "macro_f1")
        for step, value in enumerate(record.steps[name])
    ]
    for start in range(0, len(metrics), METRICS_AT_ONCE):
        store.client.log_batch(run_id, metrics=metrics[start : start + METRICS_AT_ONCE])
    store.client.set_tag(run_id, "mlflow.note.content", record.summary)
    store.client.log_artifacts(run_id, str(record.files))
    _log_dataset(record)
    _log_model(record)


def _flat_scores(scores: Sequence[Score]) -> Iterator[tuple[str, float]]:
    for score in scores:
        yield tracked_name(score.metric), score.value
        yield tracked_name(f"{score.metric}_low"), score.low
        yield tracked_name(f"{score.metric}_high"), score.high


def _log_dataset(record: RunRecord) -> None:
    import mlflow
    from mlflow.data.code_dataset_source import CodeDatasetSource
    from mlflow.data.pandas_dataset import PandasDataset

    source = CodeDatasetSource(tags={"study": record.dataset_source})
    described = PandasDataset(
        record.examples[["example_id", "label"]],
        source,
        targets="label",
        name=record.dataset_name,
        digest=record.dataset_sha[:8],
    )
    mlflow.log_input(described, context="evaluation")


def _log_model(record: RunRecord) -> None:
    """Log the classifier in skops' format, which holds no code; what it may contain is named, not guessed."""
    import mlflow.sklearn
    from mlflow.models import ModelSignature
    from mlflow.types import ColSpec, Schema, TensorSpec

    # which columns a classifier reads is its own affair; without the others it takes them for missing
    columns: list[ColSpec | TensorSpec] = [
        ColSpec("string", str(name), required=name == "text") for name in record.input_example
    ]
    pinned = [f"{package}=={version(package)}" for package in ("pandas", "scikit-learn", "skops", "stance-threads")]
    mlflow.sklearn.log_model(
        record.model,
        name="model",
        serialization_format="skops",
        skops_trusted_types=[*TRUSTED_TYPES, *_own_types(record)],
        signature=ModelSignature(Schema(columns), Schema([ColSpec("string", "label")])),
        input_example=record.input_example,
        pip_requirements=pinned,
    )


def _own_types(record: RunRecord) -> list[str]:
    """Return the types in a model that are from modules which the run's config trusts by name."""
    if not record.trust:
        return []
    import skops.io

    found = skops.io.get_untrusted_types(data=skops.io.dumps(record.model))
    return [name for name in found if name.rpartition(".")[0] in record.trust]


def _compared(run: "Run") -> ComparedRun:
    params, tags = run.data.params, run.data.tags
    return ComparedRun(
        run_id=run.info.run_id,
        name=run.info.run_name,
        dataset_sha=tags["dataset_sha"],
        config_sha=tags["config_sha"],
        started=datetime.fromtimestamp(run.info.start_time / 1000).strftime("%Y-%m-%d %H:%M"),
        sweep_id=tags.get("sweep_id"),
        artifacts=run.info.artifact_uri,
        params=params,
        metrics=run.data.metrics,
    )
