"""What a store that is a SQLite file is asked for at once, by MLflow's own names of tables and columns."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from stance.tracking._store import Store

if TYPE_CHECKING:
    from sqlalchemy import Connection

# what a finished run is made of; of the other tags nothing is read
TAGS = ("config_sha", "dataset_sha", "sweep_id")


def read_finished(store: Store) -> "tuple[list[Any], list[defaultdict[str, dict[str, Any]]]]":
    """Return id, name, start and place of artifacts of the finished runs, the newest first, and what each has logged.

    That is the tags of TAGS, params and metrics, by the run's id and then by name.
    """
    from mlflow.store.tracking.dbmodels.models import SqlLatestMetric, SqlParam, SqlRun, SqlTag
    from sqlalchemy import case, select

    these = (
        SqlRun.experiment_id == int(store.experiment_id),
        SqlRun.status == "FINISHED",
        SqlRun.lifecycle_stage == "active",
    )
    run: Any = select(SqlRun.run_uuid, SqlRun.name, SqlRun.start_time, SqlRun.artifact_uri)
    tags: Any = select(SqlTag.run_uuid, SqlTag.key, SqlTag.value).where(SqlTag.key.in_(TAGS))
    params: Any = select(SqlParam.run_uuid, SqlParam.key, SqlParam.value)
    metric = case((SqlLatestMetric.is_nan, None), else_=SqlLatestMetric.value)
    metrics: Any = select(SqlLatestMetric.run_uuid, SqlLatestMetric.key, metric)

    def read() -> "tuple[list[Any], list[defaultdict[str, dict[str, Any]]]]":
        logged: list[defaultdict[str, dict[str, Any]]] = []
        with _connected(store) as connection:
            runs = connection.execute(run.where(*these).order_by(SqlRun.start_time.desc(), SqlRun.run_uuid)).all()
            for table, rows in ((SqlTag, tags), (SqlParam, params), (SqlLatestMetric, metrics)):
                of_runs: defaultdict[str, dict[str, Any]] = defaultdict(dict)
                of_these = rows.join(SqlRun, SqlRun.run_uuid == table.run_uuid).where(*these)
                for run_id, name, found in connection.execute(of_these):
                    of_runs[run_id][name] = float("nan") if found is None else found
                logged.append(of_runs)
        return list(runs), logged

    return store.ask(read)


def has_any(store: Store) -> bool:
    """Return whether the experiment has a run of ours; MLflow would sort all its runs before it answered."""
    from mlflow.store.tracking.dbmodels.models import SqlRun, SqlTag
    from sqlalchemy import select

    ours: Any = select(SqlRun.run_uuid).join(SqlTag, SqlTag.run_uuid == SqlRun.run_uuid)
    these = (SqlRun.experiment_id == int(store.experiment_id), SqlRun.lifecycle_stage == "active")

    def ask() -> bool:
        with _connected(store) as connection:
            return connection.execute(ours.where(*these, SqlTag.key == "config_sha").limit(1)).first() is not None

    return store.ask(ask)


@contextmanager
def _connected(store: Store) -> "Iterator[Connection]":
    from sqlalchemy import create_engine

    engine = create_engine(store.uri)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()
