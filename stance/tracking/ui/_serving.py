"""A server of MLflow's pages for a store that has none, on this machine only."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator

from stance.errors import InputError
from stance.tracking._address import parse_address
from stance.tracking._store import Store, list_experiments, open_store
from stance.tracking.ui._links import link_of

HOST = "127.0.0.1"


def serve(uri: str, port: int) -> Iterator[str]:
    """Yield a line with the link of each experiment name, then serve the store at `uri` until it is stopped.

    A store that is a server already is only told of. Raises InputError if there is no store, or the port is taken.
    """
    address = parse_address(uri)
    stores = _stores(uri)
    if address.is_server:
        yield from (_line(store, None) for store in stores)
        return
    _check_free(port)
    yield from (_line(store, f"http://{HOST}:{port}") for store in stores)
    yield f"stop: Ctrl-C (the store is {address.shown})"
    # by the environment: what stands on a command line can be read by all on this machine, a password too
    environment = os.environ | {"MLFLOW_BACKEND_STORE_URI": address.uri, "MLFLOW_DISABLE_TELEMETRY": "true"}
    environment.pop("MLFLOW_TRACKING_URI", None)
    command = [sys.executable, "-m", "mlflow", "server", "--host", HOST, "--port", str(port), "--workers", "1"]
    with subprocess.Popen(command, env=environment) as server:
        try:
            server.wait()
        finally:
            server.terminate()
    if server.returncode > 0:
        raise InputError(f"the server of MLflow's pages ended with code {server.returncode}; above it says why")


def _stores(uri: str) -> list[Store]:
    names = [name for name in list_experiments(uri) if name != "Default"]
    if not names:
        raise InputError(f"tracking.uri: no runs yet in {parse_address(uri).shown}; run stance train")
    return [open_store(uri, name, create=False) for name in names]


def _line(store: Store, address: str | None) -> str:
    return f"{store.experiment_name}: {link_of(store, address=address)}"


def _check_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except (OSError, OverflowError) as error:
            raise InputError(
                f"port: expected a free one, found {port} ({error}); another one: stance ui port={min(port + 1, 65535)}"
            ) from None
