"""Error analysis: which examples are predicted wrongly, of what kind they are, and which labels to look at again."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from stance.dataset.examples import extra_columns, label_shares
from stance.errors import InputError, did_you_mean
from stance.evaluation.predictions import fit_classifier
from stance.folds.fold import row_order

N_HARDEST = 10
N_SHUFFLES = 5
MOST_VALUES = 12
NOT_GIVEN = "not given"
KINDS = ("length", "depth", "author_comments")


def hardest_examples(
    examples: pd.DataFrame, predictions: pd.DataFrame, labels: Sequence[str], n_hardest: int = N_HARDEST
) -> pd.DataFrame:
    """Return the examples that were predicted wrongly, the most wrongly first.

    Columns: example_id, label, predicted (most often over the repeats), wrong (share of repeats), surety (mean
    probability of what was predicted less that of the label, missing without probabilities), disagreement
    (share of annotators who gave another label, missing where nothing is known of them). The order is by
    wrong, then surety, then id.
    """
    table = _by_example(predictions)
    wrong = table[table["wrong"] > 0].merge(_disagreement(examples, labels), on="example_id", how="left")
    order = wrong.assign(surety_known=wrong["surety"].fillna(0.0)).sort_values(
        ["wrong", "surety_known", "example_id"], ascending=[False, False, True], kind="stable"
    )
    return order.drop(columns="surety_known").head(n_hardest).reset_index(drop=True)


def example_kinds(examples: pd.DataFrame) -> pd.DataFrame:
    """Return what kind of example each is, indexed by example_id, to see where a classifier goes wrong.

    Columns, ordered categories each: length (thirds of the number of words: "short", "middle", "long", with their
    bounds), depth (replies between the post and the comment: "0", "1", "2", "3 or more"; "unknown"), author_comments
    (examples by the same author: "1", "2 to 4", "5 or more"; "no author"). Each column that a table kept is a kind too,
    by its value, "not given" where it is missing; of numbers beyond 12 different ones their thirds.
    """
    ids = pd.Index(examples["example_id"], name="example_id")
    words = examples["text"].str.count(r"\S+").to_numpy()
    return pd.DataFrame(
        {
            "length": _thirds(words),
            "depth": _binned(_depths(examples), (0, 1, 2, 3), "unknown"),
            "author_comments": _binned(_author_counts(examples), (1, 2, 5), "no author"),
            **{column: _by_value(examples[column]) for column in extra_columns(examples)},
        },
        index=ids,
    )


def kind_columns(examples: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """Return the columns of `example_kinds` that are asked for, or of the examples, indexed by example_id.

    Target is left out, which predictions have. Raises InputError, with the near miss, for one that is neither, and
    for one that has a value of its own for each example.

    >>> table = pd.DataFrame({"example_id": ["a", "b", "c"], "author": ["x", "y", "x"], "text": "", "target": "t"})
    >>> kind_columns(table, ["author", "target"]).to_dict("list")
    {'author': ['x', 'y', 'x']}
    """
    kinds = example_kinds(examples) if set(by) & {*KINDS, *extra_columns(examples)} else None
    made = {}
    for column in by:
        known = list(dict.fromkeys(["target", "thread_id", "author", *KINDS, *extra_columns(examples)]))
        if column not in known or (column not in KINDS and column not in examples):
            raise InputError(f"by: expected columns of {known}, found {column!r}.{did_you_mean(column, known)}")
        if column == "target":
            continue
        kept = kinds is not None and column in kinds
        values = kinds[column].to_numpy() if kinds is not None and kept else _given(examples[column])
        if len(values) > 2 and len(set(values)) == len(values):
            raise InputError(f"by: column {column!r} has another value for every example: there is nothing to compare")
        made[column] = values
    return pd.DataFrame(made, index=pd.Index(examples["example_id"], name="example_id"))


def _given(column: pd.Series) -> Any:
    return column.astype(object).where(column.notna(), NOT_GIVEN).to_numpy()


def suspected_labels(examples: pd.DataFrame, predictions: pd.DataFrame, labels: Sequence[str]) -> pd.DataFrame:
    """Return the examples whose label is doubted, the most doubtful first: worth annotating again.

    Confident learning (Northcutt, Jiang and Chuang 2021) on the out-of-fold probabilities, by cleanlab: a label
    is doubted where another label's probability passes the mean that this other label's own examples have.
    Columns: example_id, label, suggested, probability (of the label), disagreement. Empty where the classifier
    has no probabilities, or where fewer than two labels occur.
    """
    columns = ["example_id", "label", "suggested", "probability", "disagreement"]
    table = _by_example(predictions)
    scores = [f"score_{label}" for label in labels]
    given = [place for place, label in enumerate(labels) if (table["label"] == label).any()]
    if scores[0] not in table or len(given) < 2:
        return pd.DataFrame(columns=columns)
    from cleanlab.filter import find_label_issues

    # a label that no example has would have no examples to learn its threshold from
    probabilities = table[scores].to_numpy()[:, given]
    known = probabilities.sum(axis=1) > 0
    table, probabilities = table[known], probabilities[known] / probabilities[known].sum(axis=1, keepdims=True)
    codes = pd.Index([labels[place] for place in given]).get_indexer(pd.Index(table["label"]))
    # a label of few examples may be doubted as well: the list is for people to look at
    found = find_label_issues(
        codes, probabilities, return_indices_ranked_by="self_confidence", min_examples_per_class=0, n_jobs=1
    )
    suggested = np.array(labels, dtype=object)[np.array(given)[probabilities.argmax(axis=1)]]
    table = table.assign(suggested=suggested, probability=probabilities[np.arange(len(codes)), codes])
    doubted: pd.DataFrame = table.iloc[found].merge(_disagreement(examples, labels), on="example_id", how="left")
    return doubted[columns]


def column_importance(
    classifier: Any,
    examples: pd.DataFrame,
    folds: Sequence[Any],
    columns: Sequence[str],
    random_state: int = 0,
    weights: pd.Series | None = None,
    groups: pd.Series | None = None,
    fitted: Sequence[Any] | None = None,
) -> pd.DataFrame:
    """Return how much macro F1 a classifier loses when a column of the tested rows is shuffled (Breiman 2001).

    For classifiers without weights that can be read. A column is shuffled over all rows of the first repeat, not
    within a fold, which may hold one row. Columns: column, loss (mean over 5 shuffles), ordered by loss. A column
    that the classifier does not look at loses 0.

    `weights`, `groups`: with which the classifier is fitted, as in `cross_predict`; `fitted`: what that fitted on each
    of `folds`, None to fit it anew. Raises InputError if no fold has two labels to learn from.
    """
    from sklearn.metrics import f1_score

    used = _fitted_folds(classifier, examples, folds, weights, groups, fitted)
    if not used:
        raise InputError("column_importance: expected a fold with two labels or more in training, found none")
    tested = np.concatenate([test for test, _ in used])
    given = examples["label"].to_numpy()[tested]

    def scores(n_tables: int, shuffled: Mapping[str, pd.Series]) -> list[float]:
        """Score each of several tables, one below the other; a fold's rows of all are predicted in one call."""
        starts = np.arange(n_tables)[:, np.newaxis] * len(examples)
        parts = []
        for test, made in used:
            rows = (starts + test).ravel()
            moved = {column: values.array[rows] for column, values in shuffled.items()}
            predicted = made.predict(examples.iloc[np.tile(test, n_tables)].assign(**moved))
            parts.append(np.reshape(predicted, (n_tables, len(test))))
        return [float(f1_score(given, predicted, average="macro")) for predicted in np.concatenate(parts, axis=1)]

    [whole] = scores(1, {})
    generator = np.random.default_rng(random_state)
    order = tested[np.argsort(examples["example_id"].to_numpy(dtype=object)[tested], kind="stable")]
    losses = []
    for column in columns:
        shuffled = []
        for _ in range(N_SHUFFLES):
            values = examples[column].to_numpy(dtype=object).copy()
            values[order] = values[generator.permutation(order)]
            shuffled.append(pd.Series(values))
        losses.append(whole - float(np.mean(scores(N_SHUFFLES, {column: pd.concat(shuffled)}))))
    table = pd.DataFrame({"column": list(columns), "loss": losses})
    return table.sort_values("loss", ascending=False, kind="stable", ignore_index=True)


def _fitted_folds(
    classifier: Any,
    examples: pd.DataFrame,
    folds: Sequence[Any],
    weights: pd.Series | None,
    groups: pd.Series | None,
    fitted: Sequence[Any] | None,
) -> list[tuple[np.ndarray, Any]]:
    """Return the tested rows of each fold of the first repeat that has labels to learn from, and what it fits."""
    place = np.empty(len(examples), dtype=int)
    place[row_order(examples)] = np.arange(len(examples))
    labels, found = examples["label"], []
    for number, fold in enumerate(folds):
        if fold.repeat or labels.iloc[fold.train].nunique() < 2:
            continue
        if fitted is not None:
            found.append((fold.test, fitted[number]))
            continue
        rows = fold.train[np.argsort(place[fold.train])]  # as cross_predict has them
        of_train = [None if series is None else series.iloc[rows] for series in (weights, groups)]
        found.append((fold.test, fit_classifier(classifier, examples.iloc[rows], *of_train)))
    return found


def _by_example(predictions: pd.DataFrame) -> pd.DataFrame:
    """Return one row an example: what it was predicted as most often, how often wrongly, and how surely."""
    table = predictions.sort_values(["example_id", "repeat"], kind="stable")
    scores = [str(column) for column in table if str(column).startswith("score_")]
    wrong = table["label"] != table["predicted"]
    surety = np.full(len(table), np.nan)
    if scores:
        values = table[scores].to_numpy()
        places = pd.Index([column.removeprefix("score_") for column in scores])
        rows = np.arange(len(table))
        of_predicted = values[rows, places.get_indexer(pd.Index(table["predicted"]))]
        surety = of_predicted - values[rows, places.get_indexer(pd.Index(table["label"]))]
    grouped = table.assign(wrong=wrong, surety=surety).groupby("example_id", sort=True)
    once = grouped.agg(label=("label", "first"), wrong=("wrong", "mean"), surety=("surety", "mean"))
    # of labels that were predicted equally often the one that sorts first
    often = table.groupby(["example_id", "predicted"]).size().rename("times").reset_index()
    often = often.sort_values(["example_id", "times", "predicted"], ascending=[True, False, True])
    once.insert(1, "predicted", often.drop_duplicates("example_id").set_index("example_id")["predicted"])
    return once.join(grouped[scores].mean()).reset_index() if scores else once.reset_index()


def _disagreement(examples: pd.DataFrame, labels: Sequence[str]) -> pd.DataFrame:
    """Return for each example the share of its annotators who gave another label, missing where none is known."""
    return examples[["example_id"]].assign(disagreement=1 - label_shares(examples, labels))


def _thirds(words: np.ndarray) -> "pd.Categorical[Any]":
    """Return "short", "middle" or "long" for each number of words; equal numbers stand in the same third."""
    low, high = np.quantile(words, [1 / 3, 2 / 3], method="inverted_cdf")
    names = [f"short (to {low} words)", f"middle (to {high} words)", f"long (over {high} words)"]
    return _ordered([names[int(count > low) + int(count > high)] for count in words], names)


def _by_value(values: pd.Series) -> "pd.Categorical[Any]":
    """Return for each value its name, or of many numbers the third that it is in."""
    given = values.notna().to_numpy()
    if values.dtype.kind in "fiu" and values.nunique() > MOST_VALUES:
        numbers = values.to_numpy(dtype=float)
        low, high = np.quantile(numbers[given], [1 / 3, 2 / 3], method="inverted_cdf")
        names = [f"to {low:g}", f"to {high:g}", f"over {high:g}"]
        found = [names[int(number > low) + int(number > high)] for number in np.nan_to_num(numbers)]
    else:
        found = [str(value) for value in values]
        names = sorted({name for name, is_there in zip(found, given, strict=True) if is_there})
    named = [name if is_there else NOT_GIVEN for name, is_there in zip(found, given, strict=True)]
    return _ordered(named, [*dict.fromkeys(names), NOT_GIVEN])


def _depths(examples: pd.DataFrame) -> np.ndarray:
    if "depth" not in examples:
        return np.full(len(examples), np.nan)
    return pd.to_numeric(examples["depth"]).to_numpy(dtype=float, na_value=np.nan)


def _author_counts(examples: pd.DataFrame) -> np.ndarray:
    authors = examples["author"]
    counts = authors.map(authors.value_counts())
    return counts.to_numpy(dtype=float, na_value=np.nan)


def _binned(values: np.ndarray, starts: Sequence[int], missing: str) -> "pd.Categorical[Any]":
    """Return for each value the name of its bin; a bin begins at a start and the last has no end."""
    names = [
        f"{start} or more" if end is None else str(start) if end == start + 1 else f"{start} to {end - 1}"
        for start, end in zip(starts, [*starts[1:], None], strict=True)
    ]
    places = np.searchsorted(starts, np.nan_to_num(values, nan=starts[0]), side="right") - 1
    found = [missing if np.isnan(value) else names[place] for value, place in zip(values, places, strict=True)]
    return _ordered(found, [*names, missing])


def _ordered(found: Sequence[str], names: Sequence[str]) -> "pd.Categorical[Any]":
    """Return names as categories in their order, without those that do not occur."""
    there = [name for name in names if name in set(found)]
    made: pd.Categorical[Any] = pd.Categorical(list(found), categories=there, ordered=True)
    return made
