"""What `--help` says of a command: what it does, what its groups offer, and every value with its meaning."""

import re
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml
from omegaconf import OmegaConf

from stance.cells import say
from stance.commands.config._folders import choices_of, config_folders, groups_of, shipped_configs
from stance.dataset.tables.declared.keys import COLUMNS, FOLDER, STUDY, TABLE

ASKED = ("--help", "-h")
WIDTH = 34  # of a name or a value; what it means begins after it
# what the keys of a dataset's YAML mean, by the function that takes them
KEYS = {"build_from_study": STUDY, "load_table": TABLE, "read_dataset": FOLDER}

VALUE = re.compile(r"^(?P<indent> *)(?P<key>[\w-]+):.*? +# +(?P<meaning>.*)$")


def print_help(config_name: str, arguments: list[str]) -> None:
    """Print what a command does, what its groups offer, and what it would run with, given the overrides.

    What is said of a choice or a value is the comment beside it in its YAML, so that there is one place to say it; of
    a dataset's key it is what every dataset's means, where its YAML says nothing.
    The flags are Hydra's, and `--hydra-help` tells of them.
    """
    from hydra import compose, initialize_config_dir

    parser = ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("--config-dir", "-cd")
    flags, rest = parser.parse_known_args(arguments)
    added = [Path(flags.config_dir).resolve()] if flags.config_dir else []
    overrides = [f"hydra.searchpath=[file://{folder}]" for folder in added]
    overrides += [said for said in rest if not said.startswith("-")]
    with initialize_config_dir(version_base="1.3", config_dir=str(shipped_configs())):
        config = compose(config_name, overrides, return_hydra_config=True)
    values: Any = OmegaConf.to_container(config)
    chosen = config.hydra.runtime.choices
    primary = shipped_configs() / f"{config_name}.yaml"
    folders = [*added, *config_folders()]

    say("\n".join(_head(primary)))
    meanings = _of_datasets(values) | _meanings(primary)
    groups = groups_of(config_name)
    if groups:
        say("\nGroups, chosen with group=name:")
    for group in groups:
        choices = choices_of(group.name, folders)
        if choices:
            say("\n" + _beside(group.said, group.meaning))
            shown = choices if group.said == group.name else {}  # a second place has the choices of the first
            say("".join(f"{_beside(f'  {name}', _purpose(path))}\n" for name, path in shown.items()), end="")
        if path := choices.get(str(chosen.get(group.said))):
            meanings |= {f"{group.place}.{key}": meaning for key, meaning in _meanings(path).items()}
    del values["hydra"]
    say("\nValues, set with key=value:\n")
    say("\n".join(_lines(values, meanings)))
    say("\nHydra's own flags: --hydra-help")


def _head(path: Path) -> Iterator[str]:
    """Yield the comment at the top of a YAML without its marks."""
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            return
        if not line.startswith("# @package"):
            yield line[1:].removeprefix(" ")


def _purpose(path: Path | None) -> str:
    """Return what the first comment line of a YAML says before its example."""
    return "a study in ./seeds" if path is None else next(_head(path), "").split("   ")[0].rstrip(".")


def _meanings(path: Path) -> dict[str, str]:
    """Return the comments beside the values of a YAML, by the dotted key of each."""
    meanings: dict[str, str] = {}
    above: list[str] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        found = VALUE.match(f"{line} # " if "#" not in line else line)
        if found is None:
            continue
        above = [*above[: len(found["indent"]) // 2], found["key"]]
        if found["meaning"]:
            meanings[".".join(above)] = found["meaning"]
    return meanings


def _of_datasets(values: Mapping[str, Any]) -> dict[str, str]:
    """Return what the keys of the datasets among the values mean, by the dotted key of each."""
    meanings: dict[str, str] = {}
    for place, chosen in values.items():
        of = str(chosen.get("_target_", "")) if isinstance(chosen, dict) else ""
        known = KEYS.get(of.rpartition(".")[2], {})
        meanings |= {f"{place}.{key}": found.meaning for key, found in known.items()}
        if "columns" in known:
            meanings |= {f"{place}.columns.{word}": found.meaning for word, found in COLUMNS.items()}
    return meanings


def _lines(values: Mapping[str, Any], meanings: Mapping[str, str], above: str = "") -> Iterator[str]:
    """Yield a line for each value as YAML has it, with what it means."""
    for key, value in values.items():
        if key == "_target_":
            continue  # the choice of a group says it
        dotted = f"{above}{key}"
        indent = "  " * above.count(".")
        if isinstance(value, dict) and value:
            yield _beside(f"{indent}{key}:", meanings.get(dotted, ""))
            yield from _lines(value, meanings, f"{dotted}.")
            continue
        shown = yaml.safe_dump(value, default_flow_style=True, allow_unicode=True, width=10_000).split("\n")[0]
        yield _beside(f"{indent}{key}: {shown}", meanings.get(dotted, ""))


def _beside(said: str, meaning: str) -> str:
    return f"{said:{WIDTH}}  {meaning}".rstrip()
