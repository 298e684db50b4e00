"""Runs in a store: found again, read, and counted as done only with all that they hold."""

import json
import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stance.errors import InputError, did_you_mean
from stance.study.annotations import escape_formula, unescape_formula
from stance.tracking._moved import local_path
from stance.tracking._sqlite import has_any, read_finished
from stance.tracking._store import Store, list_experiments, open_store
from stance.tracking.columns import MORE, PARAMS_FILE, said_params
from stance.tracking.identity import RunIdentity

if TYPE_CHECKING:
    import pandas as pd
    from mlflow.entities import Run
    from mlflow.store.entities import PagedList

    from stance.evaluation.comparison import ComparedRun

PREDICTIONS = "predictions.csv"
# without these a run is not done, whatever its status says
NEEDED = (PREDICTIONS, "config.json", "report.html")
SCORE = "macro_f1"
FINISHED = "attributes.status = 'FINISHED'"
# columns of predictions whose words are of a page or a table
WRITTEN = ("example_id", "thread_id", "group", "features")

log = logging.getLogger(__name__)


def find_finished(store: Store, identity: RunIdentity) -> "ComparedRun | None":
    """Return the newest finished run of the same config, data and code that has its scores and files, None if none."""
    same = " and ".join(f"tags.{name} = '{value}'" for name, value in identity.shas.items())
    for run in find_runs(store, f"{same} and {FINISHED}"):
        if not (lacks := missing_of(store, run)):
            return run
        log.warning("Run %s of %s is finished but %s; it is done again", run.name, run.started, lacks)
    return None


def missing_of(store: Store | None, run: "ComparedRun") -> str:
    """Say what a finished run lacks of its scores and files, "" if nothing."""
    if SCORE not in run.metrics:
        return "has no scores"
    if (folder := local_path(run.artifacts)) is not None or store is None:
        folder = folder or Path(run.artifacts)
        missing = [name for name in NEEDED if not (folder / name).is_file()]
    else:
        there = {file.path for file in store.ask(lambda: store.client.list_artifacts(run.run_id))}
        missing = [name for name in NEEDED if name not in there]
    return f"its {', '.join(missing)} {'is' if len(missing) == 1 else 'are'} gone" if missing else ""


def leave_out_broken(
    store: Store | None, runs: "Sequence[ComparedRun]", every_file: bool = True
) -> "tuple[list[ComparedRun], tuple[str, ...]]":
    """Return the finished runs that have their scores and files, and a note for each that has not.

    Not `every_file`: files are looked for only of runs that have params in one; of thousands that takes seconds.
    """
    lacking = {
        run.run_id: missing_of(store, run) if every_file or MORE in run.params or SCORE not in run.metrics else ""
        for run in runs
    }
    notes = [
        f"Left out: run {run.name} of {run.started}: {lacking[run.run_id]}." for run in runs if lacking[run.run_id]
    ]
    return [run for run in runs if not lacking[run.run_id]], tuple(notes)


def find_runs(store: Store, filter_string: str = "") -> "list[ComparedRun]":
    """Return the runs that an MLflow filter finds under the store's experiment name, the newest first.

    Raises InputError if MLflow cannot read the filter.
    """
    return [_compared(store, run) for run in search_runs(store, filter_string) if "config_sha" in run.data.tags]


def find_all_finished(store: Store) -> "list[ComparedRun]":
    """Return what `find_runs` finds of all finished runs; of ten thousand in a fifth of the time where it can.

    MLflow makes an object of everything that a run has logged. Of a SQLite file the values are read, by MLflow's own
    names of tables and columns.
    """
    if store.database is None:
        return find_runs(store, FINISHED)
    runs, logged = read_finished(store)
    made = [(run, *(of_runs[run[0]] for of_runs in logged)) for run in runs]
    return [_made(store, *of_run) for of_run in made if "config_sha" in of_run[1]]


def search_runs(store: Store, filter_string: str = "", with_deleted: bool = False) -> "Iterator[Run]":
    """Yield all runs that an MLflow filter finds, as MLflow has them, the newest first.

    Raises InputError if MLflow cannot read the filter.
    """
    from mlflow.entities import ViewType
    from mlflow.exceptions import MlflowException

    kinds = ViewType.ALL if with_deleted else ViewType.ACTIVE_ONLY
    token: str | None = None

    def search() -> "PagedList[Run]":
        try:
            return store.client.search_runs(
                [store.experiment_id], filter_string, kinds, order_by=["attributes.start_time DESC"], page_token=token
            )
        except MlflowException as error:
            if error.error_code == "INVALID_PARAMETER_VALUE":
                raise InputError(f"filter {filter_string!r}: {error.message}") from None
            raise

    while True:
        with _no_collection():
            page = store.ask(search)
        yield from page
        token = page.token
        if not token:
            return


@contextmanager
def _no_collection() -> Iterator[None]:
    """Let MLflow make its objects without a search among them for rings, which takes most of the time of a page."""
    import gc

    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def names_with_runs(uri: str) -> list[str]:
    """Return the experiment names of the store at `uri` that have runs; raises InputError if there are none."""
    stores = _open_all(uri)
    if not stores:
        open_store(uri, "", create=False)  # which says what is missing
    named = [store.experiment_name for store in stores if _has_any(store)]
    if not named:
        raise InputError("no finished runs to compare; run stance train first")
    return named


def names_of_sweep(uri: str, sweep_id: str) -> list[str]:
    """Return the experiment names of the store at `uri` that have runs of a sweep, those that it reused included.

    The name of the sweep's folder is enough.
    """
    parts = (f"tags.sweep_id = '{sweep_id}'", f"tags.sweep_id LIKE '{sweep_id}-%'", _reused_by(sweep_id))
    return [store.experiment_name for store in _open_all(uri) if any(_has_run(store, part) for part in parts)]


def _open_all(uri: str) -> list[Store]:
    return [open_store(uri, name, create=False) for name in list_experiments(uri)]


def _has_any(store: Store) -> bool:
    return _has_run(store, "tags.config_sha LIKE '%'") if store.database is None else has_any(store)


def _has_run(store: Store, filter_string: str) -> bool:
    return bool(store.ask(lambda: store.client.search_runs([store.experiment_id], filter_string, max_results=1)))


def _reused_by(sweep_id: str) -> str:
    return f"tags.`reused_by/{sweep_id}` = 'true'"


def find_sweep(store: Store, sweep_id: str) -> "list[ComparedRun]":
    """Return the finished runs of a sweep, those that it reused included; the name of its folder is enough.

    Raises InputError, with the near miss, if the store knows no such sweep, or more than one.
    """
    found = _of_sweep(store, sweep_id)
    if found:
        return found
    known = {run.sweep_id for run in find_runs(store) if run.sweep_id}
    if sweep_id in known:
        return []
    meant = sorted(name for name in known if name.rpartition("-")[0] == sweep_id)
    if len(meant) == 1:
        return _of_sweep(store, meant[0])
    if meant:
        raise InputError(f"sweep={sweep_id}: there is more than one, from folders of the same name: {meant}; name one")
    raise InputError(
        f"no run of sweep {sweep_id!r} under {store.experiment_name!r} in {store.shown}; it has the sweeps "
        f"{sorted(known)}.{did_you_mean(sweep_id, known)}"
    )


def _of_sweep(store: Store, sweep_id: str) -> "list[ComparedRun]":
    return list(
        {
            run.run_id: run
            for tag in (f"tags.sweep_id = '{sweep_id}'", _reused_by(sweep_id))
            for run in find_runs(store, f"{tag} and {FINISHED}")
        }.values()
    )


def mark_reused(store: Store, run: "ComparedRun", sweep_id: str) -> None:
    """Note on a run that a later sweep has reused it, so that the sweep's comparison finds it."""
    store.ask(lambda: store.client.set_tag(run.run_id, f"reused_by/{sweep_id}", "true"))


def read_predictions(store: Store | None, run: "ComparedRun") -> "pd.DataFrame":
    """Read the predictions that a run has tracked; a run that is kept in a folder needs no store."""
    import pandas as pd

    path = _file_of(store, run, PREDICTIONS)
    # labels and ids may look like numbers or truth values, and are words
    words = dict.fromkeys(("example_id", "label", "predicted", "group", "thread_id"), str)
    found = pd.read_csv(path, keep_default_na=False, dtype=words)
    for column in {*WRITTEN} & {*found}:
        found[column] = found[column].map(lambda cell: unescape_formula(cell) if isinstance(cell, str) else cell)
    return found


def with_all_params(store: Store | None, run: "ComparedRun") -> "ComparedRun":
    """Return a run with those of its params too that stand in a file only, as settings of an ensemble's members do.

    Only what would be at the top of a run if there were room: a run whose params fit there has no others.
    """
    if MORE not in run.params:
        return run
    whole = json.loads(Path(_file_of(store, run, PARAMS_FILE)).read_text(encoding="utf-8"))
    return replace(run, params=said_params(whole))


def _file_of(store: Store | None, run: "ComparedRun", name: str) -> str:
    """Return the path of a file that a run has tracked, here or downloaded."""
    folder = local_path(run.artifacts)
    if folder is not None or store is None:
        return str((folder or Path(run.artifacts)) / name)
    return str(store.ask(lambda: store.client.download_artifacts(run.run_id, name)))


def predictions_csv(predictions: "pd.DataFrame") -> bytes:
    """Return predictions as the CSV that a run tracks; what pages and people have written is no formula in it."""
    made = {
        column: predictions[column].map(lambda cell: escape_formula(cell) if isinstance(cell, str) else cell)
        for column in WRITTEN
        if column in predictions
    }
    return predictions.assign(**made).to_csv(index=False).encode()


def _compared(store: Store, run: "Run") -> "ComparedRun":
    about = (run.info.run_id, run.info.run_name, run.info.start_time, run.info.artifact_uri)
    return _made(store, about, run.data.tags, run.data.params, run.data.metrics)


def _made(
    store: Store, about: Sequence[Any], tags: Mapping[str, str], params: Mapping[str, str], metrics: Mapping[str, float]
) -> "ComparedRun":
    from stance.evaluation.comparison import ComparedRun

    run_id, name, started, artifacts = about
    return ComparedRun(
        run_id=run_id,
        name=name,
        dataset_sha=tags["dataset_sha"],
        config_sha=tags["config_sha"],
        started=datetime.fromtimestamp(started / 1000).strftime("%Y-%m-%d %H:%M"),
        sweep_id=tags.get("sweep_id"),
        artifacts=store.now(artifacts),
        params=params,
        metrics=metrics,
    )
