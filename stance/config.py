"""Schemas of configs/ and the launch of an entry point: the only room that knows Hydra."""

import dataclasses
import inspect
import logging
import math
import os
import re
import sys
import types
import typing
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Literal

from hydra._internal.config_loader_impl import ConfigLoaderImpl
from hydra.core.config_store import ConfigStore
from hydra.core.hydra_config import HydraConfig
from hydra.errors import HydraException, MissingConfigException
from omegaconf import MISSING, OmegaConf
from omegaconf.errors import OmegaConfBaseException

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

INTERRUPTED = 130
MOST_KEPT = 100  # composed configs of a sweep, each below 1 MB

log = logging.getLogger(__name__)

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


@dataclass(frozen=True, slots=True)
class Launched:
    """What Hydra knows of the job that is running: its group choices, its number in the sweep, its folders."""

    choices: dict[str, str]
    number: int
    output_dir: Path
    sweep_id: str | None
    sweep_dir: Path | None


def launched() -> Launched:
    """Return what Hydra knows of the job that is running."""
    hydra = HydraConfig.get()
    in_sweep = hydra.mode is not None and hydra.mode.name == "MULTIRUN"
    sweep_dir = Path(hydra.sweep.dir).resolve() if in_sweep else None
    return Launched(
        {group: str(choice) for group, choice in hydra.runtime.choices.items() if not group.startswith("hydra/")},
        int(hydra.job.num) if in_sweep else 0,
        Path(hydra.runtime.output_dir),
        sweep_dir.name if sweep_dir else None,
        sweep_dir,
    )


def launch(
    task: Callable[[Any], object],
    config_name: str,
    config_folder: Path,
    after_sweep: Callable[[Any, Launched], object] | None = None,
) -> int:
    """Run an entry point's task under Hydra, once or as a sweep, and return the process's exit code.

    `after_sweep` is called once with the last job's config when a sweep is through, whether or not a job
    failed. What a user can cause ends in a message: code 2 for a config or an input that cannot be used, 1 for
    a run that failed on the way, 130 for Ctrl-C.
    """
    import hydra

    # Hydra prints errors itself and exits, unless this is set: then it raises, and the message can be ours
    os.environ["HYDRA_FULL_ERROR"] = "1"
    register_schemas()
    _compose_jobs_once()
    jobs: list[tuple[Any, Launched]] = []

    def job(config: Any) -> object:
        jobs.append((config, launched()))
        return _log_failure(task, _refuse_added(config), in_sweep=jobs[-1][1].sweep_id is not None)

    main = hydra.main(version_base="1.3", config_path=str(config_folder.resolve()), config_name=config_name)
    code = _exit_code(main(job), config_name, config_folder)
    if after_sweep is not None and jobs and jobs[-1][1].sweep_id is not None and code != INTERRUPTED:
        code = max(code, _exit_code(partial(after_sweep, *jobs[-1]), config_name, config_folder))
    return code


def _compose_jobs_once() -> None:
    """Let Hydra keep the config of a sweep's job between the check before the first job and the job itself.

    Hydra composes every job twice, which is most of what a sweep takes whose runs have finished before. Each
    config is handed out once more and then forgotten; a long sweep keeps the first of them only.
    """
    compose = ConfigLoaderImpl.load_sweep_config
    if compose.__module__ == __name__:
        return
    kept: dict[tuple[str, ...], Any] = {}

    def load_sweep_config(self: Any, master_config: Any, sweep_overrides: list[str]) -> Any:
        job = (str(master_config.hydra.sweep.dir), *sweep_overrides)
        if job in kept:
            return kept.pop(job)
        config = compose(self, master_config, sweep_overrides)
        if len(kept) < MOST_KEPT:
            kept[job] = config
        return config

    ConfigLoaderImpl.load_sweep_config = load_sweep_config  # type: ignore[method-assign]


def _log_failure(task: Callable[[Any], object], config: Any, in_sweep: bool) -> object:
    """Run a task; in a sweep say at once that it failed, since Hydra says so only when all jobs are through."""
    try:
        return task(config)
    except Exception as error:
        if in_sweep:
            log.error("Failed: %s", error)
        raise


def _exit_code(call: Callable[[], object], config_name: str, config_folder: Path) -> int:
    try:
        call()
    except InputError as error:
        return _say(str(error), 2)
    except (HydraException, OmegaConfBaseException) as error:
        return _say(_explain(error, config_name, config_folder), 2)
    except BrokenPipeError:
        # the reader of the pipe, `head` for one, has seen enough; nothing must be flushed into it at the end
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        return _say(f"cannot read or write {error.filename or 'a file'}: {error.strerror or error}", 1)
    except KeyboardInterrupt:
        return _say("stopped; what had finished is kept", INTERRUPTED)
    return 0


def _refuse_added(config: Any, above: str = "") -> Any:
    """Refuse keys that `+key=value` has added to what the schemas know; Hydra itself lets them in."""
    schema = OmegaConf.get_type(config)
    known = [column.name for column in dataclasses.fields(schema)] if dataclasses.is_dataclass(schema) else list(config)
    for key in config:
        if key not in known:
            found = f"{above}{key}"
            raise InputError(
                f"expected keys of {known}, found {found!r}, which nothing reads.{did_you_mean(key, known)}"
            )
        if OmegaConf.is_dict(OmegaConf.select(config, key)):
            _refuse_added(config[key], f"{above}{key}.")
    return config


def _say(message: str, code: int) -> int:
    print(message, file=sys.stderr)
    return code


def _explain(error: Exception, config_name: str, config_folder: Path) -> str:
    """Return what Hydra says of a refused config, and the near miss."""
    cause = error.__cause__ if isinstance(error.__cause__, OmegaConfBaseException) else None
    message = "\n".join(str(part).strip() for part in (error, cause) if part is not None)
    message = message.split("\nConfig search path:")[0].rstrip()
    if isinstance(error, MissingConfigException) and error.missing_cfg_file:
        wanted = error.missing_cfg_file.rsplit("/", 1)[-1].removesuffix(".yaml")
        return message + did_you_mean(wanted, error.options or _options(message))
    refused = _refused_key(message)
    known = _known_keys(config_name, config_folder) if refused else []
    return message + did_you_mean(refused, known) if refused and refused not in known else message


def _options(message: str) -> list[str]:
    return re.findall(r"^\t(\S+)$", message, flags=re.MULTILINE)


def _refused_key(message: str) -> str | None:
    """Return the key that Hydra's message says is not known, dotted from the top where it says so."""
    for pattern in (r"full_key: ([\w./@-]+)", r"Could not override '([^']+)'", r"Key '([^']+)'"):
        if found := re.search(pattern, message):
            return found[1]
    return None


def _known_keys(config_name: str, config_folder: Path) -> list[str]:
    """Return the groups and the dotted keys of every file of every group, for near misses."""
    from hydra import compose, initialize_config_dir
    from hydra.core.global_hydra import GlobalHydra

    GlobalHydra.instance().clear()
    with initialize_config_dir(version_base="1.3", config_dir=str(config_folder.resolve())):
        keys = dict.fromkeys(_dotted(OmegaConf.to_container(compose(config_name), resolve=False)))
    groups = [path.name for path in sorted(config_folder.iterdir()) if path.is_dir()]
    factories = [(group, factory) for group, of_group in FACTORIES.items() for factory in of_group]
    return [
        *groups,
        *keys,
        *(f"{group}.{name}" for group, factory in factories for name in inspect.signature(factory).parameters),
    ]


def _dotted(value: Any, above: str = "") -> Iterable[str]:
    if not isinstance(value, Mapping):
        return
    for key, entry in value.items():
        yield f"{above}{key}"
        yield from _dotted(entry, f"{above}{key}.")
