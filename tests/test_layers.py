"""Layers: imports point one way along the line of the design, and importing does nothing."""

import ast
import json
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import stance

ROOT = Path(stance.__file__).parent
# From first to last; a room imports from its own and from those before it.
LINE = (
    "errors",
    "files",
    "cells",
    "thread",
    "pages",
    "study",
    "dataset",
    "folds",
    "classifiers",
    "evaluation",
    "estimates",
    "report",
    "tracking",
    "commands",
)
# Outside libraries that one room only may know, even inside a function or for type checkers.
OWNED = {
    "mlflow": "tracking",
    "hydra": "commands",
    "omegaconf": "commands",
    "selectolax": "pages",
    "matplotlib": "report",
}
HEAVY = ("mlflow", "hydra", "omegaconf", "sklearn", "scipy", "datasets", "pandas", "numpy", "matplotlib", "selectolax")


def modules():
    """Return the path of each module of the package by its dotted name."""
    found = {}
    for path in sorted(ROOT.rglob("*.py")):
        parts = ["stance", *path.relative_to(ROOT).with_suffix("").parts]
        found[".".join(part for part in parts if part != "__init__")] = path
    return found


MODULES = modules()


def imports(name, source):
    """Return (line, dotted name) of all that a module imports, inside functions and for type checkers too."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{name} line {node.lineno}: a relative import; write it from `stance`"
            whole = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from ((node.lineno, dotted if dotted in MODULES else node.module) for dotted in whole)


def room(name):
    """Return the room of a module of stance, "" for the package itself."""
    return name.removeprefix("stance").removeprefix(".").split(".")[0]


def breaches(name, source):
    """Return what a module imports that it must not, in words."""
    here, found = room(name), []
    for line, imported in imports(name, source):
        where = f"{name} line {line}: imports {imported}"
        owner = OWNED.get(imported.split(".")[0])
        if owner and owner != here:
            found.append(f"{where}, which only {owner} knows")
        if imported.split(".")[0] != "stance" or not here:
            continue
        if not room(imported):
            found.append(f"{where}, the package itself; name the room")
        elif LINE.index(room(imported)) > LINE.index(here):
            found.append(f"{where}, which comes after {here}")
    return found


def test_every_room_has_its_place_on_the_line_and_the_line_has_no_others():
    assert {room(name) for name in MODULES} - {""} == set(LINE)


@pytest.mark.parametrize("name", MODULES)
def test_imports_point_one_way_and_libraries_stay_in_their_room(name):
    assert breaches(name, MODULES[name].read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("name", "source", "said"),
    [
        (
            "stance.thread",
            "import stance.dataset",
            "stance.thread line 1: imports stance.dataset, which comes after thread",
        ),
        ("stance.pages.html", "def f():\n    from stance.study import Study", "stance.study, which comes after pages"),
        (
            "stance.dataset",
            "if TYPE_CHECKING:\n    from stance.evaluation import scores",
            "stance.evaluation.scores, which comes after dataset",
        ),
        ("stance.report", "from stance import read_study", "imports stance, the package itself; name the room"),
        ("stance.evaluation", "def f():\n    import mlflow.entities", "mlflow.entities, which only tracking knows"),
        ("stance.report.console", "from omegaconf import OmegaConf", "imports omegaconf, which only commands knows"),
    ],
)
def test_a_breach_would_be_seen(name, source, said):
    (found,) = breaches(name, source)
    assert said in found


def private(imported, name):
    """Whether a module is marked as a room's own and is imported from another one."""
    return any(part.startswith("_") for part in imported.split(".")) and room(imported) != room(name)


@pytest.mark.parametrize("name", MODULES)
def test_what_is_a_rooms_own_is_imported_from_within_only(name):
    found = {imported for _, imported in imports(name, MODULES[name].read_text(encoding="utf-8"))}
    assert [imported for imported in sorted(found & set(MODULES)) if private(imported, name)] == []


def test_no_two_modules_import_each_other_not_even_inside_functions_or_for_types():
    arrows = {
        (name, imported)
        for name, path in MODULES.items()
        for _, imported in imports(name, path.read_text(encoding="utf-8"))
        if imported in MODULES
    }
    assert [pair for pair in sorted(arrows) if pair[::-1] in arrows and pair[0] != pair[1]] == []


ROOMS = {name: path.parent for name, path in MODULES.items() if path.name == "__init__.py" and name != "stance"}


@pytest.mark.parametrize("name", ROOMS)
def test_every_room_can_be_held_in_the_head(name):
    files = [path for path in ROOMS[name].glob("*.py") if path.name != "__init__.py"]
    assert len(files) <= 12
    tree = ast.parse(MODULES[name].read_text(encoding="utf-8"))
    said = ast.get_docstring(tree) or ""
    assert " In: " in said, "the docstring of a room says what enters"
    assert " Out: " in said, "and what leaves"


@pytest.mark.parametrize("name", ROOMS)
def test_a_door_names_what_is_public_and_does_nothing(name):
    tree = ast.parse(MODULES[name].read_text(encoding="utf-8"))
    kinds = {type(node) for node in tree.body[1:]}
    assert kinds <= {ast.ImportFrom, ast.Assign}
    named = [
        alias.asname or alias.name for node in tree.body if isinstance(node, ast.ImportFrom) for alias in node.names
    ]
    assert sorted(named) == sorted(getattr(import_module(name), "__all__", []))
    # each fold scheme and each classifier is a name of its own
    assert len(named) <= (19 if name in ("stance.folds", "stance.classifiers") else 16)


@pytest.mark.parametrize("name", sorted({*MODULES} - {"stance.cells"}))
def test_what_goes_to_a_terminal_goes_through_one_door(name):
    tree = ast.parse(MODULES[name].read_text(encoding="utf-8"))
    calls = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    assert [call.lineno for call in calls if isinstance(call, ast.Name) and call.id == "print"] == []


def test_no_room_is_a_drawer_for_everything():
    names = {part for name in MODULES for part in name.split(".")}
    assert names.isdisjoint({"utils", "util", "helpers", "common", "core", "base", "misc"})


PROGRAM = """
import json, logging, os, random, signal, sys, warnings
from importlib import import_module
def state():
    return {
        "environment": dict(os.environ),
        "folder": os.getcwd(),
        "path": list(sys.path),
        "handlers": [str(handler) for handler in logging.getLogger().handlers],
        "level": logging.getLogger().level,
        "random": hash(random.getstate()),
        "interrupt": str(signal.getsignal(signal.SIGINT)),
        "hook": str(sys.excepthook),
        "filters": len(warnings.filters),
    }
for library in os.environ["FIRST"].split():  # what they change when they are imported is theirs
    import_module(library)
before = state()
for name in sys.argv[1:]:
    import_module(name)
after = state()
changed = sorted(key for key in before if before[key] != after[key])
print(json.dumps({"changed": changed, "loaded": sorted({name.split(".")[0] for name in sys.modules})}))
"""


def imported(folder, *names, first=""):
    """Import modules in a fresh process that starts in an empty folder; return what it says of its state."""
    home = folder / "home"
    home.mkdir()
    done = subprocess.run(
        [sys.executable, "-B", "-c", PROGRAM, *names],
        cwd=home,
        env={"HOME": str(home), "PATH": "", "PYTHONPATH": str(ROOT.parent), "FIRST": first},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert list(home.rglob("*")) == [], "importing has written files"
    return json.loads(done.stdout)


def test_import_stance_loads_nothing_heavy(tmp_path):
    found = imported(tmp_path, "stance")
    assert "stance" in found["loaded"]
    assert set(HEAVY) & set(found["loaded"]) == set()


def test_importing_every_room_but_commands_loads_neither_hydra_nor_mlflow(tmp_path):
    loaded = imported(tmp_path, *(f"stance.{name}" for name in LINE if name != "commands"))["loaded"]
    assert {"hydra", "omegaconf", "mlflow"} & set(loaded) == set()


def test_importing_every_module_changes_nothing(tmp_path):
    assert imported(tmp_path, *MODULES, first="hydra sklearn.model_selection")["changed"] == []
