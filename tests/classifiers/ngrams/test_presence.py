"""Support vector machines on which n-grams occur: the organisers' recipe, one a target, and NB-SVM by hand."""

import sys

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC
from sklearn.utils.estimator_checks import parametrize_with_checks

from stance.classifiers import nb_svm, svm_ngrams
from stance.classifiers._nb_svm import NBSVMClassifier
from stance.classifiers._per_target import PerTargetClassifier
from stance.classifiers.features import strongest_by_label
from stance.classifiers.ngrams import ngram_features, tokens
from stance.errors import InputError

TOY = pd.DataFrame(
    {
        "text": ["good", "good good", "bad", "good", "bad", "bad bad"],
        "target": ["ferry"] * 3 + ["pier"] * 3,
        "label": ["favor", "favor", "against", "against", "favor", "favor"],
    }
)


@parametrize_with_checks(
    [NBSVMClassifier(), PerTargetClassifier(LogisticRegression(), column=None)],
    expected_failed_checks=lambda estimator: (
        {}
        if isinstance(estimator, NBSVMClassifier)
        else {"check_do_not_raise_errors_in_init_or_set_param": "the estimator has no default"}
    ),
)
def test_scikit_learn_finds_nothing_wrong(estimator, check):
    assert check(estimator) is None


def test_an_n_gram_that_occurs_counts_once_and_characters_run_across_words():
    features = ngram_features((1, 1), (3, 3), presence=True)
    made = features.fit_transform(pd.DataFrame({"text": ["so so"]}))
    assert sorted(features.get_feature_names_out()) == [
        "characters__ so",
        "characters__o s",
        "characters__so ",
        "words__so",
    ]
    assert csr_matrix(made).toarray().tolist() == [[1.0] * 4]


def test_hashtags_handles_and_emoticons_are_words_of_tweets():
    rows = pd.DataFrame({"text": ["@Reader_1 Nooooo #NoFerry :("], "target": "ferry"})
    found = {}
    for kind in ("words", "tweets"):
        features = ngram_features((1, 1), None, presence=True, tokens=kind).fit(rows)
        found[kind] = sorted(name.removeprefix("words__") for name in features.get_feature_names_out())
    assert found == {
        "words": ["noferry", "nooooo", "reader_1"],
        "tweets": ["#noferry", ":(", "@reader_1", "nooo"],
    }


@pytest.mark.parametrize("made", [svm_ngrams, nb_svm])
def test_a_classifier_reads_tweets_by_their_tokens(made):
    rows = pd.DataFrame(
        {"text": ["#ferry", "ferry", "#ferry", "ferry"], "target": "x", "label": ["favor", "against"] * 2}
    )
    by_words, by_tweets = (
        made(ngrams=(1, 1), char_ngrams=None, tokens=kind).fit(rows, rows["label"]) for kind in ("words", "tweets")
    )
    assert by_tweets.predict(rows).tolist() == rows["label"].tolist()
    assert len(set(by_words.predict(rows))) == 1  # to words the two are one


def test_tokens_that_nobody_knows_are_named():
    with pytest.raises(InputError) as caught:
        svm_ngrams(tokens="tweet")
    assert str(caught.value) == (
        "classifier.tokens: expected one of ['words', 'tweets'], found 'tweet'. Did you mean 'tweets'?"
    )


def test_without_nltk_it_is_said_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "nltk.tokenize.casual", None)
    tokens._tweet_tokenizer.cache_clear()
    with pytest.raises(InputError) as caught:
        nb_svm(tokens="tweets")
    assert str(caught.value) == (
        "classifier.tokens: expected NLTK to be installed for 'tweets', found it missing; "
        'pip install "stance-threads[tweets]"'
    )


def test_each_target_has_a_machine_of_its_own():
    made = svm_ngrams(char_ngrams=None).fit(TOY, TOY["label"])
    asked = pd.DataFrame({"text": ["good", "bad"] * 2, "target": ["ferry"] * 2 + ["pier"] * 2})
    assert made.predict(asked).tolist() == ["favor", "against", "against", "favor"]


@pytest.mark.parametrize("target", ["bridge", None])
def test_a_target_that_training_does_not_have_is_judged_by_the_machine_for_all(target):
    asked = TOY.assign(target=target)
    per_target, for_all = (svm_ngrams(per_target=each).fit(TOY, TOY["label"]) for each in (True, False))
    assert per_target.predict(asked).tolist() == for_all.predict(asked).tolist()


def test_a_target_predicts_as_a_machine_that_has_never_seen_the_others():
    rng = np.random.default_rng(0)
    words = [" ".join(rng.choice(["late", "dear", "joy", "cheap", "so", "and"], 4)) for _ in range(60)]
    rows = pd.DataFrame({"text": words, "target": ["ferry", "pier"] * 30, "label": rng.choice(["a", "n", "f"], 60)})
    ferry = rows[rows["target"] == "ferry"]
    alone = svm_ngrams(per_target=False).fit(ferry, ferry["label"]).predict(ferry)
    assert svm_ngrams().fit(rows, rows["label"]).predict(ferry).tolist() == alone.tolist()


def test_a_target_with_one_label_has_that_label():
    rows = TOY.assign(label=["favor"] * 3 + ["against", "against", "favor"])
    made = svm_ngrams().fit(rows, rows["label"])
    assert made.predict(rows.assign(text="bad"))[:3].tolist() == ["favor"] * 3


def test_sparse_or_dense_is_the_same_to_a_machine_per_target():
    X = np.array([[0.0, 1, 0], [0, 0, 1], [1, 1, 0], [1, 0, 1], [-1, 1, 0]])
    y = ["a", "b", "b", "a", "a"]
    dense, sparse = (
        PerTargetClassifier(LinearSVC()).fit(kind(X), y).predict(kind(X)) for kind in (np.array, csr_matrix)
    )
    assert dense.tolist() == sparse.tolist()
    assert sorted(PerTargetClassifier(LinearSVC()).fit(X, y).of_target_) == [0, 1]


def test_a_machine_of_a_target_holds_weights_of_the_n_grams_of_its_rows_only():
    X = np.array([[0.0, 1, 0, 0], [0, 0, 1, 0], [1, 0, 0, 0], [1, 0, 0, 0]])
    for kind in (np.array, csr_matrix):
        made = PerTargetClassifier(LinearSVC()).fit(kind(X), ["a", "b", "b", "a"])
        assert {target: columns.tolist() for target, columns in made.seen_.items()} == {0: [0, 1], 1: [0]}
        assert [made.of_target_[target].coef_.shape for target in (0, 1)] == [(1, 2), (1, 1)]
        assert made.of_all_.coef_.shape == (1, 3)
        assert made.predict(kind(X)).tolist()[:2] == ["a", "b"]


def test_log_count_ratios_are_those_computed_by_hand():
    # favor: good 3 + 1, bad 1 + 1 of 6; the rest: good 1 + 1, bad 3 + 1 of 6, so the ratios are ln 2 and -ln 2
    X = np.array([[1.0, 0], [1, 0], [1, 1], [0, 1], [0, 1], [1, 1]])
    y = np.array(["favor"] * 3 + ["against"] * 3)
    ratio = np.log([2, 1 / 2])
    svm = LinearSVC(C=1.0, random_state=0, max_iter=10_000).fit(X * ratio, y == "favor")
    for beta in (0.0, 0.25, 1.0):
        made = NBSVMClassifier(beta=beta).fit(X, y)
        expected = ((1 - beta) * np.abs(svm.coef_[0]).mean() + beta * svm.coef_[0]) * ratio
        assert made.coef_[0] == pytest.approx(expected)
        assert made.intercept_[0] == pytest.approx(svm.intercept_[0])
    # with beta 0 the weights are naive Bayes' up to a factor
    assert NBSVMClassifier(beta=0).fit(X, y).coef_[0] / ratio == pytest.approx(np.abs(svm.coef_[0]).mean())


def test_smoothing_is_added_to_each_count():
    X, y = np.array([[1.0, 0], [0, 1]]), ["b", "a"]
    # with alpha 0.5: 1.5 of 2 to 0.5 of 2
    made = NBSVMClassifier(alpha=0.5, beta=0).fit(X, y)
    assert made.coef_[0] / np.abs(made.coef_[0]) == pytest.approx([-1, 1][::-1])
    small, large = (np.abs(NBSVMClassifier(alpha=alpha, beta=0).fit(X, y).coef_).max() for alpha in (0.5, 50))
    assert small > large


def test_nb_svm_names_its_words():
    rows = TOY.assign(label=["favor", "favor", "against", "favor", "against", "against"])
    made = nb_svm(ngrams=(1, 1)).fit(rows, rows["label"])
    assert strongest_by_label(made) == {"against": ["bad"], "favor": ["good"]}
    assert made.predict(pd.DataFrame({"text": ["good", "bad", ""]}))[:2].tolist() == ["favor", "against"]


def test_one_label_is_refused_by_nb_svm():
    with pytest.raises(ValueError, match="expected two classes or more, found one class: \\['favor'\\]"):
        NBSVMClassifier().fit(np.eye(2), ["favor", "favor"])
