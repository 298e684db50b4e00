"""docs/estimate.md: its walk and its program print what stands there, and its tables name what there is."""

import csv
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from stance.estimates import METHODS
from tests.documents import blocks, first_not_printed, shown_commands

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "estimate.md").read_text(encoding="utf-8")


def test_the_program_prints_what_stands_below_it(capsys):
    program, shown = blocks(PAGE, "python")[0], blocks(PAGE, "text")[0]
    exec(compile(program.text, "estimate.md", "exec"), {})
    assert capsys.readouterr().out == shown.text


def test_every_method_stands_in_the_table():
    lines = PAGE.splitlines()
    assert [method for method in METHODS if not any(line.startswith(f"| `{method}`") for line in lines)] == []


@pytest.fixture
def walked(workspace, run):
    """The walk of the page, done in a folder of its own; returns each command with what it was to print and printed."""
    (workspace / "seeds").unlink()
    (workspace / "seeds").mkdir()
    found = []
    for block in blocks(PAGE, "console"):
        for shown in shown_commands(block):
            program, *arguments = shlex.split(shown.command.replace("RUN", _run_id(workspace)))
            if program == "stance":
                code, output = run(*arguments)
            elif program == "cp":
                shutil.copy(*arguments)
                code, output = 0, ""
            else:
                done = subprocess.run(
                    [sys.executable, ROOT / arguments[0], *arguments[1:]], capture_output=True, text=True
                )
                code, output = done.returncode, done.stdout + done.stderr
            assert code == 0, f"{shown.command}: {output}"
            found.append((shown, output))
    return found


def _run_id(workspace):
    reports = sorted((workspace / "mlartifacts").rglob("predictions.csv"))
    return reports[0].parents[1].name if reports else ""


def test_the_walk_comes_to_shares_that_hold_the_truth(walked, workspace):
    for shown, output in walked:
        assert first_not_printed(shown.printed, output) is None, f"{shown.command}: {output}"
    (folder,) = (workspace / "outputs" / "estimates").iterdir()
    with (folder / "tables" / "shares.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    with (workspace / "seeds" / "village" / "truth.csv").open(newline="") as file:
        truth = [row["label"] for row in csv.DictReader(file)]
    for row in rows:
        if row["method"] in ("ppi++", "dsl", "labelled"):
            assert float(row["share_low"]) <= truth.count(row["label"]) / len(truth) <= float(row["share_high"])
    names = {path.name for path in folder.rglob("*") if path.is_file()}
    assert {"report.html", "report.md", "by_month.png", "by_thread.svg", "differences_by_month.tex"} <= names
    page = (folder / "report.html").read_text()
    assert "What cannot be told" in page
    assert "200 labelled comments were in the model&#39;s training" in page
