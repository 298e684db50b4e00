"""Classifiers that never read the comment, and what holds for every factory."""

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.utils.validation import check_is_fitted

from stance import classifiers
from stance.classifiers import (
    CHEATING,
    author_prior,
    chance,
    length_only,
    majority,
    target_only,
    target_prior,
)
from stance.classifiers.features import strongest_features

# an ensemble needs its members, test_ensemble.py; a language model its server, language_models/test_llm.py; entailment
# a model, transformer_models/test_nli.py
OTHERS = ("CHEATING", "ensemble", "finetuned", "llm", "nli", "setfit")
FACTORIES = [getattr(classifiers, name) for name in classifiers.__all__ if name not in OTHERS]


@pytest.fixture
def examples(examples, letters):
    return examples.assign(target=["ferry", "ferry", "pier", "ferry", "pier", "pier", "pier", "ferry"])


def fitted(classifier, examples):
    return classifier.fit(examples, examples["label"])


@pytest.mark.parametrize("make", FACTORIES, ids=lambda make: make.__name__)
def test_a_factory_returns_an_unfitted_classifier_that_can_be_cloned(make, examples):
    made = make()
    with pytest.raises(NotFittedError):
        check_is_fitted(made)
    copy = clone(made)
    assert repr(copy) == repr(made)
    predicted = fitted(copy, examples).predict(examples)
    assert set(predicted) <= {"against", "none", "favor"}
    assert make() is not make()
    with pytest.raises(NotFittedError):
        check_is_fitted(made)


@pytest.mark.parametrize("make", FACTORIES, ids=lambda make: make.__name__)
def test_every_factory_fitted_twice_predicts_the_same(make, examples):
    first, second = (fitted(make(), examples).predict(examples).tolist() for _ in range(2))
    assert first == second


@pytest.mark.parametrize("name", CHEATING)
def test_what_is_said_to_cheat_never_reads_the_comment(name, examples):
    made = fitted(getattr(classifiers, name)(), examples)
    # other words of the same length, and for all but one classifier of any length
    crossed = examples.assign(text=examples["text"].str.replace(r"\S", "x", regex=True))
    assert made.predict(crossed).tolist() == made.predict(examples).tolist()
    if name != "length_only":
        swapped = examples.assign(text=examples["text"].to_numpy()[::-1])
        assert made.predict(swapped).tolist() == made.predict(examples).tolist()


# these have something for each target, which they read beside the comment
READS_TARGET = ("embedding", "kernel", "svm_ngrams")


def test_what_does_not_cheat_reads_nothing_but_the_comment(examples):
    for make in FACTORIES:
        if make.__name__ not in CHEATING + READS_TARGET:
            made = fitted(make(), examples)
            only_text = examples[["text"]]
            assert made.predict(only_text).tolist() == made.predict(examples).tolist()
            assert made.predict(only_text[::-1]).tolist() == made.predict(examples).tolist()[::-1]


def test_majority_predicts_the_most_frequent_label_with_the_shares_as_probabilities(examples):
    made = fitted(majority(), examples.head(6))
    assert made.predict(examples).tolist() == ["favor"] * 8
    assert made.predict_proba(examples)[0].tolist() == pytest.approx([2 / 6, 3 / 6, 1 / 6])


def test_chance_draws_each_label_as_often_as_in_training(examples):
    many = examples.loc[[0] * 600 + [1] * 300 + [2] * 100]
    shares = many.assign(drawn=fitted(chance(1), many).predict(many))["drawn"].value_counts(normalize=True)
    assert shares["against"] == pytest.approx(0.6, abs=0.06)
    assert shares["favor"] == pytest.approx(0.3, abs=0.06)
    assert shares["none"] == pytest.approx(0.1, abs=0.06)


def test_chance_draws_otherwise_with_another_seed(examples):
    many = examples.loc[[0, 1, 2] * 20]
    first, again, other = (fitted(chance(seed), many).predict(many).tolist() for seed in (1, 1, 2))
    assert first == again != other


def test_author_prior_predicts_the_label_that_an_author_mostly_has(examples):
    made = fitted(author_prior(), examples)
    # nobody: 3 favor and 3 none are equally frequent overall, and favor sorts first
    assert made.predict(examples).tolist() == [
        "against",
        "favor",
        "favor",
        "against",
        "favor",
        "favor",
        "favor",
        "against",
    ]


def test_target_prior_predicts_the_label_that_a_target_mostly_has(examples):
    made = fitted(target_prior(), examples)
    # ferry: 2 against, 1 favor, 1 none; pier: 2 none, 2 favor, and favor sorts first
    asked = examples.assign(target=["ferry", "pier", "bridge"] + [None] * 5)
    assert made.predict(asked).tolist() == ["against", "favor"] + ["favor"] * 6


def test_target_only_knows_a_new_target_by_its_words():
    targets = ["a ferry"] * 4 + ["a pier"] * 2
    labels = ["against"] * 4 + ["favor"] * 2
    rows = pd.DataFrame({"target": targets, "text": "word", "label": labels})
    made = fitted(target_only(), rows)
    asked = pd.DataFrame({"target": ["old ferry", "new pier", "Q"], "text": "word"})
    assert made.predict(asked).tolist() == ["against", "favor", "against"]
    assert strongest_features(made, made[:-1].transform(asked), made.predict(asked))[0] == "target: ferry"


def test_with_one_target_the_most_frequent_label_is_all_there_is_to_know(examples):
    for target in ("the ferry", "Q", "!"):
        one = examples.assign(target=target).head(6)
        assert fitted(target_only(), one).predict(one).tolist() == ["favor"] * 6


def test_length_only_tells_short_from_long():
    rows = pd.DataFrame({"text": ["no", "so it is", "why", "word " * 50, "word " * 80], "label": list("sssll")})
    made = fitted(length_only(), rows)
    asked = pd.DataFrame({"text": ["", "yes", "other " * 60]})
    assert made.predict(asked).tolist() == ["s", "s", "l"]
    numbers = made["features"].transform(pd.DataFrame({"text": ["late ferry", ""]}))
    assert numbers.tolist() == pytest.approx(np.log([[11, 3], [1, 1]]))
    assert set(strongest_features(made, made[:-1].transform(asked), made.predict(asked))[2].split(" · ")) <= {
        "characters",
        "words",
    }
