"""What is said of an override that cannot be used: before Hydra is loaded where the key or the choice is wrong."""

import dataclasses
import re
import shlex
import types
import typing
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from omegaconf.errors import MissingMandatoryValue, OmegaConfBaseException

from stance.commands.config._folders import choices_of, config_folders, groups_of
from stance.commands.config._primaries import PRIMARIES
from stance.commands.config._schemas import FACTORIES, schema_of
from stance.dataset.tables.declared.keys import STUDY, TABLE
from stance.errors import InputError, did_you_mean

# what is read here without Hydra's grammar: a key as it is given most often, and a choice of plain words
PLAIN = re.compile(r"^(?P<top>[A-Za-z_]\w*)(?P<below>\.[\w.]+)?=(?P<value>.*)$", re.DOTALL)
CHOICES = re.compile(r"^[A-Za-z]\w*(,[A-Za-z]\w*)*$")
ADVICE = re.compile(r"^To append to your config use \+.*\n", re.MULTILINE)  # nothing would read what is appended
# what launches the jobs of a sweep, by the plugin of Hydra that brings it
LAUNCHERS = {
    "basic": "",
    "joblib": "hydra_joblib_launcher",
    "submitit_local": "hydra_submitit_launcher",
    "submitit_slurm": "hydra_submitit_launcher",
}
KINDS = {list: "a list", dict: "keys and values", int: "a whole number", float: "a number", bool: "true or false"}
NOT_JUDGED = ("-cd", "-cn", "-cp", "--config-", "-sc", "--shell-completion", "hydra.searchpath=")


def refuse_unknown(config_name: str, arguments: list[str]) -> None:
    """Refuse an override of a key that a command does not have, or of a choice that its group does not have.

    Only plain overrides are judged, and none where configs are elsewhere or a shell asks for completions; what else
    is wrong is found when the config is composed, some tenths of a second later. Raises InputError with the near miss.
    """
    if any(said.startswith(NOT_JUDGED) for said in arguments):
        return
    groups = [*dict.fromkeys(group.name for group in groups_of(config_name))]
    keys = [*dict.fromkeys([*groups, *(key.name for key in dataclasses.fields(PRIMARIES[config_name]))])]
    for said in arguments:
        if said.startswith("hydra/launcher="):
            _refuse_launcher(said.partition("=")[2])
        plain = PLAIN.match(said)
        if plain is None or plain["top"] == "hydra":
            continue
        top, value = plain["top"], plain["value"]
        if top not in keys:
            raise InputError(f"expected a key of {keys}, found {top!r}.{did_you_mean(top, keys)}")
        if top not in groups or plain["below"] or not CHOICES.match(value):
            continue
        known = list(choices_of(top, config_folders()))
        for choice in value.split(","):
            if choice not in known:  # nor can Hydra be told null
                raise InputError(f"{top}: expected one of {known}, found {choice!r}.{did_you_mean(choice, known)}")


def _refuse_launcher(name: str) -> None:
    """Refuse a launcher that is not known, or whose plugin is not installed; Hydra would say neither."""
    if name not in LAUNCHERS:
        raise InputError(
            f"hydra/launcher: expected one of {[*LAUNCHERS]}, found {name!r}.{did_you_mean(name, LAUNCHERS)}"
        )
    plugin = LAUNCHERS[name]
    plugins = find_spec("hydra_plugins") if plugin else None
    there = [Path(folder) / plugin for folder in (plugins.submodule_search_locations or ())] if plugins else []
    if plugin and not any(folder.is_dir() for folder in there):
        raise InputError(
            f"hydra/launcher={name}: needs {plugin.replace('_', '-')}, which is not installed: "
            "pip install 'stance-threads[scale]'"
        )


def explain(error: Exception, config_name: str) -> str:
    """Return what Hydra says of a refused config, and the near miss."""
    from hydra.errors import MissingConfigException, OverrideParseException

    if isinstance(error, OverrideParseException):
        key, _, value = error.override.partition("=")
        value = value.replace('"', '\\"')
        quoted = f"'{key}=\"{value}\"'"
        return f"override {error.override!r} cannot be read; write it as {quoted}, with both kinds of quotation marks"
    cause = error.__cause__ if isinstance(error.__cause__, OmegaConfBaseException) else None
    message = "\n".join(str(part).strip() for part in (error, cause) if part is not None)
    message = ADVICE.sub("", message.split("\nConfig search path:")[0]).strip()
    if isinstance(error, MissingMandatoryValue):
        return f"{error.full_key or message}: a value is needed, found none; see the top of the YAML that was chosen"
    if isinstance(error, MissingConfigException) and error.missing_cfg_file:
        wanted = error.missing_cfg_file.rsplit("/", 1)[-1].removesuffix(".yaml")
        return message + did_you_mean(wanted, error.options or _options(message))
    refused = _refused_key(message)
    if refused and (expected := _expected(refused, config_name)):
        return f"{message}\n{expected}"
    known = _known_keys(config_name) if refused else []
    return message + did_you_mean(refused, known) if refused and refused not in known else message


def _expected(full_key: str, config_name: str) -> str:
    """Return what kind of value a known key is of, "" for one that is not; for a dataset's key with its example.

    What is inside a key of keys and values is that key's: `dataset.label_values.A`.
    """
    group, _, key = full_key.partition(".")
    key = re.split(r"[.\[]", key)[0] if key else ""
    schemas = [PRIMARIES[config_name]] if not key else [schema_of(factory) for factory in FACTORIES.get(group, ())]
    kinds = {field.name: field.type for schema in schemas for field in dataclasses.fields(schema)}
    kind = next((kind for kind in _kinds(kinds.get(key or group)) if kind in KINDS), None)
    if kind is None:
        return ""
    known = {**STUDY, **TABLE} if group == "dataset" else {}
    name, _, value = known[key].example.partition(": ") if key in known else ("", "", "")
    example = f", as in {shlex.quote(f'{group}.{name}={value}')}" if name else ""
    return f"{group}{f'.{key}' if key else ''}: expected {KINDS[kind]}{example}"


def _kinds(hint: Any) -> Iterator[type]:
    """Yield the plain types of a type hint, those of the alternatives of a union one by one."""
    for part in typing.get_args(hint) if isinstance(hint, types.UnionType) else (hint,):
        yield typing.get_origin(part) or part


def _options(message: str) -> list[str]:
    return re.findall(r"^\t(\S+)$", message, flags=re.MULTILINE)


def _refused_key(message: str) -> str | None:
    """Return the key that Hydra's message says is not known, dotted from the top where it says so."""
    for pattern in (r"full_key: ([\w./@-]+)", r"Could not override '([^']+)'", r"Key '([^']+)'"):
        if found := re.search(pattern, message):
            return found[1]
    return None


def _known_keys(config_name: str) -> list[str]:
    """Return the groups and the dotted keys of a command and of what its groups offer, for near misses."""
    groups = sorted({path.name for folder in config_folders() for path in folder.iterdir() if path.is_dir()})
    factories = [(group, factory) for group, of_group in FACTORIES.items() for factory in of_group]
    return [
        *groups,
        *_dotted(PRIMARIES[config_name]),
        *(f"{group}.{key.name}" for group, factory in factories for key in dataclasses.fields(schema_of(factory))),
    ]


def _dotted(schema: Any, above: str = "") -> Iterator[str]:
    for key in dataclasses.fields(schema):
        yield f"{above}{key.name}"
        if dataclasses.is_dataclass(key.type):
            yield from _dotted(key.type, f"{above}{key.name}.")
