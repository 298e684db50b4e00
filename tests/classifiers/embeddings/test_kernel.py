"""The summed kernel and its linear counterpart: values by hand, targets that share, encoders that are asked once."""

import logging

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance.classifiers import embedding, kernel
from stance.classifiers.embeddings import _kernel, _kernel_ridge
from stance.classifiers.embeddings._features import SentenceFeatures
from stance.classifiers.embeddings._kernel import SummedKernel
from stance.classifiers.features import strongest_by_label, strongest_features
from stance.errors import InputError

ROWS = pd.DataFrame(
    {
        "text": ["late and dear", "a joy", "late", "so dear", "joy and joy", "a timetable"],
        "context": ["when", None, "how", "when", "why", "why"],
        "target": ["ferry", "ferry", "ferry", "pier", "pier", None],
        "label": ["against", "favor", "against", "against", "favor", "none"],
    }
)
WORDS_ONLY = {"encoders": [], "words": 1.0, "characters": 0.0, "meaning": 0.0, "ngrams": (1, 1)}


def test_words_are_the_cosine_of_their_tf_idf():
    rows = pd.DataFrame({"text": ["late", "late dear", "joy"]})
    made = SummedKernel(**WORDS_ONLY, sharing=0).fit_transform(rows)
    # idf: ln(4 / 3) + 1 of late, ln 2 + 1 of dear
    late, dear = np.log(4 / 3) + 1, np.log(2) + 1
    assert made == pytest.approx(
        np.array([[1, late / np.hypot(late, dear), 0], [0, 1, 0], [0, 0, 1]])
        + np.array([[0, 0, 0], [late / np.hypot(late, dear), 0, 0], [0, 0, 0]])
    )


def test_meaning_is_an_rbf_kernel_on_vectors_of_length_one(letters):
    rows = pd.DataFrame({"text": ["late", "joy"]})
    made = SummedKernel(["any"], words=0, characters=0, meaning=3, gamma=0.7, sharing=0).fit_transform(rows)
    first, second = letters.vectors(["late", "joy"])
    expected = np.exp(-0.7 * np.square(first - second).sum())
    assert made == pytest.approx(np.array([[1, expected], [expected, 1]]), abs=1e-6)


def test_kernels_are_weighed_and_each_example_is_as_itself(letters):
    parts = [SummedKernel(["x"], *weights).fit_transform(ROWS) for weights in ((1, 0, 0), (0, 1, 0), (0, 0, 1))]
    whole = SummedKernel(["x"], 1, 2, 5).fit_transform(ROWS)
    assert whole == pytest.approx((parts[0] + 2 * parts[1] + 5 * parts[2]) / 8)
    assert np.diag(whole) == pytest.approx(np.ones(6))
    both = SummedKernel(["x", "y"], 1, 2, 5).fit_transform(ROWS)
    assert both == pytest.approx(whole), "two encoders that are the same are one"
    columns = [SummedKernel(["x"], reads=[column]).fit_transform(ROWS) for column in ("text", "context")]
    assert SummedKernel(["x"], reads=["text", "context"]).fit_transform(ROWS) == pytest.approx(sum(columns) / 2)


@given(sharing=st.floats(0, 10))
def test_another_target_tells_less(sharing):
    alone = SummedKernel(**WORDS_ONLY, sharing=0).fit_transform(ROWS)
    shared = SummedKernel(**WORDS_ONLY, sharing=sharing).fit_transform(ROWS)
    same = np.array([[1] * 3 + [0] * 3] * 3 + [[0] * 3 + [1, 1, 0]] * 2 + [[0] * 5 + [1]])
    assert shared == pytest.approx(alone * np.where(same, 1, 1 / (1 + sharing)))
    assert np.linalg.eigvalsh(shared).min() > -1e-9


def test_without_targets_all_are_one():
    no_targets = ROWS.drop(columns="target")
    one, none = (SummedKernel(**WORDS_ONLY, sharing=sharing).fit_transform(no_targets) for sharing in (0, 5))
    assert one.tolist() == none.tolist()


def test_a_target_that_training_does_not_have_is_said(caplog):
    made = SummedKernel(**WORDS_ONLY).fit(ROWS)
    with caplog.at_level(logging.INFO, "kernel"):
        made.transform(ROWS)
        assert not caplog.records
        found = made.transform(ROWS.assign(target="bridge"))
    assert "1 target(s) that training does not have, judged by all others: ['bridge']" in caplog.text
    assert found == pytest.approx(SummedKernel(**WORDS_ONLY, sharing=0).fit_transform(ROWS) / 2)


def test_linear_features_have_the_product_of_the_kernel(letters):
    made = SentenceFeatures(["x"], sharing=2.0).fit_transform(ROWS)
    vectors = letters.vectors(ROWS["text"].tolist())
    targets = ROWS["target"].fillna("").to_numpy()
    expected = vectors @ vectors.T * (1 + 2 * (targets[:, None] == targets)) / 3
    assert (made @ made.T).toarray() == pytest.approx(expected, abs=1e-6)
    assert SentenceFeatures(["x", "y"], ["text", "context"]).fit_transform(ROWS).shape == (6, 4 * 26)


def linear(C=1000.0):
    return embedding(C=C)


@pytest.mark.parametrize("make", [kernel, linear])
def test_both_tell_labels_apart_and_encode_each_text_once(make, letters):
    made = make().fit(ROWS, ROWS["label"])
    assert made.predict(ROWS).tolist() == ROWS["label"].tolist()
    assert made.predict_proba(ROWS).sum(axis=1) == pytest.approx(np.ones(6))
    assert sorted(letters.encoded) == sorted(ROWS["text"])
    make().fit(ROWS, ROWS["label"])
    assert len(letters.encoded) == 6
    assert strongest_by_label(made) == {}
    assert strongest_features(made, made[:-1].transform(ROWS), made.predict(ROWS)) == [""] * 6


def test_without_encoders_the_kernel_needs_no_package():
    made = kernel(meaning=0, encoders=[]).fit(ROWS, ROWS["label"])
    assert made.predict(ROWS).tolist() == ROWS["label"].tolist()


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"encoders": []}, "classifier.encoders: expected one model or more, found none"),
        ({"words": -1}, "classifier.words: expected 0 or more, found -1"),
        ({"sharing": float("nan")}, "classifier.sharing: expected 0 or more, found nan"),
        ({"words": 0, "characters": 0, "meaning": 0}, "expected words, characters or meaning above 0, found all of"),
        ({"alpha": 0}, "classifier.alpha: expected a number above 0, found 0"),
        ({"ngrams": [2, 1]}, r"classifier.ngrams: expected \[shortest, longest\]"),
        ({"reads": ["txt"]}, "classifier.reads: expected columns of .*Did you mean 'text'"),
    ],
)
def test_settings_that_make_no_kernel_are_refused(settings, said):
    with pytest.raises(InputError, match=said):
        kernel(**settings)


def approached(monkeypatch, n_landmarks):
    monkeypatch.setattr(_kernel, "MOST_ROWS", 5)
    monkeypatch.setattr(_kernel_ridge, "MOST_ROWS", 5)
    monkeypatch.setattr(_kernel, "N_LANDMARKS", n_landmarks)


def test_many_rows_are_compared_with_some_of_them(monkeypatch, caplog):
    exact = SummedKernel(**WORDS_ONLY).fit(ROWS).transform(ROWS)
    approached(monkeypatch, 3)
    with caplog.at_level(logging.INFO, "kernel"):
        made = SummedKernel(**WORDS_ONLY).fit(ROWS)
    assert "Kernel: 6 rows, more than 5, are compared with 3 of them" in caplog.text
    features = made.transform(ROWS)
    assert features.shape == (6, 3)
    between = features @ features.T
    chosen = [0, 2, 5]  # np.linspace(0, 5, 3) rounded to even
    assert between[:, chosen] == pytest.approx(exact[:, chosen]), "with the rows that were chosen it is exact"
    shuffled = SummedKernel(**WORDS_ONLY)
    named = ROWS.assign(example_id=list("abcdef"))
    assert shuffled.fit(named.sample(frac=1, random_state=1)).transform(ROWS) == pytest.approx(features)


def test_compared_with_all_rows_nothing_is_lost(monkeypatch, letters):
    exact = kernel().fit(ROWS, ROWS["label"])
    approached(monkeypatch, 6)
    made = kernel().fit(ROWS, ROWS["label"])
    assert made[-1].dual_coef_.shape == (6, 3)
    assert made.predict_proba(ROWS) == pytest.approx(exact.predict_proba(ROWS), abs=1e-6)
    assert made[-1].left_out_scores_ == pytest.approx(exact[-1].left_out_scores_)
