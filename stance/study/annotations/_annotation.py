"""The annotation itself, and the fingerprint of the text that an annotator read."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from stance.errors import InputError
from stance.thread.units import folded

REQUIRED_COLUMNS = ("thread_id", "comment_id", "annotator", "label")
FINGERPRINT = "t-"
OPTIONAL_COLUMNS = ("confidence", "evidence", "rationale", "text_sha", "target", "start", "end", "probability", "draw")


@dataclass(frozen=True, slots=True)
class Annotation:
    """One annotator's label for one comment, or for a part of it.

    `target` is what the label is about, "" for the only target of a study. `start` and `end` are the
    characters of the comment's text that were labelled, both None for the whole comment. `evidence` is a
    verbatim quotation from there ("" for none) and `text_sha` the fingerprint of the comment that the
    annotator read ("" where it was not kept): both notice an annotation that is attached to another
    comment. `probability` is that with which the comment was drawn to be labelled, and `draw` of which draw, and
    stratum, it is (`stance sample`), both "" for a comment that was not drawn. `line` is the row's line in its file, 0
    where it came from elsewhere.
    """

    thread_id: str
    comment_id: str
    annotator: str
    label: str
    target: str = ""
    start: int | None = None
    end: int | None = None
    confidence: str = ""
    evidence: str = ""
    rationale: str = ""
    text_sha: str = ""
    probability: str = ""
    draw: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a row of annotations: its file or other source, its line (0 for none), and a sentence.

    >>> str(Problem("annotations.csv", 14, "column 'label' is empty; every annotation needs one"))
    "annotations.csv line 14: column 'label' is empty; every annotation needs one"
    """

    source: str
    line: int
    message: str

    def __str__(self) -> str:
        """Return the place and the sentence, as an error shows them."""
        return f"{self.source} line {self.line}: {self.message}" if self.line else f"{self.source}: {self.message}"


def refuse(problems: Sequence[Problem]) -> None:
    """Raise InputError that lists all problems in the order of their lines; do nothing where there are none."""
    if problems:
        raise InputError("\n".join(str(problem) for problem in sorted(problems, key=lambda problem: problem.line)))


def text_fingerprint(text: str) -> str:
    r"""Return `t-` and the first 12 hex digits of a text's SHA-256, blind to how its white space is laid out.

    Digits alone may read as a number: a spreadsheet program makes 6.40E+08 of 640e06.

    >>> text_fingerprint("two  words") == text_fingerprint("two\nwords ")
    True
    """
    return FINGERPRINT + hashlib.sha256(folded(text).encode(errors="surrogateescape")).hexdigest()[:12]


def bare_fingerprint(sha: str) -> str:
    """Return a fingerprint's digits, which is how fingerprints were written before they had a prefix."""
    return sha.removeprefix(FINGERPRINT)
