"""docs/estimate.md: its program prints what stands there, and its tables name what there is."""

from pathlib import Path

from stance.estimates import METHODS
from tests.documents import blocks

PAGE = (Path(__file__).parents[2] / "docs" / "estimate.md").read_text(encoding="utf-8")


def test_the_program_prints_what_stands_below_it(capsys):
    program, shown = blocks(PAGE, "python")[0], blocks(PAGE, "text")[0]
    exec(compile(program.text, "estimate.md", "exec"), {})
    assert capsys.readouterr().out == shown.text


def test_every_method_stands_in_the_table():
    lines = PAGE.splitlines()
    assert [method for method in METHODS if not any(line.startswith(f"| `{method}`") for line in lines)] == []
