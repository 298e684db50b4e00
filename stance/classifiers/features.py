"""Which n-grams weighed most in the predictions of a linear classifier."""

from typing import Any

import numpy as np

N_STRONGEST = 5


def strongest_features(fitted: Any, features: Any, predicted: np.ndarray) -> list[str]:
    """Return for each row its n-grams that spoke most for the predicted label, strongest first, joined by " · ".

    `features`: what the pipeline's first steps make of the rows, (n_rows, n_features); `predicted`: n_rows
    labels. The weight of an n-gram is its TF-IDF times its coefficient for the predicted label (naive Bayes:
    its log weight less the mean over the labels). A classifier without n-grams or coefficients gives "".
    """
    from scipy.sparse import csr_matrix  # type: ignore[import-untyped, unused-ignore]

    weights = _weights_by_label(fitted)
    if weights is None:
        return [""] * len(predicted)
    names = feature_names(fitted)
    matrix = csr_matrix(features)
    found = []
    for row, code in enumerate(np.searchsorted(fitted.classes_, predicted)):
        columns = matrix.indices[matrix.indptr[row] : matrix.indptr[row + 1]]
        spoke = matrix.data[matrix.indptr[row] : matrix.indptr[row + 1]] * weights[code, columns]
        strongest = [column for column in np.argsort(-spoke, kind="stable")[:N_STRONGEST] if spoke[column] > 0]
        # characters at both edges of a word look alike once stripped
        shown = dict.fromkeys(str(names[columns[column]]).strip() for column in strongest)
        found.append(" · ".join(shown))
    return found


def strongest_by_label(fitted: Any, n_strongest: int = 10) -> dict[str, list[str]]:
    """Return for each label the n-grams that speak most for it in a fitted linear classifier, strongest first.

    Empty for a classifier without n-grams or coefficients. A n-gram that speaks against the label is not named.
    """
    weights = _weights_by_label(fitted)
    if weights is None:
        return {}
    names = feature_names(fitted)
    found = {}
    for label, row in zip(fitted.classes_, weights, strict=True):
        strongest = [place for place in np.argsort(-row, kind="stable")[:n_strongest] if row[place] > 0]
        found[str(label)] = [str(names[place]) for place in strongest]
    return found


def feature_names(fitted: Any) -> np.ndarray:
    """Return the n-grams of a fitted pipeline in the order of its features, `context: …` before those of a context."""
    parts = [part for part in fitted.named_steps["features"].transformers_ if part[1] != "drop"]
    return np.concatenate(
        [
            made.get_feature_names_out() if column == "text" else f"{column}: " + made.get_feature_names_out()
            for _, made, column in parts
        ]
    )


def _weights_by_label(fitted: Any) -> np.ndarray | None:
    """Return (n_labels, n_features) weights, None where the classifier has none or reads no text."""
    steps: Any = getattr(fitted, "named_steps", {})
    last: Any = steps.get("classifier")
    if not hasattr(steps.get("features"), "transformers_"):
        return None  # dimensions of an embedding have no names
    if hasattr(last, "coef_"):
        # with two labels scikit-learn keeps one row, for the second of them
        weights: np.ndarray = np.vstack([-last.coef_, last.coef_]) if len(last.coef_) == 1 else last.coef_
        return weights
    if hasattr(last, "feature_log_prob_"):
        centred: np.ndarray = last.feature_log_prob_ - last.feature_log_prob_.mean(axis=0)
        return centred
    return None
