"""A dataset of several chunks: on disk, by one process or two, the same as in memory; and nothing is left behind."""

import gc
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance.dataset import build_from_study, load_table
from stance.dataset.chunks import _chunking as chunking
from stance.dataset.duplicates import fingerprint, fingerprint_column
from stance.dataset.examples import sha_of_examples
from stance.errors import InputError

COLUMNS = {"comment_id": "id", "text": "text", "author": "author", "thread_id": "thread"}
LABELS = ("against", "none", "favor")


@pytest.fixture
def small_chunks(monkeypatch, tmp_path):
    """Chunks of 3 units, in a temporary folder of the test's own."""
    monkeypatch.setattr(chunking, "CHUNK_ROWS", 3)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    return tmp_path / "temporary"


@pytest.fixture
def comments(tmp_path):
    """A CSV of 20 comments with two annotators; every fourth has the text of the one before it."""
    rows = ["id,thread,author,text,a1,a2"]
    for number in range(20):
        said = number - (number % 4 == 3)
        text = f"text {said} of @reader-{said}"
        second = LABELS[(number + (number % 5 == 0)) % 3]
        rows.append(f"{number},t{number // 6},reader-{number % 7},{text},{LABELS[number % 3]},{second}")
    path = tmp_path / "comments.csv"
    path.write_text("\n".join(rows) + "\n")
    return path


def load(path, **options):
    return load_table(path, LABELS, COLUMNS, target="the ferry", annotator_columns=["a1", "a2"], **options)


def everything(dataset):
    dropped = [str(entry) for entry in dataset.dropped]
    return dataset.sha, dataset.stats, dataset.examples.to_list(), dropped


# the same as in memory


@pytest.mark.parametrize("options", [{}, {"duplicates": "drop", "mask": ["mentions"]}, {"near_duplicates": 0.7}])
def test_chunks_on_disk_give_what_one_chunk_in_memory_gives(comments, small_chunks, monkeypatch, options):
    on_disk = load(comments, **options)
    assert on_disk.examples.cache_files
    monkeypatch.setattr(chunking, "CHUNK_ROWS", 20)
    in_memory = load(comments, **options)
    assert not in_memory.examples.cache_files
    assert everything(on_disk) == everything(in_memory)
    assert sha_of_examples(on_disk.examples, on_disk.targets, LABELS) == on_disk.sha
    assert on_disk.stats["duplicates"]["groups"] == 3


def test_two_processes_give_what_one_gives(comments, small_chunks):
    one, two = load(comments), load(comments, num_proc=2)
    assert everything(one) == everything(two)


def test_progress_is_told_of_all_units_in_each_stage(comments, small_chunks):
    told = {"checking": 0, "reading": 0, "finishing": 0}

    def on_rows(stage, n_rows):
        told[stage] += n_rows

    load(comments, on_rows=on_rows)
    assert told == {"checking": 20, "reading": 20, "finishing": 20}


letters = st.sampled_from([*" \t\n\x1c\x1faB.", "É", "ß", "\u00a0", "\u2003", "Ａ", "ﬁ"])


@given(st.lists(st.text(letters, max_size=6), max_size=6), st.integers(0, 3))
def test_fingerprints_of_a_column_are_those_of_each_text(texts, start):
    column = pa.array(texts, pa.string()).slice(start)
    assert fingerprint_column(column).to_pylist() == [fingerprint(text) for text in texts[start:]]


# nothing is left behind


def test_the_files_of_a_large_dataset_go_with_its_examples(comments, small_chunks):
    built = load(comments)
    (folder,) = (path for path in small_chunks.iterdir() if path.is_dir())
    assert sorted(path.name for path in folder.iterdir()) == [f"examples-{number:05}.arrow" for number in range(7)]
    del built
    gc.collect()
    assert list(small_chunks.iterdir()) == []


def test_a_build_that_fails_leaves_no_file(comments, small_chunks):
    with pytest.raises(InputError, match="expected an annotator of"):
        load(comments, adjudication="annotator", annotator="a3")
    assert list(small_chunks.iterdir()) == []


KILLED = """
import os, signal, sys
from stance.dataset.chunks import _chunking as chunking
from stance.dataset import load_table
chunking.CHUNK_ROWS = 3
def kill(stage, n_rows):
    os.kill(os.getpid(), signal.SIGKILL)
if __name__ == "__main__":
    load_table(sys.argv[1], ["against", "none", "favor"], {"comment_id": "id", "text": "text", "author": "author"},
        target="x", annotator_columns=["a1"], num_proc=int(sys.argv[2]), on_rows=kill)
"""


@pytest.mark.parametrize("num_proc", ["1", "2"])
def test_what_a_killed_build_leaves_is_removed_by_the_next_and_its_workers_end(
    comments, small_chunks, tmp_path, num_proc
):
    program = tmp_path / "killed.py"
    program.write_text(KILLED)
    environment = os.environ | {"TMPDIR": str(small_chunks), "PYTHONPATH": str(Path(__file__).parents[2])}
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    done = subprocess.run([sys.executable, program, comments, num_proc], env=environment, **quiet)
    assert done.returncode == -signal.SIGKILL
    assert len([path for path in small_chunks.glob("stance-*") if path.is_dir()]) == 1
    for _ in range(600):
        if not processes_of(program):
            break
        time.sleep(0.1)
    assert processes_of(program) == []
    built = load(comments)
    assert len([path for path in small_chunks.glob("stance-*") if path.is_dir()]) == 1
    del built
    gc.collect()
    assert list(small_chunks.glob("stance-*")) == []


def processes_of(program):
    """Return the command lines of the processes whose command or environment names a program's folder."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            environment = (path / "environ").read_bytes()
        except OSError:
            continue
        if f"TMPDIR={program.parent}/".encode() in environment:
            found.append((path / "cmdline").read_bytes())
    return found


def test_a_study_takes_processes_too(study):
    assert build_from_study(study, num_proc=2).sha == build_from_study(study).sha
