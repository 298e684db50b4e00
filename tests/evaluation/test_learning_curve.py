"""Learning curves: parts that are nested and of whole groups, scores by hand, words that claim no more than that."""

import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from sklearn.base import BaseEstimator, ClassifierMixin

from stance.classifiers import complement_nb, majority
from stance.errors import InputError
from stance.evaluation._significance import randomisation_p
from stance.evaluation.learning_curve import LearningCurve, make_subsets, measure_curve
from stance.evaluation.predictions import cross_predict
from stance.evaluation.scores import score_predictions
from stance.evaluation.scores._pairs import pair_predictions
from stance.folds import Fold, by_author
from stance.folds.groups import connected_groups
from tests.tables import LABELS, example_tables


class Counter(ClassifierMixin, BaseEstimator):
    """Right about every test row once it has seen `needed` examples, else always against."""

    def __init__(self, needed=4):
        self.needed = needed

    def fit(self, X, y):
        self.classes_, self.knows_ = np.unique(y), len(X) >= self.needed
        return self

    def predict(self, X):
        return X["label"].to_numpy() if self.knows_ else np.full(len(X), "against")


class LargeKnows(Counter):
    """Right about every test row once it has seen the author `large`, else always against."""

    def fit(self, X, y):
        self.classes_, self.knows_ = np.unique(y), "large" in set(X["author"])
        return self


def table(n_groups, size=1, labels=LABELS, split=None):
    """Return examples in groups of equal size, labels in turn by group."""
    rows = [
        (f"t#{group:02}{member}", f"p{group}", labels[group % len(labels)])
        for group in range(n_groups)
        for member in range(size)
    ]
    frame = pd.DataFrame(rows, columns=["example_id", "author", "label"])
    frame["text"] = frame["label"] + " word"
    return frame if split is None else frame.assign(split=split)


def one_fold(examples, n_test):
    rows = np.arange(len(examples))
    return [Fold(0, 0, rows[n_test:], rows[:n_test])]


def curve_of(examples, folds, classifier=None, n_resamples=200, **options):
    groups = connected_groups(examples, ["author"])
    subsets = make_subsets(examples, folds, groups, **options)
    return measure_curve(classifier or Counter(), examples, subsets, LABELS, groups, n_resamples=n_resamples)


def test_each_size_is_half_of_the_next_with_the_labels_in_proportion():
    examples = table(36)
    folds = one_fold(examples, 12)
    subsets = make_subsets(examples, folds, examples["author"], n_sizes=4, n_repeats=3)
    assert [[len(fold.train) for fold in size] for size in subsets] == [[3] * 3, [6] * 3, [12] * 3, [24]]
    for size, each in zip(subsets, (1, 2, 4, 8), strict=True):
        for fold in size:
            assert examples["label"].iloc[fold.train].value_counts().to_dict() == dict.fromkeys(LABELS, each)
    assert [fold.repeat for fold in subsets[0]] == [0, 1, 2]
    assert len({tuple(fold.train) for fold in subsets[1]}) == 3, "each draw is another one"


def test_the_largest_group_is_not_in_every_part():
    examples = pd.concat([table(16), table(1, size=4).assign(example_id=["z#1", "z#2", "z#3", "z#4"], author="q")])
    examples = examples.reset_index(drop=True)
    folds = [Fold(0, 0, np.arange(2, 20), np.arange(2))]
    (halves, _) = make_subsets(examples, folds, examples["author"], n_sizes=2, n_repeats=20)
    held = sum("q" in set(examples["author"].iloc[fold.train]) for fold in halves)
    assert 3 <= held <= 17
    assert len({tuple(fold.train) for fold in halves}) > 2, "not only the two halves of one cut"


def test_each_fold_of_each_repeat_is_halved_in_its_own_way():
    examples = table(40)
    (once,) = one_fold(examples, 8)
    folds = [Fold(repeat, fold, once.train, once.test) for repeat in (0, 1) for fold in (0, 1)]
    (halves, _) = make_subsets(examples, folds, examples["author"], n_sizes=2, n_repeats=1)
    assert len({tuple(fold.train) for fold in halves}) == 4


@given(example_tables(min_size=6, max_size=14), st.integers(2, 4), st.integers(1, 3), st.integers(0, 5))
def test_parts_are_nested_made_of_whole_groups_and_blind_to_order_and_names(examples, n_sizes, n_repeats, seed):
    groups = connected_groups(examples, ["author"])
    assume(groups.nunique() >= 4)
    assume(examples["author"].notna().any())
    assume(examples["label"].value_counts().max() >= 2)
    folds = by_author(examples.assign(label="none"), n_folds=2)

    def draw(table, names, folds):
        return make_subsets(table, folds, names, n_sizes, n_repeats, seed)

    try:
        subsets = draw(examples, groups, folds)
    except InputError:
        # then some fold cannot be halved at all, which the tests below have examples of
        return
    assert len(subsets) <= n_sizes
    whole = {fold.fold: fold for fold in folds}
    larger = {(fold.fold, draw): set(fold.train.tolist()) for fold in folds for draw in range(n_repeats)}
    for size in reversed(subsets[:-1]):
        assert len(size) == len(folds) * n_repeats
        for fold in size:
            part = set(fold.train.tolist())
            key = (fold.fold, fold.repeat)
            assert part < larger[key], "a smaller part is in the larger one"
            assert (np.diff(fold.train) > 0).all()
            left_out = set(whole[fold.fold].train.tolist()) - part
            assert not set(groups.iloc[sorted(part)]) & set(groups.iloc[sorted(left_out)]), "no group is parted"
            assert fold.test is whole[fold.fold].test
            larger[key] = part
    turned = examples.iloc[::-1].reset_index(drop=True)
    renamed = "group " + groups.iloc[::-1].reset_index(drop=True).str[::-1]
    place = {example_id: row for row, example_id in enumerate(turned["example_id"])}
    moved = [
        Fold(
            f.repeat,
            f.fold,
            *(np.sort([place[i] for i in examples["example_id"].iloc[rows]]) for rows in (f.train, f.test)),
        )
        for f in folds
    ]
    again = draw(turned, renamed, moved)
    named = [
        [sorted(table["example_id"].iloc[fold.train]) for size in found for fold in size]
        for table, found in ((examples, subsets), (turned, again))
    ]
    assert named[0] == named[1]


def test_seeds_decide_the_parts_and_nothing_else_does():
    examples = table(40)
    folds = one_fold(examples, 8)

    def parts(seed):
        subsets = make_subsets(examples, folds, examples["author"], 3, 2, seed)
        return [fold.train.tolist() for size in subsets for fold in size]

    assert parts(1) == parts(1)
    assert parts(1)[:-1] != parts(2)[:-1]
    assert parts(1)[-1] == parts(2)[-1]


def test_scores_steps_and_majority_by_hand():
    # 6 test rows, 2 of each label; 8 training rows with 4 against, 2 none, 2 favor
    examples = table(14, labels=("against", "none", "favor"))
    examples.loc[6:, "label"] = ["against", "none", "favor", "against"] * 2
    curve = curve_of(examples, one_fold(examples, 6), Counter(needed=4), n_sizes=4, n_repeats=2)
    assert curve.points["examples"].tolist() == [2, 4, 8]  # of two examples with two labels there is no half
    # always against: 2 right of 6 predicted, F1 = 2 * 2 / (6 + 2) = 0.5, the others 0
    assert curve.points["score"].tolist() == pytest.approx([1 / 6, 1, 1])
    assert curve.points["majority"].iloc[-1] == pytest.approx(1 / 6)
    assert curve.points["over_majority"].iloc[1:].tolist() == pytest.approx([5 / 6, 5 / 6])
    assert curve.steps[["before", "after"]].to_numpy().tolist() == [[2, 4], [4, 8]]
    assert curve.steps["gain"].tolist() == pytest.approx([5 / 6, 0])
    assert (curve.n_groups, curve.n_repeats) == (6, 2)
    # 4 of 6 groups differ between always-against and all right: 2 of the 16 exchanges are as large
    assert curve.steps["p"].tolist() == pytest.approx([2 / 16, 1])
    assert curve.beats_majority_from is None  # six groups cannot tell even that
    for name in ("score", "majority", "over_majority"):
        whole = curve.points.iloc[-2]
        assert whole[f"{name}_low"] <= whole[name] <= whole[f"{name}_high"]
        assert whole[f"{name}_low"] < whole[f"{name}_high"]


def test_draws_that_differ_show_in_least_and_most():
    # a group of five and five of one: a half is five or more examples if it has the large group, else fewer
    examples = table(6 + 5).assign(label=[*LABELS * 2, "none", "favor", "none", "favor", "none"])
    large = table(1, size=5).assign(author="large", label=["favor", "none", "favor", "none", "favor"])
    examples = pd.concat([examples, large], ignore_index=True)
    examples["example_id"] = [f"t#{row:02}" for row in range(len(examples))]
    folds = [Fold(0, 0, np.arange(6, 16), np.arange(6))]
    curve = curve_of(examples, folds, LargeKnows(), n_sizes=2, n_repeats=8)
    half, whole = curve.points.to_dict("records")
    assert (half["least"], half["most"]) == (pytest.approx(1 / 6), 1)
    assert half["least"] < half["score"] < half["most"]
    assert whole["least"] == whole["score"] == whole["most"] == 1


def test_folds_of_unequal_size_count_by_their_mean():
    examples = table(14)
    rows = np.arange(14)
    folds = [Fold(0, 0, rows[4:], rows[:4]), Fold(0, 1, rows[:4], rows[4:])]
    curve = curve_of(examples, folds, n_sizes=2, n_repeats=1)
    assert curve.points["examples"].iloc[-1] == curve.points["groups"].iloc[-1] == 7


@pytest.mark.parametrize("seed", [0, 3])
def test_intervals_and_p_are_those_of_the_same_predictions_and_seed(seed):
    examples = table(40, size=2)
    words = np.random.default_rng(0).permutation(examples["label"])
    examples["text"] = [f"{label} {word} {word}" for label, word in zip(examples["label"], words, strict=True)]
    groups = connected_groups(examples, ["author"])
    by_id = groups.set_axis(examples["example_id"])
    subsets = make_subsets(examples, one_fold(examples, 40), groups, n_sizes=2, n_repeats=1)
    options = {"metric": "macro_f1", "n_resamples": 40, "random_state": seed}
    curve = measure_curve(complement_nb(), examples, subsets, LABELS, groups, **options)
    half, whole = (cross_predict(complement_nb(), examples, folds, LABELS) for folds in subsets)
    for predictions, point in zip((half, whole), curve.points.to_dict("records"), strict=True):
        scores = score_predictions(predictions, by_id, LABELS, 40, seed)
        (score,) = (score for score in scores if score.metric == "macro_f1")
        assert [point["score"], point["score_low"], point["score_high"]] == [score.value, score.low, score.high]
    tables = (one.assign(group=by_id.loc[one["example_id"]].to_numpy()) for one in (whole, half))
    p = randomisation_p(*pair_predictions(*tables, LABELS, "macro_f1"), 40, seed)
    assert curve.steps["p"].tolist() == [p]
    assert 0.01 < p < 1


def test_majority_beside_itself_gains_nothing():
    examples = table(60, labels=("against", "against", "none"))
    curve = curve_of(examples, one_fold(examples, 20), majority(), n_sizes=3, n_repeats=2)
    assert curve.points["over_majority"].tolist() == [0, 0, 0]
    assert curve.steps["gain"].tolist() == [0, 0]
    assert curve.beats_majority_from is None
    assert "cannot be told from majority with this data" in curve.verdict()[2]


def test_every_fold_counts_and_is_told_of():
    examples = table(24, size=2)
    folds = by_author(examples, n_folds=3, n_repeats=2)
    groups = connected_groups(examples, ["author"])
    subsets = make_subsets(examples, folds, groups, n_sizes=3, n_repeats=2)
    fitted = []
    curve = measure_curve(
        complement_nb(), examples, subsets, LABELS, groups, n_resamples=100, on_fold=lambda: fitted.append(1)
    )
    assert len(fitted) == sum(map(len, subsets)) == 6 * (2 + 2 + 1)
    assert curve.n_groups == 24
    assert curve.points["groups"].tolist() == [4, 8, 16]
    assert curve.points["score"].iloc[-1] == 1  # the label is a word of the text


def test_scores_by_target_have_a_curve_too():
    examples = table(48).assign(target=["ferry", "bridge"] * 24)
    groups = connected_groups(examples, ["author"])
    subsets = make_subsets(examples, one_fold(examples, 12), groups, n_sizes=2, n_repeats=2)
    options = {"metric": "favor_against_f1_by_target", "n_resamples": 100}
    assert measure_curve(Counter(), examples, subsets, LABELS, groups, **options).points["score"].tolist() == [1, 1]
    # always against: F1 of against is 1 for the bridge, and there is no other that is not 0
    examples["target"] = examples["label"].map({"against": "bridge", "none": "pier", "favor": "ferry"})
    points = measure_curve(majority(), examples, subsets, LABELS, groups, **options).points
    assert points[["score", "least", "most"]].to_numpy().ravel().tolist() == pytest.approx([0.5 / 3] * 6)


def made(gain=0.1, low=0.05, high=0.15, p=0.001, told=(-1.0, 0.1, 0.1)):
    """Return a curve of three sizes whose last step is as given."""
    points = pd.DataFrame({"examples": [500, 1000, 2000], "score": 0.5, "score_low": 0.4, "score_high": 0.6})
    points = points.assign(majority=0.25, over_majority_low=told)
    steps = pd.DataFrame(
        [[1000, 2000, gain, low, high, p]], columns=["before", "after", "gain", "gain_low", "gain_high", "p"]
    )
    return LearningCurve("macro_f1", points, steps, 50, 5)


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ({}, "+0.100 (+0.050 to +0.150, p = 0.001): the curve is still rising where it ends, and more"),
        ({"gain": -0.1, "low": -0.2, "high": -0.05}, "the curve falls where it ends"),
        ({"gain": 0.001, "low": -0.01, "high": 0.012, "p": 0.8}, "the curve is flat where it ends, to within 0.02"),
        (
            {"low": -0.01, "p": 0.2},
            "this data cannot tell whether the curve is still rising or flat; the last step may",
        ),
        ({"p": 0.06}, "this data cannot tell"),
        ({"p": 0.049}, "the curve is still rising where it ends"),
        ({"gain": -0.1, "low": -0.2, "high": -0.05, "p": 0.06}, "have brought as much as 0.00, or nothing."),
        ({"gain": -0.2, "low": -0.5, "high": 0.01, "p": 0.2}, "this data cannot tell"),
        ({"low": -0.01, "p": 0.001}, "have brought as much as 0.15, or nothing."),
        ({"low": float("nan"), "high": float("nan"), "p": 1}, "one group only is tested"),
    ],
)
def test_the_last_step_is_put_in_words_that_claim_no_more(step, said):
    first, last, told = made(**step).verdict()
    whole = "With all 2,000 training examples macro_f1 is 0.50 (0.40 to 0.60); "
    assert first == whole + "the most frequent label alone scores 0.25."
    assert last.startswith("From 1,000 to 2,000 training examples macro_f1 changed by ")
    assert said in last
    assert told == "It is told from majority from 1,000 training examples on."


def test_a_size_counts_as_told_from_majority_only_if_all_larger_ones_are():
    assert made(told=(0.1, 0.1, 0.1)).beats_majority_from == 500
    assert made(told=(0.1, -0.1, 0.1)).beats_majority_from == 2000
    assert made(told=(0.1, 0.1, -0.1)).beats_majority_from is None
    assert made(told=(0.1, 0.0, 0.1)).beats_majority_from == 2000


def test_the_smallest_size_that_was_tried_is_said_to_be_that():
    assert made(told=(0.1, 0.1, 0.1)).verdict()[2] == (
        "It is told from majority at every size that was tried, of which 500 examples is the smallest."
    )


def test_what_makes_no_curve_is_said():
    examples = table(12)
    folds = one_fold(examples, 6)
    with pytest.raises(InputError, match="expected n_sizes >= 2 and n_repeats >= 1, found 1, 0"):
        make_subsets(examples, folds, examples["author"], n_sizes=1, n_repeats=0)
    with pytest.raises(InputError, match="found 1, 5"):
        make_subsets(examples, folds, examples["author"], n_sizes=1)
    with pytest.raises(InputError, match="found 6, 0"):
        make_subsets(examples, folds, examples["author"], n_repeats=0)
    one = pd.Series("p", index=examples.index)
    with pytest.raises(InputError, match="found one that cannot be halved; use other folds, such as folds=by_author"):
        make_subsets(examples, folds, one)
    subsets = make_subsets(examples, folds, examples["author"], n_sizes=2)
    with pytest.raises(
        InputError, match=r"expected a metric of \['macro_f1', .*found 'macro_f2'\. Did you mean 'macro_f1'\?"
    ):
        measure_curve(Counter(), examples, subsets, LABELS, examples["author"], metric="macro_f2")
    # the tested rows have one target, so there is no score by target
    about = examples.assign(target=["ferry"] * 6 + ["bridge"] * 6)
    with pytest.raises(InputError, match="found 'favor_against_f1_by_target'"):
        measure_curve(Counter(), about, subsets, LABELS, examples["author"], metric="favor_against_f1_by_target")
    # nor is there one without favor and against
    yes = examples.assign(target=["ferry", "bridge"] * 6, label=["yes", "no", "no"] * 4)
    with pytest.raises(InputError, match="found 'favor_against_f1_by_target'"):
        measure_curve(Counter(), yes, subsets, ("yes", "no"), examples["author"], metric="favor_against_f1_by_target")


def test_one_tested_group_gives_a_curve_without_intervals():
    examples = table(13).assign(author=["p"] * 4 + [f"q{number}" for number in range(9)])
    curve = curve_of(examples, one_fold(examples, 4), n_sizes=2, n_repeats=1)
    assert curve.points["score_low"].isna().all()
    assert "one group only is tested" in curve.verdict()[1]


# the entry point

QUICK = ("bootstrap.n_resamples=200", "n_sizes=3", "n_repeats=2")
ROWS = [
    (f"c{n}", f"r{n}", f"{LABELS[n % 3]} is the word, c{n}", LABELS[n % 3], "test" if n % 4 == 0 else "train")
    for n in range(48)
]


@pytest.fixture
def split_table(workspace):
    """A table with an official split, and its config in a folder beside the shipped ones."""
    header = ["id", "who", "words", "final", "part"]
    pd.DataFrame(ROWS, columns=header).to_csv(workspace / "ferry.csv", index=False)
    (workspace / "own" / "dataset").mkdir(parents=True)
    (workspace / "own" / "dataset" / "ferry.yaml").write_text(
        "# The ferry, split.   stance train dataset=ferry\n"
        "defaults:\n  - /schema/dataset/load_table@_here_\n  - _self_\n\n"
        "path: ferry.csv\ntarget: the ferry\nlabels: [against, none, favor]\n"
        "columns: {comment_id: id, author: who, text: words, label: final, split: part}\n"
    )
    return f"hydra.searchpath=[file://{workspace / 'own'}]"


def test_the_command_writes_a_report_in_every_form(run, workspace, split_table):
    code, output = run("learning_curve", split_table, "dataset=ferry", "classifier=complement_nb", *QUICK)
    assert code == 0, output
    assert "Folds: official. The split that came with the data." in output
    assert "majority (cheats)" in output
    assert "With all 36 training examples macro_f1 is 1.00" in output
    assert "From 18 to 36 training examples" in output
    (folder,) = (workspace / "outputs" / "learning_curves").iterdir()
    assert re.fullmatch(r"ferry-complement_nb-official-[0-9a-f]{8}", folder.name)
    made = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert made == {
        ".written-by-stance",
        "config.json",
        "report.html",
        "report.md",
        "plots/curve.png",
        "plots/curve.svg",
        "tables/points.csv",
        "tables/points.tex",
        "tables/steps.csv",
        "tables/steps.tex",
    }
    assert pd.read_csv(folder / "tables" / "points.csv")["examples"].tolist() == [9, 18, 36]
    page = (folder / "report.md").read_text()
    assert "## What the curve cannot tell" in page
    assert "complement_nb (" in page
    assert not any(text in page for _, _, text, _, _ in ROWS)


def test_without_a_split_the_strictest_folds_are_taken_and_the_configs_go_before(run):
    code, output = run("learning_curve", "dataset=awl", *QUICK)
    assert code == 0, output
    assert "Folds: strictest. Held out: author" in output
    code, output = run("learning_curve", "dataset=awl", "folds=leave_one_out", *QUICK)
    assert code == 0, output
    assert "Folds: leave_one_out." in output


def test_what_the_command_cannot_use_is_said(run):
    code, output = run("learning_curve", "metric=macro_f2", *QUICK)
    assert (code, "Did you mean 'macro_f1'?" in output) == (2, True)
    code, output = run("learning_curve", "n_size=3")
    assert (code, "Did you mean 'n_sizes'?" in output) == (2, True)
