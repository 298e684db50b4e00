"""The methods paragraph of a report, generated from what was done: config, counts and folds."""

import inspect
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from importlib.metadata import version
from types import ModuleType
from typing import TYPE_CHECKING, Any

from stance import classifiers
from stance import folds as schemes
from stance.evaluation.scores.intervals import interval_note
from stance.folds.groups import is_given

if TYPE_CHECKING:
    import pandas as pd

    from stance.evaluation import Evaluation

SHARED = {"author": "an author", "thread_id": "a thread", "target": "a target"}


def describe_data(stats: Mapping[str, Any], examples: int, targets: Sequence[str]) -> str:
    """Return in a sentence what was labelled and what was dropped; `stats`: a dataset's."""
    labels = ", ".join(f"{number:,} {label}" for label, number in stats["labels"].items())
    toward = targets[0] if len(targets) == 1 else f"{len(targets)} targets"
    dropped = ", ".join(f"{number:,} {reason}" for reason, number in stats["dropped"].items())
    said = f"The data are {_many(examples, 'example')} of stance toward {toward} ({labels})"
    said += f"; dropped: {dropped}." if dropped else "."
    if repeated := stats.get("duplicates", {}).get("groups"):
        said += (
            f" {stats['duplicates']['examples']:,} of them share their text with another ({_many(repeated, 'text')}): "
            "each counts in the scores; dataset.duplicates=drop keeps one of each."
        )
    return said


def describe_groups(examples: "pd.DataFrame", predictions: "pd.DataFrame") -> str:
    """Return in a sentence what makes a group, read off the tested examples and the groups that intervals draw."""
    groups = predictions.drop_duplicates("example_id").set_index("example_id")["group"]
    tested = examples.set_index("example_id").loc[groups.index]
    shared = []
    for column in [column for column in SHARED if column in tested]:
        given = tested[column][is_given(tested[column])]
        kept = groups[given.index].groupby(given.to_numpy()).nunique()
        # a column whose values are all different, or all alike, links nothing
        if 1 < len(kept) < len(given) and (kept == 1).all():
            shared.append((SHARED[column], len(given) < len(tested)))
    if not shared:
        alone = groups.nunique() == len(groups)
        return "Each example is a group of its own." if alone else "A group is an example with its duplicates."
    rest = "; one without stands alone" if len(shared) == 1 and shared[0][1] else ""
    return f"A group is all examples that share {' or '.join(words for words, _ in shared)}{rest}."


def describe_folds(summary: "pd.DataFrame") -> str:
    """Return how many folds of what size a table of `fold_summary` has, of one repeat."""
    n_folds = len(summary) // summary["repeat"].nunique()
    least, most = summary["test"].min(), summary["test"].max()
    size = f"{least:,} to {most:,}" if least < most else f"{least:,}"
    return f"{_many(n_folds, 'fold')} of {size} test example{'' if most == 1 else 's'}"


def first_sentence(function: Callable[..., Any]) -> str:
    """Return what a function says of itself first, as it stands in the middle of a sentence.

    >>> def loud(examples): "Predict *favor* where `text` shouts.  Nothing else is read."
    >>> first_sentence(loud)
    'predict *favor* where text shouts'
    """
    said = " ".join((inspect.getdoc(function) or "").split("\n\n")[0].split()).replace("`", "")
    first = re.split(r"\.(?= [A-Z]|$)", said)[0]
    return first[:1].lower() + first[1:]


def describe_method(
    evaluation: "Evaluation",
    config: Mapping[str, Any],
    examples: "pd.DataFrame",
    sentences: Mapping[str, str] | None = None,
) -> str:
    """Return the paragraph that says what was done, with its numbers.

    `config`: the run's plain config; `sentences`: what the classifier and the fold scheme say of themselves, by name,
    where they are not the package's.
    """
    folds, predictions = evaluation.tested.summary, evaluation.predictions
    repeats, n_groups = folds["repeat"].nunique(), predictions["group"].nunique()
    tested = f"{predictions['example_id'].nunique():,} examples in {_many(n_groups, 'group')} were tested"
    times = "once" if repeats == 1 else f"{repeats} times, each time under other folds"
    scheme = evaluation.tested.scheme
    grid = _grid(evaluation, config)
    parts = [
        f"The classifier is {evaluation.name}{_said(classifiers, evaluation.name, sentences)}"
        f"{_settings(config['classifier'], grid)}.",
        f"{tested} {times}, in {describe_folds(folds)} ({scheme}{_said(schemes, scheme, sentences)}"
        f"{_settings(config['folds'], form='; {}')}).",
        *(evaluation.tested.notes[:1] if scheme == "strictest" else ()),
        describe_groups(examples, predictions),
    ]
    if evaluation.tuning:
        parts.append(_tuning(grid, config.get("tune") or {}))
    if config.get("weights") and (config["weights"].get("label_share") or config["weights"].get("own", 1) != 1):
        parts.append(f"Training rows were weighted{_settings(config['weights'])}.")
    bootstrap = config["bootstrap"]
    parts.append(
        f"{interval_note(n_groups)} They come from {bootstrap['n_resamples']:,} resamples of the confusion counts "
        f"(seed {bootstrap['random_state']}); nothing was refitted for them. Each score is of all test "
        "rows of a repeat together, not a mean over folds. No setting of this run was chosen by its test rows; whoever "
        "picks the best of several runs by these scores chooses by them, and its score is then too high."
    )
    parts.append(evaluation.fitted_on)
    parts.append(
        f"Software: stance {version('stance-threads')}, scikit-learn {version('scikit-learn')}; "
        f"seed {config.get('seed', 0)}."
    )
    return " ".join(parts)


def _said(room: ModuleType, name: str, sentences: Mapping[str, str] | None) -> str:
    """Return what a function of the package or of the user's own says of itself, with the colon before it."""
    function = getattr(room, name, None)
    said = (sentences or {}).get(name) or (first_sentence(function) if function else "")
    return f": {said}" if said else ""


def _grid(evaluation: "Evaluation", config: Mapping[str, Any]) -> Mapping[str, Sequence[Any]]:
    """Return the values that a search could choose from, by setting; none where nothing was tuned."""
    values: Mapping[str, Mapping[str, Sequence[Any]]] = (config.get("tune") or {}).get("values", {})
    return values.get(evaluation.name, {}) if evaluation.tuning else {}


def _tuning(grid: Mapping[str, Sequence[Any]], tune: Mapping[str, Any]) -> str:
    tried = "; ".join(f"{name} of {', '.join(map(_value, values))}" for name, values in grid.items())
    inner = f", by macro F1 over {tune['n_folds']} inner folds" if "n_folds" in tune else ""
    return (
        f"Its settings{f' ({tried})' if tried else ''} were chosen inside each fold's training rows{inner}, by a "
        "search that keeps groups together and never saw the test rows."
    )


def _many(number: int, word: str) -> str:
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def _settings(config: Mapping[str, Any], left_out: Collection[str] = (), form: str = " ({})") -> str:
    """Return the settings of a part of the config in words, "" for none; `left_out`: those that a search chose."""
    said = [f"{name}={_value(value)}" for name, value in config.items() if name not in ("_target_", *left_out)]
    return form.format(", ".join(said)) if said else ""


def _value(value: Any) -> str:
    if isinstance(value, list):
        return ("–" if all(isinstance(one, int) for one in value) else "+").join(map(str, value))
    return "none" if value is None else str(value)
