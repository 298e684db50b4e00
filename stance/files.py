"""Files: whatever is written appears whole or not at all, and nothing goes that was not written here."""

import hashlib
import shutil
import signal
import threading
import uuid
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from stance.errors import InputError

# inside each folder that is replaced when it is written again: what was written there, with the SHA-256 of each file
MARKER = ".written-by-stance"
# what a file manager leaves in every folder that somebody looks at
LEFT_BY_VIEWERS = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})


@contextmanager
def unfinished_folder(parent: Path, prefix: str) -> Iterator[Path]:
    """Make a new folder in `parent` whose name begins with `prefix`, and remove it at the end if it still has it.

    Folders with the prefix that no living process writes are removed first: a build that was killed leaves
    them; so the prefix must be one that nobody else gives to a folder. Raises OSError as the disk does.
    """
    _remove_left_behind(parent, prefix)
    with _new_folder(parent, prefix) as folder:
        yield folder


@contextmanager
def _new_folder(parent: Path, prefix: str) -> Iterator[Path]:
    folder = parent / f"{prefix}{uuid.uuid4().hex[:12]}"
    # locked before it is made: a folder whose lock is free has no living writer
    with _locked(folder):
        folder.mkdir(mode=0o700)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _remove_left_behind(parent: Path, prefix: str) -> None:
    left = {path.with_suffix("") if path.suffix == ".lock" else path for path in parent.glob(f"{prefix}*")}
    for folder in left:
        try:
            with _locked(folder, blocking=False):
                shutil.rmtree(folder, ignore_errors=True)
        except (Timeout, PermissionError):
            continue  # somebody is writing it, or it is another user's


def _locked(folder: Path, blocking: bool = True) -> AbstractContextManager[None]:
    return locked(folder.with_name(f"{folder.name}.lock"), blocking)


@contextmanager
def locked(path: Path, blocking: bool = True) -> Iterator[None]:
    """Hold a lock, the file at `path`; the system lets go of it when the process dies.

    Raises filelock's Timeout if another holds it and this is not to wait.
    """
    with FileLock(path, blocking=blocking):
        try:
            yield
        finally:
            # while it is still held; Windows removes it on release, and not before
            with suppress(PermissionError):
                path.unlink(missing_ok=True)


def write_files(files: Mapping[str, bytes], folder: Path) -> Path:
    """Write files into a new folder that appears complete or not at all; one that was written so before is replaced.

    Raises InputError, and leaves everything as it is, if what is there was not written by this function.
    """
    refuse_foreign(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    marker = "".join(f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in files.items())
    # what a killed process leaves beside it stays: a name that begins alike may be anybody's
    with _new_folder(folder.parent, f".{folder.name}-") as unfinished:
        for name, content in {**files, MARKER: marker.encode()}.items():
            path = unfinished / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        unfinished.chmod(0o755)
        if folder.exists():
            refuse_foreign(folder)
            shutil.rmtree(folder)
        unfinished.replace(folder)
    return folder


def refuse_foreign(folder: Path) -> None:
    """Raise InputError if a folder that is to be written holds anything but what `write_files` has put there.

    A folder that is not there, or that is empty, is not foreign.
    """
    if not folder.exists() and not folder.is_symlink():
        return
    if folder.is_symlink() or not folder.is_dir():
        raise InputError(f"{folder}: expected no such file, or a folder; move it away, or name another folder")
    there = {
        path.relative_to(folder).as_posix(): path
        for path in folder.rglob("*")
        if path.name not in LEFT_BY_VIEWERS and (path.is_symlink() or not path.is_dir())
    }
    marker = there.pop(MARKER, None)
    lines = marker.read_text(encoding="utf-8").splitlines() if marker else []
    written = {name: sha for sha, _, name in (line.partition("  ") for line in lines)}
    foreign = sorted(
        name
        for name, path in there.items()
        if path.is_symlink() or hashlib.sha256(path.read_bytes()).hexdigest() != written.get(name)
    )
    if foreign:
        raise InputError(
            f"{folder}: expected nothing, or a report as it was written before, since it is replaced; found "
            f"{foreign[0]!r}{f' and {len(foreign) - 1} more' if foreign[1:] else ''}, which was not written so. "
            "Move it away, or name another folder"
        )


def refuse_path(name: str, key: str) -> None:
    """Raise InputError if what becomes part of a file's name is no name but a path; `key` is where it was said."""
    parts = [part for part in name.replace("\\", "/").split("/") if part not in ("", ".", "..")]
    if [name] != parts or not name.isprintable():
        hint = f" Did you mean {parts[-1]!r}?" if parts else ""
        raise InputError(f"{key}: expected a name without / and \\, found {name!r}.{hint}")


def write_once(files: Mapping[str, bytes], folder: Path) -> None:
    """Write files into a folder, unless one of them is there with other content: a sheet may be half filled in.

    Raises InputError that names all that are in the way; then nothing is written.
    """
    there = [folder / name for name, content in files.items() if _differs(folder / name, content)]
    if there:
        raise InputError(
            f"expected no other content in {[str(path) for path in there]}: labels may have been filled in there; "
            "collect them, then move the files away, or name another folder"
        )
    for name, content in files.items():
        write_whole(folder / name, content)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file under another name and rename it, so that nobody sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with _new_folder(path.parent, f".{path.name}-") as unfinished:
        whole = unfinished / path.name
        whole.write_bytes(content)
        whole.replace(path)


def _differs(path: Path, content: bytes) -> bool:
    return path.exists() and path.read_bytes() != content


def shown_path(path: Path) -> str:
    """Return a path as others may see it: relative as given, or only its name, since a path can name its owner."""
    return path.as_posix() if not path.is_absolute() else path.name


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Let neither Ctrl-C nor an end from outside come between; what is done here must be short."""
    if threading.current_thread() is not threading.main_thread():
        yield  # signals come to the main thread only
        return
    before = {number: signal.signal(number, signal.SIG_IGN) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
