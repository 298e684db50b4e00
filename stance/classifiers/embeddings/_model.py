"""A sentence encoder on disk: where it is, what it is, and that nothing in it runs code of its own."""

import hashlib
import json
import os
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from stance.classifiers.embeddings._onnx import OnnxEncoder, is_exported
from stance.errors import InputError

EXTRA = 'pip install "stance-threads[embeddings]"'
WANTED = ("*.json", "*.txt", "*.safetensors", "*.model")  # of a model on the hub; no pickles, no code
EXPORTED = ("*.onnx", "*.onnx_data")  # of a folder on disk; of the hub they would be many
PICKLES = (".bin", ".pt", ".pth", ".pkl", ".ckpt")


def find_model(name: str) -> Path:
    """Return the folder of a model: a local one, or that of a hub name, as `name` or `name@revision`.

    A model of the hub is downloaded once. Raises InputError if there is none, or if it holds pickled weights or
    code.
    """
    folder = Path(name).expanduser()
    if not folder.is_dir():
        if name.startswith((".", "/", "~")) or name.count("/") != 1:
            raise InputError(f"encoder: expected a folder with a model or a hub name owner/model, found {name!r}")
        folder = from_hub(name)
    _refuse_code(folder)
    return folder


def from_hub(name: str) -> Path:
    """Return the folder of a model of the hub, downloaded once. Raises InputError if there is none."""
    try:
        from huggingface_hub import snapshot_download
        from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError
    except ImportError:
        raise missing_extra() from None
    hub_name, _, revision = name.partition("@")
    try:
        return Path(snapshot_download(hub_name, revision=revision or None, allow_patterns=list(WANTED)))
    except (LocalEntryNotFoundError, HfHubHTTPError) as error:
        raise InputError(
            f"encoder: expected the model {name!r} on the hub or downloaded already, found neither "
            f"({type(error).__name__}); check the name and the network, or give a folder that holds it"
        ) from None


def missing_extra() -> InputError:
    """Return what is said where the packages that run an encoder are not installed."""
    return InputError(f"classifier: expected sentence-transformers to be installed, found it missing; {EXTRA}")


def without_bars() -> None:
    """Let transformers show no bar while it loads weights, which takes a second and happens once a fold."""
    from transformers.utils.logging import disable_progress_bar

    disable_progress_bar()  # type: ignore[no-untyped-call, unused-ignore]


def _refuse_code(folder: Path) -> None:
    """Raise InputError if loading the model would unpickle something or run code that lies in its folder."""
    exported = is_exported(folder)
    if not exported and not (folder / "modules.json").exists():
        raise InputError(
            f"encoder: expected modules.json of a sentence-transformers model or model.onnx in {folder}, found neither"
        )
    files = [path for path in folder.rglob("*") if path.is_file()]
    with_weights = {path.parent for path in files if path.suffix == ".safetensors"}
    for path in sorted(files):
        if path.suffix == ".py" or (path.suffix in PICKLES and path.parent not in with_weights):
            kind = "code" if path.suffix == ".py" else "pickled weights, which may run code,"
            raise InputError(f"encoder: expected weights in safetensors and no code, found {kind} in {path}")
    if exported:
        return
    for module in json.loads((folder / "modules.json").read_text(encoding="utf-8")):
        if not str(module["type"]).startswith("sentence_transformers."):
            raise InputError(
                f"encoder: expected modules of sentence_transformers, found {module['type']!r} in {folder}/modules.json"
            )


@cache
def fingerprint(folder: Path) -> str:
    """Return the sha256 of all that the model in a folder is made of, in hexadecimal digits."""
    whole = hashlib.sha256()
    for path in sorted(path for pattern in (*WANTED, *EXPORTED) for path in folder.rglob(pattern)):
        with path.open("rb") as file:
            whole.update(path.relative_to(folder).as_posix().encode() + hashlib.file_digest(file, "sha256").digest())
    return whole.hexdigest()


@cache
def load_model(folder: Path, dtype: str) -> Any:
    """Load a model on the processor, once a process. Raises InputError if the packages are missing.

    An exported one computes as it was exported, and with no other `dtype`.
    """
    if is_exported(folder):
        if dtype != "float32":
            raise InputError(f"encoder: expected dtype float32 of an exported model, found {dtype} for {folder}")
        return OnnxEncoder(folder)
    try:
        from sentence_transformers import SentenceTransformer
    except ImportError:
        raise missing_extra() from None
    without_bars()
    return SentenceTransformer(
        str(folder), device="cpu", local_files_only=True, model_kwargs={"use_safetensors": True, "dtype": dtype}
    )


def encode(model: Any, texts: list[str], batch_size: int) -> np.ndarray:
    """Return (n_texts, n_dimensions) vectors of length 1, float32; a long text is the mean of its chunks.

    Chunks are as many tokens as the model reads, and weigh by their characters.
    """
    chunks = [_chunks(model, text) for text in texts]
    flat = [chunk for of_text in chunks for chunk in of_text]
    made = model.encode(flat, batch_size=batch_size, show_progress_bar=False)
    vectors = _of_length_one(np.asarray(made, dtype=np.float32))
    if len(flat) > len(texts):
        weights = np.array([max(len(chunk), 1) for chunk in flat], dtype=np.float32)
        first = np.cumsum([0, *(len(of_text) for of_text in chunks[:-1])])
        vectors = _of_length_one(np.add.reduceat(vectors * weights[:, None], first))
    return vectors


def _of_length_one(vectors: np.ndarray) -> np.ndarray:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    scaled: np.ndarray = vectors / np.where(lengths > 0, lengths, 1)
    return scaled


def _chunks(model: Any, text: str) -> list[str]:
    """Return a text in chunks that the model reads whole."""
    longest = model.max_seq_length
    if longest is None or len(text) + 2 <= longest:  # a token is one character or more
        return [text]
    cut = model.tokenizer(
        text, truncation=True, max_length=longest, return_overflowing_tokens=True, return_offsets_mapping=True
    )
    spans = [[span for span in of_chunk if span[1] > span[0]] for of_chunk in cut["offset_mapping"]]
    return [text[span[0][0] : span[-1][1]] for span in spans if span] or [text]


def cache_folder() -> Path:
    """Return where vectors are kept: `stance/vectors` below XDG_CACHE_HOME, or below ~/.cache without it."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "stance" / "vectors"
