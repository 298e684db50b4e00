"""The dataset alone, from the command: built, without a person, and on a disk that is full."""

import json
import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

import datasets
import pytest

from stance.study import read_study

ROOT = Path(__file__).parents[2]
BUILD = ROOT / "experiments" / "build.py"


def author_of(study, place):
    """Return the name of an author of a study, in the order of first appearance."""
    (thread,) = read_study(study).threads
    return list(dict.fromkeys(comment.author for comment in thread.comments if comment.author))[place]


def test_build_writes_a_folder_that_load_dataset_opens(run, workspace):
    code, output = run("build", "dataset=awl")
    assert code == 0
    assert "16 examples of 16 comments by 4 authors; 5 without an author; dropped: none" in output
    assert "no person has labelled yet" in output
    (folder,) = (workspace / "outputs" / "datasets").iterdir()
    loaded = datasets.load_dataset(str(folder), cache_dir=str(workspace / "cache"))["train"]
    assert loaded.num_rows == 16
    assert loaded.features["label"].names == ["against", "none", "favor"]
    config = json.loads((folder / "config.json").read_text())
    assert config["dataset"]["study"] == "seeds/awl"
    # a tree that is no repository has no commit to name
    assert set(config["code"]) in ({"stance", "git_commit", "git_dirty"}, {"stance"})
    assert run("build", "dataset=awl")[0] == 0
    assert len(list((workspace / "outputs" / "datasets").iterdir())) == 1


def test_a_folder_that_is_not_a_study_gets_the_near_miss(run, workspace):
    code, output = run("build", "dataset.study=seeds/awk")
    assert code == 2
    assert "Did you mean 'seeds/awl'?" in output
    assert not (workspace / "outputs" / "datasets").exists()


@pytest.mark.parametrize(
    ("override", "said"),
    [
        ("dataset.adjudication=majorty", "adjudication: expected one of ['majority', 'unanimous', "),
        ("dataset.contxt=parent", "Did you mean 'dataset.context'?"),
        ("num_proc=0", "num_proc: expected 1 or more processes, found 0"),
    ],
)
def test_choices_that_do_not_exist_are_refused(run, workspace, override, said):
    code, output = run("build", override)
    assert code == 2
    assert said in output
    assert "Traceback" not in output


def test_a_person_is_erased_and_the_name_is_kept_nowhere(run, workspace):
    assert run("train")[0] == 0
    name = author_of(workspace / "seeds" / "awl", 1)
    # a run that wrote no dataset folder is found all the same
    _, output = run("build", f"erase='{name}'", "folder=elsewhere")
    assert "datasets that hold them, to be deleted: none" in output
    assert "runs that saw them: awl-logreg-" in output
    assert run("build")[0] == 0
    (before,) = (workspace / "outputs" / "datasets").iterdir()
    code, output = run("build", f"erase='{name}'")
    assert code == 0
    erased = [c.comment_id for t in read_study("seeds/awl").threads for c in t.comments if c.author == name]
    assert f"erased: {len(erased)} comments" in output
    assert f"datasets that hold them, to be deleted: {before.relative_to(workspace)}" in output
    assert "runs that saw them: awl-logreg-" in output
    assert "and revision: 2" in output
    assert all(f'#{comment_id}"' in output for comment_id in erased)
    kept = [path for path in workspace.rglob("*") if path.is_file() and "seeds" not in path.parts]
    assert len(kept) > 10
    assert [path for path in kept if name.encode() in path.read_bytes()] == []
    (after,) = set((workspace / "outputs" / "datasets").iterdir()) - {before}
    assert json.loads((after / "stats.json").read_text())["dropped"] == {"erased": len(erased)}


def test_runs_on_the_study_built_another_way_are_found_too_and_those_after_the_erasure_are_not(run, workspace):
    assert run("train", "dataset.context=title", "classifier=majority", "bootstrap.n_resamples=200")[0] == 0
    name = author_of(workspace / "seeds" / "awl", 1)
    assert "runs that saw them: awl-majority-" in run("build", f"erase='{name}'")[1]
    # another page has been seen by nobody
    _, output = run("build", "dataset=sunday_opening", "erase=reader-1")
    assert "runs that saw them: none" in output


def test_erasing_needs_no_store_and_makes_none(run, workspace):
    (workspace / "mlflow.db").unlink()
    code, output = run("build", f"erase='{author_of(workspace / 'seeds' / 'awl', 0)}'")
    assert code == 0
    assert "runs that saw them: none" in output
    assert not (workspace / "mlflow.db").exists()


def test_somebody_who_is_not_there_cannot_be_erased(run, workspace):
    code, output = run("build", "erase=reader-1")
    assert code == 2
    assert "erase: expected an author of the 4 shown, found 'reader-1'." in output
    names = [author_of(workspace / "seeds" / "awl", place) for place in range(4)]
    assert not any(name in output for name in names)


def test_a_sweep_would_keep_the_name_and_is_refused(workspace):
    done = subprocess.run([sys.executable, BUILD, "-m", "erase=reader-1"], capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr == "erase: not in a sweep, whose overrides are kept in a file; run it without -m\n"
    assert not (workspace / "multirun").exists()
    assert not (workspace / "outputs").exists()


def test_a_full_disk_is_said_in_a_line_and_nothing_is_left(workspace):
    def limit():
        # no file may have more than 4,000 bytes, which fills the disk for the Parquet file
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (4000, 4000))

    environment = os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, BUILD], preexec_fn=limit, env=environment, capture_output=True, text=True, cwd=workspace
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert done.stderr.splitlines()[-1].startswith("cannot read or write ")
    assert list((workspace / "outputs" / "datasets").iterdir()) == []
