"""Folders that a process is still writing: hidden, its own, and removed by the next one if it was killed."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def unfinished_folder(parent: Path, prefix: str) -> Iterator[Path]:
    """Make a new folder in `parent` whose name begins with `prefix`, and remove it at the end if it still has it.

    Folders with the prefix that no living process writes are removed first: a build that was killed leaves
    them. Raises OSError as the disk does.
    """
    with _locked(parent):
        _remove_left_behind(parent, prefix)
        folder = Path(tempfile.mkdtemp(prefix=prefix, dir=parent))
        mark = _lock(folder)
    try:
        yield folder
    finally:
        os.close(mark)
        shutil.rmtree(folder, ignore_errors=True)


def _remove_left_behind(parent: Path, prefix: str) -> None:
    for folder in parent.glob(f"{prefix}*"):
        try:
            mark = _lock(folder, fcntl.LOCK_NB)
        except OSError:
            continue  # somebody is writing it, or it is another user's
        os.close(mark)
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Hold a lock between the making of a folder and the lock on it; else another process may take it for dead."""
    mark = _lock(folder)
    try:
        yield
    finally:
        os.close(mark)


def _lock(folder: Path, how: int = 0) -> int:
    """Lock a folder as long as the returned descriptor is open; the system lets go of it when a process dies."""
    mark = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(mark, fcntl.LOCK_EX | how)
    except BaseException:
        os.close(mark)
        raise
    return mark
