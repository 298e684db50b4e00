"""Evaluation. In: a classifier, examples and folds. Out: predictions, scores with intervals, and what they can tell."""

from stance.evaluation._evaluate import Evaluation, Tested, describe_folds, evaluate
from stance.evaluation._groups import evaluation_groups
from stance.evaluation.comparison import compare_runs
from stance.evaluation.learning_curve import make_subsets, measure_curve
from stance.evaluation.power import measure_power
from stance.evaluation.predictions import cross_predict

__all__ = [
    "Evaluation",
    "Tested",
    "compare_runs",
    "cross_predict",
    "describe_folds",
    "evaluate",
    "evaluation_groups",
    "make_subsets",
    "measure_curve",
    "measure_power",
]
