"""Each recipe of CONTRIBUTING.md is followed in a copy of the tree, and what it promises comes true."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.documents import blocks, first_not_printed, shown_commands

ROOT = Path(__file__).parents[1]
RECIPES = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
QUICK = "bootstrap.n_resamples=200"
LEFT_OUT = shutil.ignore_patterns("__pycache__", "fixtures", "truth")
PROGRAM = "import sys; from stance.commands.main import main; sys.exit(main())"


def recipe(name):
    """Return the steps of a recipe."""
    return re.split(r"^\*\*", RECIPES.split(f"**{name}**")[1], flags=re.MULTILINE)[0]


@pytest.fixture
def tree(tmp_path, migrated_store):
    """A copy of the tree, as a contributor has it."""
    for folder in ("stance", "configs", "seeds"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=LEFT_OUT)
    shutil.copy(migrated_store, tmp_path / "mlflow.db")
    return tmp_path


@pytest.fixture
def stance(tree):
    """Run the command of the copy, in the copy."""
    environment = os.environ | {"PYTHONPATH": str(tree)}

    def stance(*arguments):
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, *arguments], cwd=tree, env=environment, capture_output=True, text=True
        )
        return done.returncode, done.stdout + done.stderr

    return stance


def insert(path, before, text):
    source = path.read_text()
    assert source.count(before) >= 1
    path.write_text(source.replace(before, text + before, 1))


def test_a_classifier_a_fold_scheme_and_a_metric(tree, stance):
    for name in ("A classifier", "A fold scheme", "A metric"):
        for path in re.findall(r"`((?:stance|tests|configs)/[\w/.]+)`", recipe(name)):
            assert (ROOT / path).exists()
    schemas = tree / "stance" / "commands" / "config" / "_schemas.py"
    (tree / "stance" / "classifiers" / "_uniform.py").write_text(
        '"""Chance, every label alike."""\n\nfrom typing import Any\n\n\n'
        'def uniform(random_state: int = 0) -> Any:\n    """Draw every label equally often."""\n'
        "    from sklearn.dummy import DummyClassifier\n\n"
        '    return DummyClassifier(strategy="uniform", random_state=random_state)\n'
    )
    door = tree / "stance" / "classifiers" / "__init__.py"
    door.write_text(door.read_text() + "\nfrom stance.classifiers._uniform import uniform\n__all__ += ['uniform']\n")
    insert(schemas, "        classifiers.chance,\n", "        classifiers.uniform,\n")
    (tree / "configs" / "classifier" / "uniform.yaml").write_text(
        "# Cheats: every label alike.   stance train classifier=uniform\n"
        "defaults:\n  - /schema/classifier/uniform@_here_\n  - _self_\n\nrandom_state: ${seed}\n"
    )
    with (tree / "stance" / "folds" / "_given.py").open("a") as file:
        file.write(
            '\n\ndef halves(examples: "pd.DataFrame") -> list[Fold]:\n    """Test on the first half."""\n'
            "    import numpy as np\n\n    test = np.arange(len(examples)) < len(examples) // 2\n"
            "    return [Fold(0, 0, np.flatnonzero(~test), np.flatnonzero(test))]\n"
        )
    door = tree / "stance" / "folds" / "__init__.py"
    door.write_text(door.read_text() + "\nfrom stance.folds._given import halves\n__all__ += ['halves']\n")
    insert(schemas, "        folds.official,\n", "        folds.halves,\n")
    (tree / "configs" / "folds" / "halves.yaml").write_text(
        "# The first half.   stance train folds=halves\ndefaults:\n  - /schema/folds/halves@_here_\n  - _self_\n"
    )
    metrics = tree / "stance" / "evaluation" / "scores" / "_metrics.py"
    insert(
        metrics,
        '    "balanced_accuracy": "Mean',
        '    "error": "Share of the examples whose label is not the given one.",\n',
    )
    insert(
        metrics,
        '    made["balanced_accuracy"] =',
        '    made["error"] = _ratios("error", 1 - right.sum(axis=0, keepdims=True), everything, everything)\n',
    )
    code, output = stance("train", QUICK, "classifier=uniform", "folds=halves")
    assert code == 0, output
    (report,) = tree.glob("outputs/train/*/report/report.html")
    text = report.read_text()
    assert "The classifier is uniform: draw every label equally often" in text
    assert "halves: test on the first half" in text
    assert "Share of the examples whose label is not the given one." in text
    assert "found 'unifrom'" not in text
    assert "Did you mean 'uniform'?" in stance("train", "classifier=unifrom")[1]


def test_a_page_and_a_study(tree, stance):
    assert stance("new", "ferry", "seeds/sunday_opening/pages/village-blog.html", "--target", "the fee")[0] == 0
    shutil.copytree(tree / "ferry" / "seeds" / "ferry", tree / "seeds" / "ferry")
    page = stance("pages", "seeds/ferry/pages")[1].splitlines()[0]
    found = yaml.safe_load(page)
    row = f"{found['thread_id']},{found['comment_id']},,a1,none,,,,\n"
    with (tree / "seeds" / "ferry" / "annotations.csv").open("a") as file:
        file.write(row)
    code, output = stance("build", "dataset=ferry")
    assert code == 0, output
    assert "1 examples of 30 comments" in output
    environment = os.environ | {"PYTHONPATH": str(tree)}
    shutil.copytree(ROOT / "tests", tree / "tests", ignore=LEFT_OUT)
    done = subprocess.run(
        [sys.executable, "-m", "tests.golden"], cwd=tree, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert (tree / "seeds" / "ferry" / "stats.json").is_file()


def test_a_function_of_ones_own(tree, stance):
    for block in blocks(RECIPES):
        if block.file:
            (tree / block.file).write_text(block.text)
    (console,) = blocks(RECIPES, "console")
    ((command, printed),) = shown_commands(console)
    code, output = stance(*shlex.split(command)[1:])
    assert code == 0, output
    assert first_not_printed(printed, output) is None, output


@pytest.mark.parametrize("link", sorted(set(re.findall(r"\]\(([^)#:]+)\)", RECIPES))))
def test_what_it_links_to_is_there(link):
    assert (ROOT / link).exists()
