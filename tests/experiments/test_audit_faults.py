"""The table of the audit's faults: read off reports, off tables of docs, and held by tests that there are."""

import importlib
import json
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def faults(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "experiments"))
    return importlib.import_module("audit_faults")


def test_every_fault_has_a_number_and_every_test_that_is_named_is_there(faults):
    assert {number.fault for number in faults.NUMBERS} == set(range(1, 16))
    for number in faults.NUMBERS:
        path, _, name = number.source.partition("::")
        if name:
            assert f"def {name}(" in (ROOT / path).read_text(encoding="utf-8"), number.source


def test_what_a_report_says_is_read_off_it_and_what_is_absent_is_said_to_be(faults, tmp_path):
    folder = tmp_path / "train" / "2020-02-03_10-00-00-000000" / "report"
    folder.mkdir(parents=True)
    choices = {"dataset": "awl", "folds": "strictest", "classifier": "logreg"}
    (folder / "config.json").write_text(json.dumps({"choices": choices}))
    report = "the interval reaches 22 points to each side\nauthor_prior predicts what majority does, throughout: x"
    (folder / "report.md").write_text(report)
    found = {row[1]: row for row in faults.rows(tmp_path)}
    command = "`stance train dataset=awl folds=strictest classifier=logreg`"
    assert found["AWL, points to each side of a share"][3:] == ("22 points", command)
    assert found["GWSD, nominal alpha"][3] == faults.ABSENT
    assert found["recall by label, 70/24/6, 100 comments in 9 groups"][3].startswith("marked as not to be trusted")
    assert found["favor_against_f1, 20 groups"][3].startswith("coverage 95.8 % where it is shown unmarked, in 14% of")
    (folder / "report.md").write_text("nothing of it")
    with pytest.raises(SystemExit, match="in it, found it nowhere"):
        dict.fromkeys(faults.rows(tmp_path))


def test_the_page_has_every_row(faults):
    page = (ROOT / "docs" / "audit.md").read_text(encoding="utf-8")
    table = page.partition("<!-- faults -->")[2].partition("<!-- end of faults -->")[0]
    for number in faults.NUMBERS:
        assert f"| {number.fault} | {number.what} | {number.before} |" in table
