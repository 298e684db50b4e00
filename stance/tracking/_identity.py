"""What makes two runs the same: config, data and code."""

import hashlib
import json
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
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


def make_identity(config: Mapping[str, object], choices: Mapping[str, str], dataset_sha: str) -> RunIdentity:
    """Return the identity of a run from its resolved config, its group choices and its data."""
    canonical = json.dumps(config, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    config_sha = hashlib.sha256(canonical.encode()).hexdigest()
    named = "-".join(choices[group] for group in ("dataset", "classifier", "folds"))
    return RunIdentity(f"{named}-{config_sha[:8]}", config_sha, dataset_sha, code_sha())


@cache
def code_sha() -> str:
    """Return the SHA-256 of the library's source files and the versions of the packages that decide results."""
    digest = hashlib.sha256()
    library = Path(__file__).parents[1]
    for path in sorted(library.rglob("*.py")):
        digest.update(f"{path.relative_to(library).as_posix()}\0".encode() + path.read_bytes())
    digest.update(str([(package, version(package)) for package in DECISIVE_PACKAGES]).encode())
    return digest.hexdigest()


def git_state(checkout: Path = CHECKOUT) -> dict[str, str]:
    """Return the commit of a checkout, by default that which the package is run from, and whether its tree was dirty.

    Nothing where the package is installed: a repository that lies around it says nothing of its code.
    """

    def git(*arguments: str) -> str:
        done = subprocess.run(["git", "-C", str(checkout), *arguments], capture_output=True, text=True, check=True)
        return done.stdout.strip()

    try:
        if Path(git("rev-parse", "--show-toplevel")).resolve() != checkout.resolve():
            return {}
        return {"git_commit": git("rev-parse", "HEAD"), "git_dirty": str(bool(git("status", "--porcelain"))).lower()}
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
