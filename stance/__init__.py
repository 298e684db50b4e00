"""Stance in comment threads: read pages, build datasets, evaluate classifiers honestly.

    >>> from stance import read_study, build_from_study, load_table

Evaluation lives in `stance.folds`, `stance.classifiers` and `stance.evaluation`.
"""

from stance.dataset import StanceDataset, build_dataset, build_from_study, load_table
from stance.dataset.folder import write_dataset
from stance.errors import InputError, ReadError
from stance.pages import read_pages
from stance.study import Study, read_study
from stance.study.agreement import agreement, measure_agreement
from stance.study.annotations import Annotation
from stance.thread import Comment, Thread

__all__ = [
    "Annotation",
    "Comment",
    "InputError",
    "ReadError",
    "StanceDataset",
    "Study",
    "Thread",
    "agreement",
    "build_dataset",
    "build_from_study",
    "load_table",
    "measure_agreement",
    "read_pages",
    "read_study",
    "write_dataset",
]
