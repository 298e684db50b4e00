"""A person's words: found in whatever holds them, and gone for good after the commands that are printed."""

import bz2
import gzip
import json
import lzma
import os
import sqlite3
import subprocess
import sys
import zipfile
from contextlib import closing
from dataclasses import asdict
from pathlib import Path

import pandas as pd
import pytest

from stance.files import MARKER
from stance.report.console import print_traces
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
        "sunk&nbsp;twice&nbsp;this&#32;year,&nbsp;and",
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
    (tmp_path / "g.txt").write_text("x" * ((1 << 24) - 12) + " has sunk twice this year", encoding="utf-8")
    with closing(sqlite3.connect(tmp_path / "h.sqlite")) as answers, answers:
        answers.execute("CREATE TABLE answers (prompt TEXT)")
        answers.execute("INSERT INTO answers VALUES (?)", [json.dumps({"content": TEXT}, ensure_ascii=False)])
    (tmp_path / "other.txt").write_text("The ferry is late.", encoding="utf-8")
    # archives in archives, and what other programs pack with
    (tmp_path / "i.tar.xz").write_bytes(lzma.compress(gzip.compress(TEXT.encode())))
    (tmp_path / "j.bz2").write_bytes(bz2.compress(TEXT.encode()))
    with zipfile.ZipFile(tmp_path / "k.zip", "w") as packed:
        packed.write(tmp_path / "e.parquet", "e.parquet")
    (tmp_path / "empty").write_bytes(b"")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "kept.txt").write_text(TEXT, encoding="utf-8")
    found = find_files(WORDS, Places([tmp_path], [], tmp_path / "study"), Origin(frozenset(), (), ""))
    assert [path.name[0] for path in found.others] == [*"abcdefghijk"]
    assert found.unread == ()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("broken.parquet", b"PAR1 and no more"),
        ("broken.zip", b"PK\x03\x04\x14\x00\x00\x00 and no more"),
        ("broken.csv.gz", gzip.compress(b"the ferry is late " * 9)[:-12]),
        ("broken.xz", lzma.compress(b"the ferry is late " * 9)[:-12]),
        ("broken.bz2", bz2.compress(b"the ferry is late " * 9)[:-12]),
        ("thesis.pdf", b"%PDF-1.7 and streams that are packed"),
        ("dump.zst", b"\x28\xb5\x2f\xfd and no more"),
        ("sheet.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and no more"),
    ],
    ids=["parquet", "zip", "gz", "xz", "bz2", "pdf", "zst", "xls"],
)
def test_what_cannot_be_read_to_its_end_is_named_and_not_taken_for_clean(tmp_path, capsys, name, content):
    (tmp_path / name).write_bytes(content)
    found = find_files(WORDS, Places([tmp_path], [], tmp_path / "study"), Origin(frozenset(), (), ""))
    assert (found.others, found.unread) == ((), (tmp_path / name,))
    print_traces({"vectors": [], **asdict(found)}, 0, [])
    said = "1 files that could not be read to the end, and may hold them: to be looked at by you: "
    assert capsys.readouterr().out == f"{said}{tmp_path / name}\n"


def test_what_may_not_be_opened_is_named(tmp_path, monkeypatch):
    (tmp_path / "closed").mkdir()
    (tmp_path / "locked.txt").write_text(TEXT, encoding="utf-8")
    opened, listed = Path.open, os.scandir

    def refuse(path, *said, **named):
        if Path(path).name in ("locked.txt", "closed"):
            raise PermissionError(13, "Permission denied", str(path))
        return (opened if isinstance(path, Path) else listed)(path, *said, **named)

    monkeypatch.setattr(Path, "open", refuse)
    monkeypatch.setattr(os, "scandir", refuse)
    found = find_files(WORDS, Places([tmp_path], [], tmp_path / "study"), Origin(frozenset(), (), ""))
    assert (found.others, found.unread) == ((), (tmp_path / "closed", tmp_path / "locked.txt"))


def test_what_is_broken_in_a_folder_that_goes_as_a_whole_is_not_named(tmp_path):
    folder = tmp_path / "outputs" / "report"
    folder.mkdir(parents=True)
    (folder / MARKER).touch()
    (folder / "a.zip").write_bytes(b"PK\x03\x04 and no more")
    (folder / "b.txt").write_text(TEXT, encoding="utf-8")
    found = find_files(WORDS, Places([tmp_path], [tmp_path], tmp_path / "study"), Origin(frozenset(), (), ""))
    assert (found.made, found.unread) == ((folder,), ())


@pytest.mark.parametrize(
    "content",
    [
        'thread_id,comment_id,label\nferry,7,"{long}"\n',
        "thread_id;comment_id;label\nferry;7;no\n",
        "sep=;\nthread_id;comment_id;label\nferry;7;no\n",
        "\ufeffthread_id,comment_id,label\nferry,7,no\n",
    ],
    ids=["a cell of 200,000 characters", "semicolons", "sep=", "a byte order mark"],
)
def test_rows_of_the_comments_are_found_in_every_sheet_that_can_be_collected(tmp_path, content):
    (tmp_path / "a.csv").write_text(content.replace("{long}", "x" * 200_000), encoding="utf-8")
    (tmp_path / "b.csv").write_text("thread_id,comment_id\nferry,8\n", encoding="utf-8")
    origin = Origin(frozenset(), (), "", frozenset({("ferry", "7")}))
    found = find_files(WORDS, Places([tmp_path], [], tmp_path / "study"), origin)
    assert (found.others, found.unread) == ((tmp_path / "a.csv",), ())


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
