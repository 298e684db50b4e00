"""What is said of an override that cannot be used: before Hydra is loaded where the key or the choice is wrong."""

import dataclasses
import re
import shlex
import types
import typing
from collections.abc import Iterator
from typing import Any

from omegaconf import MISSING
from omegaconf.errors import MissingMandatoryValue, OmegaConfBaseException

from stance.commands.config._folders import choices_of, config_folders, groups_of
from stance.commands.config._primaries import PRIMARIES
from stance.commands.config._schemas import FACTORIES, schema_of
from stance.commands.config.launchers import refuse_launcher
from stance.dataset.tables.declared.keys import STUDY, TABLE
from stance.errors import InputError, did_you_mean

# what is read here without Hydra's grammar: a key as it is given most often, and a choice of plain words
PLAIN = re.compile(r"^(?P<top>[A-Za-z_]\w*)(?P<below>\.[\w.]+)?=(?P<value>.*)$", re.DOTALL)
CHOICES = re.compile(r"^[A-Za-z]\w*(,[A-Za-z]\w*)*$")
ADVICE = re.compile(r"^To append to your config use \+.*\n", re.MULTILINE)  # nothing would read what is appended
KINDS = {
    list: "a list",
    dict: "keys and values",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    str: "text",
}
PLURALS = {int: "whole numbers", float: "numbers", str: "texts"}
ANY = {list: "[a, b]", dict: "{a: b}", int: "1", float: "0.5", bool: "true", str: "a"}
# how OmegaConf says that a value is not of a key's kind, and that there is no such key
WRONG_KIND = re.compile(
    r"converted to|Cannot (assign|convert)|not a valid|Invalid (value|type) assigned|not Optional|Cannot merge"
)
UNKNOWN = re.compile(r"Key '[^']*' (is )?not in ")
FOUND = re.compile(
    r"(?:merging override |Could not override ')[^\n=']*=(?P<given>.*)|Value '(?P<value>.*)' (of type|is not)"
)
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
            refuse_launcher(said.partition("=")[2], arguments)
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
    if refused and (said := _wrong_kind(refused, message, config_name) or _unknown_key(refused, message, config_name)):
        return said
    known = _known_keys(config_name) if refused else []
    return message + did_you_mean(refused, known) if refused and refused not in known else message


def _wrong_kind(full_key: str, message: str, config_name: str) -> str:
    """Return what kind of value a known key is of, what was found, and how to write it; "" where that is not it.

    What is inside a key of keys and values is that key's: `dataset.label_values.A`.
    """
    found = _field(full_key, config_name)
    if found is None:
        return ""
    inside = full_key.startswith(f"{found[0]}.") and dict in _kinds(found[1].type)
    return kind_of(*found, message, sure=inside)


def kind_of(name: str, key: "dataclasses.Field[Any]", message: str, *, sure: bool = False) -> str:
    """Return what kind of value a key is of, what was found as OmegaConf's message has it, and how to write it.

    "" where the message is of something else, unless it is `sure` that it is of the kind.
    """
    if not sure and not WRONG_KIND.search(message):
        return ""
    if dataclasses.is_dataclass(key.type):
        below = dataclasses.fields(key.type)[0]
        return f"{name}: expected a value for each of its keys, as in {_written(f'{name}.{below.name}', below)}"
    kind = next((KINDS[kind] for kind in _kinds(key.type) if kind in KINDS), None)
    if kind is None:
        return ""
    value = FOUND.search(message)
    given = f", found {(value['given'] or value['value'] or '').strip()!r}" if value else ""
    return f"{name}: expected {kind}{_inside(key.type)}{given}; write it as in {_written(name, key)}"


def _unknown_key(full_key: str, message: str, config_name: str) -> str:
    """Return what keys there are, where a key is unknown that stands in no group, or whose group has no choice yet."""
    above, _, key = full_key.rpartition(".")
    if not above or not UNKNOWN.search(message):
        return ""
    if _field(full_key, config_name) is not None and "." not in above:
        choices = sorted(choices_of(above, config_folders()))
        return f"{full_key}: first choose one of {choices}, as in {above}={choices[0]}" if choices else ""
    found = _field(above, config_name)
    if found is None or not dataclasses.is_dataclass(found[1].type):
        return ""
    known = [key.name for key in dataclasses.fields(found[1].type)]
    dotted = [f"{above}.{name}" for name in known]
    return f"{above}: expected a key of {known}, found {key!r}.{did_you_mean(full_key, dotted)}"


def _field(full_key: str, config_name: str) -> "tuple[str, dataclasses.Field[Any]] | None":
    """Return the name and the field of a key of the command or of its groups, None for one that is not known."""
    parts = re.split(r"[.\[]", full_key)
    for depth, schemas in enumerate(([PRIMARIES[config_name]], _below(parts[0], config_name))):
        fields = [key for schema in schemas for key in dataclasses.fields(schema)]
        found = next((key for key in fields if depth < len(parts) and key.name == parts[depth]), None)
        if found is not None and (depth or len(parts) == 1 or next(_kinds(found.type)) in KINDS):
            return ".".join(parts[: depth + 1]), found
    return None


def _below(group: str, config_name: str) -> list[type]:
    own = next((key.type for key in dataclasses.fields(PRIMARIES[config_name]) if key.name == group), None)
    if dataclasses.is_dataclass(own) and isinstance(own, type):
        return [own]
    return [schema_of(factory) for factory in FACTORIES.get(group, ())]


def _inside(hint: Any) -> str:
    """Return of what a list is, in words."""
    of = next((typing.get_args(part) for part in _alternatives(hint) if typing.get_origin(part) is list), ())
    return f" of {PLURALS[of[0]]}" if of and of[0] in PLURALS else ""


def _written(name: str, key: "dataclasses.Field[Any]") -> str:
    """Return how a key is written in a shell: with its example, its default, or any value of its kind."""
    group, _, last = name.partition(".")
    known = {**STUDY, **TABLE} if group == "dataset" else {}
    if last in known:
        said, _, value = known[last].example.partition(": ")
        return shlex.quote(f"{group}.{said}={value}")
    default = key.default_factory() if callable(key.default_factory) else key.default
    if default in (None, MISSING, dataclasses.MISSING, [], {}):
        kind = next(kind for kind in _kinds(key.type) if kind in KINDS)
        return shlex.quote(f"{name}={ANY[kind]}")
    shown = f"[{','.join(map(str, default))}]" if isinstance(default, list) else str(default)
    return shlex.quote(f"{name}={shown.lower() if isinstance(default, bool) else shown}")


def _alternatives(hint: Any) -> tuple[Any, ...]:
    return typing.get_args(hint) if isinstance(hint, types.UnionType) else (hint,)


def _kinds(hint: Any) -> Iterator[type]:
    """Yield the plain types of a type hint, those of the alternatives of a union one by one."""
    for part in _alternatives(hint):
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
