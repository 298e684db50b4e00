"""Datasets. In: a study or a table. Out: examples with declared features, what was dropped and why, and counts."""

from stance.dataset._builders import build_dataset, build_from_study
from stance.dataset._load_table import load_table
from stance.dataset._source import Dropped
from stance.dataset.examples import StanceDataset

__all__ = ["Dropped", "StanceDataset", "build_dataset", "build_from_study", "load_table"]
