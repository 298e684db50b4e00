"""Checking annotations against the threads, the label set, the targets and each other."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from stance.errors import did_you_mean
from stance.study.annotations._annotation import Annotation, Problem, bare_fingerprint, text_fingerprint
from stance.study.annotations._spreadsheet import ERRORS, ChangedIds, looks_changed
from stance.thread import Thread
from stance.thread.units import Span, Unit, all_units, folded, misplaced

Key = tuple[str, str]
# how many ids or texts are compared in all for near misses; beyond it problems are told without
COMPARISONS = 100_000
SHOWN = 5


class Comments:
    """The comments of all threads, as annotations are held against them.

    `language` (ISO 639) is what sentences are cut by; None where offsets need not be those of a unit.
    """

    def __init__(self, threads: Iterable[Thread], language: str | None = None) -> None:
        self._language = language
        self._units: dict[Key, dict[Span, Unit]] = {}
        self.texts = {(thread.thread_id, c.comment_id): c.text for thread in threads for c in thread.comments}
        self.ids: dict[str, list[str]] = defaultdict(list)
        for thread_id, comment_id in self.texts:
            self.ids[thread_id].append(comment_id)
        self._folded: dict[Key, str] = {}
        self._shas: dict[Key, str] = {}
        self._keys: dict[str, list[Key]] = defaultdict(list)
        self._changed: dict[str, ChangedIds] = {}
        self._compared = 0

    def folded(self, key: Key) -> str:
        """Return the text of a comment as evidence is looked for in it."""
        if key not in self._folded:
            self._folded[key] = folded(self.texts[key])
        return self._folded[key]

    def fingerprint(self, key: Key) -> str:
        """Return the fingerprint of a comment's text."""
        if key not in self._shas:
            self._shas[key] = text_fingerprint(self.texts[key])
        return self._shas[key]

    def misplaced(self, key: Key, start: int | None, end: int | None) -> str | None:
        """Return what is wrong with offsets in a comment that are no unit's, None where nothing is."""
        if self._language is None or (start is None and end is None):
            return None
        if key not in self._units:
            self._units[key] = all_units(self.texts[key], self._language)
        return misplaced(self._units[key], start, end)

    def with_fingerprint(self, sha: str) -> list[Key]:
        """Return the comments whose text has a fingerprint; none for an empty one."""
        if not self._keys and sha:
            for key in self.texts:
                self._keys[bare_fingerprint(self.fingerprint(key))].append(key)
        return self._keys.get(bare_fingerprint(sha), [])

    def holders(self, evidence: str) -> list[Key]:
        """Return the comments that evidence occurs in."""
        quotation = folded(evidence)
        if not quotation or not self._may_compare(len(self.texts)):
            return []
        return [key for key in self.texts if quotation in self.folded(key)]

    def near(self, word: str, options: Sequence[str]) -> str:
        """Return " Did you mean 'x'?" for the nearest option."""
        return did_you_mean(word, options) if self._may_compare(len(options)) else ""

    def before_spreadsheet(self, thread_id: str, comment_id: str) -> str:
        """Return, in words, which ids of the thread a spreadsheet program may have changed into this one."""
        if thread_id not in self._changed:
            self._changed[thread_id] = ChangedIds(self.ids[thread_id])
        before = self._changed[thread_id].before(comment_id)
        if not before and not looks_changed(comment_id):
            return ""
        ids = " or ".join(map(repr, before)) if len(before) <= SHOWN else f"one of {len(before)} ids"
        was = f", which was {ids}" if before else ""
        return f" A spreadsheet program may have changed it{was}; import id columns as text."

    def _may_compare(self, times: int) -> bool:
        # the first comparison is always made, however many comments there are
        may = self._compared < COMPARISONS
        self._compared += times * may
        return may


def check_rows(
    annotations: Iterable[Annotation],
    comments: Comments | None,
    labels: Sequence[str],
    targets: Sequence[str],
    source: str,
) -> Iterator[Problem]:
    """Yield what is wrong with each annotation; `comments` None where no thread could be read."""
    if not labels:
        yield Problem(source, 0, "the label set is empty; give the labels in their order")
    known, hints = set(labels), dict[str, str]()
    for annotation in annotations:
        line, label = annotation.line, annotation.label
        if labels and label not in known:
            if label not in hints:
                hints[label] = did_you_mean(label, labels)
            yield Problem(source, line, f"label {label!r} is not in the label set {list(labels)}.{hints[label]}")
        if targets and (wrong := _target_problem(annotation.target, targets)):
            yield Problem(source, line, wrong)
        if comments is not None:
            for message in _comment_problems(annotation, comments):
                yield Problem(source, line, message)


def check_doubled(annotations: Iterable[Annotation], targets: Sequence[str], source: str) -> Iterator[Problem]:
    """Yield the rows in which an annotator labels again what they have labelled before, alike or otherwise."""
    only = targets[0] if len(targets) == 1 else ""
    first: dict[tuple[str, str, str, int | None, int | None, str], Annotation] = {}
    for a in annotations:
        key = (a.thread_id, a.comment_id, a.target or only, a.start, a.end, a.annotator)
        before = first.setdefault(key, a)
        if before is a:
            continue
        where = f", on line {before.line}" if before.line else ""
        what = f"comment {a.comment_id!r}" + (f" for target {a.target!r}" if a.target and len(targets) != 1 else "")
        what += f" from {a.start} to {a.end}" if a.start is not None else ""
        if before.label == a.label:
            message = f"annotator {a.annotator!r} has labelled {what} before{where}; keep one of the two rows"
        else:
            message = (
                f"annotator {a.annotator!r} contradicts themselves on {what}: {a.label!r} here, {before.label!r} "
                f"before{where}; keep the row that holds"
            )
        yield Problem(source, a.line, message)


def check_annotators(annotations: Iterable[Annotation], known: Sequence[str], source: str) -> Iterator[Problem]:
    """Yield each annotator who is not on the card once, with the first line and the number of rows."""
    lines: dict[str, list[int]] = defaultdict(list)
    for annotation in annotations:
        if annotation.annotator not in known:
            lines[annotation.annotator].append(annotation.line)
    for name, rows in lines.items():
        others = f" ({len(rows)} rows from here on)" if len(rows) > 1 else ""
        message = (
            f"annotator {name!r} is not on the card{others}; add the name to `annotators` there, as person or model."
        )
        yield Problem(source, rows[0], message + did_you_mean(name, known))


def _target_problem(target: str, targets: Sequence[str]) -> str:
    if not target:
        return "" if len(targets) == 1 else f"column 'target' is empty, but the study has the targets {list(targets)}"
    if target in targets:
        return ""
    return f"target {target!r} is not one of {list(targets)}.{did_you_mean(target, targets)}"


def _comment_problems(annotation: Annotation, comments: Comments) -> Iterator[str]:
    key = (annotation.thread_id, annotation.comment_id)
    if key not in comments.texts:
        yield _unknown_comment(annotation, comments)
        return
    sha, found = annotation.text_sha, comments.fingerprint(key)
    if sha and looks_changed(sha):
        yield (
            f"the text_sha {sha!r} of comment {annotation.comment_id!r} is what a spreadsheet program made of it; "
            f"write {found}, or leave it empty"
        )
    elif sha and bare_fingerprint(sha) != bare_fingerprint(found):
        yield (
            f"comment {annotation.comment_id!r} is not the text that was annotated: expected fingerprint "
            f"{sha}, found {found}; annotate it again, or correct the comment_id"
        )
    start, end, text = annotation.start, annotation.end, comments.texts[key]
    part = f"comment {annotation.comment_id!r}"
    quoted_from = ""
    if start is not None and end is not None and not 0 <= start < end <= len(text):
        yield f"the part from {start} to {end} is not in {part}, which has {len(text)} characters"
    else:
        if wrong := comments.misplaced(key, start, end):
            yield f"{part}: {wrong}"
        if start is not None and end is not None:
            part, quoted_from = f"{part} from {start} to {end}", folded(text[start:end])
    evidence = annotation.evidence
    # what is wrong with stray bytes is said of their line
    if not evidence or folded(evidence) in (quoted_from or comments.folded(key)):
        return
    if evidence.strip() in ERRORS:
        yield f"the evidence {evidence!r} is what a spreadsheet program made of a formula; quote the comment again"
        return
    holders = [comment_id for _, comment_id in comments.holders(evidence)]
    more = f" and {len(holders) - SHOWN} more" if len(holders) > SHOWN else ""
    hint = f"It occurs in {holders[:SHOWN]}{more}." if holders else "It occurs in no comment."
    yield f"the evidence {evidence!r} does not occur in {part}. {hint}"


def _unknown_comment(annotation: Annotation, comments: Comments) -> str:
    thread_id, comment_id = annotation.thread_id, annotation.comment_id
    problem = f"comment {comment_id!r} is not in thread {thread_id!r}."
    changed = comments.before_spreadsheet(thread_id, comment_id) if thread_id in comments.ids else ""
    problem += changed
    if len(holders := comments.with_fingerprint(annotation.text_sha)) == 1:
        return f"{problem} Its text_sha is that of comment {holders[0][1]!r} of thread {holders[0][0]!r}."
    if changed:
        return problem
    if len(holders := comments.holders(annotation.evidence)) == 1:
        return f"{problem} Its evidence occurs in comment {holders[0][1]!r} of thread {holders[0][0]!r}."
    if thread_id in comments.ids:
        return problem + comments.near(comment_id, comments.ids[thread_id])
    threads = sorted(comments.ids)
    more = f" and {len(threads) - SHOWN} more" if len(threads) > SHOWN else ""
    return f"{problem} The study has the threads {threads[:SHOWN]}{more}.{comments.near(thread_id, threads)}"
