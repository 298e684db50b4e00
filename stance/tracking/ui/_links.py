"""Links into MLflow's pages that land where runs are."""

from pathlib import Path
from urllib.parse import urlencode, urlsplit

from stance.tracking._address import SERVERS
from stance.tracking._store import Store
from stance.tracking.ui._view import KEY

PORT = 5000
# without it the page opens on traces of language models; in a browser that was seen with MLflow 3.17
KIND = {"workflowType": "machine_learning"}


def link_of(store: Store, run_id: str | None = None, address: str | None = None) -> str:
    """Return the link to a run, or to the view of all runs of the experiment name, on the server at `address`.

    None: the store's own server, or where `stance ui` puts one for a store that has none.
    """
    if address is None:
        address = store.shown if _is_server(store.shown) else f"http://127.0.0.1:{PORT}"
    page, said = f"experiments/{store.experiment_id}/runs", KIND
    if run_id:
        page += f"/{run_id}"
    else:
        said = said | {"viewStateShareKey": KEY}
    return f"{address.rstrip('/')}/#/{page}?{urlencode(said)}"


def where(store: Store, run_id: str | None = None) -> str:
    """Return where runs can be looked at: the link, and before it the command where no server runs yet."""
    link = link_of(store, run_id)
    if _is_server(store.shown):
        return link
    here = store.database is not None and store.database == Path("mlflow.db").resolve()
    command = "stance ui" if here else f"stance ui tracking.uri='{store.shown}'"
    return f"{command}, then {link}"


def _is_server(shown: str) -> bool:
    return urlsplit(shown).scheme in SERVERS
