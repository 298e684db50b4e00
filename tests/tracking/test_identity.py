"""Identity: the same config, data and code are the same run."""

import subprocess

from stance.tracking import flat_params, git_state, make_identity

CHOICES = {"dataset": "awl", "classifier": "logreg", "folds": "leave_one_out"}


def test_the_name_shows_choices_and_the_first_digits_of_the_config():
    identity = make_identity({"seed": 0}, CHOICES, "d" * 64)
    assert identity.name == f"awl-logreg-leave_one_out-{identity.config_sha[:8]}"
    assert identity.dataset_sha == "d" * 64
    assert str(identity) == f"config {identity.config_sha[:8]}, data dddddddd, code {identity.code_sha[:8]}"
    assert len(identity.code_sha) == len(identity.config_sha) == 64


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
    for command in (["init", "-q"], ["commit", "-q", "--allow-empty", "-m", "first"]):
        subprocess.run([*git, *command], check=True)
    clean = git_state(tmp_path)
    assert (len(clean["git_commit"]), clean["git_dirty"]) == (40, "false")
    (tmp_path / "new").touch()
    assert git_state(tmp_path)["git_dirty"] == "true"


def test_a_name_has_only_what_the_store_takes():
    flat = flat_params({"label_values": {"für (sehr)": "favor", "a/b c:d-e": "none"}})
    assert flat == {"label_values.für _sehr_": "favor", "label_values.a/b c:d-e": "none"}
