"""Classifiers: functions that return unfitted scikit-learn estimators working on a DataFrame of examples."""

from stance.classifiers.baselines import author_prior, chance, majority
from stance.classifiers.linear import complement_nb, linear_svm, logreg

__all__ = ["CHEATING", "author_prior", "chance", "complement_nb", "linear_svm", "logreg", "majority"]

# Rows of a comparison that never read the comment: what a classifier must beat to have understood anything.
CHEATING = ("majority", "chance", "author_prior")
