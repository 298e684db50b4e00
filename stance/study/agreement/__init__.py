"""Agreement: how far annotators agree beyond chance. In: votes or annotations. Out: coefficients with intervals."""

from stance.study.agreement._coefficients import Estimate, Pair, gwet_ac1, krippendorff_alpha
from stance.study.agreement._measure import (
    Agreement,
    agreement,
    hardest_items,
    measure_agreement,
    repeated_items,
)

__all__ = [
    "Agreement",
    "Estimate",
    "Pair",
    "agreement",
    "gwet_ac1",
    "hardest_items",
    "krippendorff_alpha",
    "measure_agreement",
    "repeated_items",
]
