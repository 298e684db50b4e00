"""Schemas of configs/: what a function or a dataclass takes is what its YAML may say."""

import dataclasses
import inspect
import math
import types
import typing
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Literal

from hydra.core.config_store import ConfigStore
from omegaconf import MISSING, OmegaConf

from stance import classifiers, dataset, folds
from stance.errors import InputError, did_you_mean

# The functions that a group's YAML may point at; the function's signature is the schema of that YAML.
FACTORIES: dict[str, tuple[Callable[..., Any], ...]] = {
    "dataset": (dataset.build_from_study,),
    "classifier": (
        classifiers.majority,
        classifiers.chance,
        classifiers.author_prior,
        classifiers.complement_nb,
        classifiers.logreg,
        classifiers.linear_svm,
    ),
    "folds": (folds.leave_one_out, folds.leave_one_author_out, folds.repeated_stratified),
}


# The parameter of a fold scheme that comes from the dataset, not from its YAML.
PASSED_BY_CALLER = "examples"


@dataclass
class TrackingConfig:
    """Where runs are kept, under which name, and whether comment texts may go there."""

    uri: str = MISSING
    experiment_name: str = MISSING
    texts: bool = False


@dataclass
class BootstrapConfig:
    """How many times the groups are drawn for an interval, and from which seed."""

    n_resamples: int = 10_000
    random_state: int = 0


@dataclass
class TrainConfig:
    """One run: a dataset, a classifier, folds, and where it is tracked."""

    dataset: Any = MISSING
    classifier: Any = MISSING
    folds: Any = MISSING
    tracking: TrackingConfig = field(default_factory=TrackingConfig)
    bootstrap: BootstrapConfig = field(default_factory=BootstrapConfig)
    seed: int = 0


@dataclass
class BuildConfig:
    """One dataset, and the folder that it is written into."""

    dataset: Any = MISSING
    folder: str = MISSING


@dataclass
class CompareConfig:
    """Which tracked runs to compare: of an experiment name, of one sweep, or by an MLflow filter."""

    tracking: TrackingConfig = field(default_factory=TrackingConfig)
    experiment_name: str | None = None
    sweep: str | None = None
    filter: str | None = None
    baseline: str = "majority"
    metric: str = "macro_f1"
    bootstrap: BootstrapConfig = field(default_factory=BootstrapConfig)
    folder: str = MISSING


PRIMARIES: dict[str, type] = {"train": TrainConfig, "build": BuildConfig, "compare": CompareConfig}


def register_schemas() -> None:
    """Register the schemas that the files of configs/ name first in their defaults, so that typos are refused."""
    store = ConfigStore.instance()
    for name, schema in PRIMARIES.items():
        store.store(group="schema", name=name, node=schema)
    store.store(group="schema/tracking", name="tracking", node=TrackingConfig)
    for group, factories in FACTORIES.items():
        for factory in factories:
            store.store(group=f"schema/{group}", name=factory.__name__, node=schema_of(factory))


def schema_of(factory: Callable[..., Any]) -> type:
    """Return a dataclass with a function's parameters and `_target_`, what Hydra checks a YAML against.

    >>> def kmeans(k: int, ngrams: Sequence[int] = (1, 1)): ...
    >>> [(f.name, f.type) for f in dataclasses.fields(schema_of(kmeans))][1:]
    [('k', <class 'int'>), ('ngrams', list[int])]
    """
    columns: list[Any] = [("_target_", str, field(default=_target(factory)))]
    for name, parameter in inspect.signature(factory).parameters.items():
        if name == PASSED_BY_CALLER:
            continue
        default = MISSING if parameter.default is parameter.empty else parameter.default
        is_range = isinstance(default, tuple)
        made = field(default_factory=partial(list, default)) if is_range else field(default=default)
        columns.append((name, _yaml_type(parameter.annotation), made))
    return dataclasses.make_dataclass(factory.__name__, columns)


def _yaml_type(hint: Any) -> Any:
    """Return the type that OmegaConf knows for a type hint: sequences are lists, literals and objects strings."""
    if typing.get_origin(hint) is Literal:
        return str
    if typing.get_origin(hint) is Sequence:
        return list[typing.get_args(hint)[0]]  # type: ignore[misc]
    if isinstance(hint, types.UnionType):
        parts = [_yaml_type(part) for part in typing.get_args(hint)]
        kind = next(part for part in parts if part in (str, int, float, bool) or typing.get_origin(part) is list)
        return kind | None if types.NoneType in parts else kind
    return hint


def build(plain: Mapping[str, Any], **arguments: Any) -> Any:
    """Call the function that a plain config's `_target_` names with the config's other values.

    Only the functions in FACTORIES are called, and what they raise comes through as it is; Hydra's own
    `instantiate` would hide it behind an exception of its own.
    """
    values = dict(plain)
    factories = {_target(factory): factory for of_group in FACTORIES.values() for factory in of_group}
    target = values.pop("_target_")
    if target not in factories:
        raise InputError(
            f"expected a _target_ of {list(factories)}, found {target!r}.{did_you_mean(target, factories)}"
        )
    return factories[target](**values, **arguments)


def _target(factory: Callable[..., Any]) -> str:
    return f"{factory.__module__}.{factory.__name__}"


def to_plain(config: Any) -> dict[str, Any]:
    """Return a resolved config as plain Python, the one thing that is hashed, logged and saved.

    Whole floats become ints, so that 1 and 1.0 are one value. The tracking address is left out: where a run
    is kept does not make it another run, and addresses may hold passwords.
    """
    plain = _normalised(OmegaConf.to_container(config, resolve=True, throw_on_missing=True))
    plain.get("tracking", {}).pop("uri", None)
    assert isinstance(plain, dict)
    return plain


def _normalised(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _normalised(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [_normalised(entry) for entry in value]
    return int(value) if isinstance(value, float) and math.isfinite(value) and value.is_integer() else value
