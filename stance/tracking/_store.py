"""The MLflow store: opened, created and migrated before any work is done."""

import hashlib
import logging
import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from stance.errors import InputError, did_you_mean
from stance.files import refuse_path
from stance.tracking._address import Address, parse_address
from stance.tracking._asking import StoreGone, ask
from stance.tracking._moved import ARTIFACTS, artifacts_now, relocate
from stance.tracking.opening import check_schema, check_server, create_database

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import Experiment

Answer = TypeVar("Answer")
# how long a store may be away before a run is kept in its folder
SECONDS_TO_WAIT = 60
# MLflow 3 opens an experiment without a kind on its pages for language-model applications
EXPERIMENT_TAGS = {"mlflow.experimentKind": "custom_model_development"}


@dataclass(frozen=True, slots=True)
class Store:
    """An open MLflow store and the experiment name whose runs it is asked for.

    `shown` is its address without passwords; `database` its file where it is SQLite's, `inode` the number of
    that file; `location` where the experiment's artifacts were made, `artifacts` where they are now; `wait` how
    many seconds it may be away.
    """

    uri: str
    experiment_name: str
    experiment_id: str
    client: "MlflowClient" = field(repr=False)
    shown: str
    database: Path | None
    inode: int | None
    location: str
    artifacts: str
    wait: float

    @property
    def claims(self) -> Path:
        """The folder of the locks of the runs that are being done: beside the database, or this user's own."""
        if self.database is not None:
            return self.database.with_name(f"{self.database.name}.claims")
        own = hashlib.sha256(f"{Path.home()} {self.shown}".encode()).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"stance-claims-{own}"

    def now(self, location: str) -> str:
        """Return where artifacts of the experiment name are now that were written to `location`."""
        return self.artifacts + location.removeprefix(self.location) if location.startswith(self.location) else location

    def ask(self, call: Callable[[], Answer], seconds: float | None = None) -> Answer:
        """Return what a call to the store returns, asked again while it is away.

        Raises StoreGone if it stays away, or if its file is not the one that was opened: what is written to a
        file that was removed goes nowhere.
        """
        self._still_there()
        answer = ask(call, self.shown, self.wait if seconds is None else seconds)
        self._still_there()
        return answer

    def _still_there(self) -> None:
        if self.database is None:
            return
        try:
            found = self.database.stat().st_ino
        except OSError as error:
            raise StoreGone(f"the store {self.shown} is gone: {error.strerror}") from None
        if found != self.inode:
            raise StoreGone(f"the store {self.shown} is gone: there is another file in its place")


def open_store(
    uri: str, experiment_name: str, create: bool = True, *, migrate: bool = False, wait: float = SECONDS_TO_WAIT
) -> Store:
    """Open an MLflow store, and find or create the experiment name in it.

    Relative SQLite addresses become absolute, and so does the folder of their artifacts: `mlartifacts` beside
    the database. A lock beside it lets one process at a time create and migrate. A store of an older MLflow is
    migrated only if `migrate` says so, and never without `create`.

    Raises InputError, before any work is done, if the store cannot be reached or written, if its schema is not
    that of the MLflow that is installed, or if `create` is false and it has no such experiment name.
    """
    if create:
        refuse_path(experiment_name, "tracking.experiment_name")
    address = parse_address(uri)
    _quiet()
    if address.database is None:
        _check_reachable(address, migrate and create)
        return _connect(address, None, experiment_name, create, wait)
    from filelock import FileLock

    _check_writable(address.database, create)
    with FileLock(f"{address.database}.lock"):
        if not address.database.exists() or not address.database.stat().st_size:
            create_database(address.database)
        else:
            check_schema(address, migrate and create)
        return _connect(address, address.database.stat().st_ino, experiment_name, create, wait)


def list_experiments(uri: str) -> list[str]:
    """Return the experiment names of a store; none, and no store is made, where its file is not there.

    Raises InputError if the store cannot be reached, or would have to be migrated.
    """
    address = parse_address(uri)
    _quiet()
    if address.database is None:
        _check_reachable(address, migrate=False)
    elif not address.database.exists():
        return []
    else:
        _check_writable(address.database, create=False)
        check_schema(address, migrate=False)
    try:
        found = ask(lambda: _client(address.uri).search_experiments(), address.shown, 0)
    except StoreGone as gone:
        raise InputError(f"tracking.uri: the store {address.shown} cannot be opened: {gone.reason}") from None
    return [experiment.name for experiment in found]


def _check_writable(database: Path, create: bool) -> None:
    if database.is_dir():
        raise InputError(f"tracking.uri: expected the file of a SQLite store, found the folder {database}")
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


def _check_reachable(address: Address, migrate: bool) -> None:
    """Ask a server or a database once, as MLflow asks it: MLflow itself would go on trying for minutes."""
    if not address.is_server:
        if not address.uri.startswith("databricks"):
            check_schema(address, migrate)
        return
    check_server(address)


def _quiet() -> None:
    """Say what MLflow reads on import: no reports of use to its makers, no bar for each file of some kilobytes.

    Its own retries, which take minutes without a word, are left to `ask`.
    """
    os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
    os.environ.setdefault("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")
    os.environ.setdefault("MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT", "true")  # links that land on another kind of page
    os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    os.environ.setdefault("MLFLOW_HTTP_REQUEST_TIMEOUT", "20")
    # SQLAlchemy prints an interrupt that falls into the closing of a connection
    for noisy in ("mlflow.store.db.utils", "alembic", "sqlalchemy.pool"):
        logging.getLogger(noisy).setLevel(logging.CRITICAL)


def _client(uri: str) -> "MlflowClient":
    from mlflow import MlflowClient

    return MlflowClient(tracking_uri=uri)


def _find_experiment(address: Address, name: str, create: bool) -> "tuple[MlflowClient, Experiment]":
    """Return the client of a store and its experiment of this name, made if there is none and it is to `create`."""
    client = _client(address.uri)
    experiment = client.get_experiment_by_name(name)
    if experiment is None and create:
        place = (address.database.parent / ARTIFACTS / name).as_uri() if address.database else None
        experiment = _create_experiment(client, name, place)
    if experiment is None:
        known = [found.name for found in client.search_experiments()]
        raise InputError(f"experiment_name: {address.shown} has no {name!r}, only {known}.{did_you_mean(name, known)}")
    if experiment.name != name:
        raise ValueError("it does not answer as an MLflow server does")
    return client, experiment


def _create_experiment(client: "MlflowClient", name: str, place: str | None) -> "Experiment | None":
    """Create an experiment name; where another process has done so at the same time, return its."""
    from mlflow.exceptions import MlflowException

    try:
        return client.get_experiment(client.create_experiment(name, place, EXPERIMENT_TAGS))
    except MlflowException as error:
        if error.error_code != "RESOURCE_ALREADY_EXISTS":
            raise
        return client.get_experiment_by_name(name)


@cache  # a sweep opens its store for each job
def _connect(address: Address, inode: int | None, experiment_name: str, create: bool, wait: float) -> Store:
    database = address.database
    try:
        client, experiment = ask(lambda: _find_experiment(address, experiment_name, create), address.shown, 0)
    except StoreGone as gone:
        raise InputError(f"tracking.uri: the store {address.shown} cannot be opened: {gone.reason}") from None
    if experiment.lifecycle_stage == "deleted":
        raise InputError(
            f"experiment_name: {experiment_name!r} was deleted in {address.shown}; restore it, or choose another"
        )
    location = str(experiment.artifact_location)
    artifacts = artifacts_now(location, experiment_name, database)
    if create and artifacts != location:
        relocate(address.uri, experiment, artifacts)
    return Store(
        uri=address.uri,
        experiment_name=experiment_name,
        experiment_id=experiment.experiment_id,
        client=client,
        shown=address.shown,
        database=database,
        inode=inode,
        location=location,
        artifacts=artifacts,
        wait=wait,
    )
