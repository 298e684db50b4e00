"""Fold: what every scheme returns, and what schemes need to make one."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stance.errors import InputError

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd


@dataclass(frozen=True, slots=True, eq=False)
class Fold:
    """Row numbers of the examples to train on and to test on; `repeat` and `fold` count from 0."""

    repeat: int
    fold: int
    train: "np.ndarray"
    test: "np.ndarray"


def row_order(examples: "pd.DataFrame") -> "np.ndarray":
    """Return the row numbers in the order of example ids, for a shuffle that starts from the same order always."""
    import numpy as np

    return np.argsort(examples["example_id"].to_numpy(dtype=object), kind="stable")


def require(found: int, least: int, what: str, scheme: str) -> None:
    """Raise InputError if a scheme has too little to hold out."""
    if found < least:
        raise InputError(f"{scheme}: expected at least {least} {what}, found {found}; there is nothing to train on")
