"""The n-grams that spoke most for a prediction, computed by hand on toys."""

import pandas as pd
import pytest
from scipy.sparse import csr_matrix
from sklearn.pipeline import Pipeline

from stance.classifiers import author_prior, complement_nb, linear_svm, logreg, majority
from stance.classifiers.features import N_STRONGEST, strongest_by_label, strongest_features

TOY = pd.DataFrame(
    {
        "text": ["good", "good", "bad", "meh"],
        "label": ["favor", "favor", "against", "none"],
        "author": ["reader-1", "reader-1", "reader-2", None],
    }
)


def strongest(made, rows):
    features = made[:-1].transform(rows) if isinstance(made, Pipeline) else rows
    return strongest_features(made, features, made.predict(rows))


def texts(*found):
    return pd.DataFrame({"text": list(found)})


def fitted(classifier, rows=TOY):
    return classifier.fit(rows, rows["label"])


def test_naive_bayes_names_the_word_that_the_other_labels_say_least():
    # by hand: "good bad" reads as against, for which bad weighs ln 6 and good ln 2;
    # over the labels the means are ln(6 * 3 * 2.5) / 3 for bad and ln(5 * 2 * 2) / 3 for good
    made = fitted(complement_nb())
    assert made.predict(texts("good bad")).tolist() == ["against"]
    assert strongest(made, texts("good bad", "good", "zzz")) == ["bad", "good", ""]


@pytest.mark.parametrize("make", [logreg, linear_svm])
def test_linear_classifiers_name_what_spoke_for_the_prediction_and_not_what_spoke_against(make):
    made = fitted(make())
    assert strongest(made, texts("good", "bad bad good", "meh")) == ["good", "bad", "meh"]


@pytest.mark.parametrize("make", [logreg, linear_svm, complement_nb])
def test_with_two_labels_each_side_has_its_own_words(make):
    made = fitted(make(), TOY[TOY["label"] != "none"])
    assert made.predict(texts("good", "bad")).tolist() == ["favor", "against"]
    assert strongest(made, texts("good", "bad")) == ["good", "bad"]


def test_the_strongest_come_first_and_no_more_than_five():
    words = ["one", "two", "three", "four", "five", "six", "seven"]
    rows = pd.DataFrame(
        {
            "text": [" ".join(words[:n]) for n in range(1, 8)] + ["other"] * 3,
            "label": ["favor"] * 7 + ["against"] * 3,
        }
    )
    made = fitted(logreg(), rows)
    asked = texts(" ".join(words))
    features = made.named_steps["features"]
    row = csr_matrix(features.transform(asked)).toarray()[0]
    spoke = dict(zip(features.get_feature_names_out(), row * made.named_steps["classifier"].coef_[0], strict=True))
    expected = [name.removeprefix("words__") for name in sorted(spoke, key=lambda name: -spoke[name])[:N_STRONGEST]]
    assert strongest(made, asked) == [" · ".join(expected)]
    assert N_STRONGEST == 5


def test_character_n_grams_stand_without_the_space_at_their_edge():
    made = fitted(logreg(ngrams=None, char_ngrams=(4, 4)))
    assert strongest(made, texts("meh"))[0].split(" · ") == ["meh"]


def test_a_word_that_looks_like_a_prefix_is_named_whole():
    rows = pd.DataFrame({"text": ["snake__case", "other"], "label": ["favor", "against"]})
    assert strongest(fitted(logreg(), rows), texts("snake__case")) == ["snake__case"]


@pytest.mark.parametrize("make", [majority, author_prior])
def test_a_classifier_that_reads_no_words_names_none(make):
    assert strongest(fitted(make()), TOY) == [""] * 4


@pytest.mark.parametrize("make", [logreg, linear_svm, complement_nb])
def test_each_label_has_its_strongest_words(make):
    found = strongest_by_label(fitted(make()), n_strongest=1)
    assert found == {"against": ["bad"], "favor": ["good"], "none": ["meh"]}


def test_words_that_speak_against_a_label_are_not_among_its_strongest():
    found = strongest_by_label(fitted(logreg(), TOY[TOY["label"] != "none"]))
    assert found == {"against": ["bad"], "favor": ["good"]}
    assert strongest_by_label(fitted(majority())) == {}
