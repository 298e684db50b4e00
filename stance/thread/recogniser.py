"""Persons whom a text names, authors of the thread or not, as a spaCy pipeline of the user's own finds them."""

import hashlib
import importlib.util
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from stance.errors import InputError
from stance.files import shown_path

PREFIX = "spacy:"
EXTRA = 'pip install "stance-threads[names]"'
# what pipelines of several languages call a person, folded
PERSONS = frozenset({"person", "per", "prs", "persname"})
# what marks no persons and takes most of the time
UNNEEDED = frozenset({"attribute_ruler", "lemmatizer", "morphologizer", "parser", "senter", "sentencizer", "tagger"})
NEEDED = frozenset({"ner", "tok2vec", "transformer"})
# a longer text is read in pieces: memory grows with them
PIECE = 100_000


def find_persons(text: str, kind: str) -> tuple[tuple[int, int], ...]:
    """Return (start, end) of each person that a pipeline finds in a text, in order; `kind` is `spacy:` and its name.

    Each text is read by itself, so that what is found depends on nothing else.

    Raises InputError where spaCy or the pipeline is not there, or it marks no persons.
    """
    return tuple(
        (start + first, start + last) for start, end in _pieces(text) for first, last in _read(kind, text[start:end])
    )


def identity_of(kind: str) -> str:
    """Return the name and version of a pipeline, the version of spaCy, and 12 digits of the sha256 of its files."""
    folder = _folder_of(kind)
    whole = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        with path.open("rb") as file:
            whole.update(path.relative_to(folder).as_posix().encode() + hashlib.file_digest(file, "sha256").digest())
    nlp = _loaded(kind)
    name, spacy = f"{nlp.meta['lang']}_{nlp.meta['name']} {nlp.meta['version']}", importlib.import_module("spacy")
    return f"{name}, spaCy {spacy.__version__}, sha256 {whole.hexdigest()[:12]}"


def shown_kinds(kinds: Sequence[str]) -> list[str]:
    """Return kinds of masks as others may see them: of an absolute path only the name.

    >>> shown_kinds(["names", "spacy:/home/reader-1/models/ner"])
    ['names', 'spacy:ner']
    """
    return [PREFIX + shown_path(Path(kind.removeprefix(PREFIX))) if kind.startswith(PREFIX) else kind for kind in kinds]


@lru_cache(maxsize=1024)  # a comment is the context of those that answer it
def _read(kind: str, text: str) -> tuple[tuple[int, int], ...]:
    nlp = _loaded(kind)
    with nlp.memory_zone():
        found = [each for each in nlp(text).ents if each.label_.casefold() in PERSONS]
        return tuple((each.start_char, each.end_char) for each in found)


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    """Yield (start, end) of pieces of a text that end with a line, or at a space, where there is one."""
    start = 0
    while len(text) - start > PIECE:
        ends = (text.rfind(sign, start + 1, start + PIECE) for sign in ("\n", " "))
        end = next((end for end in ends if end > start), start + PIECE)
        yield start, end
        start = end
    yield start, len(text)


@cache
def _loaded(kind: str) -> Any:
    """Load a pipeline from its folder, once a process: no code of a package or folder is run, nothing unpickled."""
    try:
        import spacy
    except ImportError:
        raise InputError(f"mask: expected spaCy to be installed for {kind!r}, found it missing; {EXTRA}") from None
    folder = _folder_of(kind)
    try:
        nlp = spacy.load(folder, exclude=_unneeded(folder))
    except (OSError, ValueError, KeyError, TypeError) as error:
        said = " ".join(str(error).split())[:200]
        raise InputError(
            f"mask: expected a pipeline that spaCy {spacy.__version__} loads for {kind!r}, found "
            f"{type(error).__name__}: {said}"
        ) from None
    pipes = nlp.analyze_pipes(keys=["assigns"])["summary"]
    marked = [label for pipe, found in pipes.items() if "doc.ents" in found["assigns"] for label in _labels(nlp, pipe)]
    if not any(label.casefold() in PERSONS for label in marked):
        raise InputError(
            f"mask: expected a pipeline that marks persons (PERSON, PER or the like) for {kind!r}, found "
            f"{f'one that marks {marked}' if marked else 'one that marks nothing'}"
        )
    return nlp


def _labels(nlp: Any, pipe: str) -> list[str]:
    return list(nlp.pipe_labels.get(pipe, ()))


@cache
def _folder_of(kind: str) -> Path:
    """Return the folder of a pipeline's files: the one that is named, or that of an installed package."""
    name = kind.removeprefix(PREFIX)
    folder = Path(name).expanduser()
    if not folder.is_dir() and name.isidentifier():
        spec = importlib.util.find_spec(name)
        for place in (spec.submodule_search_locations or []) if spec else []:
            folder = next((path.parent for path in sorted(Path(place).glob("*/config.cfg"))), folder)
    if not (folder / "config.cfg").is_file() or not (folder / "meta.json").is_file():
        install = f"; python -m spacy download {name}, or name a folder that holds one" if name.isidentifier() else ""
        raise InputError(
            f"mask: expected an installed package or a folder with a spaCy pipeline (config.cfg, meta.json) for "
            f"{kind!r}, found neither{install}"
        )
    return folder


def _unneeded(folder: Path) -> list[str]:
    """Return the names of the parts of a pipeline that finding persons can do without; a rule may need any of them."""
    from spacy.util import load_config

    config = load_config(folder / "config.cfg")
    factories = {name: part.get("factory") for name, part in config.get("components", {}).items()}
    if not set(factories.values()) <= UNNEEDED | NEEDED:
        return []
    return [name for name, factory in factories.items() if factory in UNNEEDED]
