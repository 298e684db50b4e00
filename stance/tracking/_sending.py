"""Sending: a run from the folder that keeps it to a store, whole and once, with FINISHED as the last word."""

import re
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from stance.tracking._store import Store
from stance.tracking.columns import top_metrics, top_params
from stance.tracking.kept import KeptRun
from stance.tracking.runs import SCORE

if TYPE_CHECKING:
    from mlflow.entities import LoggedModel, Run

Entry = TypeVar("Entry")
# the most that MLflow takes in one batch
METRICS_AT_ONCE = 1000
PARAMS_AT_ONCE = 100
# how artifacts are called that a server takes, and how many files are sent to it at once
THROUGH_SERVER = "mlflow-artifacts:"
FILES_AT_ONCE = 8


def create_run(store: Store, name: str, tags: dict[str, str], started: int | None = None) -> "Run":
    """Create a run in a store, RUNNING, whatever the environment says of runs; `started`: milliseconds since 1970."""
    return store.ask(lambda: store.client.create_run(store.experiment_id, started, tags, name))


def send_run(store: Store, kept: KeptRun) -> str:
    """Send a run that is kept in a folder to a store, remove the folder, and return the run's id.

    However often it is interrupted and begun again, the store has the run once; it is FINISHED only when it has
    all scores and files. Raises StoreGone if the store stays away; then the folder is as it was.
    """
    run = _find_begun(store, kept) or create_run(store, kept.name, kept.tags, kept.started)
    run_id = str(run.info.run_id)
    if run_id != kept.run_id:
        kept = kept.begun(run_id)
    if run.info.status != "FINISHED":
        _send(store, kept, run_id)
    shutil.rmtree(kept.folder)
    return run_id


def _find_begun(store: Store, kept: KeptRun) -> "Run | None":
    """Return the run that was begun in this store, None where there is none or it was deleted."""
    run = _find_run(store, kept.run_id) if kept.run_id else None
    there = run is not None and run.info.lifecycle_stage == "active" and run.info.experiment_id == store.experiment_id
    return run if there else None


def _find_run(store: Store, run_id: str) -> "Run | None":
    """Return a run of this store, None where it has none of this id."""
    from mlflow.exceptions import MlflowException

    def found() -> "Run | None":
        try:
            return store.client.get_run(run_id)
        except MlflowException as error:
            if error.error_code == "RESOURCE_DOES_NOT_EXIST":
                return None
            raise

    return store.ask(found)


def _send(store: Store, kept: KeptRun, run_id: str) -> None:
    from mlflow.entities import RunTag

    client = store.client
    tags = [RunTag(name, value) for name, value in kept.tags.items()]
    store.ask(lambda: client.log_batch(run_id, tags=tags))
    log_params(store, run_id, kept.params)
    model = None
    if kept.model.is_dir():
        model = _find_model(store, run_id) or store.ask(
            lambda: client.create_logged_model(store.experiment_id, "model", run_id, params=top_params(kept.params))
        )
    _log_metrics(store, kept, run_id, model.model_id if model else None)
    run = store.ask(lambda: client.get_run(run_id))
    _send_files(store, run.info.artifact_uri, kept.files, lambda: client.log_artifacts(run_id, str(kept.files)))
    _log_inputs(store, kept, run_id)
    if model is not None:
        _log_model(store, kept, run_id, model)
    if "exception" in run.data.tags:
        # of an earlier end, which this one takes back
        store.ask(lambda: client.delete_tag(run_id, "exception"))
    store.ask(lambda: client.set_terminated(run_id, "FINISHED", kept.ended))


def _send_files(store: Store, location: str, folder: Path, log: Callable[[], object]) -> None:
    """Send the files of a folder to where artifacts are: by `log`, or several at once through a server.

    A server takes each file with a request of its own, and MLflow's client sends one after the other.
    """
    if not location.startswith(THROUGH_SERVER):
        store.ask(log)
        return
    from mlflow.store.artifact.artifact_repository_registry import get_artifact_repository

    to: Any = get_artifact_repository(location, store.uri)

    def send(path: Path) -> None:
        within = path.parent.relative_to(folder).as_posix()
        store.ask(lambda: to.log_artifact(str(path), None if within == "." else within))

    with ThreadPoolExecutor(FILES_AT_ONCE) as pool:
        for _ in pool.map(send, sorted(path for path in folder.rglob("*") if path.is_file())):
            pass


def log_params(store: Store, run_id: str, params: Mapping[str, object]) -> None:
    """Log the params of a run that stand at the top of it in a store."""
    from mlflow.entities import Param

    for part in _parts([Param(name, value) for name, value in top_params(params).items()], PARAMS_AT_ONCE):
        store.ask(lambda part=part: store.client.log_batch(run_id, params=part))  # type: ignore[misc]


def _log_metrics(store: Store, kept: KeptRun, run_id: str, model_id: str | None) -> None:
    from mlflow.entities import Metric

    # the time is that of the run: sent again they are the same, and the store keeps them once
    top = top_metrics(kept.metrics, kept.params.get("dataset.metric", SCORE))
    metrics = [Metric(name, value, kept.ended, step, model_id=model_id) for name, value, step in top]
    for part in _parts(metrics, METRICS_AT_ONCE):
        store.ask(lambda part=part: store.client.log_batch(run_id, metrics=part))  # type: ignore[misc]


def _log_inputs(store: Store, kept: KeptRun, run_id: str) -> None:
    """Log what a run was made from: the dataset that it evaluates on, or what shares rest on, models among them."""
    from mlflow.entities import Dataset, DatasetInput, InputTag, LoggedModelInput

    used = [(kept.dataset, "evaluation")] if kept.dataset else []
    for name, digest in kept.inputs.items():
        used.append(({"name": name, "digest": digest, "source_type": "code", "source": "{}"}, "estimation"))
    described = [DatasetInput(Dataset(**one), [InputTag("mlflow.data.context", purpose)]) for one, purpose in used]
    known = store.ask(lambda: store.client.get_run(run_id)).inputs
    linked = {model.model_id for model in known.model_inputs} if known else set()
    found = {model_id for address in kept.models for model_id in _models_at(store, address)}
    models = [LoggedModelInput(model_id) for model_id in sorted(found - linked)]
    store.ask(lambda: store.client.log_inputs(run_id, described, models or None))


def _models_at(store: Store, address: str) -> list[str]:
    """Return the ids of the models of the run at `runs:/<run id>/model`, none where this store has no such run."""
    at = re.fullmatch(r"runs:/(\w+)/model", address)
    run = _find_run(store, at[1]) if at else None
    return [output.model_id for output in run.outputs.model_outputs] if run and run.outputs else []


def _find_model(store: Store, run_id: str) -> "LoggedModel | None":
    of_run = f"source_run_id = '{run_id}'"
    found = store.ask(lambda: store.client.search_logged_models([store.experiment_id], of_run))
    return found[0] if found else None


def _log_model(store: Store, kept: KeptRun, run_id: str, model: "LoggedModel") -> None:
    from mlflow.entities import LoggedModelOutput
    from mlflow.models import Model

    described = Model.load(str(kept.model / "MLmodel"))
    described.run_id, described.model_id, described.artifact_path = run_id, model.model_id, model.artifact_location
    described.save(str(kept.model / "MLmodel"))
    client, model_id = store.client, model.model_id
    to = str(model.artifact_location)
    _send_files(store, to, kept.model, lambda: client.log_model_artifacts(model_id, str(kept.model)))
    store.ask(lambda: client.finalize_logged_model(model_id, "READY"))
    outputs = store.ask(lambda: client.get_run(run_id)).outputs
    if outputs is None or model_id not in {output.model_id for output in outputs.model_outputs}:
        store.ask(lambda: client.log_outputs(run_id, [LoggedModelOutput(model_id, 0)]))


def _parts(entries: Sequence[Entry], size: int) -> Iterator[list[Entry]]:
    for start in range(0, len(entries), size):
        yield list(entries[start : start + size])
