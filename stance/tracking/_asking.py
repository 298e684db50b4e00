"""How a store is asked: again while it does not answer, with a word, and not for ever."""

import logging
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from stance.errors import InputError

Answer = TypeVar("Answer")
FIRST_PAUSE = 0.5
LONGEST_PAUSE = 8.0
LONGEST_REASON = 300
log = logging.getLogger(__name__)


class StoreGone(InputError):
    """The store did not answer, or not as a store does, for as long as was to be waited.

    `reason`: what stopped it; `refused`: it did answer, and asking again is of no use.
    """

    exit_code = 1

    def __init__(self, message: str, reason: str = "", refused: bool = False) -> None:
        super().__init__(message)
        self.reason, self.refused = reason, refused


def ask(call: Callable[[], Answer], shown: str, seconds: float) -> Answer:
    """Return what a call to a store returns, and call again for `seconds` while what stopped it may pass.

    Raises StoreGone, with the reason, when the time is over or what stopped it does not pass.
    """
    from mlflow.exceptions import MlflowException
    from sqlalchemy.exc import SQLAlchemyError

    end, pause, told = time.monotonic() + seconds, FIRST_PAUSE, False
    while True:
        try:
            return call()
        except InputError:
            raise
        # what MLflow's client makes of an answer that is none is a ValueError, a KeyError, an AttributeError …
        except (MlflowException, SQLAlchemyError, OSError, ValueError, LookupError, AttributeError, TypeError) as error:
            left, passes = end - time.monotonic(), _passes(error)
            if not passes or left <= 0:
                reason = reason_of(error)
                said = f"the store {shown} does not answer as it should: {reason}"
                raise StoreGone(said, reason, refused=not passes) from None
            if not told:
                log.warning(
                    "Waiting: the store %s does not answer (%s); asked again for %.0f s", shown, reason_of(error), left
                )
                told = True
            time.sleep(min(pause, left))
            pause = min(2 * pause, LONGEST_PAUSE)


def reason_of(error: Exception) -> str:
    """Return the first line of an error, without addresses that may hold a password, the user's home and the rest.

    Of a long one the beginning and the end: requests says at the end what caused it.
    """
    lines = str(error).strip().splitlines() or [type(error).__name__]
    line = without_secrets(lines[0])
    return line if len(line) <= LONGEST_REASON else f"{line[: LONGEST_REASON // 2]} … {line[-LONGEST_REASON // 2 :]}"


def without_secrets(text: str) -> str:
    """Return a text without user and password of addresses, and with ~ for the user's home folder.

    >>> without_secrets("no answer at http://me:secret@example.org/x")
    'no answer at http://example.org/x'
    """
    text = re.sub(r"(\w://)[^/\s'\"]*@", r"\1", text)
    home = str(Path.home())
    return text.replace(home, "~") if len(home) > 1 else text


def without_places(text: str) -> str:
    """Return a text for others to read: without secrets, and of an absolute path only the last name.

    >>> without_places("PermissionError: '/home/reader-1/study/mlflow.db'")
    "PermissionError: '…/mlflow.db'"
    """
    text = without_secrets(text)
    for places in (
        r"(?<=['\"])~?/[^'\"]*(?=/[^'\"/]+['\"])",  # between quotation marks spaces may be part of it
        r"(?<=:///)/\S*(?=/)",
        r"(?<![\w.:/~…])~?(?:/[^\s/'\"`,;:]+)+(?=/)",
    ):
        text = re.sub(places, "…", text)
    return text


def _passes(error: Exception) -> bool:
    """Tell whether an error may pass by itself: a server that is away, a database that is locked."""
    from mlflow.exceptions import MlflowException

    if "disk is full" in str(error) or "readonly database" in str(error):
        return False
    if "UniqueViolation" in str(error):
        return True  # another process has just written the same row, a dataset's for one: asked again it is there
    if isinstance(error, MlflowException):
        status = int(error.get_http_status_code())  # type: ignore[no-untyped-call]
        return status >= 500 or status == 429
    return not isinstance(error, OSError) or isinstance(error, ConnectionError | TimeoutError)
