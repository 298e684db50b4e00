"""From a frame to a table of shares: one row a label, a method and a group."""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from stance.errors import InputError, did_you_mean
from stance.estimates._assumed import adjusted_shares, naive_shares, shifted_shares
from stance.estimates._assumed_spread import Spreads, adjusted_spread, assumed_shares, shifted_spread
from stance.estimates._corrected import labelled_share, powered_share, tuned_share
from stance.estimates._design import POPULATIONS, Shares, score_ends
from stance.estimates._dsl import supervised_share
from stance.estimates._frame import Frame, read_frame

LEVEL = 0.95
# valid whatever the predictions are worth, by the simulation in docs/estimate.md
VALID: dict[str, Callable[[Frame, int, str], Shares]] = {
    "labelled": labelled_share,
    "ppi": powered_share,
    "ppi++": tuned_share,
    "dsl": supervised_share,
}
ASSUMED: dict[str, str] = {
    "adjusted_count": (
        "assumes that the classifier mistakes labels for each other as often in all comments as in the labelled ones"
    ),
    "em": (
        "assumes that the scores are probabilities that hold among the labelled comments, and that comments of one "
        "label are alike there and everywhere (label shift)"
    ),
    "naive": "assumes that the classifier makes no mistake, or that its mistakes cancel; they do not",
}
METHODS = (*VALID, *ASSUMED)
# An interval made from fewer squared errors, or from groups that are worth fewer degrees of freedom, is a rough one; by
# the simulation those above hold in 93 to 97 of 100 samples in nearly all cells.
FEWEST_SEEN, FEWEST_DEGREES = 5.0, 10.0
# ppi as it was published is wider than the labelled sample where scores are bad; rounding aside
WIDER = 0.9
# counting predictions has none: no interval makes it right
SPREADS: dict[str, Spreads] = {"adjusted_count": adjusted_spread, "em": shifted_spread}


def estimate_shares(
    frame: pd.DataFrame,
    labels: Sequence[str],
    *,
    by: Sequence[str] = (),
    of: str = "comments",
    method: str | Sequence[str] = "ppi++",
    population: str | None = None,
    level: float = LEVEL,
) -> pd.DataFrame:
    """Estimate what share of the comments, or of the commenters, has each label, with an interval that holds.

    `frame`: a row for each comment, labelled or not, with `label` (missing where not labelled), `score_<label>` for
    each label or `predicted`, and `probability`, with which a labelled row had been drawn; by choice `example_id`,
    `group` (rows that go together: who wrote them, or their thread), `stratum` (of a stratified draw) and `weight`.
    `by`: columns whose values each have shares of their own. `of`: "comments", or "commenters", where `group` says who
    wrote a comment and each has one vote, which their comments share equally. `method`: one or more of "labelled",
    "ppi", "ppi++", "dsl", which hold whatever the predictions are worth; "adjusted_count", "em", "naive", which rest
    on an assumption, as the intervals of the first two do, and need no `probability`. `population`: what the share is
    of. "frame": these comments, so that only the draw is uncertain; "groups": comments of other groups like these too,
    so that groups go together (default where there is a `group`). `level`: of the intervals.

    Returns a table with the columns `by`, `label`, `share`, `low`, `high`, `method`, `n_labelled`, `n`, `naive` (the
    share among the predictions, which no interval makes right), `worth` (how many labels the labelled sample alone
    would need for this interval), `assumes` (in words, "" for what holds) and `caution` (why the interval is rough, ""
    where it held the truth in 93 to 97 of 100 samples in nearly all cells of the simulation). Ends are missing where
    the labels are too few, and for the naive count. Raises InputError if the frame cannot be used.

    >>> import pandas as pd
    >>> frame = pd.DataFrame({"score_for": [0.9, 0.8, 0.2, 0.1] * 25, "label": (["for"] * 2 + ["against"] * 2) * 25})
    >>> frame["score_against"] = 1 - frame["score_for"]
    >>> frame.loc[40:, "label"] = None  # 40 of 100 were drawn and labelled
    >>> found = estimate_shares(frame.assign(probability=0.4), labels=["for", "against"])
    >>> found[["label", "share", "low", "high", "n_labelled", "n"]].round(2).values.tolist()
    [['for', 0.5, 0.46, 0.54, 40, 100], ['against', 0.5, 0.46, 0.54, 40, 100]]
    """
    methods = [method] if isinstance(method, str) else list(method)
    check_settings(methods, population, level)
    read = read_frame(frame, labels, by, of)
    refuse_without_probability(read, methods)
    chosen = population_of(read, population)
    naive = naive_shares(read)
    tables = [_rows(read, one, chosen, level, naive) for one in methods]
    return pd.concat(tables, ignore_index=True)


def population_of(frame: Frame, population: str | None) -> str:
    """Return what a share is of, where it is not said: comments of other groups too where there are groups."""
    return population or ("groups" if frame.group is not None else "frame")


def check_settings(methods: Sequence[str], population: str | None, level: float) -> None:
    """Raise InputError if a method or a population is none that is known, or a level no share."""
    for method in methods:
        if method not in METHODS:
            raise InputError(
                f"method: expected one of {list(METHODS)}, found {method!r}.{did_you_mean(method, METHODS)}"
            )
    if population not in (None, *POPULATIONS):
        hint = did_you_mean(str(population), POPULATIONS)
        raise InputError(f"population: expected one of {list(POPULATIONS)}, found {population!r}.{hint}")
    if not 0 < level < 1:
        raise InputError(f"level: expected a share between 0 and 1, such as 0.95, found {level}")


def refuse_without_probability(frame: Frame, methods: Sequence[str]) -> None:
    """Raise InputError if a method needs to know how the labelled rows were drawn and the frame does not tell."""
    needing = [method for method in methods if method in VALID]
    if needing and frame.probability is None:
        raise InputError(
            f"frame: expected a column 'probability', with which each labelled row had been drawn, since {needing} "
            "rest on it; found none. Draw the sample with `stance sample`, or give the probabilities. A sample that a "
            f"person chose is none: for it there are only {list(ASSUMED)}, each of which rests on an assumption"
        )


def _rows(frame: Frame, method: str, population: str, level: float, naive: np.ndarray) -> pd.DataFrame:
    """Return the rows of one method, for each cell and label."""
    nothing = np.full(frame.n_cells, np.nan)
    assumed = {
        "naive": lambda: naive,
        "adjusted_count": lambda: adjusted_shares(frame, naive),
        "em": lambda: shifted_shares(frame),
    }
    given = assumed[method]() if method in assumed else None
    tables, labelled = [], np.bincount(frame.cell[frame.rows], minlength=frame.n_cells)
    spread = SPREADS[method](frame, given, population) if given is not None and method in SPREADS else None
    for number, label in enumerate(frame.labels):
        low, high, worth, caution = nothing, nothing, nothing, [""] * frame.n_cells
        if given is not None:
            share = given[:, number]
            if spread is not None:
                low, high = ends_of(assumed_shares(frame, given, spread, number), level)
        else:
            found = VALID[method](frame, number, population)
            share = np.clip(found.value, 0, 1)
            low, high = ends_of(found, level)
            worth = _worth(frame, number, population, found)
            caution = [_caution(method, *one) for one in zip(found.seen, found.degrees, worth, labelled, strict=True)]
        tables.append(
            frame.names.assign(
                label=label,
                share=share,
                low=low,
                high=high,
                method=method,
                n_labelled=labelled,
                n=np.bincount(frame.cell, minlength=frame.n_cells),
                naive=naive[:, number],
                worth=worth,
                assumes=ASSUMED.get(method, ""),
                caution=caution,
                cell=range(frame.n_cells),
            )
        )
    together = pd.concat(tables, ignore_index=True)
    return together.sort_values("cell", kind="stable").drop(columns="cell").reset_index(drop=True)


def _caution(method: str, seen: float, degrees: float, worth: float, n_labelled: int) -> str:
    """Return why an interval is a rough one, "" where it holds as it says."""
    if not degrees > 0:
        return "too few labels"
    found = []
    if seen < FEWEST_SEEN and method == "labelled":
        found.append("few with this label, or without it")
    elif seen < FEWEST_SEEN:
        found.append("few mistakes seen")
    if degrees < FEWEST_DEGREES:
        found.append("few groups")
    if worth < WIDER * n_labelled:
        found.append("wider than labelled alone")
    return "; ".join(found)


def ends_of(found: Shares, level: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the ends of the intervals of shares, (C,) each."""
    return score_ends(found.value, found.spread.variance + found.fitted, found.degrees, found.counted, level)


def _worth(frame: Frame, label: int, population: str, found: Shares) -> np.ndarray:
    """Return how many labels the labelled sample alone would need for the same variance, (C,)."""
    alone = VALID["labelled"](frame, label, population)
    labelled = np.bincount(frame.cell[frame.rows], minlength=frame.n_cells)
    variance = found.spread.variance + found.fitted
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(variance > 0, labelled * alone.spread.variance / variance, np.nan)
