"""Configs: the one room that knows Hydra."""

from stance.config.launch import Launched, launch, launched
from stance.config.schemas import FACTORIES, build, register_schemas, schema_of, to_plain

__all__ = ["FACTORIES", "Launched", "build", "launch", "launched", "register_schemas", "schema_of", "to_plain"]
