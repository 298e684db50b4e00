"""Nested tuning, beside scikit-learn's search over the whole pipeline: the same choices and scores, time as ratios.

20 candidates, 5 inner and 5 outer folds, on the training tweets of SemEval-2016 Task 6. Each search runs as a user
would run it: ours as `fit_classifier` does, which holds linear algebra to one thread, the other with the threads
that its libraries take.
"""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from time import perf_counter, process_time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

ROOT = Path(__file__).resolve().parents[2]
TWEETS = "semeval2016_task6/trainingdata-all-annotations.txt"
NGRAMS = [[1, 1], [1, 2], [1, 3], [2, 2]]
N_FOLDS = 5


def measure(full: bool) -> "list[tuple[str, np.ndarray, np.ndarray, bool]]":
    """Return for each classifier its name, seconds of CPU and wall clock of ours and of the plain search, and equality.

    Without `full` one of the five outer folds is searched, and the support vector machine only.
    """
    import numpy as np

    from stance.classifiers import complement_nb, linear_svm, logreg
    from stance.folds.groups import value_codes
    from stance.folds.splitter import GroupedKFold

    rows = _tweets()
    groups = value_codes(rows["example_id"])
    outer = list(GroupedKFold(N_FOLDS, 0).split(rows["label"], rows["label"], groups))
    grids: list[tuple[Callable[..., Any], Mapping[str, Any]]] = [
        (linear_svm, {"ngrams": NGRAMS, "C": [0.01, 0.03, 0.1, 0.3, 1]})
    ]
    if full:
        grids.append((complement_nb, {"ngrams": NGRAMS, "alpha": [0.03, 0.1, 0.3, 1, 3]}))
        grids.append((logreg, {"ngrams": NGRAMS, "C": [0.01, 0.1, 1, 10, 100]}))
    found = []
    for factory, values in grids:
        ours, plain, equal = np.zeros(2), np.zeros(2), True
        for train, test in outer if full else outer[:1]:
            spent = _one_fold(factory, values, rows.iloc[train].reset_index(drop=True), rows.iloc[test])
            ours, plain, equal = ours + spent[0], plain + spent[1], equal and spent[2]
        found.append((factory.__name__, ours, plain, equal))
    return found


def run(full: bool) -> None:
    """Print the seconds, their ratios, and whether choices and scores are the same."""
    print("nested grid, 20 candidates x 5 inner folds; the whole pipeline's time beside ours, as ratios (at least 4)")
    for name, ours, plain, equal in measure(full):
        (cpu, wall), same = plain / ours, "the same" if equal else "NOT the same"
        print(
            f"{name:15} CPU {plain[0]:.1f} / {ours[0]:.1f} s = {cpu:.2f}, "
            f"wall clock {plain[1]:.1f} / {ours[1]:.1f} s = {wall:.2f}; {same} scores and choices",
            flush=True,
        )


def _tweets() -> "pd.DataFrame":
    """Read the tweets, and keep what a search needs."""
    import pandas as pd

    folder = Path(os.environ.get("STANCE_DATA", ROOT.parent / "shared" / "data"))
    table = pd.read_csv(folder / TWEETS, sep="\t", encoding="cp1252", quoting=3)
    ids = [f"semeval#{number:05}" for number in range(len(table))]
    return pd.DataFrame({"example_id": ids, "text": table["Tweet"], "label": table["Stance"].str.lower()})


def _one_fold(
    factory: Callable[..., Any], values: Mapping[str, Any], train: "pd.DataFrame", test: "pd.DataFrame"
) -> "tuple[np.ndarray, np.ndarray, bool]":
    """Search, refit and predict in both ways; return the seconds of each and whether all is equal."""
    import numpy as np
    import pandas as pd

    from stance.classifiers.tuning import grid
    from stance.evaluation.predictions import fit_classifier

    groups = pd.Series(np.arange(len(train)))
    begun = _clocks()
    ours = fit_classifier(grid(factory, {}, {factory.__name__: values}, N_FOLDS), train, groups=groups)
    predicted = ours.predict(test)
    between = _clocks()
    candidates = ours.candidates()
    plain = _whole_pipeline(factory, candidates).fit(train, train["label"], groups=groups)
    others = plain.predict(test)
    ended = _clocks()
    equal = (
        ours.tried_["macro_f1"].tolist() == plain.cv_results_["mean_test_score"].tolist()
        and ours.chosen_ == candidates[plain.best_index_]
        and predicted.tolist() == others.tolist()
    )
    return between - begun, ended - between, equal


def _clocks() -> "np.ndarray":
    """Return the CPU seconds of this process and the seconds of the wall clock."""
    import numpy as np

    return np.array([process_time(), perf_counter()])


def _whole_pipeline(factory: Callable[..., Any], candidates: list[dict[str, Any]]) -> Any:
    """Return scikit-learn's search over the same candidates, each a pipeline that vectorises anew."""
    from sklearn.metrics import f1_score, make_scorer
    from sklearn.model_selection import GridSearchCV

    from stance.folds.splitter import GroupedKFold

    made = [factory(**values) for values in candidates]
    steps = [{"features": [pipeline[0]], "classifier": [pipeline[1]]} for pipeline in made]
    scoring = make_scorer(f1_score, average="macro", zero_division=0.0, pos_label=None)
    return GridSearchCV(made[0], steps, scoring=scoring, cv=GroupedKFold(N_FOLDS, 0), error_score="raise")
