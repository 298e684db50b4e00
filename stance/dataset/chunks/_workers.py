"""Work on chunks, in one process or several: the same results in the same order, and few chunks under way."""

import os
import tempfile
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from itertools import chain, islice
from multiprocessing import forkserver, get_context, parent_process, util
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from stance.dataset.chunks._chunking import put_aside
from stance.errors import InputError
from stance.files import unfinished_folder

if TYPE_CHECKING:
    import pyarrow as pa

Job = TypeVar("Job")
Result = TypeVar("Result")
UNDER_WAY = 2  # jobs for each process: one in work, one waiting
TEMPORARY = "stance-dataset-"
# what Python appends to the folder of temporary files for the socket by which it reaches workers, and the most bytes
# that such a path may have: 107 on Linux, 103 on macOS
SOCKET, SOCKET_BYTES = "/pymp-01234567/listener-01234567", 103
SHORT_FOLDERS = ("/tmp", "/var/tmp", "/dev/shm")  # only a socket, in a folder of its own
# imported once in a process of its own, which workers are forks of
LOADED = [
    "__main__",
    "pandas.util",
    "pyarrow.compute",
    "pyarrow.parquet",
    "stance.dataset.passes._rewriting",
    "stance.dataset.tables",
]


class Workers:
    """Who works on chunks: as long as there is one, this process in memory; else `num_proc` processes, with files.

    The files are in `folder`, in the system's temporary folder. `in_memory`: one process without files, whatever
    comes. What a function raises comes through.

    Raises InputError if `num_proc` is below 1.
    """

    def __init__(self, num_proc: int = 1, in_memory: bool = False) -> None:
        if num_proc < 1:
            raise InputError(f"num_proc: expected 1 or more processes, found {num_proc}")
        self.num_proc = num_proc
        self.in_memory = in_memory
        self.folder: Path | None = None
        self.pool: ProcessPoolExecutor | None = None
        self._files, self._processes = ExitStack(), ExitStack()

    def sized(self, items: Iterable[Job]) -> Iterator[Job]:
        """Pass items on; where there is a second one, files and processes are used from before the first."""
        items = iter(items)
        first = list(islice(items, 2))
        if len(first) == 2 and not self.in_memory:
            self.begin_large()
        yield from chain(first, items)

    def begin_large(self) -> None:
        """Use files and processes from now on."""
        if self.folder is None:
            self.folder = self._files.enter_context(unfinished_folder(Path(tempfile.gettempdir()), TEMPORARY))
        if self.pool is None and self.num_proc > 1:
            # not forked from this process, whose threads may hold locks of Arrow's
            pool = ProcessPoolExecutor(self.num_proc, get_context("forkserver"), initializer=_end_with_parent)
            self.pool = self._processes.enter_context(pool)

    def path_of(self, name: str) -> Path | None:
        """Return the path of a file in `folder`, None where tables stay in memory."""
        return None if self.folder is None else self.folder / name

    def hand_over(self, table: "pa.Table", name: str) -> "pa.Table | Path":
        """Return a table as another process takes it best, as a file; as it is where this one does the work."""
        return put_aside(table, None if self.pool is None else self.path_of(name))

    def in_order(self, function: Callable[[Job], Result], jobs: Iterable[Job]) -> Iterator[Result]:
        """Yield `function(job)` of each job in their order; two jobs for each process at most are taken ahead."""
        waiting: deque[Future[Result]] = deque()
        try:
            for job in jobs:
                # asked only now: the jobs may have begun the processes
                if self.pool is None:
                    yield function(job)
                    continue
                waiting.append(self.pool.submit(function, job))
                if len(waiting) >= UNDER_WAY * self.num_proc:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()

    def begin(self, function: Callable[[], Result]) -> Callable[[], Result]:
        """Begin a job beside others and return what gives its result; alone, the job is done when that is called."""
        return function if self.pool is None else self.pool.submit(function).result

    def keep_files(self) -> Callable[[], None]:
        """Let `folder` outlive these workers, and return what removes it."""
        return self._files.pop_all().close

    def close(self) -> None:
        """End the processes, and remove the files that nobody keeps."""
        with self._files, self._processes:
            pass


@contextmanager
def open_workers(num_proc: int) -> Iterator[Workers]:
    """Return workers that are closed at the end.

    Raises InputError if `num_proc` is below 1, or if no folder has a path that is short enough for their socket.
    """
    workers = Workers(num_proc)
    if num_proc > 1:
        _shorten_path_of_socket()
        # what workers are forked of loads its modules while the first rows are read
        forkserver.set_forkserver_preload(LOADED)
        forkserver.ensure_running()
    try:
        yield workers
    finally:
        workers.close()


def _shorten_path_of_socket() -> None:
    """Let Python make the socket of its workers elsewhere if the folder of temporary files has too long a path.

    Python 3.14 does so itself; before it the error is "AF_UNIX path too long".
    """
    usual = tempfile.gettempdir()
    if len(os.fsencode(usual + SOCKET)) <= SOCKET_BYTES:
        return
    short = next((folder for folder in SHORT_FOLDERS if os.access(folder, os.W_OK | os.X_OK)), usual)
    held, tempfile.tempdir = tempfile.tempdir, short
    try:
        made = util.get_temp_dir()  # made once in a process, and kept
    finally:
        tempfile.tempdir = held
    longest = SOCKET_BYTES - len(SOCKET)
    if len(os.fsencode(made)) > longest + len("/pymp-01234567"):
        raise InputError(
            f"num_proc: expected a folder for temporary files whose path has at most {longest} bytes, since processes "
            f"are reached by a socket in it, found {usual} of {len(os.fsencode(usual))}; set TMPDIR to a shorter one, "
            "or use num_proc=1"
        )


def _end_with_parent() -> None:
    """End this process when its parent is killed; it would wait for jobs for ever."""

    def watch() -> None:
        parent = parent_process()
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
