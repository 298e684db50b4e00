"""Configs, known to Hydra here only. In: YAML and overrides. Out: plain values, and functions called with them."""

from stance.commands.config._folders import shipped_configs
from stance.commands.config._launch import Launched, launch, launched
from stance.commands.config._schemas import FACTORIES, build, factory_of, schema_of, to_plain

__all__ = [
    "FACTORIES",
    "Launched",
    "build",
    "factory_of",
    "launch",
    "launched",
    "schema_of",
    "shipped_configs",
    "to_plain",
]
