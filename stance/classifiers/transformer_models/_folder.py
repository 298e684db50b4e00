"""A transformer on disk, or of the hub, that holds no code and no pickled weights."""

import json
from pathlib import Path
from typing import Any

from stance.classifiers.embeddings._model import PICKLES, from_hub, without_bars
from stance.errors import InputError


def find_transformer(name: str) -> Path:
    """Return the folder of a model: a local one, or that of a hub name, as `name` or `name@revision`.

    Raises InputError if there is none, or if it holds pickled weights alone, or code.
    """
    folder = Path(name).expanduser()
    if not folder.is_dir():
        if name.startswith((".", "/", "~")) or name.count("/") != 1:
            raise InputError(
                f"classifier.model: expected a folder with a model or a hub name owner/model, found {name!r}"
            )
        folder = from_hub(name)
    files = sorted(path for path in folder.iterdir() if path.is_file())
    if not (folder / "config.json").is_file():
        raise InputError(f"classifier.model: expected config.json of a transformer in {folder}, found none")
    weights = any(path.suffix == ".safetensors" for path in files)
    for path in files:
        if path.suffix == ".py" or (path.suffix in PICKLES and not weights):
            kind = "code" if path.suffix == ".py" else "pickled weights, which may run code,"
            raise InputError(f"classifier.model: expected weights in safetensors and no code, found {kind} in {path}")
    if "auto_map" in json.loads((folder / "config.json").read_text(encoding="utf-8")):
        raise InputError(
            f"classifier.model: expected a model that transformers itself knows, found one that runs code of its own "
            f"(auto_map) in {folder}/config.json"
        )
    return folder


def from_folder(kind: Any, folder: Path, **settings: Any) -> Any:
    """Load what `kind`, an Auto class of transformers, finds in a folder. Raises InputError if it cannot."""
    without_bars()
    try:
        return kind.from_pretrained(str(folder), local_files_only=True, trust_remote_code=False, **settings)
    except (OSError, ValueError, KeyError) as error:
        said = str(error).strip().splitlines()[0]
        raise InputError(f"classifier.model: {folder} cannot be loaded by {kind.__name__} ({said})") from None
