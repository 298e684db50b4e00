"""Studies: a folder of seeds read as one thing, its card, pages and annotations, checked as they are read."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from stance.errors import InputError, ReadError, did_you_mean
from stance.pages import read_pages
from stance.study._card import ANNOTATIONS, PageCard, StudyCard, read_card
from stance.study.annotations._annotation import Annotation, Problem
from stance.study.annotations._review import review_annotations
from stance.thread import Finding, Thread


@dataclass(frozen=True, slots=True)
class Study:
    """A study as read: its folder, card, threads and annotations, each checked against the others.

    `findings` are what a person should know of it that is no error: that a newer study has taken its place.
    """

    folder: Path
    card: StudyCard
    threads: tuple[Thread, ...]
    annotations: tuple[Annotation, ...]
    findings: tuple[Finding, ...] = ()

    @property
    def erased(self) -> frozenset[tuple[str, str]]:
        """The (thread_id, comment_id) of each comment that the card says is erased."""
        return frozenset(key for entry in self.card.erased for key in _meant(entry, self.threads))


def read_study(folder: str | Path) -> Study:
    """Read a study's folder: the card, every page (checksums verified) and the annotations (all checked).

    Raises InputError that lists every problem: a page that is missing or not the one the card describes, and
    each annotation that does not fit; ReadError where a page cannot be read.
    """
    folder = Path(folder)
    if not folder.is_dir():
        siblings = [str(path.parent) for path in folder.parent.glob("*/study.yaml")] if folder.parent.is_dir() else []
        hint = did_you_mean(str(folder), siblings)
        raise InputError(f"{folder}: expected a study's folder with a study.yaml, found no such folder.{hint}")
    card = read_card(folder / "study.yaml")
    threads, problems = _read_threads(folder, card)
    unreadable = any(isinstance(problem, ReadError) for problem in problems)
    annotations, wrong = _read_annotations(folder, card, None if problems else threads)
    if not problems:
        problems += map(InputError, _erased_problems(folder / "study.yaml", card, threads))
    said = [str(problem) for problem in (*problems, *wrong)]
    if said:
        raise (ReadError if unreadable else InputError)("\n".join(said))
    return Study(folder, card, tuple(threads), tuple(annotations), tuple(_findings(card)))


def _read_annotations(
    folder: Path, card: StudyCard, threads: Sequence[Thread] | None
) -> tuple[list[Annotation], list[Problem]]:
    """Return the sound annotations and what is wrong with the others; a new study need not have the file yet."""
    path = folder / card.annotations
    if card.annotations == ANNOTATIONS and not path.exists():
        return [], []
    # where a page is missing, the annotations of its comments are not to blame: there are no `threads` then
    return review_annotations(path, threads, card.labels, card.targets, tuple(card.annotators), card.language)


def _read_threads(folder: Path, card: StudyCard) -> tuple[list[Thread], list[InputError]]:
    """Return the threads of all pages, and what is wrong with the pages."""
    threads: list[Thread] = []
    problems: list[InputError] = []
    for page in card.pages:
        try:
            threads += _read_page(folder, page)
        except InputError as error:
            problems.append(error)
    for thread_id, times in Counter(thread.thread_id for thread in threads).items():
        if times > 1:
            problems.append(
                InputError(
                    f"{folder}: two pages are the thread {thread_id!r}; keep one, or give each its url on the card"
                )
            )
    return threads, problems


def _read_page(folder: Path, page: PageCard) -> list[Thread]:
    path = folder / page.path
    try:
        found = hashlib.sha256(path.read_bytes()).hexdigest()
    except FileNotFoundError:
        raise InputError(f"{path}: the card names this page, found no such file") from None
    if found != page.sha256 and _sha_of_lines(path, b"\n", page.sha256):
        raise InputError(
            f"{path}: the page's line ends have changed, as Git does on Windows: expected sha256 {page.sha256}, found "
            f"{found}; write `{page.path} -text` into a .gitattributes and check the page out again"
        )
    if found != page.sha256:
        raise InputError(
            f"{path}: the page has changed since the card was written: expected sha256 {page.sha256}, found {found}; "
            "restore the page, or check the annotations against the new one and correct the card"
        )
    threads = list(read_pages(path, url=page.url))
    if not any(thread.comments for thread in threads):
        raise InputError(f"{path}: expected a page with comments, found none in it")
    for thread in threads:
        if page.format not in (None, thread.format):
            raise InputError(f"{path}: the card says format {page.format!r}, the page reads as {thread.format!r}")
    return threads


def _sha_of_lines(path: Path, end: bytes, sha256: str) -> bool:
    """Say whether a page has a SHA-256 with its lines ended otherwise."""
    return hashlib.sha256(path.read_bytes().replace(b"\r\n", end)).hexdigest() == sha256


def _erased_problems(path: Path, card: StudyCard, threads: Sequence[Thread]) -> Iterator[str]:
    for entry in card.erased:
        meant = _meant(entry, threads)
        if not meant:
            hint = did_you_mean(entry, [comment.comment_id for thread in threads for comment in thread.comments])
            yield f"{path}: `erased` names comment {entry!r}, which is in no thread.{hint}"
        elif len(meant) > 1:
            ways = [f"{thread_id}#{comment_id}" for thread_id, comment_id in meant]
            yield f"{path}: `erased` names comment {entry!r}, which is in several threads; write one of {ways}"


def _meant(entry: str, threads: Sequence[Thread]) -> list[tuple[str, str]]:
    """Return the comments that an entry of `erased` may mean: those with that id, or the one of the thread named."""
    keys = [(thread.thread_id, comment.comment_id) for thread in threads for comment in thread.comments]
    return [key for key in keys if entry in (key[1], "#".join(key))]


def _findings(card: StudyCard) -> Iterator[Finding]:
    if card.superseded_by:
        yield Finding(
            "superseded",
            f"revision {card.revision} of this study is superseded by {card.superseded_by}; use that one for new runs",
        )
