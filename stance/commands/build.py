"""Build a dataset from a study or a published table and write it to a folder that `datasets.load_dataset` opens."""

import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stance.commands.config import build as build_from_config
from stance.commands.config import launch, place_of, to_plain

if TYPE_CHECKING:
    from stance.dataset import StanceDataset
    from stance.tracking.erasing import Places


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
        say_what_rests_on_erased(config, plain, dataset, folder)


def say_what_rests_on_erased(config: Any, plain: dict[str, Any], dataset: "StanceDataset", folder: Path) -> None:
    """Say what was made with the comments that are now left out, and the commands that delete it."""
    from stance.classifiers.embeddings.caches import caches_with
    from stance.dataset.folder import find_containing
    from stance.report.console import count_up, print_erasure, print_traces
    from stance.tracking.erasing import Origin, Words, find_files, find_runs_on, shell_lines

    erased = {(entry.thread_id, entry.comment_id) for entry in dataset.dropped if entry.reason == "erased"}
    before = build_from_config(plain, num_proc=config.num_proc)
    theirs, others = texts_of(plain, before, erased)
    parents = {Path.cwd(), Path(config.folder).resolve()}
    datasets = {found: sha for parent in parents for found, sha in find_containing(parent, erased).items()}
    shas, where = frozenset({before.sha, *datasets.values()}), (place_of(plain), *map(str, datasets))
    origin = Origin(shas, where, dataset.sha, frozenset(erased))
    runs = find_runs_on(config.tracking.uri, origin)
    words = Words(theirs, others)
    with count_up() as on_file:
        left = [folder.resolve(), *datasets, *(where for run in runs for where in run.folders)]
        found = find_files(words, places_of(config, plain, dataset.name, left), origin, on_file)
    vectors = caches_with(theirs)
    print_erasure(erased, sorted(datasets), [f"{run.name} ({run.run_id})" for run in runs], dataset.about)
    removed = [*sorted(datasets), *found.made, *found.sheets, *vectors]
    print_traces(asdict(found) | {"vectors": vectors}, words.short, shell_lines(config.tracking.uri, runs, removed))


def texts_of(
    plain: dict[str, Any], before: "StanceDataset", erased: set[tuple[str, str]]
) -> tuple[list[str], list[str]]:
    """Return the texts of the erased comments, and those of all others, of a study or a table."""
    from stance.study import read_study

    if "study" not in plain:
        examples = before.to_frame()
        keys = zip(examples["thread_id"], examples["comment_id"], strict=True)
        texts = list(zip(keys, examples["text"], strict=True))
        return [text for key, text in texts if key in erased], [text for key, text in texts if key not in erased]
    threads = read_study(plain["study"]).threads
    comments = [((thread.thread_id, each.comment_id), each.text) for thread in threads for each in thread.comments]
    posts = [text for thread in threads for text in (thread.title or "", thread.text)]
    return [text for key, text in comments if key in erased], [
        *posts,
        *(text for key, text in comments if key not in erased),
    ]


def places_of(config: Any, plain: dict[str, Any], name: str, left: list[Path]) -> "Places":
    """Return where copies of a dataset's comments may stand: this folder, those of the config, and caches."""
    from datasets.config import HF_DATASETS_CACHE

    from stance.tracking.erasing import Places, files_of

    made = [Path(config.folder).resolve(), Path(config.tracking.unsent).resolve(), Path("outputs").resolve()]
    artifacts, database = files_of(config.tracking.uri)
    made += artifacts
    made += sorted(Path(HF_DATASETS_CACHE).glob(f"{name}-*"))
    study = Path(str(plain.get("study") or plain["path"])).resolve()
    return Places([*made, Path.cwd(), study], made, study, left, database)


def refuse_kept_name(arguments: list[str]) -> None:
    """Refuse to erase in a sweep: Hydra writes the overrides of a sweep, and so the name, to a file."""
    sweeps = {"-m", "--multirun"} & set(arguments)
    if sweeps and any(argument.lstrip("+").startswith("erase=") for argument in arguments):
        sys.exit("erase: not in a sweep, whose overrides are kept in a file; run it without -m")


def main() -> int:
    """Run the command and return the process's exit code."""
    refuse_kept_name(sys.argv[1:])
    return launch(build, "build")
