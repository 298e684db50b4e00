"""The dataset: examples with declared features, what was dropped and why, and counts of both."""

from stance.dataset.builders import build_dataset, build_from_study
from stance.dataset.examples import StanceDataset, sha_of_examples
from stance.dataset.load_table import load_table
from stance.dataset.passes.deciding import Finishing
from stance.dataset.source import Dropped
from stance.dataset.study_units import Cutting

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
