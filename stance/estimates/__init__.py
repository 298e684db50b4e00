"""Estimates. In: predictions, labels and how they were drawn. Out: shares of labels with intervals that hold."""

from stance.estimates._contrasts import contrast_shares
from stance.estimates._estimate import METHODS, estimate_shares
from stance.estimates._sampling import draw_number, draw_sample, joined_probabilities, labels_needed

__all__ = [
    "METHODS",
    "contrast_shares",
    "draw_number",
    "draw_sample",
    "estimate_shares",
    "joined_probabilities",
    "labels_needed",
]
