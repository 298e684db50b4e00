"""The schema of a store's database: made once and whole, and changed for good only where that was asked."""

import logging
import shutil
from functools import cache
from typing import TYPE_CHECKING

from stance.errors import InputError
from stance.files import unfinished_folder
from stance.tracking._address import Address
from stance.tracking._asking import reason_of

if TYPE_CHECKING:
    from pathlib import Path

log = logging.getLogger(__name__)


def create_database(database: "Path") -> None:
    """Make a new SQLite store under another name and rename it: a process that is killed leaves no half of one."""
    from mlflow.store.db.utils import _initialize_tables
    from sqlalchemy import URL, create_engine

    with unfinished_folder(database.parent, f".{database.name}-") as unfinished:
        new = unfinished / "mlflow.db"
        engine = create_engine(URL.create("sqlite", database=str(new)))
        _initialize_tables(engine)  # type: ignore[no-untyped-call]
        engine.dispose()
        new.replace(database)


def check_schema(address: Address, migrate: bool) -> None:
    """Refuse a database that is no store, or whose schema MLflow would change for good, unless it is to `migrate`.

    What is to be migrated is copied first, where it is a file.
    """
    found = _found_schema(address)
    if found is None:
        return
    newest, *older = _known_schemas()
    if found == newest:
        return
    if found not in older:
        raise InputError(
            f"tracking.uri: {address.shown} was made by a newer MLflow than the one here (its schema is {found}); "
            "update mlflow, or choose another store"
        )
    if not migrate:
        raise InputError(
            f"tracking.uri: {address.shown} was made by an older MLflow (its schema is {found}). To use it, it is "
            "migrated for good, and older versions of MLflow can no longer open it. Nothing was changed; to migrate "
            "it: stance train tracking.migrate=true"
        )
    if address.database is None:
        log.warning("Migrating: %s to the schema of this MLflow", address.shown)
    else:
        copy = address.database.with_name(f"{address.database.name}.{found}")
        shutil.copy2(address.database, copy)
        log.warning("Migrating: %s to the schema of this MLflow; as it was, it is kept in %s", address.shown, copy.name)
    _migrate(address)


@cache  # MLflow's scripts are some fifty modules, and a sweep opens its store for each job
def _known_schemas() -> tuple[str, ...]:
    """Return the revisions of the schema that the installed MLflow knows, the newest first."""
    from alembic.script import ScriptDirectory
    from mlflow.store.db.utils import _get_alembic_config

    config = _get_alembic_config(db_url="")  # type: ignore[no-untyped-call]
    return tuple(script.revision for script in ScriptDirectory.from_config(config).walk_revisions())


def _migrate(address: Address) -> None:
    from mlflow.store.db.utils import _upgrade_db
    from sqlalchemy import create_engine

    engine = create_engine(address.uri)
    _upgrade_db(engine)  # type: ignore[no-untyped-call]
    engine.dispose()


def _found_schema(address: Address) -> str | None:
    """Return the revision of a database's schema, None for an empty database."""
    from sqlalchemy import create_engine, inspect, text
    from sqlalchemy.exc import SQLAlchemyError

    engine = create_engine(address.uri)
    try:
        tables = inspect(engine).get_table_names()
        if not tables:
            return None
        if "alembic_version" in tables and "experiments" in tables:
            with engine.connect() as connection:
                found = connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all()
            if len(found) == 1:
                return str(found[0])
            raise InputError(
                f"tracking.uri: {address.shown} is being migrated, or that was interrupted; wait until it is done, or "
                "put back the copy that was made before"
            )
    except SQLAlchemyError as error:
        raise InputError(f"tracking.uri: the store {address.shown} cannot be opened: {reason_of(error)}") from None
    finally:
        engine.dispose()
    raise InputError(
        f"tracking.uri: {address.shown} is no MLflow store but a database with the tables {sorted(tables)[:5]}; "
        "choose another"
    )
