"""A sentence encoder that was exported to ONNX, run by onnxruntime: no torch, and no code in its folder."""

import json
from pathlib import Path
from typing import Any

import numpy as np

from stance.errors import InputError

EXTRA = 'pip install "stance-threads[onnx]"'
LONGEST = 512  # tokens, where neither the folder nor its tokenizer says how many the model reads


def is_exported(folder: Path) -> bool:
    """Return whether a folder holds an exported encoder and no weights that torch would load."""
    return any(folder.rglob("*.onnx")) and not any(folder.rglob("*.safetensors"))


class OnnxEncoder:
    """An exported encoder that is used like a model of sentence-transformers.

    `folder` holds model.onnx, or one file that ends so, at its top or in `onnx`, and tokenizer.json; pooling is that of
    1_Pooling/config.json, the mean without it. Raises InputError if one is missing, or the packages are.
    """

    def __init__(self, folder: Path) -> None:
        graph, self._pooled_by = _graph_of(folder), _pooling_of(folder)
        if not (folder / "tokenizer.json").is_file():
            raise InputError(f"encoder: expected tokenizer.json beside {graph.name} in {folder}, found none")
        try:
            import onnxruntime
            from tokenizers import Tokenizer
        except ImportError:
            raise InputError(
                f"encoder: expected onnxruntime and tokenizers to be installed, found one missing; {EXTRA}"
            ) from None
        try:
            self._session = onnxruntime.InferenceSession(str(graph), providers=["CPUExecutionProvider"])
            self._tokens = Tokenizer.from_file(str(folder / "tokenizer.json"))
        except Exception as error:  # both raise bare exceptions of their own
            said = str(error).splitlines()[0]
            raise InputError(f"encoder: expected an encoder in ONNX in {folder}, found none ({said})") from None
        self._inputs = [given.name for given in self._session.get_inputs()]
        self.max_seq_length = _longest(folder, self._tokens)
        self._padding = self._tokens.padding or _padding_of(self._tokens)

    def tokenizer(self, text: str, max_length: int, **_: Any) -> dict[str, Any]:
        """Return a text's tokens as their spans in it, in chunks of at most `max_length`."""
        self._tokens.no_padding()
        self._tokens.enable_truncation(max_length)
        first = self._tokens.encode(text)
        return {"offset_mapping": [chunk.offsets for chunk in (first, *first.overflowing)]}

    def encode(self, texts: list[str], batch_size: int = 32, show_progress_bar: bool = False) -> np.ndarray:
        """Return (n_texts, n_dimensions) float32 vectors."""
        self._tokens.enable_padding(**self._padding)
        self._tokens.enable_truncation(self.max_seq_length)
        batches = [texts[start : start + batch_size] for start in range(0, len(texts), batch_size)]
        return np.vstack([self._vectors(batch) for batch in batches])

    def _vectors(self, texts: list[str]) -> np.ndarray:
        found = self._tokens.encode_batch(texts)
        known = {
            "input_ids": [each.ids for each in found],
            "attention_mask": [each.attention_mask for each in found],
            "token_type_ids": [each.type_ids for each in found],
        }
        given = {name: np.array(known[name], dtype=np.int64) for name in self._inputs}
        made: np.ndarray = self._session.run(None, given)[0].astype(np.float32)
        if made.ndim == 2:  # the export pools itself
            return made
        if self._pooled_by == "cls":
            first: np.ndarray = made[:, 0]
            return first
        mask = np.array(known["attention_mask"], dtype=np.float32)[:, :, None]
        mean: np.ndarray = (made * mask).sum(axis=1) / mask.sum(axis=1)
        return mean


def _graph_of(folder: Path) -> Path:
    """Return the file of the model. Raises InputError if there are several and none is called model.onnx."""
    found = sorted(folder.rglob("*.onnx"))
    named = [path for path in found if path.name == "model.onnx"] or found
    if len(named) != 1:
        raise InputError(
            f"encoder: expected one model.onnx in {folder}, found {[path.name for path in found]}; give a "
            "folder with that one alone"
        )
    return named[0]


def _pooling_of(folder: Path) -> str:
    path = folder / "1_Pooling" / "config.json"
    said = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    modes = [said["pooling_mode"]] if "pooling_mode" in said else []
    modes += [name for name, value in said.items() if name.startswith("pooling_mode_") and value is True]
    words = {"cls": "cls", "pooling_mode_cls_token": "cls", "mean": "mean", "pooling_mode_mean_tokens": "mean"}
    found = {words.get(mode, mode) for mode in modes} or {"mean"}
    if len(found) > 1 or not found <= {"cls", "mean"}:
        raise InputError(f"encoder: expected mean or cls in {path}, found {sorted(found)}")
    return str(found.pop())


def _longest(folder: Path, tokens: Any) -> int:
    """Return how many tokens the model reads at once."""
    said = []
    for name, key in (("sentence_bert_config.json", "max_seq_length"), ("config.json", "max_position_embeddings")):
        if (folder / name).is_file():
            said.append(json.loads((folder / name).read_text(encoding="utf-8")).get(key))
    said.append((tokens.truncation or {}).get("max_length"))
    return int(next(filter(None, said), LONGEST))


def _padding_of(tokens: Any) -> dict[str, Any]:
    """Return what fills up a batch, for a tokenizer that does not say it."""
    known = ((name, tokens.token_to_id(name)) for name in ("[PAD]", "<pad>"))
    token, number = next(((name, number) for name, number in known if number is not None), ("[PAD]", 0))
    return {"pad_id": number, "pad_token": token}
