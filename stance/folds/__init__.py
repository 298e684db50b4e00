"""Folds. In: examples. Out: which are trained on and which are tested, so that no group is on both sides."""

from stance.folds._given import official, time
from stance.folds._grouped import (
    by_author,
    by_author_and_thread,
    by_column,
    by_target,
    by_thread,
    leave_one_author_out,
    leave_one_out,
    repeated_stratified,
)
from stance.folds._summary import columns_apart, coverage_note, fold_summary, fold_targets
from stance.folds.fold import Fold
from stance.folds.groups import author_groups
from stance.folds.held_out import choose_held_out, strictest
from stance.folds.transfer import transfer

__all__ = [
    "Fold",
    "author_groups",
    "by_author",
    "by_author_and_thread",
    "by_column",
    "by_target",
    "by_thread",
    "choose_held_out",
    "columns_apart",
    "coverage_note",
    "fold_summary",
    "fold_targets",
    "leave_one_author_out",
    "leave_one_out",
    "official",
    "repeated_stratified",
    "strictest",
    "time",
    "transfer",
]
