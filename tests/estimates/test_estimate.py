"""Shares: by hand where a hand can, laws that hold for any frame, and what is refused."""

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import t

from stance.errors import InputError
from stance.estimates import METHODS, estimate_shares
from tests.estimates.frames import LABELS, make_frame

VALID = ["labelled", "ppi", "ppi++", "dsl"]


def shares(frame, **settings):
    return estimate_shares(frame, LABELS, **settings)


def test_the_labelled_sample_of_a_frame_is_a_mean_with_the_finite_population_correction():
    frame = make_frame(400, 80)
    found = shares(frame, method="labelled").set_index("label")
    known = (frame["label"].dropna() == "against").to_numpy()
    p, n = known.mean(), len(known)
    # the ends solve (p - x) ** 2 = far ** 2 * x * (1 - x) / labels
    far, labels = t.ppf(0.975, n - 1), (n - 1) / (1 - n / 400)
    low, high = sorted(np.roots([1 + far**2 / labels, -2 * p - far**2 / labels, p**2]))
    assert found.loc["against", ["share", "low", "high"]].tolist() == pytest.approx([p, low, high], abs=1e-12)
    assert found.loc["against", ["n_labelled", "n"]].tolist() == [80, 400]
    assert found["share"].sum() == pytest.approx(1)


def test_a_frame_that_is_labelled_whole_leaves_nothing_to_chance():
    frame = make_frame(60, 60)
    for method in VALID:
        found = shares(frame, method=method)
        truth = [(frame["truth"] == label).mean() for label in LABELS]
        assert found["share"].tolist() == pytest.approx(truth)
        assert found["low"].tolist() == pytest.approx(truth, abs=1e-5)
        assert found["high"].tolist() == pytest.approx(truth, abs=1e-5)


def test_strata_count_by_their_size_and_what_lies_between_them_is_not_uncertain():
    # 300 comments of a thread where all are against, 100 of one where half are; 20 drawn from each
    label = ["against"] * 300 + ["against", "none"] * 50
    drawn = np.r_[0:20, 300:320]
    frame = pd.DataFrame({"truth": label, "stratum": ["a"] * 300 + ["b"] * 100, "predicted": "none"})
    frame["label"] = [one if number in drawn else None for number, one in enumerate(label)]
    frame["probability"] = np.where(frame["stratum"] == "a", 20 / 300, 20 / 100)
    found = estimate_shares(frame, ["against", "none"], method="labelled").iloc[0]
    assert found["share"] == pytest.approx((300 + 50) / 400)
    # only the second stratum varies: N_b/N squared, its own correction, and two means fitted to 40 labels
    variance = (1 / 4) ** 2 * (1 - 20 / 100) * 0.25 / 20 * 40 / 38
    # the end is the share from which 0.875 lies so many standard errors of its own away (Wilson 1927)
    labels, far, high = 0.875 * 0.125 / variance, t.ppf(0.975, 38), found["high"]
    assert high - 0.875 == pytest.approx(far * np.sqrt(high * (1 - high) / labels), abs=1e-9)


def test_one_vote_a_commenter_counts_commenters():
    # reader-1 wrote three comments against, reader-2 one for and one against, reader-3 one for
    frame = pd.DataFrame(
        {
            "group": ["reader-1"] * 3 + ["reader-2"] * 2 + ["reader-3"],
            "label": ["against"] * 4 + ["favor"] * 2,
            "predicted": "none",
            "probability": 1.0,
        }
    )
    comments, commenters = (
        shares(frame, method="labelled", of=of)["share"].tolist() for of in ("comments", "commenters")
    )
    assert comments == pytest.approx([4 / 6, 0, 2 / 6])
    assert commenters == pytest.approx([1.5 / 3, 0, 1.5 / 3])


def test_naive_counting_stands_beside_each_share_and_has_no_interval():
    frame = make_frame()
    predicted = frame[[f"score_{label}" for label in LABELS]].to_numpy().argmax(axis=1)
    count = np.bincount(predicted, minlength=3) / len(frame)
    assert shares(frame)["naive"].tolist() == pytest.approx(count.tolist())
    naive = shares(frame, method="naive")
    assert naive["share"].tolist() == pytest.approx(count.tolist())
    assert naive["low"].isna().all()
    assert naive["assumes"].unique().tolist() == [
        "assumes that the classifier makes no mistake, or that its mistakes cancel; they do not"
    ]


def test_a_tuned_share_rests_on_good_scores_and_not_on_useless_ones():
    def width(sees, method):
        found = shares(make_frame(2_000, 200, sees=sees), method=method).iloc[0]
        return found["high"] - found["low"]

    assert width(5, "ppi++") < 0.6 * width(5, "labelled")
    assert width(0, "ppi++") < 1.05 * width(0, "labelled")
    assert width(0, "ppi") > 1.05 * width(0, "labelled")
    good = shares(make_frame(2_000, 200, sees=5)).iloc[0]
    assert good["worth"] > 3 * good["n_labelled"]


def test_rows_of_a_group_go_together():
    frame = make_frame(400, 100)
    frame["group"] = frame["truth"] + (frame.index % 5).astype(str)  # all of a group alike
    alone, together = shares(frame.drop(columns="group"), population="groups"), shares(frame)
    assert (together["high"] - together["low"] > 1.2 * (alone["high"] - alone["low"])).all()


def test_shares_by_group_are_the_shares_of_the_groups():
    frame = make_frame(900, 300)
    frame["month"] = np.where(frame.index % 3, "2020-02", "2020-01")
    found = shares(frame, by=["month"], method="labelled")
    assert found[["month", "label"]].values.tolist() == [
        [month, label] for month in ("2020-01", "2020-02") for label in LABELS
    ]
    own = frame[frame["month"] == "2020-01"]
    assert found["share"].tolist()[:3] == pytest.approx([(own["label"].dropna() == label).mean() for label in LABELS])
    assert found["n"].tolist() == [300] * 3 + [600] * 3


def test_a_group_without_labels_has_its_naive_count_and_no_more():
    frame = make_frame(300, 100)
    frame["thread"] = "labelled"
    frame.loc[frame["label"].isna().to_numpy().nonzero()[0][:50], "thread"] = "not labelled"
    found = shares(frame, by=["thread"], method=VALID)
    empty = found[found["thread"] == "not labelled"]
    assert empty[["share", "low", "high"]].isna().all(axis=None)
    assert empty["naive"].notna().all()
    assert empty["n_labelled"].tolist() == [0] * 12


@settings(max_examples=15)
@given(seed=st.integers(0, 10**6), n_groups=st.sampled_from([0, 30]), method=st.sampled_from(METHODS))
def test_order_and_names_change_nothing(seed, n_groups, method):
    frame = make_frame(120, 60, seed, n_groups=n_groups)
    generator = np.random.default_rng(seed)
    other = frame.sample(frac=1, random_state=seed).reset_index(drop=True)
    other["example_id"] = [f"x-{number}" for number in generator.permutation(len(other))]
    renamed = {"against": "contra", "none": "neither", "favor": "pro"}
    other["label"] = other["label"].map(renamed)
    other = other.rename(columns={f"score_{old}": f"score_{new}" for old, new in renamed.items()})
    if n_groups:
        other["group"] = "g" + other["group"].str.replace("0", "z")
    columns = ["share", "low", "high", "naive", "worth"]
    expected = shares(frame, method=method)[columns]
    found = estimate_shares(other, list(renamed.values()), method=method)[columns]
    np.testing.assert_allclose(found.to_numpy(float), expected.to_numpy(float), atol=1e-8)


@settings(max_examples=15)
@given(seed=st.integers(0, 10**6), factor=st.floats(0.1, 50), method=st.sampled_from(METHODS))
def test_weights_of_another_unit_change_nothing_and_equal_weights_are_none(seed, factor, method):
    frame = make_frame(100, 50, seed)
    columns = ["share", "low", "high"]
    expected = shares(frame, method=method)[columns].to_numpy(float)
    found = shares(frame.assign(weight=factor), method=method)[columns].to_numpy(float)
    np.testing.assert_allclose(found, expected, atol=1e-8)


@settings(max_examples=20)
@given(seed=st.integers(0, 10**6), method=st.sampled_from(VALID), population=st.sampled_from(["frame", "groups"]))
def test_an_interval_holds_its_share_and_stays_between_0_and_1(seed, method, population):
    found = shares(make_frame(80, 20, seed, n_groups=12), method=method, population=population)
    assert ((found["low"] >= 0) & (found["low"] <= found["share"])).all()
    assert ((found["share"] <= found["high"]) & (found["high"] <= 1)).all()


def without(frame, *columns):
    return frame.drop(columns=list(columns))


REFUSED = [
    (
        lambda f: without(f, "probability"),
        {},
        "a column 'probability', with which each labelled row had been drawn, since ['ppi++'] rest",
    ),
    (lambda f: f.assign(probability=0.0), {}, "found 0 at 't#"),
    (lambda f: f.assign(probability=1.5), {}, "above 0 and up to 1, for each labelled row, found 1.5 at 't#"),
    (lambda f: f.assign(probability=None), {}, "for each labelled row, found None at 't#"),
    (
        lambda f: f.assign(score_none=7.0),
        {},
        "expected in column 'score_none' probabilities from 0 to 1, found 7.0 at 't#0'",
    ),
    (lambda f: f.assign(score_none=0.9), {}, "expected scores that sum to 1 in each row, found 1."),
    (
        lambda f: f.assign(score_none=None),
        {},
        "'score_none' probabilities from 0 to 1, found None at 't#0', 't#1', 't#2' and 397 more",
    ),
    (lambda f: without(f, "score_none"), {}, "expected the columns ['score_none'] with what was predicted"),
    (
        lambda f: f.rename(columns={"score_none": "score_non"}),
        {},
        "found ['score_non']: predictions for another label set?",
    ),
    (lambda f: f.assign(label=f["label"].replace("favor", "favour")), {}, "found 'favour' at 't#"),
    (lambda f: f.assign(label=None), {}, "expected a label in some rows, found none"),
    (
        lambda f: f.assign(example_id="t#1"),
        {},
        "expected each example_id once, found 't#1', 't#1', 't#1' and 396 more again",
    ),
    (lambda f: without(f, "label"), {}, "expected the columns ['label']"),
    (lambda f: f.head(0), {}, "expected one row for each comment, labelled or not, found none"),
    (lambda f: f.assign(weight=-1), {}, "expected in column 'weight' finite numbers of 0 or more, found -1"),
    (lambda f: f.assign(month=None), {"by": ["month"]}, "expected a 'month' in each row, found none at 't#0'"),
    (lambda f: f, {"of": "commenters"}, "of='commenters' needs to know who wrote what"),
    (lambda f: f, {"of": "comment"}, "Did you mean 'comments'?"),
    (lambda f: f, {"method": "ppi+"}, "found 'ppi+'. Did you mean 'ppi++'?"),
    (lambda f: f, {"population": "group"}, "found 'group'. Did you mean 'groups'?"),
    (lambda f: f, {"level": 95}, "level: expected a share between 0 and 1, such as 0.95, found 95"),
    (
        lambda f: f.assign(predicted="favour").loc[:, ["label", "probability", "predicted"]],
        {},
        "found 'favour' at 0, 1, 2 and 397 more: another target's, or another label set? Did you mean 'favor'?",
    ),
]


@pytest.mark.parametrize(("change", "settings", "said"), REFUSED)
def test_what_cannot_be_estimated_is_refused_in_words(change, settings, said):
    with pytest.raises(InputError) as refused:
        shares(change(make_frame()), **settings)
    assert said in str(refused.value)


def test_labels_are_two_or_more():
    with pytest.raises(InputError, match="labels: expected two or more, each once, found \\['against'\\]"):
        estimate_shares(make_frame(), ["against"])


def test_without_probabilities_there_is_what_rests_on_an_assumption():
    frame = without(make_frame(), "probability")
    found = shares(frame, method=["adjusted_count", "em"])
    assert found["share"].between(0, 1).all()
    assert found["assumes"].str.startswith("assumes that ").all()
    for _, of_method in found.groupby("method"):
        assert of_method["share"].sum() == pytest.approx(1)


def test_every_method_takes_a_column_that_another_tool_made():
    frame = make_frame().assign(predicted=lambda f: f["truth"].where(f.index % 4 > 0, "none"))
    found = shares(frame[["label", "probability", "predicted"]], method=list(METHODS))
    assert len(found) == len(METHODS) * 3
    assert found.set_index(["method", "label"]).loc[list(itertools.product(VALID, LABELS)), "low"].notna().all()


def test_months_come_in_their_order_however_they_were_read():
    frame = make_frame(200, 100, 1).assign(month=["2021-03", "2021-01", "2021-02", "2021-04"] * 50)
    plain = estimate_shares(frame, LABELS, by=["month"])
    read = frame.assign(month=pd.Categorical(frame["month"], categories=["2021-04", "2021-01", "2021-03", "2021-02"]))
    assert list(dict.fromkeys(plain["month"])) == ["2021-01", "2021-02", "2021-03", "2021-04"]
    as_categories = estimate_shares(read, LABELS, by=["month"])
    assert as_categories["month"].astype(str).tolist() == plain["month"].tolist()
    assert as_categories["share"].tolist() == plain["share"].tolist()
    parts = pd.CategoricalDtype(["late", "early"], ordered=True)
    ordered = frame.assign(month=pd.Series(["early", "late"] * 100, dtype=parts))
    assert list(dict.fromkeys(estimate_shares(ordered, LABELS, by=["month"])["month"])) == ["late", "early"]


def test_pairs_of_many_groups_and_cells_are_those_of_few(monkeypatch):
    frame = make_frame(200, 100, 2, n_groups=40).assign(cell=[f"c{row % 9}" for row in range(200)])
    marked = estimate_shares(frame, LABELS, by=["cell"], method=["ppi++", "dsl"])
    monkeypatch.setattr("stance.estimates._frame.MOST_MARKED", -100)
    pd.testing.assert_frame_equal(estimate_shares(frame, LABELS, by=["cell"], method=["ppi++", "dsl"]), marked)


def test_rows_without_a_stratum_are_one_stratum():
    frame = make_frame(200, 100, 3)
    named = frame.assign(stratum=["a", "b"] * 100)
    missing = frame.assign(stratum=["a", None] * 100)
    pd.testing.assert_frame_equal(estimate_shares(missing, LABELS), estimate_shares(named, LABELS))


def test_an_interval_that_few_mistakes_make_is_said_to_be_rough():
    """By hand: of 40 labelled comments 3 are favor (3 * 37 / 40 = 2.8 < 5), 12 none (8.4), 25 against (9.4)."""
    given = ["favor"] * 3 + ["none"] * 12 + ["against"] * 25
    comments = pd.DataFrame({"label": given + [None] * 60, "probability": 0.4})
    comments["predicted"] = given + ["none"] * 60
    found = estimate_shares(comments, LABELS, method=["labelled", "ppi++", "naive"]).set_index(["method", "label"])
    cautions = found["caution"].to_dict()
    rare = "few with this label, or without it"
    assert [cautions["labelled", label] for label in LABELS] == ["", "", rare]
    # no mistake at all in the sample
    assert set(found.loc["ppi++", "caution"]) == {"few mistakes seen"}
    assert set(found.loc["naive", "caution"]) == {""}


def test_an_interval_of_few_groups_and_one_wider_than_the_sample_alone_are_said_to_be_so():
    comments = make_frame(400, 100).assign(group=lambda frame: frame.index % 6)
    found = estimate_shares(comments, LABELS, method="labelled")
    assert set(found["caution"]) == {"few groups"}
    # scores that say the opposite: without tuning they widen the interval
    wrong = make_frame(400, 100).drop(columns="group", errors="ignore")
    wrong[["score_against", "score_favor"]] = wrong[["score_favor", "score_against"]].to_numpy()
    bad = estimate_shares(wrong, LABELS, method=["ppi", "ppi++"]).set_index(["method", "label"])["caution"]
    assert bad["ppi", "against"] == "wider than labelled alone"
    assert bad["ppi++", "against"] == ""
