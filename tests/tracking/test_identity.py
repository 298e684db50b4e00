"""Identity: the same config, data and code are the same run."""

import shutil
import subprocess
from pathlib import Path

import pytest

import stance
from stance.tracking import flat_params, git_state, make_identity
from stance.tracking import identity as module

CHOICES = {"dataset": "awl", "classifier": "logreg", "folds": "leave_one_out"}


def test_the_name_shows_choices_and_the_first_digits_of_the_config():
    made = make_identity({"seed": 0}, CHOICES, "d" * 64)
    assert made.name == f"awl-logreg-leave_one_out-{made.config_sha[:8]}"
    assert made.dataset_sha == "d" * 64
    assert str(made) == f"config {made.config_sha[:8]}, data dddddddd, code {made.code_sha[:8]}"
    assert len(made.code_sha) == len(made.config_sha) == 64


def test_the_order_of_keys_does_not_matter_and_a_value_does():
    sha = make_identity({"a": 1, "b": {"c": 2}}, CHOICES, "d").config_sha
    assert make_identity({"b": {"c": 2}, "a": 1}, CHOICES, "d").config_sha == sha
    assert make_identity({"a": 1, "b": {"c": 3}}, CHOICES, "d").config_sha != sha


def test_params_are_flat_and_lists_stay_whole():
    config = {"classifier": {"_target_": "x.y", "ngrams": [1, 2]}, "seed": 0}
    assert flat_params(config) == {"classifier.target": "x.y", "classifier.ngrams": [1, 2], "seed": 0}


def test_git_state_tells_commit_and_dirt_and_nothing_outside_a_repository(tmp_path):
    assert git_state(tmp_path) == {}
    git = ["git", "-C", str(tmp_path), "-c", "user.name=t", "-c", "user.email=t@example.org"]
    package = tmp_path / "stance" / "__init__.py"
    package.parent.mkdir()
    package.touch()
    for command in (["init", "-q"], ["commit", "-q", "--allow-empty", "-m", "of something else"]):
        subprocess.run([*git, *command], check=True)
    assert git_state(tmp_path) == {}, "a repository that lies around the package says nothing of it"
    for command in (["add", "."], ["commit", "-q", "-m", "first"]):
        subprocess.run([*git, *command], check=True)
    clean = git_state(tmp_path)
    assert (len(clean["git_commit"]), clean["git_dirty"]) == (40, "false")
    (tmp_path / "new").touch()
    assert git_state(tmp_path)["git_dirty"] == "true"


def test_a_name_has_only_what_the_store_takes():
    flat = flat_params({"label_values": {"für (sehr)": "favor", "a/b c:d-e": "none"}})
    assert flat == {"label_values.für _sehr_": "favor", "label_values.a/b c:d-e": "none"}


def sha_of(config):
    return make_identity(config, CHOICES, "d").config_sha


def table(**changes):
    return {"_target_": "stance.dataset.load_table", "path": "/here/a.csv", "labels": ["a", "b"], **changes}


@pytest.mark.parametrize(
    "same",
    [
        {"dataset": table(path="elsewhere/b.csv")},
        {"dataset": table(), "tracking": {"experiment_name": "another", "texts": False}},
        {"dataset": table(_target_="stance.elsewhere.load_table")},
        {"dataset": table(), "folder": "outputs/elsewhere"},
    ],
)
def test_where_data_lies_where_runs_are_kept_and_where_a_function_stands_make_no_other_run(same):
    tracking = {"tracking": {"experiment_name": "awl", "texts": False}} if "tracking" in same else {}
    assert sha_of(same) == sha_of({"dataset": table(), **tracking})


@pytest.mark.parametrize(
    "other",
    [
        {"dataset": table(labels=["b", "a"])},
        {"dataset": table(_target_="stance.dataset.build_from_study")},
        {"dataset": table(), "tracking": {"texts": True}},
        {"dataset": table(), "sources": {"more": table()}},
    ],
)
def test_what_decides_makes_another_run(other):
    assert sha_of(other) != sha_of({"dataset": table()})


def test_a_function_of_ones_own_is_named_whole():
    one, other = ({"classifier": {"_target_": f"{module}.ridge"}} for module in ("mine", "yours"))
    assert sha_of(one) != sha_of(other)


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A copy of the package that may be changed, and its code_sha, asked anew each time."""
    copy = shutil.copytree(Path(stance.__file__).parent, tmp_path / "stance")
    monkeypatch.setattr(module, "__file__", str(copy / "tracking" / "identity.py"))
    return copy, module.code_sha.__wrapped__


def test_a_module_may_be_renamed_and_a_function_moved(package):
    copy, code_sha = package
    before = code_sha()
    (copy / "evaluation" / "mistakes.py").rename(copy / "evaluation" / "error_analysis.py")
    for path in copy.rglob("*.py"):
        source = path.read_text()
        path.write_text(
            source.replace("from stance.evaluation.mistakes import", "from stance.evaluation.error_analysis import")
        )
    assert code_sha() == before
    shown = (copy / "files.py").read_text()
    place = shown.index("def shown_path")
    (copy / "files.py").write_text(shown[:place])
    with (copy / "errors.py").open("a") as file:
        file.write("\n\n" + shown[place:])
    assert code_sha() == before


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        (
            "commands/train.py",
            "def evaluate_run(",
            "def evaluate_run_(",
        ),
        ("evaluation/scores/_metrics.py", "2 * right, either", "3 * right, either"),
        ("folds/_grouped.py", "    return", "    return  "),
    ],
)
def test_any_other_change_of_code_makes_another_run(package, file, old, new):
    copy, code_sha = package
    before = code_sha()
    source = (copy / file).read_text()
    assert old in source
    (copy / file).write_text(source.replace(old, new, 1))
    assert code_sha() != before


def test_code_of_ones_own_counts(tmp_path):
    own = tmp_path / "mine.py"
    own.write_text("alpha = 1")
    first = make_identity({}, CHOICES, "d", [own]).code_sha
    assert first != make_identity({}, CHOICES, "d").code_sha
    module.code_sha.cache_clear()
    own.write_text("alpha = 2")
    assert make_identity({}, CHOICES, "d", [own]).code_sha != first
