"""Labels are data: whatever they hold, they train, are tracked, and are compared."""

import pytest
from mlflow import MlflowClient

QUICK = ("bootstrap.n_resamples=200", "tracking.experiment_name=own")
CONFIG = """# A small table of one's own.   stance build dataset=own
defaults:
  - /schema/dataset/load_table@_here_
  - _self_

path: own.csv
target: the allotments
labels: LABELS
columns: {comment_id: id, author: who, text: comment, label: label}
about: {annotators: model}
"""


def make_table(workspace, labels, size=24):
    (workspace / "configs" / "dataset").mkdir(parents=True, exist_ok=True)
    (workspace / "configs" / "dataset" / "own.yaml").write_text(CONFIG.replace("LABELS", str(labels)))
    rows = [f'{n},reader-{n // 2},"Plots number {n} for all, {n * 7}","{labels[n % 3]}"' for n in range(size)]
    (workspace / "own.csv").write_text("\n".join(["id,who,comment,label", *rows]) + "\n")


@pytest.mark.parametrize(
    "labels",
    [
        ["no, never", "don't know", "yes"],
        ["0", "1", "2"],
        ["a?", "a!", "a+"],
        ["True", "False", "NA"],
        ["null", "nan", "x"],
    ],
)
def test_runs_with_any_labels_are_made_and_compared(run, workspace, labels):
    make_table(workspace, labels)
    for classifier in ("majority", "logreg"):
        code, output = run("train", "dataset=own", f"classifier={classifier}", "folds=leave_one_out", *QUICK)
        assert code == 0, output
    code, output = run("compare", "experiment_name=own", "bootstrap.n_resamples=200")
    assert code == 0, output
    client = MlflowClient(f"sqlite:///{workspace}/mlflow.db")
    found = client.search_runs([client.get_experiment_by_name("own").experiment_id])
    assert len({name for name in found[0].data.metrics if name.startswith("f1/")}) == 3


def test_leave_one_out_of_twelve_is_made_though_nothing_stricter_can_be(run, workspace):
    labels = ["against", "none", "favor"]
    make_table(workspace, labels, size=12)
    path = workspace / "own.csv"
    path.write_text(
        "\n".join(line.replace("reader-", f"reader-{n}-") for n, line in enumerate(path.read_text().splitlines()))
    )
    code, output = run("train", "dataset=own", "classifier=majority", "folds=leave_one_out", *QUICK)
    assert code == 0, output
    (report,) = workspace.glob("outputs/**/report/report.md")
    assert "No stricter folds beside these: they could not be made, because strictest:" in report.read_text()
