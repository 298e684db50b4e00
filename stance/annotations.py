"""Annotations: what people or models said of a comment; reading, checking against the threads, and agreement."""

import csv
import hashlib
import io
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from stance.errors import InputError, did_you_mean
from stance.thread import Comment, Thread

REQUIRED_COLUMNS = ("thread_id", "comment_id", "annotator", "label")
OPTIONAL_COLUMNS = ("confidence", "evidence", "rationale", "text_sha")


@dataclass(frozen=True, slots=True)
class Annotation:
    """One annotator's label for one comment.

    `evidence` is a verbatim quotation from the comment ("" for none) and `text_sha` the fingerprint of the
    comment that the annotator read ("" where it was not kept): both notice an annotation that is attached
    to another comment. `line` is the row's line in its file, 0 where it came from elsewhere.
    """

    thread_id: str
    comment_id: str
    annotator: str
    label: str
    confidence: str = ""
    evidence: str = ""
    rationale: str = ""
    text_sha: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far annotators agree: Krippendorff's alpha (nominal), the number of comments it rests on, and by whom.

    `alpha` is None where it is undefined: fewer than two annotators on every comment, or one label only.
    `note` says in words what kind of annotators agreed; it belongs beside the number wherever that is shown.
    """

    alpha: float | None
    n_comments: int
    n_annotators: int
    note: str

    def __str__(self) -> str:
        """Return the number and what it is worth, in one line."""
        alpha = "undefined" if self.alpha is None else f"{self.alpha:.3f}"
        return f"nominal alpha {alpha} on {self.n_comments} comments, {self.n_annotators} annotators: {self.note}"


def text_fingerprint(text: str) -> str:
    r"""Return the first 12 hex digits of the SHA-256 of a text, blind to how its white space is laid out.

    >>> text_fingerprint("two  words") == text_fingerprint("two\nwords ")
    True
    """
    return hashlib.sha256(_folded(text).encode()).hexdigest()[:12]


def read_annotations(path: Path) -> list[Annotation]:
    """Read a CSV of annotations: one row per comment and annotator, UTF-8.

    Columns: thread_id, comment_id, annotator, label, and if kept confidence, evidence, rationale, text_sha.
    Raises InputError that lists every problem of the file, not only the first.
    """
    rows = list(_rows(path))
    problems = [
        f"{path} line {line}: column {column!r} is empty; every annotation needs one"
        for line, row in rows
        for column in REQUIRED_COLUMNS
        if not (row[column] or "").strip()
    ]
    problems += [
        f"{path} line {line}: more cells than columns; is a comma outside quotes?" for line, row in rows if None in row
    ]
    first_lines: dict[tuple[str, str, str], int] = {}
    for line, row in rows:
        key = (row["thread_id"], row["comment_id"], row["annotator"])
        if key in first_lines:
            problems.append(
                f"{path} line {line}: annotator {row['annotator']!r} has labelled comment {row['comment_id']!r} "
                f"before, on line {first_lines[key]}; keep one of the two rows"
            )
        first_lines.setdefault(key, line)
    _raise_all(problems)
    columns = REQUIRED_COLUMNS + OPTIONAL_COLUMNS
    return [Annotation(**{column: row.get(column) or "" for column in columns}, line=line) for line, row in rows]


def check_annotations(
    annotations: Iterable[Annotation], threads: Iterable[Thread], labels: Sequence[str], source: str = "annotations"
) -> None:
    """Check every annotation against the comments it names and the label set.

    Raises InputError that lists every problem: an unknown comment, a label outside the set, evidence that
    does not occur in the comment, a comment whose text is not the one that was annotated.
    """
    comments = {(thread.thread_id, c.comment_id): c for thread in threads for c in thread.comments}
    texts = {key: _folded(comment.text) for key, comment in comments.items()}
    problems: list[str] = []
    for annotation in annotations:
        where = f"{source} line {annotation.line}" if annotation.line else source
        if annotation.label not in labels:
            hint = did_you_mean(annotation.label, labels)
            problems.append(f"{where}: label {annotation.label!r} is not in the label set {list(labels)}.{hint}")
        comment = comments.get((annotation.thread_id, annotation.comment_id))
        if comment is None:
            problems.append(_unknown_comment(annotation, where, texts))
        else:
            problems += _detached(annotation, where, comment, texts)
    _raise_all(problems)


def agreement(annotations: Iterable[Annotation], kinds: dict[str, str]) -> Agreement:
    """Return the agreement of annotators; `kinds` says of each annotator "person" or "model".

    The measure is Krippendorff's alpha for nominal data (Krippendorff 2004, Content Analysis, chapter 11);
    comments that only one annotator labelled do not count.
    """
    by_comment: dict[tuple[str, str], list[str]] = defaultdict(list)
    annotators = set()
    for annotation in annotations:
        by_comment[annotation.thread_id, annotation.comment_id].append(annotation.label)
        annotators.add(annotation.annotator)
    pairable = [given for given in by_comment.values() if len(given) > 1]
    used = sorted({label for given in pairable for label in given})
    alpha = None
    if len(used) > 1:
        import krippendorff
        import numpy as np

        counts = np.array([[given.count(label) for label in used] for given in pairable])
        alpha = float(krippendorff.alpha(value_counts=counts, level_of_measurement="nominal"))
    return Agreement(alpha, len(pairable), len(annotators), _kinds_note({kinds.get(a, "unknown") for a in annotators}))


def majority_label(given: Sequence[str]) -> str | None:
    """Return the label that more annotators gave than any other, None where the first place is shared.

    >>> majority_label(["against", "none", "against"]), majority_label(["against", "none"])
    ('against', None)
    """
    (first, most), *others = Counter(given).most_common()
    return None if any(count == most for _, count in others) else first


def _kinds_note(kinds: set[str]) -> str:
    if kinds == {"model"}:
        return (
            "all of them language models, so this is the agreement of one kind of annotator with itself; "
            "no person has labelled yet"
        )
    if kinds == {"person"}:
        return "all of them people"
    return "of different kinds (" + ", ".join(sorted(kinds)) + ")"


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise InputError(f"{path}: expected a CSV of annotations, found no such file") from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        found = f"byte 0x{error.object[error.start]:02x}"
        raise InputError(f"{path} line {line}: expected UTF-8, found {found}; save the file as UTF-8") from None
    # strict, since a quotation mark that is never closed would otherwise swallow the rows after it
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    try:
        _check_header(path, list(reader.fieldnames or []))
        for row in reader:
            # a row is where it begins; cells may hold line breaks
            yield reader.line_num - sum(str(cell).count("\n") for cell in row.values()), row
    except csv.Error as error:
        # line_num is the last line of the last good row
        problem = f"{path} line {reader.line_num + 1}: not readable as CSV ({error})"
        raise InputError(f"{problem}; is a quotation mark left open or not doubled?") from None


def _check_header(path: Path, header: list[str]) -> None:
    if missing := [column for column in REQUIRED_COLUMNS if column not in header]:
        known = REQUIRED_COLUMNS + OPTIONAL_COLUMNS
        hints = "".join(did_you_mean(column, [h for h in header if h not in known]) for column in missing)
        raise InputError(f"{path} line 1: expected columns {missing}, found only {header}.{hints}")
    if doubled := [column for column, times in Counter(header).items() if times > 1]:
        raise InputError(f"{path} line 1: expected each column once, found {doubled} more than once")


def _unknown_comment(annotation: Annotation, where: str, texts: dict[tuple[str, str], str]) -> str:
    problem = f"{where}: comment {annotation.comment_id!r} is not in thread {annotation.thread_id!r}."
    holders = _holders(annotation.evidence, texts)
    if len(holders) == 1:
        thread_id, comment_id = holders[0]
        return f"{problem} Its evidence occurs in comment {comment_id!r} of thread {thread_id!r}."
    threads = sorted({thread_id for thread_id, _ in texts})
    if annotation.thread_id not in threads:
        return f"{problem} The study has the threads {threads}.{did_you_mean(annotation.thread_id, threads)}"
    ids = [comment_id for thread_id, comment_id in texts if thread_id == annotation.thread_id]
    return problem + did_you_mean(annotation.comment_id, ids)


def _detached(annotation: Annotation, where: str, comment: Comment, texts: dict[tuple[str, str], str]) -> Iterator[str]:
    """Yield why an annotation seems to belong to another comment than the one that it names."""
    key = (annotation.thread_id, annotation.comment_id)
    if annotation.evidence and _folded(annotation.evidence) not in texts[key]:
        holders = [comment_id for _, comment_id in _holders(annotation.evidence, texts)]
        hint = f" It occurs in {holders}." if holders else " It occurs in no comment."
        yield f"{where}: the evidence {annotation.evidence!r} does not occur in comment {comment.comment_id!r}.{hint}"
    if annotation.text_sha and annotation.text_sha != (found := text_fingerprint(comment.text)):
        yield (
            f"{where}: comment {comment.comment_id!r} is not the text that was annotated: expected fingerprint "
            f"{annotation.text_sha}, found {found}; annotate it again, or correct the comment_id"
        )


def _holders(evidence: str, texts: dict[tuple[str, str], str]) -> list[tuple[str, str]]:
    quotation = _folded(evidence)
    return [key for key, text in texts.items() if quotation and quotation in text]


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def _raise_all(problems: Sequence[str]) -> None:
    if problems:
        raise InputError("\n".join(problems))
