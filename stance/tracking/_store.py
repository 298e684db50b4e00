"""The MLflow store: opened, created and migrated before any work is done."""

import logging
import os
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from stance.errors import InputError, did_you_mean
from stance.files import refuse_path

if TYPE_CHECKING:
    from mlflow import MlflowClient

SECONDS_TO_ANSWER = 5
# MLflow 3 opens an experiment without a kind on its pages for language-model applications
EXPERIMENT_TAGS = {"mlflow.experimentKind": "custom_model_development"}


@dataclass(frozen=True, slots=True)
class Store:
    """An open MLflow store and the experiment name whose runs it is asked for."""

    uri: str
    experiment_name: str
    experiment_id: str
    client: "MlflowClient" = field(repr=False)


def open_store(uri: str, experiment_name: str, create: bool = True) -> Store:
    """Open an MLflow store, migrate it if it is new, and find or create the experiment name in it.

    Relative SQLite addresses become absolute, and so does the folder of their artifacts: `mlartifacts` beside
    the database. A lock beside it lets one process at a time create and migrate.

    Raises InputError, before any work is done, if the store cannot be reached or written, or if `create` is
    false and it has no such experiment name.
    """
    if create:
        refuse_path(experiment_name, "tracking.experiment_name")
    uri, database = _absolute(uri)
    if database is None:
        _check_reachable(uri)
        return _connect(uri, experiment_name, None, create)
    from filelock import FileLock

    _check_writable(database, create)
    with FileLock(f"{database}.lock"):
        return _connect(uri, experiment_name, database.parent / "mlartifacts", create)


def list_experiments(uri: str) -> list[str]:
    """Return the experiment names of a store; none, and no store is made, where its file is not there.

    Raises InputError if the store cannot be reached.
    """
    uri, database = _absolute(uri)
    if database is None:
        _check_reachable(uri)
    elif not database.exists():
        return []
    _quiet()
    from mlflow.exceptions import MlflowException
    from sqlalchemy.exc import SQLAlchemyError

    try:
        return [experiment.name for experiment in _client(uri).search_experiments()]
    except (MlflowException, SQLAlchemyError) as error:
        raise _unusable(uri, error) from None


def _absolute(uri: str) -> tuple[str, Path | None]:
    """Return the address with an absolute path, and the path of the database where it is a SQLite file."""
    if uri.startswith("sqlite:///"):
        database = Path(uri.removeprefix("sqlite:///")).expanduser().resolve()
        return f"sqlite:///{database}", database
    scheme = uri.split("://")[0] if "://" in uri else ""
    if scheme in ("", "file"):
        raise InputError(
            f"tracking.uri: expected sqlite:///<file>, http(s):// or a database's address, found {uri!r}; "
            "MLflow's folder store is not supported. For a store in this folder: tracking.uri=sqlite:///mlflow.db"
        )
    return uri, None


def _check_writable(database: Path, create: bool) -> None:
    if database.exists():
        if not os.access(database, os.W_OK) or not os.access(database.parent, os.W_OK):
            raise InputError(f"tracking.uri: {database} cannot be written; choose another, or change its permissions")
    elif not create:
        raise InputError(f"tracking.uri: expected a store at {database}, found no such file; run stance train")
    else:
        try:
            database.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InputError(f"tracking.uri: {database.parent} cannot be made: {error.strerror}") from None
        if not os.access(database.parent, os.W_OK):
            raise InputError(f"tracking.uri: the folder {database.parent} cannot be written; choose another")


def _check_reachable(uri: str) -> None:
    """Ask a tracking server for its health once: MLflow itself would go on trying for minutes."""
    if not uri.startswith(("http://", "https://")):
        return
    try:
        with urllib.request.urlopen(f"{uri.rstrip('/')}/health", timeout=SECONDS_TO_ANSWER):
            return
    except (urllib.error.URLError, OSError, ValueError) as error:
        reason = getattr(error, "reason", error)
        raise InputError(
            f"tracking.uri: no MLflow server answers at {uri} ({reason}); start it with `mlflow server`, "
            "or keep runs in this folder with tracking.uri=sqlite:///mlflow.db"
        ) from None


def _quiet() -> None:
    """Say what MLflow reads on import: no reports of use to its makers, no bar for each file of some kilobytes."""
    os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
    os.environ.setdefault("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")
    for noisy in ("mlflow.store.db.utils", "alembic"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def _client(uri: str) -> "MlflowClient":
    from mlflow import MlflowClient

    return MlflowClient(tracking_uri=uri)


def _unusable(uri: str, error: Exception) -> InputError:
    return InputError(f"tracking.uri: the store {uri} cannot be opened: {str(error).splitlines()[0]}")


@cache  # a sweep opens its store for each job
def _connect(uri: str, experiment_name: str, artifacts: Path | None, create: bool) -> Store:
    _quiet()
    from mlflow.exceptions import MlflowException
    from sqlalchemy.exc import SQLAlchemyError

    try:
        client = _client(uri)
        experiment = client.get_experiment_by_name(experiment_name)
        if experiment is None and create:
            location = (artifacts / experiment_name).as_uri() if artifacts else None
            experiment_id = client.create_experiment(experiment_name, location, EXPERIMENT_TAGS)
            return Store(uri, experiment_name, experiment_id, client)
        if experiment is None:
            known = [found.name for found in client.search_experiments()]
            raise InputError(
                f"experiment_name: {uri} has no {experiment_name!r}, only {known}."
                f"{did_you_mean(experiment_name, known)}"
            )
    except (MlflowException, SQLAlchemyError) as error:
        raise _unusable(uri, error) from None
    if experiment.lifecycle_stage == "deleted":
        raise InputError(f"experiment_name: {experiment_name!r} was deleted in {uri}; restore it, or choose another")
    return Store(uri, experiment_name, experiment.experiment_id, client)
