"""A person's words: found in whatever holds them, and gone for good after the commands that are printed."""

import gzip
import json
import os
import sqlite3
import subprocess
import sys
import zipfile
from contextlib import closing
from pathlib import Path

import pandas as pd
import pytest

from stance.tracking.erasing import Origin, Places, SeenRun, Words, find_files, shell_lines

TEXT = "The ferry has sunk twice this year, and “nobody” pays."
WORDS = Words([TEXT], ["The ferry is late."])


@pytest.mark.parametrize(
    "held",
    [
        TEXT,
        json.dumps({"text": TEXT}),
        "<p>The <mark>ferry</mark> has sunk\n twice this&nbsp;year, and &ldquo;nobody&rdquo; pays.</p>",
        "the ferry has sunk twice",
        "has\\nsunk\\ttwice this year",
        'as they said, ""sunk twice this year and nobody""',
    ],
)
def test_words_are_found_however_a_file_writes_them(held):
    assert WORDS.within(held)


@pytest.mark.parametrize("other", ["The ferry is late.", "sunk twice this", "has this twice year sunk", ""])
def test_what_others_may_have_written_is_not_taken_for_theirs(other):
    assert not WORDS.within(other)


def test_what_others_have_written_too_and_what_is_short_is_not_looked_for():
    words = Words(["I agree.", "This is what they all say of it here."], ["This is what they all say of it here."])
    assert words.short == 1
    assert not words.within("I agree. This is what they all say of it here.")


def test_words_are_found_in_files_of_every_kind(tmp_path):
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "b.csv").write_text(TEXT, encoding="utf-16")
    (tmp_path / "c.gz").write_bytes(gzip.compress(TEXT.encode()))
    with zipfile.ZipFile(tmp_path / "d.skops", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("schema.json", json.dumps({"sunk twice this year and": 1}))
    pd.DataFrame({"evidence": [["", TEXT]]}).to_parquet(tmp_path / "e.parquet")
    (tmp_path / "f.xlsx").write_bytes((tmp_path / "d.skops").read_bytes())
    # across two blocks that are read apart
    (tmp_path / "g.txt").write_text("x" * ((1 << 24) - 20) + " " + TEXT, encoding="utf-8")
    with closing(sqlite3.connect(tmp_path / "h.sqlite")) as answers, answers:
        answers.execute("CREATE TABLE answers (prompt TEXT)")
        answers.execute("INSERT INTO answers VALUES (?)", [json.dumps({"content": TEXT}, ensure_ascii=False)])
    (tmp_path / "other.txt").write_text("The ferry is late.", encoding="utf-8")
    (tmp_path / "broken.parquet").write_bytes(b"PAR1 and no more")
    (tmp_path / "broken.zip").write_bytes((tmp_path / "d.skops").read_bytes()[:40])
    (tmp_path / "empty").write_bytes(b"")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "kept.txt").write_text(TEXT, encoding="utf-8")
    found = find_files(WORDS, Places([tmp_path], [], tmp_path / "study"), Origin(frozenset(), (), ""))
    assert [path.name[0] for path in found.others] == [*"abcdefgh"]


@pytest.mark.parametrize(
    ("sha", "config", "saw"),
    [
        ("before", {}, True),
        ("other+before", {}, True),
        ("other", {"dataset": {"study": "seeds/ferry"}}, True),
        ("other", {"dataset.study": "seeds/ferry"}, True),
        ("other", {"sources.a.path": "ferry"}, True),
        ("other", {"dataset.path": "outputs/datasets/ferry-1234/data/train.parquet"}, True),
        ("other", {"dataset.study": "other/ferry"}, False),
        ("after", {"dataset.study": "seeds/ferry"}, False),
        ("other", {"dataset.name": "seeds/ferry"}, False),
    ],
)
def test_what_was_made_from_a_study_is_known_by_its_config(sha, config, saw):
    origin = Origin(frozenset({"before"}), ("seeds/ferry", "outputs/datasets/ferry-1234"), "after")
    assert origin.made({"dataset_sha": sha, **config}) is saw
    assert origin.made({"shas": {"dataset_sha": sha}, "params": config}) is saw
    assert not origin.made({"sha": sha, **config})


def test_a_server_is_asked_by_its_address_and_its_files_by_its_own():
    run = SeenRun("ferry-logreg", "r1", True, ("m-1",), ("m-1",), ())
    lines = shell_lines("http://me:secret@127.0.0.1:5000", [run], [])
    assert "secret" not in "".join(lines)
    assert "store = MlflowClient('http://127.0.0.1:5000')" in lines[0]
    assert lines[1] == (
        "mlflow gc --tracking-uri http://127.0.0.1:5000 --run-ids r1 --logged-model-ids m-1 "
        '--backend-store-uri "<the server\'s own --backend-store-uri>"'
    )


def everything(folder):
    """Yield (path, bytes) of all that is below a folder, and of what is packed in it."""
    for path in (path for path in folder.rglob("*") if path.is_file()):
        yield path, path.read_bytes()
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as packed:
                yield from ((path, packed.read(name)) for name in packed.namelist())
        if path.suffix == ".parquet":
            yield path, str(pd.read_parquet(path).to_dict("records")).encode()


def test_after_the_commands_that_are_printed_no_byte_of_the_persons_words_is_left(run, workspace, study):
    quick = ["dataset.study=ferry", "folds=leave_one_out", "bootstrap.n_resamples=200"]
    assert run("train", *quick, "tracking.texts=true", "classifier.ngrams=[1,5]")[0] == 0
    assert run("train", *quick, "seed=1", "tracking=offline")[0] == 0
    assert run("build", "dataset.study=ferry", "folder=elsewhere/deep", "dataset.context=parent")[0] == 0
    assert run("annotate", "sheet", "study=ferry", "annotator=a1")[0] == 0
    (workspace / "thesis.md").write_text("> A joy? It has sunk twice.\n")
    from mlflow import MlflowClient

    client = MlflowClient(f"sqlite:///{workspace / 'mlflow.db'}")
    (experiment,) = client.search_experiments(filter_string="name = 'awl'")
    (run_made,) = client.search_runs([experiment.experiment_id])
    client.set_tag(run_made.info.run_id, "note", "A joy? It has sunk twice.")
    # of a run that was deleted the files are still there
    deleted = client.create_run(experiment.experiment_id, tags={"dataset_sha": "of other settings"}).info.run_id
    client.log_param(deleted, "dataset.study", "ferry")
    client.log_text(deleted, "nothing that can be found by its words", "digested.txt")
    client.delete_run(deleted)

    def holding():
        theirs = (b"sunk", b"twice", b"far too dear")
        kept = (workspace / "ferry", workspace / "thesis.md")
        found = {path for path, content in everything(workspace) if any(words in content.lower() for words in theirs)}
        return {path for path in found if not any(path.is_relative_to(own) for own in kept)}

    before = holding()
    assert {path.suffix for path in before} >= {".skops", ".html", ".csv", ".json", ".parquet", ".db"}
    code, said = run("build", "dataset.study=ferry", "erase=reader-1")
    assert code == 0, said
    assert "the database of the runs (they go with the runs; if not, look at its tags and notes): mlflow.db\n" in said
    assert "other files that hold their words, to be looked at by you: thesis.md\n" in said
    assert "in the study or table itself, to be changed by you: ferry/annotations.csv, ferry/pages/ferry.json" in said
    assert "datasets that hold them, to be deleted: elsewhere/deep/ferry-" in said
    assert said.count("outputs/annotation/ferry/a1-") >= 2
    lines = [line for line in said.splitlines() if line.startswith(("  rm ", "  python ", "  mlflow "))]
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    done = subprocess.run(
        ["bash", "-e", "-c", "\n".join(lines)], env=os.environ | {"PATH": path}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert holding() == set()
    code, said = run("build", "dataset.study=ferry", "erase=reader-1")
    assert "runs that saw them: none" in said
    assert "to delete all" not in said
    assert (workspace / "thesis.md").exists()
    assert not [path for path, _ in everything(workspace / "mlartifacts")]
