"""The address of a store: read once, by the parser of the library that connects, and shown without what is secret."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

from stance.errors import InputError, did_you_mean

if TYPE_CHECKING:
    from urllib.parse import SplitResult

    from sqlalchemy import URL

SERVERS = ("http", "https")
# what SQLite's own module takes, and an address can say
SQLITE_OPTIONS = ("timeout", "isolation_level", "check_same_thread", "detect_types", "cached_statements")
DATABASES = ("postgresql", "mysql", "mssql")
IN_MEMORY = (
    "the store is in memory, and gone with the process; for a store in this folder: tracking.uri=sqlite:///mlflow.db"
)


@dataclass(frozen=True, slots=True)
class Address:
    """An address as MLflow takes it, as others may see it, and the file where it is SQLite's."""

    uri: str
    shown: str
    database: Path | None

    @property
    def is_server(self) -> bool:
        """Whether an MLflow server is asked, and not a database."""
        return urlsplit(self.uri).scheme in SERVERS


def parse_address(uri: str) -> Address:
    """Return the address with the absolute path of its database.

    Raises InputError if it is none that MLflow takes, if what connects to it is not installed, or if its path
    could be read in two ways.
    """
    scheme = uri.split("://")[0].split("+")[0] if "://" in uri else ""
    if scheme in SERVERS:
        parts = _server(uri)
        return Address(uri, urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2])), None)
    if scheme == "databricks" or uri == "databricks":
        return Address(uri, uri, None)
    if scheme not in ("sqlite", *DATABASES):
        shown = uri if "@" not in uri else f"{scheme}://…"
        raise InputError(
            f"tracking.uri: expected sqlite:///<file>, http(s):// or a database's address, found {shown!r}; "
            "MLflow's folder store is not supported. For a store in this folder: tracking.uri=sqlite:///mlflow.db"
        )
    url = _parsed(uri)
    shown = url.render_as_string(hide_password=True)
    if scheme in DATABASES:
        return Address(uri, shown, None)
    if url.database in (None, "", ":memory:") or str(url.database).startswith("file:"):
        raise InputError(f"tracking.uri: expected the file of a SQLite store, found {shown!r}; {IN_MEMORY}")
    # SQLAlchemy leaves out what is no option: a path's own ? among it
    said = [part.partition("=")[0] for part in uri.partition("?")[2].split("&") if "?" in uri]
    if unknown := sorted({*said} - {*SQLITE_OPTIONS}):
        raise InputError(
            f"tracking.uri: expected after ? options of {list(SQLITE_OPTIONS)}, found {unknown[0]!r}."
            f"{did_you_mean(unknown[0], SQLITE_OPTIONS)}"
        )
    if "\0" in str(url.database):
        raise InputError(f"tracking.uri: expected the file of a SQLite store, found a zero byte in {shown!r}")
    database = Path(str(url.database)).expanduser().resolve()
    # unescaped, as MLflow takes the folder from it; so nothing may stand in it that would be read in another way
    absolute = f"sqlite:///{database}"
    if _parsed(absolute).database != str(database):
        raise InputError(
            f"tracking.uri: {database}: an address cannot say a path with ? or % and two digits; rename the folder, or "
            "keep runs elsewhere with tracking.uri=sqlite:////path/to/mlflow.db"
        )
    options = "&".join(f"{name}={value}" for name, value in url.query.items())
    absolute += f"?{options}" if options else ""
    return Address(absolute, absolute, database)


def _server(uri: str) -> "SplitResult":
    """Return the parts of a server's address; raise InputError, without a password, for one that names no server."""
    shown = f"{uri.split('://')[0]}://{uri.partition('://')[2].rpartition('@')[2]}"
    try:
        parts = urlsplit(uri)
        known = bool(parts.hostname) and parts.port != 0  # a port that is none is told by asking for it
    except ValueError:
        known = False
    if not known:
        raise InputError(
            f"tracking.uri: expected the address of an MLflow server, such as http://127.0.0.1:5000, found {shown!r}"
        )
    return parts


def _parsed(uri: str) -> "URL":
    """Parse a database's address as SQLAlchemy does, and see that the package that connects is installed."""
    from sqlalchemy import make_url
    from sqlalchemy.exc import ArgumentError, NoSuchModuleError

    backend = uri.split("://")[0]
    try:
        url = make_url(uri)
        url.get_dialect().import_dbapi()
    except ModuleNotFoundError as error:
        raise InputError(
            f"tracking.uri: {backend} needs the package {error.name!r}, which is not installed here; install it, "
            "or keep runs in this folder with tracking.uri=sqlite:///mlflow.db"
        ) from None
    except (ArgumentError, NoSuchModuleError, ValueError) as error:
        reason = str(error).split("://")[0] if "@" in uri else str(error)
        raise InputError(f"tracking.uri: expected the address of a {backend} database: {reason}") from None
    return url
