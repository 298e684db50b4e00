"""Estimate what share of the comments, or of the commenters, has each label; report it, and track it as a run."""

import hashlib
import json
import logging
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stance.cells import say
from stance.commands.config import launch, shown_config, to_plain
from stance.errors import InputError, did_you_mean

if TYPE_CHECKING:
    import pandas as pd

    from stance.estimates.joining import Inputs
    from stance.report.shares import Estimated
    from stance.tracking import Tracking

# what rests on the predictions of labelled comments, so that those must not have been trained on
ON_PREDICTIONS = ("ppi", "ppi++", "dsl")
WITHOUT_SAMPLE = ("adjusted_count", "em", "naive")
TIME = "month"
log = logging.getLogger("estimate")


def estimate(config: Any) -> None:
    """Read labels and predictions, estimate, write the report, and say the answer."""
    from stance.estimates import estimate_shares
    from stance.estimates.joining import from_study
    from stance.estimates.own_table import from_table
    from stance.files import refuse_foreign, write_files
    from stance.report import report_files
    from stance.report.shares import shares_report, without_interval

    plain, tracking = to_plain(config), _tracking_of(config)
    inputs = from_table(plain) if config.study is None else from_study(plain, partial(_trained_on, config.tracking.uri))
    name = f"shares-{_digest(json.dumps([shown_config(plain), dict(inputs.digests)], sort_keys=True))}"
    folder = Path(config.folder) / name
    refuse_foreign(folder)
    methods = list(config.method) if inputs.held_back is not None else list(WITHOUT_SAMPLE)
    shared = {"of": config.of, "population": config.population, "level": config.level}

    def shares(method: str, by: Sequence[str] = ()) -> "pd.DataFrame":
        frame = _with_group(inputs, config.group, method)
        return estimate_shares(frame, inputs.labels, by=by, method=method, **shared)

    import pandas as pd

    # of several targets together there is no share
    apart = ["target"] if inputs.targets else []
    overall = pd.concat([shares(method, apart) for method in methods], ignore_index=True)
    found = _estimated(plain, inputs, name, overall, {column: shares(methods[0], [column]) for column in config.by})
    report = shares_report(found, f"{name}; predictions by {', '.join(inputs.models) or 'another tool'}")
    made_by = json.dumps(shown_config(plain) | {"inputs": dict(inputs.digests)}, indent=2, ensure_ascii=False)
    write_files(report_files(report) | {"config.json": made_by.encode()}, folder)
    missing = [sentence for column, table in found.by.items() for sentence in without_interval(table, column)]
    for sentence in (*found.notes, *report.verdict, *missing, found.plan):
        say(sentence)
    say(f"report: {folder / 'report.html'}")
    say(f"run:    {_track(tracking, name, plain, inputs, overall, folder)}")


def _estimated(
    plain: Mapping[str, Any], inputs: "Inputs", name: str, overall: "pd.DataFrame", by: "Mapping[str, pd.DataFrame]"
) -> "Estimated":
    """Return what the report is made from: shares, differences where they have intervals, and the plan."""
    from stance.estimates import contrast_shares
    from stance.report.shares import Estimated

    method, group = overall["method"].iloc[0], plain["group"]
    contrasts = {}
    for column in by if inputs.held_back is not None else ():
        frame = _with_group(inputs, group, method)
        contrasts[column] = contrast_shares(
            frame,
            inputs.labels,
            by=column,
            to={TIME: "before", "target": "pairs"}.get(column, "rest"),
            of=plain["of"],
            method=method,
            population=plain["population"],
            level=plain["level"],
        )
    grouped = group is not None and inputs.frame[group].notna().any()
    return Estimated(
        title=f"{name}: {inputs.target}",
        target=inputs.target,
        labels=inputs.labels,
        of=plain["of"],
        population=plain["population"] or ("groups" if grouped else "frame"),
        group=group if grouped else None,
        level=plain["level"],
        overall=overall,
        by=by,
        contrasts=contrasts,
        notes=inputs.notes,
        plan=_plan(overall, plain["precision"]),
    )


def _plan(overall: "pd.DataFrame", precision: float) -> str:
    """Say how many labels more it takes to come to a half-width, by the least sure label."""
    from stance.estimates import labels_needed

    first = overall[overall["method"] == overall["method"].iloc[0]]
    halves = (first["high"] - first["low"]) / 2
    if halves.isna().all() or first["assumes"].any():
        return "Without a probability sample there is no plan: draw one with stance sample."
    half, least_sure = float(halves.max()), first.loc[halves.idxmax()]
    labelled, n = int(least_sure["n_labelled"]), int(least_sure["n"])
    more = labels_needed(labelled, n, half, precision) - labelled
    if not more:
        return f"The {labelled:,} labels come to ± {100 * half:.1f} points at most."
    return f"Label {more:,} more of these to come to ± {100 * precision:g} points (now ± {100 * half:.1f} at most)."


def _trained_on(store_uri: str, model: str) -> frozenset[str]:
    """Return the ids that a model has trained on, as far as its run tells."""
    from stance.tracking.models import trained_on

    try:
        return trained_on(model, store_uri)
    except InputError as error:
        log.info("What %s has trained on is not known: %s", model, error)
        return frozenset()


def _with_group(inputs: "Inputs", group: str | None, method: str) -> "pd.DataFrame":
    """Return the frame with its groups, and with the probabilities that a method can use."""
    frame = inputs.frame
    if inputs.held_back is not None and method in ON_PREDICTIONS:
        frame = frame.assign(probability=inputs.held_back)
    if group is None:
        return frame.drop(columns="group", errors="ignore")
    if group not in frame:
        raise InputError(
            f"group: expected a column of the predictions, found {group!r}.{did_you_mean(group, map(str, frame))}"
        )
    return frame.assign(group=frame[group]) if frame[group].notna().any() else frame


def _tracking_of(config: Any) -> "Tracking":
    """Open where the run goes, before any work is done: of a study beside its runs, of a table under its name."""
    from stance.tracking import open_tracking

    said = config.tracking
    first = config.predictions if isinstance(config.predictions, str) else [*config.predictions, ""][0]
    name = Path(config.study or first).stem if said.experiment_name is None else said.experiment_name
    return open_tracking(said.uri, name, Path(said.unsent), offline=said.offline, migrate=said.migrate, wait=said.wait)


def _track(
    tracking: "Tracking", name: str, plain: Mapping[str, Any], inputs: "Inputs", overall: "pd.DataFrame", folder: Path
) -> str:
    """Track the shares as a run: each with its ends, the inputs by their digests, the models; return where it is."""
    from stance.evaluation.comparison import tracked_name
    from stance.tracking import flat_params
    from stance.tracking.lifecycle import log_shares

    # a store shows the first of them: what the report is about, and the naive count beside it
    first = overall["method"].iloc[0]
    ordered = overall.sort_values(
        "method", key=lambda column: column.map({first: 0, "naive": 1}).fillna(2), kind="stable"
    )
    metrics = {
        tracked_name("/".join([end + row["method"].replace("+", "p"), *_about(row), row["label"]])): float(row[column])
        for row in ordered.to_dict("records")
        for end, column in (("", "share"), ("low/", "low"), ("high/", "high"))
    }
    params = {key: str(value) for key, value in flat_params(shown_config(plain)).items()}
    params |= {"model": ", ".join(inputs.models)}
    run_id = log_shares(tracking, name, params, metrics, inputs.digests, inputs.models, folder)
    return run_id or f"kept in {tracking.shown}"


def _about(row: Mapping[Any, Any]) -> list[str]:
    """Return the target of a row, where there are several."""
    return [str(row["target"])] if "target" in row else []


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def main() -> int:
    """Run the command and return the process's exit code."""
    return launch(estimate, "estimate")
