"""How often intervals of shares hold the truth: every estimator on invented comments, and where all is labelled.

python experiments/estimate_coverage.py                                   # prints the tables; about half an hour
python experiments/estimate_coverage.py --write docs/estimate.md          # and puts them into the page
python experiments/estimate_coverage.py --labels 50 --draws 100           # a look
"""

import argparse
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from page_tables import show
from rich.progress import Progress

from stance.classifiers import logreg
from stance.estimates._assumed import naive_shares
from stance.estimates._estimate import LEVEL, VALID, ends_of
from stance.estimates._frame import Frame

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LABELS = ("against", "none", "favor")
N_COMMENTS, N_AUTHORS = 6_000, 1_500
# within an author labels are alike, and so is what the classifier makes of them
LABELS_ALIKE, ERRORS_ALIKE, UNEQUAL = 1 / 3, 0.5, 1.0
SHARES: Mapping[str, tuple[float, float, float]] = {
    "55/30/15": (0.55, 0.30, 0.15),
    "34/33/33": (0.34, 0.33, 0.33),
    "70/20/10": (0.70, 0.20, 0.10),
}
# how far apart the classifier sees two labels, in standard deviations of its noise
CLASSIFIERS: Mapping[str, float] = {"useless": 0.0, "weak": 0.8, "middling": 1.6, "good": 2.6, "very good": 3.8}
# what a shifted classifier believes of the labels: it was trained where they had other shares
BELIEVED = (0.20, 0.30, 0.50)


@dataclass(frozen=True, slots=True)
class Population:
    """Authors whose comments have labels, and a classifier: `sees` it so far, `shifted` from other shares."""

    shares: tuple[float, float, float]
    sees: float
    shifted: bool


def draw_comments(generator: np.random.Generator, population: Population) -> tuple[Ints, Ints, tuple[Floats, ...]]:
    """Draw comments: the number of each one's author, that of its label, and its scores by label."""
    sizes = np.exp(generator.normal(0, UNEQUAL, N_AUTHORS))
    author = np.repeat(np.arange(N_AUTHORS), 1 + generator.multinomial(N_COMMENTS - N_AUTHORS, sizes / sizes.sum()))
    leaning = generator.dirichlet(np.array(population.shares) * (1 / LABELS_ALIKE - 1), N_AUTHORS)
    label = (generator.random((N_COMMENTS, 1)) > leaning[author].cumsum(axis=1)[:, :-1]).sum(axis=1)
    noise = np.sqrt(ERRORS_ALIKE) * generator.normal(0, 1, (N_AUTHORS, 3))[author]
    own = np.sqrt(1 - ERRORS_ALIKE) * generator.normal(0, 1, (*label.shape, 3))
    seen = population.sees * np.eye(3)[label] + noise + own
    believed = BELIEVED if population.shifted else population.shares
    logits = population.sees * seen + np.log(believed)
    # a classifier that sees nothing still says something
    logits = logits if population.sees else np.log(believed) + 0.5 * seen
    scores = np.exp(logits - logits.max(axis=1, keepdims=True))
    return author, label, tuple((scores / scores.sum(axis=1, keepdims=True)).T)


def make_frame(
    author: Ints | None, scores: tuple[Floats, ...], label: Ints, n: int, generator: np.random.Generator
) -> Frame:
    """Return a frame of which n rows were drawn and labelled."""
    rows = np.sort(generator.choice(len(label), n, replace=False))
    return Frame(
        labels=LABELS,
        scores=scores,
        cell=np.zeros(len(label), np.int64),
        names=pd.DataFrame(index=[0]),
        weight=np.ones(len(label)),
        group=author,
        rows=rows,
        given=label[rows],
        probability=np.full(n, n / len(label)),
        stratum=np.zeros(n, np.int64),
    )


def intervals(frame: Frame, population: str) -> dict[str, Floats]:
    """Return the ends of each label's interval by each method, (n_labels, 2)."""
    found = {
        method: np.array([np.concatenate(ends_of(share(frame, label, population), LEVEL)) for label in range(3)])
        for method, share in VALID.items()
    }
    return found | {"naive": naive_interval(frame)}


def naive_interval(frame: Frame) -> Floats:
    """Return what is printed of a count of predictions: Wald's interval, as if each were a label."""
    share, n = naive_shares(frame)[0], len(frame.cell)
    half = 1.96 * np.sqrt(share * (1 - share) / n)
    return np.stack([share - half, share + half], axis=1)


def simulate(population: Population, of: str, n: int, draws: int, seed: list[int]) -> dict[str, tuple[Floats, Floats]]:
    """Return by method how often each label's interval held the truth, and its mean width, (n_labels,) each.

    `of`: "frame", one set of comments from which other samples are drawn; "groups", where authors are drawn anew.
    """
    generator = np.random.default_rng(seed)
    author, label, scores = draw_comments(generator, population)
    tally: dict[str, list[Floats]] = {}
    for _ in range(draws):
        if of == "groups":
            author, label, scores = draw_comments(generator, population)
        truth = np.bincount(label, minlength=3) / len(label) if of == "frame" else np.array(population.shares)
        frame = make_frame(author if of == "groups" else None, scores, label, n, generator)
        for method, ends in intervals(frame, of).items():
            held = (ends[:, 0] <= truth) & (truth <= ends[:, 1])
            tally.setdefault(method, []).append(np.stack([held, ends[:, 1] - ends[:, 0]]))
    means = {method: np.nanmean(np.array(parts), axis=0) for method, parts in tally.items()}
    return {method: (mean[0], mean[1]) for method, mean in means.items()}


WIDE = ("ppi", "ppi++", "dsl")
Tally = dict[str, tuple[Floats, Floats]]
DATA = Path(os.environ.get("STANCE_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))
KNOWN = {"AGAINST": "against", "NONE": "none", "FAVOR": "favor"}


def read_labelled() -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield published comments with all of their labels, as text and label, of those data sets that are there."""
    semeval = DATA / "semeval2016_task6" / "trainingdata-all-annotations.txt"
    if semeval.is_file():
        table = pd.read_csv(semeval, sep="\t", encoding="cp1252", quoting=3)
        yield "SemEval-2016", pd.DataFrame({"text": table["Tweet"], "label": table["Stance"].map(KNOWN)})
    arc = DATA / "arc_nyt_comments" / "arc_comments_merged_pseudonymised.csv"
    if arc.is_file():
        table = pd.read_csv(arc)
        yield "ARC", pd.DataFrame({"text": table["text"], "label": table["label"].map(KNOWN)})
    reddit = sorted((DATA / "mt_csd_reddit_threads").glob("*.csv"))
    if reddit:
        table = pd.concat([pd.read_csv(path) for path in reddit])
        yield "MT-CSD", pd.DataFrame({"text": table["text"], "label": table["label"].replace(KNOWN)})


def real_draws(name: str, table: pd.DataFrame, sizes: Sequence[int], draws: int, seed: int) -> Iterator[str]:
    """Yield a line for each sample size: all but n labels are hidden, so often, and the truth is that of the table."""
    from sklearn.model_selection import KFold, cross_val_predict

    table = table[table["label"].isin(LABELS) & table["text"].notna()].reset_index(drop=True)
    label = table["label"].map(LABELS.index).to_numpy()
    folds = KFold(5, shuffle=True, random_state=seed)
    # columns are the labels by the alphabet: against, favor, none
    predicted = cross_val_predict(logreg(), table[["text"]], table["label"], cv=folds, method="predict_proba")
    scores, truth = tuple(predicted.T[[0, 2, 1]]), np.bincount(label, minlength=3) / len(label)
    for n in sizes:
        generator, tally = np.random.default_rng([seed, n]), dict[str, list[Floats]]()
        for _ in range(draws):
            for method, ends in intervals(make_frame(None, scores, label, n, generator), "frame").items():
                held = (ends[:, 0] <= truth) & (truth <= ends[:, 1])
                tally.setdefault(method, []).append(np.stack([held, ends[:, 1] - ends[:, 0]]))
        means = {method: np.nanmean(np.array(parts), axis=0) for method, parts in tally.items()}
        cell = {method: (mean[0], mean[1]) for method, mean in means.items()}
        yield line_of(f"{name} ({len(label):,})", n, [cell], WIDE[1:])


def line_of(name: str, n: int, cells: Sequence[Tally], wide: Sequence[str]) -> str:
    """Return a row of a table: the least and the greatest coverage of each method, and how wide some of them are.

    Widths are those of the label whose interval is widest beside the labelled sample's, over the cells.
    """
    shown = []
    for method in (*VALID, "naive"):
        held = 100 * np.concatenate([cell[method][0] for cell in cells])
        shown.append(f"{held.min():.0f}–{held.max():.0f}")
    for method in wide:
        widest = [(cell[method][1] / cell["labelled"][1]).max() for cell in cells]
        shown.append(f"{min(widest):.2f}–{max(widest):.2f}" if len(cells) > 1 else f"{max(widest):.2f}")
    return f"| {name} | {n} | {' | '.join(shown)} |"


def head_of(name: str, wide: Sequence[str]) -> str:
    """Return the head of a table."""
    columns = [name, "n", *VALID, "naive", *(f"width {method}" for method in wide)]
    return f"| {' | '.join(columns)} |\n|---|{'--:|' * (len(columns) - 1)}"


# drawing authors anew takes longer
DRAWS = {"frame": 500, "groups": 400, "real": 500}


def simulated_table(of: str, arguments: argparse.Namespace, bar: Progress) -> str:
    """Return the table of the simulation, a row a classifier and sample size, over shares, labels and shifts."""
    lines = [head_of("classifier", WIDE)]
    task = bar.add_task(of, total=len(arguments.labels) * len(CLASSIFIERS))
    for n in arguments.labels:
        for number, (name, sees) in enumerate(CLASSIFIERS.items()):
            cells = [
                simulate(
                    Population(shares, sees, shifted),
                    of,
                    n,
                    arguments.draws,
                    [arguments.seed, n, number, place, shifted],
                )
                for place, shares in enumerate(SHARES.values())
                for shifted in (False, True)
            ]
            lines.append(line_of(name, n, cells, WIDE))
            bar.advance(task)
    return "\n".join(lines)


def main() -> None:
    """Simulate, print the tables, and put them into a page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--labels", type=int, nargs="+", default=[50, 100, 200, 500])
    parser.add_argument("--draws", type=int, help="default: 500, and 400 where authors are drawn anew")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", choices=["frame", "groups", "real"])
    parser.add_argument("--write", type=Path)
    arguments = parser.parse_args()
    tables = {}
    with Progress() as bar:
        for of in ("frame", "groups"):
            if arguments.only in (None, of):
                tables[of] = simulated_table(of, arguments, bar)
    if arguments.only in (None, "real"):
        lines = [head_of("data set", WIDE[1:])]
        for name, comments in read_labelled():
            lines += real_draws(name, comments, arguments.labels, arguments.draws or DRAWS["real"], arguments.seed)
        tables["real"] = "\n".join(lines)
    show(tables, arguments.write)


if __name__ == "__main__":
    main()
