"""Configs: the one room that knows Hydra."""

from stance.config.launch import Launched, launch, launched
from stance.config.schemas import FACTORIES, build, factory_of, register_schemas, schema_of, to_plain

__all__ = [
    "FACTORIES",
    "Launched",
    "build",
    "factory_of",
    "launch",
    "launched",
    "register_schemas",
    "schema_of",
    "to_plain",
]
