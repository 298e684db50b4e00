"""Counted n-grams make the features that scikit-learn's vectorizers make, to the last bit."""

from typing import ClassVar

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.compose import ColumnTransformer
from sklearn.feature_extraction.text import TfidfVectorizer

from stance.classifiers.ngrams import ngram_features
from stance.classifiers.tuning._features import CountedTfidf, Kept, KeptFeatures, count_ngrams, counted
from stance.errors import InputError

WORDS = ["late", "Late", "ferry", "the", "joy", "über", "dear", "x", "42", "né", "so-so", "no!"]
TEXTS = st.lists(st.lists(st.sampled_from(WORDS), max_size=9).map(" ".join), min_size=4, max_size=10)
SETTINGS = [
    ((1, 1), None, ["text"]),
    ((1, 3), None, ["text"]),
    (None, (2, 4), ["text"]),
    ((1, 2), (1, 3), ["target", "text"]),
]


def same(one, other):
    assert (type(one), one.shape) == (type(other), other.shape)
    if isinstance(one, np.ndarray):
        # every row has every word
        assert one.tolist() == other.tolist()
        return
    for part in ("indptr", "indices", "data"):
        assert getattr(one, part).dtype == getattr(other, part).dtype
        assert getattr(one, part).tolist() == getattr(other, part).tolist()


@settings(max_examples=40)
@given(TEXTS, st.sampled_from(SETTINGS), st.randoms(use_true_random=False))
def test_features_of_any_rows_are_those_of_a_vectorizer(texts, setting, random):
    rows = pd.DataFrame({"text": [f"{text} word" for text in texts], "target": texts[::-1]})
    rows["target"] += " aim"
    numbers = random.sample(range(len(rows)), len(rows))
    train, test = rows.iloc[numbers[:3]], rows.iloc[numbers[3:]]
    plain, ours = ngram_features(*setting), clone(counted(ngram_features(*setting), rows))
    same(ours.fit_transform(train), plain.fit_transform(train))
    same(ours.transform(test), plain.transform(test))
    same(ours.transform(train), plain.transform(train))


def test_counts_are_those_counted_by_hand():
    found = count_ngrams(TfidfVectorizer(), ["joy late joy", "", "a dear joy"])
    # terms are numbered as they come: joy, late, dear; a single letter is none
    assert found.matrix.toarray().tolist() == [[2, 1, 0], [0, 0, 0], [1, 0, 1]]
    assert found.rank.tolist() == [1, 2, 0]


@pytest.mark.parametrize(
    "other",
    [
        {"min_df": 2},
        {"max_df": 0.5},
        {"max_features": 3},
        {"binary": True},
        {"vocabulary": ["late"]},
        {"dtype": np.float32},
    ],
)
def test_a_vectorizer_whose_words_depend_on_other_rows_in_another_way_is_left_alone(other):
    rows = pd.DataFrame({"text": ["late ferry", "late joy"]})
    made = ColumnTransformer([("words", TfidfVectorizer(**other), "text"), ("more", TfidfVectorizer(), "text")])
    parts = [part for _, part, _ in counted(made, rows).transformers]
    assert [type(part) for part in parts] == [TfidfVectorizer, CountedTfidf]
    assert counted("passthrough", rows) == "passthrough"


class OwnVectorizer(TfidfVectorizer):
    """What a subclass changes is not known."""


class OwnTransformer(ColumnTransformer):
    """What a subclass changes is not known."""


def test_what_is_not_just_a_vectorizer_of_a_named_column_is_left_alone():
    rows = pd.DataFrame({"text": ["late ferry", "late joy"]})
    made = ColumnTransformer([("own", OwnVectorizer(), "text"), ("numbered", TfidfVectorizer(), 0)])
    assert [type(part) for _, part, _ in counted(made, rows).transformers] == [OwnVectorizer, TfidfVectorizer]
    own = OwnTransformer([("words", TfidfVectorizer(), "text")])
    assert counted(own, rows) is own


@pytest.mark.parametrize(
    "weighting", [{"norm": "l1"}, {"norm": None}, {"use_idf": False}, {"smooth_idf": False}, {"sublinear_tf": True}]
)
def test_counts_are_weighted_as_the_vectorizer_would(weighting):
    rows = pd.DataFrame({"text": ["late late ferry", "joy late", "joy joy ferry the", "ferry late late late"]})
    plain = ColumnTransformer([("words", TfidfVectorizer(**weighting), "text")], sparse_threshold=1.0)
    ours = clone(counted(plain, rows))
    same(ours.fit_transform(rows.head(3)), plain.fit_transform(rows.head(3)))
    same(ours.transform(rows.tail(2)), plain.transform(rows.tail(2)))


def test_rows_without_a_word_are_refused():
    rows = pd.DataFrame({"text": ["!", "?", "late"]})
    ours = counted(ngram_features((1, 1), None), rows)
    with pytest.raises(InputError, match="tune: expected words in the texts of an inner training fold, found none"):
        ours.fit_transform(rows.head(2))


class Counting:
    """A transformer that counts how often it is fitted and asked, over all its clones."""

    calls: ClassVar[list[tuple[str, int]]] = []

    def get_params(self, deep=True):
        return {}

    def fit_transform(self, X, y=None):
        self.calls.append(("fit", len(X)))
        return np.full((len(X), 1), len(X))

    def transform(self, X):
        self.calls.append(("transform", len(X)))
        return np.zeros((len(X), 1))


def test_what_was_made_for_one_candidate_is_not_made_again_for_the_next():
    rows = pd.DataFrame({"text": list("abcdef")})
    kept, Counting.calls = Kept(rows), []
    first, second = (clone(KeptFeatures(Counting(), "a", kept)) for _ in range(2))
    made = [features.fit_transform(rows.iloc[:4]) for features in (first, second)]
    assert made[0] is made[1]
    assert first.transform(rows.iloc[4:]) is second.transform(rows.iloc[4:])
    assert Counting.calls == [("fit", 4), ("transform", 2)]
    second.fit_transform(rows.iloc[1:5])
    clone(KeptFeatures(Counting(), "b", kept)).fit_transform(rows.iloc[:4])
    assert Counting.calls[2:] == [("fit", 4), ("fit", 4)]
    assert len(kept.found) == 1


def test_what_was_fitted_on_some_rows_is_not_used_for_those_fitted_on_others():
    rows = pd.DataFrame({"text": ["late ferry", "late joy", "dear pier ticket", "late ferry joy"]})
    kept, plain = Kept(rows), ngram_features((1, 1), None)
    first, second = (clone(KeptFeatures(ngram_features((1, 1), None), "a", kept)) for _ in range(2))
    first.fit(rows.iloc[[0]])
    second.fit(rows.iloc[[0, 1, 2]])
    for fitted, train in ((first, [0]), (second, [0, 1, 2])):
        same(fitted.transform(rows.iloc[[3]]), plain.fit(rows.iloc[train]).transform(rows.iloc[[3]]))
