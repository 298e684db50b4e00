"""Scores: metrics and their definitions, values and intervals, by target, group, depth, length and fold."""

from stance.evaluation.scores._ceiling import Ceiling, score_annotators
from stance.evaluation.scores._metrics import (
    DEFINITIONS,
    LOWER_IS_BETTER,
    Metric,
    define,
    difference_of,
    make_metrics,
    metric_functions,
    metric_of,
)
from stance.evaluation.scores._pairs import differing_rows, pair_predictions, require_same_rows
from stance.evaluation.scores._resampling import leave_groups_out, resample_metrics, score
from stance.evaluation.scores._scoring import (
    Score,
    list_metrics,
    score_by,
    score_by_fold,
    score_predictions,
    show_interval,
    with_intervals,
)
from stance.evaluation.scores._sums import CodedRows, Sums, code_rows, confusion, confusion_sums, paired_sums

__all__ = [
    "DEFINITIONS",
    "LOWER_IS_BETTER",
    "Ceiling",
    "CodedRows",
    "Metric",
    "Score",
    "Sums",
    "code_rows",
    "confusion",
    "confusion_sums",
    "define",
    "difference_of",
    "differing_rows",
    "leave_groups_out",
    "list_metrics",
    "make_metrics",
    "metric_functions",
    "metric_of",
    "pair_predictions",
    "paired_sums",
    "require_same_rows",
    "resample_metrics",
    "score",
    "score_annotators",
    "score_by",
    "score_by_fold",
    "score_predictions",
    "show_interval",
    "with_intervals",
]
