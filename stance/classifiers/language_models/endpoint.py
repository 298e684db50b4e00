"""An OpenAI-compatible endpoint: what is said to it, and one question asked through the maintained client."""

import json
import os
import re
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from stance.classifiers.language_models.reply import Prompt, Reply, reply_of
from stance.errors import InputError, did_you_mean

if TYPE_CHECKING:
    from openai import OpenAI

ANSWERS = ("auto", "logprobs", "json", "text")
EXTRA = 'pip install "stance-threads[llm]"'
MOST_LIKELY = 20  # tokens whose log-probabilities a server gives at most
LONGEST_WAIT = 8.0  # seconds between two attempts
VARIABLE = re.compile(r"[A-Z][A-Z0-9_]*")
# statuses by which a server says that it does not know what it was asked for
NOT_KNOWN = (400, 415, 422, 501)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a language model answers: `base_url`, as in http://127.0.0.1:8080/v1, and the model as it is called there.

    `key_variable`: the environment variable that holds the key, if the server wants one; `answer_tokens`: the most
    that an answer may have; `timeout`: seconds for one request; `retries`: of a request that failed, with growing
    pauses.
    """

    base_url: str
    model: str
    key_variable: str = "OPENAI_API_KEY"
    temperature: float = 0.0
    random_state: int = 0
    answer_tokens: int = 24
    timeout: float = 60.0
    retries: int = 4

    @property
    def host(self) -> str:
        """Where it is, without the path."""
        from urllib.parse import urlsplit

        return urlsplit(self.base_url).netloc


class NoAnswerError(Exception):
    """A request without an answer; `ends_all`: the others would have none either."""

    def __init__(self, why: str, ends_all: bool = False) -> None:
        super().__init__(why)
        self.ends_all = ends_all


class NotKnownError(Exception):
    """The server does not know the way in which it was asked for an answer."""


def check_endpoint(endpoint: Endpoint, above: str = "classifier.") -> Endpoint:
    """Return an endpoint; raise InputError for what is none, without saying what may be a key.

    `above`: what stands before the names of its settings in a config.
    """
    from urllib.parse import urlsplit

    refuse_secrets(endpoint.base_url, endpoint.key_variable, above)
    parts = urlsplit(endpoint.base_url)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise InputError(
            f"{above}base_url: expected an address like http://127.0.0.1:8080/v1, found {endpoint.base_url!r}"
        )
    if not endpoint.model:
        raise InputError(f"{above}model: expected a model's name, as the server has it, found none")
    least = {"temperature": 0, "answer_tokens": 1, "retries": 0}
    for name, least_value in least.items():
        if not getattr(endpoint, name) >= least_value:
            raise InputError(f"{above}{name}: expected {least_value} or more, found {getattr(endpoint, name)}")
    if not endpoint.timeout > 0:
        raise InputError(f"{above}timeout: expected seconds above 0, found {endpoint.timeout}")
    return endpoint


def refuse_secrets(base_url: str | None = None, key_variable: str | None = None, above: str = "classifier.") -> None:
    """Raise InputError where a config holds a key or a password itself: it would be tracked. They are not repeated."""
    from urllib.parse import urlsplit

    if key_variable is not None and not VARIABLE.fullmatch(key_variable):
        raise InputError(
            f"{above}key_variable: expected the name of an environment variable, in capital letters, as "
            "OPENAI_API_KEY; what was found is not shown, since it may be the key itself: put it into the environment"
        )
    parts = urlsplit(base_url or "")
    if parts.username or parts.password or parts.query:
        raise InputError(
            f"{above}base_url: expected an address without a user, a password or a question mark, which would be "
            "tracked; put the key into the environment variable that key_variable names"
        )


def open_client(endpoint: Endpoint) -> "OpenAI":
    """Return a client of an endpoint. Raises InputError if the package is missing."""
    try:
        from openai import OpenAI
    except ImportError:
        raise InputError(f"classifier: expected openai to be installed, found it missing; {EXTRA}") from None
    # a server on this machine wants no key, but the client does not start without one
    key = os.environ.get(endpoint.key_variable) or "none"
    return OpenAI(base_url=endpoint.base_url, api_key=key, timeout=endpoint.timeout, max_retries=endpoint.retries)


def ask(client: "OpenAI", endpoint: Endpoint, prompt: Prompt, way: str, expected_tokens: int) -> Reply:
    """Ask one question once, in one of ANSWERS's ways, and again where what came back is no answer.

    Raises NotKnownError where the server refuses the way, NoAnswerError where there is no answer in the end.
    """
    wanted: dict[str, Any] = {}
    if way == "logprobs":
        wanted = {"logprobs": True, "top_logprobs": MOST_LIKELY}
    elif way == "json":
        schema = {"name": "answer", "strict": True, "schema": prompt.schema()}
        wanted = {"response_format": {"type": "json_schema", "json_schema": schema}}
    why = ""
    for attempt in range(endpoint.retries + 1):
        if attempt:
            time.sleep(min(0.5 * 2 ** (attempt - 1), LONGEST_WAIT))
        try:
            return reply_of(json.loads(_send(client, endpoint, prompt, wanted)), expected_tokens)
        except ValueError as error:
            why = f"what came back could not be read ({str(error)[:60]})"
    raise NoAnswerError(why)


def _send(client: "OpenAI", endpoint: Endpoint, prompt: Prompt, wanted: dict[str, Any]) -> bytes:
    import openai

    try:
        # the raw answer: the client itself lets pass what is no chat completion
        raw = client.chat.completions.with_raw_response.create(
            model=endpoint.model,
            messages=[{"role": role, "content": content} for role, content in prompt.messages],  # type: ignore[misc]
            temperature=endpoint.temperature,
            seed=endpoint.random_state,
            max_tokens=endpoint.answer_tokens,
            **wanted,
        )
        return bytes(raw.http_response.content)
    except openai.APIStatusError as error:
        if wanted and error.status_code in NOT_KNOWN:
            raise NotKnownError from None
        raise _refused(error.status_code, endpoint) from None
    except openai.APITimeoutError:
        raise NoAnswerError(f"no answer within {endpoint.timeout:g} seconds") from None
    except openai.APIConnectionError as error:
        cause = type(error.__cause__).__name__
        raise NoAnswerError(f"no connection to {endpoint.host} ({cause})", ends_all=cause == "ConnectError") from None
    except openai.APIError as error:
        raise NoAnswerError(f"the client says {type(error).__name__}") from None


def _refused(status: int, endpoint: Endpoint) -> NoAnswerError:
    """Return what a status means; what the server says beside it is not repeated: it may quote comments, or the key."""
    why = f"status {status}"
    if status in (401, 403):
        there = "is not accepted" if os.environ.get(endpoint.key_variable) else "is missing"
        return NoAnswerError(f"{why}: the key in the variable {endpoint.key_variable} {there}", ends_all=True)
    if status == 404:
        return NoAnswerError(f"{why}: no such model {endpoint.model!r}, or no such address", ends_all=True)
    return NoAnswerError(f"{why}: too many requests, or no credit left" if status == 429 else why)


def check_answer(answer: str, above: str = "classifier.") -> str:
    """Return a way of answering. Raises InputError if it is none."""
    if answer not in ANSWERS:
        hint = did_you_mean(answer, ANSWERS)
        raise InputError(f"{above}answer: expected one of {list(ANSWERS)}, found {answer!r}.{hint}")
    return answer
