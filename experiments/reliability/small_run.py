"""A run as small as it can be: what is tried of it is how it is begun, kept, sent and ended, not what it learns."""

import time
from pathlib import Path

import pandas as pd
from sklearn.dummy import DummyClassifier

from stance.commands.config._launch import _exit_code, _listen_to_ends
from stance.evaluation.scores import Score
from stance.tracking import (
    RunIdentity,
    RunRecord,
    begin_run,
    claim_run,
    doing,
    find_done,
    log_run,
    open_tracking,
)

SECONDS = 0.2
UNSENT = Path("outputs") / "unsent"


def do_small_run(uri: str, seed: int) -> int:
    """Do the run of a seed as `stance train` does its own, and return the exit code."""
    _listen_to_ends()
    return _exit_code(lambda: _do(uri, seed), "train")


def _do(uri: str, seed: int) -> None:
    identity = RunIdentity(f"small-{seed}", f"{seed:064d}", "d" * 64, "c" * 64)
    tracking = open_tracking(uri, "small", UNSENT, wait=2)
    with claim_run(tracking.claims, identity):
        begun = None
        while begun is None:
            if find_done(tracking, identity):
                return
            begun = begin_run(tracking, identity, {}, {"seed": seed})
        with doing(begun):
            time.sleep(SECONDS)
            log_run(begun, _record(Path(f"report-{seed}-{time.monotonic_ns()}")))


def _record(files: Path) -> RunRecord:
    examples = pd.DataFrame({"example_id": ["t#1", "t#2"], "label": ["favor", "against"], "text": ["a joy", "late"]})
    files.mkdir()
    for name in ("config.json", "predictions.csv", "report.html", *(f"table-{number}.csv" for number in range(20))):
        (files / name).write_text("example_id,label\n" * 50)
    return RunRecord(
        scores=[Score("macro_f1", 0.5, 0.25, 0.75)],
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
