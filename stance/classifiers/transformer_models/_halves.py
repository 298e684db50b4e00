"""An encoder in two halves: lower layers that stay as they are, computed once and kept, and upper ones that learn."""

import logging
import platform
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from stance.classifiers.embeddings._cache import VectorCache, key_of
from stance.classifiers.embeddings._model import cache_folder, fingerprint, missing_extra
from stance.classifiers.transformer_models._folder import find_transformer, from_folder
from stance.errors import InputError

if TYPE_CHECKING:
    import torch

log = logging.getLogger(__name__)

AT_ONCE = 512  # texts computed before they are kept: what an interruption may cost
BATCH = 32


class LowerHalf:
    """All but the last `n_upper` layers of an encoder, and what they make of texts, kept on disk.

    `name`: a hub name or a folder; `longest`: tokens of a text with its target that are read, the rest is cut;
    `dtype`: what it computes with, "float32" or "bfloat16".
    Raises InputError if there is no such model, if it has not so many layers, or would run code.
    """

    def __init__(self, name: str, n_upper: int, longest: int, dtype: str) -> None:
        self.folder = find_transformer(name)
        self.config, n_layers = read_config(self.folder)
        if not 1 <= n_upper <= n_layers:
            raise InputError(f"classifier.layers: expected 1 to {n_layers}, the layers of {name}, found {n_upper}")
        _say_where_slow(dtype)
        self.n_lower = n_layers - n_upper
        self.dtype = dtype
        self.longest = min(longest, getattr(self.config, "max_position_embeddings", longest + 2) - 2)
        named = f"{fingerprint(self.folder)[:16]}-lower{self.n_lower}-{self.longest}-{dtype}.sqlite"
        self._kept = VectorCache(cache_folder() / named)

    def compute(self, pairs: Sequence[tuple[str, str]]) -> list[bytes]:
        """Compute what is not kept yet of (text, target) pairs, and return the key of each."""
        keys = [key_of(text) + key_of(target) for text, target in pairs]
        unique = dict(zip(keys, pairs, strict=True))
        known = self._kept.known(list(unique))
        # by length, so that a batch holds little padding, then by text: the order of rows decides nothing
        missing = sorted(
            (key for key in unique if key not in known), key=lambda key: (len(unique[key][0]), unique[key])
        )
        # where no target is named there is one segment only, so that these are no batch with the others
        for group in ([key for key in missing if unique[key][1]], [key for key in missing if not unique[key][1]]):
            for start in range(0, len(group), AT_ONCE):
                some = group[start : start + AT_ONCE]
                made = self._states([unique[key] for key in some])
                self._kept.write({key: states.ravel() for key, states in zip(some, made, strict=True)})
        return keys

    def read(self, keys: Sequence[bytes]) -> list[np.ndarray]:
        """Return for each key (n_tokens, n_dimensions) states, float32."""
        found = self._kept.read(list(dict.fromkeys(keys)))
        return [found[key].reshape(-1, self.config.hidden_size) for key in keys]

    def _states(self, pairs: list[tuple[str, str]]) -> Iterator[np.ndarray]:
        import torch

        model, tokenizer = load_lower(self.folder, self.n_lower)
        for start in range(0, len(pairs), BATCH):
            texts, targets = zip(*pairs[start : start + BATCH], strict=True)
            second = list(targets) if any(targets) else None
            batch = tokenizer(
                list(texts), second, truncation=True, max_length=self.longest, padding=True, return_tensors="pt"
            )
            with torch.inference_mode(), in_dtype(self.dtype):
                states = model(**batch).last_hidden_state.float()
            lengths = batch["attention_mask"].sum(dim=1).tolist()
            yield from (of_text[:length].numpy() for of_text, length in zip(states, lengths, strict=True))


def in_dtype(name: str) -> Any:
    """Return the context in which torch multiplies in this precision; weights and sums stay in float32."""
    import torch

    return torch.autocast("cpu", dtype=torch.bfloat16, enabled=name == "bfloat16")


@cache
def _say_where_slow(dtype: str) -> None:
    """Warn once a process where the processor only imitates a precision: on one with AVX2 alone it took 7 times."""
    import torch

    found = torch.backends.cpu.get_cpu_capability()
    if dtype == "bfloat16" and found in ("DEFAULT", "AVX2") and platform.machine() in ("x86_64", "AMD64"):
        log.warning("classifier.dtype=bfloat16: this processor has %s only, and imitates it; float32 is faster", found)


def read_config(folder: Path) -> tuple[Any, int]:
    """Return the configuration of an encoder and the number of its layers. Raises InputError if the packages lack."""
    try:
        from transformers import AutoConfig
    except ImportError:
        raise missing_extra() from None
    config = from_folder(AutoConfig, folder)
    return config, int(config.num_hidden_layers)


@cache
def load_lower(folder: Path, n_lower: int) -> tuple[Any, Any]:
    """Load the first `n_lower` layers of an encoder and its tokenizer, once a process."""
    from transformers import AutoTokenizer

    model = _whole(folder)
    model.encoder.layer = model.encoder.layer[:n_lower]
    return model.eval(), from_folder(AutoTokenizer, folder)


def load_upper(folder: Path, n_lower: int) -> "torch.nn.Module":
    """Return the layers after the first `n_lower`, as a model that takes the states of those as `inputs_embeds`."""
    import torch

    class Given(torch.nn.Module):  # type: ignore[misc]  # untyped base
        """What stands for the embeddings, since what comes in is states already."""

        def forward(self, inputs_embeds: Any = None, **_: Any) -> Any:
            return inputs_embeds

    model = _whole(folder)
    model.encoder.layer = model.encoder.layer[n_lower:]
    model.embeddings = Given()
    for name, weights in model.named_parameters():
        weights.requires_grad = name.startswith("encoder.layer.")
    upper: torch.nn.Module = model
    return upper


def _whole(folder: Path) -> Any:
    from transformers import AutoModel

    model = from_folder(AutoModel, folder, use_safetensors=True)
    if not hasattr(getattr(model, "encoder", None), "layer") or not hasattr(model, "embeddings"):
        raise InputError(
            f"classifier.model: expected an encoder built like BERT (BERT, RoBERTa, MPNet, ELECTRA), whose layers can "
            f"be parted, found {type(model).__name__} in {folder}"
        )
    if hasattr(model, "pooler"):
        model.pooler = None
    return model
