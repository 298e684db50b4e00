"""A run of nothing, as small as a run can be, for the tests of what becomes of runs."""

from pathlib import Path

import pandas as pd
from sklearn.dummy import DummyClassifier

from stance.evaluation.scores import Score
from stance.tracking import RunIdentity, RunRecord

IDENTITY = RunIdentity("ferry-majority-strictest-c0ffee00", "c" * 64, "d" * 64, "e" * 64)
OTHER = RunIdentity("ferry-majority-strictest-0ff1ce00", "f" * 64, "d" * 64, "e" * 64)
FILES = ("config.json", "predictions.csv", "report.html")


def make_record(folder: Path) -> RunRecord:
    examples = pd.DataFrame({"example_id": ["t#1", "t#2"], "label": ["favor", "against"], "text": ["a joy", "late"]})
    files = folder / "report"
    files.mkdir(exist_ok=True)
    for name in FILES:
        (files / name).write_text("example_id,label\n" if name.endswith("csv") else "{}")
    return RunRecord(
        scores=[Score("macro_f1", 0.5, 0.25, float("nan"))],
        steps=pd.DataFrame({"accuracy": [0.0, 1.0], "macro_f1": [0.25, 0.75]}),
        files=files,
        summary="Nothing was learnt.",
        examples=examples,
        dataset_name="ferry",
        dataset_source="seeds/ferry",
        dataset_sha="d" * 64,
        model=DummyClassifier().fit(examples[["text"]], examples["label"]),
        input_example=pd.DataFrame({"text": ["a joy"]}),
    )
