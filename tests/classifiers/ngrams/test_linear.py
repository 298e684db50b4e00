"""Linear classifiers on n-grams: numbers by hand, settings that arrive, ranges that are refused."""

import math

import numpy as np
import pandas as pd
import pytest

from stance.classifiers.features import feature_names
from stance.classifiers.ngrams import complement_nb, linear_svm, logreg, ngram_features
from stance.errors import InputError

MAKERS = [complement_nb, logreg, linear_svm]
TOY = pd.DataFrame({"text": ["good", "good", "bad", "meh"], "label": ["favor", "favor", "against", "none"]})


def texts(*found):
    return pd.DataFrame({"text": list(found)})


def names(features, *found):
    return features.fit(texts(*found)).get_feature_names_out().tolist()


def test_complement_naive_bayes_gives_the_probabilities_computed_by_hand():
    # one word a comment, so TF-IDF is 1; of what the other labels say "good" is, smoothed by one,
    # 1 of 5 for favor, 3 of 6 for against, 3 of 6 for none: the inverses are 5 : 2 : 2
    made = complement_nb().fit(TOY, TOY["label"])
    assert made.classes_.tolist() == ["against", "favor", "none"]
    assert made.predict_proba(texts("good"))[0].tolist() == pytest.approx([2 / 9, 5 / 9, 2 / 9])


def test_smoothing_is_passed_on():
    made = complement_nb(alpha=0.5).fit(TOY, TOY["label"])
    # 0.5 of 3.5, 2.5 of 4.5 and 2.5 of 4.5
    assert made.predict_proba(texts("good"))[0].tolist() == pytest.approx(np.array([1.8, 7, 1.8]) / 10.6)


@pytest.mark.parametrize("make", MAKERS)
def test_words_that_go_with_a_label_are_learned(make):
    made = make().fit(TOY, TOY["label"])
    assert made.predict(texts("so good", "too bad", "meh")).tolist() == ["favor", "against", "none"]


@pytest.mark.parametrize("make", MAKERS)
def test_a_comment_of_unknown_words_or_none_is_still_predicted(make):
    made = make().fit(TOY, TOY["label"])
    assert set(made.predict(texts("", "zzz"))) <= {"favor", "against", "none"}


@pytest.mark.parametrize("make", [logreg, linear_svm])
def test_penalty_and_weights_are_passed_on(make):
    made = make(C=0.25, class_weight=None).named_steps["classifier"]
    assert (made.C, made.class_weight) == (0.25, None)
    assert make().named_steps["classifier"].class_weight == "balanced"
    assert linear_svm(random_state=7).named_steps["classifier"].random_state == 7


def test_balanced_weights_give_the_rare_label_an_even_chance():
    rows = texts(*["word"] * 9, "word")
    labels = ["against"] * 9 + ["favor"]
    assert logreg().fit(rows, labels).predict_proba(texts("word"))[0].tolist() == pytest.approx([0.5, 0.5], abs=0.01)
    plain = logreg(class_weight=None).fit(rows, labels).predict_proba(texts("word"))[0]
    assert plain.tolist() == pytest.approx([0.9, 0.1], abs=0.01)


# n-grams


def test_words_characters_or_both_are_counted():
    assert names(ngram_features((1, 2), None), "a late ferry") == ["words__ferry", "words__late", "words__late ferry"]
    assert names(ngram_features(None, (3, 3)), "on it") == [
        "characters__ it",
        "characters__ on",
        "characters__it ",
        "characters__on ",
    ]
    both = names(ngram_features((1, 1), (2, 2)), "on")
    assert both == ["words__on", "characters__ o", "characters__n ", "characters__on"]


def test_a_word_of_the_context_is_another_feature_than_the_same_word_of_the_text():
    rows = pd.DataFrame({"text": ["late", "fine"], "context": ["late?", ""], "label": ["against", "favor"]})
    made = logreg(reads=["context", "text"]).fit(rows, rows["label"])
    assert feature_names(made).tolist() == ["context: late", "fine", "late"]
    assert made.named_steps["features"].transform(rows[["text", "context"]])[0, [0, 2]].toarray().tolist() == [[1, 1]]


@pytest.mark.parametrize(
    ("reads", "said"),
    [
        ([], "classifier.reads: expected one or more of ['text', 'context', 'target'], found none"),
        (
            ["text", "contex"],
            "classifier.reads: expected columns of ['text', 'context', 'target'], found 'contex'. "
            "Did you mean 'context'?",
        ),
        (["author"], "classifier.reads: expected columns of ['text', 'context', 'target'], found 'author'."),
        (["text", "text"], "classifier.reads: expected each column once, found ['text', 'text']"),
    ],
)
def test_only_columns_that_hold_words_are_read(reads, said):
    with pytest.raises(InputError) as refused:
        complement_nb(reads=reads)
    assert str(refused.value) == said


def test_the_weight_of_a_word_is_its_tf_idf():
    made = ngram_features((1, 1), None)
    found = made.fit(texts("late ferry", "ferry")).transform(texts("late ferry"))
    # the smoothed idf of scikit-learn: ferry ln(3/3) + 1, late ln(3/2) + 1, then of length one
    ferry, late = 1.0, math.log(3 / 2) + 1
    length = math.hypot(ferry, late)
    dense = found.toarray() if hasattr(found, "toarray") else found
    assert dense[0].tolist() == pytest.approx([ferry / length, late / length])


def test_a_list_from_yaml_is_as_good_as_a_tuple():
    made = [logreg(ngrams).fit(TOY, TOY["label"]).predict_proba(TOY) for ngrams in ([1, 2], (1, 2))]
    assert made[0].tolist() == made[1].tolist()


@pytest.mark.parametrize("make", MAKERS)
@pytest.mark.parametrize("span", [(0, 1), (2, 1), (1,), (1, 2, 3), ()])
def test_a_range_that_is_none_is_refused(make, span):
    for name in ("ngrams", "char_ngrams"):
        with pytest.raises(InputError) as caught:
            make(**{name: span})
        assert str(caught.value) == (
            f"classifier.{name}: expected [shortest, longest] with 1 <= shortest <= longest, found {list(span)}"
        )


@pytest.mark.parametrize("make", MAKERS)
def test_no_n_grams_at_all_are_refused(make):
    with pytest.raises(InputError) as caught:
        make(ngrams=None)
    assert str(caught.value) == (
        "classifier: expected ngrams, char_ngrams or both, found neither; set classifier.ngrams=[1,1]"
    )
