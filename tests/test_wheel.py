"""From the wheel alone a study's folder becomes a dataset."""

import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
BUILD = """
from stance import build_from_study, write_dataset
import stance
print(stance.__file__)
print(write_dataset(build_from_study(%r), "datasets"))
"""


def test_the_wheel_builds_and_builds_a_dataset(tmp_path, study):
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("stance_threads-*.whl")
    with zipfile.ZipFile(wheel) as packed:
        names = packed.namelist()
        packed.extractall(tmp_path / "installed")
    assert "stance/py.typed" in names
    assert "stance/report/templates/report.html.j2" in names
    assert not [name for name in names if name.startswith(("seeds", "tests", "experiments"))]
    done = subprocess.run(
        [sys.executable, "-c", BUILD % str(study)],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path / "installed"), "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert str(tmp_path / "installed") in done.stdout
    assert (tmp_path / "datasets").is_dir()
