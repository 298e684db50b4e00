"""Artifacts of a store that was moved or copied: beside the database, and not where it stood when they were made."""

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

if TYPE_CHECKING:
    from mlflow.entities import Experiment

ARTIFACTS = "mlartifacts"
log = logging.getLogger(__name__)


def local_path(location: str) -> Path | None:
    """Return the path of a location on this machine, None where it is elsewhere.

    >>> local_path("file:///my%20project/mlartifacts").as_posix()
    '/my project/mlartifacts'
    """
    return Path(url2pathname(urlsplit(location).path)) if location.startswith("file://") else None


def artifacts_now(location: str, experiment_name: str, database: Path | None) -> str:
    """Return where the artifacts of an experiment name are: beside the database, wherever it was before."""
    if database is None:
        return location
    place = database.parent / ARTIFACTS / experiment_name
    here = place.as_uri()
    if not location.endswith("/".join(["", *here.split("/")[-2:]])):
        return location  # somebody has chosen another place
    there = local_path(location)
    return here if place.is_dir() or there is None or not there.is_dir() else location


def relocate(uri: str, experiment: "Experiment", artifacts: str) -> None:
    """Write into a store that was moved or copied where its artifacts are now, so that new ones go there too."""
    from mlflow.store.tracking.dbmodels.models import SqlExperiment, SqlLoggedModel, SqlRun
    from sqlalchemy import create_engine, func, update

    before = str(experiment.artifact_location)
    engine = create_engine(uri)
    with engine.begin() as connection:
        for table, column in (
            (SqlExperiment, SqlExperiment.artifact_location),
            (SqlRun, SqlRun.artifact_uri),
            (SqlLoggedModel, SqlLoggedModel.artifact_location),
        ):
            # of what is below the old place only, the beginning is exchanged
            below: Any = column.startswith(before, autoescape=True)
            moved = func.substr(column, len(before) + 1)
            connection.execute(update(table).where(below).values({column: artifacts + moved}))
    engine.dispose()
    log.warning("Moved: the artifacts of %r are beside the store now, and it says so from now on", experiment.name)
