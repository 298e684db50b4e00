"""Workers: results in the order of the jobs, by one process or two; files and processes only where there is much."""

import os
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path

import pyarrow as pa
import pytest

from stance.dataset.chunks._workers import Workers, open_workers
from stance.errors import InputError


@pytest.fixture(autouse=True)
def temporary(monkeypatch, tmp_path):
    """A temporary folder of the test's own."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def double(number):
    if number == 13:
        raise InputError("13 is refused")
    return 2 * number


@pytest.mark.parametrize("num_proc", [1, 2])
def test_results_come_in_the_order_of_the_jobs(num_proc):
    with open_workers(num_proc) as workers:
        workers.begin_large()
        beside = workers.begin(partial(double, 50))
        assert list(workers.in_order(double, range(9))) == [2 * number for number in range(9)]
        assert beside() == 100


@pytest.mark.parametrize("num_proc", [1, 2])
def test_an_error_in_a_worker_comes_through(num_proc):
    with open_workers(num_proc) as workers, pytest.raises(InputError, match="13 is refused"):
        list(workers.in_order(double, workers.sized(range(20))))


def test_few_jobs_are_taken_ahead():
    taken = []

    def jobs():
        for number in range(20):
            taken.append(number)
            yield number

    with open_workers(2) as workers:
        results = workers.in_order(double, workers.sized(jobs()))
        assert next(results) == 0
        assert len(taken) <= 5
        results.close()


def test_no_process_at_all_is_refused():
    with pytest.raises(InputError, match="num_proc: expected 1 or more processes, found 0"), open_workers(0):
        pass


def test_a_lone_item_stays_in_memory_and_a_second_one_begins_files_and_processes(temporary):
    table = pa.table({"n": [1]})
    with open_workers(2) as workers:
        assert list(workers.sized([1])) == [1]
        assert (workers.folder, workers.pool, workers.path_of("t")) == (None, None, None)
        assert workers.hand_over(table, "t") is table
        assert list(workers.sized([1, 2, 3])) == [1, 2, 3]
        assert workers.pool is not None
        assert workers.hand_over(table, "t") == workers.folder / "t"
        assert [path for path in temporary.iterdir() if path.is_dir()] == [workers.folder]
    assert list(temporary.iterdir()) == []


def test_alone_tables_are_handed_over_as_they_are_though_there_are_files():
    table = pa.table({"n": [1]})
    with open_workers(1) as workers:
        workers.begin_large()
        assert workers.pool is None
        assert workers.path_of("t") == workers.folder / "t"
        assert workers.hand_over(table, "t") is table


def test_files_that_are_kept_outlive_the_workers(temporary):
    with open_workers(1) as workers:
        workers.begin_large()
        remove = workers.keep_files()
    assert [path for path in temporary.iterdir() if path.is_dir()] == [workers.folder]
    remove()
    assert list(temporary.iterdir()) == []


def test_in_memory_nothing_begins():
    workers = Workers(in_memory=True)
    assert list(workers.sized([1, 2])) == [1, 2]
    assert (workers.folder, workers.pool) == (None, None)


LONG = """
import os, sys
from stance.dataset.chunks import _workers
from stance.errors import InputError

_workers.LOADED = []
if sys.argv[1:]:
    _workers.SHORT_FOLDERS = ()
if __name__ == "__main__":
    try:
        with _workers.open_workers(2) as workers:
            workers.begin_large()
            print(*workers.in_order(len, ["ab", "c"]), workers.folder.parent == _workers.Path(os.environ["TMPDIR"]))
    except InputError as error:
        print(error)
"""


@pytest.mark.parametrize("arguments", [[], ["no short folder"]])
def test_a_folder_of_a_long_path_is_too_long_for_the_socket_only(temporary, arguments):
    long = temporary / ("a" * 60) / ("b" * 60)
    long.mkdir(parents=True)
    program = temporary / "long.py"
    program.write_text(LONG)
    environment = os.environ | {"TMPDIR": str(long), "PYTHONPATH": str(Path(__file__).parents[3])}
    done = subprocess.run([sys.executable, program, *arguments], env=environment, capture_output=True, text=True)
    refused = (
        "num_proc: expected a folder for temporary files whose path has at most 71 bytes, since processes are reached "
        f"by a socket in it, found {long} of {len(str(long))}; set TMPDIR to a shorter one, or use num_proc=1\n"
    )
    assert (done.stdout, done.stderr) == (refused if arguments else "2 1 True\n", "")
    assert list(long.iterdir()) == []
