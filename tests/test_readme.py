"""The README shows only what was run: its commands and its Python are run here."""

import re
import shlex
from pathlib import Path

import pytest

from tests.documents import blocks, entry_points

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = entry_points(README)
# the sweep on the command line is the preset's, and the preset is run
RUN_ELSEWHERE = {"-m"}


def test_the_commands_of_the_readme_run_in_its_order_and_print_its_table(run):
    table = _without_seconds(README.split("What `make train` ends with:")[1].split("```")[1].strip())
    assert table.count("│    …") == 5
    printed = []
    assert len(COMMANDS) == 12
    for verb, arguments in COMMANDS:
        overrides = shlex.split(arguments)
        if verb in ("pages", "ui") or RUN_ELSEWHERE & set(overrides):
            continue
        code, output = run(verb, *overrides)
        assert code == 0, f"{verb} {arguments}: {output}"
        printed.append(_without_seconds(output))
    assert sum(table in output for output in printed) == 1, "the sweep prints the table; later runs join it"


def _without_seconds(printed: str) -> str:
    """Return what was printed without the one column that depends on the machine."""
    return re.sub(r"(?m)│ +\d+\.\d │$", "│    … │", printed)


def test_the_sweep_on_the_command_line_is_the_one_of_the_preset():
    (arguments,) = [arguments for _, arguments in COMMANDS if arguments.startswith("-m")]
    preset = (ROOT / "configs" / "experiment" / "awl_baselines.yaml").read_text(encoding="utf-8")
    for override in shlex.split(arguments)[1:]:
        assert override.replace("=", ": ") in preset


def test_the_python_of_the_readme_runs(workspace, capsys):
    (code,) = blocks(README, "python")
    exec(compile(code.text, "README.md", "exec"), {})
    printed = capsys.readouterr().out
    assert re.search(r"macro_f1 +0\.20 \(0\.\d\d to 0\.\d\d\)", printed)
    assert Path(printed.strip().splitlines()[-1], "data", "train.parquet").is_file()


def test_the_page_named_in_the_readme_is_read(capsys, monkeypatch):
    (page,) = re.findall(r"^stance pages (\S+)", README, flags=re.MULTILINE)
    from stance.pages.__main__ import main

    monkeypatch.chdir(ROOT)
    assert main([page]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 16


@pytest.mark.parametrize("link", sorted(set(re.findall(r"\]\(([^)#:]+)\)", README))))
def test_what_the_readme_links_to_is_there(link):
    assert (ROOT / link).exists()


@pytest.mark.parametrize("target", ["train", "test", "ui"])
def test_every_make_target_of_the_readme_explains_itself(target):
    assert re.search(rf"^{target}:.*## \w", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE)
