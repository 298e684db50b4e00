"""Tuning: settings chosen inside the training folds. In: a factory and values to try. Out: an estimator."""

from stance.classifiers.tuning._grid import chosen_values, grid, tuning_note

__all__ = ["chosen_values", "grid", "tuning_note"]
