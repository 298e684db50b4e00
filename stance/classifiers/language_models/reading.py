"""What an answer says: shares of the labels by its first tokens, or one label, strictly; None where it says none."""

import json
import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

from stance.classifiers.language_models.reply import Positions, Reply

LEAST_SHARE = 0.1  # of the first tokens' probability that must lie on labels; else the answer as said counts
AROUND = " \t\r\n\"'`*_.,:;!()[]{}<>«»“”‘’"
FENCE = re.compile(r"^```\w*\n(.*?)\n?```$", re.DOTALL)


def read_shares(reply: Reply, labels: Sequence[str]) -> dict[str, float] | None:
    """Return the probability of each label: of the tokens that begin it, else 1 for the one that the answer is.

    The answer must be a label and nothing else, but for quotation marks, points and letter case; or JSON with it
    as `label`; else None. A model that gives log-probabilities may go on after its first line.
    """
    lines = reply.text.strip().splitlines() if reply.positions else []
    said = read_label(reply.text, labels) or read_label(lines[0] if lines else "", labels)
    if said is None:
        return None
    by_token = _token_shares(reply.positions, 0, "", {_bare(label): label for label in labels})
    whole = sum(by_token.values())
    if whole >= LEAST_SHARE:
        return {label: by_token.get(label, 0.0) / whole for label in labels}
    return {label: float(label == said) for label in labels}


def read_label(text: str, labels: Sequence[str]) -> str | None:
    """Return the label that an answer is, None where it is none or says more.

    >>> read_label("**Favor**.", ("against", "favor")), read_label("I am in favor", ("against", "favor"))
    ('favor', None)
    """
    found = _read_json(text)
    said = found.get("label") if found else text
    if not isinstance(said, str):
        return None
    if said.strip() in labels:
        return said.strip()
    fits = [label for label in labels if _bare(label) == _bare(said)]
    return fits[0] if len(fits) == 1 else None


def read_explained(reply: Reply, labels: Sequence[str]) -> tuple[str, str, str] | None:
    """Return label, evidence and rationale of an answer in JSON; of a bare label the others are ""."""
    label = read_label(reply.text, labels)
    if label is None:
        return None
    found = _read_json(reply.text) or {}
    evidence, rationale = (found.get(name) for name in ("evidence", "rationale"))
    return label, evidence if isinstance(evidence, str) else "", rationale if isinstance(rationale, str) else ""


def _read_json(text: str) -> Mapping[str, Any] | None:
    fenced = FENCE.match(text.strip())
    try:
        found = json.loads(fenced[1] if fenced else text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _bare(text: str) -> str:
    return re.sub(r"[\s_-]+", " ", text.strip(AROUND)).casefold()


def _token_shares(positions: Positions, at: int, said: str, labels: Mapping[str, str]) -> dict[str, float]:
    """Return the probability of each label from an answer's place on; `labels` by what is left of their letters.

    A token that begins one label only is that label's. Where one begins several, what follows it decides, which is
    known for the token that was said; the probability of others is nobody's.
    """
    shares: dict[str, float] = {}
    if at == len(positions):
        ended = labels.get(_bare(said))
        return {ended: 1.0} if ended else {}
    token, likely = positions[at]
    for candidate, logprob in likely:
        begun, share = _bare(said + candidate), math.exp(logprob)
        fits = [label for bare, label in labels.items() if begun and bare.startswith(begun)]
        if len(fits) == 1:
            shares[fits[0]] = shares.get(fits[0], 0.0) + share
        elif candidate == token and (fits or not begun):
            for label, part in _token_shares(positions, at + 1, said + candidate, labels).items():
                shares[label] = shares.get(label, 0.0) + share * part
    return shares
