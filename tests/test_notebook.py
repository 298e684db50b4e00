"""From a notebook: what docs/reuse.md shows of Python runs in a process that knows neither Hydra nor MLflow."""

import json
import os
import shutil
import subprocess
import sys

from tests.documents import blocks, first_not_printed
from tests.test_reuse import REUSE, ROOT, STUDY, write_file

LOADED = """
import json, sys
print(json.dumps(sorted({name.split(".")[0] for name in sys.modules})))
"""


def test_the_notebook_of_the_walk_through_needs_neither_hydra_nor_mlflow(tmp_path):
    for block in blocks(REUSE):
        write_file(block, tmp_path)
    shutil.copytree(STUDY, tmp_path / "seeds" / "my_study", dirs_exist_ok=True)
    (cell,) = blocks(REUSE, "python")
    done = run_cells(cell.text + LOADED, tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    *printed, loaded = done.stdout.splitlines()
    assert {"hydra", "omegaconf", "mlflow"} & set(json.loads(loaded)) == set()
    assert {"stance", "datasets"} <= set(json.loads(loaded))
    (shown,) = blocks(REUSE, "text")
    assert first_not_printed(shown.text.splitlines(), "\n".join(printed)) is None, done.stdout


def test_a_notebook_that_imports_hydra_would_be_seen(tmp_path):
    done = run_cells("import stance.commands.config._source" + LOADED, tmp_path)
    assert {"hydra", "omegaconf"} <= set(json.loads(done.stdout))


def run_cells(code, folder):
    """Run Python in a fresh process that starts in a folder, warnings being errors."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "HF_HOME": str(folder / "hub"), "HF_HUB_OFFLINE": "1"}
    environment["HF_DATASETS_DISABLE_PROGRESS_BARS"] = "1"
    command = [sys.executable, "-W", "error", "-c", code]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
