"""Labels of a study, or of a table, put to the predictions of all comments, with how the labelled ones were drawn."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from stance.dataset import build_from_study
from stance.errors import InputError, did_you_mean
from stance.estimates._checks import shown_ids
from stance.estimates._sampling import draw_number, joined_probabilities
from stance.estimates.predicting import Predictions, read_predictions, target_of
from stance.study import Study, read_study
from stance.thread.privacy import fold_name

TARGET = "target"
NO_MONTH = "no month"
# labelled without a draw: such a comment stands for itself
BY_HAND = "0"
# how the ids are found that a model has trained on, by the model's address
TrainedOn = Callable[[str], frozenset[str]]


@dataclass(frozen=True, slots=True, eq=False)
class Inputs:
    """What shares are estimated from: a frame for `estimate_shares`, and what must be said of it.

    `held_back`: the probabilities for methods that rest on predictions: labelled comments that the model has trained
    on stand for themselves only; None where nobody knows how comments were drawn. `targets`: of what is about several,
    so that a comment has a row for each, and the column `target` says which.
    """

    frame: pd.DataFrame
    labels: tuple[str, ...]
    target: str
    held_back: pd.Series | None
    notes: tuple[str, ...]
    models: tuple[str, ...]
    digests: Mapping[str, str]
    targets: tuple[str, ...] = ()


def frame_of(study: Study, target: str | None) -> pd.DataFrame:
    """Return a row for each comment of a study that can be labelled, with its strata and how it was drawn before."""
    known: dict[tuple[str, str], str] = {}
    people = {name for name, kind in study.card.annotators.items() if kind == "person"}
    for annotation in study.annotations:
        # what only a language model has labelled can still be drawn, for people to label it
        if people and annotation.annotator not in people:
            continue
        if target in (None, annotation.target or study.card.targets[0]):
            key = (annotation.thread_id, annotation.comment_id)
            known[key] = max(known.get(key, BY_HAND), annotation.draw or BY_HAND)
    erased = study.erased
    rows = [
        {
            "example_id": f"{thread.thread_id}#{comment.comment_id}",
            "thread": thread.thread_id,
            "month": comment.published[:7] if comment.published else NO_MONTH,
            "draw": known.get((thread.thread_id, comment.comment_id)),
        }
        for thread in study.threads
        for comment in thread.comments
        if comment.kind != "ping" and comment.text.strip() and (thread.thread_id, comment.comment_id) not in erased
    ]
    return pd.DataFrame(rows, columns=["example_id", "thread", "month", "draw"])


def from_study(plain: Mapping[str, Any], trained_on: TrainedOn) -> Inputs:
    """Return the comments of a study with their labels, how they were drawn, and what a model predicts of them.

    With `target` in `by` there are predictions for each target, and a row for each comment and target.
    """
    study = read_study(plain["study"])
    folders = [plain["predictions"]] if isinstance(plain["predictions"], str) else list(plain["predictions"])
    if TARGET not in plain["by"]:
        if len(folders) > 1:
            raise InputError(f"predictions: expected one folder where by has no {TARGET}, found {folders}")
        return _about_one(study, _one_target(plain["target"], study.card.targets), folders[0], plain, trained_on)
    check_by_target(plain)
    about = {folder: target_of(folder) for folder in folders}
    if len(set(about.values())) < max(2, len(folders)) or None in about.values():
        raise InputError(
            f"predictions: expected a folder for each of the targets {list(study.card.targets)} where by={[TARGET]}, "
            f"as in predictions=[one,other], each made by stance predict target=…, found {about}"
        )
    return together(
        [_about_one(study, _one_target(about[one], study.card.targets), one, plain, trained_on) for one in folders]
    )


def together(parts: Sequence[Inputs]) -> Inputs:
    """Return what is about one target each as one, a row a comment and target."""
    frames = []
    for part in parts:
        frame = part.frame.assign(target=part.target)
        if "stratum" in frame:
            frame["stratum"] = (part.target + " " + frame["stratum"]).where(frame["stratum"].notna())
        frames.append(frame.drop(columns="example_id", errors="ignore"))
    held = [part.held_back for part in parts if part.held_back is not None]
    digests = {f"{name} {part.target}": digest for part in parts for name, digest in part.digests.items()}
    return Inputs(
        pd.concat(frames, ignore_index=True),
        parts[0].labels,
        "; ".join(part.target for part in parts),
        pd.concat(held, ignore_index=True) if len(held) == len(parts) else None,
        tuple(f"{part.target}: {note}" for part in parts for note in part.notes),
        tuple(dict.fromkeys(model for part in parts for model in part.models)),
        digests,
        tuple(part.target for part in parts),
    )


def people_of(study: Study, ids: Sequence[str]) -> list[str]:
    """Return a number for who wrote each comment; one without an author has its own, for it is one draw still."""
    names = {f"{thread.thread_id}#{one.comment_id}": one.author for thread in study.threads for one in thread.comments}
    keys = [f"by {fold_name(name)}" if (name := names[one]) else f"alone {one}" for one in ids]
    return [str(number) for number in pd.factorize(pd.Series(keys))[0]]


def check_by_target(plain: Mapping[str, Any]) -> None:
    """Raise InputError if what is asked for by target cannot be told of several targets at once."""
    if list(plain["by"]) != [TARGET] or plain["population"] == "frame" or plain["group"] != "author":
        raise InputError(
            f"by: expected {[TARGET]} alone, with group=author and without population=frame, since one person's "
            f"comments about several targets go together; found by={list(plain['by'])}, group={plain['group']}, "
            f"population={plain['population']}. Ask for other columns of one target at a time"
        )


def _about_one(study: Study, target: str, folder: str, plain: Mapping[str, Any], trained_on: TrainedOn) -> Inputs:
    """Return the comments of a study as they are about one target."""
    dataset = build_from_study(study, [target], adjudication=plain["adjudication"], annotator=plain["annotator"])
    ids = frame_of(study, target)["example_id"].tolist()
    erased = ["#".join(key) for key in study.erased]
    predictions = read_predictions(folder, [*ids, *erased])
    _refuse_other_frame(folder, predictions, ids, len(erased))
    frame = _with_scores(predictions, study.card.labels, target)
    examples = dataset.to_frame().set_index("example_id")
    row_of = dict(zip(ids, predictions.place[: len(ids)].tolist(), strict=True))
    places = np.array([row_of[one] for one in examples.index])
    frame["label"] = pd.Series(None, index=frame.index, dtype=object)
    frame.loc[places, "label"] = examples["label"].to_numpy()
    frame = frame.assign(example_number=np.arange(len(frame)))
    if TARGET in plain["by"]:
        # each folder of predictions has pseudonyms of its own, and a person's comments go together over all of them
        frame["author"] = "nobody"
        frame.loc[predictions.place[: len(ids)], "author"] = people_of(study, ids)
    trained = frozenset[str]().union(*(trained_on(model) for model in predictions.models))
    notes, held_back = _how_drawn(frame, places, examples, trained, len(ids))
    gone = predictions.place[len(ids) :]
    kept = ~np.isin(frame["example_number"], gone[gone >= 0])
    notes += [f"{int((~kept).sum())} erased comments of the study are left out."] if not kept.all() else []
    digests = {
        "labels": dataset.sha[:12],
        "predictions": _digest(str(predictions.frame.shape) + str(predictions.models)),
    }
    held = held_back[kept] if held_back is not None else None
    return Inputs(frame[kept], tuple(study.card.labels), target, held, tuple(notes), predictions.models, digests)


def _how_drawn(
    frame: pd.DataFrame, places: np.ndarray, examples: pd.DataFrame, trained: frozenset[str], n_frame: int
) -> tuple[list[str], pd.Series | None]:
    """Put the probabilities of labelled rows into a frame; return what is to be said, and those for predictions."""
    if "draw" not in examples:
        return [
            f"The {len(places):,} labelled comments were chosen by hand, which is no probability sample: nothing is "
            "known of how they differ from the others. What stands here rests on assumptions; for an interval that "
            "holds, draw a sample with stance sample."
        ], None
    draws = examples["draw"].fillna("0").astype(str)
    numbers = np.array([draw_number(draw) for draw in draws])
    probability = examples["probability"].fillna(1.0).to_numpy()
    seen = examples.index.isin(trained)
    held = np.where(seen, 0, numbers)
    frame.loc[places, "stratum"] = draws.to_numpy()
    columns = {}
    for name, of_draw in (("probability", numbers), ("held_back", held)):
        values = np.full(len(frame), np.nan)
        if (of_draw > 0).any():
            values[places] = joined_probabilities(np.where(of_draw, probability, 1.0), of_draw, n_frame)
        columns[name] = pd.Series(values, index=frame.index)
    if not (held > 0).any():
        raise InputError(
            "predictions: every comment that was drawn and labelled was in the model's training, so that its scores "
            "there are too good to correct it by; draw and label a new sample (stance sample), or train on others"
        )
    frame["probability"] = columns["probability"]
    notes = [f"{(numbers > 0).sum():,} of {n_frame:,} comments were drawn and labelled."]
    if (numbers == 0).any():
        notes.append(f"{(numbers == 0).sum():,} more were labelled without a draw and stand for themselves only.")
    if seen.any():
        notes.append(
            f"{seen.sum():,} labelled comments were in the model's training; what rests on predictions takes them for "
            "themselves only."
        )
    return notes, columns["held_back"]


def _with_scores(predictions: Predictions, labels: Sequence[str], target: str) -> pd.DataFrame:
    """Return the frame of predictions with a score for each label of the study; refuse those of another study."""
    if foreign := sorted(set(predictions.labels) - set(labels)):
        raise InputError(
            f"predictions: expected scores of {list(labels)}, found those of {foreign}: a model for another label set?"
        )
    about = sorted(set(map(str, predictions.frame["target"].cat.categories)) - {target})
    if about:
        raise InputError(f"predictions: expected those about {target!r}, found some about {about}: for another target?")
    unknown = [label for label in labels if label not in predictions.labels]
    return predictions.frame.assign(**{f"score_{label}": 0.0 for label in unknown})


def _refuse_other_frame(path: str, predictions: Predictions, ids: Sequence[str], n_erased: int) -> None:
    """Raise InputError, with ids, unless the predictions are of the comments that the sample was drawn from."""
    missing = [one for one, place in zip(ids, predictions.place.tolist(), strict=False) if place < 0]
    if missing:
        raise InputError(
            f"predictions: expected all {len(ids):,} comments of the study in {path}, found none for "
            f"{shown_ids(missing)}; predict the study's pages: stance predict pages=<study>/pages"
        )
    if predictions.n_foreign:
        more = predictions.n_foreign - len(predictions.foreign)
        shown = ", ".join(map(repr, predictions.foreign)) + (f" and {more:,} more" if more else "")
        raise InputError(
            f"predictions: expected the {len(ids):,} comments of the study only, found {shown} in {path}: a sample "
            "stands for what it was drawn from, and these could not be drawn"
        )


def _one_target(target: str | None, known: Sequence[str]) -> str:
    if target is None and len(known) == 1:
        return known[0]
    if target not in known:
        hint = did_you_mean(target or "", known)
        raise InputError(f"target: expected one of {list(known)}, found {target!r}.{hint}")
    return str(target)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]
