"""Predicting at scale. In: a fitted model and pages, tables or datasets. Out: Parquet shards of what it predicts."""

from stance.estimates.predicting._comments import Reading, find_parts
from stance.estimates.predicting._predict import Predicted, predict_pages, predict_threads
from stance.estimates.predicting._reading import Predictions, read_predictions, target_of
from stance.estimates.predicting._shards import Model

__all__ = [
    "Model",
    "Predicted",
    "Predictions",
    "Reading",
    "find_parts",
    "predict_pages",
    "predict_threads",
    "read_predictions",
    "target_of",
]
