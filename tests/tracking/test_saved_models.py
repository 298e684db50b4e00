"""The code beside a tracked model: enough to open it with its own code, whatever is installed."""

import os
import subprocess
import sys
from pathlib import Path

import pandas as pd

from stance import classifiers
from stance.classifiers.words import without_words
from stance.tracking.models import save_model

ELSEWHERE = """
import sys
import mlflow.pyfunc
import pandas as pd
model = mlflow.pyfunc.load_model(sys.argv[1])
print(list(model.predict(pd.DataFrame({"text": ["a joy", "late"]}))))
used = [module.__file__ for name, module in sys.modules.items() if name.split(".")[0] == "stance"]
assert used and all(path.startswith(sys.argv[1]) for path in used), used
"""


def test_a_model_is_opened_with_the_code_beside_it_whatever_is_installed(tmp_path):
    examples = pd.DataFrame({"text": ["a joy", "late", "a joy!", "so late"], "label": ["favor", "against"] * 2})
    model = without_words(classifiers.nb_svm().fit(examples[["text"]], examples["label"]))
    save_model(model, examples[["text"]][:1], tmp_path / "model")
    requirements = (tmp_path / "model" / "requirements.txt").read_text()
    assert "stance" not in requirements
    found = subprocess.run(
        [sys.executable, "-c", ELSEWHERE, str(tmp_path / "model")],
        env={**os.environ, "PYTHONPATH": "", "MLFLOW_DISABLE_TELEMETRY": "true"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.stdout.strip() == "['favor', 'against']", found.stderr
    code = [path.relative_to(tmp_path) for path in (tmp_path / "model" / "code").rglob("*.py")]
    assert Path("model/code/stance/classifiers/words.py") in code
    rooms = {path.parts[3].removesuffix(".py") for path in code}
    assert rooms.isdisjoint({"commands", "tracking", "report", "evaluation", "estimates"}), "what a model never asks"
