"""Stance in comment threads: read pages, build datasets, evaluate classifiers honestly.

Every public name is here, and loads its room when it is first used:

    >>> from stance import build_from_study, classifiers, evaluate, folds
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from stance import classifiers, folds, report
    from stance.dataset import StanceDataset, build_dataset, build_from_study, load_table
    from stance.dataset.folder import read_dataset, to_convokit, write_dataset
    from stance.errors import InputError, ReadError
    from stance.estimates import contrast_shares, draw_sample, estimate_shares
    from stance.evaluation import (
        Evaluation,
        compare_runs,
        cross_predict,
        evaluate,
        evaluation_groups,
        make_subsets,
        measure_curve,
        measure_power,
    )
    from stance.evaluation.scores import Score, score_by, score_predictions
    from stance.folds import Fold, author_groups, fold_summary
    from stance.pages import read_pages
    from stance.study import Study, read_study
    from stance.study.agreement import agreement, measure_agreement
    from stance.study.annotations import Annotation
    from stance.thread import Comment, Thread

# the room of each name; a room itself is one of the names where its functions are what one asks it for
_ROOMS = {
    "stance": ("classifiers", "folds", "report"),
    "stance.dataset": ("StanceDataset", "build_dataset", "build_from_study", "load_table"),
    "stance.dataset.folder": ("read_dataset", "to_convokit", "write_dataset"),
    "stance.errors": ("InputError", "ReadError"),
    "stance.estimates": ("contrast_shares", "draw_sample", "estimate_shares"),
    "stance.evaluation": (
        "Evaluation",
        "compare_runs",
        "cross_predict",
        "evaluate",
        "evaluation_groups",
        "make_subsets",
        "measure_curve",
        "measure_power",
    ),
    "stance.evaluation.scores": ("Score", "score_by", "score_predictions"),
    "stance.folds": ("Fold", "author_groups", "fold_summary"),
    "stance.pages": ("read_pages",),
    "stance.study": ("Study", "read_study"),
    "stance.study.agreement": ("agreement", "measure_agreement"),
    "stance.study.annotations": ("Annotation",),
    "stance.thread": ("Comment", "Thread"),
}
_ROOM_OF = {name: room for room, names in _ROOMS.items() for name in names}

__all__ = [
    "Annotation",
    "Comment",
    "Evaluation",
    "Fold",
    "InputError",
    "ReadError",
    "Score",
    "StanceDataset",
    "Study",
    "Thread",
    "agreement",
    "author_groups",
    "build_dataset",
    "build_from_study",
    "classifiers",
    "compare_runs",
    "contrast_shares",
    "cross_predict",
    "draw_sample",
    "estimate_shares",
    "evaluate",
    "evaluation_groups",
    "fold_summary",
    "folds",
    "load_table",
    "make_subsets",
    "measure_agreement",
    "measure_curve",
    "measure_power",
    "read_dataset",
    "read_pages",
    "read_study",
    "report",
    "score_by",
    "score_predictions",
    "to_convokit",
    "write_dataset",
]


def __getattr__(name: str) -> Any:
    """Return a public name from its room, which is loaded now (PEP 562)."""
    if name not in _ROOM_OF:
        from stance.errors import did_you_mean

        raise AttributeError(f"module 'stance' has no {name!r}.{did_you_mean(name, __all__)}")
    room = _ROOM_OF[name]
    found = import_module(f"stance.{name}") if room == "stance" else getattr(import_module(room), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    """Return the public names, those that are not loaded yet too."""
    return sorted({*globals(), *__all__})
