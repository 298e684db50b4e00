"""A server that is asked before any work is done: whether it is there, is an MLflow of this kind, and lets us in."""

import os
import re
from typing import Any

from stance.errors import InputError
from stance.tracking._address import Address
from stance.tracking._asking import reason_of, without_secrets
from stance.tracking.opening._tls import why_no_tls, why_only_tls

SECONDS_TO_ANSWER = 5
USER, PASSWORD = "MLFLOW_TRACKING_USERNAME", "MLFLOW_TRACKING_PASSWORD"
MOVED = (301, 302, 303)  # whoever is sent on by these asks anew without what was to be written
BEHIND = (502, 503, 504)  # what a proxy says of a server that is not there
EXPERIMENTS = "/api/2.0/mlflow/experiments/search"


def check_server(address: Address) -> None:
    """Refuse a server that does not answer, is of another MLflow, or does not let this user in.

    A server of a newer MLflow is taken as long as the first number of its version is the same. Raises InputError, in
    which no password stands.
    """
    version = _get(address, "/version")
    if version.status_code == 200:
        _check_version(version.text.strip(), address)
    status = _get(address, EXPERIMENTS, params={"max_results": 1}).status_code
    if status == 401:
        said = "refuses the user or the password" if os.environ.get(USER) else "asks who you are"
        raise InputError(
            f"tracking.uri: the server at {address.shown} {said}; set {USER} and {PASSWORD} to those that you have"
        )
    if status == 403:
        raise InputError(f"tracking.uri: the server at {address.shown} lets {USER} read no runs; ask its admin")


def _check_version(found: str, address: Address) -> None:
    from mlflow.version import VERSION

    if not re.fullmatch(r"\d+\.\d+\S*", found):
        return  # it is no MLflow, which is found when the experiment is asked for
    here, there = (tuple(int(part) for part in version.split(".")[:2]) for version in (VERSION, found))
    if there[0] != here[0] or there < here:
        what, where = ("an older", "the server") if there < here else ("a newer", "mlflow here")
        raise InputError(
            f"tracking.uri: the server at {address.shown} is of {what} MLflow, {found}, and here is {VERSION}; "
            f"expected {here[0]}.{here[1]} or a newer {here[0]}; update {where}"
        )


def _get(address: Address, path: str, **more: Any) -> Any:
    from mlflow.exceptions import MlflowException
    from mlflow.utils.credentials import get_default_host_creds
    from mlflow.utils.rest_utils import http_request

    creds = get_default_host_creds(address.uri)  # type: ignore[no-untyped-call]
    once = {"max_retries": 0, "timeout": SECONDS_TO_ANSWER, "raise_on_status": False}
    try:
        answer = http_request(creds, path, "GET", **once, **more)  # type: ignore[no-untyped-call]
    except (MlflowException, OSError, ValueError) as error:
        raise InputError(f"tracking.uri: {_why_not(address, error)}") from None
    if any(step.status_code in MOVED for step in answer.history):
        _check_moved(address, without_secrets(answer.url).partition("?")[0], path)
    if answer.status_code == 403 and "Host" in answer.text:
        raise InputError(
            f"tracking.uri: the server at {address.shown} does not serve under this name; ask for it under one of "
            f"those that it was started with, or start it with one more: make server HOSTS={_name_of(address)}"
        )
    if answer.status_code == 400 and (why := why_only_tls(address, SECONDS_TO_ANSWER)):
        raise InputError(f"tracking.uri: {why}")
    if answer.status_code in BEHIND:
        raise InputError(
            f"tracking.uri: what answers at {address.shown} finds no server behind it (it says {answer.status_code}); "
            "start that with `make server`, wait until it has started, or ask who keeps it"
        )
    return answer


def _check_moved(address: Address, found: str, path: str) -> None:
    """Refuse a server that sends on to another, unless that is not to the same path: to a page to log in, for one."""
    if found.endswith(path):
        where = found.removesuffix(path)
        raise InputError(
            f"tracking.uri: the server at {address.shown} sends whoever asks it on to {where}, and what is written is "
            f"lost on the way; ask for {where}"
        )


def _why_not(address: Address, error: Exception) -> str:
    """Return why there is no answer, and what to do."""
    said = str(error)
    if why := why_no_tls(address, said) or why_only_tls(address, SECONDS_TO_ANSWER):
        return why
    reason = reason_of(error).rpartition("(Caused by ")[2] or reason_of(error)
    return (
        f"no MLflow server answers at {address.shown} ({reason}); start it with `make server`, say where it is with "
        "MLFLOW_TRACKING_URI, or keep runs in this folder with tracking.uri=sqlite:///mlflow.db"
    )


def _name_of(address: Address) -> str:
    return address.shown.split("://")[1].partition("/")[0].partition(":")[0]
