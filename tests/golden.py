"""Golden counts: the stats.json beside each study.   python -m tests.golden   rewrites them, to be read in the diff."""

from pathlib import Path

from stance.dataset import build_from_study
from stance.dataset.folder import stats_json

SEEDS = Path(__file__).parents[1] / "seeds"


def studies() -> list[Path]:
    """Return the folders of all studies of the project."""
    return sorted(card.parent for card in SEEDS.glob("*/study.yaml"))


def golden_text(study: Path) -> str:
    """Return what the stats.json of a study must hold."""
    return stats_json(build_from_study(study))


def main() -> None:
    """Rewrite the stats.json of every study and say which have changed."""
    for study in studies():
        path, text = study / "stats.json", golden_text(study)
        old = path.read_text(encoding="utf-8") if path.exists() else None
        path.write_text(text, encoding="utf-8")
        print(f"{path}: {'unchanged' if text == old else 'rewritten'}")


if __name__ == "__main__":
    main()
