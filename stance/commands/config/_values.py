"""Values of a composed config: their ranges, the plain dict that is hashed and saved, and what others may see."""

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from omegaconf import OmegaConf

from stance.cells import same_letters
from stance.classifiers.language_models.endpoint import refuse_secrets
from stance.errors import InputError, did_you_mean
from stance.files import shown_path
from stance.thread.recogniser import shown_kinds

# What values of a key can be, wherever it stands.
LEAST = {
    "port": 1,
    "seed": 0,
    "random_state": 0,
    "n_resamples": 1,
    "permutations": 0,
    "repeats": 0,
    "n_simulations": 1,
    "wait": 0,
}
MOST = 2**32
ABOVE_ZERO = ("C", "alpha")
SECRETIVE = ("base_url", "key_variable")  # where a key or a password may be put by mistake
NAMES = ("target", "targets", "annotator")  # what is compared with what stands in tables and on cards
PLACES = (
    "path",
    "study",
    "encoder",
    "encoders",
    "model",
    "guidelines",
    "answers",
)  # what may be a path, or a list of them


def refuse_ranges(config: Any, above: str = "") -> Any:
    """Return a config; raise InputError for a value outside what its key can be, before any work is done."""
    own = str(config.get("_target_", "stance.")).partition(".")[0] != "stance"
    for key in [] if own or OmegaConf.is_missing(config, "_target_") else config:
        if key in SECRETIVE and not OmegaConf.is_missing(config, key):
            refuse_secrets(**{key: config[key]}, above=above)
        if OmegaConf.is_missing(config, key) or OmegaConf.is_interpolation(config, key):
            continue
        value, name = config[key], f"{above}{key}"
        if OmegaConf.is_dict(value):
            refuse_ranges(value, f"{name}.")
        elif key == "class_weight" and value not in (None, "balanced"):
            raise InputError(
                f"{name}: expected balanced or null, found {value!r}.{did_you_mean(str(value), ['balanced'])}"
            )
        elif key in LEAST and isinstance(value, int | float) and not LEAST[key] <= value < MOST:
            raise InputError(f"{name}: expected {LEAST[key]} or more, and below {MOST}, found {value}")
        elif key in ABOVE_ZERO and isinstance(value, int | float) and not 0 < value < math.inf:
            raise InputError(f"{name}: expected a number above 0, found {value}")
    return config


def same_names(config: Any) -> Any:
    """Return a config whose targets and annotators are written as they are in every table and card (NFC)."""
    for key in config:
        if OmegaConf.is_missing(config, key) or OmegaConf.is_interpolation(config, key):
            continue
        value = config[key]
        if OmegaConf.is_dict(value):
            same_names(value)
        elif key in NAMES and isinstance(value, str) and value != same_letters(value):
            config[key] = same_letters(value)
        elif key in NAMES and OmegaConf.is_list(value):
            config[key] = [same_letters(entry) if isinstance(entry, str) else entry for entry in value]
    return config


def name_tables(config: Any, choices: Mapping[str, str]) -> Any:
    """Return a config whose tables without a `name` have that of their YAML, as the runs on them do."""
    tables = {"dataset": config.get("dataset")}
    tables |= {f"sources.{name}": source for name, source in (config.get("sources") or {}).items()}
    for key, table in tables.items():
        is_table = OmegaConf.is_dict(table) and str(table.get("_target_")).endswith(".load_table")
        if is_table and table.get("name") is None and key in choices:
            table.name = choices[key].rpartition("/")[2]
    return config


def to_plain(config: Any) -> dict[str, Any]:
    """Return a resolved config as plain Python, the one thing that is hashed, logged and saved.

    Whole floats become ints, so that 1 and 1.0 are one value. Where a run is kept is left out: it does not make
    it another run, and addresses may hold passwords.
    """
    plain = _normalised(OmegaConf.to_container(config, resolve=True, throw_on_missing=True))
    for where in ("uri", "unsent", "offline", "wait", "migrate"):
        plain.get("tracking", {}).pop(where, None)
    assert isinstance(plain, dict)
    return plain


def shown_config(plain: Mapping[str, Any]) -> dict[str, Any]:
    """Return a plain config as others may see it: of an absolute path, which can name its owner, only the name."""
    return {key: _shown(key, value) for key, value in plain.items()}


def _shown(key: str, value: Any) -> Any:
    if isinstance(value, Mapping):
        return shown_config(value)
    if key == "mask":
        return shown_kinds(value or [])
    if isinstance(value, list):  # of the files of a table, for one
        return [_shown(key, entry) for entry in value]
    return shown_path(Path(value)) if key in PLACES and isinstance(value, str) else value


def place_of(dataset: Mapping[str, Any]) -> str:
    """Return where a dataset's plain config says that it is built from, as others may see it."""
    shown = shown_config(dataset)
    return str(shown.get("study") or shown["path"])


def _normalised(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _normalised(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [_normalised(entry) for entry in value]
    return int(value) if isinstance(value, float) and math.isfinite(value) and value.is_integer() else value
