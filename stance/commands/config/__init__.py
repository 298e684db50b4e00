"""Configs, known to Hydra here only. In: YAML and overrides. Out: plain values, and functions called with them."""

from stance.commands.config._folders import shipped_configs
from stance.commands.config._jobs import Launched, launched
from stance.commands.config._launch import launch
from stance.commands.config._own import own_files
from stance.commands.config._schemas import FACTORIES, OWN, build, factory_of, schema_of
from stance.commands.config._values import place_of, shown_config, to_plain

__all__ = [
    "FACTORIES",
    "OWN",
    "Launched",
    "build",
    "factory_of",
    "launch",
    "launched",
    "own_files",
    "place_of",
    "schema_of",
    "shipped_configs",
    "shown_config",
    "to_plain",
]
