"""Sums of predictions by group: all that scores, intervals and tests are made from, so that nothing is refitted."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from stance.errors import InputError, did_you_mean
from stance.evaluation.scores.calibration import (
    N_BINS,
    bin_rows,
    brier_losses,
    jensen_shannon_distances,
    log_losses,
    read_off_probabilities,
    read_off_shares,
    soft_cross_entropies,
)

SHOWN = 5


@dataclass(frozen=True, slots=True, eq=False)
class CodedRows:
    """Rows of predictions as numbers, n_rows each: which slice, group, given and predicted label.

    A slice is a repeat, or a target within a repeat (`n_parts` targets); a score is the mean over the slices.
    `sizes`: how many examples each group has. Groups are in the order of their first example by id.
    """

    slices: np.ndarray
    groups: np.ndarray
    given: np.ndarray
    predicted: np.ndarray
    sizes: np.ndarray
    n_slices: int
    n_parts: int


@dataclass(frozen=True, slots=True, eq=False)
class Sums:
    """What adds up over rows, such as the cells of a confusion matrix, by slice and group.

    `by_group`: (n_slices, n_groups, n_sums). `rows`: the sums of all rows and one more, spread over the cells
    of the matrix, (n_slices, n_sums); `squares`: the products of two sums of each of these rows, added up,
    (n_slices, n_sums, n_sums). `sizes`, `n_parts`: as in CodedRows.
    """

    by_group: np.ndarray
    rows: np.ndarray
    squares: np.ndarray
    sizes: np.ndarray
    n_parts: int


def code_rows(predictions: pd.DataFrame, groups: pd.Series, labels: Sequence[str], by: str | None = None) -> CodedRows:
    """Return predictions as numbers; `groups`: the group of each example, indexed by example_id.

    `by`: a column, such as the target, whose values are scored apart. Raises InputError for labels outside
    the label set, examples without a group, and examples that were predicted twice in a repeat.
    """
    check_rows(predictions, groups)
    given, predicted = label_codes(predictions["label"], labels), label_codes(predictions["predicted"], labels)
    ordered = groups[groups.index.isin(predictions["example_id"])].sort_index()
    codes, _ = pd.factorize(ordered.to_numpy())
    group = codes[ordered.index.get_indexer(pd.Index(predictions["example_id"]))]
    slices, repeats = pd.factorize(predictions["repeat"].to_numpy(), sort=True)
    n_parts = 1
    if by is not None:
        parts, names = pd.factorize(predictions[by].to_numpy(), sort=True)
        n_parts = len(names)
        slices = slices * n_parts + parts
    return CodedRows(slices, group, given, predicted, np.bincount(codes), len(repeats) * n_parts, n_parts)


def confusion_sums(rows: CodedRows, n_labels: int) -> Sums:
    """Return the cells of the confusion matrix, row by row, by slice and group."""
    n_sums = n_labels * n_labels
    place = (rows.slices * len(rows.sizes) + rows.groups) * n_sums + rows.given * n_labels + rows.predicted
    shape = (rows.n_slices, len(rows.sizes), n_sums)
    by_group = np.bincount(place, minlength=int(np.prod(shape))).reshape(shape).astype(float)
    total = by_group.sum(axis=1) + 1 / n_sums
    return Sums(by_group, total, total[:, :, np.newaxis] * np.eye(n_sums), rows.sizes, rows.n_parts)


def paired_sums(first: CodedRows, second: CodedRows, n_labels: int) -> Sums:
    """Return the cells of two classifiers' confusion matrices on the same rows, the first's before the second's."""
    n_sums = n_labels * n_labels
    by_group = np.concatenate([confusion_sums(rows, n_labels).by_group for rows in (first, second)], axis=2)
    place = ((first.slices * n_labels + first.given) * n_labels + first.predicted) * n_labels + second.predicted
    shape = (first.n_slices, n_labels, n_labels, n_labels)
    joint = np.bincount(place, minlength=int(np.prod(shape))).reshape(shape) + 1 / n_labels**3
    given, one, other = np.indices(shape[1:]).reshape(3, -1)
    cells = np.zeros((n_labels**3, 2 * n_sums))
    cells[np.arange(len(cells)), given * n_labels + one] = 1
    cells[np.arange(len(cells)), n_sums + given * n_labels + other] = 1
    flat = joint.reshape(first.n_slices, -1)
    squares = np.einsum("sc,ci,cj->sij", flat, cells, cells, optimize=True)
    return Sums(by_group, flat @ cells, squares, first.sizes, first.n_parts)


def probability_columns(predictions: pd.DataFrame, rows: CodedRows, labels: Sequence[str]) -> dict[str, np.ndarray]:
    """Return what each row adds to the sums of log_loss, brier, ece and soft scores; nothing if it has none.

    (n_rows, n_sums): the last sum counts rows, for soft scores those with shares of several annotators; ahead of it
    stands what is averaged, or, for ece, the gap of each bin. Raises
    InputError for probabilities that are none.
    """
    probabilities = read_off_probabilities(predictions, labels)
    if probabilities is None:
        return {}
    everywhere = np.arange(len(predictions))
    confidence = probabilities[everywhere, rows.predicted]
    gaps = np.zeros((len(predictions), N_BINS))
    gaps[everywhere, bin_rows(confidence)] = confidence - (rows.given == rows.predicted)
    made = {
        "log_loss": log_losses(probabilities, rows.given)[:, np.newaxis],
        "brier": brier_losses(probabilities, rows.given)[:, np.newaxis],
        "ece": gaps,
    }
    columns_of = {name: np.hstack([columns, np.ones((len(columns), 1))]) for name, columns in made.items()}
    shares = read_off_shares(predictions, labels)
    if shares is not None:
        known = ~np.isnan(shares).any(axis=1)
        given = np.where(known[:, np.newaxis], shares, 0.0)
        for name, losses in (
            ("soft_cross_entropy", soft_cross_entropies(probabilities, given)),
            ("soft_jensen_shannon", jensen_shannon_distances(probabilities, given)),
        ):
            columns_of[name] = np.column_stack([np.where(known, losses, 0.0), known.astype(float)])
    return columns_of


def column_sums(rows: CodedRows, columns: np.ndarray) -> Sums:
    """Return columns, (n_rows, n_sums), added up by slice and group."""
    shape = (rows.n_slices, len(rows.sizes))
    place = rows.slices * shape[1] + rows.groups
    added = [np.bincount(place, weights=column, minlength=shape[0] * shape[1]) for column in columns.T]
    by_group = np.stack(added, axis=-1).reshape(*shape, -1)
    of_slices = [columns[rows.slices == number] for number in range(shape[0])]
    squares = np.stack([part.T @ part for part in of_slices])
    return Sums(by_group, by_group.sum(axis=1), squares, rows.sizes, rows.n_parts)


def confusion(predictions: pd.DataFrame, labels: Sequence[str]) -> np.ndarray:
    """Count predictions in an (n_labels, n_labels) matrix: rows the given label, columns the predicted one."""
    size = len(labels)
    given, predicted = label_codes(predictions["label"], labels), label_codes(predictions["predicted"], labels)
    return np.bincount(given * size + predicted, minlength=size * size).reshape(size, size)


def label_codes(column: pd.Series, labels: Sequence[str]) -> np.ndarray:
    """Return the place of each label in the label set. Raises InputError for one that is not in it."""
    codes: np.ndarray = pd.Index(list(labels)).get_indexer(pd.Index(column))
    if (codes < 0).any():
        unknown = sorted({str(label) for label in column[codes < 0]})
        hint = did_you_mean(unknown[0], labels)
        raise InputError(f"column {column.name!r}: labels {unknown} are not in the label set {list(labels)}.{hint}")
    return codes


def check_rows(predictions: pd.DataFrame, groups: pd.Series) -> None:
    """Raise InputError, naming rows, for no predictions at all, examples without a group, and doubled ones."""
    if predictions.empty:
        raise InputError("predictions: expected at least one row, found none; there is nothing to score")
    ids = predictions["example_id"]
    homeless = ids[~ids.isin(groups.index[groups.notna()])].unique()
    doubled = ids[predictions.duplicated(["example_id", "repeat"])].unique()
    found = [
        f"{len(names)} example(s) {what}: {', '.join(map(repr, sorted(names)[:SHOWN]))}"
        for names, what in ((homeless, "without a group"), (doubled, "predicted more than once in a repeat"))
        if len(names)
    ]
    if found:
        raise InputError("predictions: " + "; ".join(found))
