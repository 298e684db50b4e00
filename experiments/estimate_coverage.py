"""How often intervals of shares hold the truth: every estimator on invented comments, and where all is labelled.

python experiments/estimate_coverage.py                                   # prints the tables; about 40 minutes of CPU
python experiments/estimate_coverage.py --write docs/estimate.md          # and puts them into the page
python experiments/estimate_coverage.py --labels 50 --draws 100 --keep outputs/a_look

With --write all cells stand in estimate_coverage.csv beside the page. What is done is kept, a file a part, so that
a run that was stopped goes on: other numbers need another folder (--keep).
"""

import argparse
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from coverage_tables import tables_of
from invented_shares import (
    AUTHORS,
    CLASSIFIERS,
    LABELS,
    SHARES,
    THREADS,
    Floats,
    Groups,
    Population,
    draw_comments,
    make_frame,
)
from page_tables import show
from rich.progress import Progress

from stance.classifiers import logreg
from stance.estimates._assumed import naive_shares
from stance.estimates._estimate import FEWEST_DEGREES, FEWEST_SEEN, LEVEL, VALID, ends_of
from stance.estimates._frame import Frame

DATA = Path(os.environ.get("STANCE_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))
KNOWN = {"AGAINST": "against", "NONE": "none", "FAVOR": "favor"}
SIZES = (50, 100, 200, 500)


@dataclass(frozen=True, slots=True)
class Of:
    """What the share is of: these comments, or those of other groups like these, which are drawn anew each time."""

    population: str
    groups: Groups


OF = {"frame": Of("frame", AUTHORS), "threads": Of("groups", THREADS), "authors": Of("groups", AUTHORS)}


def intervals(frame: Frame, population: str) -> Iterator[tuple[int, str, float, float, bool]]:
    """Yield for each label by each method the ends of its interval, and whether it is said to be a rough one."""
    for label in range(len(LABELS)):
        for method, share in VALID.items():
            found = share(frame, label, population)
            low, high = ends_of(found, LEVEL)
            rough = bool(found.seen[0] < FEWEST_SEEN or found.degrees[0] < FEWEST_DEGREES)
            yield label, method, float(low[0]), float(high[0]), rough
    # what is printed of a count of predictions: Wald's interval, as if each were a label
    share, n = naive_shares(frame)[0], len(frame.cell)
    half = 1.96 * np.sqrt(share * (1 - share) / n)
    for label in range(len(LABELS)):
        yield label, "naive", float(share[label] - half[label]), float(share[label] + half[label]), False


def counted(draws: Iterator[tuple[Frame, Floats]], population: str) -> pd.DataFrame:
    """Return a row a label and method: how often the interval held the truth, how wide it was, how often rough.

    The width is the mean one, beside that of the labelled sample.
    """
    rows = [
        (label, method, low <= truth[label] <= high, high - low, rough)
        for frame, truth in draws
        for label, method, low, high, rough in intervals(frame, population)
    ]
    table = pd.DataFrame(rows, columns=["label", "method", "held", "width", "rough"])
    found = table.groupby(["label", "method"], sort=False).mean().reset_index()
    alone = found[found["method"] == "labelled"].set_index("label")["width"]
    return found.assign(width=found["width"] / found["label"].map(alone), label=found["label"].map(LABELS.__getitem__))


def simulated(of: str, n: int, case: str, draws: int, seed: int) -> pd.DataFrame:
    """Return what one classifier gives with n labels, over label shares, with and without shift."""
    population, number = OF[of].population, [*CLASSIFIERS].index(case)
    tables = []
    for place, (name, shares) in enumerate(SHARES.items()):
        for shifted in (False, True):
            people = Population(OF[of].groups, shares, CLASSIFIERS[case], shifted)
            generator = np.random.default_rng([seed, n, number, place, shifted])
            found = counted(_samples(people, population, n, draws, generator), population)
            tables.append(found.assign(shares=name, shifted=shifted))
    return pd.concat(tables).assign(of=of, case=case, n=n)


def _samples(
    people: Population, population: str, n: int, draws: int, generator: np.random.Generator
) -> Iterator[tuple[Frame, Floats]]:
    """Yield samples of one set of comments, or of groups that are drawn anew, with the true shares."""
    group, label, scores = draw_comments(generator, people)
    for _ in range(draws):
        if population == "frame":
            truth = np.bincount(label, minlength=len(LABELS)) / len(label)
            yield make_frame(None, scores, label, n, generator), truth
        else:
            group, label, scores = draw_comments(generator, people)
            yield make_frame(group, scores, label, n, generator), np.array(people.shares)


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


def real(name: str, table: pd.DataFrame, sizes: list[int], draws: int, seed: int) -> pd.DataFrame:
    """Return what each sample size gives: all but n labels are hidden, so often, and the truth is that of the table."""
    from sklearn.model_selection import KFold, cross_val_predict

    table = table[table["label"].isin(LABELS) & table["text"].notna()].reset_index(drop=True)
    label = table["label"].map(LABELS.index).to_numpy()
    folds = KFold(5, shuffle=True, random_state=seed)
    # columns are the labels by the alphabet: against, favor, none
    predicted = cross_val_predict(logreg(), table[["text"]], table["label"], cv=folds, method="predict_proba")
    scores, truth = tuple(predicted.T[[0, 2, 1]]), np.bincount(label, minlength=3) / len(label)
    tables = []
    for n in sizes:
        generator = np.random.default_rng([seed, n])
        samples = ((make_frame(None, scores, label, n, generator), truth) for _ in range(draws))
        tables.append(counted(samples, "frame").assign(n=n))
    return pd.concat(tables).assign(of="real", case=f"{name} ({len(label):,})", shares="its own", shifted=False)


def kept(folder: Path, name: str, make: Callable[[], pd.DataFrame]) -> pd.DataFrame:
    """Return a part that was made before, or make it and keep it."""
    path = folder / f"{name}.csv"
    if not path.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        half = path.with_suffix(".half")
        make().to_csv(half, index=False)
        half.replace(path)
    return pd.read_csv(path)


def main() -> None:
    """Simulate, print the tables, and put them into a page and all cells into a file beside it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--labels", type=int, nargs="+", default=[*SIZES])
    parser.add_argument("--draws", type=int, default=500)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", choices=[*OF, "real"], nargs="+", default=["real", *OF])
    parser.add_argument("--keep", type=Path, default=Path("outputs/estimate_coverage"))
    parser.add_argument("--write", type=Path)
    asked = parser.parse_args()
    parts = []
    if "real" in asked.only:
        for name, comments in read_labelled():
            made = partial(real, name, comments, asked.labels, asked.draws, asked.seed)
            parts.append(kept(asked.keep, name, made))
    with Progress() as bar:
        for of in [one for one in OF if one in asked.only]:
            for n in bar.track(asked.labels, description=of):
                for case in CLASSIFIERS:
                    made = partial(simulated, of, n, case, asked.draws, asked.seed)
                    parts.append(kept(asked.keep, f"{of}-{n}-{case}", made))
    cells = pd.concat(parts, ignore_index=True)
    show(tables_of(cells), asked.write)
    if asked.write:
        columns = ["of", "case", "n", "shares", "shifted", "label", "method", "held", "width", "rough"]
        cells[columns].round(3).to_csv(asked.write.with_name("estimate_coverage.csv"), index=False)


if __name__ == "__main__":
    main()
