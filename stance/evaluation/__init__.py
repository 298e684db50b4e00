"""Evaluation. In: a classifier, examples and folds. Out: predictions, scores with intervals, and what they can tell."""

from stance.evaluation._evaluate import Evaluation, Tested, describe_folds, evaluate, evaluation_groups

__all__ = ["Evaluation", "Tested", "describe_folds", "evaluate", "evaluation_groups"]
