"""The dataset: examples with declared features, what was dropped and why, and counts of both."""

from stance.dataset._builders import build_dataset, build_from_study
from stance.dataset._load_table import load_table
from stance.dataset._source import Dropped
from stance.dataset._study_units import Cutting
from stance.dataset.examples import StanceDataset, sha_of_examples
from stance.dataset.passes._deciding import Finishing

__all__ = [
    "Cutting",
    "Dropped",
    "Finishing",
    "StanceDataset",
    "build_dataset",
    "build_from_study",
    "load_table",
    "sha_of_examples",
]
