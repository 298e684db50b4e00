"""How long evaluation takes: resamples of all scores beside scikit-learn's metrics, and permutations on two cores.

python experiments/benchmark.py evaluation
"""

from collections.abc import Callable
from statistics import median
from time import perf_counter, process_time

import numpy as np
import pandas as pd
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from benchmarks import tuning
from stance.classifiers import logreg
from stance.evaluation._significance import PermutationTest, permutation_test
from stance.evaluation.scores import score_predictions
from stance.evaluation.scores._resampling import resample_metrics
from stance.evaluation.scores._scoring import list_metrics
from stance.evaluation.scores.intervals import resample_groups
from stance.folds import by_author
from stance.folds.groups import author_groups

LABELS = ("against", "none", "favor")
N_ROWS, N_GROUPS, N_RESAMPLES = 10_000, 500, 10_000
TURNS = 5
# scikit-learn's metrics are called on so many resamples, and the time is scaled up
FEW_RESAMPLES = 20
Row = tuple[str, float, str, float, float, bool]


def run(full: bool) -> None:
    """Measure, in turns, and print medians and ratios; `full` doubles the turns and the permutations."""
    turns = TURNS * (2 if full else 1)
    rows: list[Row] = []
    with Progress(transient=True) as bar:
        task = bar.add_task("turns", total=2 * turns)
        rows += _resampling(turns, lambda: bar.advance(task))
        rows += _permutations(turns, 160 if full else 80, lambda: bar.advance(task))
    table = Table(title=f"Evaluation, median of {turns} turns", box=None, title_justify="left")
    for column in ("what", "seconds", "", "figure", "limit", ""):
        table.add_column(column)
    for what, seconds, unit, figure, limit, met in rows:
        table.add_row(what, f"{seconds:.2f}", unit, f"{figure:.2f}", f"{limit:g}", "ok" if met else "[red]missed[/red]")
    Console().print(table)
    tuning.run(full)


def make_predictions() -> tuple[pd.DataFrame, "pd.Series[str]"]:
    """Return 10,000 predictions with probabilities in 500 groups of unequal size, and the group of each."""
    generator = np.random.default_rng(0)
    given = generator.choice(LABELS, N_ROWS, p=[0.55, 0.30, 0.15])
    predicted = np.where(generator.random(N_ROWS) < 0.6, given, generator.choice(LABELS, N_ROWS))
    weights = generator.lognormal(size=N_GROUPS)
    groups = generator.choice(N_GROUPS, N_ROWS, p=weights / weights.sum())
    groups[:N_GROUPS] = np.arange(N_GROUPS)
    shares = generator.dirichlet([1, 1, 1], N_ROWS)
    ids = [f"t#{number:05}" for number in range(N_ROWS)]
    columns = {f"score_{label}": shares[:, place] for place, label in enumerate(LABELS)}
    table = pd.DataFrame({"example_id": ids, "repeat": 0, "label": given, "predicted": predicted, **columns})
    return table, pd.Series([f"reader-{number}" for number in groups], index=ids)


def scores_by_sklearn(table: pd.DataFrame) -> dict[str, float]:
    """Return the same scores as scikit-learn's functions give them, as a user would call them on each resample."""
    from sklearn import metrics

    truth, predicted = table["label"].to_numpy(), table["predicted"].to_numpy()
    shares = table[[f"score_{label}" for label in sorted(LABELS)]].to_numpy()
    found = {
        "macro_f1": metrics.f1_score(truth, predicted, average="macro"),
        "favor_against_f1": metrics.f1_score(truth, predicted, labels=["favor", "against"], average="macro"),
        "accuracy": metrics.accuracy_score(truth, predicted),
        "balanced_accuracy": metrics.balanced_accuracy_score(truth, predicted),
        "mcc": metrics.matthews_corrcoef(truth, predicted),
        "log_loss": metrics.log_loss(truth, shares, labels=sorted(LABELS)),
        "brier": metrics.brier_score_loss(truth, shares, labels=sorted(LABELS), scale_by_half=False),
    }
    by_label = metrics.precision_recall_fscore_support(truth, predicted, labels=list(LABELS))
    for name, values in zip(("precision", "recall", "f1"), by_label, strict=False):
        found |= {f"{name}/{label}": value for label, value in zip(LABELS, values, strict=True)}
    return {name: float(value) for name, value in found.items()}


def _resampling(turns: int, advance: Callable[[], object]) -> list[Row]:
    table, groups = make_predictions()
    codes = pd.factorize(groups.to_numpy())[0]
    (weights, *_) = resample_groups(N_GROUPS, N_RESAMPLES, 0)
    ours, theirs = [], []
    for _ in range(turns):
        start = process_time()
        score_predictions(table, groups, LABELS, N_RESAMPLES, 0)
        ours.append(process_time() - start)
        start = process_time()
        found = [
            scores_by_sklearn(table.iloc[np.repeat(np.arange(N_ROWS), of_groups[codes].astype(int))])
            for of_groups in weights[:FEW_RESAMPLES]
        ]
        theirs.append((process_time() - start) * N_RESAMPLES / FEW_RESAMPLES)
        advance()
    scored = list_metrics(table, groups, LABELS)
    drawn = {
        metric.name: made.drawn
        for (metric, _), made in zip(scored, resample_metrics(scored, N_RESAMPLES, 0), strict=True)
    }
    apart = max(abs(drawn[name][row] - value) for row, scores in enumerate(found) for name, value in scores.items())
    spent, ratio = median(ours), median(one / other for one, other in zip(theirs, ours, strict=True))
    return [
        (f"{N_RESAMPLES:,} resamples of all scores", spent, "seconds of CPU, at most", spent, 1.0, spent <= 1),
        ("the same by scikit-learn's metrics", median(theirs), "times as long, at least", ratio, 50, ratio >= 50),
        ("largest difference of a score", 0.0, "at most", apart, 1e-9, apart <= 1e-9),
    ]


def make_examples() -> pd.DataFrame:
    """Return 600 invented comments of 150 readers whose words tell a little of their label."""
    generator = np.random.default_rng(0)
    labels = generator.choice(LABELS, 600)
    words = np.array([f"word{number}" for number in range(4000)])
    texts = [" ".join([*generator.choice(words, 60), *generator.choice([label, "said"], 3)]) for label in labels]
    return pd.DataFrame(
        {
            "example_id": [f"t#{number:03}" for number in range(600)],
            "author": [f"reader-{number}" for number in generator.integers(0, 150, 600)],
            "label": labels,
            "text": texts,
        }
    )


def _permutations(turns: int, n_permutations: int, advance: Callable[[], object]) -> list[Row]:
    examples = make_examples()
    groups = author_groups(examples).set_axis(examples["example_id"])
    folds = by_author(examples)

    def test(n_jobs: int) -> PermutationTest:
        return permutation_test(logreg(), examples, folds, LABELS, groups, n_permutations=n_permutations, n_jobs=n_jobs)

    test(2)  # the second process imports scikit-learn once, for all tests that follow
    alone, together = [], []
    for _ in range(turns):
        start = perf_counter()
        first = test(1)
        alone.append(perf_counter() - start)
        start = perf_counter()
        second = test(2)
        together.append(perf_counter() - start)
        assert (first.shuffled == second.shuffled).all(), "another number of cores has given other scores"
        advance()
    gain = median(one / two for one, two in zip(alone, together, strict=True))
    best = max(one / two for one, two in zip(alone, together, strict=True))
    return [
        (
            f"{n_permutations} permutations on two cores",
            median(together),
            "times as fast, at least",
            gain,
            1.6,
            gain >= 1.6,
        ),
        ("the best turn", min(together), "times as fast", best, 1.6, best >= 1.6),
    ]
