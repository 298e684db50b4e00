"""What a card may say of a dataset that no study's card speaks for: of a table, or of threads in memory."""

from collections.abc import Mapping
from typing import Any

from stance.dataset.tables.declared.keys import ABOUT
from stance.errors import InputError, did_you_mean
from stance.study import ANNOTATOR_KINDS

SPLITS = ("train", "validation", "test")


def check_about(about: Mapping[str, str]) -> dict[str, Any]:
    """Return what the YAML says for the card; raise InputError that names all keys that no card has."""
    problems = [
        f"about: key {key!r} is not known; known are {', '.join(ABOUT)}.{did_you_mean(str(key), ABOUT)}"
        for key in about
        if key not in ABOUT
    ]
    kind = about.get("annotators")
    if kind not in (None, *ANNOTATOR_KINDS):
        problems.append(f"about: annotators must be one of {list(ANNOTATOR_KINDS)}, found {kind!r}")
    if problems:
        raise InputError("\n".join(problems))
    return dict(about)
