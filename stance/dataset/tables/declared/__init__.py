"""What a YAML declares of a table. In: its keys and values. Out: a card, once files and columns have been found."""

from stance.dataset.tables.declared._card import make_card
from stance.dataset.tables.declared._places import Places
from stance.dataset.tables.declared._values import check_labels, check_values

__all__ = ["Places", "check_labels", "check_values", "make_card"]
