"""The search as an estimator of scikit-learn, judged by scikit-learn's own checks on arrays of numbers."""

import pandas as pd
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

from stance.classifiers import complement_nb
from stance.classifiers.tuning._search import TunedClassifier, _setting

# what is no longer true fails: the list is strict
EXPECTED = {
    "check_sample_weight_equivalence_on_dense_data": "a row that is there twice may be on both sides of an inner fold",
    "check_classifiers_one_label": "one label leaves no choice; fit_classifier predicts it without a search",
}


class Standardised:
    """A factory with the same name in every run, since the names of tests hold it."""

    def __call__(self, C: float = 1.0) -> Pipeline:
        return Pipeline([("features", StandardScaler()), ("classifier", LogisticRegression(C=C))])

    def __repr__(self) -> str:
        return "Standardised()"


@parametrize_with_checks(
    [TunedClassifier(Standardised(), {}, {"C": [0.1, 1.0]}, n_folds=2)],
    expected_failed_checks=lambda _: EXPECTED,
    xfail_strict=True,
)
def test_scikit_learn_finds_nothing_wrong_but_what_is_named(estimator, check):
    assert check(estimator) is None


TABLE = pd.DataFrame({"example_id": list("abcdef"), "text": ["late", "late", "dear", "joy", "joy", "cheap"]})
LABELS = ["against"] * 3 + ["favor"] * 3


def of_words():
    return TunedClassifier(complement_nb, {}, {"alpha": [0.5, 1.0]}, n_folds=2)


def test_the_columns_of_a_table_are_counted_and_named():
    fitted = of_words().fit(TABLE, LABELS)
    assert (fitted.n_features_in_, fitted.feature_names_in_.tolist()) == (2, ["example_id", "text"])
    # to predict, a table needs the columns that are read, and may have others
    assert fitted.predict(TABLE.drop(columns="example_id").assign(label="none")).tolist() == LABELS


@pytest.mark.parametrize("more", [{}, {"groups": list("abcde")}, {"sample_weight": [1.0] * 7}])
def test_labels_groups_and_weights_are_one_for_each_row(more):
    labels = LABELS if more else [*LABELS, "none"]
    with pytest.raises(ValueError, match=r"inconsistent numbers of samples: \[6, [5-7]"):
        of_words().fit(TABLE, labels, **more)


def test_a_missing_label_is_refused():
    with pytest.raises(ValueError, match="contains NaN"):
        of_words().fit(TABLE, pd.Series([*LABELS[:5], None], dtype="str"))


def test_settings_are_told_apart_however_long_they_are():
    # scikit-learn writes of a long list the first elements only
    def stopping(last):
        words = [f"word{number}" for number in range(40)]
        return Pipeline([("features", TfidfVectorizer(stop_words=[*words, last])), ("classifier", None)])

    assert str(stopping("one")) == str(stopping("other"))
    assert _setting(stopping("one")) != _setting(stopping("other"))
    assert _setting(stopping("one")) == _setting(stopping("one"))
