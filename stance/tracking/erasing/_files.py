"""Files that hold a person's words: those that commands of this package wrote, the study's own, and anybody's."""

import lzma
import os
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from stance.cells import file_encoding, parse_json
from stance.files import MARKER
from stance.study.annotations import read_cells
from stance.tracking.erasing._runs import Origin
from stance.tracking.erasing._words import Words
from stance.tracking.kept import RUN_FILE

CONFIG_FILE = "config.json"
COMMENT = ("thread_id", "comment_id")
HEADER = 4096  # bytes
ANNOTATION = "annotation"  # the folder of sheets and tasks
# nobody's words stand there, or what is there is made again from the rest
LEFT_OUT = frozenset({".git", ".venv", "venv", "node_modules", "__pycache__", "site-packages"})


@dataclass(frozen=True, slots=True)
class Places:
    """Where to look: below `roots`, but not below `left`, which is dealt with otherwise.

    Commands have made what is below `written`. `study` is the folder or table that people have made; `database` the
    file of the store, which goes on without them.
    """

    roots: Sequence[Path]
    written: Sequence[Path]
    study: Path
    left: Sequence[Path] = ()
    database: Path | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What holds the words: `made` by commands, and made again by them; `sheets`, in which labels may stand.

    `study` and `others` are files that people have made; `store` is the database of the runs. `unread` could not be
    searched to their end: what they hold nobody has seen.
    """

    made: tuple[Path, ...] = ()
    sheets: tuple[Path, ...] = ()
    study: tuple[Path, ...] = ()
    others: tuple[Path, ...] = ()
    store: tuple[Path, ...] = ()
    unread: tuple[Path, ...] = ()


def find_files(
    words: Words, places: Places, origin: Origin, on_file: Callable[[str, int], None] = lambda stage, number: None
) -> Found:
    """Return what in the places holds the words, or was made from them by what its config or its rows say.

    A report, a dataset or a run that was kept is one thing, its folder. Links are not followed. `on_file` is called
    for each file that was read.
    """
    made, sheets, study, others, store, unread = (dict[Path, None]() for _ in range(6))
    for path in _paths(places.roots, places.left, unread):
        on_file("files searched", 1)
        whole = _whole(path)
        if whole in made:
            continue
        holds = True if _has_origin(path, origin) else _holds(words, path)
        if holds is None:
            unread[path] = None
        if not holds:
            continue
        if path == places.database:
            store[path] = None
        elif path.is_relative_to(places.study):
            study[path] = None
        elif whole is not None:
            made[whole] = None
        elif not any(path.is_relative_to(root) for root in places.written):
            others[path] = None
        else:
            (sheets if ANNOTATION in path.parts else made)[path] = None
    # what goes as a whole need not be read
    closed = (path for path in unread if made.keys().isdisjoint((path, *path.parents)))
    return Found(*(tuple(sorted(paths)) for paths in (made, sheets, study, others, store, closed)))


def _paths(roots: Sequence[Path], left: Sequence[Path], unread: dict[Path, None]) -> Iterator[Path]:
    """Yield the files below roots, each once, and note the folders that may not be listed."""
    seen = {*left}

    def note(error: OSError) -> None:
        if not isinstance(error, FileNotFoundError):
            unread[Path(error.filename)] = None

    for root in roots:
        for folder, names, files in os.walk(root, onerror=note):
            here = Path(folder)
            names[:] = sorted(name for name in names if name not in LEFT_OUT and here / name not in seen)
            for path in (here / name for name in sorted(files)):
                if path not in seen and not path.is_symlink() and path.is_file():
                    seen.add(path)
                    yield path


def _holds(words: Words, path: Path) -> bool | None:
    """Return whether a file holds words; None where it could not be read to its end and none were found before."""
    try:
        return words.within_file(path)
    except FileNotFoundError:
        return False  # gone since it was listed
    # it may not be read, or is not whole. zipfile's RuntimeError: a password, or, as its NotImplementedError, a
    # compression that it does not know
    except (OSError, ValueError, EOFError, zlib.error, lzma.LZMAError, zipfile.BadZipFile, RuntimeError):
        return None


def _whole(path: Path) -> Path | None:
    """Return the folder that a file was written with as one: a report, a dataset or a run that was kept."""
    for folder in path.parents:
        if (folder / MARKER).is_file() or (folder / RUN_FILE).is_file():
            return folder
        if (folder / "data").is_dir() and (folder / CONFIG_FILE).is_file() and (folder / "stats.json").is_file():
            return folder
    return None


def _has_origin(path: Path, origin: Origin) -> bool:
    try:
        if path.suffix == ".csv":
            return _has_rows(path, origin)
        found = parse_json(path.read_bytes()) if path.name in (CONFIG_FILE, RUN_FILE) else None
    except (OSError, ValueError):
        return False  # no table and no config that a command wrote; as a file it is searched
    return isinstance(found, dict) and origin.made(found)


def _has_rows(path: Path, origin: Origin) -> bool:
    """Return whether a table of annotations has rows of the comments: what they quote may be two words."""
    with path.open("rb") as file:
        head = file.read(HEADER).decode(file_encoding(path), "ignore")
    if not all(column in head for column in COMMENT):
        return False
    rows, _ = read_cells(path, COMMENT, COMMENT)
    return any((row["thread_id"], row["comment_id"]) in origin.comments for _, row in rows)
