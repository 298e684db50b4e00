"""Build a dataset from a study or a published table and write it to a folder that `datasets.load_dataset` opens."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stance.commands.config import build as build_from_config
from stance.commands.config import launch, place_of, to_plain

if TYPE_CHECKING:
    from stance.dataset import StanceDataset


def build(config: Any) -> None:
    """Build the dataset that the config asks for, write it, and say what is in it."""
    from stance.dataset.folder import write_dataset
    from stance.report.console import count_up, print_dataset
    from stance.tracking import git_state

    plain = to_plain(config)["dataset"]
    with count_up() as on_rows:
        dataset = build_from_config(plain, num_proc=config.num_proc, erase=config.erase, on_rows=on_rows)
        folder = write_dataset(dataset, config.folder, git_state(), num_proc=config.num_proc, on_rows=on_rows)
    print_dataset(dataset, folder)
    if config.erase is not None:
        say_what_rests_on_erased(config, plain, dataset)


def say_what_rests_on_erased(config: Any, plain: dict[str, Any], dataset: "StanceDataset") -> None:
    """Say which datasets and runs were made with the comments that are now left out, and how to keep them out."""
    from stance.dataset.folder import find_containing
    from stance.report.console import print_erasure
    from stance.tracking.runs import find_runs_on

    erased = [entry for entry in dataset.dropped if entry.reason == "erased"]
    folders = find_containing(Path(config.folder), {(entry.thread_id, entry.comment_id) for entry in erased})
    before = build_from_config(plain, num_proc=config.num_proc).sha
    runs = find_runs_on(config.tracking.uri, {before, *folders.values()}, place_of(plain), dataset.sha)
    print_erasure(erased, list(folders), runs, dataset.about)


def refuse_kept_name(arguments: list[str]) -> None:
    """Refuse to erase in a sweep: Hydra writes the overrides of a sweep, and so the name, to a file."""
    sweeps = {"-m", "--multirun"} & set(arguments)
    if sweeps and any(argument.lstrip("+").startswith("erase=") for argument in arguments):
        sys.exit("erase: not in a sweep, whose overrides are kept in a file; run it without -m")


def main() -> int:
    """Run the command and return the process's exit code."""
    refuse_kept_name(sys.argv[1:])
    return launch(build, "build")
