"""Where configs are: the folder's own first, then those that come with the package."""

from collections.abc import Iterator
from pathlib import Path

OWN = Path("configs")
SEEDS = Path("seeds")


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
