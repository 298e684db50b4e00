"""Leaks. In: predictions and folds. Out: those under other folds, rows that cheat, and what folds give away."""

from stance.evaluation.leaks._beside import (
    BESIDE,
    RANDOM,
    RANDOM_SCHEMES,
    SLOW_NOTE,
    compared_folds,
    in_a_line,
    known_apart,
    predict_cheating,
    put_beside,
)
from stance.evaluation.leaks._gaps import N_RESAMPLES
from stance.evaluation.leaks._report import AUTHORS_TELL, LeakReport, make_leak_report
from stance.evaluation.leaks._targets import CrossTarget, measure_cross_target

__all__ = [
    "AUTHORS_TELL",
    "BESIDE",
    "N_RESAMPLES",
    "RANDOM",
    "RANDOM_SCHEMES",
    "SLOW_NOTE",
    "CrossTarget",
    "LeakReport",
    "compared_folds",
    "in_a_line",
    "known_apart",
    "make_leak_report",
    "measure_cross_target",
    "predict_cheating",
    "put_beside",
]
