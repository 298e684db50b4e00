"""A dataset of several chunks: on disk, by one process or two, the same as in memory; and nothing is left behind."""

import gc
import os
import signal
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance.dataset import build_from_study, finishing, load_table, sha_of_examples
from stance.dataset.fingerprints import fingerprint_column
from stance.dataset.preparing import even_chunks
from stance.dataset.unfinished import unfinished_folder
from stance.dataset.workers import open_workers
from stance.duplicates import fingerprint
from stance.errors import InputError

COLUMNS = {"comment_id": "id", "text": "text", "author": "author", "thread_id": "thread"}
LABELS = ("against", "none", "favor")


@pytest.fixture
def small_chunks(monkeypatch, tmp_path):
    """Chunks of 3 units, in a temporary folder of the test's own."""
    monkeypatch.setattr(finishing, "even_chunks", partial(even_chunks, rows=3))
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
    monkeypatch.setattr(finishing, "even_chunks", even_chunks)
    in_memory = load(comments, **options)
    assert not in_memory.examples.cache_files
    assert everything(on_disk) == everything(in_memory)
    assert sha_of_examples(on_disk.examples, on_disk.targets, LABELS) == on_disk.sha
    assert on_disk.stats["duplicates"]["groups"] == 3


def test_two_processes_give_what_one_gives(comments, small_chunks):
    one, two = load(comments), load(comments, num_proc=2)
    assert everything(one) == everything(two)


def test_progress_is_told_of_all_units_in_each_stage(comments, small_chunks):
    told = {"reading": 0, "finishing": 0}

    def on_rows(stage, n_rows):
        told[stage] += n_rows

    load(comments, on_rows=on_rows)
    assert told == {"reading": 20, "finishing": 20}


@given(st.lists(st.integers(0, 9), max_size=6), st.integers(1, 7))
def test_even_chunks_are_even_whatever_they_were_cut_like(sizes, rows):
    starts = [sum(sizes[:place]) for place in range(len(sizes))]
    tables = [
        pa.table({"n": pa.array(range(start, start + size), pa.int64())})
        for start, size in zip(starts, sizes, strict=True)
    ]
    found = [chunk["n"].to_pylist() for chunk in even_chunks(iter(tables), rows)]
    assert [n for chunk in found for n in chunk] == list(range(sum(sizes)))
    assert all(len(chunk) == rows for chunk in found[:-1])
    assert all(chunk for chunk in found)


letters = st.sampled_from([*" \t\n\x1c\x1faB.", "É", "ß", "\u00a0", "\u2003", "Ａ", "ﬁ"])


@given(st.lists(st.text(letters, max_size=6), max_size=6), st.integers(0, 3))
def test_fingerprints_of_a_column_are_those_of_each_text(texts, start):
    column = pa.array(texts, pa.string()).slice(start)
    assert fingerprint_column(column).to_pylist() == [fingerprint(text) for text in texts[start:]]


# nothing is left behind


def test_the_files_of_a_large_dataset_go_with_its_examples(comments, small_chunks):
    built = load(comments)
    (folder,) = small_chunks.iterdir()
    assert sorted(path.name for path in folder.iterdir()) == [f"examples-{number:05}.arrow" for number in range(7)]
    del built
    gc.collect()
    assert list(small_chunks.iterdir()) == []


def test_a_build_that_fails_leaves_no_file(comments, small_chunks):
    with pytest.raises(InputError, match="expected an annotator of"):
        load(comments, adjudication="annotator", annotator="a3")
    assert list(small_chunks.iterdir()) == []


KILLED = """
import os, signal, sys, tempfile
from functools import partial
from stance.dataset import finishing, load_table
from stance.dataset.preparing import even_chunks
finishing.even_chunks = partial(even_chunks, rows=3)
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
    assert len(list(small_chunks.glob("stance-*"))) == 1
    for _ in range(100):
        if not processes_of(program):
            break
        time.sleep(0.1)
    assert processes_of(program) == []
    built = load(comments)
    assert len(list(small_chunks.glob("stance-*"))) == 1
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


def test_a_folder_that_is_being_written_is_left_alone_and_a_dead_one_is_removed(tmp_path):
    (tmp_path / "writing-dead").mkdir()
    (tmp_path / "other").mkdir()
    with unfinished_folder(tmp_path, "writing-") as first, unfinished_folder(tmp_path, "writing-") as second:
        assert first != second
        assert {path.name for path in tmp_path.iterdir()} == {"other", first.name, second.name}
    assert [path.name for path in tmp_path.iterdir()] == ["other"]


# workers


def double(number):
    if number == 13:
        raise InputError("13 is refused")
    return 2 * number


@pytest.mark.parametrize("num_proc", [1, 2])
def test_results_come_in_the_order_of_the_jobs(num_proc):
    with open_workers(num_proc) as workers:
        beside = workers.begin(partial(double, 50))
        assert list(workers.in_order(double, range(9))) == [2 * number for number in range(9)]
        assert beside() == 100


@pytest.mark.parametrize("num_proc", [1, 2])
def test_an_error_in_a_worker_comes_through(num_proc):
    with open_workers(num_proc) as workers, pytest.raises(InputError, match="13 is refused"):
        list(workers.in_order(double, range(20)))


def test_few_jobs_are_taken_ahead():
    taken = []

    def jobs():
        for number in range(20):
            taken.append(number)
            yield number

    with open_workers(2) as workers:
        results = workers.in_order(double, jobs())
        assert next(results) == 0
        assert len(taken) <= 5
        results.close()


def test_no_process_at_all_is_refused():
    with pytest.raises(InputError, match="num_proc: expected 1 or more processes, found 0"), open_workers(0):
        pass


def test_a_study_takes_processes_too(study):
    assert build_from_study(study, num_proc=2).sha == build_from_study(study).sha
