"""What stands at the top of a run: what decides it, and what it is compared by."""

import re
from collections.abc import Iterable, Mapping, Sequence

MOST_METRICS = 20
MOST_PARAMS = 15
MORE = "more"  # the param that says where the others are
# what a model is laid comments before with, where it is not the usual
UNUSUAL = {"dataset.context": "none", "dataset.context_limit": "0", "dataset.mask": "[]", "purge": "[]"}
UNSAID = ("None", "[]", "{}")
FIRST = ("classifier", "dataset", "folds", "labels", "dataset.metric", "tune", "experiment")
# what decides a run of shares
OF_SHARES = ("study", "predictions", "target", "of", "by", "method", "population", "group", "level", "model")
STRENGTH = re.compile(r"\.(C|alpha)$")
MAIN = ("macro_f1", "favor_against_f1", "accuracy")
FOLDS = ("fold_accuracy", "fold_macro_f1")
OTHERS = ("balanced_accuracy", "mcc", "log_loss", "favor_against_f1_by_target", "brier", "ece")
NOT_OWN = ("low/", "high/", "leak/", "gap/", "cross_target/", "f1/", "precision/", "recall/", "soft_")


def top_params(params: Mapping[str, object]) -> dict[str, str]:
    """Return at most 15 params: the choices, where data is from, and settings of the classifier, then of the folds.

    What is not said (None, an empty list) and which function does it are left out, unless that is the user's own.
    Where settings of classifier or folds did not fit, `more` says that they are in a file.

    >>> top_params({"seed": 0, "classifier": "logreg", "classifier.C": 1, "tune": None, "debug": "quick"})
    {'classifier': 'logreg', 'classifier.C': '1', 'seed': '0'}
    """
    said = said_params(params)
    places = [name for name in said if re.fullmatch(r"(dataset|sources\..+)\.(study|path)", name)]
    unusual = [name for name, usual in UNUSUAL.items() if said.get(name, usual) != usual]
    settings = {group: [name for name in said if name.startswith(f"{group}.")] for group in ("classifier", "folds")}
    strongest = sorted(settings["classifier"], key=lambda name: not STRENGTH.search(name))
    wanted = [*FIRST, *OF_SHARES, *places, *unusual, *strongest, "seed", *settings["folds"]]
    there = [name for name in dict.fromkeys(wanted) if name in said]
    if len(there) <= MOST_PARAMS:
        return {name: said[name] for name in there}
    top = there[: MOST_PARAMS - 1]
    return {name: said[name] for name in top} | {MORE: "params.json"}


def said_params(params: Mapping[str, object]) -> dict[str, str]:
    """Return params without those that are not said and those of which function of this package does it.

    >>> said_params({"folds": "official", "folds.target": "stance.folds.official", "tune": None, "seed": 0})
    {'folds': 'official', 'seed': '0'}
    """
    shown = {name: str(value) for name, value in params.items()}
    return {
        name: value
        for name, value in shown.items()
        if value not in UNSAID and not (name.endswith(".target") and value.startswith("stance."))
    }


def top_metrics(metrics: Sequence[tuple[str, float, int]], primary: str) -> list[tuple[str, float, int]]:
    """Return the metrics (name, value, step) of at most 20 names, in their order.

    First the one that the run is judged by and the main ones, with the ends of their intervals; then the values of the
    user's own with theirs, of each label's F1, of folds, and of the others. What predictions cost counts as a user's
    own.
    """
    names = list(dict.fromkeys(name for name, _, _ in metrics))
    main = [*dict.fromkeys([primary, *MAIN])]
    known = (*main, *FOLDS, *OTHERS)
    own = [name for name in names if name not in known and not name.startswith(NOT_OWN)]
    f1 = [name for name in names if name.startswith("f1/")]
    wanted = [*_with_ends(main), *_with_ends(own), *f1, *FOLDS, *OTHERS, f"leak/{primary}", *names]
    there = [name for name in dict.fromkeys(wanted) if name in names]
    top = {*there[:MOST_METRICS]}
    return [metric for metric in metrics if metric[0] in top]


def _with_ends(names: Iterable[str]) -> list[str]:
    return [f"{end}{name}" for name in names for end in ("", "low/", "high/")]
