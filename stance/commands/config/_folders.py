"""Where configs are: the folder's own first, then those that come with the package."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

OWN = Path("configs")
SEEDS = Path("seeds")

GROUP = re.compile(
    r"^  - (?:optional )?(?P<said>(?P<name>[a-z_]+)(?:@(?P<place>[\w.]+))?): \w+(?: +# +(?P<meaning>.*))?$",
    re.MULTILINE,
)


class Group(NamedTuple):
    """A group that a command's YAML chooses from: as it is said there, its name, its place in the config, its meaning.

    >>> Group("classifier@baseline", "classifier", "baseline", "").place
    'baseline'
    """

    said: str
    name: str
    place: str
    meaning: str


def shipped_configs() -> Path:
    """Return the folder of the configs that ship: inside the wheel, or in the checkout that the package is run from."""
    package = Path(__file__).resolve().parents[2]
    inside = package / "configs"
    return inside if inside.is_dir() else package.parent / "configs"


def config_folders() -> list[Path]:
    """Return the folders of configs in the order in which they are searched."""
    shipped = shipped_configs()
    own = OWN.resolve()
    return [own, shipped] if own.is_dir() and own != shipped.resolve() else [shipped]


def studies() -> Iterator[Path]:
    """Yield the folders of the studies in ./seeds."""
    yield from (card.parent for card in sorted(SEEDS.glob("*/study.yaml")))


def groups_of(config_name: str) -> list[Group]:
    """Return the groups in the defaults list of a command's YAML, with the comment beside each."""
    text = (shipped_configs() / f"{config_name}.yaml").read_text(encoding="utf-8")
    return [
        Group(found["said"], found["name"], found["place"] or found["name"], found["meaning"] or "")
        for found in GROUP.finditer(text)
    ]


def choices_of(group: str, folders: Iterable[Path]) -> dict[str, Path | None]:
    """Return the choices of a group by name with the file of each, the first where two folders have it.

    A study in ./seeds is a choice of the group of datasets; it needs no file.
    """
    found: dict[str, Path | None] = {}
    for path in (path for folder in folders for path in folder.glob(f"{group}/*.yaml")):
        found.setdefault(path.stem, path)
    if group == "dataset":
        for study in studies():
            found.setdefault(study.name, None)
    return dict(sorted(found.items()))
