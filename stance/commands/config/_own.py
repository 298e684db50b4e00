"""Functions of the user's own, named in a config: run only where the config trusts their module by name."""

import dataclasses
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from omegaconf import DictConfig, OmegaConf, open_dict
from omegaconf.errors import OmegaConfBaseException

from stance.commands.config._overrides import kind_of
from stance.commands.config._schemas import FACTORIES, OWN, schema_of, target_of
from stance.commands.config._task import guideline_files
from stance.errors import InputError, did_you_mean

# the group of functions that each part of a config names one of
GROUPS = {"dataset": "dataset", "classifier": "classifier", "baseline": "classifier", "folds": "folds"}


def take_own(config: Any) -> Any:
    """Import the functions of the user's own that a composed config names, and check what the config says to them.

    Their signatures are their schemas, as those of the package's functions are: a key that is no parameter is refused
    with the near miss, values are converted, defaults filled in. Raises InputError for a function that cannot be had,
    and for one whose module `trust` does not name.
    """
    trust = list(config.get("trust") or ())
    for key, group, node in _nodes(config):
        target, ours = node.get("_target_"), _ours(group)
        if target not in ours:
            OWN[target] = _function(target, trust, f"{key}._target_", list(ours))
        factory, schema = ours.get(target) or OWN[target], OmegaConf.get_type(node) or dict
        if schema is dict:  # a YAML of the user's own, which needs to name no schema
            OmegaConf.update(config, key, _checked(node, factory, key), merge=False)
        elif schema.__name__ != factory.__name__:
            raise InputError(
                f"{key}._target_: expected what {schema.__name__!r} names, found {target!r}; choose it by its name, as "
                f"in {group}={factory.__name__}, so that the run is called what it is"
            )
    for name, target in (config.get("metrics") or {}).items():
        OWN[target] = _function(target, trust, f"metrics.{name}", [])
    return config


def own_files(config: Any) -> list[Path]:
    """Return the files that decide a run beside the package: of modules that a config trusts, and of guidelines.

    Modules that have been imported, in the order of their names.
    """
    modules = [sys.modules.get(name) for name in sorted(config.get("trust") or ())]
    code = [Path(module.__file__) for module in modules if module is not None and module.__file__]
    return [*code, *guideline_files(config)]


def _nodes(config: Any) -> Iterator[tuple[str, str, DictConfig]]:
    """Yield the parts of a config that name a function: their key, their group, and what they say."""
    for key, group in GROUPS.items():
        if OmegaConf.is_dict(config.get(key)):
            yield key, group, config[key]
    for name, source in (config.get("sources") or {}).items():
        yield f"sources.{name}", "dataset", source


def _ours(group: str) -> dict[str, Callable[..., Any]]:
    return {target_of(factory): factory for factory in FACTORIES[group]}


def _function(target: str | None, trust: Sequence[str], key: str, known: Sequence[str]) -> Callable[..., Any]:
    module, _, name = (target or "").rpartition(".")
    if not module or module not in trust:
        hint = did_you_mean(target or "", known)
        raise InputError(
            f"{key}: expected a _target_ of {[*known]}, or a function of your own whose module is trusted, found "
            f"{target!r}.{hint} To run code of your own: trust=[{module or 'my_module'}]"
        )
    function = getattr(_imported(module, key), name, None)
    if not callable(function):
        there = [found for found in vars(_imported(module, key)) if not found.startswith("_")]
        raise InputError(f"{key}: expected a function in {module}.py, found no {name!r}.{did_you_mean(name, there)}")
    found: Callable[..., Any] = function
    return found


def _imported(module: str, key: str) -> ModuleType:
    """Import a module from the folder where one stands; it is not installed anywhere."""
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.insert(0, here)
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        if error.name != module.split(".")[0]:
            raise InputError(f"{key}: {module} needs {error.name!r}, which is not installed") from None
        modules = [path.stem for path in Path.cwd().glob("*.py")]
        hint = did_you_mean(module, modules)
        raise InputError(f"{key}: expected {module}.py in {here}, found no such module.{hint}") from None
    except (SyntaxError, ImportError) as error:
        raise InputError(f"{key}: {module} cannot be imported: {error}") from None


def _checked(node: DictConfig, factory: Callable[..., Any], key: str) -> DictConfig:
    """Return what a config says to a function with the function's own defaults, keys and types checked."""
    try:
        typed = OmegaConf.structured(schema_of(factory))
    except OmegaConfBaseException as error:
        raise InputError(
            f"{key}: {factory.__module__}.{factory.__name__} has a parameter that no YAML can say: {error}"
        ) from None
    known = [str(name) for name in typed]
    for name in node:
        if name not in known:
            raise InputError(f"{key}: expected keys of {known}, found {name!r}.{did_you_mean(str(name), known)}")
    with open_dict(typed):
        try:
            merged = OmegaConf.merge(typed, node)
        except OmegaConfBaseException as error:
            name = re.split(r"[.\[]", error.full_key or str(error.key))[0]
            wrong = next(part for part in dataclasses.fields(schema_of(factory)) if part.name == name)
            raise InputError(kind_of(f"{key}.{name}", wrong, str(error)) or f"{key}: {error}") from None
    assert isinstance(merged, DictConfig)
    return merged
