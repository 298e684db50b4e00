"""Predict any number of comments by a tracked model, and write the predictions as Parquet."""

import ast
import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from stance.cells import say
from stance.commands.config import launch, to_plain

if TYPE_CHECKING:
    from stance.estimates.predicting import Reading

log = logging.getLogger("predict")


def predict(config: Any) -> None:
    """Read the model, predict all comments of the pages, and say where the predictions are."""
    from stance.estimates.predicting import Model, predict_pages
    from stance.report.console import count_through
    from stance.tracking import read_model

    plain = to_plain(config)
    tracked = read_model(config.model, config.tracking.uri, config.trust)
    reading = reading_of(plain, tracked.params)
    pages = [plain["pages"]] if isinstance(plain["pages"], str) else list(plain["pages"])
    with count_through() as (on_rows, on_bytes):
        model = Model(tracked.address, tracked.classifier)
        found = predict_pages(model, pages, config.out, reading, on_rows=on_rows, on_bytes=on_bytes)
    if found.rows_before:
        log.info("Going on after %s comments that were predicted before", f"{found.rows_before:,}")
    left_out = ", ".join(f"{number:,} {reason}" for reason, number in found.left_out.items()) or "nothing"
    say(f"{found.rows:,} comments predicted, {found.rows_before:,} of them before; left out: {left_out}")
    say(f"predictions: {found.folder} ({found.shards} files)")


def reading_of(plain: Mapping[str, Any], trained: Mapping[str, Any]) -> "Reading":
    """Return how comments are laid before a model: as in training, unless the config says otherwise."""
    from stance.estimates.predicting import Reading

    context, limit = plain["context"], plain["context_limit"]
    return Reading(
        context=context if context is not None else trained.get("dataset.context", "none"),
        context_limit=limit if limit is not None else int(trained.get("dataset.context_limit", 0)),
        mask=tuple(ast.literal_eval(trained.get("dataset.mask", "[]"))),
        target=plain["target"],
    )


def main() -> int:
    """Run the command and return the process's exit code."""
    return launch(predict, "predict")
