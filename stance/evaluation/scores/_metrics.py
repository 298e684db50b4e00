"""Metrics: what each is by definition, its value, and how it changes with each cell that it is made from."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from stance.errors import InputError, did_you_mean

# One sentence and its source for each metric; {label} is filled in.
DEFINITIONS: Mapping[str, str] = {
    "macro_f1": "Mean of the F1 of every label that was given or predicted, each label counting alike "
    "(the averaged F1 of Opitz and Burst 2019).",
    "favor_against_f1": "Mean of the F1 of favor and the F1 of against over all examples together; none counts only "
    "through the errors it takes part in (SemEval-2016 Task 6, Mohammad et al. 2016).",
    "favor_against_f1_by_target": "Mean over the targets of the favor_against_f1 of each target's examples "
    "(the macro-average by target of Mohammad et al. 2016).",
    "accuracy": "Share of the examples whose predicted label is the given one.",
    "balanced_accuracy": "Mean of the recall of every label that was given (Brodersen et al. 2010).",
    "mcc": "Matthews' correlation of given and predicted labels, for several labels: 1 all right, 0 as good as "
    "chance, where it is also 0 if only one label is given or predicted (Gorodkin 2004).",
    "f1/{label}": "Harmonic mean of precision and recall of {label}: 2 × right / (given + predicted) "
    "(van Rijsbergen 1979).",
    "precision/{label}": "Share of the examples predicted as {label} that are {label}; 0 if it was never predicted.",
    "recall/{label}": "Share of the examples that are {label} that were predicted as {label}.",
    "log_loss": "Mean of minus the natural logarithm of the probability given to the right label (Good 1952); "
    "0 is best, and a probability of nothing counts as the smallest that the machine knows from 0.",
    "brier": "Mean over the examples of the squared differences of all probabilities from 1 for the given label and "
    "0 for the others, summed over the labels: from 0, best, to 2 (Brier 1950, for several labels).",
    "soft_cross_entropy": "Mean over the examples with several annotators of minus the sum of each label's share of "
    "them times the natural logarithm of its probability (Peterson et al. 2019; Uma et al. 2021); best is the entropy "
    "of the shares, which is above 0 where annotators disagree.",
    "soft_jensen_shannon": "Mean over the examples with several annotators of the Jensen-Shannon distance of the "
    "probabilities to the labels' shares of the annotators, the root of the divergence to base 2: 0 alike, 1 with "
    "nothing in common (Endres and Schindelin 2003).",
    "ece": "Expected calibration error: examples in 10 bins of equal width by the probability of the predicted label; "
    "the mean over the examples of the distance between their bin's mean probability and its share of right ones "
    "(Naeini et al. 2015, Guo et al. 2017). With few examples it is above 0 even where probabilities are right.",
}
LOWER_IS_BETTER = ("log_loss", "brier", "ece", "soft_cross_entropy", "soft_jensen_shannon")


@dataclass(frozen=True, slots=True, eq=False)
class Metric:
    """A metric as a function of sums that add up over examples, such as the cells of a confusion matrix.

    `value`: sums (…, n_sums) to values (…), not a number where undefined; `gradient`: sums (…, n_sums) to how the
    value changes with each (…, n_sums), nothing where undefined; `span`: the least and the greatest value.
    `parts`: the ratios whose mean the metric is, (n_ratios, n_sums), with 1 for the sums that a ratio rests on; None
    where it rests on all of them.
    """

    name: str
    value: Callable[[np.ndarray], np.ndarray]
    gradient: Callable[[np.ndarray], np.ndarray]
    span: tuple[float, float] = (0.0, 1.0)
    parts: np.ndarray | None = None


def define(name: str) -> str:
    """Return what a metric is, in a sentence with its source.

    >>> define("recall/favor")
    'Share of the examples that are favor that were predicted as favor.'
    """
    kind, _, label = name.partition("/")
    return DEFINITIONS[f"{kind}/{{label}}" if label else kind].format(label=label)


def check_metric(metric: str, labels: Sequence[str]) -> None:
    """Raise InputError unless a task with these labels can be judged by this metric of a confusion matrix."""
    known = list(make_metrics(labels))
    if metric not in known:
        found = f"expected for the labels {list(labels)} one of {known}, found {metric!r}"
        raise InputError(f"metric: {found}.{did_you_mean(metric, known)}")


def make_metrics(labels: Sequence[str]) -> dict[str, Metric]:
    """Return the metrics of a confusion matrix by name; their sums are its cells, row by row.

    Labels that are neither given nor predicted leave macro F1, those that are not given balanced accuracy. An
    F1, a precision, a recall is undefined where its label does not occur, and 0 where nothing was right.
    """
    size = len(labels)
    unit = np.eye(size)
    right = (unit[:, :, np.newaxis] * unit[:, np.newaxis, :]).reshape(size, -1)
    given, predicted = np.repeat(unit, size, axis=1), np.tile(unit, size)
    either, everything = given + predicted, np.ones((1, size * size))
    made = {"macro_f1": _ratios("macro_f1", 2 * right, either, either)}
    if {"favor", "against"} <= set(labels):
        sides = [list(labels).index("favor"), list(labels).index("against")]
        made["favor_against_f1"] = _ratios(
            "favor_against_f1", 2 * right[sides], either[sides], everything.repeat(2, axis=0)
        )
    made["accuracy"] = _ratios("accuracy", right.sum(axis=0, keepdims=True), everything, everything)
    made["balanced_accuracy"] = _ratios("balanced_accuracy", right, given, given)
    made["mcc"] = Metric("mcc", partial(_mcc, size=size), partial(_mcc_gradient, size=size), (-1.0, 1.0))
    for place, label in enumerate(labels):
        at = slice(place, place + 1)
        made[f"f1/{label}"] = _ratios(f"f1/{label}", 2 * right[at], either[at], either[at])
        made[f"precision/{label}"] = _ratios(f"precision/{label}", right[at], predicted[at], either[at])
        made[f"recall/{label}"] = _ratios(f"recall/{label}", right[at], given[at], given[at])
    return made


def metric_functions(labels: Sequence[str]) -> dict[str, Callable[[np.ndarray], np.ndarray]]:
    """Return each metric by name: a function from confusion matrices (…, n_labels, n_labels) to values (…)."""
    return {name: partial(_of_matrices, metric) for name, metric in make_metrics(labels).items()}


def metric_of(name: str, function: Callable[[np.ndarray, Sequence[str]], float], labels: Sequence[str]) -> Metric:
    """Return a function of a confusion matrix as a metric; its gradient is taken by central differences.

    `function`: from counts (n_labels, n_labels), given by predicted, and the labels to a number. Its interval is that
    of every metric, whose values lie from 0 to 1 unless the function has an attribute `span`, a pair of numbers.

    Raises InputError where it gives a value outside.

    >>> import numpy as np
    >>> missed = metric_of("missed", lambda matrix, labels: matrix[0, 1] / matrix[0].sum(), ["against", "favor"])
    >>> missed.value(np.array([[3.0, 1.0, 0.0, 4.0]]))
    array([0.25])
    """
    size, labels = len(labels), list(labels)
    span: tuple[float, float] = getattr(function, "span", (0.0, 1.0))

    def called(sums: np.ndarray) -> np.ndarray:
        with np.errstate(divide="ignore", invalid="ignore"):
            found = [float(function(matrix, labels)) for matrix in sums.reshape(-1, size, size)]
        return np.array(found).reshape(sums.shape[:-1])

    def value(sums: np.ndarray) -> np.ndarray:
        found = called(sums)
        if outside := found[(found < span[0]) | (found > span[1])].tolist():
            raise InputError(
                f"metric {name!r}: expected values from {span[0]:g} to {span[1]:g}, found {outside[0]:g}; give the "
                f"function its own ends: {function.__name__}.span = (least, greatest)"
            )
        return found

    def gradient(sums: np.ndarray) -> np.ndarray:
        steps = np.eye(sums.shape[-1]) * 1e-4
        around = [(called(sums + step) - called(sums - step)) / 2e-4 for step in steps]
        found: np.ndarray = np.nan_to_num(np.stack(around, axis=-1))
        return found

    return Metric(name, value, gradient, span)


def probability_metrics() -> dict[str, Metric]:
    """Return the metrics of probabilities by name; for their sums see probability_columns."""
    above, below = np.array([[1.0, 0.0]]), np.array([[0.0, 1.0]])
    return {
        "log_loss": _ratios("log_loss", above, below, below, (0.0, float("inf"))),
        "brier": _ratios("brier", above, below, below, (0.0, 2.0)),
        "ece": Metric("ece", _ece, _ece_gradient),
        "soft_cross_entropy": _ratios("soft_cross_entropy", above, below, below, (0.0, float("inf"))),
        "soft_jensen_shannon": _ratios("soft_jensen_shannon", above, below, below),
    }


def mean_of_rows(name: str, span: tuple[float, float]) -> Metric:
    """Return the mean of what each row adds; its sums are that, and how many rows there are."""
    above, below = np.array([[1.0, 0.0]]), np.array([[0.0, 1.0]])
    return _ratios(name, above, below, below, span)


def at_equal_shares(metric: Metric, n_labels: int) -> Metric:
    """Return a metric of a confusion matrix in which each label that was given weighs alike (Kitagawa 1955).

    So scores of examples with other label shares can be compared.

    >>> accuracy = make_metrics(["against", "favor"])["accuracy"]
    >>> float(at_equal_shares(accuracy, 2).value(np.array([90.0, 0.0, 5.0, 5.0])))
    0.75
    """

    def weighed(sums: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        matrices = sums.reshape(*sums.shape[:-1], n_labels, n_labels)
        given = matrices.sum(axis=-1, keepdims=True)
        weight = np.divide(1.0, given, out=np.zeros_like(given), where=given > 0)
        return matrices * weight, weight

    def value(sums: np.ndarray) -> np.ndarray:
        return metric.value(weighed(sums)[0].reshape(sums.shape))

    def gradient(sums: np.ndarray) -> np.ndarray:
        rates, weight = weighed(sums)
        of_rates = metric.gradient(rates.reshape(sums.shape)).reshape(rates.shape)
        found: np.ndarray = (of_rates - (of_rates * rates).sum(axis=-1, keepdims=True)) * weight
        return found.reshape(sums.shape)

    return Metric(f"{metric.name}_at_equal_shares", value, gradient, metric.span, metric.parts)


def difference_of(metric: Metric) -> Metric:
    """Return the difference of a metric between two classifiers; its sums are the first's, then the second's."""
    least, greatest = metric.span
    width = greatest - least  # without end for log_loss
    parts = None if metric.parts is None else np.hstack([metric.parts, metric.parts]) / 2
    return Metric(
        metric.name, partial(_difference, metric), partial(_difference_gradient, metric), (-width, width), parts
    )


def _of_matrices(metric: Metric, matrices: np.ndarray) -> np.ndarray:
    return metric.value(matrices.reshape(*matrices.shape[:-2], -1))


def _ratios(
    name: str,
    above: np.ndarray,
    below: np.ndarray,
    occurs: np.ndarray,
    span: tuple[float, float] = (0.0, 1.0),
) -> Metric:
    """Return the metric that is the mean of ratios of sums: of those whose `occurs` adds up to something.

    `above`, `below`, `occurs`: (n_ratios, n_sums), how often each sum counts; 0 where there is nothing below.
    """

    def value(sums: np.ndarray) -> np.ndarray:
        ratios, _, share = _parts(sums, above, below, occurs)
        found: np.ndarray = np.where(share.any(axis=-1), (ratios * share).sum(axis=-1), np.nan)
        return found

    def gradient(sums: np.ndarray) -> np.ndarray:
        ratios, weight, share = _parts(sums, above, below, occurs)
        found: np.ndarray = (weight * share) @ above - (ratios * weight * share) @ below
        return found

    return Metric(name, value, gradient, span, (below > 0).astype(float))


def _parts(
    sums: np.ndarray, above: np.ndarray, below: np.ndarray, occurs: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return for each ratio its value, one over what is below it, and its share of the mean: (…, n_ratios) each."""
    bottom = sums @ below.T
    weight = np.divide(1.0, bottom, out=np.zeros_like(bottom), where=bottom > 0)
    there = bottom > 0 if occurs is below else sums @ occurs.T > 0
    share = there / np.maximum(there.sum(axis=-1, keepdims=True), 1)
    return (sums @ above.T) * weight, weight, share


def _mcc(sums: np.ndarray, size: int) -> np.ndarray:
    covariance, spread, *_ = _mcc_parts(sums, size)
    found: np.ndarray = np.divide(covariance, spread, out=np.zeros_like(spread), where=spread > 0)
    return found


def _mcc_gradient(sums: np.ndarray, size: int) -> np.ndarray:
    covariance, spread, given, predicted, given_spread, predicted_spread = _mcc_parts(sums, size)
    total = given.sum(axis=-1)[..., np.newaxis, np.newaxis]
    rows, columns = given[..., :, np.newaxis], predicted[..., np.newaxis, :]
    right = sums.reshape(*sums.shape[:-1], size, size)
    hits = np.trace(right, axis1=-2, axis2=-1)[..., np.newaxis, np.newaxis]
    of_covariance = total * np.eye(size) + hits - predicted[..., :, np.newaxis] - given[..., np.newaxis, :]
    one = np.ones_like(spread)
    safe = [np.where(spread > 0, part, one)[..., np.newaxis, np.newaxis] for part in (given_spread, predicted_spread)]
    of_log = (total - rows) / safe[0] + (total - columns) / safe[1]
    scale = np.where(spread > 0, spread, np.inf)[..., np.newaxis, np.newaxis]
    found: np.ndarray = (of_covariance - covariance[..., np.newaxis, np.newaxis] * of_log) / scale
    return found.reshape(sums.shape)


def _mcc_parts(sums: np.ndarray, size: int) -> tuple[np.ndarray, ...]:
    matrices = sums.reshape(*sums.shape[:-1], size, size)
    given, predicted = matrices.sum(axis=-1), matrices.sum(axis=-2)
    total = given.sum(axis=-1)
    covariance = np.trace(matrices, axis1=-2, axis2=-1) * total - (given * predicted).sum(axis=-1)
    given_spread, predicted_spread = (total**2 - (margin**2).sum(axis=-1) for margin in (given, predicted))
    return covariance, np.sqrt(given_spread * predicted_spread), given, predicted, given_spread, predicted_spread


def _ece(sums: np.ndarray) -> np.ndarray:
    rows = sums[..., -1]
    gaps = np.abs(sums[..., :-1]).sum(axis=-1)
    found: np.ndarray = np.divide(gaps, rows, out=np.full(rows.shape, np.nan), where=rows > 0)
    return found


def _ece_gradient(sums: np.ndarray) -> np.ndarray:
    rows = np.maximum(sums[..., -1:], 1)
    return np.concatenate([np.sign(sums[..., :-1]) / rows, -_ece(sums)[..., np.newaxis] / rows], axis=-1)


def _difference(metric: Metric, sums: np.ndarray) -> np.ndarray:
    half = sums.shape[-1] // 2
    found: np.ndarray = metric.value(sums[..., :half]) - metric.value(sums[..., half:])
    return found


def _difference_gradient(metric: Metric, sums: np.ndarray) -> np.ndarray:
    half = sums.shape[-1] // 2
    return np.concatenate([metric.gradient(sums[..., :half]), -metric.gradient(sums[..., half:])], axis=-1)
