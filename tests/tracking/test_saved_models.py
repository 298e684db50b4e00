"""The code beside a tracked model: enough to open it where nothing is installed, and out of the way where it is."""

import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import pandas as pd
import pytest

from stance import classifiers
from stance.classifiers.words import without_words
from stance.tracking.models import save_model

ROOT = Path(__file__).parents[2]
# without -S the checkout would be in reach, by a .pth file
ABSENT = """
import sys
sys.path.append(sys.argv.pop(1))
from mlflow.cli import cli
cli()
"""
# what MLflow has put before the package is there in processes that begin later too
LATER = """
import sys
import mlflow.pyfunc
import pandas as pd
for model in sys.argv[1:]:
    print(*mlflow.pyfunc.load_model(model).predict(pd.DataFrame({"text": ["a joy", "late"]})))
    assert sys.path[0].startswith(model)
for name in [name for name in sys.modules if name.split(".")[0] == "stance"]:
    del sys.modules[name]
from stance import evaluate
import stance
print(evaluate.__module__, stance.__file__)
"""


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    examples = pd.DataFrame({"text": ["a joy", "late", "a joy!", "so late"], "label": ["favor", "against"] * 2})
    folder = tmp_path_factory.mktemp("models")
    made = {"nb_svm": classifiers.nb_svm(tokens="tweets"), "majority": classifiers.majority()}
    for name, classifier in made.items():
        fitted = without_words(classifier.fit(examples[["text"]], examples["label"]))
        save_model(fitted, examples[["text"]][:1], folder / name)
    return [folder / name for name in made]


def python(*arguments, path, cwd):
    environment = {**os.environ, "PYTHONPATH": path, "MLFLOW_DISABLE_TELEMETRY": "true"}
    command = [sys.executable, *map(str, arguments)]
    return subprocess.run(command, env=environment, cwd=cwd, capture_output=True, text=True)


def test_a_model_predicts_where_the_package_is_not_installed(models, tmp_path):
    required = (models[0] / "requirements.txt").read_text()
    assert "stance" not in required
    assert "nltk==" in required
    (tmp_path / "in.csv").write_text("text\na joy\nlate\n")
    packages = sysconfig.get_paths()["purelib"]
    predict = ["models", "predict", "-m", models[0], "--env-manager", "local", "-t", "csv", "-i", "in.csv"]
    found = python("-S", "-c", ABSENT, packages, *predict, path="", cwd=tmp_path)
    assert '{"predictions": ["favor", "against"]}' in found.stdout, found.stderr
    alone = python("-S", "-c", "import stance", path="", cwd=tmp_path)
    assert "No module named 'stance'" in alone.stderr


def test_only_what_a_model_asks_goes_with_it(models):
    code = [path.relative_to(models[0]) for path in (models[0] / "code").rglob("*.py")]
    assert Path("code/stance/classifiers/words.py") in code
    rooms = {path.parts[2].removesuffix(".py") for path in code}
    assert rooms.isdisjoint({"commands", "tracking", "report", "evaluation", "estimates"}), "what a model never asks"


def test_where_the_package_is_installed_its_whole_is_used_however_many_models_are_open(models, tmp_path):
    found = python("-c", LATER, *models, path=str(ROOT), cwd=tmp_path)
    assert found.stdout.splitlines() == [
        "favor against",
        "against against",
        f"stance.evaluation._evaluate {ROOT / 'stance' / '__init__.py'}",
    ], found.stderr
