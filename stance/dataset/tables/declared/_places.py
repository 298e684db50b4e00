"""Files as they are declared, found: in a folder, by a pattern, packed by gzip, or inside a zip archive."""

import gzip
import zipfile
import zlib
from collections.abc import Callable
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from typing import IO

from stance.dataset.tables._problems import Problems
from stance.errors import did_you_mean

PATTERN = "*?["
# what is packed may become this many times as large, or this large whatever it was: a bomb is larger
MOST_TIMES = 200
SMALL_BYTES = 1 << 26
COPIED_BYTES = 1 << 20


class Places:
    """Where declared files are; what is packed is unpacked into a folder that `unpacked` makes.

    What cannot be found is noted in `problems`.
    """

    def __init__(self, unpacked: Callable[[], Path], problems: Problems) -> None:
        self._unpacked, self.problems = unpacked, problems

    def find(self, folder: Path, name: str) -> list[tuple[str, Path, Path]]:
        """Return name, readable path and origin of each file that a declared name means, in the order of names.

        `folder` may be a zip archive, and so may a part of the name. What is not there is noted, with the near miss.
        """
        archive = _archive(folder, name)
        if archive is not None:
            return self._members(*archive, name)
        found = [folder / name]
        if not found[0].is_file() and any(sign in name for sign in PATTERN):
            pattern = name.removeprefix("/")
            root = Path("/") if name.startswith("/") else folder
            found = sorted(path for path in root.glob(pattern) if path.is_file())
        if not found or not found[0].is_file():
            self._say_missing(folder, name)
            return []
        single = found == [folder / name]
        return [(name if single else _relative(path, folder), self._unzipped(path), path) for path in found]

    def _say_missing(self, folder: Path, name: str) -> None:
        there = [other.relative_to(folder).as_posix() for other in folder.rglob("*") if other.is_file()]
        what = "files of this pattern" if any(sign in name for sign in PATTERN) else "a file"
        self.problems.add("files", f"{name}: expected {what} in {folder}, found none.{did_you_mean(name, there)}")

    def _members(self, archive: Path, inside: str, name: str) -> list[tuple[str, Path, Path]]:
        try:
            with zipfile.ZipFile(archive) as opened:
                there = sorted(entry.filename for entry in opened.infolist() if not entry.is_dir())
                wanted = [member for member in there if member == inside or (inside and fnmatchcase(member, inside))]
                if not inside and len(there) == 1:
                    wanted = there
                if not wanted:
                    hint = did_you_mean(inside, there) or f" It has {', '.join(there[:20])}."
                    expected = "one file" if not inside else f"a file {inside!r}"
                    several = bool(there) and not inside
                    found = f"{len(there)}; name one, as in {archive.name}/{there[0]}" if several else "none"
                    self.problems.add("files", f"{archive.name}: expected {expected} in it, found {found}.{hint}")
                outside = name.removesuffix(inside) if inside else f"{archive.name}/"
                called = {member: member if archive.name not in outside else f"{outside}{member}" for member in wanted}
                return [(called[member], self._member(opened, archive, member), archive) for member in wanted]
        # zipfile's RuntimeError: a password, or, as its NotImplementedError, a compression that it does not know
        except (zipfile.BadZipFile, RuntimeError, OSError) as error:
            self.problems.add("files", f"{archive.name}: expected a zip archive, found it unreadable: {error}")
            return []

    def _member(self, opened: zipfile.ZipFile, archive: Path, member: str) -> Path:
        with opened.open(member) as stream:
            path = self._copy(stream, opened.getinfo(member).compress_size, f"{archive.name}: {member}", member)
        return self._unzipped(path)

    def _unzipped(self, path: Path) -> Path:
        """Return where a file can be read: itself, or what gzip has packed in it."""
        if path.suffix.lower() != ".gz":
            return path
        try:
            with gzip.open(path) as stream:
                return self._copy(stream, path.stat().st_size, path.name, path.stem)
        except (OSError, EOFError, zlib.error) as error:
            self.problems.add("files", f"{path.name}: expected a file packed by gzip, found it unreadable: {error}")
            return path

    def _copy(self, stream: "IO[bytes] | gzip.GzipFile", packed: int, said: str, name: str) -> Path:
        folder = self._unpacked()
        target = folder / str(len(list(folder.iterdir()))) / PurePosixPath(name).name
        target.parent.mkdir()
        left = max(SMALL_BYTES, packed * MOST_TIMES)
        with target.open("wb") as out:
            for piece in iter(lambda: stream.read(COPIED_BYTES), b""):
                left -= len(piece)
                if left < 0:
                    found = f"expected at most {MOST_TIMES} times its packed size, found more"
                    self.problems.add("files", f"{said}: {found}; unpack it by hand if that is right")
                    break
                out.write(piece)
        return target


def _archive(folder: Path, name: str) -> tuple[Path, str] | None:
    """Return the zip archive that a declared name goes through, and what is wanted inside; None where none is."""
    parts = PurePosixPath((folder / name).as_posix()).parts
    for number in range(1, len(parts) + 1):
        path = Path(*parts[:number])
        if path.suffix.lower() == ".zip" and path.is_file():
            return path, "/".join(parts[number:])
    return None


def _relative(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix() if path.is_relative_to(folder) else path.name
