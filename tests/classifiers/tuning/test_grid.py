"""Nested tuning: inside the training folds, by groups, and the same as scikit-learn's own search."""

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.metrics import f1_score, make_scorer
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import Pipeline

from stance.classifiers import chance, complement_nb, linear_svm, logreg, majority
from stance.classifiers.tuning import _features as features
from stance.classifiers.tuning import chosen_values, grid, tuning_note
from stance.errors import InputError
from stance.evaluation.predictions import cross_predict, fit_classifier
from stance.folds import Fold, by_author
from stance.folds.groups import author_groups
from stance.folds.splitter import GroupedKFold
from tests.tables import LABELS

NGRAMS = [[1, 1], [1, 2]]
GRIDS = {
    complement_nb: {"alpha": [0.1, 1], "ngrams": NGRAMS},
    logreg: {"C": [0.1, 1], "char_ngrams": [None, [2, 3]]},
    linear_svm: {"C": [0.01, 1], "ngrams": NGRAMS},
}


@pytest.fixture(scope="module")
def comments():
    """Ninety examples by thirty authors: what a text says tells its label in two of three, its author always."""
    generator = np.random.default_rng(3)
    words = {"against": "late dear sunk", "none": "timetable pier ticket", "favor": "joy cheap lovely"}
    rows = []
    for number in range(90):
        label = LABELS[number // 3 % 3]
        said = label if generator.random() < 0.65 else generator.choice(LABELS)
        text = " ".join(generator.choice([*words[said].split(), "the", "ferry", "again"], 6))
        rows.append((f"t#{number:02}", f"author-{number // 3:02}", f"word{number // 3:02}", label, text))
    table = pd.DataFrame(rows, columns=["example_id", "author", "context", "label", "text"])
    return table.sample(frac=1, random_state=1).reset_index(drop=True)


def tuned(factory, values=None, n_folds=3, **settings):
    return grid(factory, settings, {factory.__name__: values or GRIDS[factory]}, n_folds=n_folds)


def whole_pipeline_search(candidates, factory, n_folds=3):
    """Return scikit-learn's search over the same candidates, vectorising for each anew."""
    made = [factory(**values) for values in candidates]
    steps = [{"features": [pipeline[0]], "classifier": [pipeline[1]]} for pipeline in made]
    scoring = make_scorer(f1_score, average="macro", zero_division=0.0, pos_label=None)
    return GridSearchCV(clone(made[0]), steps, scoring=scoring, cv=GroupedKFold(n_folds, 0), error_score="raise")


@pytest.mark.parametrize("factory", GRIDS)
def test_choices_scores_and_predictions_are_those_of_a_search_over_the_whole_pipeline(comments, factory):
    in_order = comments.sort_values("example_id", ignore_index=True)
    groups = author_groups(in_order)
    ours = tuned(factory).fit(comments, comments["label"], groups=author_groups(comments))
    theirs = whole_pipeline_search(ours.candidates(), factory)
    theirs.fit(in_order, in_order["label"], groups=pd.factorize(groups)[0])
    assert ours.tried_["macro_f1"].tolist() == theirs.cv_results_["mean_test_score"].tolist()
    assert ours.chosen_ == ours.candidates()[theirs.best_index_]
    assert ours.inner_score_ == theirs.best_score_
    assert ours.predict(comments).tolist() == theirs.predict(comments).tolist()
    assert ours.best_estimator_[-1].__class__ is factory()[-1].__class__
    assert type(ours.best_estimator_[0]) is type(factory()[0])


def test_each_n_gram_setting_is_counted_once_and_weighted_once_a_fold(comments, monkeypatch):
    counts, weighted = [], []
    count, weigh = features.count_ngrams, features.CountedTfidf.fit_transform
    monkeypatch.setattr(features, "count_ngrams", lambda *given: counts.append(1) or count(*given))
    monkeypatch.setattr(features.CountedTfidf, "fit_transform", lambda *given: weighted.append(1) or weigh(*given))
    search = tuned(complement_nb, {"alpha": [0.1, 0.3, 1, 3], "ngrams": NGRAMS}).fit(comments, comments["label"])
    assert len(search.tried_) == 8
    assert len(counts) == 2
    assert len(weighted) == 2 * 3


def test_groups_reach_the_inner_folds(comments):
    # the word of the context is the author's alone: it tells all where an author is on both sides, and nothing else
    values = {"reads": [["context"], ["text"]]}
    by_group = tuned(complement_nb, values).fit(comments, comments["label"], groups=author_groups(comments))
    at_random = tuned(complement_nb, values).fit(comments, comments["label"])
    assert by_group.chosen_ == {"reads": ["text"]}
    assert at_random.chosen_ == {"reads": ["context"]}
    assert at_random.inner_score_ > 0.8
    assert by_group.tried_["macro_f1"].iloc[0] < 0.4


def test_groups_reach_the_inner_folds_of_every_fold_and_the_choices_are_kept(comments):
    made, fitted = tuned(complement_nb, {"reads": [["context"], ["text"]], "alpha": [1]}), []
    folds = by_author(comments, n_folds=3)
    predictions = cross_predict(
        made,
        comments,
        folds,
        LABELS,
        groups=author_groups(comments),
        on_fitted=lambda fold, classifier: fitted.append((fold, classifier)),
    )
    chosen = chosen_values(fitted)
    assert list(chosen.columns) == ["repeat", "fold", "alpha", "reads", "inner_macro_f1"]
    assert chosen[["repeat", "fold", "alpha", "reads"]].to_numpy().tolist() == [
        [0, fold, "1", '["text"]'] for fold in range(3)
    ]
    alone = cross_predict(complement_nb(), comments, folds, LABELS)
    pd.testing.assert_frame_equal(predictions, alone)


def test_the_classifier_fitted_on_everything_was_tuned_once_and_says_so(comments):
    fitted = fit_classifier(
        tuned(logreg, {"C": [0.001, 1], "ngrams": [[1, 1]]}), comments, groups=author_groups(comments)
    )
    assert isinstance(fitted.best_estimator_, Pipeline)
    assert fitted.best_estimator_["classifier"].C == fitted.chosen_["C"] == 0.001
    assert tuning_note(fitted) == (
        f"The classifier that is kept was tuned once on all 90 examples: C=0.001, ngrams=[1, 1], the best of 2 by "
        f"macro F1 ({fitted.inner_score_:.2f} over 3 inner folds, which is not a score of it: the scores are those of "
        f"classifiers tuned inside each fold)."
    )
    assert tuning_note(logreg()) == ""
    assert chosen_values([(Fold(0, 0, np.array([0]), np.array([1])), logreg())]).empty


def test_nothing_is_kept_from_one_fit_to_the_next(comments):
    first, second = comments.head(45).reset_index(drop=True), comments.tail(45).reset_index(drop=True)
    one = tuned(linear_svm).fit(first, first["label"])
    again = one.fit(second, second["label"])
    fresh = tuned(linear_svm).fit(second, second["label"])
    assert again.tried_.equals(fresh.tried_)
    assert again.predict(first).tolist() == fresh.predict(first).tolist()


def test_the_order_of_rows_changes_no_choice(comments):
    shuffled = comments.sample(frac=1, random_state=7).reset_index(drop=True)
    made = [tuned(complement_nb).fit(rows, rows["label"], groups=author_groups(rows)) for rows in (comments, shuffled)]
    assert made[0].tried_.equals(made[1].tried_)
    assert made[0].chosen_ == made[1].chosen_
    assert made[0].predict(comments).tolist() == made[1].predict(comments).tolist()


def test_another_seed_draws_other_inner_folds(comments):
    found = [
        grid(complement_nb, {}, {"complement_nb": GRIDS[complement_nb]}, 3, seed).fit(comments, comments["label"])
        for seed in (0, 0, 1)
    ]
    scores = [search.tried_["macro_f1"].tolist() for search in found]
    assert scores[0] == scores[1] != scores[2]


def test_weights_reach_every_candidate_and_the_final_fit_but_no_score(comments):
    noise = np.random.default_rng(0).random(len(comments)) < 0.3
    rows = comments.assign(label=comments["label"].where(~noise, "none"))
    weights = pd.Series(np.where(noise, 0.0, 1.0), index=rows.index)
    search = tuned(complement_nb, {"alpha": [0.5], "ngrams": [[1, 1]]})
    groups = author_groups(rows)
    fitted = fit_classifier(search, rows, weights, groups)
    by_hand = complement_nb(alpha=0.5).fit(rows, rows["label"], classifier__sample_weight=weights)
    assert fitted.predict_proba(rows).tolist() == pytest.approx(by_hand.predict_proba(rows), abs=1e-12)
    scores, order = [], np.argsort(rows["example_id"].to_numpy())
    in_order, weight = rows.iloc[order].reset_index(drop=True), weights.to_numpy()[order]
    codes, labels = pd.factorize(groups.iloc[order])[0], in_order["label"]
    for train, test in GroupedKFold(3, 0).split(labels, labels, codes):
        made = complement_nb(alpha=0.5).fit(
            in_order.iloc[train], labels[train], classifier__sample_weight=weight[train]
        )
        scores.append(f1_score(labels[test], made.predict(in_order.iloc[test]), average="macro", zero_division=0.0))
    assert fitted.inner_score_ == pytest.approx(np.mean(scores), abs=1e-12)
    assert fitted.inner_score_ != fit_classifier(search, rows, None, groups).inner_score_


def test_candidates_that_share_features_come_one_after_the_other_in_the_order_given():
    made = tuned(complement_nb, {"alpha": [1, 2], "ngrams": [[2, 2], [1, 1]]}).candidates()
    assert [(values["ngrams"], values["alpha"]) for values in made] == [
        ([2, 2], 1),
        ([2, 2], 2),
        ([1, 1], 1),
        ([1, 1], 2),
    ]
    again = tuned(complement_nb, {"ngrams": [[2, 2], [1, 1], [1, 1], [2, 2]]}).candidates()
    assert [values["ngrams"] for values in again] == [[2, 2], [2, 2], [1, 1], [1, 1]]


def test_a_candidate_that_cannot_be_fitted_stops_the_search(comments):
    with pytest.raises(ValueError, match="The 'C' parameter of LogisticRegression must be"):
        tuned(logreg, {"C": [1.0, -1.0]}).fit(comments, comments["label"])


def test_values_go_before_settings_and_five_inner_folds_before_none_given(comments):
    search = grid(logreg, {"C": 7.0, "ngrams": (1, 2)}, {"logreg": {"C": [0.1, 1.0]}})
    assert search.get_params()["n_folds"] == 5
    fitted = search.fit(comments, comments["label"])
    assert fitted.best_estimator_["classifier"].C == fitted.chosen_["C"] < 7


def test_settings_without_a_list_stay_and_a_tie_goes_to_the_first(comments):
    search = tuned(complement_nb, {"alpha": [0.7, 0.7000000001]}, ngrams=(2, 2)).fit(comments, comments["label"])
    assert search.chosen_ == {"alpha": 0.7}
    assert search.best_estimator_["features"].transformers_[0][1].ngram_range == (2, 2)


def test_probabilities_are_there_where_the_classifier_has_them(comments):
    assert hasattr(tuned(logreg), "predict_proba")
    assert not hasattr(tuned(linear_svm), "predict_proba")
    search = tuned(complement_nb).fit(comments, comments["label"])
    assert search.predict_proba(comments).tolist() == search.best_estimator_.predict_proba(comments).tolist()
    assert search.classes_.tolist() == ["against", "favor", "none"]


def test_what_cheats_has_nothing_to_tune():
    made = grid(majority, {}, {"logreg": {"C": [1]}})
    assert type(made) is type(majority())
    assert grid(chance, {"random_state": 3}, {}).get_params()["random_state"] == 3


# refusals


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (
            {"logrg": {"C": [1]}},
            "tune.values: expected values to try for 'logreg', found some for ['logrg']; set tune.values.logreg, or "
            "tune=null",
        ),
        (
            {"logreg": {}},
            "tune.values: expected values to try for 'logreg', found some for ['logreg']; set tune.values.logreg, or "
            "tune=null",
        ),
        (
            {"logreg": {"c": [1], "C": 3, "ngrms": [[1, 1]], "reads": []}},
            "tune.values.logreg: expected lists of values by parameter (['ngrams', 'char_ngrams', 'C', 'class_weight', "
            "'reads']), found 'c', which is no parameter of it. Did you mean 'C'?; 'ngrms', which is no "
            "parameter of it. Did you mean 'ngrams'?; C=3; reads=[]",
        ),
    ],
)
def test_values_that_cannot_be_tried_are_all_named(values, said):
    with pytest.raises(InputError) as caught:
        grid(logreg, {}, values)
    assert str(caught.value) == said


def test_fewer_groups_than_inner_folds_are_refused(comments):
    few = comments.assign(author=["p", "q"] * 45)
    with pytest.raises(InputError) as caught:
        tuned(complement_nb).fit(few, few["label"], groups=author_groups(few))
    assert str(caught.value) == (
        "tune.n_folds: expected 2 or more inner folds, at most one for each group and each example of the most "
        "frequent label, found n_folds=3 for 2 group(s) and 30 example(s) in training; set tune.n_folds to 2"
    )
    one = comments.assign(author="p")
    with pytest.raises(InputError, match=r"n_folds=3 for 1 group\(s\) and 30 example\(s\) in training; use tune=null"):
        tuned(complement_nb).fit(one, one["label"], groups=author_groups(one))
    rare = comments.drop_duplicates("label").assign(label=LABELS)
    with pytest.raises(InputError, match=r"n_folds=3 for 3 group\(s\) and 1 example\(s\) in training; use tune=null"):
        tuned(complement_nb).fit(rare, rare["label"])
    with pytest.raises(InputError, match=r"n_folds=1 for 90 group\(s\) and 30 .* training; set tune\.n_folds to 2$"):
        tuned(complement_nb, n_folds=1).fit(comments, comments["label"])


def test_one_label_left_in_an_inner_fold_is_refused(comments):
    rows = pd.concat([comments[comments["label"] == "none"], comments[comments["label"] == "favor"].head(1)])
    with pytest.raises(InputError) as caught:
        tuned(complement_nb).fit(rows, rows["label"])
    assert str(caught.value) == (
        f"tune: inner fold {str(caught.value)[17]} of 3 leaves only label 'none' to train on; its 31 training examples "
        f"are too few to tune on by these groups, use tune=null"
    )


def test_a_classifier_that_takes_no_weights_is_named(comments):
    def neighbours(n: int = 1) -> Pipeline:
        from sklearn.neighbors import KNeighborsClassifier

        return Pipeline([("features", complement_nb()[0]), ("classifier", KNeighborsClassifier(n))])

    search = grid(neighbours, {}, {"neighbours": {"n": [1, 3]}}, n_folds=3)
    assert search.fit(comments, comments["label"]).chosen_["n"] in (1, 3)
    with pytest.raises(InputError) as caught:
        search.fit(comments, comments["label"], sample_weight=np.ones(90))
    assert str(caught.value) == "weights: expected a classifier that takes weights, found KNeighborsClassifier"
