"""Estimates. In: predictions, labels and how they were drawn. Out: shares of labels with intervals that hold."""

from stance.estimates._estimate import METHODS, estimate_shares

__all__ = ["METHODS", "estimate_shares"]
