"""The lines of a shell that delete what holds a person's words."""

import shlex
from collections.abc import Iterable, Sequence
from pathlib import Path

from stance.tracking._address import parse_address
from stance.tracking.erasing._runs import SeenRun

BACKEND = "<the server's own --backend-store-uri>"


def shell_lines(uri: str, runs: Sequence[SeenRun], paths: Iterable[Path]) -> list[str]:
    """Return the commands that delete paths, and runs with their files and models, for good from the store at `uri`.

    `mlflow gc` deletes what is marked as deleted, and no command of MLflow marks a model. What a database has
    deleted it keeps in its file until it is vacuumed.
    """
    removed = [_remove(path) for path in paths]
    if not runs:
        return removed
    address = parse_address(uri)
    run_ids = [run.run_id for run in runs]
    models = [model for run in runs for model in run.models]
    marked = [run.run_id for run in runs if run.active]
    models_marked = [model for run in runs for model in run.to_delete]
    gc = f"mlflow gc --tracking-uri {shlex.quote(address.shown)} --run-ids {','.join(run_ids)}"
    gc += f" --logged-model-ids {','.join(models)}" if models else ""
    backend = shlex.quote(address.shown) if not address.is_server else f'"{BACKEND}"'
    lines = [*removed]
    if marked or models_marked:
        lines.append(
            f'python -c "from mlflow import MlflowClient; store = MlflowClient({address.shown!r}); '
            f"[store.delete_run(each) for each in {marked}]; "
            f'[store.delete_logged_model(each) for each in {models_marked}]"'
        )
    lines.append(f"{gc} --backend-store-uri {backend}")
    # in a store that was moved, gc looks where they were
    lines += [_remove(folder) for run in runs for folder in run.folders]
    if address.database is not None:
        lines.append(f"python -c \"import sqlite3; sqlite3.connect({str(address.database)!r}).execute('VACUUM')\"")
    return lines


def _remove(path: Path) -> str:
    return f"rm -rf -- {shlex.quote(str(path))}"
