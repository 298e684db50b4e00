"""The methods paragraph: every sentence of it, from counts made by hand."""

from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

import pandas as pd
import pytest
from omegaconf import OmegaConf

from stance import classifiers, evaluation
from stance import folds as schemes
from stance.evaluation.scores.intervals import interval_note
from stance.report._methods import describe_data, describe_folds, describe_groups, describe_method, first_sentence

CONFIGS = Path(__file__).parents[2] / "configs"
CONFIG = {
    "classifier": {"_target_": "x", "ngrams": [1, 2], "char_ngrams": None, "reads": ["text", "context"], "C": 1.0},
    "folds": {"_target_": "x", "n_folds": 2},
    "bootstrap": {"n_resamples": 10_000, "random_state": 3},
    "seed": 4,
}


@dataclass
class Run:
    """As much of an evaluation as its methods are read off."""

    tested: evaluation.Tested
    predictions: pd.DataFrame
    name: str = "logreg"
    tuning: str = ""
    fitted_on: str = "The model that is kept was fitted on all."
    examples: pd.DataFrame = field(default_factory=pd.DataFrame)


def run(scheme="by_author", repeats=1, notes=(), **changes):
    """Return a run of four examples by two authors, in two folds."""
    rows = [(repeat, fold, 2) for repeat in range(repeats) for fold in (0, 1)]
    summary = pd.DataFrame(rows, columns=["repeat", "fold", "test"])
    once = pd.DataFrame({"example_id": list("abcd"), "group": list("ppqq")})
    examples = pd.DataFrame({"example_id": list("abcd"), "author": list("ppqq")})
    predictions = pd.concat([once] * repeats, ignore_index=True)
    return Run(evaluation.Tested(scheme, summary, pd.DataFrame(), notes), predictions, examples=examples, **changes)


def said(made, **config):
    return describe_method(made, CONFIG | config, made.examples)


def test_the_data_are_their_labels_and_what_was_dropped():
    stats = {"labels": {"favor": 1200, "none": 3}, "dropped": {}}
    assert describe_data(stats, 1203, ["the ferry"]) == (
        "The data are 1,203 examples of stance toward the ferry (1,200 favor, 3 none)."
    )
    stats["dropped"] = {"ping": 2000, "no_majority": 1}
    repeated = describe_data(stats | {"duplicates": {"groups": 12, "examples": 252}}, 1203, ["the ferry"])
    assert repeated.endswith(
        ". 252 of them share their text with another (12 texts): each counts in the scores; dataset.duplicates=drop "
        "keeps one of each."
    )
    none = stats | {"duplicates": {"groups": 0, "examples": 0}}
    assert describe_data(none, 1203, ["the ferry"]) == describe_data(stats, 1203, ["the ferry"])
    assert describe_data(stats, 1203, ["the bridge", "the ferry"]) == (
        "The data are 1,203 examples of stance toward 2 targets (1,200 favor, 3 none); dropped: 2,000 ping, 1 "
        "no_majority."
    )


def test_the_whole_paragraph():
    assert said(run()) == (
        "The classifier is logreg: logistic regression with an L2 penalty on TF-IDF; a smaller C penalises more "
        "(ngrams=1–2, char_ngrams=none, reads=text+context, C=1.0). 4 examples in 2 groups were tested once, in 2 "
        "folds of 2 test examples (by_author: split into n_folds with the labels as even as authors allow; an author's "
        "comments are in one fold; n_folds=2). A group is all examples that share an author. "
        f"{interval_note(2)} They come from 10,000 resamples of the confusion counts (seed 3); nothing was refitted "
        "for them. Each score is of all test rows of a repeat together, not a mean over folds. No setting of this run "
        "was chosen by its test rows; whoever picks the best of several runs by these scores chooses by them, and its "
        "score is then too high. The model that is kept was fitted on all. "
        f"Software: stance {version('stance-threads')}, scikit-learn {version('scikit-learn')}; seed 4."
    )


def test_repeats_are_told_of_and_examples_counted_once():
    assert "4 examples in 2 groups were tested 2 times, each time under other folds, in 2 folds of" in said(
        run(repeats=2)
    )
    alone = run()
    alone.predictions["group"] = "p"
    assert "4 examples in 1 group were tested once" in said(alone)


def test_why_folds_are_the_strictest_is_a_method_and_other_notes_are_not():
    notes = ("Held out: author.", "1 of 5 examples is never tested.")
    assert "n_folds=2). Held out: author. A group is" in said(run("strictest", notes=notes))
    assert "never tested" not in said(run("strictest", notes=notes))
    assert "Held out" not in said(run(notes=notes))


@pytest.mark.parametrize(
    ("weights", "words"),
    [
        (None, None),
        ({"label_share": False, "own": 1}, None),
        ({"label_share": True, "own": 1}, "Training rows were weighted (label_share=True, own=1)."),
        ({"label_share": False, "own": 2.5}, "Training rows were weighted (label_share=False, own=2.5)."),
    ],
)
def test_weights_are_told_of_where_there_are_some(weights, words):
    text = said(run(), weights=weights)
    assert ("weighted" in text) == (words is not None)
    assert (words or "") in text


def test_what_a_search_chose_is_no_setting():
    tune = {"_target_": "x", "values": {"logreg": {"C": [0.1, 1.0], "ngrams": [[1, 1], [1, 2]]}}, "n_folds": 3}
    text = said(run(tuning="C=1.0"), tune=tune)
    assert "penalises more (char_ngrams=none, reads=text+context)." in text
    assert (
        "Its settings (C of 0.1, 1.0; ngrams of 1–1, 1–2) were chosen inside each fold's training rows, by macro F1 "
        "over 3 inner folds, by a search that keeps groups together and never saw the test rows."
    ) in text
    # what cheats is not tuned, whatever there is to try for others
    assert "C=1.0)." in said(run(), tune=tune)
    assert "were chosen" not in said(run(), tune=tune)
    assert "Its settings were chosen inside each fold's training rows, by a search" in said(
        run(tuning="C=1.0"), tune={"x": 1}
    )


@pytest.mark.parametrize(
    ("sizes", "words"),
    [
        ([1, 1, 1], "3 folds of 1 test example"),
        ([1, 2], "2 folds of 1 to 2 test examples"),
        ([1200], "1 fold of 1,200 test examples"),
    ],
)
def test_folds_are_counted_with_their_sizes(sizes, words):
    assert describe_folds(pd.DataFrame({"repeat": 0, "test": sizes})) == words


def test_groups_of_authors_and_those_without_one():
    examples = pd.DataFrame({"example_id": list("abcd"), "author": ["p", "p", "q", None]})
    predictions = pd.DataFrame({"example_id": list("abcd"), "group": ["p", "p", "q", "d"]})
    assert describe_groups(examples, predictions) == (
        "A group is all examples that share an author; one without stands alone."
    )
    both = examples.assign(target=list("xxyy"))
    joined = predictions.assign(group=list("ppqq"))
    assert describe_groups(both, joined) == "A group is all examples that share an author or a target."
    # an empty name is none
    empty = examples.assign(author=["p", "p", "", ""])
    assert (
        describe_groups(empty, predictions.assign(group=list("ppcd"))) == "A group is an example with its duplicates."
    )


def test_every_classifier_and_fold_scheme_that_can_be_chosen_says_in_the_report_what_its_docstring_says_first():
    for room, group in ((classifiers, "classifier"), (schemes, "folds")):
        names = {OmegaConf.load(path).defaults[0].split("/")[-1].split("@")[0] for path in (CONFIGS / group).glob("*")}
        for name in names:
            words = first_sentence(getattr(room, name))
            assert 20 < len(words) < 140, name
            made = run(name) if room is schemes else run(name=name)
            assert f"{name}: {words}" in said(made)


def test_what_is_of_the_users_own_says_what_it_is_in_the_same_place():
    assert "The classifier is ridge: predict by ridge (" in describe_method(
        run(name="ridge"), CONFIG, run().examples, {"ridge": "predict by ridge"}
    )
    assert "The classifier is ridge (ngrams" in said(run(name="ridge"))


@pytest.mark.parametrize(
    ("docstring", "words"),
    [
        ("Predict by ridge (Hoerl et al. 1970). More.\n\n    And more.", "predict by ridge (Hoerl et al. 1970)"),
        ("Split by `week`;\n    nothing else", "split by week; nothing else"),
        (None, ""),
    ],
)
def test_the_first_sentence_of_a_docstring(docstring, words):
    def function():
        pass

    function.__doc__ = docstring
    assert first_sentence(function) == words
