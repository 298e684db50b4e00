"""The part of the package that a model needs, copied beside it."""

import ast
import shutil
from collections.abc import Sequence
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).parents[2]
CARRIED = Path(__file__).with_name("_package.py")


def copy_code(folder: Path, types: Sequence[str]) -> Path:
    """Copy the code that models of these types need into `folder`, and return the package there.

    Where a model is opened, the package need not be installed: the index may have another of its name. Where it is,
    it is used, since MLflow lets what is carried stand before it, and a part would hide the whole.
    """
    for path in _needed(tuple(types)):
        target = folder / PACKAGE.name / path.relative_to(PACKAGE)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    shutil.copyfile(CARRIED, folder / PACKAGE.name / "__init__.py")
    return folder / PACKAGE.name


@cache
def _needed(types: tuple[str, ...]) -> tuple[Path, ...]:
    found: set[Path] = set()
    wanted = {path for name in types for path in _files_of(name.rpartition(".")[0])}
    while wanted:
        path = wanted.pop()
        found.add(path)
        wanted |= {module for name in _imported(path) for module in _files_of(name)} - found
    return tuple(sorted(found))


def _imported(path: Path) -> set[str]:
    """Return the names that a module imports from this package when it is imported itself."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    froms = [node for node in tree.body if isinstance(node, ast.ImportFrom)]
    return {
        name for node in froms for alias in node.names for name in (f"{node.module}", f"{node.module}.{alias.name}")
    }


@cache  # most modules name the same few
def _files_of(name: str) -> frozenset[Path]:
    parts = name.split(".")
    if parts[0] != PACKAGE.name:
        return frozenset()
    places = [PACKAGE.joinpath(*parts[1:end]) for end in range(1, len(parts) + 1)]
    files = (path for place in places for path in (place / "__init__.py", place.with_suffix(".py")))
    return frozenset(path for path in files if path.is_file())
