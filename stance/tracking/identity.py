"""What makes two runs the same: config, data and code."""

import hashlib
import json
import re
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

# where results are written, by how many processes, and which modules may be run (their code counts by itself)
ELSEWHERE = ("folder", "num_proc", "trust")
IMPORT = re.compile(r"^[ ]*(?:from [\w.]+ import (?:\([^)]*\)|[^(\n]*)|import [^\n]*)\n", re.MULTILINE)
CHECKOUT = Path(__file__).resolve().parents[2]
SHAS = ("config_sha", "dataset_sha", "code_sha")
# Their versions decide what a classifier learns, so they belong to the code that made a run.
DECISIVE_PACKAGES = ("numpy", "scikit-learn", "scipy")


@dataclass(frozen=True, slots=True)
class RunIdentity:
    """What makes two runs the same: config, data and code; and the name that shows the first of them."""

    name: str
    config_sha: str
    dataset_sha: str
    code_sha: str

    @property
    def shas(self) -> dict[str, str]:
        """The three hashes by the names that tags and files give them."""
        return {"config_sha": self.config_sha, "dataset_sha": self.dataset_sha, "code_sha": self.code_sha}

    def __str__(self) -> str:
        """Return the first digits of each, as a report shows them."""
        return f"config {self.config_sha[:8]}, data {self.dataset_sha[:8]}, code {self.code_sha[:8]}"


def key_of(shas: Mapping[str, str]) -> str:
    """Return one digest for the three hashes of a run, from its identity or among its tags."""
    return hashlib.sha256("\n".join(shas.get(name, "") for name in SHAS).encode()).hexdigest()[:20]


def make_identity(
    config: Mapping[str, Any], choices: Mapping[str, str], dataset_sha: str, own_code: Sequence[Path] = ()
) -> RunIdentity:
    """Return the identity of a run from its resolved config, its group choices, its data and its code.

    `own_code`: files of functions that are not the package's.
    """
    sha = config_sha(config)
    named = "-".join(choices[group] for group in ("dataset", "classifier", "folds"))
    return RunIdentity(f"{named}-{sha[:8]}", sha, dataset_sha, code_sha(tuple(own_code)))


def config_sha(config: Mapping[str, Any]) -> str:
    """Return the SHA-256 of what of a resolved config decides a run."""
    canonical = json.dumps(decisive(config), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def decisive(config: Mapping[str, Any]) -> dict[str, Any]:
    """Return what of a config decides a run's numbers and files.

    Where data lies is left out, since its content is in the digest of the data; so is where runs are kept. A function
    is named without its room, which may change: `stance.classifiers.logreg` is `logreg`.

    >>> decisive({"dataset": {"_target_": "stance.dataset.load_table", "path": "/data/a.csv"}, "seed": 0})
    {'dataset': {'_target_': 'load_table'}, 'seed': 0}
    """
    kept = {key: value for key, value in config.items() if key not in ELSEWHERE}
    if "tracking" in kept:
        kept["tracking"] = {key: value for key, value in kept["tracking"].items() if key == "texts"}
    if "dataset" in kept:
        kept["dataset"] = _without_place(kept["dataset"])
    if "sources" in kept:
        kept["sources"] = {name: _without_place(source) for name, source in kept["sources"].items()}
    named = _by_name(kept)
    assert isinstance(named, dict)
    return named


def _without_place(dataset: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in dataset.items() if key not in ("path", "study")}


def _by_name(value: Any) -> Any:
    if not isinstance(value, Mapping):
        return value
    target = value.get("_target_", "")
    named = {"_target_": target.rpartition(".")[2]} if target.startswith("stance.") else {}
    return {key: _by_name(entry) for key, entry in value.items()} | named


@cache
def code_sha(own_code: tuple[Path, ...] = ()) -> str:
    """Return the SHA-256 of all code that makes a number, and the versions of the packages that decide results.

    Of the package every top-level statement counts, wherever it stands: its modules may be renamed and its functions
    moved between them. Imports say where things stand, and do not count. `own_code` counts as it is.
    """
    library = Path(__file__).parents[1]
    statements = {statement for path in library.rglob("*.py") for statement in _statements(path.read_text("utf-8"))}
    digest = hashlib.sha256()
    for statement in sorted(statements):
        digest.update(hashlib.sha256(statement.encode()).digest())
    for path in own_code:
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    digest.update(str([(package, version(package)) for package in DECISIVE_PACKAGES]).encode())
    return digest.hexdigest()


def _statements(source: str) -> Iterator[str]:
    """Yield the top-level statements of a module without its docstring and without imports, inside functions too."""
    for part in re.split(r"^(?=\S)", IMPORT.sub("", source), flags=re.MULTILINE):
        if part.strip() and not part.startswith(('"""', "if TYPE_CHECKING:")):
            yield part.rstrip()


def git_state(checkout: Path = CHECKOUT) -> dict[str, str]:
    """Return the commit of a checkout, by default that which the package is run from, and whether its tree was dirty.

    Nothing where the package is installed, or where the repository that lies around it does not track its code.
    """

    def git(*arguments: str) -> str:
        done = subprocess.run(["git", "-C", str(checkout), *arguments], capture_output=True, text=True, check=True)
        return done.stdout.strip()

    try:
        git("ls-files", "--error-unmatch", "stance/__init__.py")
        return {
            "git_commit": git("rev-parse", "HEAD"),
            "git_dirty": str(bool(git("status", "--porcelain", "."))).lower(),
        }
    except (subprocess.CalledProcessError, FileNotFoundError):
        return {}


def flat_params(config: Mapping[str, object], above: str = "") -> dict[str, object]:
    """Flatten a plain config to dotted names; lists stay whole, `_target_` becomes `target`, odd characters `_`.

    >>> flat_params({"classifier": {"_target_": "stance.x", "ngrams": [1, 2]}, "seed": 0})
    {'classifier.target': 'stance.x', 'classifier.ngrams': [1, 2], 'seed': 0}
    """
    flat: dict[str, object] = {}
    for key, value in config.items():
        # the store takes no other characters in names, and labels of a table may have any
        name = re.sub(r"[^\w.\- /:]", "_", f"{above}{key}".replace("_target_", "target"))
        flat |= flat_params(value, f"{name}.") if isinstance(value, Mapping) else {name: value}
    return flat
