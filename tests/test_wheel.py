"""The wheel alone, in an environment of its own: its command, its configs, and the walk-through in an empty folder."""

import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

from stance.commands.main import VERBS
from tests.test_reuse import STUDY, walk

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (built,) = folder.glob("stance_threads-*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """An environment with the wheel in it, which borrows this one's other packages and sees nothing of the checkout."""
    home = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(home)], check=True)
    python = home / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--no-deps", "--no-index"]
    subprocess.run([*pip, "--disable-pip-version-check", str(wheel)], check=True)
    (packages,) = home.glob("lib/python*/site-packages")
    # a path named here is searched last, and what is in its own .pth files, such as this checkout, is not
    (packages / "borrowed.pth").write_text(sysconfig.get_paths()["purelib"])
    return home / "bin"


@pytest.fixture
def shell(installed, tmp_path, monkeypatch):
    """Run a command as a shell does in an empty folder, with nothing of the checkout in reach."""
    monkeypatch.chdir(tmp_path)
    left_out = ("PYTHONPATH", "MLFLOW_TRACKING_URI", "STANCE_PSEUDONYM_KEY", "COLUMNS")
    environment = {name: value for name, value in os.environ.items() if name not in left_out}
    environment |= {"PATH": f"{installed}{os.pathsep}/usr/bin:/bin", "HF_HUB_CACHE": str(tmp_path / "hub")}

    def shell(command):
        done = subprocess.run(["bash", "-c", command], env=environment, capture_output=True, text=True)
        return done.returncode, done.stdout + done.stderr

    return shell


def test_the_wheel_holds_the_package_its_configs_and_its_templates_and_nothing_else(wheel):
    with zipfile.ZipFile(wheel) as packed:
        names = packed.namelist()
    for inside in ("py.typed", "report/templates/report.html.j2", "dataset/folder/dataset.md.j2", "configs/train.yaml"):
        assert f"stance/{inside}" in names
    assert {name.split("/")[0] for name in names} == {"stance", names[-1].split("/")[0]}
    configs = {name.removeprefix("stance/") for name in names if name.startswith("stance/configs/")}
    there = {path.relative_to(ROOT).as_posix() for path in (ROOT / "configs").rglob("*") if path.is_file()}
    assert configs == {path for path in there if not path.startswith("configs/local/") or path.endswith("README.md")}


def test_stance_alone_lists_its_verbs_and_finds_the_package_it_came_with(shell, installed):
    code, output = shell("stance")
    assert code == 0
    for verb, line in VERBS.items():
        assert f"stance {verb}" in output
        assert line in output
    assert shell("python -c 'import stance; print(stance.__file__)'")[1].startswith(str(installed.parent))


def test_the_whole_of_the_walk_through_runs_from_the_wheel_in_an_empty_folder(shell, tmp_path):
    shutil.copy(STUDY / "pages" / "village-blog.html", tmp_path)
    folder = walk(tmp_path, shell)
    assert {path.name for path in folder.iterdir()} >= {"README.md", "seeds", "configs", "outputs", "mlflow.db"}


def test_another_folder_is_the_workspace_when_it_is_named(shell, tmp_path):
    assert shell("stance new ferry")[0] == 0
    code, output = shell("stance annotate check study=seeds/ferry --workspace ferry")
    assert (code, "`pages` must be a list of at least one page" in output) == (2, True)
    assert not (tmp_path / "outputs").exists()
    code, output = shell("stance --workspace nowhere train")
    assert (code, output) == (2, "--workspace: expected a folder, found 'nowhere'\n")


def test_tab_completes_what_a_verb_takes(shell):
    code, output = shell('COMP_LINE="stance train classifier=log" COMP_POINT=27 stance -sc query=bash')
    assert (code, output.split()) == (0, ["classifier=logreg"])
    code, output = shell('COMP_LINE="stance build dataset=se" COMP_POINT=23 stance -sc query=bash')
    assert (code, output.split()) == (0, ["dataset=semeval2016", "dataset=semeval2016_b"])
