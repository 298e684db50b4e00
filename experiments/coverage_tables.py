"""What stands in docs/estimate.md of how often intervals hold: tables made of the cells of a simulation."""

from collections.abc import Iterator

import pandas as pd

HOLDING = ("labelled", "ppi", "ppi++", "dsl")
LEAST, MOST = 0.93, 0.97
WORST = 12
HEADS = {"frame": "classifier", "threads": "classifier", "authors": "classifier", "real": "data set"}


def tables_of(cells: pd.DataFrame) -> dict[str, str]:
    """Return the tables by their names: one for each of what shares are of, the worst cells, and the count of all."""
    cells = cells.assign(is_rough=cells["rough"] > 0.5)
    tables = {of: "\n".join(_rows(cells[cells["of"] == of], of)) for of in HEADS if (cells["of"] == of).any()}
    return tables | {"worst": "\n".join(_worst(cells)), "all cells": "\n".join(_count(cells))}


def _rows(cells: pd.DataFrame, of: str) -> Iterator[str]:
    columns = [HEADS[of], "n", *HOLDING, "naive", "width ppi++", "width dsl", "labels spared"]
    yield f"| {' | '.join(columns)} |"
    yield f"|---|{'--:|' * (len(columns) - 1)}"
    order = list(dict.fromkeys(cells["case"]))
    sizes = sorted(set(cells["n"]))
    keys = [(case, n) for n in sizes for case in order]
    for case, n in sorted(keys) if of == "real" else keys:
        own = cells[(cells["case"] == case) & (cells["n"] == n)]
        shown = [_held(own[own["method"] == method]) for method in (*HOLDING, "naive")]
        widths = [_span(own.loc[own["method"] == method, "width"], "{:.2f}") for method in ("ppi++", "dsl")]
        spared = 100 * (1 - own.loc[own["method"] == "ppi++", "width"] ** 2)
        yield f"| {' | '.join([case, str(n), *shown, *widths, _span(spared.clip(lower=0), '{:.0f}') + ' %'])} |"


def _held(cells: pd.DataFrame) -> str:
    """Return the least and the greatest coverage of cells in per cent, of those that are said to be rough apart."""
    sound, rough = (100 * cells.loc[cells["is_rough"] == said, "held"] for said in (False, True))
    parts = [_span(sound, "{:.0f}")] if len(sound) else []
    return "; ".join(parts + ([f"({_span(rough, '{:.0f}')})"] if len(rough) else []))


def _span(values: pd.Series, form: str) -> str:
    ends = [form.format(values.min()), form.format(values.max())]
    return "–".join(dict.fromkeys(ends))


def _worst(cells: pd.DataFrame) -> Iterator[str]:
    """Yield the rows of the cells that are furthest from 95, those that are said to be rough aside."""
    sound = cells[cells["method"].isin(HOLDING) & ~cells["is_rough"]]
    columns = ["of", "case", "n", "shares", "shifted", "label", "method", "held"]
    yield f"| {' | '.join(columns)} |"
    yield f"|{'---|' * len(columns)}"
    for row in pd.concat([sound.nsmallest(WORST, "held"), sound.nlargest(WORST // 2, "held")]).to_dict("records"):
        row |= {"held": f"{100 * row['held']:.1f}", "shifted": "yes" if row["shifted"] else "no"}
        yield f"| {' | '.join(str(row[column]) for column in columns)} |"


def _count(cells: pd.DataFrame) -> Iterator[str]:
    """Yield the rows that say of how many cells the coverage lies where, by method."""
    yield "| method | cells | below 93 | 93 to 97 | above 97 | mean | rough cells | least of these | widest |"
    yield f"|---|{'--:|' * 8}"
    for method in HOLDING:
        own = cells[cells["method"] == method]
        sound, rough = own.loc[~own["is_rough"], "held"], own.loc[own["is_rough"], "held"]
        counts = [(sound < LEAST).sum(), sound.between(LEAST, MOST).sum(), (sound > MOST).sum()]
        shown = [f"{len(sound):,}", *(f"{count:,}" for count in counts), f"{100 * sound.mean():.1f}"]
        least = f"{100 * rough.min():.1f}" if len(rough) else "none"
        yield f"| {' | '.join([method, *shown, f'{len(rough):,}', least, format(own['width'].max(), '.2f')])} |"
