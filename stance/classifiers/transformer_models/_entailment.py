"""An entailment model on disk, and how far texts entail hypotheses by it; computed once and kept."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from stance.classifiers.embeddings._cache import VectorCache, key_of
from stance.classifiers.embeddings._model import cache_folder, fingerprint, missing_extra, without_bars
from stance.classifiers.transformer_models._folder import find_transformer
from stance.errors import InputError

AT_ONCE = 1024  # pairs judged before they are kept: what an interruption may cost


def entailments(name: str, pairs: list[tuple[str, str]], batch_size: int) -> np.ndarray:
    """Return for each (text, hypothesis) the probability, from 0 to 1, that the text entails the hypothesis.

    Raises InputError if there is no such model, if it is none of entailment, or if it would run code.
    """
    folder = find_transformer(name)
    entailment = _entailment_label(folder)
    cache_file = VectorCache(cache_folder() / f"{fingerprint(folder)[:16]}-entailment.sqlite")
    keys = [key_of(text) + key_of(hypothesis) for text, hypothesis in pairs]
    unique = dict(zip(keys, pairs, strict=True))
    found = cache_file.read(list(unique))
    # by length, so that a batch holds little padding, then by text: the order of rows decides nothing
    missing = sorted((key for key in unique if key not in found), key=lambda key: (len(unique[key][0]), unique[key]))
    for start in range(0, len(missing), AT_ONCE):
        some = missing[start : start + AT_ONCE]
        made = _judge(*load_judge(folder), [unique[key] for key in some], entailment, batch_size)
        kept = {key: np.array([share], dtype=np.float32) for key, share in zip(some, made, strict=True)}
        cache_file.write(kept)
        found.update(kept)
    return np.array([found[key][0] for key in keys], dtype=np.float64)


def _entailment_label(folder: Path) -> int:
    """Return which of a model's outputs is entailment. Raises InputError if none is."""
    names = json.loads((folder / "config.json").read_text(encoding="utf-8")).get("id2label") or {}
    places = [int(place) for place, name in names.items() if str(name).lower().startswith("entail")]
    if len(places) != 1:
        raise InputError(
            f"classifier.model: expected a model of entailment, with a label 'entailment', found "
            f"{list(names.values())} in {folder}/config.json"
        )
    return places[0]


@cache
def load_judge(folder: Path) -> tuple[Any, Any]:
    """Load a model and its tokenizer, once a process. Raises InputError if the packages are missing."""
    try:
        from transformers import AutoModelForSequenceClassification, AutoTokenizer
    except ImportError:
        raise missing_extra() from None
    without_bars()
    said = {"local_files_only": True, "trust_remote_code": False}
    model = AutoModelForSequenceClassification.from_pretrained(str(folder), use_safetensors=True, **said)
    return model.eval(), AutoTokenizer.from_pretrained(str(folder), **said)


def _judge(model: Any, tokenizer: Any, pairs: list[tuple[str, str]], entailment: int, batch_size: int) -> list[float]:
    import torch

    longest = min(tokenizer.model_max_length, model.config.max_position_embeddings - 2)
    shares: list[float] = []
    for start in range(0, len(pairs), batch_size):
        texts, hypotheses = zip(*pairs[start : start + batch_size], strict=True)
        # a text that is longer than the model reads is cut, the hypothesis never
        batch = tokenizer(
            list(texts),
            list(hypotheses),
            truncation="only_first",
            max_length=longest,
            padding=True,
            return_tensors="pt",
        )
        with torch.inference_mode():
            logits: torch.Tensor = model(**batch).logits
        shares += logits.softmax(dim=1)[:, entailment].tolist()
    return shares
