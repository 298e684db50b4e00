"""Schemas of the groups in configs/: what a function takes is what its YAML may say."""

import dataclasses
import inspect
import types
import typing
from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from functools import cache, partial
from typing import Any, Literal

from omegaconf import MISSING

from stance import classifiers, dataset, folds
from stance.classifiers import tuning
from stance.commands.config._primaries import PRIMARIES, TrackingConfig
from stance.dataset.folder import read_dataset
from stance.errors import InputError, did_you_mean

# The functions that a group's YAML may point at; the function's signature is the schema of that YAML.
FACTORIES: dict[str, tuple[Callable[..., Any], ...]] = {
    "dataset": (dataset.build_from_study, dataset.load_table, read_dataset),
    "classifier": (
        classifiers.majority,
        classifiers.chance,
        classifiers.target_prior,
        classifiers.target_only,
        classifiers.author_prior,
        classifiers.length_only,
        classifiers.complement_nb,
        classifiers.logreg,
        classifiers.linear_svm,
        classifiers.svm_ngrams,
        classifiers.nb_svm,
        classifiers.embedding,
        classifiers.kernel,
        classifiers.finetuned,
        classifiers.setfit,
        classifiers.nli,
        classifiers.llm,
        classifiers.ensemble,
    ),
    "folds": (
        folds.strictest,
        folds.by_author_and_thread,
        folds.by_thread,
        folds.by_author,
        folds.by_target,
        folds.by_column,
        folds.official,
        folds.time,
        folds.transfer,
        folds.leave_one_author_out,
        folds.leave_one_out,
        folds.repeated_stratified,
    ),
    "tune": (tuning.grid,),
}


# Functions of the user's own that the config of this process trusts, by the name that it gives them.
OWN: dict[str, Callable[..., Any]] = {}

# Parameters that come from the dataset, another group or an entry point, not from a factory's own YAML.
PASSED_BY_CALLER = ("examples", "factory", "settings", "erase", "num_proc", "on_rows")


def schema_named(group: str, name: str) -> type | None:
    """Return the schema that `/schema/<group>/<name>` means in a defaults list, None where there is none."""
    if group == "":
        return PRIMARIES.get(name)
    if group == "tracking":
        return TrackingConfig if name == "tracking" else None
    factory = next((factory for factory in FACTORIES.get(group, ()) if factory.__name__ == name), None)
    return schema_of(factory) if factory else None


@cache  # Hydra asks for each several times before anything is composed
def schema_of(factory: Callable[..., Any]) -> type:
    """Return a dataclass with a function's parameters and `_target_`, what Hydra checks a YAML against.

    >>> def kmeans(k: int, ngrams: Sequence[int] = (1, 1)): ...
    >>> [(f.name, f.type) for f in dataclasses.fields(schema_of(kmeans))][1:]
    [('k', <class 'int'>), ('ngrams', list[int])]
    """
    columns: list[Any] = [("_target_", str, field(default=target_of(factory)))]
    for name, parameter in inspect.signature(factory).parameters.items():
        if name in PASSED_BY_CALLER:
            continue
        default = MISSING if parameter.default is parameter.empty else parameter.default
        is_range = isinstance(default, tuple)
        made = field(default_factory=partial(list, default)) if is_range else field(default=default)
        columns.append((name, _yaml_type(parameter.annotation), made))
    return dataclasses.make_dataclass(factory.__name__, columns)


def _yaml_type(hint: Any) -> Any:
    """Return the type that OmegaConf knows for a type hint: sequences are lists, mappings dicts, literals strings."""
    if isinstance(hint, str):
        return str  # what only Python can pass, such as a DataFrame, is written in quotation marks
    if hint is inspect.Parameter.empty:
        return Any  # a function of the user's own may leave its types open
    if typing.get_origin(hint) is Literal:
        return str
    if typing.get_origin(hint) is Sequence:
        return list[_inner_type(typing.get_args(hint)[0])]  # type: ignore[misc]
    if typing.get_origin(hint) is Mapping:
        # YAML reads the keys 0 and True as a number and a truth value; to_plain makes them text
        return dict[Any, _inner_type(typing.get_args(hint)[1])]  # type: ignore[misc]
    if isinstance(hint, types.UnionType):
        parts = [_yaml_type(part) for part in typing.get_args(hint)]
        plain = (str, int, float, bool)
        kind = next(part for part in parts if part in plain or typing.get_origin(part) in (list, dict))
        return kind | None if types.NoneType in parts else kind
    return hint


def _inner_type(hint: Any) -> Any:
    """Return the type of what is in a list or dict: open where it may be of several, which are not to be converted."""
    plain = {str, int, bool}
    return Any if isinstance(hint, types.UnionType) and set(typing.get_args(hint)) <= plain else _yaml_type(hint)


def build(plain: Mapping[str, Any], **arguments: Any) -> Any:
    """Call the function that a plain config's `_target_` names with the config's other values.

    Only the functions in FACTORIES and OWN are called, and what they raise comes through as it is; Hydra's own
    `instantiate` would hide it behind an exception of its own.
    """
    factory, values = factory_of(plain)
    return factory(**values, **arguments)


def factory_of(plain: Mapping[str, Any]) -> tuple[Callable[..., Any], dict[str, Any]]:
    """Return the function that a plain config's `_target_` names, and the config's other values."""
    values = dict(plain)
    factories = {target_of(factory): factory for of_group in FACTORIES.values() for factory in of_group}
    target = values.pop("_target_")
    factories |= OWN
    if target not in factories:
        raise InputError(
            f"expected a _target_ of {list(factories)}, found {target!r}.{did_you_mean(target, factories)}"
        )
    return factories[target], values


def target_of(factory: Callable[..., Any]) -> str:
    """Return the name by which a YAML means a function: its room and its own name."""
    return f"{'.'.join(factory.__module__.split('.')[:2])}.{factory.__name__}"
