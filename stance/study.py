"""Studies: a folder of seeds read as one thing, its card, pages and annotations, checked as they are read."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from stance.annotations import Annotation, check_annotations, read_annotations
from stance.errors import InputError, did_you_mean
from stance.pages import read_pages
from stance.thread import Thread

ANNOTATOR_KINDS = ("person", "model")
# What YAML makes of a key's value; keys that are not here hold text.
KINDS: dict[str, type] = {"labels": list, "pages": list, "annotators": dict, "revision": int}
KIND_WORDS = {list: "a list", dict: "keys and values", int: "a whole number", str: "text"}


@dataclass(frozen=True, slots=True)
class PageCard:
    """One saved page of a study: its path in the study's folder and the SHA-256 of its bytes.

    `url` and `retrieved` (ISO date) are None where nobody noted them.
    """

    path: str
    sha256: str
    format: str | None = None
    url: str | None = None
    retrieved: str | None = None


@dataclass(frozen=True, slots=True)
class StudyCard:
    """What a study says of itself in study.yaml.

    `labels` has an order, from against to favor. `annotators` maps each name to "person" or "model".
    """

    title: str
    target: str
    labels: tuple[str, ...]
    pages: tuple[PageCard, ...]
    annotators: Mapping[str, str]
    labelled_by: str
    licence: str
    revision: int
    guidelines: str = "guidelines.md"
    annotations: str = "annotations.csv"
    contact: str | None = None
    superseded_by: str | None = None


@dataclass(frozen=True, slots=True)
class Study:
    """A study as read: its folder, card, threads and annotations, each checked against the others."""

    folder: Path
    card: StudyCard
    threads: tuple[Thread, ...]
    annotations: tuple[Annotation, ...]


def read_study(folder: str | Path) -> Study:
    """Read a study's folder: the card, every page (checksums verified) and the annotations (all checked).

    Raises InputError where a file is missing, a page is not the one the card describes, or an annotation
    does not fit; ReadError where a page cannot be read.
    """
    folder = Path(folder)
    if not folder.is_dir():
        siblings = [str(path.parent) for path in folder.parent.glob("*/study.yaml")] if folder.parent.is_dir() else []
        hint = did_you_mean(str(folder), siblings)
        raise InputError(f"{folder}: expected a study's folder with a study.yaml, found no such folder.{hint}")
    card = read_card(folder / "study.yaml")
    threads = tuple(thread for page in card.pages for thread in _read_page(folder, page))
    _refuse_doubled_threads(folder, threads)
    path = folder / card.annotations
    annotations = tuple(read_annotations(path))
    check_annotations(annotations, threads, card.labels, source=str(path))
    if unknown := sorted({a.annotator for a in annotations} - set(card.annotators)):
        raise InputError(
            f"{path}: annotators {unknown} are not on the card; add them to `annotators` in {folder / 'study.yaml'}, "
            f"each with a kind of {list(ANNOTATOR_KINDS)}"
        )
    return Study(folder, card, threads, annotations)


def read_card(path: Path) -> StudyCard:
    """Read a study.yaml. Raises InputError that names the key where one is missing, unknown or of a wrong kind."""
    try:
        found = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InputError(f"{path}: expected a study's card, found no such file") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: not readable as YAML in UTF-8: {error}") from None
    values = _checked_keys(StudyCard, found, str(path))
    pages = values["pages"]
    if not pages:
        raise InputError(f"{path}: `pages` must be a list of at least one page, found {pages!r}")
    values["pages"] = tuple(
        PageCard(**_checked_keys(PageCard, page, f"{path} page {number}")) for number, page in enumerate(pages, start=1)
    )
    values["labels"] = labels = tuple(values["labels"])
    if not all(isinstance(label, str) for label in labels) or len(labels) < 2 or len(set(labels)) < len(labels):
        raise InputError(f"{path}: `labels` must be two or more different strings, found {list(labels)}")
    for name, kind in values["annotators"].items():
        if kind not in ANNOTATOR_KINDS:
            hint = did_you_mean(str(kind), ANNOTATOR_KINDS)
            expected = f"expected a kind of {list(ANNOTATOR_KINDS)}"
            raise InputError(f"{path}: annotator {name!r}: {expected}, found {kind!r}.{hint}")
    return StudyCard(**values)


def _checked_keys(card: type, found: object, where: str) -> dict[str, Any]:
    if not isinstance(found, dict):
        raise InputError(f"{where}: expected keys and values, found {type(found).__name__}")
    known = [field.name for field in fields(card)]
    required = [field.name for field in fields(card) if field.default is field.default_factory]
    for key in found:
        if key not in known:
            raise InputError(f"{where}: key {key!r} is not known; a card has {known}.{did_you_mean(str(key), known)}")
    if missing := [key for key in required if found.get(key) is None]:
        raise InputError(f"{where}: the keys {missing} are missing")
    # a key left empty has its default; YAML reads 2016-09-20 as a date
    values = {
        key: str(value) if isinstance(value, date) else value for key, value in found.items() if value is not None
    }
    for key, value in values.items():
        expected = KINDS.get(key, str)
        if not isinstance(value, expected):
            raise InputError(f"{where}: key {key!r} must be {KIND_WORDS[expected]}, found {value!r}")
    return values


def _read_page(folder: Path, page: PageCard) -> list[Thread]:
    path = folder / page.path
    try:
        found = hashlib.sha256(path.read_bytes()).hexdigest()
    except FileNotFoundError:
        raise InputError(f"{path}: the card names this page, found no such file") from None
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


def _refuse_doubled_threads(folder: Path, threads: tuple[Thread, ...]) -> None:
    seen = set()
    for thread in threads:
        if thread.thread_id in seen:
            raise InputError(
                f"{folder}: two pages are the thread {thread.thread_id!r}; keep one, or give each its url on the card"
            )
        seen.add(thread.thread_id)
