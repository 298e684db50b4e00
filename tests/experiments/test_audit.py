"""The audit: what is recomputed agrees to the last digits, and is put into the page."""

import importlib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def test_all_that_is_recomputed_agrees_and_stands_in_the_page(monkeypatch, tmp_path, capsys):
    monkeypatch.syspath_prepend(str(ROOT / "experiments"))
    audit = importlib.import_module("audit")
    table = audit.make_predictions()
    checks = [*audit.scores(table), *audit.intervals(table), *audit.agreement()]
    assert len({what for what, *_ in checks}) == len(checks) == 30
    for what, _, one, other in checks:
        assert one == pytest.approx(other, abs=1e-6 if what.startswith(("alpha", "AC1")) else 1e-12), what
    page = tmp_path / "audit.md"
    committed = (ROOT / "docs" / "audit.md").read_text(encoding="utf-8")
    page.write_text(committed, encoding="utf-8")
    monkeypatch.setattr("sys.argv", ["audit.py", "--write", str(page)])
    audit.main()
    # the last column holds differences of rounding, which a machine decides
    written = [line.rpartition(" | ")[0] for line in page.read_text(encoding="utf-8").splitlines()]
    assert written == [line.rpartition(" | ")[0] for line in committed.splitlines()]
    assert "| macro_f1 | scikit-learn | 0.668479 | 0.668479" in capsys.readouterr().out
