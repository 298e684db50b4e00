"""What a classifier that is prompted must know of a dataset: its label set, and the guidelines of its study."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from omegaconf import DictConfig, OmegaConf

PROMPTED = "stance.classifiers.llm"


def fill_task(config: Any) -> Any:
    """Return a composed config in which a language model has the dataset's label set, and its study's guidelines.

    What the config says itself stays. Raises InputError if the study's card cannot be read.
    """
    from stance.study import read_card

    dataset = config.get("dataset") or {}
    study = Path(dataset.get("study") or "")
    prompted = list(_prompted(config))
    card = read_card(study / "study.yaml") if prompted and (study / "study.yaml").is_file() else None
    labels = card.labels if card else dataset.get("labels") or ()
    for node in prompted:
        if card and node.guidelines is None:
            node.guidelines = str(study / card.guidelines)
        if node.labels is None and all(isinstance(label, str) for label in labels):
            # a training fold may lack one; what they mean is for the guidelines to say
            node.labels = dict.fromkeys(labels, "") or None
    return config


def guideline_files(config: Any) -> list[Path]:
    """Return the files of guidelines that a composed config names: what they say decides what is answered."""
    named = [Path(node.guidelines) for node in _prompted(config) if node.guidelines]
    return [path for path in named if path.is_file()]


def _prompted(config: Any) -> Iterator[DictConfig]:
    """Yield what a config says of language models, members of an ensemble too."""
    for key in ("classifier", "baseline"):
        node = config.get(key)
        if OmegaConf.is_dict(node):
            members = node.get("members") or {}
            yield from (each for each in (node, *members.values()) if _is_prompted(each))


def _is_prompted(node: Any) -> bool:
    return OmegaConf.is_dict(node) and node.get("_target_") == PROMPTED
