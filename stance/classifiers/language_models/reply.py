"""What is asked of a language model, and what it answered, as plain data."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

# for each token of an answer: the token, and the likeliest ones in its place with the logarithms of their probabilities
Positions: TypeAlias = tuple[tuple[str, tuple[tuple[str, float], ...]], ...]


@dataclass(frozen=True, slots=True)
class Prompt:
    """One question: its `messages` as (role, content), and the `labels` of which one is wanted.

    `explains`: whether a quotation and a reason are wanted beside the label. `name` is what the question is called
    where it stays without an answer; it does not make another question of it.
    """

    messages: tuple[tuple[str, str], ...]
    labels: tuple[str, ...]
    explains: bool = False
    name: str = ""

    @property
    def size(self) -> int:
        """The number of bytes of what is asked."""
        return sum(len(content.encode("utf-8", "replace")) for _, content in self.messages)

    def schema(self) -> dict[str, Any]:
        """Return the JSON schema of an answer."""
        wanted: dict[str, Any] = {"label": {"type": "string", "enum": list(self.labels)}}
        if self.explains:
            # before the label, so that a model that writes from left to right decides after it has looked
            wanted = {"evidence": {"type": "string"}, "rationale": {"type": "string"}, **wanted}
        return {"type": "object", "properties": wanted, "required": list(wanted), "additionalProperties": False}


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer: its `text`, its `positions` (none where the server gives no log-probabilities), what it cost.

    `n_tokens` are those of all requests that it took, `model` is the model as the server calls it.
    """

    text: str
    positions: Positions = ()
    n_tokens: int = 0
    model: str = ""

    def to_json(self) -> str:
        """Return the reply as JSON, which `from_json` reads."""
        return json.dumps(
            {"text": self.text, "positions": self.positions, "n_tokens": self.n_tokens, "model": self.model},
            ensure_ascii=False,
        )

    @classmethod
    def from_json(cls, content: str) -> "Reply":
        """Return the reply that `to_json` has written."""
        found = json.loads(content)
        positions = tuple((token, tuple(map(tuple, likely))) for token, likely in found["positions"])
        return cls(found["text"], positions, found["n_tokens"], found["model"])


def reply_of(body: Any, expected_tokens: int) -> Reply:
    """Return the reply in a server's answer, the parsed JSON of a chat completion.

    `expected_tokens`: what it counts for where the server does not say. Raises ValueError if it is none.
    """
    try:
        choice = body["choices"][0]
        usage, text = body.get("usage") or {}, choice["message"]["content"]
        n_tokens = usage.get("total_tokens")
        positions = _positions(choice.get("logprobs"))
    except (KeyError, IndexError, TypeError, AttributeError):
        raise ValueError("no chat completion") from None
    if type(text) is not str:
        raise ValueError("an answer without text")
    return Reply(text, positions, n_tokens if type(n_tokens) is int else expected_tokens, str(body.get("model")))


def _positions(given: Mapping[str, Any] | None) -> Positions:
    return tuple(
        (str(entry["token"]), tuple((str(likely["token"]), float(likely["logprob"])) for likely in likeliest))
        for entry in (given or {}).get("content") or ()
        if (likeliest := entry.get("top_logprobs"))
    )
