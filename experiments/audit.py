"""Recompute what is reported by other code: scikit-learn, SciPy, statsmodels, krippendorff and sums written out.

python experiments/audit.py                          # prints the tables
python experiments/audit.py --write docs/audit.md    # and puts them into the page
"""

import argparse
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import krippendorff  # type: ignore[import-untyped, unused-ignore]
import numpy as np
import pandas as pd
from benchmarks.evaluation import scores_by_sklearn
from page_tables import show
from scipy.spatial.distance import jensenshannon  # type: ignore[import-untyped, unused-ignore]
from scipy.stats import t  # type: ignore[import-untyped, unused-ignore]
from sklearn import metrics
from statsmodels.stats.contingency_tables import mcnemar  # type: ignore[import-untyped, unused-ignore]
from statsmodels.stats.multitest import multipletests  # type: ignore[import-untyped, unused-ignore]
from statsmodels.stats.proportion import proportion_confint  # type: ignore[import-untyped, unused-ignore]

from stance.evaluation._significance import holm, mcnemar_p, randomisation_p
from stance.evaluation.scores import gaps_by, score_predictions
from stance.evaluation.scores._ceiling import score_annotators
from stance.evaluation.scores._metrics import at_equal_shares, make_metrics
from stance.evaluation.scores._pairs import pair_predictions
from stance.evaluation.scores._resampling import leave_groups_out
from stance.evaluation.scores.intervals import jackknife_t
from stance.study.agreement._coefficients import gwet_ac1, krippendorff_alpha
from stance.study.votes import votes_of

LABELS = ["against", "none", "favor"]
Check = tuple[str, str, float, float]


def make_predictions(n_rows: int = 400, n_groups: int = 40, seed: int = 0) -> pd.DataFrame:
    """Return invented predictions of two classifiers, with probabilities, annotators' shares, groups and sites."""
    generator = np.random.default_rng(seed)
    given = generator.choice(LABELS, n_rows, p=[0.55, 0.3, 0.15])
    table = pd.DataFrame({"example_id": [f"t#{number:03}" for number in range(n_rows)], "repeat": 0, "fold": 0})
    table["label"], table["group"] = given, [f"reader-{number}" for number in generator.integers(0, n_groups, n_rows)]
    table["site"] = generator.choice(["one", "two"], n_rows)
    probabilities = generator.dirichlet([1, 1, 1], n_rows)
    probabilities[np.arange(n_rows), [LABELS.index(label) for label in given]] += 0.5
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    table["predicted"] = np.array(LABELS)[probabilities.argmax(axis=1)]
    table["other"] = np.where(generator.random(n_rows) < 0.6, given, generator.choice(LABELS, n_rows))
    shares = generator.multinomial(5, [0.5, 0.3, 0.2], n_rows) / 5
    for place, label in enumerate(LABELS):
        table[f"score_{label}"], table[f"share_{label}"] = probabilities[:, place], shares[:, place]
    return table


def scores(table: pd.DataFrame) -> Iterator[Check]:
    """Yield every score of a run, as it reports it and as other code has it."""
    groups = table.set_index("example_id")["group"]
    ours = {one.metric: one.value for one in score_predictions(table, groups, LABELS, 50)}
    label, said = table["label"], table["predicted"]
    probabilities = table[[f"score_{name}" for name in sorted(LABELS)]].to_numpy()
    for name, value in scores_by_sklearn(table).items():
        yield name, "scikit-learn", ours[name], value
    rows = list(
        zip(*(table[[f"{kind}_{name}" for name in LABELS]].to_numpy() for kind in ("score", "share")), strict=True)
    )
    crossed = np.mean([-sum(q * np.log(p) for p, q in zip(one, other, strict=True) if q) for one, other in rows])
    yield "soft_cross_entropy", "written out", ours["soft_cross_entropy"], float(crossed)
    apart = np.mean([jensenshannon(one, other, base=2) for one, other in rows])
    yield "soft_jensen_shannon", "SciPy", ours["soft_jensen_shannon"], float(apart)
    sure, right = probabilities.max(axis=1), (label == said).to_numpy()
    bins = [(sure >= low / 10) & (sure < (low + 1) / 10 + (low == 9)) for low in range(10)]
    ece = sum(abs(sure[one].mean() - right[one].mean()) * one.mean() for one in bins if one.any())
    yield "ece", "written out", ours["ece"], float(ece)


def intervals(table: pd.DataFrame) -> Iterator[Check]:
    """Yield ends of intervals, p values and gaps."""
    groups = table.set_index("example_id")["group"]
    always = table.assign(predicted=table["label"])
    low = {one.metric: one.low for one in score_predictions(always, groups, LABELS, 200)}
    exact = proportion_confint(groups.nunique(), groups.nunique(), 0.05, "beta")[0]
    yield "accuracy, all right: lower end", "statsmodels, Clopper-Pearson over groups", low["accuracy"], float(exact)
    first, second = (table.assign(predicted=table[name]) for name in ("predicted", "other"))
    pair = pair_predictions(first, second, LABELS, "macro_f1")
    ends = [float(end) for end in jackknife_t(leave_groups_out(*pair))]
    for name, one, other in zip(("lower", "upper"), ends, jackknife_by_hand(first, second), strict=True):
        yield f"macro_f1, difference of two: {name} end", "scikit-learn without each group", one, other
    right = [(one["label"] == one["predicted"]).to_numpy() for one in (first, second)]
    counts = [[int((a & b).sum()) for b in (right[1], ~right[1])] for a in (right[0], ~right[0])]
    yield "p of McNemar, exact", "statsmodels", mcnemar_p(*right), float(mcnemar(counts, exact=True).pvalue)
    few = [one[one["group"].isin(sorted(set(table["group"]))[:8])].reset_index(drop=True) for one in (first, second)]
    yield (
        "p of randomisation, 8 groups",
        "scikit-learn, all 256 exchanges",
        randomisation_p(*pair_predictions(few[0], few[1], LABELS, "macro_f1")),
        exchanges_by_hand(few[0], few[1]),
    )
    p_values = np.array([0.004, 0.03, 0.011, 0.2])
    theirs = multipletests(p_values, method="holm")[1]
    yield "Holm's adjustment, the third of four", "statsmodels", float(holm(p_values)[2]), float(theirs[2])
    gaps = gaps_by(table, "site", groups, LABELS).set_index(["site", "metric"])["gap"]
    sides = [table[(table["site"] == "one") == side] for side in (True, False)]
    f1 = [metrics.f1_score(side["label"], side["predicted"], average="macro") for side in sides]
    yield "macro_f1, gap of a site to all others", "scikit-learn", gaps["one", "macro_f1"], float(f1[0] - f1[1])
    matrix = metrics.confusion_matrix(table["label"], table["predicted"], labels=LABELS).astype(float)
    standard = float(at_equal_shares(make_metrics(LABELS)["accuracy"], 3).value(matrix.ravel()))
    balanced = metrics.balanced_accuracy_score(table["label"], table["predicted"])
    yield "accuracy at equal label shares", "scikit-learn, balanced accuracy", standard, float(balanced)


def jackknife_by_hand(first: pd.DataFrame, second: pd.DataFrame) -> tuple[float, float]:
    """Return the ends of Student's interval of a difference of macro F1 on the logit scale, group by group."""

    def difference(kept: pd.Series) -> float:
        one, other = (
            metrics.f1_score(table["label"][kept], table["predicted"][kept], average="macro")
            for table in (first, second)
        )
        return float(one - other)

    names = first["group"].unique()
    value = difference(first["group"].notna())
    away = np.array([difference(first["group"] != name) - value for name in names])
    error = ((len(names) - 1) / len(names) * (away**2).sum()) ** 0.5
    sizes = first["group"].value_counts().to_numpy()
    far = t.ppf(0.975, sizes.sum() ** 2 / (sizes**2).sum() - 1) * error
    share = (value + 1) / 2
    slope = 1 / (share * (1 - share) * 2)
    low, high = (np.log(share / (1 - share)) + sign * far * slope for sign in (-1, 1))
    return float(2 / (1 + np.exp(-low)) - 1), float(2 / (1 + np.exp(-high)) - 1)


def exchanges_by_hand(first: pd.DataFrame, second: pd.DataFrame) -> float:
    """Return how many of all exchanges of two classifiers, group by group, make their macro F1 differ as much."""
    names = first["group"].unique()

    def difference(exchanged: tuple[bool, ...]) -> float:
        swap = first["group"].isin(names[list(exchanged)])
        one = np.where(swap, second["predicted"], first["predicted"])
        other = np.where(swap, first["predicted"], second["predicted"])
        f1 = [metrics.f1_score(first["label"], said, average="macro", labels=LABELS) for said in (one, other)]
        return abs(float(f1[0] - f1[1]))

    observed = difference((False,) * len(names))
    found = [difference(which) >= observed - 1e-12 for which in product((False, True), repeat=len(names))]
    return float(np.mean(found))


def agreement(seed: int = 0) -> Iterator[Check]:
    """Yield agreement of five annotators who leave some items out."""
    generator = np.random.default_rng(seed)
    given = np.where(generator.random((5, 80)) < 0.6, generator.integers(0, 3, 80), generator.integers(0, 3, (5, 80)))
    seen = generator.random((5, 80)) < 0.8
    counts = np.stack([((given == place) & seen).sum(axis=0) for place in range(3)], axis=1)
    theirs = krippendorff.alpha(
        reliability_data=np.where(seen, given, np.nan), level_of_measurement="ordinal", value_domain=[0, 1, 2]
    )
    yield "alpha, ordinal", "krippendorff", float(krippendorff_alpha(counts, "ordinal").value or 0), float(theirs)
    several = counts[counts.sum(axis=1) > 1]
    n = several.sum(axis=1)
    agreed, total = float(((several * (several - 1)).sum(axis=1) / (n - 1)).sum()), float(n.sum())
    expected = total**2 - float((several.sum(axis=0) ** 2).sum())
    alpha = 1 - (total - 1) * (total - agreed) / expected
    yield "alpha, nominal", "written out", float(krippendorff_alpha(counts).value or 0), alpha
    observed = float(((several**2).sum(axis=1) - n).astype(float).dot(1 / (n * (n - 1))) / len(several))
    shares = (several / n[:, np.newaxis]).mean(axis=0)
    chance = float((shares * (1 - shares)).sum() / 2)
    yield "AC1", "written out", float(gwet_ac1(counts).value or 0), (observed - chance) / (1 - chance)


def before_and_after() -> Iterator[tuple[str, str, str]]:
    """Yield figures of the audit that no data set is needed for, as they were and as they are."""
    given = ["favor"] * 3 + ["against"] * 600 + ["none"] * 397
    ids = [f"t#{number:04}" for number in range(len(given))]
    table = pd.DataFrame({"example_id": ids, "repeat": 0, "fold": 0, "label": given, "predicted": given})
    found = {one.metric: one for one in score_predictions(table, pd.Series(ids, index=ids), LABELS, 500)}
    recall = found["recall/favor"]
    after = f"1.00 ({recall.low:.2f} to {recall.high:.0f}), not to be trusted: {recall.doubt}"
    yield "recall of three favor among 1,000 comments, all right", "1.00 (0.996 to 1.00); exact 0.29 to 1", after
    table, groups = table.iloc[[0, *range(3, 32)]], pd.Series(ids, index=ids)
    one = {each.metric: each for each in score_predictions(table, groups, LABELS, 500)}["recall/favor"]
    yield "recall of one favor in 30 groups, right", "0.884 to 1", f"no interval: {one.doubt}"
    items = [f"t#{number:02}" for number in range(16)]
    said = [LABELS[number % 2] for number in range(16) for _ in range(50)]
    names = [f"a{number}" for number in range(50)] * 16
    votes = votes_of([number for number in range(16) for _ in range(50)], names, said, LABELS, 16)
    ceiling = score_annotators(votes, items, pd.Series(items, index=items), 200).scores
    accuracy = next(each for each in ceiling if each.metric == "accuracy")
    yield "50 annotators on 16 comments, all alike", "0.97 to 1", f"{accuracy.low:.2f} to {accuracy.high:.0f}"


def main() -> None:
    """Recompute, print the tables, and put them into a page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", type=Path, help="the page whose tables are replaced")
    arguments = parser.parse_args()
    table = make_predictions()
    checks = [*scores(table), *intervals(table), *agreement()]
    lines = ["| what | by | here | there | apart |", "|---|---|--:|--:|--:|"]
    lines += [
        f"| {what} | {by} | {one:.6f} | {other:.6f} | {abs(one - other):.0e} |" for what, by, one, other in checks
    ]
    told = ["| what | before | now |", "|---|---|---|"]
    told += [f"| {' | '.join(row)} |" for row in before_and_after()]
    show({"recomputed": "\n".join(lines), "before": "\n".join(told)}, arguments.write)


if __name__ == "__main__":
    main()
