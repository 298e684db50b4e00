"""Build a dataset from a study and write it to a folder that `datasets.load_dataset` opens."""

import sys
from pathlib import Path
from typing import Any

from stance.config import build as build_from_config
from stance.config import launch, to_plain

CONFIGS = Path(__file__).resolve().parent.parent / "configs"


def build(config: Any) -> None:
    """Build the dataset that the config asks for and say what is in it."""
    from stance.console import print_dataset
    from stance.dataset_folder import write_dataset

    dataset = build_from_config(to_plain(config)["dataset"])
    folder = write_dataset(dataset, config.folder)
    print_dataset(dataset, folder)


if __name__ == "__main__":
    sys.exit(launch(build, "build", CONFIGS))
