"""Refits: how far a score moves when the classifier is trained anew, beside how far it moves with what is tested."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from stance.evaluation.scores._scoring import Score, show_interval

FEW_REFITS = 10  # of fewer a standard deviation is uncertain by a quarter or more
NORMAL = 1.959964  # half a 95 % interval in standard errors


@dataclass(frozen=True, slots=True)
class Refits:
    """A score of classifiers that were trained anew, on training groups drawn with replacement and with other seeds.

    `values`: one a refit; `spread`: their standard deviation; `share`: that of training in the variance of the score,
    the rest being what was tested; `score`: the score with an interval that holds both.
    """

    values: tuple[float, ...]
    spread: float
    share: float
    score: Score

    def __str__(self) -> str:
        """Say in a sentence how far training moves the score, and what the interval is with it."""
        found = show_interval(self.score.value, self.score.low, self.score.high)
        share = f"about {100 * self.share:.0f} %" if self.share >= 0.01 else "less than 1 %"
        share = "nearly all" if self.share > 0.99 else share
        moved = f"{min(self.values):.2f} to {max(self.values):.2f} over {len(self.values)} refits"
        part = "" if np.isnan(self.share) else f", {share} of the variance of the score"
        few = ", known badly from so few" if len(self.values) < FEW_REFITS else ""
        return f"{moved} (standard deviation {self.spread:.3f}{part}{few}); with both, {found}"


def weigh_refits(score: Score, values: Sequence[float], span: tuple[float, float] = (0.0, 1.0)) -> Refits:
    """Return how far refits move a score, and the score with an interval that holds that too.

    The standard deviation of `values`, two or more, times Student's quantile is added in quadrature to either side of
    the interval, which is about what is tested (method of variances, Zou and Donner 2008). With few refits it is
    known badly, and Student's quantile is large for it. `span`: the least and the greatest value that the
    score can have.

    >>> found = weigh_refits(Score("macro_f1", 0.5, 0.4, 0.6), [0.5, 0.52, 0.48])
    >>> round(found.spread, 3), round(found.share, 2), round(found.score.low, 3)
    (0.02, 0.13, 0.368)
    """
    from scipy.special import stdtrit  # type: ignore[import-untyped, unused-ignore]

    spread = float(np.std(values, ddof=1))
    reach = float(stdtrit(len(values) - 1, 0.975)) * spread
    tested = (score.high - score.low) / (2 * NORMAL)
    whole = spread**2 + tested**2
    share = float("nan") if np.isnan(tested) or not whole else spread**2 / whole
    least, greatest = span
    low = float(np.maximum(least, score.value - np.hypot(score.value - score.low, reach)))
    high = float(np.minimum(greatest, score.value + np.hypot(score.high - score.value, reach)))
    widened = Score(f"refitted/{score.metric}", score.value, low, high, score.doubt)
    return Refits(tuple(map(float, values)), spread, share, widened)
