"""Draw a probability sample of a study's comments, and write it as sheets for its annotators."""

from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from stance.cells import say
from stance.commands.config import launch, to_plain
from stance.errors import InputError, did_you_mean

if TYPE_CHECKING:
    import pandas as pd

    from stance.study import Study

STRATA = ("thread", "month", "predicted")


def sample(config: Any) -> None:
    """Draw the sample, write a sheet for each annotator, and say how it was drawn."""
    from stance.estimates import draw_number, draw_sample
    from stance.estimates.joining import BY_HAND, frame_of
    from stance.study import read_study

    study = read_study(config.study)
    if config.target is not None and config.target not in study.card.targets:
        hint = did_you_mean(config.target, study.card.targets)
        raise InputError(f"target: expected one of {list(study.card.targets)}, found {config.target!r}.{hint}")
    frame = frame_of(study, config.target)
    labels: tuple[str, ...] = ()
    if config.model is not None:
        frame, labels = with_scores(frame, study, to_plain(config), config.tracking.uri)
    by = list(config.by)
    if unknown := [name for name in by if name not in STRATA or name not in frame]:
        why = " The last needs model=" if "predicted" in unknown else did_you_mean(unknown[0], STRATA)
        raise InputError(f"by: expected columns of {list(STRATA)}, found {unknown}.{why}")
    how = config.how or ("uncertainty" if config.model is not None and "predicted" not in by else None)
    if how == "uncertainty" and config.model is None:
        raise InputError("how: uncertainty is that of a model's scores; name one, as in model=runs:/<run id>/model")
    drawn = draw_sample(frame, config.n, by=by, how=how, labels=labels, random_state=config.seed)
    before, by_hand = frame["draw"].notna().sum(), (frame["draw"] == BY_HAND).sum()
    say(f"{len(drawn):,} of {len(frame) - before:,} comments drawn; {before - by_hand:,} were drawn before", end="")
    say(f", {by_hand:,} were labelled by hand: they stand for themselves only" if by_hand else "")
    for name, rows in drawn.groupby("draw", sort=True):
        least, most = rows["probability"].min(), rows["probability"].max()
        between = f"{least:.4f}" if most - least < 1e-9 else f"{least:.4f} to {most:.4f}"
        say(f"  draw {name}: {len(rows):,} comments, each with a probability of {between}")
    write_sheets(config, study, drawn, draw_number(drawn["draw"].iloc[0]))


def with_scores(
    frame: "pd.DataFrame", study: "Study", plain: dict[str, Any], store_uri: str
) -> "tuple[pd.DataFrame, tuple[str, ...]]":
    """Return a frame with what a model predicts and its scores, and the model's labels."""
    from stance.commands.predict import reading_of
    from stance.estimates.predicting import Model, predict_threads
    from stance.tracking import read_model

    tracked = read_model(plain["model"], store_uri, plain["trust"])
    model = Model(tracked.address, tracked.classifier)
    if foreign := sorted(set(model.labels) - set(study.card.labels)):
        raise InputError(
            f"model: expected one that predicts {list(study.card.labels)}, found the labels {foreign} in "
            f"{plain['model']}: it was trained for another study"
        )
    reading = reading_of(plain | {"context": None, "context_limit": None}, tracked.params)
    predicted = predict_threads(model, study.threads, reading).rename(columns={"label": "predicted"})
    scores = [f"score_{label}" for label in model.labels]
    return frame.merge(predicted[["example_id", "predicted", *scores]], on="example_id"), model.labels


def write_sheets(config: Any, study: "Study", drawn: "pd.DataFrame", number: int) -> None:
    """Write for each annotator the drawn comments as a CSV and as tasks of Label Studio."""
    from stance.files import write_once
    from stance.study.label_studio import make_label_config, tasks_json
    from stance.study.sheets import drawn_rows, make_sheet, sheet_csv

    kinds = study.card.annotators
    people = [name for name, kind in kinds.items() if kind == "person"] or list(kinds)
    ids, probabilities, draws = (drawn[name].tolist() for name in ("example_id", "probability", "draw"))
    how = {one: (f"{p:.10g}", draw) for one, p, draw in zip(ids, probabilities, draws, strict=True)}
    folder = Path(config.folder) / study.folder.resolve().name
    files: dict[str, bytes] = {"label-config.xml": make_label_config(study.card.labels).encode()}
    for annotator in [config.annotator] if config.annotator else people:
        sheet = make_sheet(study, annotator, "comment", config.context_limit)
        wanted = {
            row.row: how[f"{row.blank.thread_id}#{row.blank.comment_id}"]
            for row in sheet.rows
            if f"{row.blank.thread_id}#{row.blank.comment_id}" in how and config.target in (None, row.blank.target)
        }
        name, own = f"{quote(annotator, safe='')}-sample-{number}", drawn_rows(sheet, wanted)
        files |= {f"{name}.csv": sheet_csv(own), f"{name}-tasks.json": tasks_json(own)}
        say(f"sheet: {folder / name}.csv   {len(own.rows)} rows for {annotator}; fill in label")
    write_once(files, folder)
    say(f"guidelines: {study.folder / study.card.guidelines}")


def main() -> int:
    """Run the command and return the process's exit code."""
    return launch(sample, "sample")
