"""The methods paragraph of a report, generated from what was done: config, counts and folds."""

from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from stance.intervals import interval_note

if TYPE_CHECKING:
    from stance.evaluation import Evaluation

CLASSIFIERS = {
    "majority": "the most frequent label of the training rows",
    "chance": "a label drawn at random, each as often as in training",
    "target_prior": "the most frequent label of the target",
    "target_only": "logistic regression on the words of the target, blind to the comment",
    "author_prior": "the most frequent label of the author's other comments",
    "length_only": "logistic regression on the length of the comment",
    "complement_nb": "complement naive Bayes on TF-IDF",
    "logreg": "logistic regression with an L2 penalty on TF-IDF",
    "linear_svm": "a linear support vector machine, one label against the rest, on TF-IDF",
}
SCHEMES = {
    "by_author": "no author is on both sides of a fold",
    "by_thread": "no thread is on both sides of a fold",
    "by_author_and_thread": "neither an author nor a thread is on both sides of a fold",
    "by_target": "no target is on both sides of a fold",
    "leave_one_author_out": "each author's comments were tested together and trained on were those of all others",
    "leave_one_out": "each comment was tested alone; its author's other comments were in training",
    "repeated_stratified": "folds were drawn at random, labels in proportion; authors and threads straddle them",
    "official": "the split that came with the data",
    "time": "each fold was trained on what was published before it",
    "transfer": "training rows come from other data sets",
    "strictest": "whatever the data allows to hold out was held out",
}


def describe_data(stats: Mapping[str, Any], examples: int, groups: int, targets: Sequence[str]) -> str:
    """Return in a sentence or two what was labelled, by whom it was and how they agree; `stats`: a dataset's."""
    labels = ", ".join(f"{number:,} {label}" for label, number in stats["labels"].items())
    toward = targets[0] if len(targets) == 1 else f"{len(targets)} targets"
    dropped = ", ".join(f"{number:,} {reason}" for reason, number in stats["dropped"].items())
    return (
        f"The data are {examples:,} examples of stance toward {toward} ({labels}), in {groups:,} groups"
        + (f"; dropped: {dropped}" if dropped else "")
        + "."
    )


def describe_method(evaluation: "Evaluation", config: Mapping[str, Any], n_groups: int) -> str:
    """Return the paragraph that says what was done, with its numbers; `config`: the run's plain config."""
    folds = evaluation.tested.summary
    repeats = folds["repeat"].nunique()
    tested = f"{evaluation.predictions['example_id'].nunique():,} examples were tested"
    times = "once" if repeats == 1 else f"{repeats} times, each time under other folds"
    parts = [
        f"The classifier is {evaluation.name}: {CLASSIFIERS[evaluation.name]}{_settings(config['classifier'])}.",
        f"{tested} {times}, in {len(folds) // repeats} fold(s) of {folds['test'].min():,} to {folds['test'].max():,} "
        f"test examples ({evaluation.tested.scheme}: {SCHEMES[evaluation.tested.scheme]}{_settings(config['folds'])}).",
    ]
    if evaluation.tuning:
        parts.append(
            "Its settings were chosen inside each fold's training rows, by a search that keeps groups together, and "
            "never saw the test rows."
        )
    if config.get("weights") and (config["weights"].get("label_share") or config["weights"].get("own", 1) != 1):
        parts.append(f"Training rows were weighted{_settings(config['weights'])}.")
    bootstrap = config["bootstrap"]
    parts.append(
        f"{interval_note(n_groups)} They come from {bootstrap['n_resamples']:,} resamples of the confusion counts "
        f"(seed {bootstrap['random_state']}); nothing was refitted for them, and nothing was tuned on the test."
    )
    parts.append(
        f"Software: stance {version('stance')}, scikit-learn {version('scikit-learn')}; seed {config.get('seed', 0)}."
    )
    return " ".join(parts)


def _settings(config: Mapping[str, Any]) -> str:
    """Return the settings of a part of the config in words, "" for none."""
    said = [f"{name} {_value(value)}" for name, value in config.items() if name != "_target_"]
    return f" ({', '.join(said)})" if said else ""


def _value(value: Any) -> str:
    if isinstance(value, list):
        return (
            "–".join(map(str, value)) if all(isinstance(one, int) for one in value) else " and ".join(map(str, value))
        )
    return "none" if value is None else str(value)
