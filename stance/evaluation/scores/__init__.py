"""Scores. In: predictions and groups. Out: values of metrics with intervals, by target, group, depth, length, fold."""

from stance.evaluation.scores._by_value import ByValue, gaps_by, score_by, score_by_value
from stance.evaluation.scores._metrics import LOWER_IS_BETTER, Metric, check_metric, define, metric_of
from stance.evaluation.scores._scoring import (
    MAIN_METRICS,
    Score,
    score_by_fold,
    score_predictions,
    show_interval,
)
from stance.evaluation.scores._sums import confusion

__all__ = [
    "LOWER_IS_BETTER",
    "MAIN_METRICS",
    "ByValue",
    "Metric",
    "Score",
    "check_metric",
    "confusion",
    "define",
    "gaps_by",
    "metric_of",
    "score_by",
    "score_by_fold",
    "score_by_value",
    "score_predictions",
    "show_interval",
]
